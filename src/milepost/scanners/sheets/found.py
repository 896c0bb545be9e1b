"""The tables of findings in a file: a delimited text is one, a workbook may have one in each sheet."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.columns import fingerprint
from milepost.scanners.sheets.fields import folded
from milepost.scanners.sheets.suggesting import header_score
from milepost.scanners.tables import HEADER_LINES, Table, best_table
from milepost.workbooks.sheets import Row, Sheet, Value, Workbook, place, workbook_in

_WORDY = 80
_FLAGGED = 50
"""Cells of one kind that are named one by one; the rest are counted."""
_KNOWN = 1 << 20
_STRAY = "check whether it belongs to the table, and give it a heading"
_PACKAGE = b"PK\x03\x04"


class Line(NamedTuple):
    """A row of a table: its number in the file, and the value under each heading."""

    number: int
    values: list[Value]


class FoundTable(Protocol):
    """A table whose headings were found; `problems` grow while it is read."""

    columns: tuple[str, ...]
    problems: list[Problem]
    later_dates: bool

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the headings that hold anything."""

    def where(self, number: int, column: int | None = None) -> str:
        """Say where a row or a cell stands: `line 7, column Severity`, `Findings!C7`."""


class TextTable:
    """A delimited text."""

    later_dates = False

    def __init__(self, table: Table) -> None:
        """Take the table over."""
        self.columns = table.columns
        self.problems = table.problems
        self._table = table

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the headings that hold anything."""
        for line, cells in self._table.rows():
            cells.pop()
            if any(map(str.strip, cells)):
                yield Line(line, list[Value](cells))

    def where(self, number: int, column: int | None = None) -> str:
        """Say where a row or a cell stands."""
        return f"line {number}" if column is None else f"line {number}, column {self.columns[column]}"


class SheetTable:
    """A sheet of a workbook, its headings in `header`."""

    def __init__(self, source: Source, workbook: Workbook, sheet: Sheet, header: Row) -> None:
        """Keep where the rows begin."""
        self._places = [column for column, value in sorted(header.values.items()) if _said(value)]
        self.columns = tuple(_text(header.values[column]) for column in self._places)
        self.problems: list[Problem] = []
        self.later_dates = workbook.later_dates
        self.sheet = sheet.name
        self._header = header.number
        self._source = source
        self._workbook = workbook
        self._part = sheet

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the headings that hold anything; what is odd about a cell is a problem."""
        flagged: Counter[str] = Counter()
        wanted = frozenset(self._places)
        for row in self._workbook.rows(self._part):
            if row.number <= self._header:
                continue
            for column in sorted(row.formulas):
                self._flag(flagged, row.number, column, ("formula", row.values.get(column)))
            for column in row.values.keys() - wanted:
                self._flag(flagged, row.number, column, ("stray", row.values[column]))
            values = [row.values.get(column) for column in self._places]
            if any(map(_said, values)) or row.formulas & wanted:
                yield Line(row.number, values)
        self._count_the_rest(flagged)

    def where(self, number: int, column: int | None = None) -> str:
        """Say where a row or a cell stands."""
        if column is None:
            return f"{self.sheet}!row {number}"
        return f"{self.sheet}!{place(self._places[column], number)}"

    def _flag(self, flagged: Counter[str], number: int, column: int, odd: tuple[str, Value]) -> None:
        kind, value = odd
        flagged[kind] += 1
        if flagged[kind] > _FLAGGED:
            return
        what, fix = "a value stands outside the table and was not read", _STRAY
        if kind == "formula":
            kept = "its last value was read" if _said(value) else "no value is stored with it"
            what, fix = f"a formula, which is never evaluated; {kept}", "replace it by its value"
        where = f"{self._source.name}, {self.sheet}!{place(column, number)}"
        self.problems.append(Problem(where, what, fix))

    def _count_the_rest(self, flagged: Counter[str]) -> None:
        for kind, count in flagged.items():
            if count > _FLAGGED:
                told = "formulas" if kind == "formula" else "values outside the table"
                where = f"{self._source.name}, {self.sheet}"
                self.problems.append(Problem(where, f"{count - _FLAGGED} more {told}", "see the first ones"))


