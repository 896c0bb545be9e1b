"""A form written: a new workbook, CSV or Word table, or into the user's own workbook or CSV."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from milepost.authorities.documents.contract import Writing
from milepost.authorities.forms.form import Column, Form
from milepost.authorities.forms.hearing import separator_of, unguarded
from milepost.authorities.forms.saying import Saying, kept_as
from milepost.authorities.intake.delimited import delimited_table, text_of
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.filler import Fill
from milepost.authorities.sheets.filling import WorkbookFiller
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.styles import DATE_FORMAT, Style
from milepost.authorities.sheets.template import NamedSheet, Template
from milepost.authorities.sheets.text import letters, looks_like_formula
from milepost.authorities.sheets.writer import Line, SheetForm, Table, Validation, WorkbookWriter
from milepost.authorities.word.writer import Grid, Heading, write_word
from milepost.domain.errors import UnknownFormat, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem
from milepost.workbooks.package import opened

HEADING = Style(bold=True, colour="FF1A4480", fill="FFCCECFC", border=True)
PLAIN = Style()
DAY = Style(number_format=DATE_FORMAT)
_SEARCHED = 40
_NARROW, _WIDE = 18.0, 48.0


@dataclass(frozen=True, slots=True)
class Task:
    """A plan to be written on a form: what is said, and how it is to be written."""

    saying: Saying
    writing: Writing
    out: Path

    @property
    def form(self) -> Form:
        """The form."""
        return self.saying.form

    @property
    def plan(self) -> PlanDocument:
        """The plan."""
        return self.saying.plan


def write_form(task: Task) -> list[Problem]:
    """Write the items, whole or not at all, as the ending of the file says.

    Raises:
        WrongUse: the ending is none that the form can have, or the base has another ending.
        UnknownFormat: the base has no table with the form's headings.
    """
    suffix, base = task.out.suffix.casefold(), task.writing.base
    writers = _FILLED if base else _NEW
    if suffix not in writers or (base and base.suffix.casefold() != suffix):
        known = " or ".join(writers)
        what = f"{task.form.title} is not written {'into a base ' if base else ''}as {suffix or 'this'}"
        raise WrongUse(what, where=task.out.name, fix=f"name a file that ends in {known}")
    return writers[suffix](task)


def columns_of(form: Form, plan: PlanDocument) -> tuple[Column, ...]:
    """Return the form's columns, then those that the items were read with and the form does not know."""
    prefix = kept_as(form, "")
    kept = (name[len(prefix) :] for item in plan.items for name in item.texts if name.startswith(prefix))
    own = (heading for heading in dict.fromkeys(kept) if form.column_of(heading) is None)
    return (*form.columns, *(Column(heading) for heading in own))


def _workbook(task: Task) -> list[Problem]:
    columns = columns_of(task.form, task.plan)
    places = [letters(number) for number in range(1, len(columns) + 1)]
    widths = tuple(
        (number, number, _WIDE if column.heading in task.form.wide else _NARROW)
        for number, column in enumerate(columns, 1)
    )
    heads = Line(
        1, tuple((place, each.heading, HEADING) for place, each in zip(places, columns, strict=True))
    )
    choices = _choices(task.form, columns)
    form = SheetForm(task.form.sheet, widths, frozen=1, validations=choices, reach=200)
    table = Table(2, tuple((place, DAY) for place in places), _rows(task, columns))
    with saved(task.out) as file:
        writer = WorkbookWriter(file, f"{task.form.title}: {task.plan.name}", task.writing.as_of)
        writer.sheet(form, [heads], table)
        if task.form.summary:
            _summary(writer, task.saying)
        writer.close()
    return writer.problems


def _summary(writer: WorkbookWriter, saying: Saying) -> None:
    lines = [Line(1, (("A", "Status", HEADING), ("B", "Items", HEADING)))]
    counted = enumerate(counts(saying).items(), 2)
    lines += [Line(number, (("A", word, PLAIN), ("B", count, PLAIN))) for number, (word, count) in counted]
    writer.sheet(SheetForm("Summary", ((1, 1, 30.0), (2, 2, 12.0)), frozen=1), lines)


def counts(saying: Saying) -> dict[str, int]:
    """Count the items by the form's words for their status, and all of them."""
    own = {folded(word): word for word, _ in saying.form.words}
    said = ((item, own.get(folded(saying.status(item)))) for item in saying.plan.items)
    found = Counter(word or saying.form.word_of(item.status) or "No status" for item, word in said)
    return {**{word: found[word] for word in (*own.values(), *found)}, "Total": len(saying.plan.items)}


def _choices(form: Form, columns: tuple[Column, ...]) -> tuple[Validation, ...]:
    place = next((letters(n) for n, column in enumerate(columns, 1) if column.field == "status"), "")
    if not place or not form.only_these_words:
        return ()
    words = ",".join(dict.fromkeys(word for word, _ in form.words))
    return (Validation("list", f"{place}2:{place}#", f'"{words}"'),)


def _rows(task: Task, columns: tuple[Column, ...]) -> Iterator[list[Value]]:
    return (task.saying.row(item, columns) for item in task.plan.items)


def _csv(task: Task) -> list[Problem]:
    columns = columns_of(task.form, task.plan)
    _save_csv(task, [[column.heading for column in columns]], _rows(task, columns), ",")
    return []


