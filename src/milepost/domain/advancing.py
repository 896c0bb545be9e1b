"""What a step of the lifecycle makes of a case, without any database: the lifecycle as a pure function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from milepost.domain.case import Case, Proposal, Request, Signature
from milepost.domain.item import ENDED_STATUSES, LAPSING_STATUSES, RequestKind, VerificationMethod
from milepost.domain.lifecycle import completes, target
from milepost.domain.lifecycle_rules import REASSESS_DAYS
from milepost.domain.transition import Move, Transition


def advance(case: Case, transition: Transition, proposal: Proposal) -> Case:
    """Return the case after a step that is allowed.

    A decision that needs a further signature only keeps the one that was given. First dates never change.
    """
    if not completes(transition, case, proposal):
        return _signed(case, transition, proposal)
    after = _MOVES[transition.move](case, transition, proposal)
    status = target(transition, case)
    if status in ENDED_STATUSES:
        after = replace(after, requests=())
    if status not in LAPSING_STATUSES:
        after = replace(after, lapses_on=None)
    return replace(after, status=status)


def _signed(case: Case, transition: Transition, proposal: Proposal) -> Case:
    signature = Signature(proposal.person, proposal.as_of, case.roles_of(proposal.person))
    if transition.move is not Move.GRANT:
        return replace(case, signatures=(*case.signatures, signature))
    requests = tuple(
        replace(each, signatures=(*each.signatures, signature)) if each.kind == transition.request else each
        for each in case.requests
    )
    return replace(case, requests=requests)


def _ask(case: Case, transition: Transition, proposal: Proposal) -> Case:
    if transition.request is None:
        return case
    request = Request(
        transition.request,
        proposal.person,
        proposal.as_of,
        proposal.until,
        proposal.evidence,
        case.version if transition.request is RequestKind.PLAN else "",
    )
    planners = case.planners
    if transition.request is RequestKind.PLAN:
        planners = planners | {proposal.person}
    return replace(case, requests=(*case.requests, request), planners=planners)


def _grant(case: Case, transition: Transition, proposal: Proposal) -> Case:
    request = case.request(transition.request)
    after = _without_request(case, transition, proposal)
    granted = _GRANTED.get(transition.request) if transition.request else None
    return granted(after, request, proposal) if granted and request else after


def _without_request(case: Case, transition: Transition, proposal: Proposal) -> Case:
    del proposal
    return replace(case, requests=tuple(each for each in case.requests if each.kind != transition.request))


def _refuse(case: Case, transition: Transition, proposal: Proposal) -> Case:
    after = _without_request(case, transition, proposal)
    if transition.request is RequestKind.FALSE_POSITIVE:
        return replace(after, false_positive_approved=False)
    return after


def _plan(case: Case, request: Request, proposal: Proposal) -> Case:
    del request, proposal
    return replace(case, plan_approved=True)


def _extended(case: Case, request: Request, proposal: Proposal) -> Case:
    del proposal
    return replace(case, scheduled_on=request.until)


def _for_a_time(case: Case, request: Request, proposal: Proposal) -> Case:
    resumes = case.resumes if case.status in LAPSING_STATUSES else case.status
    until = request.until or proposal.as_of + timedelta(days=REASSESS_DAYS)
    return replace(case, lapses_on=until, resumes=resumes)


def _false_positive(case: Case, request: Request, proposal: Proposal) -> Case:
    del request, proposal
    return replace(case, false_positive_approved=True)


_GRANTED: Final[Mapping[RequestKind, Callable[[Case, Request, Proposal], Case]]] = {
    RequestKind.PLAN: _plan,
    RequestKind.EXTENSION: _extended,
    RequestKind.RISK_ACCEPTANCE: _for_a_time,
    RequestKind.OPERATIONAL_REQUIREMENT: _for_a_time,
    RequestKind.FALSE_POSITIVE: _false_positive,
}


def _act(case: Case, transition: Transition, proposal: Proposal) -> Case:
    acted = _ACTED.get(transition.name)
    return acted(case, proposal) if acted else _worked(case, proposal)


def _worked(case: Case, proposal: Proposal) -> Case:
    return replace(case, workers=case.workers | {proposal.person})


def _fixed(case: Case, proposal: Proposal) -> Case:
    return replace(
        _worked(case, proposal),
        fixed_by=proposal.person,
        fixed_on=proposal.completed_on,
        evidence=(*case.evidence, proposal.evidence),
        evidence_on=proposal.evidence_on,
    )


def _verified(case: Case, proposal: Proposal) -> Case:
    return replace(case, verified_by=proposal.person, method=proposal.method)


def _unfixed(case: Case, proposal: Proposal) -> Case:
    del proposal
    return replace(case, fixed_by="", fixed_on=None, verified_by="", method="", signatures=())


def _nothing_to_fix(case: Case, proposal: Proposal) -> Case:
    return replace(
        case,
        evidence=(*case.evidence, proposal.evidence),
        verified_by=proposal.person,
        method=VerificationMethod.EXAMINE,
    )


def _unchanged(case: Case, proposal: Proposal) -> Case:
    del proposal
    return case


def _reopened(case: Case, proposal: Proposal) -> Case:
    return replace(_unfixed(case, proposal), plan_approved=False, false_positive_approved=False)


_ACTED: Final[Mapping[str, Callable[[Case, Proposal], Case]]] = {
    "claim_fixed": _fixed,
    "verify_fix": _verified,
    "reject_fix": _unfixed,
    "withdraw_claim": _unfixed,
    "close_item": _unchanged,
    "close_false_positive": _nothing_to_fix,
    "cancel_item": _unchanged,
    "end_acceptance": _unchanged,
    "end_requirement": _unchanged,
    "reopen_item": _reopened,
}


def _lapse(case: Case, transition: Transition, proposal: Proposal) -> Case:
    del transition, proposal
    return case


_MOVES: Final[Mapping[Move, Callable[[Case, Transition, Proposal], Case]]] = {
    Move.ACT: _act,
    Move.ASK: _ask,
    Move.GRANT: _grant,
    Move.REFUSE: _refuse,
    Move.LAPSE: _lapse,
}
