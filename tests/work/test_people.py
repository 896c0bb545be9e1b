"""What people do with items: open, edit, plan, deviate, merge, split, close; and what rules refuse."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from milepost.domain.errors import NotAllowed, RecordMissing, StateConflict, WrongUse
from milepost.domain.item import DeviationKind, SourceKind
from milepost.domain.rating import Rating
from milepost.records.items import Item, ItemChange
from milepost.records.planning import MilestoneChange
from milepost.records.systems import System
from milepost.work.close_item import Closing, close_item
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.explaining.explain_item import explain_item
from milepost.work.list_items import list_items
from milepost.work.merge_items import merge_items
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone, complete_milestone, move_milestone
from milepost.work.split_item import split_item
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY, Importing
from tests.work.reports import DAY, START, Found, Host, nessus

WEB = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")
APP = Host("10.0.0.2", (Found(100),), "app.example.com")
LATER = START + 30 * DAY
CLOSING = Closing("V-1", "Sam", "Vera", "change-4711.pdf", "patched, tested again", method="retest")


@pytest.fixture
def item(system: System) -> Item:
    """Return an item that a person opened: a high weakness found on 2026-02-01."""
    new = NewItem(system.name, "No MFA for administrators", date(2026, 2, 1), "Ines", risk=Rating.HIGH)
    return open_item(replace(new, source_kind=SourceKind.PENETRATION_TEST), as_of=TODAY)


def test_item_by_hand_gets_number_and_date_by_rule(item: Item) -> None:
    """A high weakness found on 2026-02-01 is due 30 days later, on 2026-03-03."""
    assert item.identifier == "V-1"
    assert item.scheduled_on == date(2026, 3, 3)


@pytest.mark.parametrize("wrong", [{"name": " "}, {"detected_on": date(2026, 3, 2)}], ids=["name", "future"])
def test_item_without_name_or_from_the_future_is_refused(system: System, wrong: dict[str, object]) -> None:
    """An item needs a name, and cannot have been found after today."""
    new = NewItem(system.name, "A weakness", TODAY, "Ines")
    with pytest.raises(WrongUse):
        open_item(replace(new, **wrong), as_of=TODAY)  # type: ignore[arg-type] # fields named by the test


def test_edits_are_kept_with_person_and_reason(item: Item) -> None:
    """Every changed field is an entry of the history, from what to what, by whom and why."""
    values = {"responsible": "Sam", "vendor_dependency": "yes", "scheduled_on": "2026-04-01"}
    edit_item(Edit("V-1", values, "Ines", "vendor needs longer"), as_of=TODAY)
    changes = {
        each.field: (each.before, each.after, each.person) for each in ItemChange.objects.filter(item=item)
    }
    assert changes["responsible"] == ("", "Sam", "Ines")
    assert changes["scheduled_on"] == ("2026-03-03", "2026-04-01", "Ines")
    item.refresh_from_db()
    assert item.original_scheduled_on == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"scheduled_on": "2026-05-01"}, NotAllowed),
        ({"original_risk": "Low"}, NotAllowed),
        ({"scheduled_on": "soon"}, WrongUse),
        ({"vendor_dependency": "perhaps"}, WrongUse),
        ({"status": "closed"}, WrongUse),
        ({"detected_on": "2026-01-01"}, WrongUse),
    ],
)
def test_frozen_and_ill_formed_values_are_refused(
    item: Item, values: dict[str, str], error: type[Exception]
) -> None:
    """Originals are written once, a date moves for a reason only, and nothing is guessed."""
    with pytest.raises(error):
        edit_item(Edit(item.identifier, values, "Ines"), as_of=TODAY)
    assert ItemChange.objects.filter(item=item).exclude(field="status").count() == 0


def test_scan_never_touches_what_a_person_decided(importing: Importing, tmp_path: Path) -> None:
    """A later scan refreshes what the scanner says, and leaves plan, owner and name alone."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    decided = {"name": "Our own name", "responsible": "Sam", "remediation_plan": "Patch in March"}
    edit_item(Edit("V-2", decided, "Ines"), as_of=TODAY)
    reworded = replace(WEB, found=(replace(WEB.found[0], title="New wording"), WEB.found[1]), scanned=LATER)
    importing(nessus(tmp_path / "b.nessus", reworded))
    item = Item.objects.get(identifier="V-2")
    assert {name: getattr(item, name) for name in decided} == decided
    assert item.title == "New wording"


