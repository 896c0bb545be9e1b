"""From items of the register to rows of FedRAMP's POA&M: people's words first, then the scanner's."""

from collections.abc import Iterable, Iterator
from datetime import date

from milepost.authorities.fedramp.deadlines import scheduled
from milepost.authorities.fedramp.fields import Deviation, PoamRow
from milepost.authorities.fedramp.values import rating_that_counts
from milepost.domain.item import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    DeviationKind,
    DeviationState,
    ItemKind,
    ResourceKind,
    SourceKind,
)
from milepost.domain.rating import Rating
from milepost.records import bulk
from milepost.records.items import Item
from milepost.records.planning import Deviation as DeviationRecord
from milepost.records.planning import Milestone, Resource
from milepost.records.queries.planning import Planned, planned
from milepost.records.systems import System
from milepost.work.describing_items import ScannerView, scanner_views

_BATCH = 1000
_DEVIATION_NAMES = {
    DeviationKind.FALSE_POSITIVE: "False Positive",
    DeviationKind.OPERATIONAL_REQUIREMENT: "Operational Requirement",
    DeviationKind.RISK_ADJUSTMENT: "Risk Adjustment",
}
_STATES = {
    DeviationState.PENDING: Deviation.PENDING,
    DeviationState.APPROVED: Deviation.YES,
    DeviationState.DENIED: Deviation.NO,
}


def rows(item_ids: Iterable[int]) -> Iterator[PoamRow]:
    """Yield the rows of some items in their order, a batch in memory at a time."""
    remaining = list(item_ids)
    for start in range(0, len(remaining), _BATCH):
        ids = remaining[start : start + _BATCH]
        found = bulk.objects(Item, "SELECT * FROM records_item WHERE id IN ({})", ids)
        items = {item.pk: item for item in found}
        owners = System.objects.in_bulk({item.system_id for item in items.values()})
        for item in items.values():
            item.system = owners[item.system_id]
        plans = planned(list(items.values()))
        # A closed item says what was frozen into it: its weakness may live on under another item.
        views = scanner_views(item_id for item_id in ids if items[item_id].status not in CLOSED_STATUSES)
        for item_id in ids:
            yield _row(items[item_id], views.get(item_id) or ScannerView(), plans)


def _row(item: Item, view: ScannerView, plans: Planned) -> PoamRow:
    worst = view.worst(item.source_id)
    deviations = {each.kind: each for each in plans.deviations.get(item.pk, ())}
    milestones = plans.milestones.get(item.pk, [])
    adjusted = _adjusted(item, deviations.get(DeviationKind.RISK_ADJUSTMENT))
    adjustment = _adjustment(item, deviations)
    return PoamRow(
        poam_id=item.identifier,
        controls=_parts(item.controls),
        weakness_name=item.name or item.title,
        weakness_description=item.description or (worst.description if worst else "") or item.title,
        detector_sources=_detectors(item, view),
        source_identifier=_source_identifier(item, view),
        asset_identifiers=tuple(dict.fromkeys([*item.affected_assets.splitlines(), *view.assets])),
        point_of_contact=item.point_of_contact or item.responsible or item.system.point_of_contact,
        resources_required="; ".join(_resource(each) for each in plans.resources.get(item.pk, ())),
        remediation_plan=item.remediation_plan or (worst.solution if worst else ""),
        original_detection_date=item.detected_on,
        scheduled_completion_date=_unless_by_formula(item, adjusted, adjustment),
        milestones=tuple(_milestone(each) for each in milestones),
        milestone_changes=_milestone_changes(milestones, plans),
        status_date=item.status_on,
        vendor_dependency=item.vendor_dependency,
        last_vendor_checkin=item.vendor_checked_on,
        vendor_product=item.vendor_product,
        original_risk_rating=item.original_risk,
        adjusted_risk_rating=adjusted,
        risk_adjustment=adjustment,
        false_positive=_state(deviations, DeviationKind.FALSE_POSITIVE),
        operational_requirement=_state(deviations, DeviationKind.OPERATIONAL_REQUIREMENT),
        deviation_rationale="\n\n".join(
            f"{_DEVIATION_NAMES[DeviationKind(kind)]} : {each.rationale}" for kind, each in deviations.items()
        ),
        supporting_documents=tuple(f"{each.kind} : {each.name}" for each in plans.documents.get(item.pk, ())),
        comments=_comments(item, view, plans),
        auto_approve=False,
        kev_tracking=item.kev_due_on is not None,
        kev_due=item.kev_due_on,
        cves=tuple(dict.fromkeys([*_parts(item.cves), *view.cves])),
        service_names=(),
    )


