"""Whether a step of the lifecycle may be taken, why not, and what can be done next by whom."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milepost.domain import separation
from milepost.domain.case import Case, Proposal, Signature
from milepost.domain.guards import Concern
from milepost.domain.item import ItemStatus
from milepost.domain.roles import ROLE_TITLES, Role
from milepost.domain.ruling import Citation, Ruling
from milepost.domain.signatures import Stage, fits, outstanding, signers, stages
from milepost.domain.transition import Move, Transition
from milepost.domain.transitions import FINAL, TRANSITIONS

_TABLE = Citation("Milepost", "lifecycle, states")
_ROLES = Citation("Milepost", "lifecycle, roles")


class Refusal(NamedTuple):
    """Why a step may not be taken; `concern` says whether it lies in the case, the proposal or the person."""

    concern: Concern
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step from where an item stands.

    `ready` tells that nothing stands in the way but what the person brings (`brings`); `missing` says what
    has to happen before. `roles` name who does it, `barred` who may not.
    """

    transition: Transition
    ready: bool
    roles: tuple[str, ...]
    missing: tuple[Ruling, ...]
    brings: tuple[str, ...]
    barred: tuple[str, ...]


def allowed(transition: Transition, case: Case, proposal: Proposal) -> Ruling:
    """Rule whether a person may take a step now; a refusal is the first of all that stands against it."""
    against = refusals(transition, case, proposal)
    if against:
        return against[0].ruling
    reason = f"{proposal.person} may {transition.title}"
    if transition.decides and not case.roles_kept:
        reason = f"{reason}: nobody holds a role in this system yet, so people only have to be different"
    return Ruling(allowed=True, reason=reason, citation=transition.citation)


def refusals(transition: Transition, case: Case, proposal: Proposal) -> tuple[Refusal, ...]:
    """Return everything that stands against a step, the state first, then conditions, then the person."""
    if case.status not in transition.sources:
        return (Refusal(Concern.CASE, _wrong_state(transition, case)),)
    ruled = ((guard.concern, guard.rule(case, proposal)) for guard in transition.guards)
    found = [Refusal(concern, ruling) for concern, ruling in ruled if not ruling.allowed]
    if transition.decides:
        found += [Refusal(Concern.PERSON, each) for each in _signing(transition, case, proposal)]
    elif transition.roles and _only_looks_on(case, proposal.person):
        found.append(Refusal(Concern.PERSON, _looking_on(transition, proposal)))
    return tuple(found)


def needed(transition: Transition, case: Case) -> tuple[Stage, ...]:
    """Return the signatures that a decision needs in all."""
    decision = transition.decision or transition.name
    refuses = transition.move is Move.REFUSE
    return stages(case, decision, transition.roles, two_stage=transition.two_stage and not refuses)


def completes(transition: Transition, case: Case, proposal: Proposal) -> bool:
    """Tell whether the person's signature is the last that a step needs; one no is always enough."""
    if not transition.decides or transition.move is Move.REFUSE:
        return True
    signed = [*_given(transition, case), _signature(case, proposal)]
    return not outstanding(needed(transition, case), signed, roles_kept=case.roles_kept)


def target(transition: Transition, case: Case) -> ItemStatus:
    """Return the status that a step leads to."""
    return case.resumes if transition.resumes else transition.to or case.status


def next_steps(case: Case, as_of: date) -> tuple[NextStep, ...]:
    """Return every step from where an item stands, those that are ready first."""
    steps = [_next_step(each, case, as_of) for each in TRANSITIONS if case.status in each.sources]
    return tuple(sorted(steps, key=lambda step: not step.ready))


def finality(status: ItemStatus) -> str:
    """Return why a status is final; empty where something leads out of it."""
    return FINAL.get(status, "")


def _only_looks_on(case: Case, person: str) -> bool:
    """Tell whether a person is nothing in the system but an auditor or an administrator."""
    held = case.roles_of(person)
    return bool(held) and held <= {Role.AUDITOR, Role.ADMIN}


def _looking_on(transition: Transition, proposal: Proposal) -> Ruling:
    return Ruling(
        allowed=False,
        reason=f"{proposal.person} only looks on here and cannot {transition.title}",
        citation=_ROLES,
        way_out="let somebody do it who works on the system",
    )


def _next_step(transition: Transition, case: Case, as_of: date) -> NextStep:
    nobody = Proposal(person="", as_of=as_of)
    ruled = [(guard, guard.rule(case, nobody)) for guard in transition.guards]
    missing = tuple(ruling for guard, ruling in ruled if guard.concern is Concern.CASE and not ruling.allowed)
    brings = tuple(guard.demand for guard, _ in ruled if guard.concern is Concern.GIVEN)
    return NextStep(
        transition, not missing, _role_words(transition, case), missing, brings, _barred(transition, case)
    )


def _role_words(transition: Transition, case: Case) -> tuple[str, ...]:
    if transition.decides:
        given = _given(transition, case)
        left = outstanding(needed(transition, case), given, roles_kept=case.roles_kept)
        return tuple(" or ".join(sorted(ROLE_TITLES[role] for role in stage)) for stage in left)
    return tuple(sorted(ROLE_TITLES[role] for role in transition.roles))


def _barred(transition: Transition, case: Case) -> tuple[str, ...]:
    """Return the people known to the item who may not take the step, for whatever reason in their person."""
    known = {*case.workers, *case.planners, case.fixed_by, *(each.by for each in case.requests)}
    known |= {each.person for each in _given(transition, case)}
    return tuple(sorted(filter(None, (each for each in known if _bars(transition, case, each)))))


def _bars(transition: Transition, case: Case, person: str) -> bool:
    proposal = Proposal(person=person, as_of=case.detected_on)
    guards = (guard for guard in transition.guards if guard.concern is Concern.PERSON)
    if any(not guard.holds(case, proposal) for guard in guards):
        return True
    return transition.decides and bool(_signing(transition, case, proposal))


def _wrong_state(transition: Transition, case: Case) -> Ruling:
    standing = case.status.replace("_", " ")
    fitting = " or ".join(sorted(each.replace("_", " ") for each in transition.sources))
    final = FINAL.get(case.status)
    return Ruling(
        allowed=False,
        reason=f"the item is {standing}; one can {transition.title} when it is {fitting}",
        citation=_TABLE,
        way_out=final or "see what can be done with milepost item next",
    )


def _given(transition: Transition, case: Case) -> tuple[Signature, ...]:
    """Return the signatures given so far: to the request, or to the closing."""
    if transition.move is not Move.GRANT:
        return case.signatures if transition.two_stage else ()
    request = case.request(transition.request)
    return request.signatures if request else ()


def _signature(case: Case, proposal: Proposal) -> Signature:
    return Signature(proposal.person, proposal.as_of, case.roles_of(proposal.person))


def _signing(transition: Transition, case: Case, proposal: Proposal) -> list[Ruling]:
    """Return what stands against a person's signature: signed before, or no fitting role on that day."""
    given = _given(transition, case)
    again = separation.may_sign(proposal.person, signers(given))
    if not again.allowed:
        return [again]
    stages_needed = needed(transition, case)
    if fits(stages_needed, given, _signature(case, proposal), roles_kept=case.roles_kept):
        return []
    fitting = sorted(ROLE_TITLES[role] for stage in stages_needed for role in stage)
    reason = (
        f"{proposal.person} holds no role on {proposal.as_of} that may {transition.title}:"
        f" {' or '.join(fitting)}"
    )
    return [Ruling(allowed=False, reason=reason, citation=_ROLES, way_out="let somebody decide who does")]
