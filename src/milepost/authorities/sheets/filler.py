"""Fills a sheet of an existing workbook: its rows of data are replaced, everything else in it stays."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from milepost.authorities.sheets import reach
from milepost.authorities.sheets.cells import Formula, InlineStrings, Kept, RowEncoder, Slot, Value
from milepost.authorities.sheets.markup import (
    Cell,
    Row,
    attributes,
    cells,
    column_formats,
    element,
    moved,
    rows,
    text_of,
    whole_number,
)
from milepost.authorities.sheets.template import NamedSheet, Template
from milepost.authorities.sheets.text import column_number, escape
from milepost.domain.problem import Problem

_CONTENT = re.compile(r"<v(?=[\s>])[^>]*>[^<]|<is(?=[\s>])")
_FORMULA = element("f")
_GROUP = re.compile(r"\bsi=\"([^\"]*)\"")
_NOT_KEPT = re.compile(r"\s*\b(?:r|spans|hidden|collapsed)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PROTOTYPES = 4
_MEMORY = 1 << 24
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Fill:
    """What goes into a sheet.

    `columns` are the letters of the values in `rows`; `dates` those that show days; `key` the column that
    tells rows apart: cells in columns that people added follow their row by it; `fixed` are single cells
    above the rows; `formula` is the column and the expression that rows without data have.
    """

    first_row: int
    columns: tuple[str, ...]
    dates: frozenset[str]
    key: str
    fixed: dict[str, Value]
    formula: tuple[str, str] | None
    rows: Iterable[Sequence[Value]]


@dataclass(slots=True)
class _Former:
    """What an earlier fill left: rows with content, the cells that people added, masters of formulas."""

    rows: dict[int, Row] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    own: dict[str, tuple[int, dict[str, Cell]]] = field(default_factory=dict)
    own_columns: set[str] = field(default_factory=set)
    masters: dict[str, tuple[int, int, str]] = field(default_factory=dict)


class SheetFiller:
    """Fills one sheet; made before anything is written, so that the formats it needs are known."""

    def __init__(self, template: Template, sheet: NamedSheet, fill: Fill, problems: list[Problem]) -> None:
        """Read the sheet as it is."""
        self.sheet = sheet
        self.count = 0
        self._fill = fill
        self._template = template
        self._pieces = template.divided(sheet)
        self._problems = problems
        self._above: list[Row] = []
        self._former = _Former()
        self._literal: set[str] = set()
        self._survey()
        self._slots = self._lay_out()
        self._fixed = {
            place: self._slot(place.rstrip("0123456789"), place, dated=not isinstance(value, str))
            for place, value in fill.fixed.items()
        }

    @property
    def last_row(self) -> int:
        """The last row of data, or the row before the first if there is none."""
        return self._fill.first_row + self.count - 1

    def content(self) -> Iterator[str | bytes]:
        """Stream the sheet with its new rows."""
        with SpooledTemporaryFile(max_size=_MEMORY) as spool:
            for text in self._new_rows():
                spool.write(text.encode())
            yield reach.dimension(self._pieces.head, self.last_row)
            yield from self._rows_above()
            yield from _chunks(spool)
        yield from self._rows_below()
        tail = reach.stretched(self._pieces.tail, self._fill.first_row, self.last_row)
        yield reach.without_links(tail, self._fill.first_row)
        for key, (number, _) in self._former.own.items():
            if not self._untouched(number):
                what = f"{key} is no longer on the sheet; what your own columns said of it was left out"
                fix = "take it from the former file if it is still needed"
                self._problems.append(Problem(self.sheet.name, what, fix))

    def has_formula(self, place: str) -> bool:
        """Tell whether a cell that had a formula has one still; ask when the content has been read."""
        column = place.rstrip("0123456789")
        number = int(place[len(column) :])
        if number < self._fill.first_row or self._untouched(number):
            return True
        return (
            self._fill.formula is not None and column == self._fill.formula[0] and place not in self._literal
        )

    def _survey(self) -> None:
        for row in rows(self._pieces.rows):
            if row.number < self._fill.first_row:
                self._above.append(row)
                continue
            self._former.rows[row.number] = row
            if " ref=" in row.inside:
                self._note_masters(row)
            if _CONTENT.search(row.inside):
                self._note_content(row)

    def _note_masters(self, row: Row) -> None:
        for cell in cells(row.inside):
            found = _FORMULA.search(cell.inside or "")
            if found and found[2] and "si" in (marks := attributes(found[1])):
                master = (row.number, column_number(cell.column), html.unescape(found[2]))
                self._former.masters[marks["si"]] = master

    def _note_content(self, row: Row) -> None:
        known = frozenset(self._fill.columns)
        filled = list(cells(row.inside, blank=False))
        ours = (cell for cell in filled if cell.column in known and cell.column != self._formula_column)
        if any(self._says(cell) for cell in ours):
            self._former.filled.add(row.number)
        own = {
            cell.column: cell
            for cell in filled
            if cell.column not in known and ("<f" in (cell.inside or "") or self._says(cell))
        }
        if own:
            key = self._template.texts_of(row).get(self._fill.key, "")
            alone = bool(key) and key not in self._former.own
            self._former.own[key if alone else f"{key} row {row.number}".strip()] = (row.number, own)
            self._former.own_columns |= own.keys()

    def _says(self, cell: Cell) -> bool:
        return bool(text_of(cell, self._template.texts).strip())

    @property
    def _formula_column(self) -> str:
        return self._fill.formula[0] if self._fill.formula else ""

    def _lay_out(self) -> tuple[Slot, ...]:
        """Give each column its formats: those of the first rows of data as the template has them."""
        columns = sorted((*self._fill.columns, *self._former.own_columns), key=column_number)
        return tuple(self._slot(column, dated=column in self._fill.dates) for column in columns)

    def _slot(self, column: str, place: str = "", *, dated: bool) -> Slot:
        formats = self._template.formats
        numbers = self._formats_of(column, place)
        plain = next((n for n in numbers if not formats.is_quoted(n)), 0)
        if dated:
            plain = next((n for n in numbers if formats.shows_date(n)), formats.derived(plain, dated=True))
        return Slot(column, plain, formats.derived(plain, quoted=True))

    def _formats_of(self, column: str, place: str) -> list[int]:
        first = self._fill.first_row
        near = [self._former.rows[n] for n in range(first, first + _PROTOTYPES) if n in self._former.rows]
        if place:
            near = [row for row in self._above if place == f"{column}{row.number}"]
        found = (cell for row in near for cell in cells(row.inside) if cell.column == column)
        numbers = [whole_number(cell.attributes.get("s", "")) for cell in found]
        return numbers if place else numbers + column_formats(self._pieces.head, column)

    def _new_rows(self) -> Iterator[str]:
        encoder = RowEncoder(self.sheet.name, self._slots, InlineStrings(), self._problems)
        prototype = self._former.rows.get(self._fill.first_row)
        usual = _marks(prototype) if prototype else ""
        places = {column: index for index, column in enumerate(self._fill.columns)}
        in_order = [slot.column for slot in self._slots] == list(places)
        for number, values in enumerate(self._fill.rows, self._fill.first_row):
            self.count += 1
            self._note_literal(number, values, places)
            former = self._former.rows.get(number)
            laid = values if in_order else self._in_slots(number, values, places)
            yield encoder.row(number, laid, _marks(former) if former else usual)

    def _in_slots(self, number: int, values: Sequence[Value], places: dict[str, int]) -> list[Value]:
        """Lay the values in the order of the columns, with the cells that people added among them."""
        own = self._own_cells(str(values[places[self._fill.key]]), number)
        columns = [slot.column for slot in self._slots]
        return [values[places[column]] if column in places else own.get(column) for column in columns]

    def _note_literal(self, number: int, values: Sequence[Value], places: dict[str, int]) -> None:
        column = self._formula_column
        if column and not isinstance(values[places[column]], Formula):
            self._literal.add(f"{column}{number}")

    def _own_cells(self, key: str, number: int) -> dict[str, Value]:
        """Bring the cells that people added to the row where their item is now."""
        former, own = self._former.own.pop(key, (0, {}))
        return {column: self._kept(cell, former, number) for column, cell in own.items()}

    def _kept(self, cell: Cell, former: int, number: int) -> Kept:
        return Kept(cell.marks, self._relocated(cell, former, number))

    def _relocated(self, cell: Cell, former: int, number: int) -> str:
        """Return a cell's content with its formula as it reads in its new row."""
        inside = cell.inside or ""
        found = _FORMULA.search(inside)
        if found is None:
            return inside
        marks = attributes(found[1])
        text = ""
        if marks.get("si") in self._former.masters:
            text = self._own_formula(marks["si"], cell.column, number)
        elif marks.get("t", "normal") == "normal":
            text = moved(html.unescape(found[2] or ""), number - former)
        return inside.replace(found[0], f"<f>{escape(text)}</f>" if text else "")

    def _own_formula(self, group: str, column: str, number: int) -> str:
        row, first, text = self._former.masters[group]
        return moved(text, number - row, column_number(column) - first)

    def _rows_above(self) -> Iterator[str]:
        waiting: dict[int, dict[str, str]] = {}
        for place, value in self._fill.fixed.items():
            slot = self._fixed[place]
            number = int(place[len(slot.column) :])
            encoder = RowEncoder(self.sheet.name, (slot,), InlineStrings(), self._problems)
            written = encoder.row(number, (value,))
            waiting.setdefault(number, {})[slot.column] = written[written.index("<c") : -len("</row>")]
        for row in self._above:
            yield _with_cells(row, waiting[row.number]) if row.number in waiting else row.whole

    def _untouched(self, number: int) -> bool:
        return number > self.last_row and number not in self._former.filled

    def _rows_below(self) -> Iterator[str]:
        masters = self._former.masters.items()
        lost = {group for group, (number, _, _) in masters if not self._untouched(number)}
        for number, row in self._former.rows.items():
            if self._untouched(number):
                yield self._with_own_formulas(row, lost)
            elif number > self.last_row:
                yield self._cleared(row)

    def _cleared(self, row: Row) -> str:
        formula = self._fill.formula
        written = []
        for slot in self._slots:
            content = "/>"
            if formula and slot.column == formula[0]:
                expression = escape(formula[1].replace("#", str(row.number)))
                content = f' t="str"><f>{expression}</f><v></v></c>'
            written.append(f'<c r="{slot.column}{row.number}" s="{slot.plain}"{content}')
        return f'<row r="{row.number}"{_marks(row)}>{"".join(written)}</row>'

    def _with_own_formulas(self, row: Row, lost: set[str]) -> str:
        """Give cells their own formula where the one they shared stood in a row that is no more."""
        if lost.isdisjoint(_GROUP.findall(row.inside)):
            return row.whole
        whole = row.whole
        for cell in cells(row.inside):
            found = _FORMULA.search(cell.inside or "")
            group = attributes(found[1]).get("si", "") if found else ""
            if found and group in lost:
                text = self._own_formula(group, cell.column, row.number)
                whole = whole.replace(found[0], f"<f>{escape(text)}</f>", 1)
        return whole


def _marks(row: Row) -> str:
    """Return the attributes of a row without its number and extent; what was hidden is shown again."""
    return _NOT_KEPT.sub("", row.attributes).rstrip("/ ")


def _chunks(spool: "IO[bytes]") -> Iterator[bytes]:
    spool.seek(0)
    yield from iter(lambda: spool.read(_CHUNK), b"")


def _with_cells(row: Row, new: dict[str, str]) -> str:
    """Put cells into a row, in the order of the columns."""
    written = {column_number(cell.column): _as_it_was(row, cell) for cell in cells(row.inside)}
    written |= {column_number(column): text for column, text in new.items()}
    return f'<row r="{row.number}"{_marks(row)}>{"".join(written[n] for n in sorted(written))}</row>'


def _as_it_was(row: Row, cell: Cell) -> str:
    tag = f'<c r="{cell.column}{row.number}"{cell.marks}'
    return f"{tag}/>" if cell.inside is None else f"{tag}>{cell.inside}</c>"
