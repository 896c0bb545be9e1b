"""Items and POA&Ms made for tests, and what a workbook says read back into items."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from milepost.authorities.fedramp.fields import Deviation, Poam, PoamRow

AS_OF = date(2026, 6, 1)
PLAIN = PoamRow(
    poam_id="V-1",
    controls=("RA-5", "SI-2(3)"),
    weakness_name="TLS 1.0 is accepted",
    weakness_description="The service accepts connections with TLS 1.0.",
    detector_sources=("Nessus", "Example 3PAO"),
    source_identifier="104743",
    asset_identifiers=("198.51.100.7 (443/TCP)", "web-2 (8443/TCP)"),
    point_of_contact="A. Example, Operations",
    resources_required="4 staff hours",
    remediation_plan="Switch TLS 1.0 off.",
    original_detection_date=date(2026, 3, 2),
    scheduled_completion_date=None,
    milestones=("(01) 2026-04-01: Tell the customers", "(02) 2026-05-20: Switch it off"),
    milestone_changes=("(02) Update 2026-05-28 : The customers asked for a week",),
    status_date=date(2026, 5, 11),
    vendor_dependency=True,
    last_vendor_checkin=date(2026, 5, 4),
    vendor_product="Example Balancer 3",
    original_risk_rating="Moderate",
    adjusted_risk_rating="Low",
    risk_adjustment=Deviation.YES,
    false_positive=Deviation.NO,
    operational_requirement=Deviation.PENDING,
    deviation_rationale="Risk Adjustment : only reachable from inside",
    supporting_documents=("Deviation Request : DR-7.docx",),
    comments="Release 3.2 is announced.",
    auto_approve=False,
    kev_tracking=True,
    kev_due=date(2026, 4, 15),
    cves=("CVE-2011-3389", "CVE-2014-3566"),
    service_names=("Example Mail", "Example Files"),
)
BARE = replace(
    PLAIN,
    poam_id="V-2",
    detector_sources=("Nessus",),
    source_identifier="",
    resources_required="",
    milestones=(),
    milestone_changes=(),
    vendor_dependency=False,
    last_vendor_checkin=None,
    vendor_product="",
    adjusted_risk_rating="",
    risk_adjustment=Deviation.NO,
    operational_requirement=Deviation.NO,
    deviation_rationale="",
    supporting_documents=(),
    comments="",
    kev_tracking=False,
    kev_due=None,
    cves=(),
    service_names=(),
)
SHEETS = ("Open POA&M Items", "Closed POA&M Items", "Configuration Findings")
HEADER_ROWS = {"3.0": (5, 2, 2), "2.1": (5, 5, 5)}
FIRST_ROWS = {"3.0": (9, 3, 3), "2.1": (9, 6, 6)}
TEMPLATES = {
    "3.0": "fedramp/templates/FedRAMP-POAM-Template-v3.0-2025-11-17.xlsx",
    "2.1": "fedramp/templates/FedRAMP-POAM-Template-v2.1-2024-03-29.xlsx",
}
_PLANNED, _CHANGED = "Planned milestones:", "Milestone changes:"


def poam(
    opened: Iterable[PoamRow] = (), closed: Iterable[PoamRow] = (), configuration: Iterable[PoamRow] = ()
) -> Poam:
    """Return a POA&M with these items."""
    return Poam(
        provider="Example Cloud",
        system_name="Example Offering",
        impact_level="Moderate",
        as_of=AS_OF,
        open=opened,
        closed=closed,
        configuration=configuration,
    )


def read_items(path: Path, sheet: str, version: str, *, values: bool = True) -> list[dict[str, object]]:
    """Read a sheet of items by its headings: one dictionary an item, blank cells left out.

    Values are read with calamine; without `values`, formulas are read as text with openpyxl.
    """
    rows = _shown(path, sheet) if values else _typed(path, sheet)
    place = SHEETS.index(sheet)
    headers = [str(text or "") for text in rows[HEADER_ROWS[version][place] - 1]]
    items = []
    for row in rows[FIRST_ROWS[version][place] - 1 :]:
        cells = zip(headers, row, strict=True)
        item = {header: value for header, value in cells if header and value not in {None, ""}}
        if "POAM ID" in item:
            items.append(item)
    return items


def _shown(path: Path, sheet: str) -> list[list[object]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [
        [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row] for row in rows
    ]


def _typed(path: Path, sheet: str) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def item_of(cells: dict[str, object], version: str) -> PoamRow:
    """Turn the cells of an item back into what they say; 3.0 has no columns for some of it."""
    plan, milestones, changes = _plan(cells, version)
    return PoamRow(
        poam_id=_text(cells, "POAM ID"),
        controls=_list(cells, "Controls", ", "),
        weakness_name=_text(cells, "Weakness Name"),
        weakness_description=_text(cells, "Weakness Description"),
        detector_sources=_list(cells, "Weakness Detector Source", "\n"),
        source_identifier=_text(cells, "Weakness Source Identifier", none="None" if version == "2.1" else ""),
        asset_identifiers=_list(cells, "Asset Identifier", "\n"),
        point_of_contact=_text(cells, "Point of Contact"),
        resources_required=_text(cells, "Resources Required"),
        remediation_plan=plan,
        original_detection_date=_needed(cells, "Original Detection Date"),
        scheduled_completion_date=_day(cells, "Scheduled Completion Date"),
        milestones=milestones,
        milestone_changes=changes,
        status_date=_needed(cells, "Status Date"),
        vendor_dependency=cells["Vendor Dependency"] == "Yes",
        last_vendor_checkin=_day(cells, "Last Vendor Check-in Date"),
        vendor_product=_text(cells, "Vendor Dependent Product Name"),
        original_risk_rating=_text(cells, "Original Risk Rating"),
        adjusted_risk_rating=_text(cells, "Adjusted Risk Rating", none="N/A" if version == "2.1" else ""),
        risk_adjustment=Deviation(_text(cells, "Risk Adjustment")),
        false_positive=Deviation(_text(cells, "False Positive")),
        operational_requirement=Deviation(_text(cells, "Operational Requirement")),
        deviation_rationale=_text(cells, "Deviation Rationale"),
        supporting_documents=_list(cells, "Supporting Documents", "\n"),
        comments=_text(cells, "Comments"),
        auto_approve=cells.get("Auto-Approve") == "Yes",
        kev_tracking=cells.get("Binding Operational Directive 22-01 tracking") == "Yes",
        kev_due=_day(cells, "Binding Operational Directive 22-01 Due Date"),
        cves=_list(cells, "CVE", ", "),
        service_names=_list(cells, "Service Name", "\n"),
    )


def _plan(cells: dict[str, object], version: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    plan = _text(cells, "Remediation Plan") or _text(cells, "Overall Remediation Plan")
    if version == "2.1":
        return plan, _list(cells, "Planned Milestones", "\n\n"), _list(cells, "Milestone Changes", "\n\n")
    found: dict[str, tuple[str, ...]] = {}
    for label in (_CHANGED, _PLANNED):
        plan, there, lines = plan.rpartition(f"{label}\n") if f"{label}\n" in plan else (plan, "", "")
        found[label] = tuple(lines.removesuffix("\n\n").split("\n")) if there else ()
    return plan.removesuffix("\n\n"), found[_PLANNED], found[_CHANGED]


def _text(cells: dict[str, object], header: str, *, none: str = "") -> str:
    value = cells.get(header, "")
    return "" if value == none else str(value)


def _list(cells: dict[str, object], header: str, between: str) -> tuple[str, ...]:
    text = _text(cells, header)
    return tuple(text.split(between)) if text else ()


def _day(cells: dict[str, object], header: str) -> date | None:
    value = cells.get(header)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _needed(cells: dict[str, object], header: str) -> date:
    day = _day(cells, header)
    assert day is not None, header
    return day
