"""The tables of FedRAMP's forms: columns and places as data, rows read by their headings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec

from milepost.authorities.intake.cells import text_of
from milepost.authorities.intake.reading import tables_in
from milepost.authorities.intake.tables import Cells, Table, head_of, is_package
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.markup import attributes, decoded, element
from milepost.authorities.sheets.template import WORKBOOK
from milepost.domain.errors import InputRefused, UnknownFormat
from milepost.domain.plan_document import CellValue, column_letters
from milepost.domain.problem import Problem
from milepost.workbooks.package import TOTAL
from milepost.workbooks.zipped import check_directory, damage_named, opened_zip

_SEARCHED = 40
_FEWEST = 4
_TELLING = 3
_SHEET = element("sheet")
FormRow = Mapping[str, CellValue]
"""What a row says by field; a blank cell is not there."""


class FormColumn(msgspec.Struct, frozen=True):
    """A column: the field it is, its exact heading, date or text, and the choices of its drop-down."""

    field: str
    heading: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True):
    """A form: its sheet, its rows, its columns.

    `key` is the field that names a row. `guides` begin the label or the key of rows that explain the
    columns; `guides_are_sent` tells whether they stay when the form is sent. A row whose `example_field` is
    like `example` shows how to fill one. `block` gives the fact below each label above the headings;
    `placeholders` are words that stand for nothing there.
    """

    title: str
    source: str
    verified: bool
    sheet: str
    header_row: int
    first_row: int
    key: str
    guides_are_sent: bool
    guides: tuple[str, ...]
    example: str
    example_field: str
    placeholders: tuple[str, ...]
    block: dict[str, str]
    columns: tuple[FormColumn, ...]

    @property
    def key_heading(self) -> str:
        """The heading of the column that names a row."""
        return next(each.heading for each in self.columns if each.field == self.key)

    def is_guide(self, text: str) -> bool:
        """Tell whether a label or a key belongs to a row that explains the columns."""
        said = folded(text)
        return any(said.startswith(folded(words)) for words in self.guides)


class FormTable(NamedTuple):
    """What a filled form says: its rows, the facts above them, and what could not be taken."""

    rows: tuple[FormRow, ...]
    facts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


class _Found(NamedTuple):
    table: Table
    row: int
    columns: dict[str, int]


@cache
def form_named(name: str) -> Form:
    """Return the form in a data file of this folder."""
    text = (resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Form)


def read_form(path: Path, form: Form, name: str = "") -> FormTable:
    """Read the rows of a filled form by its headings, wherever they stand; examples are left out.

    Raises:
        InputRefused: the file cannot be taken.
        UnknownFormat: no sheet has the form's headings.
    """
    shown = name or path.name
    found = _place(tables_in(path), form)
    if found is None:
        fix = f"give the form with the heading {form.key_heading!r}"
        raise UnknownFormat(f"no sheet has the headings of the {form.title}", where=shown, fix=fix)
    problems: list[Problem] = []
    rows = tuple(_rows(found, form, problems))
    return FormTable(rows, _facts(found, form), tuple(problems))


def value_of(cell: CellValue) -> CellValue:
    """Return a cell as forms keep it: days as dates, whole numbers without a fraction, answers as words."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        whole = not (cell.hour or cell.minute or cell.second or cell.microsecond)
        return cell.date() if whole else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, str | int | float | date) else text_of(cell)


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets in small letters; none for what is no workbook."""
    try:
        if not is_package(head_of(path)):
            return []
        with opened_zip(path, path.name) as archive:
            check_directory(archive, path.name, TOTAL)
            if WORKBOOK not in archive.namelist():
                return []
            with damage_named(path.name):
                workbook = decoded(archive.read(WORKBOOK), WORKBOOK)
    except InputRefused:
        return []
    marks = (attributes(found[1]) for found in _SHEET.finditer(workbook))
    return [each.get("name", "").strip().casefold() for each in marks]


def _place(tables: Sequence[Table], form: Form) -> _Found | None:
    """Return the sheet and row with the most headings; the form's own sheet before any other."""
    best: tuple[tuple[bool, int], _Found] | None = None
    wanted = {folded(each.heading): each.field for each in form.columns}
    for table in tables:
        own = folded(table.name) == folded(form.sheet)
        for number, row in enumerate(table.rows[:_SEARCHED]):
            columns = headings_in(row, wanted)
            if form.key not in columns or len(columns) < _FEWEST:
                continue
            rank = (own, len(columns))
            if best is None or rank > best[0]:
                best = (rank, _Found(table, number, _with_above(table, number, columns, wanted)))
    return best[1] if best else None


def headings_in(row: Sequence[object], wanted: Mapping[str, str]) -> dict[str, int]:
    """Return the column of each field whose folded heading a row holds; the first of equals counts."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = wanted.get(folded(cell)) if isinstance(cell, str) and cell else None
        if name:
            columns.setdefault(name, place)
    return columns


def _with_above(
    table: Table, number: int, columns: dict[str, int], wanted: Mapping[str, str]
) -> dict[str, int]:
    """Add the headings that were merged with the cell above, and so stand one row higher."""
    above = headings_in(table.rows[number - 1], wanted) if number else {}
    taken = set(columns.values())
    merged = {name: place for name, place in above.items() if name not in columns and place not in taken}
    return columns | merged


def _rows(found: _Found, form: Form, problems: list[Problem]) -> Iterator[FormRow]:
    key = found.columns[form.key]
    for number, cells in enumerate(found.table.rows[found.row + 1 :], found.row + 2):
        row = {
            name: value_of(cells[place])
            for name, place in found.columns.items()
            if place < len(cells) and cells[place] not in ("", None)
        }
        if not row or _explains(row, cells[:key], form):
            continue
        if form.key in row:
            yield row
        elif len(row) >= _TELLING:
            where = f"{found.table.name}!{column_letters(key)}{number}"
            fix = "name the row there, or delete it"
            problems.append(Problem(where, f"the row has no {form.key_heading}, so it was not taken", fix))


def _explains(row: FormRow, labels: Cells, form: Form) -> bool:
    said = [text for text in map(text_of, labels) if text]
    said.append(text_of(row.get(form.key)))
    if any(form.is_guide(text) for text in said):
        return True
    example = text_of(row.get(form.example_field))
    return bool(form.example and re.fullmatch(form.example, example, re.IGNORECASE))


def _facts(found: _Found, form: Form) -> dict[str, str]:
    """Return what stands below the labels above the headings."""
    labels = {folded(label): name for label, name in form.block.items()}
    facts: dict[str, str] = {}
    rows = found.table.rows[: found.row]
    for number, row in enumerate(rows[:-1]):
        for name, place in headings_in(row, labels).items():
            below = rows[number + 1]
            text = text_of(below[place]) if place < len(below) else ""
            if text and folded(text) not in map(folded, form.placeholders):
                facts.setdefault(name, text)
    return facts
