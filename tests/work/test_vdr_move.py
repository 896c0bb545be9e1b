"""Moving a system from FedRAMP's POA&M to its vulnerability rules of 2026: whole, or refused with reasons."""

from datetime import UTC, date, datetime

import pytest

from milepost.domain.circumstances import Evaluation
from milepost.domain.errors import NotAllowed, StateConflict, WrongUse
from milepost.domain.rating import Rating
from milepost.records.deadlines import DeadlineResult
from milepost.records.items import Item, ItemChange
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.close_item import Closing, close_item
from milepost.work.date_item import evaluate_item
from milepost.work.due_dates import deadline_of
from milepost.work.obligations.oblige_system import NewObligation, oblige_system
from milepost.work.open_item import NewItem, open_item
from milepost.work.vdr.move_system import Move, move_to_vdr
from milepost.work.vdr.system_class import class_of

pytestmark = pytest.mark.django_db
BEFORE, ON = date(2026, 3, 1), date(2026, 12, 7)
MOVE = Move("Harbor", ON, "C", "Ines")
KEY = "fedramp-vdr@2026.07.14.01"


@pytest.fixture
def system(db: None) -> System:
    """Return a system under FedRAMP Rev. 5 with an open item and a closed one, both found in March."""
    del db
    made = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=BEFORE)
    for name in ("Old TLS", "Weak keys"):
        open_item(
            NewItem("Harbor", name, BEFORE, "Ines", risk=Rating.MODERATE, source_name="Audit"), as_of=BEFORE
        )
    close_item(Closing("V-2", "Sam", "Vera", "test.pdf", "gone"), as_of=date(2026, 4, 1))
    return made


def evaluate(identifier: str, impact: int = 3) -> None:
    """Evaluate an item on the day before the move."""
    evaluation = Evaluation(
        datetime(2026, 12, 6, 9, tzinfo=UTC), impact, internet_reachable=True, likely_exploitable=True
    )
    item = Item.objects.get(identifier=identifier)
    evaluate_item(item, evaluation, person="Ines", as_of=date(2026, 12, 6))


def kept() -> list[tuple[object, ...]]:
    """Return what an item keeps for life, and where it stands."""
    names = ("identifier", "number", "detected_on", "opened_on", "original_scheduled_on", "scheduled_on")
    return list(Item.objects.order_by("pk").values_list(*names, "status", "completed_on", "original_risk"))


def test_items_keep_identifiers_dates_and_history(system: System) -> None:
    """What an item keeps for life stays, the old version stays beside the new one, and it is on record."""
    evaluate("V-1")
    before, changes = kept(), ItemChange.objects.count()
    done = move_to_vdr(MOVE, as_of=ON)
    system.refresh_from_db()
    assert (system.authority, system.impact, class_of(system)) == ("fedramp-vdr", "C", "C")
    assert kept() == before
    assert (done.before, done.after) == ("fedramp-rev5, moderate", f"{KEY}, class C")
    assert (done.items, done.open_items, done.missing, done.remarks) == (2, 1, (), ())
    for item in Item.objects.all():
        assert item.opened_under.startswith("fedramp-rev5@")
        assert item.opened_under.endswith(KEY)
        assert deadline_of(item).reason
    assert ItemChange.objects.count() == changes + 2
    assert {each.person for each in ItemChange.objects.filter(field="opened_under")} == {"Ines"}


def test_due_dates_follow_the_new_rules_and_the_old_ones_are_kept(system: System) -> None:
    """N3, reachable and likely, class C: 16 days from evaluation; the receipt names each date that moved."""
    del system
    evaluate("V-1")
    Item.objects.filter(identifier="V-1").update(scheduled_on=date(2027, 6, 1))
    done = move_to_vdr(MOVE, as_of=ON)
    item = Item.objects.get(identifier="V-1")
    assert item.rule_due_on == date(2026, 12, 22)
    (moved,) = done.dates
    assert (moved.item, moved.after) == ("V-1", date(2026, 12, 22))
    assert DeadlineResult.objects.filter(item=item, due_on=moved.before, cause__contains=KEY).exists()


