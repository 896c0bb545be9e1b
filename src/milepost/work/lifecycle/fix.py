"""Reporting a fix with its evidence, verifying or rejecting it by somebody else, taking the report back."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.case import Proposal
from milepost.domain.errors import RecordMissing
from milepost.records.closing import Fix
from milepost.records.items import Item
from milepost.records.planning import SupportingDocument
from milepost.work.evidence.link_evidence import link_named
from milepost.work.lifecycle.cases import present_fix
from milepost.work.lifecycle.taking import Taken, begin, finish
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class Claim:
    """A fix as it is reported: who fixed it and when, the evidence by name and its day, what was done.

    Evidence in the vault that `evidence` names, such as E-7, is linked to the fix.
    `explanation` says why milestones are left open. Empty days mean today, no fixer the person who reports.
    """

    identifier: str
    person: str
    evidence: str
    fixed_by: str = ""
    fixed_on: date | None = None
    evidence_on: date | None = None
    done: str = ""
    explanation: str = ""
    system: str = ""


def claim_fixed(claim: Claim, *, as_of: date) -> Fix:
    """Report a fix; from then on it waits for verification by somebody else.

    Raises:
        StateConflict: milestones are open without an explanation, or the item is not worked on.
        NotAllowed: there is no evidence, it is older than the fix, or the days do not fit.
    """
    fixed_on = claim.fixed_on or as_of
    proposal = Proposal(
        person=claim.person,
        as_of=as_of,
        completed_on=fixed_on,
        evidence=claim.evidence,
        evidence_on=claim.evidence_on or as_of,
        explanation=claim.explanation,
    )
    with recorded("claim_fixed", person=claim.person, as_of=as_of) as told:
        taken = begin("claim_fixed", claim.identifier, claim.system, proposal)
        told.tell(claim=claim)
        fix = Fix.objects.create(
            item=taken.item,
            fixed_by=claim.fixed_by or claim.person,
            fixed_on=fixed_on,
            reported_by=claim.person,
            reported_on=as_of,
            done=claim.done,
            evidence=claim.evidence,
            evidence_on=proposal.evidence_on or as_of,
            explanation=claim.explanation,
        )
        SupportingDocument.objects.create(
            item=taken.item, kind="Closure evidence", name=claim.evidence[:500], added_on=as_of
        )
        link_named(claim.evidence, taken.item, claim.person, as_of, fix=fix)
        finish(taken, claim.done or f"fixed by {fix.fixed_by}", fixed_on=("", f"{fixed_on:%Y-%m-%d}"))
    return fix


def withdraw_claim(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """Take the report of a fix back; work goes on.

    Raises:
        StateConflict: no fix is reported.
        NotAllowed: no reason is given.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("withdraw_claim", person=person, as_of=as_of):
        taken = begin("withdraw_claim", identifier, system, proposal)
        _judge(taken, "withdrawn", reason)
        finish(taken, reason)
    return taken.item


def verify_fix(
    identifier: str, *, method: str, person: str, as_of: date, remark: str = "", system: str = ""
) -> Fix:
    """Confirm that a fix works, and say how that was seen; by somebody who did not work on it.

    Raises:
        StateConflict: no fix is reported, scanners still see it, or no covering scan came after it.
        NotAllowed: the person worked on it, or the method is missing or does not fit the source.
    """
    proposal = Proposal(person=person, as_of=as_of, method=method, reason=remark)
    with recorded("verify_fix", person=person, as_of=as_of):
        taken = begin("verify_fix", identifier, system, proposal)
        fix = _judge(taken, "verified", remark)
        finish(taken, remark or f"verified by {method}")
    return fix


def reject_fix(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """Send a fix back: the evidence stays on record, with the reason why it was not enough.

    Raises:
        StateConflict: no fix is reported.
        NotAllowed: the person worked on it, or gives no reason.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("reject_fix", person=person, as_of=as_of):
        taken = begin("reject_fix", identifier, system, proposal)
        _judge(taken, "rejected", reason)
        finish(taken, reason)
    return taken.item


def _judge(taken: Taken, outcome: str, remark: str) -> Fix:
    fix = present_fix(taken.item)
    if fix is None:
        raise RecordMissing(
            f"{taken.item.identifier} has no reported fix", fix="report it with milepost item claim"
        )
    fix.outcome, fix.remark, fix.method = outcome, remark, taken.proposal.method
    fix.judged_by, fix.judged_on = taken.proposal.person, taken.proposal.as_of
    fix.save()
    return fix
