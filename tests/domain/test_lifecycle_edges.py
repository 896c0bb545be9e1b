"""The edges of the lifecycle's rules, to the day and to the word that a person reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from milepost.domain.acceptance import counted
from milepost.domain.advancing import advance
from milepost.domain.case import Case, Proposal, Request, Signature
from milepost.domain.closing import Departure
from milepost.domain.item import ItemStatus, RequestKind, SourceKind
from milepost.domain.lifecycle import allowed, completes, finality, needed, next_steps, refusals
from milepost.domain.lifecycle_rules import Limit, Rules, rules_of
from milepost.domain.profile import Approvers, Fact, Profile, ProfileKind, RequiredField, StatusName
from milepost.domain.roles import Role
from milepost.domain.ruling import Citation, Ruling
from milepost.domain.separation import (
    SOURCE,
    may_approve_plan,
    may_close,
    may_decide,
    may_sign,
    may_verify,
    may_withdraw,
)
from milepost.domain.signatures import fits, outstanding
from milepost.domain.status_names import label_of, status_meant
from milepost.domain.transitions import BY_NAME
from tests.domain.cases import ASKED, DETECTED, FIXED, NEXT_MONTH, PROPOSAL, TODAY, ready

DAY = timedelta(days=1)
POLICY = Citation("a policy", "1")
SAM = frozenset({"Sam"})
HIGH = Rules(two_stage=frozenset({"High"}))


@pytest.mark.parametrize(
    ("rule", "others", "act", "way_out"),
    [
        (may_verify, SAM, "verify a fix that they worked on", "let someone else verify it"),
        (may_decide, "sam", "decide a request of their own", "let someone else decide it"),
        (may_approve_plan, SAM, "decide on a plan that they wrote", "let someone else decide on it"),
        (may_close, "SAM", "close an item that they fixed", "let someone else close it"),
        (may_withdraw, SAM, "take an item off the plan that they worked on", "let someone else do it"),
        (may_sign, SAM, "sign a second time", "let someone else sign"),
    ],
)
def test_refusal_of_ones_own_work_is_a_whole_sentence(
    rule: Callable[[str, object], Ruling], others: object, act: str, way_out: str
) -> None:
    """Each refusal names the person, the act, the way out and the control that asks for it."""
    assert rule(" Sam", others) == Ruling(
        allowed=False, reason=f"Sam cannot {act}", citation=SOURCE, way_out=way_out
    )


def test_permission_names_the_control_too() -> None:
    """Who is independent is told so, with the same source."""
    assert may_verify("Vera", SAM) == Ruling(
        allowed=True, reason="Vera is independent of the work", citation=SOURCE
    )


def profile(**facts: object) -> Profile:
    """Return a made-up profile with some facts."""
    return Profile(
        name="own",
        title="Own",
        kind=ProfileKind.ORGANISATION,
        applies_to="all",
        version="1",
        effective_from=date(2020, 1, 1),
        **facts,  # type: ignore[arg-type] # named by the test
    )


STATUSES = (
    StatusName("Draft", "draft"),
    StatusName("Going", "in_progress"),
    StatusName("Late", "delayed"),
    StatusName("Longer?", "extension_review"),
    StatusName("Also going", "in_progress"),
    StatusName("Done", "closed_completed", open=False),
)
NAMED = profile(statuses=Fact(STATUSES, verified=True, citation=POLICY))


@pytest.mark.parametrize(
    ("status", "overdue", "pending", "label"),
    [
        (ItemStatus.DRAFT, False, (), "Draft"),
        (ItemStatus.OPEN, False, (), "Going"),
        (ItemStatus.OPEN, True, (), "Late"),
        (ItemStatus.IN_PROGRESS, True, (RequestKind.EXTENSION,), "Longer?"),
        (ItemStatus.IN_PROGRESS, True, (RequestKind.TRANSFER,), "Late"),
        (ItemStatus.REMEDIATED, True, (RequestKind.EXTENSION,), "Going"),
        (ItemStatus.CLOSED, True, (), "Done"),
        (ItemStatus.FALSE_POSITIVE, False, (), ""),
        (ItemStatus.RISK_ACCEPTED, False, (), ""),
    ],
)
def test_status_is_shown_by_the_nearest_name(
    status: ItemStatus,
    pending: tuple[RequestKind, ...],
    label: str,
    *,
    overdue: bool,
) -> None:
    """A waiting request first, then a passed date, then the state; of two equal names the first."""
    assert label_of(status, NAMED, overdue=overdue, pending=pending) == label
    assert label_of(status, profile(), overdue=overdue, pending=pending) == ""


def test_neither_late_nor_asked_for_unless_said() -> None:
    """Without further word an item is on time and nothing waits."""
    assert label_of(ItemStatus.OPEN, NAMED) == "Going"


@pytest.mark.parametrize(
    ("label", "status"),
    [
        (" going ", ItemStatus.IN_PROGRESS),
        ("LATE", ItemStatus.IN_PROGRESS),
        ("also   going", ItemStatus.IN_PROGRESS),
        ("Done", ItemStatus.CLOSED),
        ("Gone", None),
    ],
)
def test_name_is_read_back_however_it_is_spelled(label: str, status: ItemStatus | None) -> None:
    """Case and blanks do not matter; what the profile does not name is not guessed."""
    assert status_meant(label, NAMED) is status
    assert status_meant(label, profile()) is None


def test_rules_keep_every_fact_in_its_place() -> None:
    """What profiles say lands where it belongs, required fields only if confirmed, plain and of a plan."""
    fields = (
        RequiredField("owner"),
        RequiredField("cves", when="where there are some"),
        RequiredField("evidence", ("closed_completed",)),
        RequiredField("milestones", ("in_progress",)),
        RequiredField("owner"),
    )
    said = profile(
        required_fields=Fact(fields, verified=True, citation=POLICY),
        plan_max_days=Fact(100, verified=True, citation=POLICY),
        acceptance_max_days=Fact(90, verified=True, citation=POLICY),
        accepted_on_plan=Fact(value=True, verified=True, citation=POLICY),
        accepted_counts_as_open=Fact(value=False, verified=True, citation=POLICY),
    )
    assert rules_of([said]) == Rules(
        profiles=("own@1",),
        required=("owner", "milestones"),
        plan=Limit(100, POLICY),
        acceptance=Limit(90, POLICY),
        accepted_on_plan=True,
        accepted_is_open=False,
    )
    unsure = profile(required_fields=Fact(fields, verified=False, citation=POLICY))
    assert rules_of([unsure]).required == ()
    assert rules_of([profile()]) == Rules(profiles=("own@1",))


@pytest.mark.parametrize(
    ("status", "rules", "is_open", "reason"),
    [
        (ItemStatus.RISK_ACCEPTED, Rules(accepted_is_open=False), False, "accepted risks are reported apart"),
        (
            ItemStatus.RISK_ACCEPTED,
            Rules(accepted_is_open=True),
            True,
            "a profile counts accepted risks as open",
        ),
        (ItemStatus.RISK_ACCEPTED, Rules(), True, "no profile says otherwise"),
        (ItemStatus.OPEN, Rules(accepted_is_open=False), True, "it is on the plan"),
        (ItemStatus.MERGED, Rules(), False, "it has ended"),
    ],
)
def test_count_as_open_says_why(
    status: ItemStatus,
    rules: Rules,
    reason: str,
    *,
    is_open: bool,
) -> None:
    """Each verdict has its reason and names where it stands."""
    verdict = counted(status, rules)
    assert (verdict.open, verdict.reason) == (is_open, reason)
    assert verdict.citation.document == ("OMB Circular A-130 (2016)" if "apart" in reason else "Milepost")


def test_departure_of_no_days_is_not_late() -> None:
    """In words a positive number is later, anything else earlier."""
    assert str(Departure("fix", DETECTED, DETECTED + DAY, 1)).endswith("1 days later")
    assert str(Departure("fix", DETECTED, DETECTED, 0)).endswith("0 days earlier")


@pytest.mark.parametrize("completed", [DETECTED, TODAY])
def test_fix_may_be_of_the_first_and_of_the_last_day(completed: date) -> None:
    """Detected and fixed on one day, or fixed today with evidence of today: both hold."""
    claim = BY_NAME["claim_fixed"]
    brought = replace(PROPOSAL, completed_on=completed, evidence_on=TODAY)
    assert allowed(claim, ready(claim), brought).allowed


def test_decision_may_fall_on_the_last_day_asked_for() -> None:
    """A day that is asked for has not passed on that day itself."""
    for name in ("approve_extension", "accept_risk", "approve_requirement"):
        step = BY_NAME[name]
        case = ready(step)
        today = replace(case, requests=(replace(case.requests[0], until=TODAY),))
        assert allowed(step, today, PROPOSAL).allowed, name
    undated = replace(
        ready(BY_NAME["accept_risk"]), requests=(Request(RequestKind.RISK_ACCEPTANCE, "I", TODAY),)
    )
    assert not allowed(BY_NAME["accept_risk"], undated, PROPOSAL).allowed


def test_later_date_without_a_schedule_only_has_to_lie_ahead() -> None:
    """An item without a scheduled date can be given any day after today."""
    ask = BY_NAME["request_extension"]
    case = replace(ready(ask), scheduled_on=None)
    assert allowed(ask, case, replace(PROPOSAL, until=TODAY + DAY)).allowed
    assert not allowed(ask, case, replace(PROPOSAL, until=TODAY)).allowed


def test_retest_is_enough_for_a_penetration_test() -> None:
    """What a penetration test found is verified by a retest; other sources by other methods too."""
    verify = BY_NAME["verify_fix"]
    found = replace(ready(verify), source_kind=SourceKind.PENETRATION_TEST)
    assert allowed(verify, found, PROPOSAL).allowed
    assert allowed(verify, ready(verify), replace(PROPOSAL, method="examine")).allowed


def test_condition_that_holds_says_what_it_wanted() -> None:
    """Where a condition holds, its ruling repeats the demand with the source, and offers no way out."""
    guard = BY_NAME["close_item"].guards[0]
    assert guard.rule(ready(BY_NAME["close_item"]), PROPOSAL) == Ruling(
        allowed=True, reason=guard.demand, citation=guard.citation
    )


def test_refusal_by_state_names_both_and_the_way_out() -> None:
    """The sentence names how the item stands and how it should; final states say why instead of a command."""
    close = BY_NAME["close_item"]
    ruling = allowed(close, replace(ready(close), status=ItemStatus.PLAN_REVIEW), PROPOSAL)
    assert ruling.reason == "the item is plan review; one can close the item when it is verified"
    assert ruling.way_out == "see what can be done with milepost item next"
    assert str(ruling.citation) == "Milepost, lifecycle, states"
    cancel = BY_NAME["cancel_item"]
    merged = allowed(cancel, replace(ready(cancel), status=ItemStatus.MERGED), PROPOSAL)
    assert merged.reason.endswith("when it is draft or in progress or open or plan review")
    assert merged.way_out == finality(ItemStatus.MERGED) == "another item carries it on"
    assert finality(ItemStatus.OPEN) == ""


def test_permission_says_whether_roles_were_looked_at() -> None:
    """A decision in a system without roles says so; with roles, or for plain work, it does not."""
    verify, start = BY_NAME["verify_fix"], BY_NAME["start_work"]
    assert "nobody holds a role" in allowed(verify, ready(verify), PROPOSAL).reason
    kept = replace(ready(verify), roles_kept=True, held={"vera": frozenset({Role.VERIFIER})})
    ruling = allowed(verify, kept, PROPOSAL)
    assert (ruling.reason, ruling.citation) == ("Vera may verify the fix", verify.citation)
    assert allowed(start, ready(start), PROPOSAL).reason == "Vera may begin the work"


def test_refusals_list_everything_at_once() -> None:
    """Conditions come in the order of the table, the person's standing last."""
    verify = BY_NAME["verify_fix"]
    case = replace(ready(verify), seen=1, workers=frozenset({"Vera"}), roles_kept=True)
    found = refusals(verify, case, replace(PROPOSAL, method=""))
    assert [(each.concern, each.ruling.allowed) for each in found] == [
        ("case", False),
        ("given", False),
        ("person", False),
        ("person", False),
    ]
    roles = found[-1].ruling
    assert roles.reason == (
        "Vera holds no role on 2026-06-01 that may verify the fix:"
        " independent verifier or security manager (ISSM, CISO)"
    )
    assert (str(roles.citation), roles.way_out) == (
        "Milepost, lifecycle, roles",
        "let somebody decide who does",
    )


