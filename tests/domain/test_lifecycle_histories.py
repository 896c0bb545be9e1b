"""Ten thousand random histories of an item: whatever people try, what must always hold holds."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

import pytest

from milepost.domain.advancing import advance
from milepost.domain.case import Case, Proposal
from milepost.domain.guards import Concern
from milepost.domain.item import (
    CLOSED_STATUSES,
    ENDED_STATUSES,
    LAPSING_STATUSES,
    ItemStatus,
    RequestKind,
    VerificationMethod,
)
from milepost.domain.lifecycle import allowed, completes
from milepost.domain.lifecycle_rules import Limit, Rules
from milepost.domain.roles import Role, folded
from milepost.domain.ruling import Citation
from milepost.domain.transition import Move, Transition
from milepost.domain.transitions import BY_NAME, TRANSITIONS

HISTORIES = 10_000
ATTEMPTS = 16
START = date(2026, 1, 5)
SOURCE = Citation("a test", "1")
PEOPLE = ("Ines", "Sam", "Vera", "Omar", "Olga", "Theo")
SPELLINGS = (str.lower, str.upper, str.title, lambda name: f" {name}  ")
HELD = {
    "ines": frozenset({Role.ISSO}),
    "sam": frozenset({Role.REMEDIATION_OWNER}),
    "vera": frozenset({Role.VERIFIER}),
    "omar": frozenset({Role.AO, Role.CAT1_APPROVER}),
    "olga": frozenset({Role.ISSM_CISO}),
    "theo": frozenset({Role.ADMIN, Role.SYSTEM_OWNER}),
}
RULES = (
    Rules(),
    Rules(two_stage=frozenset({"High"})),
    Rules(acceptance=Limit(60, SOURCE), plan=Limit(200, SOURCE)),
    Rules(reopens=True, not_as_requirement=frozenset({"High"})),
)


@dataclass
class Story:
    """What a test itself remembers of a history, beside the case that it checks."""

    asked: dict[RequestKind, str] = field(default_factory=dict)
    signed: dict[str, set[str]] = field(default_factory=dict)
    granted: dict[RequestKind, bool] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)
    fixer: str = ""
    verifier: str = ""
    evidence: int = 0


@pytest.mark.no_cover
def test_ten_thousand_histories_keep_the_laws() -> None:
    """Nobody judges their own work, no first date moves, nothing is stuck, and every step is taken."""
    dice = Random(20261121)  # noqa: S311 - histories to try, no secrets
    taken: Counter[str] = Counter()
    reached: Counter[ItemStatus] = Counter()
    for number in range(HISTORIES):
        case = history(dice, RULES[number % len(RULES)], taken)
        reached[case.status] += 1
    assert set(taken) == set(BY_NAME), set(BY_NAME) - set(taken)
    assert set(reached) == set(ItemStatus)


def history(dice: Random, rules: Rules, taken: Counter[str]) -> Case:
    """Let people try one thing after the other, and check the laws after each."""
    kept = dice.random() < 0.5
    case = Case(
        status=dice.choice([ItemStatus.DRAFT, ItemStatus.OPEN]),
        detected_on=START,
        rules=rules,
        rating=dice.choice(["High", "Moderate"]),
        original_scheduled_on=START + timedelta(30),
        scheduled_on=START + timedelta(30),
        milestones=1,
        version="1",
        workers=frozenset({"Ines"}),
        planners=frozenset({"Ines"}),
        scanned=dice.random() < 0.5,
        held=HELD if kept else {},
        roles_kept=kept,
    )
    story, day = Story(worked={"ines"}), START
    for _ in range(ATTEMPTS):
        day += timedelta(dice.randrange(1, 12))
        case = happening(dice, case, day)
        open_steps = [each for each in TRANSITIONS if case.status in each.sources]
        step = dice.choice(open_steps) if open_steps and dice.random() < 0.9 else dice.choice(TRANSITIONS)
        proposal = brought(dice, day)
        if not allowed(step, case, proposal).allowed:
            continue
        after = advance(case, step, proposal)
        check(case, after, step, proposal, story)
        taken[step.name] += 1
        case = after
    assert case.status in ENDED_STATUSES or leads_on(case, day), case
    return case


def leads_on(case: Case, day: date) -> bool:
    """Tell whether some step is ready: nothing of the case itself stands against it."""
    nobody = Proposal(person="", as_of=day)
    return any(
        case.status in each.sources
        and all(guard.holds(case, nobody) for guard in each.guards if guard.concern is Concern.CASE)
        for each in TRANSITIONS
    )


def happening(dice: Random, case: Case, day: date) -> Case:
    """Let scans come, milestones be completed, and the plan be changed, as they do between decisions."""
    chance = dice.random()
    if case.scanned and chance < 0.5:
        seen = dice.choice([0, 0, 3])
        return replace(case, seen=seen, clean_scan_on=day if seen == 0 else case.clean_scan_on)
    if chance < 0.8:
        return replace(case, open_milestones=dice.choice([(), (), (1,)]))
    if chance < 0.84:
        return replace(case, version=str(int(case.version) + 1))
    return case


def brought(dice: Random, day: date) -> Proposal:
    """Return what somebody brings: mostly enough, now and then not."""
    person = dice.choice(SPELLINGS)(dice.choice(PEOPLE))
    words = {
        name: "words" if dice.random() < 0.93 else " "
        for name in ("reason", "evidence", "mitigations", "threat", "residual_risk", "receiver", "survivor")
    }
    fixed = day - timedelta(dice.choice([0, 0, 1, 3]))
    return Proposal(
        person=person,
        as_of=day,
        completed_on=fixed,
        evidence_on=fixed + timedelta(dice.choice([0, 0, 1, -1])),
        until=day + timedelta(dice.choice([-1, 5, 20, 50, 90])),
        method=dice.choice([*VerificationMethod, ""]),
        explanation=dice.choice(["", "no longer needed"]),
        **words,
    )


def check(case: Case, after: Case, step: Transition, proposal: Proposal, story: Story) -> None:
    """Hold the laws against a step that was allowed, by what the test itself remembers."""
    person = folded(proposal.person)
    frozen = (case.detected_on, case.original_scheduled_on)
    assert (after.detected_on, after.original_scheduled_on) == frozen
    if after.scheduled_on != case.scheduled_on:
        assert step.name == "approve_extension"
    assert case.status not in ENDED_STATUSES or step.name == "reopen_item"
    if step.decides and case.roles_kept:
        assert HELD[person] - {Role.ADMIN}
    if step.move is Move.ASK and step.request is not None:
        story.asked[step.request] = person
        story.signed.pop(step.request, None)
    if step.move in {Move.GRANT, Move.REFUSE} and step.request is not None:
        assert story.asked[step.request] != person
        signed = story.signed.setdefault(step.request, set())
        assert person not in signed or step.move is Move.REFUSE
        signed.add(person)
        story.granted[step.request] = step.move is Move.GRANT
        if step.move is Move.GRANT and two_needed(case, step) and completes(step, case, proposal):
            assert len(signed) == 2
    _CHECKS.get(step.name, _other)(case, after, proposal, story)
    if after.status in LAPSING_STATUSES:
        assert after.lapses_on is not None
        assert after.lapses_on >= proposal.as_of or after.lapses_on == case.lapses_on
    else:
        assert after.lapses_on is None


def two_needed(case: Case, step: Transition) -> bool:
    """Tell whether the profile asks for two signatures."""
    return step.two_stage and case.rating in case.rules.two_stage


def _other(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    """Only closing steps lead to a closed item, and work makes a worker."""
    assert after.status not in CLOSED_STATUSES
    if after.workers != case.workers:
        story.worked.add(folded(proposal.person))


def _claimed(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    del case, after
    story.fixer = folded(proposal.person)
    story.worked.add(story.fixer)
    story.evidence += bool(proposal.evidence.strip())
    story.signed.pop("closing", None)


def _verified(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    del after
    story.verifier = folded(proposal.person)
    assert story.verifier not in story.worked
    assert story.verifier != story.fixer
    assert case.seen == 0
    if case.scanned:
        assert case.clean_scan_on is not None
        assert case.fixed_on is not None
        assert case.clean_scan_on >= case.fixed_on


def _closed(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    signed = story.signed.setdefault("closing", set())
    assert folded(proposal.person) not in {*signed, story.fixer}
    signed.add(folded(proposal.person))
    assert story.evidence
    assert story.verifier
    assert case.seen == 0
    if after.status is ItemStatus.CLOSED and two_needed(case, BY_NAME["close_item"]):
        assert len(signed) == 2


def _nothing_to_fix(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    del case
    assert story.granted[RequestKind.FALSE_POSITIVE]
    assert folded(proposal.person) not in story.worked
    assert after.evidence


def _rejected(case: Case, after: Case, proposal: Proposal, story: Story) -> None:
    del case
    assert proposal.reason.strip()
    assert after.evidence
    story.fixer = story.verifier = ""
    story.signed.pop("closing", None)


_CHECKS: Mapping[str, Callable[[Case, Case, Proposal, Story], None]] = {
    "claim_fixed": _claimed,
    "verify_fix": _verified,
    "close_item": _closed,
    "close_false_positive": _nothing_to_fix,
    "reject_fix": _rejected,
    "withdraw_claim": _rejected,
    "reopen_item": _rejected,
}
