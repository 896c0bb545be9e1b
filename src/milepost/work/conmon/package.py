"""The monthly package of continuous monitoring, written whole or not at all."""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction

from milepost.authorities.fedramp import conmon_matrix
from milepost.authorities.fedramp.executive_summary import summary_text, write_summary
from milepost.authorities.fedramp.inventory_workbook import Reconciled, reconciliation_text
from milepost.authorities.fedramp.workbook import Version
from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.problem import Problem
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.conmon.deviation_requests import Requested
from milepost.work.conmon.difference import (
    Difference,
    compared,
    difference_json,
    difference_of,
    difference_text,
    previous_workbook,
)
from milepost.work.conmon.export_forms import Days, export_inventory, export_requests
from milepost.work.conmon.manifest import MissingPart, PackagedFile, packaged, write_manifest
from milepost.work.conmon.missing import Given, missing_parts
from milepost.work.conmon.months import Month, day_of_report, month_named
from milepost.work.conmon.raw_scans import raw_scans, scans_csv
from milepost.work.conmon.standings import History, matrix_of
from milepost.work.conmon.summary import Content, summary_of
from milepost.work.export_poam import export_poam
from milepost.work.history.carrying import carry, checkpoint_for

FORMAT: Final = "milepost-conmon-1"
"""The layout of the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConmonOrder:
    """What is asked for: a system and a month (`2026-11`), the folder to make, the user's own files.

    `previous` is last month's package or workbook. Each template is the user's copy of the official file, or
    last month's filled one; without it a plain document with the same columns is written.
    """

    system: str
    month: str
    out: Path
    as_of: date
    layout: Version = "3.0"
    poam_template: Path | None = None
    inventory: Path | None = None
    deviation_form: Path | None = None
    summary_template: Path | None = None
    previous: Path | None = None
    annual_assessment: str = ""


@dataclass(frozen=True, slots=True)
class ConmonPackage:
    """What was written: the files, what is missing, what did not go as it stands."""

    folder: Path
    month: str
    files: tuple[PackagedFile, ...]
    missing: tuple[MissingPart, ...]
    problems: tuple[Problem, ...]
    reconciled: Reconciled
    difference: Difference


@dataclass(slots=True)
class _Making:
    """A package in the making: its folder, the month, what has been written and noted so far."""

    order: ConmonOrder
    system: System
    month: Month
    day: date
    folder: Path
    files: list[PackagedFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def days(self) -> Days:
        """The days of the month, and the day of writing."""
        return Days(self.month.first, self.day, self.order.as_of)

    def path(self, stem: str, suffix: str) -> Path:
        """Return where a file of the month is written."""
        return self.folder / f"{stem}-{self.month}{suffix}"

    def done(self, kind: str, title: str, path: Path, problems: Sequence[Problem] = ()) -> str:
        """Note a file that was written, and return its name."""
        self.files.append(packaged(self.folder, kind, title, path.name))
        self.problems += problems
        return path.name

    def text(self, kind: str, title: str, path: Path, text: str) -> None:
        """Write a file of text."""
        path.write_text(text, encoding="utf-8", newline="")
        self.done(kind, title, path)


def write_package(order: ConmonOrder) -> ConmonPackage:
    """Write the package of a month into a new folder; where anything fails, nothing is left behind.

    Raises:
        RecordMissing: there is no such system, or no package of last month where it was said to be.
        WrongUse: it is no month, or one that has not begun; the folder cannot be made there.
        StateConflict: the folder exists and holds something.
        InputRefused: a template or last month's workbook cannot be taken.
    """
    month = month_named(order.month, order.as_of)
    _check_place(order.out)
    waiting = order.out.with_name(f".{order.out.name}.{secrets.token_hex(4)}")
    waiting.mkdir(mode=0o700)
    try:
        with transaction.atomic():
            system = finding_systems.locked(order.system)
            day = day_of_report(month, order.as_of)
            package = _write(_Making(order, system, month, day, waiting))
        if order.out.is_dir():
            order.out.rmdir()
        waiting.rename(order.out)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return package


def _check_place(out: Path) -> None:
    if not out.parent.is_dir():
        raise WrongUse("the folder does not exist", where=str(out.parent), fix="create it first")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StateConflict("it exists already", where=str(out), fix="choose a new folder for the package")


def _write(making: _Making) -> ConmonPackage:
    """Write every file, and the manifest last."""
    order, month = making.order, making.month
    history = History(making.system)
    matrix = matrix_of(making.system, history, month, order.as_of)
    scans = raw_scans(making.system, month.first, making.day)
    names = {"poam": _poam(making)}
    poam_problems = tuple(making.problems)
    names["inventory"], reconciled = _inventory(making)
    requests = _requests(making, names)
    _matrix(making, matrix)
    making.text(
        "raw_scans", "Raw scan files of the month", making.path("raw-scans", ".csv"), scans_csv(scans)
    )
    difference = _difference(making, names["poam"])
    standings = list(history.on(making.day))
    content = Content(
        system=making.system.name,
        month=str(month),
        as_of=making.day,
        names=names,
        scans=scans,
        requests=requests,
        standings=standings,
        matrix=matrix,
        problems=poam_problems,
        annual_assessment=order.annual_assessment,
    )
    _summary(making, content)
    given = Given(
        poam=order.poam_template is not None,
        inventory=order.inventory is not None,
        deviation_form=order.deviation_form is not None,
        summary=order.summary_template is not None,
        previous=order.previous is not None,
        annual_assessment=bool(order.annual_assessment),
        month_end=month.last,
        written=order.as_of,
    )
    missing = tuple(missing_parts(given, scans, requests))
    write_manifest(making.folder, _about(making), making.files, missing)
    return ConmonPackage(
        order.out,
        str(month),
        tuple(making.files),
        missing,
        tuple(making.problems),
        reconciled,
        difference,
    )


def _about(making: _Making) -> dict[str, object]:
    return {
        "format": FORMAT,
        "system": making.system.name,
        "provider": making.system.provider or making.system.name,
        "month": str(making.month),
        "as_of": making.order.as_of.isoformat(),
        "ledger_checkpoint": checkpoint_for(making.system),
    }


def _poam(making: _Making) -> str:
    order, out = making.order, making.path("poam", ".xlsx")
    receipt = export_poam(
        order.system, out, layout=order.layout, template=order.poam_template, as_of=order.as_of
    )
    return making.done("poam", f"POA&M workbook {receipt.layout}", out, receipt.problems)


def _inventory(making: _Making) -> tuple[str, Reconciled]:
    """Write the inventory, and how it agrees with the scans of the month."""
    out = making.path("inventory", ".xlsx")
    export = export_inventory(making.system, out, making.order.inventory, making.days)
    name = making.done("inventory", "Integrated inventory", out, export.problems)
    report = making.path("inventory-reconciliation", ".md")
    making.text("reconciliation", "Inventory and scans", report, reconciliation_text(export.reconciled))
    return name, export.reconciled


def _requests(making: _Making, names: dict[str, str]) -> Sequence[Requested]:
    """Write the deviation requests of the month; a month without any has no form."""
    out = making.path("deviation-requests", ".xlsx")
    export = export_requests(making.system, out, making.order.deviation_form, making.days)
    if export.requests:
        names["deviation_requests"] = making.done(
            "deviation_requests", "Deviation Request form", out, export.problems
        )
    return export.requests


def _matrix(making: _Making, matrix: conmon_matrix.Matrix) -> None:
    out = making.path("conmon-matrix", ".xlsx")
    conmon_matrix.write_matrix(matrix, out, making.day)
    carry(out, making.system)
    making.done("matrix", "Collaborative ConMon matrix", out)
    texts = {".csv": conmon_matrix.matrix_csv(matrix), ".md": conmon_matrix.matrix_text(matrix)}
    for suffix, text in texts.items():
        making.text("matrix", "Collaborative ConMon matrix", making.path("conmon-matrix", suffix), text)


def _difference(making: _Making, poam: str) -> Difference:
    found = difference_of(making.system, making.month.first, making.day)
    if making.order.previous:
        previous = previous_workbook(making.order.previous)
        comparison = compared(previous, making.folder / poam)
        found = replace(found, previous=previous.name, compared=comparison)
    title = "What changed since last month"
    making.text("difference", title, making.path("difference", ".md"), difference_text(found))
    making.text("difference", title, making.path("difference", ".json"), difference_json(found))
    return found


def _summary(making: _Making, content: Content) -> None:
    summary = summary_of(content)
    out = making.path("executive-summary", ".xlsx")
    written = write_summary(summary, out, making.order.summary_template)
    carry(out, making.system, base=making.order.summary_template)
    making.done("summary", "Executive summary", out, written.problems)
    making.text(
        "summary", "Executive summary", making.path("executive-summary", ".md"), summary_text(summary)
    )
