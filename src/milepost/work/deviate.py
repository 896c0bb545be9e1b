"""Deviations from the plain rule: requested with a rationale, decided by someone else."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from milepost.domain.case import Proposal
from milepost.domain.errors import StateConflict
from milepost.domain.item import DeviationKind, DeviationState, RequestKind
from milepost.domain.lifecycle_rules import REASSESS_DAYS
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.work import finding_items
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.evidence.link_evidence import link_named
from milepost.work.lifecycle.accept_risk import hold_until
from milepost.work.lifecycle.deciding import decided
from milepost.work.lifecycle.false_positive import close_approved
from milepost.work.lifecycle.taking import Taken, begin, begin_on, finish
from milepost.work.recording import recorded
from milepost.work.risk.adjusting import check_adjustment
from milepost.work.terms import authority_for


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps by which one kind of deviation is asked for, approved and denied."""

    ask: str
    approve: str
    deny: str


_STEPS: Final = {
    DeviationKind.FALSE_POSITIVE: _Steps(
        "claim_false_positive", "approve_false_positive", "deny_false_positive"
    ),
    DeviationKind.OPERATIONAL_REQUIREMENT: _Steps(
        "claim_requirement", "approve_requirement", "deny_requirement"
    ),
    DeviationKind.RISK_ADJUSTMENT: _Steps("request_adjustment", "approve_adjustment", "deny_adjustment"),
}


@dataclass(frozen=True, slots=True)
class Support:
    """What comes with a request: evidence by name (linked if it is in the vault), and until when it holds.

    A false positive that has evidence closes with its approval. An operational requirement is assessed again
    by the day `until`; a year after the decision if none is given.
    """

    evidence: str = ""
    until: date | None = None


NOTHING_MORE: Final = Support()


def request_deviation(
    item: Item,
    kind: DeviationKind,
    rationale: str,
    *,
    person: str,
    as_of: date,
    adjusted_risk: Rating = Rating.NONE,
    support: Support = NOTHING_MORE,
) -> Deviation:
    """Request a false positive, an operational requirement or a risk adjustment.

    Raises:
        NotAllowed: there is no rationale, or FedRAMP does not take such an adjustment.
        InputRefused: under FedRAMP, the item's rating or the one asked for is none of its ratings.
        StateConflict: one waits already, or the item does not stand so.
    """
    evidence, until = support.evidence, support.until
    proposal = Proposal(person=person, as_of=as_of, reason=rationale, evidence=evidence, until=until)
    with recorded("request_deviation", person=person, as_of=as_of) as told:
        taken = begin(_STEPS[kind].ask, item.identifier, item.system.name, proposal)
        if kind == DeviationKind.RISK_ADJUSTMENT:
            check_adjustment(taken.item, adjusted_risk, rationale)
        deviation = Deviation.objects.create(
            item=taken.item,
            kind=kind,
            rationale=rationale,
            adjusted_risk=adjusted_risk,
            requested_on=as_of,
            requested_by=person,
            evidence=evidence,
            assess_on=until if kind == DeviationKind.OPERATIONAL_REQUIREMENT else None,
        )
        told.tell(kind=kind, adjusted_risk=adjusted_risk)
        link_named(evidence, taken.item, person, as_of, deviation=deviation)
        finish(taken, rationale, **{kind.value: ("", "pending")})
    return deviation


def decide_deviation(
    deviation: Deviation, *, approve: bool, person: str, as_of: date, reason: str = ""
) -> None:
    """Approve or deny a pending request; what is approved takes effect at once.

    An adjustment changes rating and date, an operational requirement the status, and a false positive that
    has evidence closes the item.

    Raises:
        StateConflict: it is decided already.
        NotAllowed: the person asked for it themselves.
    """
    steps = _STEPS[DeviationKind(deviation.kind)]
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("decide_deviation", person=person, as_of=as_of):
        item = finding_items.by_identifier(deviation.item.identifier, deviation.item.system.name, lock=True)
        deviation.refresh_from_db()
        if deviation.state != DeviationState.PENDING:
            raise StateConflict(f"the request is {deviation.state} already", where=item.identifier)
        taken = begin_on(steps.approve if approve else steps.deny, item, proposal)
        settled = decided(taken, RequestKind(deviation.kind))
        if isinstance(settled, Deviation):
            _settle(taken, settled, reason)
    deviation.refresh_from_db()


def _settle(taken: Taken, deviation: Deviation, reason: str) -> None:
    approved = deviation.state == DeviationState.APPROVED
    changes = {str(deviation.kind): ("pending", str(deviation.state))}
    if approved and deviation.kind == DeviationKind.RISK_ADJUSTMENT:
        changes |= _adjust(taken.item, Rating(deviation.adjusted_risk))
    if approved and deviation.kind == DeviationKind.OPERATIONAL_REQUIREMENT:
        hold_until(taken, deviation.assess_on or taken.proposal.as_of + timedelta(days=REASSESS_DAYS))
    finish(taken, reason or deviation.rationale, **changes)
    if approved and deviation.kind == DeviationKind.RISK_ADJUSTMENT:
        cause = Cause("a risk adjustment was approved", taken.proposal.as_of)
        recompute_items(taken.item.system, [taken.item.pk], cause)
    if approved and deviation.kind == DeviationKind.FALSE_POSITIVE and deviation.evidence:
        close_approved(taken.item, deviation, taken.proposal)


def _adjust(item: Item, rating: Rating) -> dict[str, tuple[str, str]]:
    """Let an approved adjustment take effect on the rating and the scheduled date (guide, column L)."""
    scheduled_on = authority_for(item.system, item.opened_under).scheduled(item.detected_on, rating)
    changes = {
        "adjusted_risk": (item.adjusted_risk, str(rating)),
        "scheduled_on": (str(item.scheduled_on or ""), str(scheduled_on or "")),
    }
    item.adjusted_risk, item.scheduled_on = rating, scheduled_on
    return changes


def pending(item: Item, kind: DeviationKind) -> Deviation | None:
    """Return the request of a kind that waits for a decision on an item, if any."""
    return Deviation.objects.filter(item=item, kind=kind, state=DeviationState.PENDING).last()
