"""Around the lifecycle: what profiles ask of it, how authorities call its states, what a closing says."""

import json
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities.profiles import all_profiles, profile_of
from milepost.domain.acceptance import counted, has_lapsed, present_status
from milepost.domain.case import Case, Signature
from milepost.domain.closing import Step, departures
from milepost.domain.item import ENDED_STATUSES, OPEN_STATUSES, ItemStatus, RequestKind
from milepost.domain.lifecycle_prose import lifecycle_prose
from milepost.domain.lifecycle_rules import Limit, Rules, rules_of
from milepost.domain.profile import Approvers, Fact, Profile, ProfileKind
from milepost.domain.roles import HeldRole, Role, folded, roles_on
from milepost.domain.ruling import Citation
from milepost.domain.separation import may_approve_plan, may_close, may_sign, may_withdraw
from milepost.domain.signatures import fits, outstanding, signers, stages
from milepost.domain.status_names import label_of, status_meant
from milepost.domain.transitions import TRANSITIONS

TODAY = date(2026, 6, 1)
SOURCE = Citation("a policy", "1")
ROOT = Path(__file__).resolve().parents[2]
MANAGER, OFFICIAL = frozenset({Role.ISSM_CISO}), frozenset({Role.AO})


def profile(**facts: object) -> Profile:
    """Return a made-up profile with some facts."""
    return Profile(
        name=str(facts.pop("name", "own")),
        title="Own",
        kind=ProfileKind.ORGANISATION,
        applies_to="all",
        version="1",
        effective_from=date(2020, 1, 1),
        **facts,  # type: ignore[arg-type] # named by the test
    )


def test_strictest_limit_holds_and_unconfirmed_ones_refuse_nothing() -> None:
    """Of 90 and 60 confirmed days the 60 hold; 30 that nobody confirmed are only a default."""
    profiles = [
        profile(acceptance_max_days=Fact(days, verified, SOURCE))
        for days, verified in ((90, True), (60, True), (30, False))
    ]
    assert rules_of(profiles).acceptance == Limit(60, SOURCE)
    assert rules_of([]).acceptance is None


def test_rules_add_up_over_profiles() -> None:
    """Every profile's approvers, second signatures and reopening count."""
    first = profile(
        approvers=Fact((Approvers("plan", ("AO",)),), verified=True, citation=SOURCE),
        two_stage_severities=Fact(("High",), verified=True, citation=SOURCE),
        accepted_counts_as_open=Fact(value=False, verified=True, citation=SOURCE),
    )
    second = profile(
        approvers=Fact((Approvers("plan", ("CISO",)),), verified=True, citation=SOURCE),
        accepted_counts_as_open=Fact(value=True, verified=True, citation=SOURCE),
        further={"reopens_closed_items": Fact("yes", verified=True, citation=SOURCE)},
    )
    rules = rules_of([first, second])
    assert [each.roles for each in rules.approvers] == [("AO",), ("CISO",)]
    assert (rules.two_stage, rules.reopens, rules.accepted_is_open) == (frozenset({"High"}), True, True)
    assert rules.accepted_on_plan is None


def test_confirmed_limits_of_the_directive_on_high_value_assets() -> None:
    """BOD 18-02: a late plan lasts at most a year, and the SAORM signs every change of its dates."""
    rules = rules_of([profile_of("bod-18-02-hva", on=TODAY)])
    assert rules.plan is not None
    assert rules.plan.days == 365
    case = Case(status=ItemStatus.OPEN, detected_on=TODAY, rules=rules)
    assert stages(case, "extension", MANAGER, two_stage=True) == (frozenset({Role.SAORM}),)


def test_clock_of_the_status_date_is_no_limit_from_detection() -> None:
    """CMMC's 180 days run from the conditional status date, so they do not limit a plan from detection."""
    assert rules_of([profile_of("cmmc-l2", on=TODAY)]).plan is None


def test_high_weaknesses_are_no_operational_requirement_under_fedramp() -> None:
    """FedRAMP approves no operational requirement for High."""
    assert "High" in rules_of([profile_of("fedramp-rev5", on=TODAY)]).not_as_requirement
    assert not rules_of([profile_of("hhs", on=TODAY)]).not_as_requirement


CASE = Case(status=ItemStatus.VERIFIED, detected_on=TODAY, rating="High")


