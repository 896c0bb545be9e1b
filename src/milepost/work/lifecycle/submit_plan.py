"""Submitting a plan, and deciding on it: approved it goes to work, sent back it can be changed."""

from datetime import date

from milepost.domain.case import Proposal
from milepost.domain.item import DeviationState, RequestKind
from milepost.records.items import Item
from milepost.records.requests import PlanSubmission
from milepost.work.lifecycle.deciding import decided
from milepost.work.lifecycle.taking import begin, finish
from milepost.work.recording import recorded


def submit_plan(identifier: str, *, person: str, as_of: date, system: str = "", reason: str = "") -> Item:
    """Submit the plan of an item for approval; the hash of this version is kept.

    Raises:
        StateConflict: a required field or a milestone is missing, or the item is not being planned.
    """
    with recorded("submit_plan", person=person, as_of=as_of) as told:
        proposal = Proposal(person=person, as_of=as_of, reason=reason)
        taken = begin("submit_plan", identifier, system, proposal)
        told.tell(plan_version=taken.case.version)
        PlanSubmission.objects.create(
            item=taken.item,
            reason=reason,
            requested_on=as_of,
            requested_by=person,
            version=taken.case.version,
            state=DeviationState.PENDING,
        )
        finish(taken, reason or "the plan is submitted")
    return taken.item


def decide_plan(
    identifier: str, *, approve: bool, person: str, as_of: date, system: str = "", reason: str = ""
) -> Item:
    """Approve a submitted plan or send it back; where two must sign, the first leaves it in review.

    Raises:
        StateConflict: no plan waits, or it was changed since it was submitted.
        NotAllowed: the person wrote it, may not approve it, or gives no reason for sending it back.
    """
    with recorded("decide_plan", person=person, as_of=as_of):
        name = "approve_plan" if approve else "return_plan"
        proposal = Proposal(person=person, as_of=as_of, reason=reason)
        taken = begin(name, identifier, system, proposal)
        if decided(taken, RequestKind.PLAN) is not None:
            finish(taken, reason or "the plan is approved")
    return taken.item
