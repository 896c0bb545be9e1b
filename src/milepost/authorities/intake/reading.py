"""A plan read from any document: its tables, their headings, its layout, its items."""

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.authorities.fedramp import intake as fedramp
from milepost.authorities.intake import completing
from milepost.authorities.intake.delimited import delimited_table, text_of
from milepost.authorities.intake.header_block import dated, facts_above
from milepost.authorities.intake.headings import Found, found_headings
from milepost.authorities.intake.markdown import is_markdown, markdown_tables, summary_in
from milepost.authorities.intake.recognition import Recognised, recognised
from milepost.authorities.intake.rows import RowReader
from milepost.authorities.intake.spreadsheets import spreadsheet_tables
from milepost.authorities.intake.tables import Table, head_of, is_package
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.problem import Problem

if TYPE_CHECKING:
    from milepost.domain.plan_item import PlanItem

_EXPLAINING = frozenset({"example", "examples", "instructions", "glossary", "record of changes"})


def read_plan(path: Path, name: str | None = None) -> PlanDocument:
    """Read a plan of action and milestones; `name` is how people know the file (default: its own name).

    Raises:
        InputRefused: the file cannot be taken.
        UnknownFormat: no table in it has headings that a plan has.
    """
    shown = name or path.name
    found = _found_in(path)
    if not found:
        raise UnknownFormat(
            "no table with the headings of a plan was found",
            where=shown,
            fix="give a table with a heading row: an identifier or a weakness, and at least two fields more",
        )
    layout = recognised(found)
    document = PlanDocument(name=shown, layout=layout.layout, title=layout.title, profile=layout.profile)
    _fill(document, found, layout)
    document.facts = {**_summary(path), **document.facts}
    return document


def layout_of(path: Path) -> Recognised:
    """Return the layout of a plan, told by its headings.

    Raises:
        InputRefused: the file cannot be taken.
    """
    return recognised(_found_in(path))


def _found_in(path: Path) -> list[tuple[Table, Found]]:
    """Return the tables that have headings of a plan."""
    tables = tables_in(path)
    return [(table, each) for table in tables if (each := _headings(table, alone=len(tables) == 1))]


def _summary(path: Path) -> dict[str, str]:
    head = head_of(path)
    if is_package(head):
        return {}
    text = text_of(path.read_bytes(), path.name)
    return summary_in(text) if is_markdown(path, text) else {}


def tables_in(path: Path) -> list[Table]:
    """Return the tables of a workbook, a CSV file or a Markdown text.

    Raises:
        InputRefused: the file cannot be taken.
    """
    if is_package(head_of(path)):
        return spreadsheet_tables(path)
    text = text_of(path.read_bytes(), path.name)
    return markdown_tables(path, text) if is_markdown(path, text) else [delimited_table(path, text)]


def _headings(table: Table, *, alone: bool) -> Found | None:
    explaining = table.name.strip().casefold() in _EXPLAINING
    return None if explaining and not alone else found_headings(table)


def _fill(document: PlanDocument, found: list[tuple[Table, Found]], layout: Recognised) -> None:
    """Read the items of every sheet into the document."""
    sheets: list[PlanSheet] = []
    items: list[PlanItem] = []
    problems: list[Problem] = []
    facts: dict[str, str] = {}
    fields: set[str] = set()
    is_fedramp = layout.layout.startswith("fedramp")
    for number, (table, each) in enumerate(found):
        part = fedramp.part_of(table.name) if is_fedramp else Part.MIXED
        sheet = _sheet(table, each, part)
        reader = RowReader(sheet, number, table.lines)
        sheets.append(sheet)
        sheet.fields = completing.told_by(sheet.columns, layout.layout)
        fields |= sheet.fields
        facts = facts_above(table.rows[: each.row]) | facts
        for item in reader.items(table.rows, each.row + 1):
            if is_fedramp:
                fedramp.complete(item, part)
            items.append(item)
        problems += reader.problems
    for sheet in sheets if layout.layout == "fedramp-3.0" else ():
        sheet.columns.setdefault("milestones", sheet.columns.get("remediation_plan", 0))
    document.sheets, document.items, document.facts = sheets, items, facts
    document.dated = dated(facts)
    completing.completed(items, layout.layout)
    document.fields = frozenset(fields)
    document.problems = problems or ([] if items else [_nothing(document.name)])


def _nothing(name: str) -> Problem:
    return Problem(name, "the document holds no item", "check that it is the filled plan, not the template")


def _sheet(table: Table, found: Found, part: Part) -> PlanSheet:
    known = set(found.columns.values())
    extra = tuple(heading for column, heading in found.headings.items() if column not in known)
    row = table.lines[found.row] if table.lines else found.row + 1
    return PlanSheet(table.name, part, row, dict(found.columns), found.headings, extra, bool(table.lines))
