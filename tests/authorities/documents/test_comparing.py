"""Two plans beside each other: new, gone, changed, and what must never change."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.documents.comparing import Fault, compare_plans, shown
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, PlanMilestone, Remark, State

FIRST = PlanItem(
    id="V-1",
    title="Old TLS",
    source_ref="104743",
    assets=("10.0.0.1 (443/TCP)",),
    identified_date=date(2026, 1, 5),
    status=State.IN_PROGRESS,
)


def plan(*items: PlanItem, fields: frozenset[str] = frozenset()) -> PlanDocument:
    """Return a plan with these items."""
    return PlanDocument(name="plan", layout="generic", items=items, fields=fields)


def other(item: PlanItem, **changes: object) -> PlanItem:
    """Return an item that says something else."""
    return replace(item, **changes)  # type: ignore[arg-type] # named by the test


def test_a_plan_is_the_same_as_itself() -> None:
    """Whatever was odd in reading it."""
    found = compare_plans(plan(FIRST), plan(other(FIRST, row=7, texts={"id": "v-1"})))
    assert (found.new, found.gone, found.changed, found.same, found.faults) == ((), (), (), 1, ())


def test_differences_are_told_field_by_field() -> None:
    """In words, before and after; milestones with number and date."""
    step = PlanMilestone("Patch", date(2026, 3, 1), 1)
    now = other(FIRST, title="Old TLS in use", milestones=(step,), comments=[Remark("Asked the vendor.")])
    (changed,) = compare_plans(plan(FIRST), plan(now)).changed
    assert [(each.field, each.before, each.after) for each in changed.differences] == [
        ("title", "Old TLS", "Old TLS in use"),
        ("milestones", "", "1. Patch by 2026-03-01"),
        ("comments", "", "Asked the vendor."),
    ]


def test_only_what_both_documents_can_say_is_compared() -> None:
    """A layout without a column for controls does not take them away."""
    fields = frozenset({"id", "title"})
    found = compare_plans(plan(other(FIRST, controls=("SI-2",))), plan(FIRST, fields=fields))
    assert (found.changed, found.same) == ((), 1)


def test_new_and_gone_items_are_told() -> None:
    """A closed item that is no longer listed is no fault, an open one is."""
    closed = PlanItem(id="V-2", status=State.CLOSED_COMPLETED)
    fresh = PlanItem(id="V-3", title="New")
    found = compare_plans(plan(FIRST, closed), plan(fresh))
    assert (found.new, found.gone) == (("V-3",), ("V-1", "V-2"))
    assert [(each.item, each.fault) for each in found.faults] == [("V-1", Fault.VANISHED)]


def test_a_changed_identifier_is_a_fault() -> None:
    """The same finding on the same assets under another identifier is the same item."""
    found = compare_plans(plan(FIRST), plan(other(FIRST, id="V-9")))
    assert [(each.item, each.fault, each.detail) for each in found.faults] == [
        ("V-9", Fault.IDENTIFIER, "it was V-1")
    ]
    assert (found.new, found.gone) == ((), ())


def test_a_changed_detection_date_is_a_fault() -> None:
    """With its rule; a date that one plan does not give is none."""
    later = compare_plans(plan(FIRST), plan(other(FIRST, identified_date=date(2026, 2, 5))))
    assert [each.fault for each in later.faults] == [Fault.DETECTION]
    assert "Completion Guide" in str(later.faults[0].citation)
    assert not compare_plans(plan(FIRST), plan(other(FIRST, identified_date=None))).faults


def test_a_closed_item_that_is_open_again_is_a_fault() -> None:
    """A recurrence is an item of its own."""
    closed = other(FIRST, status=State.CLOSED_COMPLETED)
    assert [each.fault for each in compare_plans(plan(closed), plan(FIRST)).faults] == [Fault.REOPENED]


def test_identifiers_met_twice_pair_nothing() -> None:
    """Nobody can tell which is which; both lists name them."""
    twice = (other(FIRST, source_ref=""), other(FIRST, source_ref="", title="Other"))
    found = compare_plans(plan(*twice), plan(other(FIRST, source_ref="")))
    assert (found.same, len(found.gone), len(found.new)) == (0, 2, 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (2.0, "2"),
        (2.5, "2.5"),
        (("a", "b"), "a; b"),
        (date(2026, 1, 2), "2026-01-02"),
        (True, "True"),
    ],
)
def test_values_are_shown_in_words(value: object, words: str) -> None:
    """Nothing is nothing."""
    assert shown(value) == words


_ITEMS = st.lists(
    st.builds(
        PlanItem,
        id=st.sampled_from(["V-1", "V-2", "V-3", ""]),
        source_ref=st.sampled_from(["", "1", "2"]),
        title=st.text(max_size=3),
    ),
    max_size=6,
)


@given(_ITEMS, _ITEMS)
def test_every_item_is_accounted_for_once(before: list[PlanItem], after: list[PlanItem]) -> None:
    """Paired, gone or new; nothing is counted twice or lost."""
    found = compare_plans(plan(*before), plan(*after))
    paired = found.same + len(found.changed)
    assert paired + len(found.gone) == len(before)
    assert paired + len(found.new) == len(after)
