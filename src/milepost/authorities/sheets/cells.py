"""Rows of values as the XML of a worksheet: text stays text, dates are numbers, formulas have their value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from milepost.authorities.sheets.text import (
    CELL_LIMIT,
    clean,
    cut,
    escape,
    fits,
    looks_like_formula,
    serial,
)
from milepost.domain.errors import OversizedInput
from milepost.domain.problem import Problem

ROW_LIMIT = 1_048_576
"""The rows of a worksheet."""
SHARED_CHARACTERS = 24_000_000
"""So many characters of distinct text are kept for sharing; what comes later is written in place."""
OVERHEAD = 200
"""What a shared text takes beside its characters, in bytes."""

SHORT, REMEMBERED = 40, 20_000
"""Texts of fewer characters are remembered in place, up to so many."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value it has now; `#` in the expression stands for the number of its row."""

    expression: str
    cached: date | None


class Kept(NamedTuple):
    """A cell taken over from an existing sheet: its attributes and its content, ready as XML."""

    attributes: str
    inside: str


Value = str | int | float | date | Formula | Kept | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a row: the column, its style, and the same style for text that looks like a formula."""

    column: str
    plain: int
    quoted: int


Written = tuple[str, bool]


class Strings(Protocol):
    """A way to write text: shared in a table, or in place.

    What is written for a text follows the style in the cell's XML; with it goes whether the text looks like
    a formula.
    """

    known: dict[str, Written]

    def tail(self, text: str) -> Written:
        """Return what is written for a text that is not known yet."""


def _in_place(text: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


class InlineStrings:
    """Text in place: the template's own table of shared strings stays as it is."""

    def __init__(self) -> None:
        self.known: dict[str, Written] = {}

    def tail(self, text: str) -> Written:
        """Write the text in place; short texts, which come again, are remembered."""
        written = _in_place(text), looks_like_formula(text)
        if len(text) < SHORT and len(self.known) < REMEMBERED:
            self.known[text] = written
        return written


class SharedStrings:
    """Text in a table, each distinct text once; past the memory budget it is written in place."""

    def __init__(self) -> None:
        self.known: dict[str, Written] = {}
        self._room = SHARED_CHARACTERS

    def tail(self, text: str) -> Written:
        """Give the text the next place in the table."""
        if text in self.known:
            return self.known[text]
        if len(text) > self._room:
            return _in_place(text), looks_like_formula(text)
        self._room -= len(text) + OVERHEAD
        written = f' t="s"><v>{len(self.known)}</v></c>', looks_like_formula(text)
        self.known[text] = written
        return written

    def xml(self) -> Iterator[str]:
        """Stream the part `sharedStrings.xml`."""
        yield '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        for text in self.known:
            yield f'<si><t xml:space="preserve">{escape(text)}</t></si>'
        yield "</sst>"


@dataclass(slots=True)
class RowEncoder:
    """Turns rows of values into XML and notes what had to be changed to make a text fit."""

    sheet: str
    slots: Sequence[Slot]
    strings: Strings
    problems: list[Problem] = field(default_factory=list)

    def row(self, number: int, values: Sequence[Value], attributes: str = "") -> str:
        """Write one row.

        Raises:
            OversizedInput: a sheet has no such row.
        """
        if number > ROW_LIMIT:
            what = f"a sheet holds {ROW_LIMIT:,} rows, and there are more items"
            raise OversizedInput(what, where=self.sheet, fix="export fewer items at once")
        cells = [self._cell(slot, number, value) for slot, value in zip(self.slots, values, strict=True)]
        return f'<row r="{number}"{attributes}>{"".join(cells)}</row>'

    def _cell(self, slot: Slot, row: int, value: Value) -> str:
        if value is None or value == "":
            return f'<c r="{slot.column}{row}" s="{slot.plain}"/>'
        if type(value) is str:
            tail, quoted = self.strings.known.get(value) or self._new(value, slot, row)
            return f'<c r="{slot.column}{row}" s="{slot.quoted if quoted else slot.plain}"{tail}'
        if isinstance(value, Formula):
            return f'<c r="{slot.column}{row}" s="{slot.plain}"{_formula(value, row)}'
        if isinstance(value, Kept):
            return f'<c r="{slot.column}{row}"{value.attributes}>{value.inside}</c>'
        number = serial(value) if isinstance(value, date) else value
        return f'<c r="{slot.column}{row}" s="{slot.plain}"><v>{number}</v></c>'

    def _new(self, text: str, slot: Slot, row: int) -> Written:
        return self.strings.tail(self._sound(text, slot, row))

    def _sound(self, text: str, slot: Slot, row: int) -> str:
        sound = text if text.isprintable() else clean(text)
        where = f"{self.sheet}!{slot.column}{row}"
        if len(sound) != len(text):
            what = "characters that no workbook can hold were left out"
            self.problems.append(Problem(where, what, "remove the control characters from the text"))
        if fits(sound):
            return sound
        what = f"the text was cut to the {CELL_LIMIT:,} characters a cell holds"
        self.problems.append(Problem(where, what, "shorten the text, or attach it as a document"))
        return cut(sound)


def _formula(value: Formula, row: int) -> str:
    expression = escape(value.expression.replace("#", str(row)))
    if value.cached is None:
        return f' t="str"><f>{expression}</f><v></v></c>'
    return f"><f>{expression}</f><v>{serial(value.cached)}</v></c>"