def test_second_signature_of_one_person_is_the_only_refusal() -> None:
    """Who signed already is told that, not that they lack a role."""
    close = BY_NAME["close_item"]
    case = replace(ready(close), rating="High", rules=HIGH, signatures=(Signature("Vera", ASKED),))
    (refusal,) = refusals(close, case, PROPOSAL)
    assert refusal.ruling.reason == "Vera cannot sign a second time"


def test_one_no_is_enough_and_plain_work_needs_no_signature() -> None:
    """Two must agree, one refuses; work completes at once; so does a decision that needs one signature."""
    approve, deny = BY_NAME["approve_extension"], BY_NAME["deny_extension"]
    high = replace(ready(approve), rating="High", rules=HIGH)
    assert not completes(approve, high, PROPOSAL)
    assert completes(deny, high, PROPOSAL)
    assert completes(approve, ready(approve), PROPOSAL)
    assert completes(BY_NAME["start_work"], ready(BY_NAME["start_work"]), PROPOSAL)
    assert len(needed(approve, high)) == 2
    assert needed(deny, high) == (frozenset({Role.ISSM_CISO}),)
    kept = replace(ready(approve), roles_kept=True)
    assert not completes(approve, kept, PROPOSAL)


def test_profile_approvers_replace_the_usual_ones_by_the_name_of_the_decision() -> None:
    """Approvers that a profile names for extensions hold for extensions alone."""
    rules = Rules(approvers=(Approvers("extension", ("SAORM",)),))
    extend, close = BY_NAME["approve_extension"], BY_NAME["close_item"]
    assert needed(extend, replace(ready(extend), rules=rules)) == (frozenset({Role.SAORM}),)
    assert needed(close, replace(ready(close), rules=rules)) == (close.roles,)


