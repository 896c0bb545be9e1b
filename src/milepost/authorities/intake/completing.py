"""What a layout says between the lines: an owner in an office's line, milestones in a plan."""

import re
from collections.abc import Iterable

from milepost.authorities.intake.milestones import changes_in, milestones_in, split
from milepost.authorities.intake.words import folded
from milepost.domain.plan_item import PlanItem, State

_PEOPLE = 2
_DERIVED = {
    "owner": ("poc",),
    "email": ("owner_contact",),
    "phone": ("owner_contact",),
    "source_text": ("source_type",),
    "source_ref": ("finding_key",),
    "milestone_text": ("milestones", "milestone_state"),
    "status": ("status_label",),
}
_CLOSING = frozenset({State.CLOSED_COMPLETED, State.CLOSED_FALSE_POSITIVE})
_CVE_PLACES = frozenset({"cves", "title", "description"})
_CHANGES = re.compile(r"^\s*milestone changes\s*:?\s*$", re.IGNORECASE | re.MULTILINE)
_DATED_PLAN = re.compile(r"\(\d+\)\s*\d{4}[-/]\d")


def completed(items: Iterable[PlanItem], layout: str) -> None:
    """Add what follows from the layout to the items."""
    for item in items:
        _complete(item, layout)


def told_by(columns: Iterable[str], layout: str) -> frozenset[str]:
    """Return the fields that a sheet with some columns can speak of."""
    fields = set(columns)
    fields |= {name for column in columns for name in _DERIVED.get(column, ())}
    if fields & _CVE_PLACES:
        fields.add("cves")
    if layout.startswith("emass"):
        fields |= {"owner", "owner_contact", "actual_completion_date"}
    if layout == "fedramp-3.0" and "remediation_plan" in fields:
        fields |= {"milestones", "milestone_changes"}
    if layout.startswith("fedramp"):
        fields |= {"part", "actual_completion_date", "deviation"}
    return frozenset(fields)


def _complete(item: PlanItem, layout: str) -> None:
    if layout.startswith("emass"):
        _split_office(item)
    elif layout == "fedramp-3.0" and not item.milestones and _DATED_PLAN.search(item.remediation_plan):
        plan, *changes = _CHANGES.split(item.remediation_plan, maxsplit=1)
        item.milestones = tuple(milestones_in(split(plan).pieces, item.row))
        item.milestone_changes = tuple(changes_in(split("".join(changes)).pieces, item.row))
    if item.status in _CLOSING:
        item.closed_date = item.closed_date or item.actual_completion_date
    if folded(item.delay_reason) == "none":
        item.delay_reason = ""


def _split_office(item: PlanItem) -> None:
    """Read `Organization, First Last, Phone, Email` (eMASS template instructions, Office/Org)."""
    parts = [part.strip() for part in item.responsible_org.split(",")]
    if len(parts) >= _PEOPLE and not item.owner:
        item.owner = item.poc = parts[1]
        item.owner_contact = " ".join(parts[2:])
