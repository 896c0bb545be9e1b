"""The table of the lifecycle: a step is taken where everything holds, refused where one thing does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.domain import guards
from milepost.domain.case import Case, Proposal, Request, Signature
from milepost.domain.guards import Concern, Guard
from milepost.domain.item import ENDED_STATUSES, ItemStatus, RequestKind, SourceKind
from milepost.domain.lifecycle import allowed, finality, next_steps, refusals, target
from milepost.domain.lifecycle_rules import Limit, Rules
from milepost.domain.profile import Approvers
from milepost.domain.roles import HeldRole, Role, role_named, roles_on
from milepost.domain.transition import Move, Transition
from milepost.domain.transitions import BY_NAME, FINAL, TRANSITIONS
from tests.domain.cases import DETECTED, FIXED, NEXT_MONTH, PROPOSAL, TODAY, ready

Spoiled = tuple[Case, Proposal]
Spoil = Callable[[Case, Proposal, Transition], Spoiled]
DAY = timedelta(days=1)


def case_with(**values: object) -> Spoil:
    """Return what gives a case other values."""
    return lambda case, proposal, _: (replace(case, **values), proposal)  # type: ignore[arg-type] # named by the test


def bringing(**values: object) -> Spoil:
    """Return what gives a proposal other values."""
    return lambda case, proposal, _: (case, replace(proposal, **values))  # type: ignore[arg-type] # named by the test


def no_request(case: Case, proposal: Proposal, transition: Transition) -> Spoiled:
    """Let nothing wait for a decision."""
    del transition
    return replace(case, requests=()), proposal


def asked_already(case: Case, proposal: Proposal, transition: Transition) -> Spoiled:
    """Let the same request wait already."""
    assert transition.request is not None
    return replace(case, requests=(Request(transition.request, "Ines", TODAY),)), proposal


def asked_by_vera(case: Case, proposal: Proposal, transition: Transition) -> Spoiled:
    """Let the person who decides be the one who asked, spelled in another way."""
    assert transition.request is not None
    until = case.requests[0].until
    return replace(case, requests=(Request(transition.request, " VERA ", TODAY, until),)), proposal


def late_request(case: Case, proposal: Proposal, transition: Transition) -> Spoiled:
    """Let the day that was asked for have passed by the time of the decision."""
    del transition
    return replace(case, requests=(replace(case.requests[0], until=TODAY - DAY),)), proposal


SOURCE = guards.OWN
LIMITED = Rules(plan=Limit(100, SOURCE), acceptance=Limit(20, SOURCE))
STRICT_PLAN = Rules(approvers=(Approvers("plan", ("issm_ciso",)),))

SPOILS: dict[str, tuple[Spoil, ...]] = {
    guards.FIELDS_FILLED.demand: (case_with(missing_fields=("resources",)),),
    guards.MILESTONE_PLANNED.demand: (case_with(milestones=0),),
    guards.PLAN_APPROVED.demand: (case_with(rules=STRICT_PLAN),),
    guards.PLAN_UNCHANGED.demand: (case_with(version="b2"),),
    guards.INDEPENDENT_OF_PLAN.demand: (case_with(planners=frozenset({"vera"})),),
    guards.INDEPENDENT_OF_WORK.demand: (case_with(workers=frozenset({"Sam", "VERA "})),),
    guards.NOT_THE_FIXER.demand: (case_with(fixed_by="vera"),),
    guards.NOT_A_WORKER.demand: (case_with(workers=frozenset({"Vera"})),),
    guards.REASON_GIVEN.demand: (bringing(reason=""), bringing(reason="  ")),
    guards.LATER_DATE.demand: (
        bringing(until=None),
        bringing(until=TODAY),
        bringing(until=date(2026, 6, 10)),
    ),
    guards.WITHIN_PLAN.demand: (case_with(rules=LIMITED),),
    guards.WITHIN_ACCEPTANCE.demand: (case_with(rules=LIMITED),),
    guards.MITIGATIONS_GIVEN.demand: (bringing(mitigations=" "),),
    guards.THREAT_DESCRIBED.demand: (bringing(threat=""),),
    guards.RESIDUAL_RISK_STATED.demand: (bringing(residual_risk=""),),
    guards.EXPIRY_AHEAD.demand: (bringing(until=None), bringing(until=TODAY)),
    guards.ACCEPTANCE_AHEAD.demand: (late_request,),
    guards.EXTENSION_AHEAD.demand: (late_request,),
    guards.ASSESSMENT_AHEAD.demand: (late_request,),
    guards.ASSESSMENT_LATER.demand: (bringing(until=TODAY),),
    guards.REQUIREMENT_RATING.demand: (
        case_with(rating="High", rules=Rules(not_as_requirement=frozenset({"High"}))),
    ),
    guards.EVIDENCE_NAMED.demand: (bringing(evidence=" "),),
    guards.EVIDENCE_KEPT.demand: (case_with(evidence=()),),
    guards.FIX_DATED.demand: (
        bringing(completed_on=None, evidence_on=None),
        bringing(completed_on=DETECTED - DAY),
        bringing(completed_on=TODAY + DAY, evidence_on=TODAY),
    ),
    guards.EVIDENCE_AFTER_FIX.demand: (
        bringing(evidence_on=None),
        bringing(evidence_on=FIXED - DAY),
        bringing(evidence_on=TODAY + DAY),
    ),
    guards.MILESTONES_DONE.demand: (case_with(open_milestones=(2,)),),
    guards.NOT_SEEN.demand: (case_with(seen=3),),
    guards.CLEAN_SCAN.demand: (
        case_with(clean_scan_on=None),
        case_with(clean_scan_on=FIXED - DAY),
        case_with(fixed_on=None),
    ),
    guards.METHOD_NAMED.demand: (bringing(method=""), bringing(method="by eye")),
    guards.RETESTED.demand: (
        lambda case, proposal, _: (
            replace(case, source_kind=SourceKind.PENETRATION_TEST),
            replace(proposal, method="rescan"),
        ),
    ),
    guards.LAPSED.demand: (case_with(lapses_on=TODAY), case_with(lapses_on=None)),
    guards.FALSE_POSITIVE_APPROVED.demand: (case_with(false_positive_approved=False),),
    guards.RECEIVER_NAMED.demand: (bringing(receiver=""),),
    guards.SURVIVOR_NAMED.demand: (bringing(survivor=""),),
    guards.PROFILE_REOPENS.demand: (case_with(rules=Rules()),),
}


def spoils_of(guard: Guard) -> tuple[Spoil, ...]:
    """Return the ways in which a test violates a condition."""
    if guard.demand.startswith("a request waits"):
        return (no_request,)
    if guard.demand.startswith("no such request"):
        return (asked_already,)
    if guard.demand == "whoever decides did not ask for it":
        return (asked_by_vera,)
    return SPOILS[guard.demand]


STARTS = [(each, status) for each in TRANSITIONS for status in sorted(each.sources)]
CONDITIONS = [
    (transition, guard, spoil)
    for transition in TRANSITIONS
    for guard in transition.guards
    for spoil in spoils_of(guard)
]


@pytest.mark.parametrize(
    ("transition", "status"), STARTS, ids=[f"{each.name} from {status}" for each, status in STARTS]
)
def test_every_step_is_allowed_where_everything_holds(transition: Transition, status: ItemStatus) -> None:
    """From each status of its row, a step is allowed to somebody independent who brings everything."""
    ruling = allowed(transition, ready(transition, status), PROPOSAL)
    assert ruling.allowed, ruling.reason
    assert ruling.citation.document


@pytest.mark.parametrize(
    ("transition", "guard", "spoil"),
    CONDITIONS,
    ids=[f"{place} {each[0].name}: {each[1].demand}" for place, each in enumerate(CONDITIONS)],
)
def test_every_condition_refuses_alone(transition: Transition, guard: Guard, spoil: Spoil) -> None:
    """Where a single condition does not hold, that one refuses, with its source and the way out."""
    case, proposal = spoil(ready(transition), PROPOSAL, transition)
    ruling = allowed(transition, case, proposal)
    assert not ruling.allowed
    assert (ruling.reason, ruling.way_out) == (guard.rule(case, proposal).reason, guard.way_out)
    assert "{" not in ruling.reason
    assert ruling.citation == guard.citation


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda each: each.name)
def test_every_step_is_refused_from_any_other_status(transition: Transition) -> None:
    """Whatever else holds, a step cannot be taken from a status that is not in its row."""
    for status in set(ItemStatus) - transition.sources:
        (refusal,) = refusals(transition, replace(ready(transition), status=status), PROPOSAL)
        assert refusal.concern is Concern.CASE
        assert transition.title in refusal.ruling.reason
        assert refusal.ruling.way_out


def test_every_status_has_a_way_out_or_says_why_not() -> None:
    """From every status a chain of steps leads to an end, and final ones have a sentence that says why."""
    leads_to = {status: {ItemStatus.OPEN} if status in FINAL else set[ItemStatus]() for status in ItemStatus}
    for each in TRANSITIONS:
        for status in each.sources:
            leads_to[status].add(each.to or status)
    for status in ItemStatus:
        reached, rest = {status}, [status]
        while rest:
            fresh = leads_to[rest.pop()] - reached
            reached |= fresh
            rest += fresh
        assert reached & ENDED_STATUSES, status
        assert bool(finality(status)) == (status in ENDED_STATUSES)


def test_names_and_rows_are_complete() -> None:
    """Each step has its own name, an effect and a source; who decides is named, and never the auditor."""
    assert len(BY_NAME) == len(TRANSITIONS)
    for each in TRANSITIONS:
        assert each.effect
        assert each.citation.document
        assert bool(each.roles) == (each.move is not Move.LAPSE)
        assert not each.roles & {Role.ADMIN, Role.AUDITOR}


OURS = {
    "create item": None,
    "discard at intake": None,
    "submit plan": "submit_plan",
    "approve plan": "approve_plan",
    "request changes": "return_plan",
    "(automatic) past due": None,
    "new date approved": "approve_extension",
    "request extension": "request_extension",
    "approve extension": "approve_extension",
    "reject extension": "deny_extension",
    "submit for closing": "claim_fixed",
    "verify and close": "close_item",
    "evidence rejected": "reject_fix",
    "request risk acceptance": "request_acceptance",
    "accept risk": "accept_risk",
    "more information": "decline_acceptance",
    "(automatic) expired": "acceptance_lapses",
    "risk no longer present": "claim_fixed",
    "claim false positive": "claim_false_positive",
    "approve false positive": "approve_false_positive",
    "reject false positive": "deny_false_positive",
    "claim operational requirement": "claim_requirement",
    "approve": "approve_requirement",
    "mark vendor dependency": None,
    "cancel": "cancel_item",
    "transfer to another system or provider": "request_transfer",
    "merge duplicate": "merge_item",
    "reopen on recurrence": "reopen_item",
    "replan": None,
}
"""The steps of the reference workflow under our names; None where it is no step: opening, a date, a flag."""


@pytest.mark.samples
def test_reference_workflow_is_in_the_table(samples: Path) -> None:
    """Every step of the reference has its row, done by at least the roles that the reference names."""
    document = json.loads((samples / "agencies/workflow.json").read_text())
    assert {each["name"] for each in document["transitions"]} == set(OURS)
    assert set(document["roles"]) == set(Role)
    for each in document["transitions"]:
        name = OURS[each["name"]]
        if name is not None and each["roles"] != ["system"]:
            assert {Role(role) for role in each["roles"]} <= BY_NAME[name].roles, each["name"]


def test_verifier_needs_a_fitting_role_once_roles_are_kept() -> None:
    """Where a system keeps roles, the verifier holds one on that day; an administrator may not."""
    verify = BY_NAME["verify_fix"]
    held = [
        HeldRole("vera", Role.VERIFIER, date(2026, 1, 1), date(2026, 6, 1)),
        HeldRole("Adam", Role.ADMIN, date(2026, 1, 1)),
    ]
    case = replace(ready(verify), roles_kept=True, held=roles_on(held, TODAY))
    assert allowed(verify, case, PROPOSAL).allowed
    refused = allowed(verify, case, replace(PROPOSAL, person="Adam"))
    assert "holds no role" in refused.reason
    assert "independent verifier" in refused.reason
    past = replace(case, held=roles_on(held, TODAY + DAY))
    assert not allowed(verify, past, PROPOSAL).allowed
    assert "nobody holds a role in this system yet" in allowed(verify, ready(verify), PROPOSAL).reason


def test_who_only_looks_on_takes_no_step() -> None:
    """An auditor or administrator starts nothing; with another role beside it, or with none, one may."""
    start = BY_NAME["start_work"]
    held = {
        "vera": frozenset({Role.AUDITOR, Role.ADMIN}),
        "sam": frozenset({Role.AUDITOR, Role.REMEDIATION_OWNER}),
    }
    case = replace(ready(start), roles_kept=True, held=held)
    refused = allowed(start, case, PROPOSAL)
    assert refused.reason == "Vera only looks on here and cannot begin the work"
    assert refused.allowed is False
    assert refused.citation.document == "Milepost"
    assert refused.way_out
    assert allowed(start, case, replace(PROPOSAL, person="Sam")).allowed
    assert allowed(start, case, replace(PROPOSAL, person="Nora")).allowed


def test_two_stage_decision_needs_two_people() -> None:
    """For a severity that a profile names, two different people sign; the second of the second level."""
    close = BY_NAME["close_item"]
    rules = Rules(two_stage=frozenset({"High"}))
    first = Signature("Vera", TODAY, frozenset({Role.ISSM_CISO}))
    case = replace(ready(close), rating="High", rules=rules, signatures=(first,))
    assert not allowed(close, case, PROPOSAL).allowed
    assert allowed(close, case, replace(PROPOSAL, person="Omar")).allowed
    held = {"omar": frozenset({Role.CAT1_APPROVER}), "olga": frozenset({Role.ISSM_CISO})}
    kept = replace(case, roles_kept=True, held=held)
    assert allowed(close, kept, replace(PROPOSAL, person="Omar")).allowed
    assert not allowed(close, kept, replace(PROPOSAL, person="Olga")).allowed


def test_next_steps_say_what_is_missing() -> None:
    """For an item that scanners still see, verification names the scan as missing, and who may not do it."""
    verify = BY_NAME["verify_fix"]
    case = replace(ready(verify), seen=2)
    steps = {each.transition.name: each for each in next_steps(case, TODAY)}
    assert set(steps) == {each.name for each in TRANSITIONS if ItemStatus.REMEDIATED in each.sources}
    blocked = steps["verify_fix"]
    assert not blocked.ready
    assert [each.reason for each in blocked.missing] == ["scanners still see 2 occurrences of it"]
    assert blocked.barred == ("Ines", "Sam")
    assert "how it was verified" in blocked.brings
    assert steps["reject_fix"].ready
    assert next_steps(replace(case, status=ItemStatus.MERGED), TODAY) == ()


def test_resuming_steps_lead_back() -> None:
    """What was decided for a time leads back to the status from before."""
    lapse = BY_NAME["acceptance_lapses"]
    case = replace(ready(lapse), resumes=ItemStatus.IN_PROGRESS)
    assert target(lapse, case) is ItemStatus.IN_PROGRESS


def test_limits_hold_to_the_day() -> None:
    """A plan of 150 days from 2026-02-01 may run to 2026-07-01, and not a day longer."""
    ask = BY_NAME["request_extension"]
    allowing = replace(ready(ask), rules=Rules(plan=Limit(150, SOURCE)))
    assert allowed(ask, allowing, PROPOSAL).allowed
    assert not allowed(ask, allowing, replace(PROPOSAL, until=NEXT_MONTH + DAY)).allowed
    accept = BY_NAME["request_acceptance"]
    thirty = replace(ready(accept), rules=Rules(acceptance=Limit(30, SOURCE)))
    assert allowed(accept, thirty, PROPOSAL).allowed
    assert not allowed(accept, thirty, replace(PROPOSAL, until=NEXT_MONTH + DAY)).allowed


def test_milestone_left_open_needs_an_explanation() -> None:
    """A fix can be reported with a milestone open, where it is said why."""
    claim = BY_NAME["claim_fixed"]
    case = replace(ready(claim), open_milestones=(2, 3))
    assert allowed(claim, case, PROPOSAL).reason == "milestones not completed: 2, 3"
    assert allowed(claim, case, replace(PROPOSAL, explanation="the host was removed")).allowed


def test_hand_written_items_need_no_scan() -> None:
    """What no scanner found is verified without one."""
    verify = BY_NAME["verify_fix"]
    assert allowed(verify, replace(ready(verify), scanned=False, clean_scan_on=None), PROPOSAL).allowed


@pytest.mark.parametrize(
    ("name", "role"),
    [("AO", Role.AO), ("Business Owner", Role.SYSTEM_OWNER), ("CISO", Role.ISSM_CISO), ("janitor", None)],
)
def test_roles_are_known_by_the_names_that_authorities_use(name: str, role: Role | None) -> None:
    """The names in CMS's dual sign-off are read as our roles; others are not guessed."""
    assert role_named(name) is role


def test_request_is_found_by_its_kind() -> None:
    """Of several requests the one of the kind asked for is decided."""
    case = replace(ready(BY_NAME["start_work"]), requests=(Request(RequestKind.EXTENSION, "Ines", TODAY),))
    assert case.request(RequestKind.EXTENSION) is not None
    assert case.request(RequestKind.PLAN) is None
