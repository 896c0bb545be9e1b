"""From the table of a form to a plan: headings found wherever they stand, known cells typed, others kept."""

import csv
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from milepost.authorities.forms.form import Column, Form
from milepost.authorities.forms.saying import SEPARATOR, kept_as
from milepost.authorities.forms.steps import read_changes, read_milestones
from milepost.authorities.intake.cells import CONVERT, text_of
from milepost.authorities.intake.delimited import delimited_table
from milepost.authorities.intake.delimited import text_of as decoded
from milepost.authorities.intake.header_block import facts_above
from milepost.authorities.intake.markdown import is_markdown
from milepost.authorities.intake.reading import tables_in
from milepost.authorities.intake.tables import Cells, Table, head_of, is_package
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.text import looks_like_formula
from milepost.domain.errors import InputRefused, UnknownFormat
from milepost.domain.plan_document import CellValue, Part, PlanDocument, PlanSheet
from milepost.domain.plan_item import FieldChange, PlanItem, Verification
from milepost.domain.problem import Problem
from milepost.workbooks.dates import read_date
from milepost.workbooks.sheets import workbook_in
from milepost.workbooks.word import is_word, word_blocks

_SEARCHED = 40
_HEAD = 1 << 16
_CHANGE_PARTS = 6
_SEPARATORS = ",;\t|"
_LONGEST = 3_000
_Headings = tuple[frozenset[str], ...]


class _Place(NamedTuple):
    """A table of the form: its heading row, counted from 0, and its headings by column."""

    table: Table
    row: int
    headings: dict[int, str]


def recognises(form: Form, path: Path) -> bool:
    """Tell whether a table in the file has the headings that the form is known by."""
    try:
        state = path.stat()
        seen = _heading_rows(path, state.st_mtime_ns, state.st_size)
    except (OSError, InputRefused):
        return False
    return any(row >= form.signature for row in seen)


@lru_cache(maxsize=4)
def _heading_rows(path: Path, changed: int, size: int) -> _Headings:
    """Return the folded texts of the first rows; time and size tell whether the file is the same."""
    del changed, size
    return tuple(
        frozenset(folded(cell) for cell in row if isinstance(cell, str)) for row in _first_rows(path)
    )


def _first_rows(path: Path) -> Iterator[Sequence[CellValue]]:
    head = head_of(path)
    if not is_package(head):
        with path.open("rb") as file:
            text = decoded(file.read(_HEAD), path.name)
        if not is_markdown(path, text):
            yield from (cells for _, cells in _split_lines(text))
    elif is_word(path):
        for table in _word_tables(path):
            yield from table.rows[:_SEARCHED]
    else:
        with workbook_in(path, path.name) as workbook:
            for sheet in workbook.sheets:
                for row in islice(workbook.rows(sheet), _SEARCHED):
                    yield list(row.values.values())


def _split_lines(text: str) -> Iterator[tuple[str, Sequence[CellValue]]]:
    """Yield each of the first lines, cut by each separator that a table can have."""
    lines = [line[:_LONGEST] for line in text.splitlines()[:_SEARCHED]]
    for separator in _SEPARATORS:
        yield from ((separator, row) for row in csv.reader(lines, delimiter=separator))


def separator_of(form: Form, text: str) -> str:
    """Return the separator by which the form's headings stand in a text; empty where they do not."""
    for separator, row in _split_lines(text):
        if {folded(str(cell)) for cell in row} >= form.signature:
            return separator
    return ""


def read_form(form: Form, path: Path, name: str) -> PlanDocument:
    """Read the items of every table with the form's headings.

    Raises:
        InputRefused: the file cannot be taken.
        UnknownFormat: no table has the headings that the form is known by.
    """
    tables = form_tables(form, path)
    places = [place for table in tables if (place := _placed(form, table))]
    if not places:
        missing = ", ".join(
            column.heading for column in form.columns if folded(column.heading) in form.signature
        )
        what = f"no table has the headings of {form.title}"
        raise UnknownFormat(what, where=name, fix=f"give a table with the headings {missing}")
    document = PlanDocument(name=name, layout=form.name, title=form.title)
    sheets, items, problems = [], [], list[Problem]()
    for number, place in enumerate(places):
        sheets.append(_sheet(form, place))
        found = list(_items(form, place, number))
        items += found
        document.facts = {**facts_above(place.table.rows[: place.row]), **document.facts}
    document.sheets, document.items = sheets, items
    document.facts = {**document.facts, **_facts(form, items)}
    document.fields = form.carries | {"status_label"}
    if not items:
        problems.append(Problem(name, "the document holds no item", "check that it is the filled plan"))
    document.problems = problems
    return document


