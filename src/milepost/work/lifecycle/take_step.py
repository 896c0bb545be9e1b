"""Taking any step of the lifecycle by its name, with what a person brings to it: the way in for forms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.case import Proposal
from milepost.domain.errors import WrongUse
from milepost.domain.item import DeviationKind, RequestKind
from milepost.domain.rating import Rating
from milepost.domain.transition import Move
from milepost.domain.transitions import BY_NAME
from milepost.records.items import Item
from milepost.work import finding_items
from milepost.work.close_item import close_verified
from milepost.work.deviate import Support, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.accept_risk import Risk, end_decision, request_acceptance
from milepost.work.lifecycle.cancel_item import cancel_item
from milepost.work.lifecycle.decide_request import Decision, decide_request
from milepost.work.lifecycle.extend import NewDate, request_extension
from milepost.work.lifecycle.false_positive import approved_false_positive, close_approved
from milepost.work.lifecycle.fix import Claim, claim_fixed, reject_fix, verify_fix, withdraw_claim
from milepost.work.lifecycle.reopen_item import reopen_item
from milepost.work.lifecycle.submit_plan import submit_plan
from milepost.work.lifecycle.transfer_item import request_transfer
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that a person wants to take: its name, the item, what they bring, and a rating asked for."""

    name: str
    identifier: str
    system: str
    proposal: Proposal
    rating: Rating = Rating.NONE

    @property
    def until(self) -> date:
        """The day that the proposal names; today where it names none."""
        return self.proposal.until or self.proposal.as_of


def take_step(step: StepTaken) -> Item:
    """Take a step; return the item that goes on.

    Raises:
        WrongUse: there is no such step, or it is taken in another way.
        StateConflict: the item does not stand so.
        NotAllowed: the person may not take it, or does not bring what it needs.
    """
    transition = BY_NAME.get(step.name)
    if step.name in _ACTS:
        return _ACTS[step.name](step)
    if transition is None or transition.request is None or transition.move not in _DECIDES:
        raise WrongUse(f"{step.name[:40]!r} is no step that can be taken here", fix="see what comes next")
    decision = Decision(
        step.identifier,
        transition.request,
        transition.move is Move.GRANT,
        step.proposal.person,
        step.proposal.reason,
        step.system,
    )
    return decide_request(decision, as_of=step.proposal.as_of)


def can_be_taken(name: str) -> bool:
    """Tell whether a step can be taken by its name."""
    transition = BY_NAME.get(name)
    return name in _ACTS or (transition is not None and transition.move in _DECIDES)


def _submit(step: StepTaken) -> Item:
    given = step.proposal
    return submit_plan(
        step.identifier, person=given.person, as_of=given.as_of, system=step.system, reason=given.reason
    )


def _set_status(status: str) -> Callable[[StepTaken], Item]:
    def act(step: StepTaken) -> Item:
        given = step.proposal
        edit = Edit(step.identifier, {"status": status}, given.person, given.reason, step.system)
        edit_item(edit, as_of=given.as_of)
        return finding_items.by_identifier(step.identifier, step.system)

    return act


def _extension(step: StepTaken) -> Item:
    given = step.proposal
    wanted = NewDate(
        step.identifier, step.until, given.reason, given.mitigations, given.person, system=step.system
    )
    return request_extension(wanted, as_of=given.as_of).item


def _claim(step: StepTaken) -> Item:
    given = step.proposal
    claim = Claim(
        step.identifier,
        given.person,
        given.evidence,
        fixed_on=given.completed_on,
        evidence_on=given.evidence_on,
        done=given.reason,
        explanation=given.explanation,
        system=step.system,
    )
    return claim_fixed(claim, as_of=given.as_of).item


def _verify(step: StepTaken) -> Item:
    given = step.proposal
    return verify_fix(
        step.identifier,
        method=given.method,
        person=given.person,
        as_of=given.as_of,
        remark=given.reason,
        system=step.system,
    ).item


def _close(step: StepTaken) -> Item:
    given = step.proposal
    return close_verified(
        step.identifier, person=given.person, as_of=given.as_of, system=step.system, remark=given.reason
    )


def _acceptance(step: StepTaken) -> Item:
    given = step.proposal
    risk = Risk(
        step.identifier,
        given.reason,
        given.threat,
        given.mitigations,
        given.residual_risk,
        step.until,
        given.person,
        step.system,
    )
    return request_acceptance(risk, as_of=given.as_of).item


def _deviation(kind: RequestKind) -> Callable[[StepTaken], Item]:
    def act(step: StepTaken) -> Item:
        given = step.proposal
        return request_deviation(
            finding_items.by_identifier(step.identifier, step.system),
            DeviationKind(kind.value),
            given.reason,
            person=given.person,
            as_of=given.as_of,
            adjusted_risk=step.rating,
            support=Support(given.evidence, given.until),
        ).item

    return act


def _false_positive(step: StepTaken) -> Item:
    with recorded("close_false_positive", person=step.proposal.person):
        item = finding_items.by_identifier(step.identifier, step.system, lock=True)
        close_approved(item, approved_false_positive(item), step.proposal)
    return item


def _transfer(step: StepTaken) -> Item:
    given = step.proposal
    return request_transfer(
        step.identifier,
        given.receiver,
        person=given.person,
        reason=given.reason,
        as_of=given.as_of,
        system=step.system,
    ).item


def _for_a_reason(verb: Callable[..., Item]) -> Callable[[StepTaken], Item]:
    def act(step: StepTaken) -> Item:
        given = step.proposal
        return verb(
            step.identifier,
            person=given.person,
            reason=given.reason,
            as_of=given.as_of,
            system=step.system,
        )

    return act


_DECIDES: Final = frozenset({Move.GRANT, Move.REFUSE})
_ACTS: Final[dict[str, Callable[[StepTaken], Item]]] = {
    "adopt_draft": _set_status("open"),
    "submit_plan": _submit,
    "start_work": _set_status("in_progress"),
    "stop_work": _set_status("open"),
    "request_extension": _extension,
    "claim_fixed": _claim,
    "withdraw_claim": _for_a_reason(withdraw_claim),
    "verify_fix": _verify,
    "reject_fix": _for_a_reason(reject_fix),
    "close_item": _close,
    "reopen_item": _for_a_reason(reopen_item),
    "request_acceptance": _acceptance,
    "end_acceptance": _for_a_reason(end_decision),
    "end_requirement": _for_a_reason(end_decision),
    "claim_false_positive": _deviation(RequestKind.FALSE_POSITIVE),
    "close_false_positive": _false_positive,
    "claim_requirement": _deviation(RequestKind.OPERATIONAL_REQUIREMENT),
    "request_adjustment": _deviation(RequestKind.RISK_ADJUSTMENT),
    "cancel_item": _for_a_reason(cancel_item),
    "request_transfer": _transfer,
}
