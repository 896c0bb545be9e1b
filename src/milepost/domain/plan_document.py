"""A plan of action and milestones as a document says it, whatever its layout: items, places, what was odd."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell holds, as a spreadsheet or a line of text gives it."""


class Part(StrEnum):
    """Which list of the plan a sheet holds."""

    OPEN = "open"
    CLOSED = "closed"
    CONFIGURATION = "configuration"
    DEFICIENCIES = "deficiencies"
    MIXED = "mixed"


@dataclass(slots=True)
class PlanSheet:
    """A table of items: `columns` gives the zero-based column of each field, `extra` the unknown headings.

    `lines` is True for text, where a row is a line. `fields` are those that this sheet can speak of; none
    stands for all that the document can.
    """

    name: str
    part: Part
    header_row: int
    columns: dict[str, int]
    headings: dict[int, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    lines: bool = False
    fields: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where something stands: the sheet, the row (of text: the line), the column's letters."""

    sheet: str
    row: int
    column: str
    lines: bool = False

    def __str__(self) -> str:
        """Return `Sheet!K12`, `line 12` for text, or the sheet where there is no row."""
        if self.lines:
            return f"line {self.row}" + (f", column {self.column}" if self.column else "")
        if not self.row:
            return self.sheet
        return f"{self.sheet}!{self.column or 'row '}{self.row}"


@dataclass(slots=True, kw_only=True)
class PlanDocument:
    """What a document or a register says.

    `layout` names what it was recognised as, `profile` the authority it is usually for. `fields` are those
    that it can say something about at all: a rule on any other is not applicable. `facts` are what stands
    above the items (system, provider, impact_level, date). `sections` name sheets by their number.
    """

    name: str
    layout: str
    title: str = ""
    profile: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    dated: date | None = None
    sheets: Sequence[PlanSheet] = ()
    items: Sequence[PlanItem] = ()
    fields: frozenset[str] = frozenset()
    problems: Sequence[Problem] = ()

    def place(self, item: PlanItem, name: str = "", row: int = 0) -> Place:
        """Return where a field of an item stands; the item's row where the field has no column."""
        if not self.sheets:
            return Place(item.id, 0, "")
        sheet = self.sheets[item.sheet]
        return Place(sheet.name, row or item.row, column_letters(sheet.columns.get(name)), sheet.lines)

    def part(self, item: PlanItem) -> Part:
        """Return the list that an item is on."""
        if self.sheets:
            return self.sheets[item.sheet].part
        return Part.CLOSED if item.is_closed else Part.OPEN


@cache
def column_letters(column: int | None) -> str:
    """Return the letters of a zero-based column: 0 is A, 26 is AA; nothing for none."""
    name, number = "", 0 if column is None else column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
