"""What each step makes of a case: the status, the people, the dates, and what waits."""

from dataclasses import replace
from datetime import date

import pytest

from milepost.domain.advancing import advance
from milepost.domain.case import Case, Proposal, Request
from milepost.domain.item import ItemStatus, RequestKind
from milepost.domain.lifecycle import allowed
from milepost.domain.lifecycle_rules import Rules
from milepost.domain.transitions import BY_NAME
from tests.domain.cases import ASKED, FIXED, NEXT_MONTH, PROPOSAL, TODAY, ready

START = date(2026, 1, 5)


def test_two_stage_grant_is_kept_until_the_second_signature() -> None:
    """The first of two approvals leaves the plan in review, with the signature; the second approves it."""
    rules = Rules(two_stage=frozenset({"High"}))
    case = Case(status=ItemStatus.OPEN, detected_on=START, rules=rules, rating="High", milestones=1)
    ines, olga, omar = (Proposal(person=each, as_of=START) for each in ("Ines", "Olga", "Omar"))
    approve = BY_NAME["approve_plan"]
    submitted = advance(case, BY_NAME["submit_plan"], ines)
    once = advance(submitted, approve, olga)
    assert (once.status, once.plan_approved) == (ItemStatus.PLAN_REVIEW, False)
    assert not allowed(approve, once, olga).allowed
    twice = advance(once, approve, omar)
    assert (twice.status, twice.plan_approved, twice.requests) == (ItemStatus.IN_PROGRESS, True, ())


def test_lapsed_acceptance_comes_back_where_it_was() -> None:
    """Accepted while in progress, up to 1 March: on 2 March the item is in progress again."""
    case = Case(status=ItemStatus.IN_PROGRESS, detected_on=START)
    ask = Proposal(
        person="Ines",
        as_of=START,
        reason="no fix",
        threat="low",
        mitigations="isolated",
        residual_risk="low",
        until=date(2026, 3, 1),
    )
    accepted = advance(
        advance(case, BY_NAME["request_acceptance"], ask),
        BY_NAME["accept_risk"],
        Proposal(person="Omar", as_of=START),
    )
    assert (accepted.status, accepted.lapses_on) == (ItemStatus.RISK_ACCEPTED, date(2026, 3, 1))
    lapse = BY_NAME["acceptance_lapses"]
    assert not allowed(lapse, accepted, Proposal(person="", as_of=date(2026, 3, 1))).allowed
    after = Proposal(person="", as_of=date(2026, 3, 2))
    assert allowed(lapse, accepted, after).allowed
    assert advance(accepted, lapse, after).status is ItemStatus.IN_PROGRESS


@pytest.mark.parametrize("renewed", [date(2026, 5, 1)])
def test_renewed_acceptance_still_remembers_where_it_began(renewed: date) -> None:
    """An acceptance that is renewed before its end leads back to the status from before the first."""
    case = Case(
        status=ItemStatus.RISK_ACCEPTED,
        detected_on=START,
        lapses_on=date(2026, 3, 1),
        resumes=ItemStatus.IN_PROGRESS,
    )
    ask = replace(Proposal(person="Ines", as_of=START), until=renewed)
    asked = advance(case, BY_NAME["request_acceptance"], ask)
    again = advance(asked, BY_NAME["accept_risk"], Proposal(person="Omar", as_of=START))
    assert (again.lapses_on, again.resumes) == (renewed, ItemStatus.IN_PROGRESS)


def taken(name: str, status: ItemStatus | None = None) -> Case:
    """Return what a step makes of a case in which Vera may take it."""
    return advance(ready(BY_NAME[name], status), BY_NAME[name], PROPOSAL)