def _unless_by_formula(item: Item, adjusted: str, adjustment: Deviation) -> date | None:
    """Leave the scheduled date to the sheet's formula where that computes the same date.

    Where a scanner raised the rating and nobody has moved the first date, the formula's date holds.
    """
    by_formula = scheduled(item.detected_on, rating_that_counts(item.original_risk, adjusted, adjustment))
    first = scheduled(item.detected_on, Rating(item.original_risk))
    unmoved = item.scheduled_on == item.original_scheduled_on == first
    raised = by_formula is not None and first is not None and by_formula < first
    return None if by_formula == item.scheduled_on or (raised and unmoved) else item.scheduled_on


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


def _detectors(item: Item, view: ScannerView) -> tuple[str, ...]:
    tools = tuple(sorted(tool for tool in view.tools if tool))
    named = (item.source_name,) if item.source_name else ()
    if tools or named:
        return (*named, *tools)
    return (SourceKind(item.source_kind).replace("_", " ").capitalize(),)


def _source_identifier(item: Item, view: ScannerView) -> str:
    found = dict.fromkeys(facts.source_id for facts in view.facts)
    return ", ".join(found) or item.source_id


def _resource(resource: Resource) -> str:
    if resource.kind == ResourceKind.FUNDING:
        amount = f"${resource.amount:,.2f}" if resource.amount is not None else "funding"
        year = f" in FY{resource.fiscal_year}" if resource.fiscal_year else ""
        return f"{amount}{year}{_remark(resource.text)}"
    if resource.kind == ResourceKind.PEOPLE:
        return f"{float(resource.hours or 0):g} staff hours{_remark(resource.text)}"
    return resource.text


def _remark(text: str) -> str:
    return f" ({text})" if text else ""


def _milestone(milestone: Milestone) -> str:
    return f"({milestone.number:02}) {milestone.original_due_on:%Y-%m-%d}: {milestone.text}"


def _milestone_changes(milestones: Iterable[Milestone], plans: Planned) -> tuple[str, ...]:
    return tuple(
        f"({milestone.number:02}) {change.kind} {change.on:%Y-%m-%d} : {change.text}{_remark(change.reason)}"
        for milestone in milestones
        for change in plans.changes.get(milestone.pk, ())
    )


def _adjusted(item: Item, request: DeviationRecord | None) -> str:
    """Return the adjusted rating, while a request is pending the one asked for."""
    if item.adjusted_risk:
        return item.adjusted_risk
    pending = request is not None and request.state == DeviationState.PENDING
    return request.adjusted_risk if request is not None and pending else ""


def _state(deviations: dict[str, DeviationRecord], kind: DeviationKind) -> Deviation:
    request = deviations.get(kind)
    return _STATES[DeviationState(request.state)] if request else Deviation.NO


def _adjustment(item: Item, deviations: dict[str, DeviationRecord]) -> Deviation:
    """Return the state of the adjustment; what the scanner raised itself is Yes (guide, columns T and U)."""
    state = _state(deviations, DeviationKind.RISK_ADJUSTMENT)
    raised = bool(item.adjusted_risk) and Rating(item.adjusted_risk).rank > Rating(item.original_risk).rank
    return Deviation.YES if state is Deviation.NO and raised else state


def _comments(item: Item, view: ScannerView, plans: Planned) -> str:
    remarks = [f"{each.on:%Y-%m-%d} {each.person}: {each.text}" for each in plans.comments.get(item.pk, ())]
    if item.recurrence_of_id is not None:
        remarks.append(f"Came back after {plans.identifiers[item.recurrence_of_id]} was closed.")
    if item.parent_id is not None:
        remarks.append(f"Gathered under {plans.identifiers[item.parent_id]}.")
    unseen = item.open_count == 0 and item.known_count > 0 and item.kind == ItemKind.WEAKNESS
    if unseen and item.status in OPEN_STATUSES:
        remarks.append("No longer seen by the latest covering scans; closure awaits verification.")
    worst = view.worst(item.source_id)
    if worst and item.native_severity and worst.native_severity.lower() != item.native_severity.lower():
        remarks.append(f"The scanner first said {item.native_severity}, now {worst.native_severity}.")
    return "\n".join(remarks)
