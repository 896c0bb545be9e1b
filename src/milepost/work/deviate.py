"""Deviations from the plain rule: requested with a rationale, decided by someone else."""

from datetime import date

from django.db import transaction

from milepost.authorities import authority_of
from milepost.domain.errors import NotAllowed, StateConflict
from milepost.domain.item import DeviationKind, DeviationState
from milepost.domain.rating import Rating
from milepost.domain.separation import may_decide
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.work import finding_items, item_history


def request_deviation(
    item: Item,
    kind: DeviationKind,
    rationale: str,
    *,
    person: str,
    as_of: date,
    adjusted_risk: Rating = Rating.NONE,
) -> Deviation:
    """Request a false positive, an operational requirement or a risk adjustment.

    Raises:
        NotAllowed: there is no rationale.
    """
    if not rationale.strip():
        raise NotAllowed("a deviation needs a rationale", fix="say why the plain rule does not fit")
    with transaction.atomic():
        deviation = Deviation.objects.create(
            item=item,
            kind=kind,
            rationale=rationale,
            adjusted_risk=adjusted_risk,
            requested_on=as_of,
            requested_by=person,
        )
        item_history.record(item, {kind.value: ("", "pending")}, person=person, reason=rationale, as_of=as_of)
    return deviation


def decide_deviation(deviation: Deviation, *, approve: bool, person: str, as_of: date) -> None:
    """Approve or deny a pending request; an approved risk adjustment takes effect.

    Raises:
        StateConflict: it is decided already.
        NotAllowed: the person asked for it themselves.
    """
    ruling = may_decide(person, deviation.requested_by)
    if not ruling.allowed:
        raise NotAllowed(f"{ruling.reason} ({ruling.citation})", fix=ruling.way_out)
    with transaction.atomic():
        item = finding_items.by_identifier(deviation.item.identifier, deviation.item.system.name, lock=True)
        deviation.refresh_from_db()
        if deviation.state != DeviationState.PENDING:
            raise StateConflict(f"the request is {deviation.state} already", where=item.identifier)
        deviation.state = DeviationState.APPROVED if approve else DeviationState.DENIED
        deviation.decided_on, deviation.decided_by = as_of, person
        deviation.save()
        changes = {str(deviation.kind): ("pending", str(deviation.state))}
        if approve and deviation.kind == DeviationKind.RISK_ADJUSTMENT:
            changes |= _adjust(item, Rating(deviation.adjusted_risk))
        item_history.record(item, changes, person=person, reason=deviation.rationale, as_of=as_of)


def _adjust(item: Item, rating: Rating) -> dict[str, tuple[str, str]]:
    """Let an approved adjustment take effect on the rating and the scheduled date (guide, column L)."""
    scheduled_on = authority_of(item.system.authority).scheduled(item.detected_on, rating)
    changes = {
        "adjusted_risk": (item.adjusted_risk, str(rating)),
        "scheduled_on": (str(item.scheduled_on or ""), str(scheduled_on or "")),
    }
    item.adjusted_risk, item.scheduled_on = rating, scheduled_on
    item.save(update_fields=["adjusted_risk", "scheduled_on"])
    return changes


def pending(item: Item, kind: DeviationKind) -> Deviation | None:
    """Return the request of a kind that waits for a decision on an item, if any."""
    return Deviation.objects.filter(item=item, kind=kind, state=DeviationState.PENDING).last()
