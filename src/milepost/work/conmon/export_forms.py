"""Writing a system's inventory and its deviation requests as the forms that FedRAMP accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.fedramp.deviation_form import read_requests, write_requests
from milepost.authorities.fedramp.form_writing import Filling
from milepost.authorities.fedramp.inventory_workbook import (
    Reconciled,
    inventory_rows,
    read_inventory_rows,
    reconcile,
    write_inventory,
)
from milepost.domain.plan_document import CellValue
from milepost.domain.problem import Problem
from milepost.records.systems import System
from milepost.work.conmon.deviation_requests import Requested, due_in, requests_of
from milepost.work.conmon.scanned_assets import scanned_assets
from milepost.work.history.carrying import carry

_IMPACTS = {"li-saas": "Low", "low": "Low", "moderate": "Moderate", "high": "High"}


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a form speaks of, both included, and the day that it is written on."""

    first: date
    last: date
    written: date


@dataclass(frozen=True, slots=True)
class InventoryExport:
    """An inventory that was written, and how the one given agrees with the scans."""

    assets: int
    problems: tuple[Problem, ...]
    reconciled: Reconciled


@dataclass(frozen=True, slots=True)
class RequestsExport:
    """The requests that were written; nothing is written where there is none."""

    requests: Sequence[Requested]
    problems: tuple[Problem, ...]


def export_inventory(system: System, out: Path, base: Path | None, days: Days) -> InventoryExport:
    """Write the inventory: the given one with what only scans know, held against the scans of the days.

    Raises:
        InputRefused: the base is no inventory.
    """
    listed = read_inventory_rows(base) if base else None
    rows = listed.rows if listed else ()
    scanned = scanned_assets(system)
    filling = Filling(
        rows=inventory_rows(rows, scanned, days.first), as_of=days.written, facts=_facts(system, days.written)
    )
    written = write_inventory(filling, out, base)
    carry(out, system, base=base)
    problems = (*(listed.problems if listed else ()), *written.problems)
    return InventoryExport(len(filling.rows), problems, reconcile(rows, scanned, days.first))


def export_requests(system: System, out: Path, base: Path | None, days: Days) -> RequestsExport:
    """Write the deviation requests of the days, or pending still, or on the given form already.

    Raises:
        InputRefused: the base is no Deviation Request form.
    """
    former = read_requests(base).rows if base else ()
    requests = due_in(requests_of(system), days.first, days.last, former)
    if not requests:
        return RequestsExport((), ())
    rows = [each.row for each in requests]
    written = write_requests(
        Filling(rows=rows, as_of=days.written, facts=_facts(system, days.written)), out, base
    )
    carry(out, system, base=base)
    return RequestsExport(requests, written.problems)


def _facts(system: System, written: date) -> Mapping[str, CellValue]:
    return {
        "provider": system.provider or system.name,
        "system": system.name,
        "impact_level": _IMPACTS.get(system.impact, system.impact),
        "date": written,
        "contact": system.point_of_contact,
    }
