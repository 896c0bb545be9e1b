"""The deviation requests of a system as rows of FedRAMP's form: one row a request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from milepost.authorities.fedramp.deviation_form import numbered, request_row
from milepost.authorities.fedramp.forms import FormRow
from milepost.domain.item import DeviationKind, DeviationState
from milepost.domain.plan_item import PlanItem
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.work.checking.check_system import plan_of

_WORDS = {
    DeviationKind.FALSE_POSITIVE: "FP",
    DeviationKind.OPERATIONAL_REQUIREMENT: "OR",
    DeviationKind.RISK_ADJUSTMENT: "RA",
}
_STATUSES = {
    DeviationState.PENDING: "Pending",
    DeviationState.APPROVED: "Approved",
    DeviationState.DENIED: "Rejected",
}


class Requested(NamedTuple):
    """A request on the form, with the days that tell whether it belongs to a month."""

    row: FormRow
    kind: str
    requested_on: date
    decided_on: date | None


def requests_of(system: System) -> list[Requested]:
    """Return every request of a system in order, numbered for good by item, type and order."""
    found = list(
        Deviation.objects.filter(item__system=system).select_related("item").order_by("requested_on", "id")
    )
    plans = {item.id: item for item in plan_of(system).items} if found else {}
    rows = [(each, _row(each, plans[each.item.identifier])) for each in found]
    numbers = numbered(row for _, row in rows)
    return [
        Requested(row, each.kind, each.requested_on, each.decided_on)
        for (each, _), row in zip(rows, numbers, strict=True)
    ]


def due_in(
    requests: Sequence[Requested], first: date, last: date, known: Iterable[FormRow]
) -> list[Requested]:
    """Return the requests of a month: pending, made or decided in it, or on the form already."""
    listed = {(row.get("poam_id"), row.get("kind")) for row in known}
    return [
        each
        for each in requests
        if each.requested_on <= last
        and (
            each.row["status"] == "Pending"
            or first <= each.requested_on
            or (each.decided_on is not None and first <= each.decided_on)
            or (each.row.get("poam_id"), each.row.get("kind")) in listed
        )
    ]


def _row(request: Deviation, item: PlanItem) -> FormRow:
    """Return a request as the register has it; the form has a place for evidence of false positives only."""
    kind = DeviationKind(request.kind)
    asked = replace(item, deviation_rationale=request.rationale, comments=())
    asked = replace(asked, adjusted_severity=request.adjusted_risk or item.adjusted_severity)
    proves = kind is DeviationKind.FALSE_POSITIVE
    more = [request.decision_reason] if proves else [request.evidence, request.decision_reason]
    said: Mapping[str, date | str] = {
        "submitted_on": request.requested_on,
        "evidence": request.evidence if proves else "",
        "additional_information": "\n".join(filter(None, more)),
    }
    row = request_row(asked, _WORDS[kind], _STATUSES[DeviationState(request.state)])
    return {**row, **{name: value for name, value in said.items() if value}}
