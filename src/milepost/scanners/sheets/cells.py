"""The cells of a row by field: as text, as a day, or as a note beside the finding; odd ones are named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.columns import Columns
from milepost.scanners.sheets.days import DayColumn
from milepost.scanners.sheets.fields import DATES, fields, folded
from milepost.scanners.sheets.found import FoundTable, Line
from milepost.workbooks.sheets import Broken, Value

_ASIDE = ("owner", "due", "notes")
"""Fields that no fact has a place for: they stand beside the evidence, under their headings."""
_PLAIN = frozenset(fields()) - {*_ASIDE, *DATES}
"""Fields of which a single cell is taken as the text that it is."""
_EMPTY = ("", None)
_JOINED = " / "
_TRIGGERS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@dataclass(slots=True)
class RowOfFields:
    """A row: where it stands, what its fields say, its days, and (heading, text) of what stands aside."""

    place: str
    said: dict[str, str]
    days: dict[str, date] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


class CellReader:
    """Reads the rows of a table by a mapping; its problems are added to those of the table."""

    def __init__(self, source: Source, table: FoundTable, columns: Columns) -> None:
        """Find the place of each column."""
        self._source = source
        self._table = table
        self._places = {name: each for name, each in _places(table.columns, columns.fields).items() if each}
        self._plain = [
            (name, places[0], name in _PLAIN and len(places) == 1) for name, places in self._places.items()
        ]
        look = self._learn_days
        self._days = {name: DayColumn(columns.day_order, table.later_dates, look) for name in DATES}
        self._first_problem = len(table.problems)

    def rows(self) -> Iterator[RowOfFields]:
        """Yield every row that holds anything."""
        for line in self._table.lines():
            yield self._row(line)

    def _learn_days(self) -> None:
        """Learn how dates are written from the whole of each column, and say what stays doubtful."""
        wanted = {name: places[0] for name, places in self._places.items() if name in DATES}
        for column in self._days.values():
            column.look = None
        before = len(self._table.problems)
        for line in self._table.lines():
            for name, place in wanted.items():
                self._days[name].learn([line.values[place]])
        del self._table.problems[before:]
        for name, place in wanted.items():
            doubt = self._days[name].doubt()
            if doubt:
                where = f"{self._source.name}, column {self._table.columns[place]}"
                fix = "state the order: milepost columns save FILE --dates 'day first'"
                self._table.problems.insert(self._first_problem, Problem(where, doubt, fix))
                self._first_problem += 1

    def _row(self, line: Line) -> RowOfFields:
        number, cells = line
        said: dict[str, str] = {}
        row = RowOfFields(self._table.where(number), said, {}, [])
        for name, place, plain in self._plain:
            value = cells[place]
            if plain and type(value) is str and value[:1] != "'":
                if text := value.strip():
                    said[name] = text
            elif name in DATES:
                if value not in _EMPTY:
                    self._read_day(row, line, name, place, value)
            else:
                self._read_text(row, line, name)
        return row

    def _read_day(self, row: RowOfFields, line: Line, name: str, place: int, value: Value) -> None:
        if isinstance(value, str) and not value.strip():
            return
        day = self._days[name].read(value)
        if day is None:
            shown = text_of(value)[:60]
            self._odd(line, place, f"“{shown}” is no day", "write it as 2026-03-15, or leave it empty")
            row.notes.append((self._table.columns[place], shown))
            return
        row.days[name] = day
        if name in _ASIDE:
            row.notes.append((self._table.columns[place], day.isoformat()))

    def _read_text(self, row: RowOfFields, line: Line, name: str) -> None:
        texts = []
        for place in self._places[name]:
            value = line.values[place]
            if value in _EMPTY:
                continue
            if isinstance(value, Broken):
                self._odd(line, place, f"{value} is the error of a formula", "correct the formula")
                continue
            text = text_of(value)
            if text and name in _ASIDE:
                row.notes.append((self._table.columns[place], text))
            elif text:
                texts.append(text)
        if texts:
            row.said[name] = _JOINED.join(texts)

    def _odd(self, line: Line, place: int, what: str, fix: str) -> None:
        where = f"{self._source.name}, {self._table.where(line.number, place)}"
        self._table.problems.append(Problem(where, what, fix))


def text_of(value: Value) -> str:
    """Return a value as text: whole numbers without the point that workbooks give them.

    The apostrophe that an export puts before what looks like a formula (ASVS 5.0.0, 1.2.10) is taken off.
    """
    if isinstance(value, str):
        return (value[1:] if value[:1] == "'" and value[1:2] in _TRIGGERS else value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _places(headings: Iterable[str], fields: Mapping[str, Iterable[str]]) -> dict[str, list[int]]:
    by_heading = {folded(heading): place for place, heading in enumerate(headings)}
    return {
        name: [by_heading[folded(heading)] for heading in given if folded(heading) in by_heading]
        for name, given in fields.items()
    }