def test_submitted_plan_waits_with_its_version() -> None:
    """The request names who submitted it and which version; that person is an author from then on."""
    after = taken("submit_plan")
    assert after.status is ItemStatus.PLAN_REVIEW
    assert after.request(RequestKind.PLAN) == Request(
        RequestKind.PLAN, "Vera", TODAY, NEXT_MONTH, "change-4711.pdf", version="a1"
    )
    assert after.planners == {"Ines", "Vera"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("request_extension", RequestKind.EXTENSION),
        ("request_acceptance", RequestKind.RISK_ACCEPTANCE),
        ("claim_false_positive", RequestKind.FALSE_POSITIVE),
        ("claim_requirement", RequestKind.OPERATIONAL_REQUIREMENT),
        ("request_adjustment", RequestKind.RISK_ADJUSTMENT),
        ("request_transfer", RequestKind.TRANSFER),
    ],
)
def test_what_is_asked_for_waits_beside_the_status(name: str, kind: RequestKind) -> None:
    """A request changes neither status nor dates nor people; it waits with its day and no version."""
    before = ready(BY_NAME[name])
    after = advance(before, BY_NAME[name], PROPOSAL)
    waiting = Request(kind, "Vera", TODAY, NEXT_MONTH, "change-4711.pdf")
    assert after == replace(before, requests=(waiting,))


def test_returned_plan_is_a_draft_again() -> None:
    """Sent back, nothing waits, and the plan is not approved."""
    after = taken("return_plan")
    assert (after.status, after.requests, after.plan_approved) == (ItemStatus.DRAFT, (), False)


def test_approved_date_moves_the_schedule_alone() -> None:
    """The new date is the one asked for; the original and the status stay."""
    before = ready(BY_NAME["approve_extension"], ItemStatus.IN_PROGRESS)
    after = advance(before, BY_NAME["approve_extension"], PROPOSAL)
    assert after == replace(before, scheduled_on=NEXT_MONTH, requests=())


@pytest.mark.parametrize(
    "name", ["deny_extension", "decline_acceptance", "deny_requirement", "deny_adjustment"]
)
def test_denied_request_leaves_everything_as_it_was(name: str) -> None:
    """A no takes the request away and changes nothing else."""
    before = ready(BY_NAME[name], ItemStatus.IN_PROGRESS)
    assert advance(before, BY_NAME[name], PROPOSAL) == replace(before, requests=())


def test_decision_takes_only_its_own_request() -> None:
    """Another request that waits goes on waiting."""
    other = Request(RequestKind.RISK_ADJUSTMENT, "Ines", ASKED)
    before = ready(BY_NAME["approve_extension"], ItemStatus.OPEN)
    both = replace(before, requests=(other, *before.requests))
    assert advance(both, BY_NAME["approve_extension"], PROPOSAL).requests == (other,)
    assert advance(both, BY_NAME["deny_extension"], PROPOSAL).requests == (other,)


def test_signature_is_kept_with_its_own_request() -> None:
    """The first of two signatures stands with the request that it is for, not with another."""
    other = Request(RequestKind.RISK_ADJUSTMENT, "Ines", ASKED)
    before = replace(
        ready(BY_NAME["approve_extension"], ItemStatus.OPEN),
        rating="High",
        rules=Rules(two_stage=frozenset({"High"})),
    )
    both = replace(before, requests=(other, *before.requests))
    after = advance(both, BY_NAME["approve_extension"], PROPOSAL)
    assert [[each.person for each in request.signatures] for request in after.requests] == [[], ["Vera"]]
    assert after.scheduled_on == before.scheduled_on


def test_operational_requirement_without_a_day_lasts_a_year() -> None:
    """Where nobody names the day of the next assessment, it is 365 days after the decision."""
    before = ready(BY_NAME["approve_requirement"], ItemStatus.IN_PROGRESS)
    undated = replace(before, requests=(replace(before.requests[0], until=None),))
    after = advance(undated, BY_NAME["approve_requirement"], PROPOSAL)
    assert (after.lapses_on, after.resumes) == (date(2027, 6, 1), ItemStatus.IN_PROGRESS)
    dated = advance(before, BY_NAME["approve_requirement"], PROPOSAL)
    assert dated.lapses_on == NEXT_MONTH