def test_a_preview_changes_nothing_and_lists_what_is_missing(system: System) -> None:
    """The receipt is the same; afterwards the system stands as before."""
    before = [kept(), ItemChange.objects.count()]
    done = move_to_vdr(Move("Harbor", ON, "C", "Ines", dry_run=True), as_of=ON)
    system.refresh_from_db()
    assert system.authority == "fedramp-rev5"
    assert [kept(), ItemChange.objects.count()] == before
    assert [each.where for each in done.missing] == ["V-1"]
    assert "VER-TFR-EVU" in done.missing[0].what


def test_without_evaluations_it_is_refused(system: System) -> None:
    """An open item whose time for evaluation is over keeps the system where it is; all or nothing."""
    with pytest.raises(NotAllowed, match=r"facts are missing \(1\): V-1: it is not evaluated"):
        move_to_vdr(MOVE, as_of=ON)
    system.refresh_from_db()
    assert system.authority == "fedramp-rev5"


def test_what_was_found_lately_may_be_evaluated_later(system: System) -> None:
    """Class C has five days from detection."""
    evaluate("V-1")
    open_item(NewItem("Harbor", "New", date(2026, 12, 3), "Ines"), as_of=date(2026, 12, 3))
    assert move_to_vdr(MOVE, as_of=ON).open_items == 2
    assert system.name == "Harbor"


def test_an_accepted_risk_needs_its_reason(system: System) -> None:
    """VER-RPT-AVI wants to know why; an item that was taken over as accepted without a word is missing it."""
    del system
    evaluate("V-1")
    Item.objects.filter(identifier="V-1").update(status="risk_accepted")
    with pytest.raises(NotAllowed, match="nobody said why"):
        move_to_vdr(MOVE, as_of=ON)


def test_an_obligation_becomes_the_first_authority(system: System) -> None:
    """Who answered to the rules beside Rev. 5 already answers to them once, in the class given."""
    oblige_system(system, NewObligation("fedramp-vdr", date(2026, 7, 5), "B"), as_of=date(2026, 7, 5))
    evaluate("V-1")
    move_to_vdr(MOVE, as_of=ON)
    system.refresh_from_db()
    assert (system.impact, system.obligations.count()) == ("C", 0)


def test_another_class_than_that_of_the_impact_is_remarked(system: System) -> None:
    """The baseline of moderate is that of class C; class D is taken, and told."""
    del system
    evaluate("V-1", 1)
    (remark,) = move_to_vdr(Move("Harbor", ON, "d", "Ines"), as_of=ON).remarks
    assert "moderate is that of class C" in remark


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Move("Harbor", date(2026, 7, 3), "C", "Ines"), "fedramp-vdr"),
        (Move("Harbor", date(2026, 12, 8), "C", "Ines"), "is to come"),
        (Move("Harbor", ON, "E", "Ines"), "E is no class"),
        (Move("Harbor", ON, "C", " "), "nobody is named"),
    ],
)
def test_wrong_moves_are_refused(system: System, move: Move, words: str) -> None:
    """Before the rules are in force, on a day to come, into no class, by nobody."""
    evaluate("V-1")
    with pytest.raises(WrongUse, match=words):
        move_to_vdr(move, as_of=ON)
    system.refresh_from_db()
    assert system.authority == "fedramp-rev5"


def test_it_moves_once(system: System) -> None:
    """A system that has moved, or never had FedRAMP's POA&M, cannot move."""
    evaluate("V-1")
    move_to_vdr(MOVE, as_of=ON)
    with pytest.raises(StateConflict, match="answers to fedramp-vdr"):
        move_to_vdr(MOVE, as_of=ON)
    assert system.name == "Harbor"