def test_next_steps_put_the_ready_ones_first_and_name_people() -> None:
    """Ready steps come first; each names who does it, who is left to sign, and who may not."""
    approve = BY_NAME["approve_extension"]
    signed = Signature("Olga", ASKED)
    case = replace(ready(approve, ItemStatus.OPEN), rating="High", rules=HIGH)
    once = replace(case, requests=(replace(case.requests[0], signatures=(signed,)),))
    steps = next_steps(once, TODAY)
    assert [each.ready for each in steps] == sorted((each.ready for each in steps), reverse=True)
    found = {each.transition.name: each for each in steps}
    assert found["approve_extension"].roles == ("approver of the second level (CAT I)",)
    assert found["approve_extension"].barred == ("Ines", "Olga")
    assert found["start_work"].roles == (
        "information system security officer (ISSO)",
        "remediation owner",
    )
    assert found["start_work"].barred == ()
    assert found["start_work"].missing == ()
    assert found["claim_fixed"].brings == (
        "the day of the fix, between detection and today",
        "evidence, by name",
        "evidence that is not older than the fix",
    )


def test_lapse_is_ready_the_day_after() -> None:
    """What comes back by itself is ready from the day after its last day, as of the day asked."""
    lapse = BY_NAME["acceptance_lapses"]
    case = replace(ready(lapse), lapses_on=TODAY)
    names = {each.transition.name: each.ready for each in next_steps(case, TODAY)}
    assert not names["acceptance_lapses"]
    names = {each.transition.name: each.ready for each in next_steps(case, TODAY + DAY)}
    assert names["acceptance_lapses"]


