"""An item's life through the verbs: plan, later date, accepted risk, fix, verification, closing, leaving."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import NotAllowed, RecordMissing, StateConflict, WrongUse
from milepost.domain.item import DeviationKind, RequestKind, SourceKind
from milepost.domain.rating import Rating
from milepost.domain.roles import Role
from milepost.records.closing import ClosingRecord
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Resource
from milepost.records.requests import Acceptance, PlanSubmission, Transfer
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.close_item import Closing, close_item, close_verified
from milepost.work.deviate import Support, decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.accept_risk import (
    Risk,
    decide_acceptance,
    end_decision,
    request_acceptance,
    return_lapsed,
)
from milepost.work.lifecycle.assign_role import Assignment, assign_role
from milepost.work.lifecycle.cancel_item import cancel_item
from milepost.work.lifecycle.decide_request import Decision, decide_request
from milepost.work.lifecycle.extend import NewDate, decide_extension, request_extension
from milepost.work.lifecycle.fix import Claim, claim_fixed, reject_fix, verify_fix, withdraw_claim
from milepost.work.lifecycle.next_steps import next_steps
from milepost.work.lifecycle.reopen_item import reopen_item
from milepost.work.lifecycle.submit_plan import decide_plan, submit_plan
from milepost.work.lifecycle.transfer_item import decide_transfer, origin_of, request_transfer
from milepost.work.list_items import list_items
from milepost.work.merge_items import merge_items
from milepost.work.open_item import NewItem, open_item
from milepost.work.own_profiles import add_profile
from milepost.work.plan_milestones import add_milestone, complete_milestone
from tests.work.conftest import TODAY

APRIL = date(2026, 4, 1)
CLAIM = Claim("V-1", "Sam", "change-4711.pdf", done="multi-factor switched on")
RISK = Risk("V-1", "no fix exists", "a guest, moderate", "port closed", "low", date(2026, 6, 1), "Ines")


@pytest.fixture
def item(system: System) -> Item:
    """Return an item that Ines opened: a moderate weakness found on 2026-02-01, ready to be planned."""
    new = NewItem(
        system.name,
        "No MFA",
        date(2026, 2, 1),
        "Ines",
        risk=Rating.MODERATE,
        description="Administrators sign in with a password alone.",
        controls="IA-2(1)",
        affected_assets="vpn-1",
        remediation_plan="Switch it on",
        point_of_contact="Ines",
    )
    return open_item(new, as_of=TODAY)


@pytest.fixture
def planned(item: Item) -> Item:
    """Return the item with a milestone."""
    add_milestone(item, "Order tokens", date(2026, 3, 10))
    return item


def status(identifier: str = "V-1") -> str:
    """Return the stored status of an item."""
    return Item.objects.get(identifier=identifier).status


def test_plan_is_approved_by_another_and_frozen(planned: Item) -> None:
    """A submitted plan waits; somebody else approves it, and then its date moves by an extension only."""
    submit_plan("V-1", person="Ines", as_of=TODAY)
    assert status() == "plan_review"
    with pytest.raises(NotAllowed, match="plan that they wrote"):
        decide_plan("V-1", approve=True, person="INES", as_of=TODAY)
    decide_plan("V-1", approve=True, person="Olga", as_of=TODAY)
    assert status() == "in_progress"
    assert planned.signatures.get().version == PlanSubmission.objects.get().version
    with pytest.raises(NotAllowed, match="approved extension"):
        edit_item(Edit("V-1", {"scheduled_on": "2026-09-01"}, "Ines", "late"), as_of=TODAY)


def test_plan_without_milestone_or_required_field_is_not_submitted(item: Item) -> None:
    """FedRAMP requires a point of contact; without it, or without a milestone, nothing is submitted."""
    with pytest.raises(StateConflict, match="no milestone"):
        submit_plan("V-1", person="Ines", as_of=TODAY)
    add_milestone(item, "Order tokens", date(2026, 3, 10))
    edit_item(Edit("V-1", {"point_of_contact": ""}, "Ines"), as_of=TODAY)
    with pytest.raises(StateConflict, match="poc"):
        submit_plan("V-1", person="Ines", as_of=TODAY)


def test_plan_that_changed_after_submission_is_not_approved(planned: Item) -> None:
    """What is approved is what was submitted: a changed plan goes back and comes again."""
    submit_plan("V-1", person="Ines", as_of=TODAY)
    Resource.objects.create(item=planned, kind="other", text="a window")
    with pytest.raises(StateConflict, match="changed after"):
        decide_plan("V-1", approve=True, person="Olga", as_of=TODAY)
    with pytest.raises(NotAllowed, match="no reason"):
        decide_plan("V-1", approve=False, person="Olga", as_of=TODAY)
    decide_plan("V-1", approve=False, person="Olga", as_of=TODAY, reason="say who tests it")
    assert status() == "draft"
    submit_plan("V-1", person="Ines", as_of=TODAY)
    decide_plan("V-1", approve=True, person="Olga", as_of=TODAY)
    assert status() == "in_progress"


def test_later_date_moves_with_its_milestones_and_keeps_the_originals(planned: Item) -> None:
    """An approved extension moves the scheduled date and the named milestone; the first dates stay."""
    first = planned.original_scheduled_on
    wanted = NewDate("V-1", date(2026, 8, 1), "vendor late", "port closed", "Sam", {1: date(2026, 7, 1)})
    request_extension(wanted, as_of=TODAY)
    with pytest.raises(StateConflict, match="waits for a decision already"):
        request_extension(wanted, as_of=TODAY)
    with pytest.raises(NotAllowed, match="own"):
        decide_extension("V-1", approve=True, person="sam", as_of=TODAY)
    decide_extension("V-1", approve=True, person="Olga", as_of=TODAY)
    planned.refresh_from_db()
    assert (planned.scheduled_on, planned.original_scheduled_on) == (date(2026, 8, 1), first)
    step = planned.milestones.get()
    assert (step.original_due_on, step.due_on) == (date(2026, 3, 10), date(2026, 7, 1))
    assert step.changes.get().reason == "vendor late"


def test_denied_date_changes_nothing(item: Item) -> None:
    """A denial needs a reason, and the scheduled date stays."""
    request_extension(NewDate("V-1", date(2026, 8, 1), "late", "closed", "Sam"), as_of=TODAY)
    with pytest.raises(NotAllowed, match="no reason"):
        decide_extension("V-1", approve=False, person="Olga", as_of=TODAY)
    decide_extension("V-1", approve=False, person="Olga", as_of=TODAY, reason="not convincing")
    before = item.scheduled_on
    item.refresh_from_db()
    assert item.scheduled_on == before


@pytest.mark.parametrize("moves", [{7: date(2026, 7, 1)}, {1: date(2026, 9, 1)}], ids=["unknown", "later"])
def test_extension_moves_only_its_own_milestones(planned: Item, moves: dict[int, date]) -> None:
    """A milestone that does not exist, or would be due after the new date, is refused."""
    del planned
    with pytest.raises(WrongUse, match="milestone"):
        request_extension(NewDate("V-1", date(2026, 8, 1), "late", "closed", "Sam", moves), as_of=TODAY)


def test_accepted_risk_comes_back_by_itself(item: Item) -> None:
    """Accepted up to 1 June: on 2 June every view has it back, and the verb writes that down once."""
    request_acceptance(RISK, as_of=TODAY)
    with pytest.raises(NotAllowed, match="own"):
        decide_acceptance("V-1", approve=True, person="Ines", as_of=TODAY)
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    item.refresh_from_db()
    assert (item.status, item.lapses_on) == ("risk_accepted", date(2026, 6, 1))
    assert next_steps("V-1", as_of=date(2026, 6, 1)).status == "risk_accepted"
    later = date(2026, 6, 2)
    seen = next_steps("V-1", as_of=later)
    assert (seen.status, seen.lapsed) == ("open", True)
    assert [row.status for row in list_items(item.system.name, [], as_of=later)] == ["open"]
    assert list_items(item.system.name, ["risk_accepted"], as_of=later) == []
    assert status() == "risk_accepted"
    assert return_lapsed(item.system.name, as_of=later) == ("V-1",)
    assert return_lapsed(item.system.name, as_of=later) == ()
    assert status() == "open"
    assert Acceptance.objects.get().returned_on == later


def test_lapsed_acceptance_is_written_down_by_the_next_step(item: Item) -> None:
    """Whatever is done after the last day finds the item back, as it was before."""
    edit_item(Edit("V-1", {"status": "in_progress"}, "Sam"), as_of=TODAY)
    request_acceptance(RISK, as_of=TODAY)
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    request_extension(NewDate("V-1", date(2026, 9, 1), "late", "closed", "Sam"), as_of=date(2026, 6, 5))
    item.refresh_from_db()
    assert (item.status, item.lapses_on) == ("in_progress", None)


def test_acceptance_can_be_declined_or_ended(item: Item) -> None:
    """An official may decline, and anybody responsible may end an acceptance for a reason."""
    request_acceptance(RISK, as_of=TODAY)
    decide_acceptance("V-1", approve=False, person="Omar", as_of=TODAY, reason="fix it")
    assert status() == "open"
    request_acceptance(RISK, as_of=TODAY)
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    with pytest.raises(NotAllowed, match="no reason"):
        end_decision("V-1", person="Ines", reason="", as_of=TODAY)
    end_decision("V-1", person="Ines", reason="a fix came", as_of=TODAY, system=item.system.name)
    assert status() == "open"


def test_fix_is_claimed_verified_and_closed_with_a_record(planned: Item) -> None:
    """Three people, three steps; the record says what was done, by whom, how it was seen, what was late."""
    with pytest.raises(StateConflict, match="milestones not completed: 1"):
        claim_fixed(CLAIM, as_of=TODAY)
    complete_milestone(planned, 1, person="Sam", as_of=date(2026, 3, 20))
    claim_fixed(CLAIM, as_of=date(2026, 6, 1))
    for person in ("Sam", "ines"):
        with pytest.raises(NotAllowed, match="AC-5"):
            verify_fix("V-1", method="test", person=person, as_of=date(2026, 6, 1))
    verify_fix("V-1", method="test", person="Vera", as_of=date(2026, 6, 2), remark="asked for a token")
    assert status() == "verified"
    with pytest.raises(NotAllowed, match="close an item that they fixed"):
        close_verified("V-1", person="Sam", as_of=date(2026, 6, 3))
    close_verified("V-1", person="Ines", as_of=date(2026, 6, 3))
    record = ClosingRecord.objects.get()
    assert (record.fixed_by, record.verified_by, record.closed_by) == ("Sam", "Vera", "Ines")
    assert (record.method, record.remark, record.done) == ("test", "asked for a token", CLAIM.done)
    assert msgspec.json.decode(record.departures) == [
        "fix: 2026-06-01 instead of 2026-05-02, 30 days later",
        "milestone 1: 2026-03-20 instead of 2026-03-10, 10 days later",
    ]
    assert msgspec.json.decode(record.evidence) == ["change-4711.pdf"]
    assert len(record.version) == 64


def test_rejected_evidence_goes_back_with_the_reason(item: Item) -> None:
    """The verifier may send a fix back and judge the next one: judging is no work on the item."""
    claim_fixed(CLAIM, as_of=TODAY)
    with pytest.raises(NotAllowed, match="no reason"):
        reject_fix("V-1", person="Vera", reason=" ", as_of=TODAY)
    reject_fix("V-1", person="Vera", reason="the picture shows another host", as_of=TODAY)
    assert status() == "in_progress"
    claim_fixed(replace(CLAIM, evidence="photo-2.png"), as_of=TODAY)
    verify_fix("V-1", method="examine", person="Vera", as_of=TODAY)
    assert [fix.outcome for fix in item.fixes.all()] == ["rejected", "verified"]
    assert item.documents.count() == 2


def test_report_of_a_fix_can_be_taken_back(item: Item) -> None:
    """Who reported too early takes it back for a reason."""
    del item
    claim_fixed(CLAIM, as_of=TODAY)
    withdraw_claim("V-1", person="Sam", reason="it came up again", as_of=TODAY)
    assert status() == "in_progress"


@pytest.mark.parametrize(
    "wrong",
    [
        {"evidence": " "},
        {"evidence_on": date(2026, 2, 27), "fixed_on": date(2026, 2, 28)},
        {"fixed_on": date(2026, 1, 31)},
        {"fixed_on": date(2026, 3, 2)},
    ],
    ids=["none", "older", "before detection", "future"],
)
def test_fix_needs_evidence_of_its_own_time(item: Item, wrong: dict[str, object]) -> None:
    """No evidence, evidence older than the fix, a fix before detection or in the future: refused."""
    del item
    with pytest.raises(NotAllowed):
        claim_fixed(replace(CLAIM, **wrong), as_of=TODAY)  # type: ignore[arg-type] # fields named by the test
    assert status() == "open"


def test_penetration_test_is_verified_by_a_retest(system: System) -> None:
    """What a penetration test found closes by a retest only, also in one go."""
    new = NewItem(system.name, "Injection", date(2026, 2, 1), "Ines", risk=Rating.HIGH)
    open_item(replace(new, source_kind=SourceKind.PENETRATION_TEST), as_of=TODAY)
    closing = Closing("V-1", "Sam", "Vera", "report.pdf", "escaped")
    with pytest.raises(NotAllowed, match="retest"):
        close_item(closing, as_of=TODAY)
    assert status() == "open"
    assert close_item(replace(closing, method="retest"), as_of=TODAY).status == "closed"


def test_operational_requirement_is_assessed_again(item: Item) -> None:
    """Approved, it stays open under its own status up to a day, and comes back after it."""
    request = request_deviation(
        item,
        DeviationKind.OPERATIONAL_REQUIREMENT,
        "needed by the bank",
        person="Ines",
        as_of=TODAY,
        support=Support(until=date(2026, 9, 1)),
    )
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    assert status() == "operational_requirement"
    assert next_steps("V-1", as_of=date(2026, 9, 2)).status == "open"
    end_decision("V-1", person="Ines", reason="the bank moved", as_of=APRIL)
    assert status() == "open"


def test_high_weakness_is_no_operational_requirement_under_fedramp(system: System) -> None:
    """FedRAMP approves none for High: the risk is lowered first."""
    item = open_item(NewItem(system.name, "Old TLS", TODAY, "Ines", risk=Rating.HIGH), as_of=TODAY)
    with pytest.raises(StateConflict, match="rating of High"):
        request_deviation(item, DeviationKind.OPERATIONAL_REQUIREMENT, "why", person="Ines", as_of=TODAY)


def test_cancelled_item_stays_with_its_reason(item: Item) -> None:
    """Somebody who did not work on it cancels it for a reason; it is ended, and says why nothing leads on."""
    with pytest.raises(NotAllowed, match="worked on"):
        cancel_item("V-1", person="Ines", reason="entered twice", as_of=TODAY)
    cancel_item("V-1", person="Olga", reason="entered twice", as_of=TODAY)
    assert status() == "cancelled"
    assert next_steps("V-1", as_of=TODAY).final
    assert ItemChange.objects.filter(item=item, reason="entered twice", decides=True).exists()
    with pytest.raises(NotAllowed):
        edit_item(Edit("V-1", {"responsible": "Sam"}, "Ines"), as_of=TODAY)


def test_transferred_item_keeps_its_clock_and_both_point_at_each_other(planned: Item) -> None:
    """Offered by one, taken over by another person of the receiving system, with the same first dates."""
    add_system(NewSystem("Quay", "fedramp-rev5", "moderate", item_prefix="Q-"), as_of=TODAY)
    with pytest.raises(WrongUse, match="already"):
        request_transfer("V-1", "Harbor", person="Ines", reason="theirs", as_of=TODAY)
    request_transfer("V-1", "Quay", person="Ines", reason="their host", as_of=TODAY)
    with pytest.raises(NotAllowed, match="own"):
        decide_transfer("V-1", accept=True, person="Ines", as_of=TODAY)
    taken = decide_transfer("V-1", accept=True, person="Theo", as_of=APRIL)
    assert (taken.identifier, taken.detected_on) == ("Q-1", date(2026, 2, 1))
    assert taken.original_scheduled_on == planned.original_scheduled_on
    assert taken.milestones.get().text == "Order tokens"
    assert origin_of(taken) == planned
    assert Transfer.objects.get().taken_as == taken
    assert status() == "transferred"
    with pytest.raises(RecordMissing):
        origin_of(planned)


def test_receiving_system_decides_by_its_own_roles(item: Item) -> None:
    """Where the receiver keeps roles, one of them is needed there; declined, the item stays."""
    add_system(NewSystem("Quay", "fedramp-rev5", "moderate"), as_of=TODAY)
    assign_role(Assignment("Quay", "Theo", Role.SYSTEM_OWNER, "Adam"), as_of=TODAY)
    request_transfer("V-1", "Quay", person="Ines", reason="their host", as_of=TODAY, system="Harbor")
    with pytest.raises(NotAllowed, match="holds no role"):
        decide_transfer("V-1", accept=True, person="Olga", as_of=TODAY)
    assert decide_transfer("V-1", accept=False, person="Theo", as_of=TODAY, reason="not ours") == item
    assert status() == "open"


def test_closed_item_goes_on_as_a_new_one(item: Item) -> None:
    """A closing that proves wrong opens a new item that points at the old; the old one stays closed."""
    with pytest.raises(StateConflict, match="not closed"):
        reopen_item("V-1", person="Vera", reason="it is back", as_of=TODAY)
    close_item(Closing("V-1", "Sam", "Vera", "change.pdf", "done"), as_of=TODAY)
    with pytest.raises(NotAllowed, match="no reason"):
        reopen_item("V-1", person="Vera", reason="", as_of=APRIL)
    fresh = reopen_item("V-1", person="Vera", reason="the setting was lost", as_of=APRIL)
    assert (fresh.identifier, fresh.detected_on, fresh.recurrence_of) == ("V-2", APRIL, item)
    assert status() == "closed"


OWN = """
name = "reopening"
title = "Our own"
kind = "organisation"
applies_to = "our systems"
summary = "Reopens closed items."
source = "our policy"

