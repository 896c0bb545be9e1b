"""The import workbook: the user's own template or export filled, or a plain one in a layout of 2026."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.emass.composing import Composer, Target
from milepost.authorities.emass.devices import DeviceLists
from milepost.authorities.emass.former_workbook import Base, read_base
from milepost.authorities.emass.layout import NEWEST, fields_in, new_layout, placed
from milepost.authorities.emass.matching import matched
from milepost.authorities.emass.plain import FIRST_ROW, SHEET, form, lines, styles
from milepost.authorities.emass.requirements import Judged, told
from milepost.authorities.sheets.filler import Fill
from milepost.authorities.sheets.filling import WorkbookFiller
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.template import Template
from milepost.authorities.sheets.writer import Table, WorkbookWriter
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem
from milepost.workbooks.package import opened

_CHECKS = ("warn", "refuse")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be written and how; `refuse` asks for a workbook in which no rule is broken."""

    plan: PlanDocument
    writing: Writing
    devices: DeviceLists
    refuse: bool


def write_workbook(plan: PlanDocument, out: Path, writing: Writing) -> Written:
    """Write a plan to `out`, whole or not at all, and lists of devices that no cell holds beside it.

    Raises:
        InputRefused: the base is no eMASS import workbook, damaged, or built to do harm.
        NotAllowed: a rule of eMASS is broken, and `check=refuse` asks for none.
        WrongUse: an option has no such value.
    """
    check = writing.choices.get("check", "warn")
    if check not in _CHECKS:
        raise WrongUse(f"there is no check {check}", fix=f"set check to {' or '.join(_CHECKS)}")
    devices = DeviceLists(out.with_name(f"{out.stem}-devices.csv"))
    asked = _Asked(plan, writing, devices, check == "refuse")
    if writing.base is None:
        return _write_new(asked, out)
    with opened(writing.base) as package:
        template = Template(package)
        return _fill(asked, template, read_base(template, writing.base), out)


def _write_new(asked: _Asked, out: Path) -> Written:
    layout = new_layout(asked.writing.choices.get("layout", "navy"))
    headings = placed(layout.columns)
    letters = fields_in(headings)
    as_of = asked.writing.as_of
    fields = {column: name for name, column in letters.items()}
    target = Target(tuple(headings), fields, NEWEST, as_of, FIRST_ROW, silent=False)
    items = asked.plan.items
    problems = told((Judged(item, NEWEST, as_of) for item in items), strict=asked.refuse)
    rows = Composer(target, asked.devices).rows(items, {})
    with saved(out) as file:
        writer = WorkbookWriter(file, f"POA&M of {asked.plan.name}", as_of, problems)
        table = Table(FIRST_ROW, styles(headings, letters), rows)
        writer.sheet(form(headings, letters), lines(headings, asked.plan, as_of), table)
        writer.close()
        asked.devices.save()
    return Written({SHEET: len(items)}, (*problems, *asked.devices.problems()))


def _fill(asked: _Asked, template: Template, base: Base, out: Path) -> Written:
    plan, as_of = asked.plan, asked.writing.as_of
    former = matched(plan.items, base.items)
    judged = (
        Judged(item, base.form, as_of, former[number].item if number in former else None)
        for number, item in enumerate(plan.items)
    )
    problems = told(judged, strict=asked.refuse)
    target = Target(
        base.columns,
        {column: name for name, column in base.letters.items()},
        base.form,
        as_of,
        base.first_row,
        silent=not plan.layout.startswith("emass"),
        base=base,
    )
    rows = Composer(target, asked.devices).rows(plan.items, former)
    fill = Fill(base.first_row, base.columns, base.dates, base.letters["description"], {}, None, rows)
    with saved(out) as file:
        _filled(template, base, fill, file, problems)
        asked.devices.save()
    kept = {each.item.row for each in former.values()}
    problems += _left_out(
        [each.item.id or f"row {each.item.row}" for each in base.items if each.item.row not in kept]
    )
    return Written({base.sheet.name: len(plan.items)}, (*problems, *asked.devices.problems()))


def _filled(template: Template, base: Base, fill: Fill, file: BinaryIO, problems: list[Problem]) -> None:
    filler = WorkbookFiller(template, file, problems)
    filler.fill(base.sheet, fill)
    filler.close()


def _left_out(names: list[str]) -> Iterator[Problem]:
    if names:
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        what = f"{len(names):,} items of the former workbook are not in the plan and were left out: {shown}"
        yield Problem(
            "the base", what, "eMASS keeps what an import does not name; add them to the plan to update"
        )