def test_profile_names_both_signatures() -> None:
    """One of group A and one of group B, different people, as CMS wants for high value assets."""
    group = Approvers("closing", ("AO", "CISO"), ("Business Owner", "ISSO"))
    case = replace(CASE, rules=Rules(approvers=(group,), two_stage=frozenset({"High"})))
    needed = stages(case, "closing", MANAGER, two_stage=True)
    assert needed == (frozenset({Role.AO, Role.ISSM_CISO}), frozenset({Role.SYSTEM_OWNER, Role.ISSO}))
    assert stages(case, "plan", MANAGER, two_stage=False) == (MANAGER,)
    assert stages(case, "plan", MANAGER, two_stage=True)[1:] == (frozenset({Role.CAT1_APPROVER}),)
    assert stages(replace(case, rating="Low"), "plan", MANAGER, two_stage=True) == (MANAGER,)


def test_signature_serves_the_stage_that_is_left() -> None:
    """Somebody who fits both groups leaves the other group to the next, whichever that is."""
    needed = (MANAGER, OFFICIAL)
    both = Signature("Olga", TODAY, MANAGER | OFFICIAL)
    manager = Signature("Max", TODAY, MANAGER)
    assert outstanding(needed, [both, manager], roles_kept=True) == ()
    assert outstanding(needed, [manager], roles_kept=True) == (OFFICIAL,)
    assert outstanding(needed, [manager], roles_kept=False) == (OFFICIAL,)
    assert not fits(needed, [manager], Signature("Mia", TODAY, MANAGER), roles_kept=True)
    assert fits(needed, [manager], Signature("Mia", TODAY), roles_kept=False)
    assert not fits((MANAGER,), [manager], both, roles_kept=True)
    assert signers([both, manager]) == {"olga", "max"}


@pytest.mark.parametrize(
    "ruling",
    [
        may_approve_plan("ines", frozenset({"Ines"})),
        may_close(" Sam", "SAM"),
        may_withdraw("Sam", frozenset({"sam"})),
        may_sign("OMAR", ["Omar"]),
    ],
)
def test_duties_are_separated_whatever_the_spelling(ruling: object) -> None:
    """A name in another case or with spaces is the same person."""
    assert not getattr(ruling, "allowed", True)
    assert may_close("Vera", "Sam").allowed


@given(some.text(max_size=20))
def test_folding_a_name_twice_changes_nothing(name: str) -> None:
    """Names are compared without regard to case and spaces."""
    assert folded(folded(name)) == folded(name)
    assert folded(f"  {name}\t") == folded(name)


def test_roles_hold_from_their_first_to_their_last_day() -> None:
    """A role counts on both days at its ends, and not beyond them."""
    held = [
        HeldRole("Omar", Role.AO, date(2026, 1, 1), date(2026, 6, 1)),
        HeldRole("OMAR", Role.ISSO, date(2026, 6, 2)),
    ]
    assert roles_on(held, date(2026, 1, 1)) == {"omar": {Role.AO}}
    assert roles_on(held, date(2026, 6, 1)) == {"omar": {Role.AO}}
    assert roles_on(held, date(2026, 6, 2)) == {"omar": {Role.ISSO}}
    assert roles_on(held, date(2025, 12, 31)) == {}


@pytest.mark.parametrize("status", [ItemStatus.RISK_ACCEPTED, ItemStatus.OPERATIONAL_REQUIREMENT])
def test_decision_for_a_time_is_over_the_day_after(status: ItemStatus) -> None:
    """Accepted up to 1 June: it holds on that day, and comes back on 2 June by itself."""
    assert present_status(status, TODAY, ItemStatus.OPEN, TODAY) is status
    assert present_status(status, TODAY, ItemStatus.IN_PROGRESS, date(2026, 6, 2)) is ItemStatus.IN_PROGRESS
    assert present_status(status, None, ItemStatus.OPEN, date(2030, 1, 1)) is status
    assert not has_lapsed(ItemStatus.OPEN, TODAY, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cms-ede-nee", True), ("omb-fisma", False), ("fedramp-rev5", True)],
)
def test_accepted_risk_counts_as_the_profile_says(name: str, *, expected: bool) -> None:
    """CMS NEE counts accepted risks as open, A-130 keeps them apart; each with its reason."""
    verdict = counted(ItemStatus.RISK_ACCEPTED, rules_of([profile_of(name, on=TODAY)]))
    assert (verdict.open, bool(verdict.reason)) == (expected, True)
    assert counted(ItemStatus.RISK_ACCEPTED, Rules()).open