def test_milestone_moves_beside_its_original(item: Item) -> None:
    """A moved milestone keeps its first date, and the change says why."""
    add_milestone(item, "Order tokens", date(2026, 2, 10))
    add_milestone(item, "Roll out", date(2026, 3, 1), depends_on=1)
    move_milestone(item, 2, date(2026, 3, 20), reason="delivery late", person="Sam", as_of=TODAY)
    complete_milestone(item, 1, person="Sam", as_of=TODAY)
    first, second = item.milestones.order_by("number")
    assert (first.status, first.completed_on) == ("completed", TODAY)
    assert (second.original_due_on, second.due_on) == (date(2026, 3, 1), date(2026, 3, 20))
    assert second.depends_on == first
    assert MilestoneChange.objects.get(milestone=second).reason == "delivery late"


def test_milestone_does_not_move_without_reason(item: Item) -> None:
    """A milestone that does not exist or has no reason to move is refused."""
    add_milestone(item, "Order tokens", date(2026, 2, 10))
    with pytest.raises(NotAllowed):
        move_milestone(item, 1, TODAY, reason=" ", person="Sam", as_of=TODAY)
    with pytest.raises(RecordMissing):
        move_milestone(item, 7, TODAY, reason="late", person="Sam", as_of=TODAY)


def test_approved_risk_adjustment_moves_the_date_by_rule(item: Item) -> None:
    """High to Moderate, decided by someone else: 90 days from detection, 2026-05-02."""
    request = request_deviation(
        item,
        DeviationKind.RISK_ADJUSTMENT,
        "not reachable",
        person="Ines",
        as_of=TODAY,
        adjusted_risk=Rating.MODERATE,
    )
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    item.refresh_from_db()
    assert (item.adjusted_risk, item.scheduled_on) == ("Moderate", date(2026, 5, 2))


def test_nobody_decides_their_own_request(item: Item) -> None:
    """The person who asks for a deviation cannot approve it, and a decision is made once."""
    request = request_deviation(
        item, DeviationKind.FALSE_POSITIVE, "not installed", person="Ines", as_of=TODAY
    )
    with pytest.raises(NotAllowed, match="AC-5"):
        decide_deviation(request, approve=True, person="ines ", as_of=TODAY)
    decide_deviation(request, approve=False, person="Omar", as_of=TODAY)
    with pytest.raises(StateConflict):
        decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    with pytest.raises(NotAllowed):
        request_deviation(item, DeviationKind.FALSE_POSITIVE, "", person="Ines", as_of=TODAY)


def test_item_closes_with_evidence_verified_by_another(item: Item) -> None:
    """Closing records who fixed, who verified and with what."""
    closed = close_item(CLOSING, as_of=TODAY)
    assert (closed.status, closed.completed_on) == ("closed", TODAY)
    assert item.documents.get().name == "change-4711.pdf"
    with pytest.raises(StateConflict):
        close_item(CLOSING, as_of=TODAY)
    with pytest.raises(NotAllowed):
        edit_item(Edit("V-1", {"responsible": "Sam"}, "Ines"), as_of=TODAY)


@pytest.mark.parametrize("wrong", [{"evidence": ""}, {"verified_by": "Sam"}, {"verified_by": "INES"}])
def test_closing_without_evidence_or_independence_is_refused(item: Item, wrong: dict[str, str]) -> None:
    """No evidence, the fixer, or anyone who worked on the item: refused with the rule."""
    with pytest.raises(NotAllowed):
        close_item(replace(CLOSING, **wrong), as_of=TODAY)  # type: ignore[arg-type] # fields named by the test
    assert Item.objects.get(pk=item.pk).status == "open"


def test_item_that_scanners_still_see_does_not_close(importing: Importing, tmp_path: Path) -> None:
    """An open occurrence stands against closing, unless a false positive was approved."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    with pytest.raises(StateConflict, match="still see"):
        close_item(CLOSING, as_of=TODAY)
    item = Item.objects.get(identifier="V-1")
    request = request_deviation(
        item, DeviationKind.FALSE_POSITIVE, "patched in place", person="Ines", as_of=TODAY
    )
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    assert close_item(CLOSING, as_of=TODAY).status == "false_positive"


def test_what_comes_back_after_closing_is_a_new_item(importing: Importing, tmp_path: Path) -> None:
    """A closed item stays closed; the recurrence is a new item that points at it, dated by the new sight."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    importing(nessus(tmp_path / "b.nessus", replace(WEB, found=WEB.found[:1], scanned=LATER)))
    close_item(CLOSING, as_of=TODAY)
    report = importing(nessus(tmp_path / "c.nessus", replace(WEB, scanned=LATER + 30 * DAY)))
    assert report.items["opened"] == 1
    recurrence = Item.objects.get(recurrence_of__identifier="V-1")
    assert (recurrence.identifier, f"{recurrence.detected_on}") == ("V-3", "2026-03-06")
    assert Item.objects.get(identifier="V-1").status == "closed"
    undo_import(report.number or 0)
    assert not Item.objects.filter(identifier="V-3").exists()


