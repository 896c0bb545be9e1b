"""Read results from tables: headings are found below any preamble, and again where a new table begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from milepost.authorities.cmmc.columns import Cell, Columns, Row, columns_of
from milepost.authorities.cmmc.draft import Draft, GivenPoints
from milepost.authorities.cmmc.finding_words import Meaning, meaning_of
from milepost.authorities.cmmc.identifiers import Named, identify
from milepost.authorities.cmmc.points import points_in
from milepost.authorities.cmmc.requirements import requirement_of
from milepost.authorities.cmmc.results import Finding, Part, Statement
from milepost.domain.errors import InputRefused, UnknownFormat

MAX_ROWS = 100_000
TABLE_ENDS: Row = ()
"""Stands between two tables of a text: what follows needs headings of its own."""
_NOT_READ = "use MET, NOT MET, N/A, Implemented, Not Implemented, Partially Implemented or Planned"


class Table(NamedTuple):
    """Rows with the place of each, and the signs that the document explains itself."""

    rows: Iterable[tuple[str, Row]]
    legend: Mapping[str, Meaning]


@dataclass(slots=True)
class _Reader:
    """Where the reading of a table stands: the columns of the last headings, the last requirement."""

    draft: Draft
    legend: Mapping[str, Meaning]
    columns: Columns | None = None
    requirement: str = ""
    taken: int = 0
    headers: int = field(default=0)

    def row(self, where: str, row: Row) -> None:
        """Take a row as headings, as a result or as nothing."""
        if row is TABLE_ENDS:
            self.columns = None
        elif headings := columns_of(row):
            self.columns, self.requirement = headings, ""
            self.headers += 1
        elif self.columns is not None:
            self._result(where, row, self.columns)

    def _result(self, where: str, row: Row, columns: Columns) -> None:
        result = _cell(row, columns.result)
        name, objective = self._name(row, columns)
        if not name or (_is_blank(result) and not _looks_named(name)):
            return
        try:
            named = _named(name, objective, where)
        except InputRefused as refused:
            self.draft.note(f"{refused.what}; the row is left out", refused.fix, where)
            return
        self.taken += 1
        self.draft.note_edition(name, where)
        self._state(named, result, where)
        if (points := points_in(_cell(row, columns.points))) is not None and len(named) == 1:
            self.draft.points.append(GivenPoints(named[0], points, where))

    def _name(self, row: Row, columns: Columns) -> tuple[str, str]:
        """Return requirement and objective as written; the requirement of the row above if there is none."""
        name = _text(_cell(row, columns.requirement))
        objective = "" if columns.objective == columns.requirement else _text(_cell(row, columns.objective))
        if name:
            self.requirement = name
        return (name or (self.requirement if objective else "")), objective

    def _state(self, named: Sequence[Named], result: Cell, where: str) -> None:
        meaning = meaning_of(result, self.legend)
        if meaning is None:
            listed = ", ".join(map(str, named))
            self.draft.note(
                f"“{str(result)[:60]}” is no result; {listed} counts as NOT MET", _NOT_READ, where
            )
            meaning = Meaning(Finding.NOT_MET)
        for each in named:
            state(self.draft, each, meaning, where)


def read_table(draft: Draft, table: Table) -> None:
    """Add the results of a table to a draft.

    Raises:
        UnknownFormat: no row has headings for a requirement and a result, or none below is a requirement.
    """
    reader = _Reader(draft, table.legend)
    for where, row in table.rows:
        reader.row(where, row)
    if not reader.headers:
        what = "there is no table with a column for the requirement and one for its status"
        raise UnknownFormat(what, where=draft.name, fix="name the columns Requirement ID and Status")
    if not reader.taken:
        problem = f" ({draft.problems[0].what})" if draft.problems else ""
        raise UnknownFormat(
            f"no row names a requirement{problem}", where=draft.name, fix="write them as 3.1.1"
        )


def state(draft: Draft, named: Named, meaning: Meaning, where: str) -> None:
    """Add one statement; where a part is taken as the part that the rule counts, a problem says so."""
    part = meaning.part
    value = requirement_of(named.number).partial_points
    if value is None:
        part = Part.UNSAID
    elif part is Part.PARTLY:
        full = requirement_of(named.number).points
        what = f"{named} is partly implemented and taken as the part that the rule counts with {value} points"
        draft.note(what, f"state “none” if it is not implemented in that way: {full} points", where)
    draft.statements.append(Statement(named, meaning.finding, part, where))
    if meaning.origin is not None:
        draft.elsewhere.append((named, meaning.origin))


def _named(name: str, objective: str, where: str) -> tuple[Named, ...]:
    if not objective:
        return identify(name, where=where)
    short = objective.strip("[]().: ")
    if len(short) == 1 and short.isalpha() and "[" not in name:
        return identify(f"{name.partition(' ')[0]}[{short}]", where=where)
    try:
        return identify(objective, where=where)
    except InputRefused:
        return identify(name, where=where)


def _cell(row: Row, place: int) -> Cell:
    return row[place] if 0 <= place < len(row) else None


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _is_blank(cell: Cell) -> bool:
    return not _text(cell).strip("-–—")


def _looks_named(name: str) -> bool:
    """Tell a requirement without a result from a line between two groups."""
    try:
        return bool(identify(name))
    except InputRefused:
        return False