@pytest.mark.parametrize("status", sorted(set(ItemStatus) - {ItemStatus.RISK_ACCEPTED}))
def test_everything_else_counts_by_its_status(status: ItemStatus) -> None:
    """What has not ended is open."""
    assert counted(status, Rules()).open == (status in OPEN_STATUSES)
    assert (status in OPEN_STATUSES) != (status in ENDED_STATUSES)


def test_closing_record_tells_where_the_work_left_the_plan() -> None:
    """A date moved, a fix after it, a milestone late, one left: each with its days; what was on time not."""
    first, moved, fixed = date(2026, 3, 3), date(2026, 4, 2), date(2026, 4, 5)
    steps = [
        Step(1, date(2026, 2, 10), date(2026, 2, 10), date(2026, 2, 10)),
        Step(2, date(2026, 2, 20), date(2026, 3, 1), date(2026, 2, 27)),
        Step(3, date(2026, 3, 1), date(2026, 3, 1), None),
    ]
    found = departures(first, moved, fixed, steps)
    assert [(each.what, each.days) for each in found] == [
        ("scheduled date", 30),
        ("fix", 3),
        ("milestone 2", 7),
        ("milestone 3", 0),
    ]
    assert str(found[0]) == "scheduled date: 2026-04-02 instead of 2026-03-03, 30 days later"
    assert str(found[3]) == "milestone 3: planned for 2026-03-01, not completed"
    assert departures(first, first, first, steps[:1]) == ()
    assert departures(None, None, fixed, ()) == ()
    earlier = departures(moved, first, first, ())
    assert str(earlier[0]) == "scheduled date: 2026-03-03 instead of 2026-04-02, 30 days earlier"


@pytest.mark.parametrize("known", all_profiles(), ids=lambda each: each.key)
def test_labels_come_from_the_profile_and_lead_back(known: Profile) -> None:
    """Whatever the state, its name is one of the profile's, and means an open state where it is open."""
    if known.statuses is None:
        assert label_of(ItemStatus.OPEN, known) == ""
        return
    labels = {each.label: each for each in known.statuses.value}
    for status, overdue in product(ItemStatus, (False, True)):
        label = label_of(status, known, overdue=overdue)
        if label:
            meant = status_meant(label.upper(), known)
            assert meant is not None
            assert (meant in ENDED_STATUSES) == (status in ENDED_STATUSES), (status, label, meant)
            assert label in labels
    assert status_meant("no such status", known) is None


REFERENCE_STATES = {
    "draft": (ItemStatus.DRAFT, False, ()),
    "planned": (ItemStatus.OPEN, False, ()),
    "plan_review": (ItemStatus.PLAN_REVIEW, False, ()),
    "in_progress": (ItemStatus.IN_PROGRESS, False, ()),
    "delayed": (ItemStatus.IN_PROGRESS, True, ()),
    "extension_review": (ItemStatus.IN_PROGRESS, False, (RequestKind.EXTENSION,)),
    "pending_verification": (ItemStatus.REMEDIATED, False, ()),
    "closed_completed": (ItemStatus.CLOSED, False, ()),
    "closed_false_positive": (ItemStatus.FALSE_POSITIVE, False, ()),
    "risk_accepted": (ItemStatus.RISK_ACCEPTED, False, ()),
}


@pytest.mark.samples
def test_labels_are_those_of_the_reference(samples: Path) -> None:
    """Each state that the reference maps out has the label given there."""
    mapping = json.loads((samples / "agencies/workflow.json").read_text())["status_mapping_out"]
    wrong = []
    for name, labels in mapping.items():
        known = profile_of(name, on=TODAY)
        for state, expected in labels.items():
            status, overdue, pending = REFERENCE_STATES[state]
            label = label_of(status, known, overdue=overdue, pending=pending)
            if label != ("" if expected.startswith("(") else expected):
                wrong.append((name, state, label, expected))
    assert wrong == []


def test_rules_for_readers_are_those_of_the_table() -> None:
    """docs/rules/lifecycle.md is what the table gives, and names every step."""
    written = (ROOT / "docs/rules/lifecycle.md").read_text(encoding="utf-8")
    assert written == lifecycle_prose()
    assert all(each.title in written for each in TRANSITIONS)
