"""The POA&M as a workbook: in the layout of template 3.0 or 2.1, new or filled into the user's template.

Source of the layouts: FedRAMP POA&M template 2.1 (2024-03-29) and SSP Appendix O 3.0 (2025-11-17).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from milepost.authorities.fedramp.assets import ASSETS_SHEET, AssetLists, rows_of_cells
from milepost.authorities.fedramp.columns import SCHEDULED, formula_of, rules_of
from milepost.authorities.fedramp.fields import Poam, PoamRow
from milepost.authorities.fedramp.headings import DAY, PLAIN, item_lines, text_lines
from milepost.authorities.fedramp.layouts import LAYOUTS, ItemSheet, Layout, Part, TextSheet
from milepost.authorities.fedramp.recognition import Place, recognised
from milepost.authorities.fedramp.values import completion_by_rule
from milepost.authorities.sheets.filler import Fill
from milepost.authorities.sheets.filling import WorkbookFiller
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.template import Template
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import SheetForm, Table, WorkbookWriter
from milepost.domain.problem import Problem
from milepost.workbooks.package import opened

Version = Literal["3.0", "2.1"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: the layout, the items on each sheet, and what did not go as it stands."""

    layout: str
    rows: dict[str, int]
    problems: list[Problem]


def write_workbook(
    poam: Poam, out: Path, *, layout: Version = "3.0", template: Path | None = None
) -> Receipt:
    """Write the POA&M to `out`, whole or not at all.

    Without a template the layout is written from built-in facts; with one, the template's own headings
    decide the layout and everything in it that is no item stays.

    Raises:
        InputRefused: the template is no FedRAMP POA&M workbook, damaged, or built to do harm.
        OversizedInput: there are more items than a sheet has rows.
    """
    if template is None:
        with saved(out) as file:
            return _write_new(poam, file, LAYOUTS[layout])
    with opened(template) as package, saved(out) as file:
        return _fill(poam, file, Template(package))


def _write_new(poam: Poam, file: BinaryIO, layout: Layout) -> Receipt:
    writer = WorkbookWriter(file, f"POA&M of {poam.system_name}", poam.as_of)
    overflow, counts = AssetLists(), dict[str, int]()
    for sheet in layout.sheets:
        if isinstance(sheet, TextSheet):
            writer.sheet(sheet.form, text_lines(sheet))
            continue
        items = _noting(items_of(poam, sheet.part), sheet, writer.problems)
        table = _table(sheet, items, overflow)
        count = writer.sheet(sheet.form, item_lines(sheet, poam), table)
        if count or not sheet.optional:
            counts[sheet.form.name] = count
    writer.problems += _without_sheet(poam, {sheet.part for sheet in layout.item_sheets})
    if overflow.lists:
        writer.sheet(_assets_form(overflow), (), _assets_table(overflow))
    writer.close()
    return Receipt(layout.version, counts, writer.problems)


def _fill(poam: Poam, file: BinaryIO, template: Template) -> Receipt:
    layout, places = recognised(template)
    overflow, counts, problems = AssetLists(), dict[str, int](), list[Problem]()
    filler = WorkbookFiller(template, file, problems)
    for place in places:
        if place.sheet.part is Part.DEFICIENCIES and not poam.deficiencies:
            continue
        items = _noting(items_of(poam, place.sheet.part), place.sheet, problems)
        problems += _labels_missing(place)
        counts[place.named.name] = filler.fill(place.named, _fill_of(place, poam, items, overflow))
    problems += _without_sheet(poam, {place.sheet.part for place in places})
    if overflow.lists or template.sheet(ASSETS_SHEET):
        filler.add(_assets_form(overflow), _assets_table(overflow))
    filler.close()
    return Receipt(layout.version, counts, problems)


def _fill_of(place: Place, poam: Poam, items: Iterable[PoamRow], overflow: AssetLists) -> Fill:
    sheet, where = place.sheet, place.letters
    formula = formula_of(where) if sheet.computes else ""
    rules = rules_of(sheet.columns, formula)
    return Fill(
        first_row=place.first_row,
        columns=tuple(where[column.header] for column in sheet.columns),
        dates=frozenset(where[column.header] for column in sheet.columns if column.is_date),
        key=where[sheet.key],
        fixed={place.block[f.label]: f.value(poam) for f in sheet.block if f.label in place.block},
        formula=(where[SCHEDULED], formula) if formula else None,
        rows=rows_of_cells(rules, items, overflow),
    )


def _without_sheet(poam: Poam, parts: set[Part]) -> list[Problem]:
    """Tell how many deficiencies of the system security plan no sheet took."""
    left = 0 if Part.DEFICIENCIES in parts else len(poam.deficiencies)
    what = f"{left} PL-2 findings have no sheet here and were not written"
    fix = "write them in layout 3.0, which has the sheet PL-2 Findings"
    return [Problem("PL-2 Findings", what, fix)] if left else []


def _labels_missing(place: Place) -> list[Problem]:
    absent = [field.label for field in place.sheet.block if field.label not in place.block]
    what = "the label is not above the items, so its value was not written"
    return [Problem(place.named.name, f"{label}: {what}", "write the value by hand") for label in absent]


def items_of(poam: Poam, part: Part) -> Iterable[PoamRow]:
    """Return the list of the POA&M that a sheet holds."""
    lists = {
        Part.OPEN: poam.open,
        Part.CLOSED: poam.closed,
        Part.CONFIGURATION: poam.configuration,
        Part.DEFICIENCIES: poam.deficiencies,
    }
    return lists[part]


def _noting(items: Iterable[PoamRow], sheet: ItemSheet, problems: list[Problem]) -> Iterator[PoamRow]:
    """Pass the items on and note those for which no completion date can be given."""
    for item in items:
        if (
            sheet.part is not Part.DEFICIENCIES
            and item.scheduled_completion_date is None
            and completion_by_rule(item) is None
        ):
            what = f"no Scheduled Completion Date for the rating {item.original_risk_rating!r}"
            where = f"{sheet.form.name}, {item.poam_id}"
            problems.append(Problem(where, what, "rate the item High, Moderate or Low"))
        yield item


def _table(sheet: ItemSheet, items: Iterable[PoamRow], overflow: AssetLists) -> Table:
    where = {column.header: letters(n) for n, column in enumerate(sheet.columns, sheet.first_column)}
    columns = tuple((where[column.header], DAY if column.is_date else PLAIN) for column in sheet.columns)
    rules = rules_of(sheet.columns, formula_of(where) if sheet.computes else "")
    return Table(sheet.first_row, columns, rows_of_cells(rules, items, overflow))


def _assets_form(overflow: AssetLists) -> SheetForm:
    return SheetForm(ASSETS_SHEET, ((1, max(1, len(overflow.lists)), 30.0),), frozen=1)


def _assets_table(overflow: AssetLists) -> Table:
    return Table(1, tuple((column, PLAIN) for column in overflow.columns()), overflow.rows())