@contextmanager
def tables_in(source: Source, mark: str = "") -> Iterator[list[FoundTable]]:
    """Find the tables of a file that have one set of headings; `mark` is a fingerprint to prefer.

    Sheets with other headings, hidden ones and links to other files are problems of the first table.

    Raises:
        InputRefused: the file cannot be taken.
        UnknownFormat: there is no table with headings in it.
        DamagedInput: two columns have the same heading.
    """
    if is_package(source):
        with workbook_in(source.path, source.name) as workbook:
            yield _in_workbook(source, workbook, mark)
        return
    _refuse_false_workbook(source)
    table = best_table(source, scoring(mark))
    if table is None:
        raise _without_headings(source)
    found = TextTable(table)
    _refuse_repeated(source, found)
    yield [found]


def is_package(source: Source) -> bool:
    """Tell whether a file is a zip package, as workbooks are."""
    with source.path.open("rb") as file:
        return file.read(len(_PACKAGE)) == _PACKAGE


def scoring(mark: str) -> Callable[[list[str]], tuple[int, int]]:
    """Return what scores a row as headings: those looked for, then known ones, then any that may be some."""

    def score(cells: list[str]) -> tuple[int, int]:
        filled = [cell for cell in cells if cell.strip()]
        if mark and fingerprint(cells) == mark:
            return _KNOWN, len(filled)
        return header_score(filled) or int(_could_be_headings(filled)), len(filled)

    return score


def _could_be_headings(cells: list[str]) -> bool:
    texts = [cell.strip() for cell in cells]
    short = all(len(text) <= _WORDY and any(letter.isalpha() for letter in text) for text in texts)
    return len(texts) > 1 and short and len(set(map(folded, texts))) == len(texts)


def _in_workbook(source: Source, workbook: Workbook, mark: str) -> list[FoundTable]:
    seen = [sheet for sheet in workbook.sheets if not sheet.hidden]
    scored = [found for sheet in seen if (found := _headed(source, workbook, sheet, mark)) is not None]
    if not scored:
        raise _without_headings(source)
    _, best = max(scored, key=lambda each: each[0])
    _refuse_repeated(source, best)
    wanted = fingerprint(best.columns)
    alike = [table for _, table in scored if fingerprint(table.columns) == wanted]
    best.problems += _left_out(source, workbook, {table.sheet for table in alike})
    return [best, *(table for table in alike if table is not best)]


def _headed(
    source: Source, workbook: Workbook, sheet: Sheet, mark: str
) -> tuple[tuple[int, int], SheetTable] | None:
    """Return the best row of headings of a sheet with its score; None where it has none."""
    score = scoring(mark)
    best: tuple[tuple[int, int], Row] | None = None
    for count, row in enumerate(workbook.rows(sheet)):
        if count >= HEADER_LINES:
            break
        cells = [_text(value) for _, value in sorted(row.values.items())]
        found = score(cells) if all(isinstance(value, str) for value in row.values.values()) else (0, 0)
        if found[0] and (best is None or found > best[0]):
            best = found, row
    return (best[0], SheetTable(source, workbook, sheet, best[1])) if best else None


def _left_out(source: Source, workbook: Workbook, read: set[str]) -> Iterator[Problem]:
    for sheet in workbook.sheets:
        if sheet.hidden:
            what = f"the sheet {sheet.name} is hidden and was not read"
            yield Problem(source.name, what, "show it if it belongs to the findings")
        elif sheet.name not in read:
            what = f"the sheet {sheet.name} has other headings and was not read"
            yield Problem(source.name, what, "save it as a file of its own if it holds findings")
    if workbook.linked:
        what = "the workbook has links to other files, which are never followed"
        yield Problem(source.name, what, "break the links and save it with its values")


def _refuse_repeated(source: Source, table: TextTable | SheetTable) -> None:
    counts = Counter(folded(column) for column in table.columns if column.strip())
    repeated = next((column for column in table.columns if counts[folded(column)] > 1), None)
    if repeated is not None:
        what = f"several columns have the heading “{repeated}”, so it is ambiguous"
        raise DamagedInput(what, where=source.name, fix="rename or remove all but one of them")


def _refuse_false_workbook(source: Source) -> None:
    """Refuse a text that is called a workbook: whoever made it so may have lost what a workbook holds."""
    if source.name.lower().endswith((".xlsx", ".xlsm")):
        what = "this is no .xlsx workbook, whatever its name says: it is a text"
        raise UnknownFormat(what, where=source.name, fix="save it as .xlsx, or name it .csv if it is one")


def _without_headings(source: Source) -> UnknownFormat:
    what = "no row looks like the headings of a table of findings"
    return UnknownFormat(what, where=source.name, fix="give the table a row of headings")


def _said(value: Value) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else str(value or "")