def form_tables(form: Form, path: Path) -> list[Table]:
    """Return the tables of a workbook, a text or a Word document; a quote that guards a formula is taken off.

    Raises:
        InputRefused: the file cannot be taken.
    """
    if is_package(head_of(path)):
        return _word_tables(path) if is_word(path) else tables_in(path)
    text = decoded(path.read_bytes(), path.name)
    separator = separator_of(form, text)
    found = [delimited_table(path, text, separator)] if separator else tables_in(path)
    return [
        Table(table.name, [[unguarded(cell) for cell in row] for row in table.rows], table.lines)
        for table in found
    ]


def unguarded(cell: CellValue) -> CellValue:
    """Take off the quote that keeps a spreadsheet program from reading a text as a formula."""
    is_guarded = isinstance(cell, str) and cell.startswith("'") and looks_like_formula(cell.lstrip("'"))
    return cell[1:] if is_guarded and isinstance(cell, str) else cell


def _word_tables(path: Path) -> list[Table]:
    found = (block.rows for block in word_blocks(path) if block.rows)
    return [Table(f"table {number}", [list(row) for row in rows]) for number, rows in enumerate(found, 1)]


def _placed(form: Form, table: Table) -> _Place | None:
    for number, row in enumerate(table.rows[:_SEARCHED]):
        headings = {place: str(cell).strip() for place, cell in enumerate(row) if str(cell or "").strip()}
        if {folded(heading) for heading in headings.values()} >= form.signature:
            return _Place(table, number, headings)
    return None


def _sheet(form: Form, place: _Place) -> PlanSheet:
    known = {number: form.column_of(heading) for number, heading in place.headings.items()}
    columns = {column.carried: number for number, column in known.items() if column and column.carried}
    extra = tuple(place.headings[number] for number, column in known.items() if column is None)
    lines = place.table.lines
    row = lines[place.row] if lines else place.row + 1
    return PlanSheet(place.table.name, Part.MIXED, row, columns, place.headings, extra, bool(lines))


def _items(form: Form, place: _Place, sheet: int) -> Iterator[PlanItem]:
    for number, row in enumerate(place.table.rows[place.row + 1 :], place.row + 1):
        if any(text_of(cell) for cell in row):
            at = place.table.lines[number] if place.table.lines else number + 1
            yield _item(form, place, row, PlanItem(sheet=sheet, row=at))


def _item(form: Form, place: _Place, row: Cells, item: PlanItem) -> PlanItem:
    for number, heading in place.headings.items():
        cell = row[number] if number < len(row) else None
        if text_of(cell):
            take(form, heading, cell, item)
    return settled(item)


def settled(item: PlanItem) -> PlanItem:
    """Add to an item what follows from its cells."""
    item.poc, item.finding_key = item.owner, item.source_ref
    if item.is_closed:
        item.actual_completion_date = item.actual_completion_date or item.actual_finish
        item.closed_date = item.actual_completion_date
    return item


def take(form: Form, heading: str, cell: CellValue, item: PlanItem) -> None:
    """Read a cell below a heading into an item; what is no field is kept as text."""
    column = form.column_of(heading) or Column(heading)
    name = column.field
    if name == "status":
        _status(form, cell, item)
    elif name == "milestones":
        item.milestones = tuple(read_milestones(text_of(cell), item.row))
    elif name == "milestone_changes":
        item.milestone_changes = read_changes(text_of(cell), item.row)
    elif name == "verification":
        item.verification = _verification(text_of(cell))
    elif name == "history":
        item.history = tuple(map(_change, text_of(cell).splitlines()))
    elif name in CONVERT:
        CONVERT[name](item, name, cell)
    elif column.carried:
        setattr(item, name, text_of(cell))
    else:
        item.texts[kept_as(form, column.heading)] = text_of(cell)


def _verification(text: str) -> Verification:
    name, comma, day = text.rpartition(", ")
    on = read_date(day).day if comma else None
    return Verification(name, on) if on else Verification(text)


def _change(line: str) -> FieldChange:
    """Read a line of the history; one of another make is kept whole as its reason."""
    parts = [part.strip() for part in f" {line} ".split(SEPARATOR)]
    if len(parts) != _CHANGE_PARTS:
        return FieldChange("", "", "", reason=line.strip())
    return FieldChange(parts[1], parts[2], parts[3], read_date(parts[0]).day, parts[4], parts[5])


def _status(form: Form, cell: CellValue, item: PlanItem) -> None:
    own = form.state_of(text_of(cell))
    if own is None:
        CONVERT["status"](item, "status", cell)
    else:
        item.status, item.status_label = own, text_of(cell)


def _facts(form: Form, items: Sequence[PlanItem]) -> dict[str, str]:
    """Return what all items say alike about their system."""
    found = {}
    for column in form.columns:
        kind, _, name = column.field.partition(":")
        if kind == "fact":
            said = {item.texts.get(kept_as(form, column.heading), "") for item in items}
            if len(said) == 1 and (text := said.pop()):
                found[name] = text
    return found