[[version]]
version = "1"
effective_from = 2020-01-01
extends = ["internal"]

[further.reopens_closed_items]
value = "yes"
verified = true
"""


def test_item_opens_again_where_the_profile_says_so(db: None, tmp_path: Path) -> None:
    """Under a profile that reopens, the item itself goes on with its first dates and its closing record."""
    del db
    (tmp_path / "own.toml").write_text(OWN)
    add_profile(tmp_path / "own.toml", person="Ines", as_of=TODAY)
    add_system(NewSystem("Pier", "reopening", "moderate"), as_of=TODAY)
    item = open_item(NewItem("Pier", "No MFA", TODAY, "Ines", risk=Rating.LOW), as_of=TODAY)
    close_item(Closing("V-1", "Sam", "Vera", "change.pdf", "done"), as_of=TODAY)
    again = reopen_item("V-1", person="Vera", reason="the setting was lost", as_of=APRIL)
    assert (again.pk, again.status, again.detected_on) == (item.pk, "open", TODAY)
    assert item.closings.count() == 1
    close_item(Closing("V-1", "Sam", "Theo", "change-2.pdf", "done"), as_of=APRIL)
    assert item.closings.count() == 2


def test_roles_count_once_a_system_keeps_them(item: Item) -> None:
    """Before anybody holds a role people only differ; then an approver needs a fitting one on that day."""
    request_acceptance(RISK, as_of=TODAY)
    assign_role(Assignment(item.system.name, "Adam", Role.ADMIN, "Adam"), as_of=TODAY)
    assign_role(Assignment(item.system.name, "Omar", Role.AO, "Adam"), as_of=TODAY)
    with pytest.raises(NotAllowed, match="holds no role"):
        decide_acceptance("V-1", approve=True, person="Adam", as_of=TODAY)
    assign_role(Assignment(item.system.name, "omar", Role.AO, "Adam", until=TODAY), as_of=TODAY)
    with pytest.raises(NotAllowed, match="holds no role"):
        decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY + timedelta(1))
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    assert item.signatures.get().roles == "ao"


def test_role_is_given_once_and_ends_after_it_begins(system: System) -> None:
    """The same role twice, a nameless holder, or an end before the beginning is refused."""
    given = Assignment(system.name, "Omar", Role.AO, "Adam", since=TODAY)
    assign_role(given, as_of=TODAY)
    with pytest.raises(StateConflict, match="holds that role"):
        assign_role(given, as_of=TODAY)
    with pytest.raises(WrongUse, match="before it begins"):
        assign_role(replace(given, until=TODAY - timedelta(1)), as_of=TODAY)
    with pytest.raises(WrongUse, match="by a person"):
        assign_role(replace(given, person=" "), as_of=TODAY)


def test_second_signature_closes_where_the_profile_asks_for_two(db: None) -> None:
    """Under C-PAT's practice a High item closes with the yes of two different people."""
    del db
    add_system(NewSystem("Ship", "dod-cpat", "moderate"), as_of=TODAY)
    item = open_item(NewItem("Ship", "Old TLS", TODAY, "Ines", risk=Rating.HIGH), as_of=TODAY)
    closed = close_item(Closing("V-1", "Sam", "Vera", "scan.pdf", "done"), as_of=TODAY)
    assert (closed.status, closed.completed_on) == ("verified", None)
    with pytest.raises(NotAllowed, match="second time"):
        close_verified("V-1", person="VERA", as_of=TODAY)
    assert close_verified("V-1", person="Omar", as_of=TODAY).status == "closed"
    assert [each.person for each in item.signatures.filter(decision="close_item")] == ["Vera", "Omar"]