def test_matching_of_signatures_tries_every_stage() -> None:
    """More signatures than stages leave none; without roles any two people do; one cannot serve twice."""
    manager, official = frozenset({Role.ISSM_CISO}), frozenset({Role.AO})
    given = [Signature(name, TODAY, manager) for name in ("A", "B", "C")]
    assert outstanding((manager, official), given, roles_kept=False) == ()
    assert outstanding((manager, official), given, roles_kept=True) == (official,)
    assert outstanding((manager, official), [], roles_kept=True) == (manager, official)
    assert outstanding((manager,), given[:1], roles_kept=True) == ()
    assert fits((official, manager), [], given[0], roles_kept=True)
    assert not fits((official,), [], given[0], roles_kept=True)


def test_a_signature_that_serves_no_stage_stands_in_nobody_s_way() -> None:
    """Given before the system kept roles, it does not count, and those who hold the roles can still sign."""
    manager, official = frozenset({Role.ISSM_CISO}), frozenset({Role.AO})
    needed, stray = (manager, official), Signature("A", TODAY)
    signed = [stray, Signature("B", TODAY, manager)]
    assert outstanding(needed, [stray], roles_kept=True) == needed
    assert outstanding(needed, signed, roles_kept=True) == (official,)
    assert fits(needed, signed, Signature("C", TODAY, official), roles_kept=True)
    assert not fits(needed, signed, Signature("C", TODAY, manager), roles_kept=True)
    assert outstanding(needed, [*signed, Signature("C", TODAY, official)], roles_kept=True) == ()