def test_merged_items_stay_one_over_the_next_import(importing: Importing, tmp_path: Path) -> None:
    """One item takes over the other's weakness; a later scan opens nothing for it."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    merge_items("V-1", "V-2", person="Ines", reason="same upgrade", as_of=TODAY)
    kept = Item.objects.get(identifier="V-1")
    assert (kept.open_count, Item.objects.get(identifier="V-2").status) == (2, "merged")
    report = importing(nessus(tmp_path / "b.nessus", replace(WEB, scanned=LATER)))
    assert report.items["opened"] == 0
    assert Item.objects.count() == 2
    with pytest.raises(StateConflict):
        merge_items("V-1", "V-2", person="Ines", reason="again", as_of=TODAY)
    with pytest.raises(WrongUse):
        merge_items("V-1", "V-1", person="Ines", reason="itself", as_of=TODAY)


def test_split_by_asset_stays_split_over_the_next_import(importing: Importing, tmp_path: Path) -> None:
    """One asset's occurrences move to an item of their own, with the same dates, and stay there."""
    importing(nessus(tmp_path / "a.nessus", WEB, APP))
    whole = Item.objects.get(source_id="100")
    part = split_item(whole.identifier, ["10.0.0.2"], person="Ines", reason="other team", as_of=TODAY)
    assert (part.detected_on, part.scheduled_on) == (whole.detected_on, whole.scheduled_on)
    gone = replace(APP, found=(), scanned=LATER)
    importing(nessus(tmp_path / "b.nessus", replace(WEB, scanned=LATER), gone))
    assert Item.objects.get(pk=part.pk).open_count == 0
    assert Item.objects.get(pk=whole.pk).open_count == 1


def test_split_needs_known_assets(importing: Importing, tmp_path: Path) -> None:
    """A split names assets that the system has."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    with pytest.raises(WrongUse):
        split_item("V-1", [], person="Ines", reason="x", as_of=TODAY)
    with pytest.raises(RecordMissing):
        split_item("V-1", ["nowhere"], person="Ines", reason="x", as_of=TODAY)


def test_explanation_names_rule_sum_and_source(item: Item) -> None:
    """`explain` says in words why the date is what it is, and where that stands."""
    explained = explain_item(item.identifier, as_of=date(2026, 3, 4))
    assert explained.overdue
    text = explained.as_text()
    assert "2026-02-01 + 30 days = 2026-03-03" in text
    assert "FedRAMP POA&M Template 3.0" in text


def test_item_without_rating_has_no_date_and_says_so(system: System) -> None:
    """Every date follows from the rating; without one the explanation says that someone has to rate."""
    opened = open_item(NewItem(system.name, "Unclear", TODAY, "Ines"), as_of=TODAY)
    assert opened.scheduled_on is None
    assert "no rating yet" in explain_item(opened.identifier, as_of=TODAY).as_text()


def test_overdue_is_computed_for_the_day_asked(item: Item, system: System) -> None:
    """The same item is overdue after its date and not before; nothing is stored."""
    assert [row.id for row in list_items(system.name, ["overdue"], as_of=date(2026, 3, 3))] == []
    assert [row.id for row in list_items(system.name, ["overdue"], as_of=date(2026, 3, 4))] == [
        item.identifier
    ]
    with pytest.raises(WrongUse):
        list_items(system.name, ["late"], as_of=TODAY)


def test_undo_is_refused_where_people_worked(importing: Importing, tmp_path: Path) -> None:
    """An import whose items people have worked on is not taken back over their heads."""
    report = importing(nessus(tmp_path / "a.nessus", WEB))
    edit_item(Edit("V-1", {"responsible": "Sam"}, "Ines"), as_of=TODAY)
    with pytest.raises(StateConflict, match="V-1"):
        undo_import(report.number or 0)
    assert Item.objects.count() == 2


def test_undo_of_nothing_is_refused(system: System) -> None:
    """There is no import to take back."""
    del system
    with pytest.raises(RecordMissing):
        undo_import(4711)
