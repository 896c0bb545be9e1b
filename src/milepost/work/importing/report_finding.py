"""Reporting one finding that a person made (test, audit, incident): taken in like a table of one row."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from milepost.domain.errors import WrongUse
from milepost.domain.item import SourceKind
from milepost.records.findings import Weakness
from milepost.records.items import Item
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.cells import RowOfFields
from milepost.scanners.sheets.columns import TABLE, Columns
from milepost.scanners.sheets.fields import folded, severities
from milepost.scanners.sheets.rows import RowReader
from milepost.work import finding_systems
from milepost.work.import_report import ImportReport
from milepost.work.import_scan import Order, import_parts
from milepost.work.recording import recorded

_PREFIX = "R-"
_PLACE = "as reported"


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """What a person found; `identifier` is that of their report, one is given where it is empty.

    `assets` may name several, separated by commas; without one, the finding counts for the whole system.
    """

    system: str
    title: str
    found_on: date
    source_kind: SourceKind
    severity: str = ""
    assets: str = ""
    location: str = ""
    detector: str = ""
    identifier: str = ""
    description: str = ""
    solution: str = ""
    evidence: str = ""
    cves: str = ""
    controls: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The outcome: the import that holds the finding, and the items that it opened."""

    report: ImportReport
    items: tuple[str, ...]


def report_finding(new: ReportedFinding, *, as_of: date) -> Reported:
    """Take a finding in; it opens an item as the row of a table does, and can be taken back as an import.

    Raises:
        WrongUse: there is no title, the severity is none, or the day lies in the future.
        RecordMissing: there is no such system.
    """
    _check(new, as_of)
    detector = new.detector or new.source_kind.replace("_", " ").capitalize()
    source = folded(detector).replace(" ", "-")
    with recorded("report_finding", as_of=as_of) as told:
        system = finding_systems.locked(new.system)
        identifier = new.identifier.strip() or _next(system.pk, source)
        reader = RowReader(Source(Path(), identifier, 0), _columns(detector))
        reader.take(RowOfFields(_PLACE, _said(new, identifier)))
        order = Order(
            Path(),
            new.system,
            as_of,
            name=f"{detector}: {identifier}",
            scanned_on=new.found_on,
            source_kind=new.source_kind,
        )
        report = import_parts(order, TABLE, _digest(new, identifier), reader.parts())
        if not report.already_imported:
            told.tell(finding=new)
        opened = Item.objects.filter(opened_by=report.number, system=system).order_by("number")
        return Reported(report, tuple(opened.values_list("identifier", flat=True)))


def _check(new: ReportedFinding, as_of: date) -> None:
    if not new.title.strip():
        raise WrongUse("a finding needs a title", fix="say in a few words what is weak")
    if folded(new.severity) not in severities():
        what = f"{new.severity} is no severity"
        raise WrongUse(what, fix="give one of: critical, high, moderate, low, info")
    if new.found_on > as_of:
        raise WrongUse(
            f"{new.found_on} lies in the future", where="found on", fix="give the day it was found"
        )


def _said(new: ReportedFinding, identifier: str) -> dict[str, str]:
    said = {
        "id": identifier,
        "title": new.title,
        "severity": new.severity,
        "asset": new.assets,
        "location": new.location,
        "description": new.description,
        "solution": new.solution,
        "output": new.evidence,
        "cves": new.cves,
        "controls": new.controls,
    }
    return {name: text.strip() for name, text in said.items() if text.strip()}


def _columns(detector: str) -> Columns:
    """Return a mapping for what a form has: whoever leaves the asset out means the whole system."""
    return Columns(detector, (), {"asset": ("asset",)}, source=detector)


def _next(system_id: int, source: str) -> str:
    """Return the next identifier of findings that came without one from this source."""
    names = Weakness.objects.filter(system=system_id, name__startswith=f"{source}:{_PREFIX}")
    numbers = (name.rpartition(_PREFIX)[2] for name in names.values_list("name", flat=True))
    return f"{_PREFIX}{1 + max((int(each) for each in numbers if each.isdecimal()), default=0)}"


def _digest(new: ReportedFinding, identifier: str) -> str:
    """Return what stands for the bytes of a file: the same finding twice changes nothing."""
    values = [identifier, *(str(getattr(new, each.name)) for each in fields(new))]
    return hashlib.sha256("\0".join(values).encode("utf-8", "replace")).hexdigest()