def test_signature_carries_person_day_and_roles() -> None:
    """A first signature is kept with who gave it, on which day, under which roles."""
    close = BY_NAME["close_item"]
    held = {"vera": frozenset({Role.VERIFIER})}
    case = replace(ready(close), rating="High", rules=HIGH, roles_kept=True, held=held)
    after = advance(case, close, PROPOSAL)
    assert after == replace(case, signatures=(Signature("Vera", TODAY, frozenset({Role.VERIFIER})),))


def test_granted_request_needs_to_be_there() -> None:
    """Without a request a grant changes nothing but the status of its row."""
    accept = BY_NAME["accept_risk"]
    case = replace(ready(accept, ItemStatus.OPEN), requests=())
    after = advance(case, accept, PROPOSAL)
    assert (after.status, after.lapses_on) == (ItemStatus.RISK_ACCEPTED, None)


def test_denied_false_positive_takes_its_request_away() -> None:
    """The request is gone, and so is an earlier approval; another denial leaves the approval alone."""
    deny = BY_NAME["deny_false_positive"]
    approved = replace(ready(deny), false_positive_approved=True)
    assert advance(approved, deny, PROPOSAL) == replace(approved, requests=(), false_positive_approved=False)
    other = BY_NAME["deny_adjustment"]
    case = replace(ready(other), false_positive_approved=True)
    assert advance(case, other, PROPOSAL).false_positive_approved


def test_second_fix_stands_on_its_own_days() -> None:
    """Days, fixer and evidence are those that were brought, whatever was there before."""
    claim = BY_NAME["claim_fixed"]
    before = replace(ready(claim, ItemStatus.OPEN), fixed_by="", fixed_on=None, evidence=(), evidence_on=None)
    after = advance(before, claim, replace(PROPOSAL, evidence="photo.png", evidence_on=TODAY))
    assert (after.fixed_by, after.fixed_on, after.evidence_on) == ("Vera", FIXED, TODAY)
    assert after.evidence == ("photo.png",)
    reject = BY_NAME["reject_fix"]
    verified = replace(
        ready(reject, ItemStatus.VERIFIED), method="test", signatures=(Signature("Vera", TODAY),)
    )
    sent_back = advance(verified, reject, PROPOSAL)
    assert sent_back == replace(
        verified,
        status=ItemStatus.IN_PROGRESS,
        fixed_by="",
        fixed_on=None,
        verified_by="",
        method="",
        signatures=(),
    )
    reopen = BY_NAME["reopen_item"]
    closed = replace(ready(reopen), plan_approved=True, verified_by="Vera", method="test")
    assert advance(closed, reopen, PROPOSAL).plan_approved is False


def test_people_are_barred_from_decisions_by_what_they_did() -> None:
    """The fixer is barred from closing even where nobody else is known; a stranger is not listed."""
    close = BY_NAME["close_item"]
    case = Case(
        status=ItemStatus.VERIFIED, detected_on=DETECTED, fixed_by="Sam", evidence=("a",), verified_by="Vera"
    )
    (found,) = [each for each in next_steps(case, TODAY) if each.transition is close]
    assert found.barred == ("Sam",)
    nobody = Proposal(person="", as_of=TODAY)
    assert nobody.until is None
    assert NEXT_MONTH > TODAY
