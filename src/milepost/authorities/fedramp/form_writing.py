"""FedRAMP's forms written: into the user's own official workbook, or as a plain table of the same columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from milepost.authorities.documents.contract import Written
from milepost.authorities.fedramp.forms import Form, FormRow
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.filler import Fill
from milepost.authorities.sheets.filling import WorkbookFiller
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.styles import DATE_FORMAT, Style
from milepost.authorities.sheets.template import NamedSheet, Template
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line, SheetForm, Table, Validation, WorkbookWriter
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import CellValue
from milepost.domain.problem import Problem
from milepost.workbooks.package import opened

_SEARCHED = 40
_LONGEST_LIST = 255
_REACH = 1000
_PLAIN = Style()
_DAY = Style(number_format=DATE_FORMAT)
_HEADING = Style(bold=True, colour="FF1A4480", fill="FFCCECFC", border=True, centred=True)
_BOLD = Style(bold=True)
_Texts = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What goes into a form: its rows, the facts above them by name, and the day that it speaks of."""

    rows: Sequence[FormRow]
    as_of: date
    facts: Mapping[str, CellValue]


@dataclass(frozen=True, slots=True)
class _Place:
    """The form's sheet in a workbook: letters by field, heading row, first row of data, cells of facts."""

    sheet: NamedSheet
    letters: dict[str, str]
    header_row: int
    first_row: int
    block: dict[str, str]


def write_form(form: Form, filling: Filling, out: Path, base: Path | None = None) -> Written:
    """Write a form to `out`, whole or not at all.

    With a base, the user's own workbook, its rows of data are replaced and every other part stays as it is.

    Raises:
        InputRefused: the base is no such form, damaged, or built to do harm.
    """
    if base is None:
        with saved(out) as file:
            return _new(form, filling, file)
    with opened(base) as package, saved(out) as file:
        return _filled(form, filling, file, Template(package))


def _new(form: Form, filling: Filling, file: BinaryIO) -> Written:
    writer = WorkbookWriter(file, form.title, filling.as_of)
    columns = tuple(
        (letters(number), _DAY if column.kind == "date" else _PLAIN)
        for number, column in enumerate(form.columns, 1)
    )
    table = Table(form.first_row, columns, _values(filling.rows, [each.field for each in form.columns]))
    count = writer.sheet(_sheet_form(form), _lines(form, filling.facts), table)
    writer.close()
    return Written({form.sheet: count}, tuple(writer.problems))


def _sheet_form(form: Form) -> SheetForm:
    lists = []
    for number, column in enumerate(form.columns, 1):
        choices = ",".join(column.choices)
        if choices and len(choices) < _LONGEST_LIST:
            place = f"{letters(number)}{form.first_row}:{letters(number)}#"
            lists.append(Validation("list", place, f'"{choices}"'))
    width = ((1, len(form.columns), 22.0),)
    return SheetForm(form.sheet, width, frozen=form.header_row, validations=tuple(lists), reach=_REACH)


def _lines(form: Form, facts: Mapping[str, CellValue]) -> list[Line]:
    """Lay out title, facts and headings; what the facts are called stands above each of them."""
    headings = tuple(
        (letters(number), column.heading, _HEADING) for number, column in enumerate(form.columns, 1)
    )
    lines = []
    if form.block:
        labels = list(form.block.items())
        named = tuple((letters(n), label, _BOLD) for n, (label, _) in enumerate(labels, 1))
        said = tuple(
            (letters(n), _value(facts.get(name)), _DAY if isinstance(facts.get(name), date) else _PLAIN)
            for n, (_, name) in enumerate(labels, 1)
        )
        lines = [Line(2, named), Line(3, said)]
    return [Line(1, (("A", form.title, _BOLD),)), *lines, Line(form.header_row, headings)]


def _filled(form: Form, filling: Filling, file: BinaryIO, template: Template) -> Written:
    place = _found(form, template)
    problems = [
        Problem(place.sheet.name, f"there is no column {each.heading!r} to write to", "add it by hand")
        for each in form.columns
        if each.field not in place.letters and any(each.field in row for row in filling.rows)
    ]
    fields = [each.field for each in form.columns if each.field in place.letters]
    problems += _guides_left(form, place)
    filler = WorkbookFiller(template, file, problems)
    count = filler.fill(
        place.sheet,
        Fill(
            first_row=place.first_row,
            columns=tuple(place.letters[name] for name in fields),
            dates=frozenset(
                place.letters[e.field] for e in form.columns if e.kind == "date" and e.field in place.letters
            ),
            key=place.letters[form.key],
            fixed={
                cell: _value(filling.facts[name])
                for name, cell in place.block.items()
                if filling.facts.get(name) not in (None, "")
            },
            formula=None,
            rows=_values(filling.rows, fields),
        ),
    )
    filler.close()
    return Written({place.sheet.name: count}, tuple(problems))


def _guides_left(form: Form, place: _Place) -> list[Problem]:
    """Tell of rows that explain the form and do not belong into what is sent."""
    if form.guides_are_sent or place.first_row == place.header_row + 1:
        return []
    labels = " and column A" if place.letters[form.key] != "A" else ""
    what = f"rows {place.header_row + 1} to {place.first_row - 1}{labels} explain the form ({form.source})"
    return [Problem(place.sheet.name, what, "delete them before you send it")]


def _values(rows: Iterable[FormRow], fields: Sequence[str]) -> list[list[Value]]:
    return [[_value(row.get(name)) for name in fields] for row in rows]


def _value(cell: CellValue) -> Value:
    """Return what is written for a cell; times of day, which forms do not have, as text."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell if cell is None or isinstance(cell, str | int | float | date) else str(cell)


def _found(form: Form, template: Template) -> _Place:
    """Find the form's sheet and headings in a workbook."""
    wanted = {folded(each.heading): each.field for each in form.columns}
    own = template.sheet(form.sheet)
    for sheet in (own,) if own else template.sheets:
        texts = template.first_rows(template.divided(sheet), _SEARCHED)
        number = max(texts, key=lambda row: len(_letters(texts[row], wanted)), default=0)
        columns = _letters(texts.get(number, {}), wanted)
        if form.key in columns:
            above = _letters(texts.get(number - 1, {}), wanted)
            taken = set(columns.values())
            columns |= {n: at for n, at in above.items() if n not in columns and at not in taken}
            first = _first_row(form, texts, number, columns[form.key])
            return _Place(sheet, columns, number, first, _block(form, texts, number))
    raise UnknownFormat(
        f"no sheet has the headings of the {form.title}",
        where=template.package.name,
        fix=f"choose the official form, with the heading {form.key_heading!r}",
    )


def _letters(row: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, text in row.items():
        name = wanted.get(folded(text))
        if name:
            found.setdefault(name, column)
    return found


def _first_row(form: Form, texts: _Texts, header_row: int, key: str) -> int:
    """Return the row after the headings and the rows below them that explain the columns."""
    number = header_row + 1
    while any(form.is_guide(texts.get(number, {}).get(column, "")) for column in ("A", key)):
        number += 1
    return number


def _block(form: Form, texts: _Texts, header_row: int) -> dict[str, str]:
    """Return the cell of each fact: the one below its label."""
    labels = {folded(label): name for label, name in form.block.items()}
    found: dict[str, str] = {}
    for number in range(1, header_row):
        for name, column in _letters(texts.get(number, {}), labels).items():
            found.setdefault(name, f"{column}{number + 1}")
    return found