def test_false_positive_is_remembered_until_a_later_one_is_denied() -> None:
    """An approval counts, and a later denial takes it back."""
    assert taken("approve_false_positive").false_positive_approved
    before = replace(ready(BY_NAME["deny_false_positive"]), false_positive_approved=True)
    assert not advance(before, BY_NAME["deny_false_positive"], PROPOSAL).false_positive_approved


def test_reported_fix_names_the_fixer_the_day_and_the_evidence() -> None:
    """Who reports works on it from then on; earlier evidence stays beside the new."""
    after = taken("claim_fixed", ItemStatus.OPEN)
    assert (after.status, after.fixed_by, after.fixed_on) == (ItemStatus.REMEDIATED, "Vera", FIXED)
    assert (after.evidence, after.evidence_on) == (("change-4711.pdf", "change-4711.pdf"), FIXED)
    assert after.workers == {"Ines", "Sam", "Vera"}


def test_verified_fix_names_the_verifier_and_the_method() -> None:
    """Verifying is no work on the item."""
    after = taken("verify_fix")
    assert (after.status, after.verified_by, after.method) == (ItemStatus.VERIFIED, "Vera", "retest")
    assert after.workers == {"Ines", "Sam"}


@pytest.mark.parametrize(("name", "workers"), [("reject_fix", 2), ("withdraw_claim", 2)])
def test_fix_that_failed_keeps_only_its_evidence(name: str, workers: int) -> None:
    """Fixer, day, verifier, method and signatures are gone; the evidence stays, and work goes on."""
    after = taken(name, ItemStatus.REMEDIATED)
    assert after.status is ItemStatus.IN_PROGRESS
    assert (after.fixed_by, after.fixed_on, after.verified_by, after.method) == ("", None, "", "")
    assert after.signatures == ()
    assert after.evidence == ("change-4711.pdf",)
    assert len(after.workers) == workers


def test_closed_item_has_nothing_waiting() -> None:
    """With the end of an item, what still waited is void; nothing else of it changes."""
    waiting = Request(RequestKind.RISK_ADJUSTMENT, "Ines", ASKED)
    before = replace(ready(BY_NAME["close_item"]), requests=(waiting,))
    after = advance(before, BY_NAME["close_item"], PROPOSAL)
    assert after == replace(before, status=ItemStatus.CLOSED, requests=())


def test_closed_false_positive_keeps_evidence_and_who_examined_it() -> None:
    """Nothing was fixed; the evidence was examined."""
    after = taken("close_false_positive")
    assert after.status is ItemStatus.FALSE_POSITIVE
    assert (after.verified_by, after.method) == ("Vera", "examine")
    assert len(after.evidence) == 2


def test_reopened_item_begins_a_new_cycle() -> None:
    """The approval and the fix of the first cycle count no more; the first dates stay."""
    before = replace(ready(BY_NAME["reopen_item"]), plan_approved=True, false_positive_approved=True)
    after = advance(before, BY_NAME["reopen_item"], PROPOSAL)
    assert (after.status, after.plan_approved, after.false_positive_approved) == (
        ItemStatus.OPEN,
        False,
        False,
    )
    assert (after.fixed_by, after.original_scheduled_on) == ("", before.original_scheduled_on)


def test_work_makes_a_worker_and_cancelling_does_not() -> None:
    """Who begins the work has worked on it; who cancels, or ends a decision, has not."""
    assert "Vera" in taken("start_work").workers
    assert taken("cancel_item").workers == {"Ines", "Sam"}
    ended = taken("end_acceptance")
    assert (ended.status, ended.lapses_on) == (ItemStatus.OPEN, None)
    assert ended.workers == {"Ines", "Sam"}
    assert taken("end_requirement").workers == {"Ines", "Sam"}