def _save_csv(task: Task, above: list[list[str]], rows: Iterator[list[Value]], separator: str) -> None:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([[guarded(cell) for cell in row] for row in above])
    writer.writerows([[guarded(as_text(cell, task.form.date_format)) for cell in row] for row in rows])
    with saved(task.out) as file:
        file.write(text.getvalue().encode("utf-8-sig"))


def as_text(cell: Value, date_format: str = "%Y-%m-%d") -> str:
    """Return a cell as text; days as the form writes them."""
    return cell.strftime(date_format) if isinstance(cell, date) else "" if cell is None else str(cell)


def guarded(text: str) -> str:
    """Put a quote before a text that a spreadsheet program would take for a formula (ASVS 5.0.0, 1.2.10)."""
    return f"'{text}" if looks_like_formula(text.lstrip("'")) else text


def _word(task: Task) -> list[Problem]:
    columns = columns_of(task.form, task.plan)
    rows = ([as_text(cell) for cell in row] for row in _rows(task, columns))
    shares = [2 if column.heading in task.form.wide else 1 for column in columns]
    grid = Grid(task.form.title, [column.heading for column in columns], rows, shares)
    system = task.plan.facts.get("system", "") or task.plan.name
    title = f"{task.form.title}: {system}"
    write_word(task.out, title, task.writing.as_of, [Heading(title, 0), grid])
    return []


def _filled_workbook(task: Task) -> list[Problem]:
    """Replace the rows of the base; columns that people added follow their row, all other parts stay."""
    problems: list[Problem] = []
    with opened(task.writing.base or task.out) as package, saved(task.out) as file:
        template = Template(package)
        sheet, header, places = _place(task.form, template)
        columns = tuple(each for each in task.form.columns if each.heading in places)
        problems += _absent(task.form, columns, sheet.name)
        where = tuple(places[each.heading] for each in columns)
        key = next((places[each.heading] for each in columns if each.field == "id"), where[0])
        rows = _rows(task, columns)
        filler = WorkbookFiller(template, file, problems)
        filler.fill(sheet, Fill(header + 1, where, _day_columns(columns, places), key, {}, None, rows))
        filler.close()
    return problems


def _day_columns(columns: tuple[Column, ...], places: Mapping[str, str]) -> frozenset[str]:
    return frozenset(places[each.heading] for each in columns if "date" in each.heading.casefold())


def _absent(form: Form, columns: tuple[Column, ...], where: str) -> list[Problem]:
    absent = [each.heading for each in form.columns if each not in columns]
    fix = "add the columns to the base, or write without one"
    return [Problem(where, f"the base has no column {', '.join(absent)}", fix)] if absent else []


def _place(form: Form, template: Template) -> tuple[NamedSheet, int, dict[str, str]]:
    """Return the sheet with the form's headings, their row, and the letters of each."""
    for sheet in template.sheets:
        for number, row in template.first_rows(template.divided(sheet), _SEARCHED).items():
            found = {each.heading: place for place, text in row.items() if (each := form.column_of(text))}
            if {folded(heading) for heading in found} >= form.signature:
                return sheet, number, found
    raise _unknown(form, template.package.name)


def _unknown(form: Form, name: str) -> UnknownFormat:
    what = f"no table of the base has the headings of {form.title}"
    return UnknownFormat(what, where=name, fix="choose a former export, or write without a base")


def _filled_csv(task: Task) -> list[Problem]:
    """Write in the base's own order of columns; what stands above them and in unknown columns stays."""
    base = task.writing.base or task.out
    text = text_of(base.read_bytes(), base.name)
    separator = separator_of(task.form, text)
    table = delimited_table(base, text, separator)
    texts = [[str(unguarded(cell) or "") for cell in row] for row in table.rows]
    header = next((n for n, row in enumerate(texts) if set(map(folded, row)) >= task.form.signature), -1)
    if header < 0:
        raise _unknown(task.form, base.name)
    headings = texts[header]
    columns = tuple(task.form.column_of(heading) or Column(heading) for heading in headings)
    former = _by_identifier(columns, texts[header + 1 :])
    _save_csv(task, texts[: header + 1], _joined(task, columns, former), separator)
    return _absent(task.form, columns, base.name)


def _by_identifier(columns: tuple[Column, ...], rows: list[list[str]]) -> dict[str, list[str]]:
    place = next((n for n, column in enumerate(columns) if column.field == "id"), -1)
    return {row[place]: row for row in rows if 0 <= place < len(row) and row[place]}


def _joined(
    task: Task, columns: tuple[Column, ...], former: Mapping[str, list[str]]
) -> Iterator[list[Value]]:
    for item in task.plan.items:
        said = task.saying.row(item, columns)
        before = former.get(item.id, [])
        for place, column in enumerate(columns):
            if not column.field and said[place] in ("", None) and place < len(before):
                said[place] = before[place]
        yield said


_NEW: dict[str, Callable[[Task], list[Problem]]] = {".xlsx": _workbook, ".csv": _csv, ".docx": _word}
_FILLED: dict[str, Callable[[Task], list[Problem]]] = {".xlsx": _filled_workbook, ".csv": _filled_csv}
