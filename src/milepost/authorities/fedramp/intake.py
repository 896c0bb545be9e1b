"""What the sheets and columns of a FedRAMP POA&M mean for an item's state: it has no column for that."""

from milepost.domain.plan_document import Part
from milepost.domain.plan_item import DeviationRequest, PlanItem, State

_YES, _PENDING = "Yes", "Pending"
_STATES = {_YES: "approved", _PENDING: "pending"}


def part_of(sheet: str) -> Part:
    """Return the list that a sheet holds, by its name (POA&M templates 2.1 and 3.0; RET 2.4)."""
    name = sheet.casefold()
    if "closed" in name or "corrected" in name:
        return Part.CLOSED
    if "configuration" in name:
        return Part.CONFIGURATION
    return Part.DEFICIENCIES if "pl-2" in name else Part.OPEN


def complete(item: PlanItem, part: Part) -> None:
    """Derive state, closing date and deviation from the sheet and the columns of deviations.

    Approved false positives are closed, approved operational requirements and risk adjustments stay open
    (POA&M Template Completion Guide 2.2, section 3).
    """
    item.status = _state(item, part)
    if part is Part.CLOSED:
        item.closed_date = item.actual_completion_date = item.status_date
    item.deviation = _deviation(item)


def _state(item: PlanItem, part: Part) -> State:
    if part is Part.CLOSED or (part is Part.DEFICIENCIES and item.actual_completion_date):
        return State.CLOSED_FALSE_POSITIVE if item.false_positive == _YES else State.CLOSED_COMPLETED
    if item.false_positive == _PENDING:
        return State.FALSE_POSITIVE_REVIEW
    if item.operational_requirement == _PENDING:
        return State.OPERATIONAL_REQUIREMENT_REVIEW
    if item.operational_requirement == _YES:
        return State.OPERATIONAL_REQUIREMENT
    return State.VENDOR_DEPENDENCY if item.vendor_dependency else State.IN_PROGRESS


def _deviation(item: PlanItem) -> DeviationRequest | None:
    kinds = ("false_positive", "operational_requirement", "risk_adjustment")
    answers = {kind: getattr(item, kind) for kind in kinds}
    for kind, answer in answers.items():
        if answer in _STATES:
            return DeviationRequest(kind, _STATES[answer], item.deviation_rationale)
    return None
