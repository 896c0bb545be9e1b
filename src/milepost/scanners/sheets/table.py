"""Any table of findings, delimited text or workbook, that no other scanner knows.

Its columns are those of a saved mapping, or known headings where nothing is open; else the table is refused,
with what its headings suggest. Identity is what the mapping says: identifiers within their source, or CVEs;
never a title or another prose. A table names what it has tested only by what it lists, closed rows among it:
absence is "not re-tested" (`only_assessed`).
"""

import shlex
from collections.abc import Iterator, Sequence

from milepost.domain.errors import UnknownFormat
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.sheets.cells import CellReader
from milepost.scanners.sheets.columns import TABLE, Columns, TableWishes, missing
from milepost.scanners.sheets.fields import folded, severities
from milepost.scanners.sheets.found import FoundTable, scoring, tables_in
from milepost.scanners.sheets.rows import RowReader
from milepost.scanners.sheets.suggesting import lacking, open_question, suggested, without_asking
from milepost.scanners.tables import rows_of

_SHOWN = 12
_NO_TABLE = frozenset("{[<")


class Table:
    """The door for tables; `wishes` say what its columns mean."""

    name = TABLE
    title = "Table of findings (CSV or workbook)"
    about = About(
        versions="CSV, TSV and other delimited text in UTF-8, UTF-16 or Windows-1252; .xlsx and .xlsm",
        key="the mapped identifier within its source, else each CVE; asset; port, path or package",
        coverage="only what is listed: closed rows are assessed and gone, absent ones are not re-tested",
        fields={
            "title": "title",
            "severity": "severity",
            "description": "description",
            "solution": "solution",
            "cves": "cves",
            "cwes": "cwes",
            "cvss": "cvss",
            "references": "references",
            "controls": "controls",
            "package": "package",
            "version": "version",
            "fixed_version": "fixed_version",
            "first_seen": "first_seen",
            "output": "output, owner, due, notes",
        },
        severities={word: Severity(severity) for word, severity in severities().items() if word},
        sources=("FedRAMP POA&M templates", "eMASS and CSAM layouts", "reference of table exports"),
        samples=("scans/generic", "agencies/samples"),
        memory="the findings of the table",
        grade=Grade.BRONZE,
    )

    def __init__(self, wishes: TableWishes | None = None) -> None:
        """Take over what is asked of the table."""
        self._wishes = wishes or TableWishes()

    def recognises(self, head: Head) -> bool:
        """Tell whether a file is a workbook, or text with a row that could be headings above another row."""
        if head.workbook:
            return True
        if head.root or head.keys or head.text.lstrip()[:1] in _NO_TABLE or "\0" in head.text:
            return False
        return any(scoring("")(row)[0] for row in rows_of(head.text))

    def read(self, source: Source) -> Iterator[Part]:
        """Read the rows by the mapping.

        Raises:
            UnknownFormat: no mapping is given, and the headings leave open what identifies a finding.
            InputRefused: the file cannot be taken.
        """
        wanted = self._wishes.columns
        with tables_in(source, wanted.fingerprint if wanted else "") as tables:
            columns = self._columns(source, tables[0].columns)
            reader = RowReader(source, columns)
            for table in tables:
                for row in CellReader(source, table, columns).rows():
                    reader.take(row)
            yield from self._told(source, tables[0], columns)
            for table in tables:
                yield from table.problems
            yield from reader.parts()

    def _columns(self, source: Source, headings: Sequence[str]) -> Columns:
        given = self._wishes.columns
        fields = given.fields if given else without_asking(headings)
        if given and (absent := _absent(headings, fields)):
            what = f"the mapping {given.name} is for a table with the columns {', '.join(absent)}"
            raise UnknownFormat(what, where=source.name, fix=f"save another: {_command(source, 'id')}")
        if not fields or missing(fields):
            raise _refusal(source, headings)
        return Columns(
            name=given.name if given else self.title,
            headings=tuple(headings),
            fields=fields,
            severities=given.severities if given else {},
            day_order=self._wishes.day_order or (given.day_order if given else ""),
            source=self._wishes.source or (given.source or given.name if given else ""),
        )

    def _told(self, source: Source, table: FoundTable, columns: Columns) -> Iterator[Problem]:
        """Say which columns were taken without asking, and which were not read."""
        if self._wishes.columns is None:
            taken = ", ".join(f"{name} from {_line(given[0])}" for name, given in columns.fields.items())
            what = f"its columns were taken by their known headings: {taken}"
            yield Problem(source.name, what, f"if one of them is wrong, say so: {_command(source, 'id')}")
        read = {folded(heading) for given in columns.fields.values() for heading in given}
        unread = [heading for heading in table.columns if heading.strip() and folded(heading) not in read]
        if len(unread) > _SHOWN:
            unread[_SHOWN - 1 :] = [f"and {len(unread) - _SHOWN + 1} more"]
        if unread:
            what = f"columns that were not read: {', '.join(map(_line, unread))}"
            yield Problem(source.name, what, f"map what is needed: {_command(source, 'FIELD')}")


def _absent(headings: Sequence[str], fields: dict[str, tuple[str, ...]]) -> list[str]:
    there = {folded(heading) for heading in headings}
    return [heading for given in fields.values() for heading in given if folded(heading) not in there]


def _refusal(source: Source, headings: Sequence[str]) -> UnknownFormat:
    shown = [
        f"{each.field} = {_line(each.heading)} ({each.score} %, {each.reason})"
        for each in suggested(headings)
    ]
    suggests = f"the headings suggest {'; '.join(shown[:_SHOWN])}" if shown else "no heading is known"
    what = f"a table of findings, but {open_question(headings)}; {suggests}"
    return UnknownFormat(
        what, where=source.name, fix=f"say what its columns are: {_command(source, lacking(headings))}"
    )


def _command(source: Source, field: str) -> str:
    return f"milepost columns save {shlex.quote(source.name)} --map {field}=COLUMN"


def _line(heading: str) -> str:
    return " ".join(heading.split())


SCANNER = Table()