@pytest.mark.parametrize("kind", sorted(RequestKind))
def test_nothing_is_decided_that_was_not_asked_for(item: Item, kind: RequestKind) -> None:
    """Whatever its kind, a request has to be there before it is decided."""
    del item
    with pytest.raises((StateConflict, RecordMissing)):
        decide_request(Decision("V-1", kind, approve=True, person="Omar"), as_of=TODAY)


def test_merge_says_what_the_item_was_before(planned: Item) -> None:
    """The history of the merged item names its former status and the survivor."""
    new = NewItem(planned.system.name, "The same", TODAY, "Ines", risk=Rating.LOW)
    other = open_item(new, as_of=TODAY)
    edit_item(Edit("V-2", {"status": "in_progress"}, "Sam"), as_of=TODAY)
    merge_items("V-1", "V-2", person="Ines", reason="same weakness", as_of=TODAY)
    changes = {each.field: (each.before, each.after) for each in ItemChange.objects.filter(item=other)}
    assert changes["merged_into"] == ("", "V-1")
    assert ("in_progress", "merged") in [
        (each.before, each.after) for each in ItemChange.objects.filter(item=other, field="status")
    ]


def test_status_by_hand_goes_by_the_lifecycle(item: Item) -> None:
    """By hand work begins and is put back; a fix needs evidence, and what is decided is not set."""
    edit_item(Edit("V-1", {"status": "in_progress"}, "Sam"), as_of=TODAY)
    edit_item(Edit("V-1", {"status": "open"}, "Sam"), as_of=TODAY)
    with pytest.raises(NotAllowed, match="evidence"):
        edit_item(Edit("V-1", {"status": "remediated"}, "Sam"), as_of=TODAY)
    claim_fixed(CLAIM, as_of=TODAY)
    with pytest.raises(StateConflict, match="cannot be set"):
        edit_item(Edit("V-1", {"status": "open"}, "Sam"), as_of=TODAY)
    assert item.system.name == "Harbor"


def test_accepted_risk_is_not_late_while_it_holds(item: Item) -> None:
    """Up to its last day nothing is overdue; the day after, the old date counts again, without any job."""
    request_acceptance(RISK, as_of=TODAY)
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    item.refresh_from_db()
    assert item.excused_until == RISK.until
    end_decision("V-1", person="Ines", reason="a fix came", as_of=APRIL)
    item.refresh_from_db()
    assert item.excused_until is None
