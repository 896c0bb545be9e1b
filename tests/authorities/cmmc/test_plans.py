"""Plans: reading items, the forecast on future days, and the cheapest set of items or why there is none."""

import itertools
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.cmmc.cheapest import Choice, Target, Task, cheapest
from milepost.authorities.cmmc.draft import completed
from milepost.authorities.cmmc.forecast import done_by, forecast, too_late
from milepost.authorities.cmmc.planned_items import PlannedItem
from milepost.authorities.cmmc.reading import read_plan
from milepost.authorities.cmmc.verdict import Assessment
from milepost.domain.errors import InputRefused
from tests.authorities.cmmc.stating import ONE_POINTERS, complete

TODAY = date(2026, 1, 1)
BY = date(2026, 3, 12)
"""Ten weeks later."""
_WEEK = 60 * 7


def day(number: int) -> date:
    """Return the day that many days from today."""
    return TODAY + timedelta(days=number)


def assessed(*not_met: str, **fields: object) -> Assessment:
    """Return a Level 2 self-assessment with these requirements NOT MET."""
    return complete({"level": 2, "kind": "self", "not_met": list(not_met), **fields}).assessment


class Ways(TypedDict, total=False):
    """What an item may have; effort in hours, cost in whole units."""

    hours: int
    cost: int
    due: date
    after: str
    days: int
    done: bool


def item(name: str, number: str, **ways: Unpack[Ways]) -> PlannedItem:
    """Return an item."""
    return PlannedItem(
        name,
        (number,),
        ways.get("due"),
        ways.get("hours", 0) * 60,
        ways.get("cost", 0) * 100,
        ways.get("days", 0),
        tuple(ways.get("after", "").split()),
        ways.get("done", False),
    )


def chosen(
    assessment: Assessment,
    items: list[PlannedItem],
    target: Target = Target.CONDITIONAL,
    *,
    weekly: int | None = None,
    by: date = BY,
) -> Choice:
    """Return the cheapest choice."""
    return cheapest(assessment, items, Task(by, target, weekly), as_of=TODAY)


def names(choice: Choice) -> list[str]:
    """Return what was chosen."""
    return sorted(step.item.identifier for step in choice.steps)


def test_forecast_counts_an_item_on_its_day() -> None:
    """The score rises on the day an item is due, not the day before; Conditional follows, then Final."""
    items = [item("A", "3.1.1", due=day(10)), item("B", "3.1.3", due=day(20))]
    found = forecast(assessed("3.1.1", "3.1.3"), items, as_of=TODAY, until=day(30))
    assert [(each.day, each.score, each.status) for each in found] == [
        (TODAY, 104, "No CMMC Status"),
        (day(10), 109, "Conditional Level 2 (Self)"),
        (day(20), 110, "Final Level 2 (Self)"),
        (day(30), 110, "Final Level 2 (Self)"),
    ]
    assert [each.open_items for each in found] == [("A", "B"), ("B",), (), ()]
    assert found[0].blocking == (("AC.L2-3.1.1", "point_value_5"),)
    before = forecast(assessed("3.1.1", "3.1.3"), items, as_of=TODAY, until=day(9))[-1]
    assert (before.score, before.eligible, before.final) == (104, False, False)


def test_overdue_items_promise_nothing() -> None:
    """What was due yesterday is overdue and stays open; what is due today is not; no date is never done."""
    items = [item("A", "3.1.1", due=day(-1)), item("B", "3.1.2", due=TODAY), item("C", "3.1.3")]
    (today, last) = forecast(assessed("3.1.1", "3.1.2", "3.1.3"), items, as_of=TODAY, until=day(5))
    assert (today.overdue, today.score) == (("A",), 104)
    assert (last.overdue, last.open_items) == (("A",), ("A", "C"))


def test_items_wait_for_what_they_depend_on() -> None:
    """An item that is due before what it waits for is done only with it, and is overdue between."""
    items = [item("A", "3.1.1", due=day(20)), item("B", "3.1.2", due=day(10), after="A")]
    assert done_by(items, day(19), as_of=TODAY) == frozenset()
    assert done_by(items, day(20), as_of=TODAY) == {"A", "B"}
    found = {each.day: each.overdue for each in forecast(assessed(), items, as_of=TODAY, until=day(20))}
    assert found[day(10)] == ()
    done = [item("A", "3.1.1", done=True), item("B", "3.1.2", due=day(10), after="A")]
    assert done_by(done, day(10), as_of=TODAY) == {"A", "B"}


def test_requirement_needs_all_its_items() -> None:
    """A requirement is MET when the last of its items is done, and never without one."""
    items = [item("A", "3.1.1", due=day(5)), item("B", "3.1.1", due=day(10))]
    found = forecast(assessed("3.1.1", "3.1.3"), items, as_of=TODAY, until=day(10))
    assert [each.score for each in found] == [104, 104, 109]


def test_items_after_the_closeout() -> None:
    """What is due after the 180th day, or has no date, comes too late for the closeout."""
    items = [
        item("A", "3.1.3", due=day(10)),
        item("B", "3.1.4", due=day(11)),
        item("C", "3.1.6"),
        item("D", "3.1.7", due=day(99), done=True),
    ]
    assert too_late(items, day(10)) == ("B", "C")


def test_cheapest_closes_only_what_must_be() -> None:
    """For Conditional only what blocks is closed; for 110 everything."""
    items = [item("A", "3.1.1", hours=40), item("B", "3.1.3", hours=8)]
    first = chosen(assessed("3.1.1", "3.1.3"), items)
    assert (names(first), first.effort) == (["A"], 2400)
    assert first.after
    assert (first.after.score, first.after.status) == (109, "Conditional Level 2 (Self)")
    full = chosen(assessed("3.1.1", "3.1.3"), items, Target.FULL)
    assert (names(full), full.after and full.after.score) == (["A", "B"], 110)


def test_cheapest_picks_by_cost_then_effort() -> None:
    """Of 24 one-pointers two must go: the two cheapest, and at equal cost those with the least effort."""
    numbers = [*ONE_POINTERS, "3.13.3"]
    items = [item(f"I{n}", number, cost=10, hours=n + 1) for n, number in enumerate(numbers)]
    assert names(chosen(assessed(*numbers), items)) == ["I0", "I1"]
    items[7] = item("I7", numbers[7], cost=9, hours=90)
    assert names(chosen(assessed(*numbers), items)) == ["I0", "I7"]


def test_cheapest_takes_what_an_item_waits_for() -> None:
    """An item brings those it depends on, and they come first."""
    items = [
        item("A", "3.1.1", after="B", hours=1),
        item("B", "3.1.3", after="C", hours=1),
        item("C", "3.1.4"),
    ]
    choice = chosen(assessed("3.1.1", "3.1.3", "3.1.4"), items)
    assert [step.item.identifier for step in choice.steps] == ["C", "B", "A"]
    done = [items[0], item("B", "3.1.3", done=True)]
    assert names(chosen(assessed("3.1.1", "3.1.3"), done)) == ["A"]


def test_nothing_to_do() -> None:
    """Where the target is reached already, nothing is chosen."""
    choice = chosen(assessed("3.1.3"), [item("A", "3.1.3", hours=1)])
    assert (choice.is_possible, choice.steps) == (True, ())


@pytest.mark.parametrize(("hours", "possible"), [(100, True), (101, False)])
def test_effort_must_fit(*, hours: int, possible: bool) -> None:
    """Ten hours a week for ten weeks are 100 hours, and not one more."""
    choice = chosen(assessed("3.1.1"), [item("A", "3.1.1", hours=hours)], weekly=600)
    assert choice.is_possible is possible
    assert choice.reasons == () if possible else "A takes until" in choice.reasons[0]


def test_effort_of_all_together_must_fit() -> None:
    """Each item alone would fit, all together do not: the hours are named, and when they would suffice."""
    items = [item("A", "3.1.1", hours=60), item("B", "3.1.2", hours=60)]
    choice = chosen(assessed("3.1.1", "3.1.2"), items, weekly=600)
    (reason,) = choice.reasons
    assert "at least 120 hours" in reason
    assert "there are 100" in reason
    assert "by 2026-03-26" in reason
    assert chosen(assessed("3.1.1", "3.1.2"), items, weekly=600, by=date(2026, 3, 26)).is_possible


@pytest.mark.parametrize(("days", "possible"), [(70, True), (71, False)])
def test_durations_must_fit(*, days: int, possible: bool) -> None:
    """An item that takes 70 days ends in time, one that takes 71 does not; the chain counts."""
    assert chosen(assessed("3.1.1"), [item("A", "3.1.1", days=days)]).is_possible is possible
    chain = [item("A", "3.1.1", days=days - 30, after="B"), item("B", "3.1.3", days=30)]
    assert chosen(assessed("3.1.1", "3.1.3"), chain).is_possible is possible


@pytest.mark.parametrize(
    ("assessment", "items", "target", "sentence"),
    [
        (
            assessed("3.1.1"),
            [],
            Target.CONDITIONAL,
            "AC.L2-3.1.1: no item closes it, and it can never be deferred",
        ),
        (
            assessed("3.1.20"),
            [],
            Target.CONDITIONAL,
            "AC.L2-3.1.20: no item closes it, and it can never be deferred",
        ),
        (assessed("3.1.3"), [], Target.FULL, "AC.L2-3.1.3: no item closes it, and everything must be MET"),
        (
            assessed("3.1.1"),
            [item("A", "3.1.1", days=99)],
            Target.CONDITIONAL,
            "A takes until 2026-04-10, after 2026-03-12",
        ),
        (assessed(ssp_in_place=False), [], Target.CONDITIONAL, "no system security plan"),
        (complete({"level": 3}).assessment, [], Target.CONDITIONAL, "Final Level 2 (C3PAO) is not held"),
        (complete({"level": 1}).assessment, [], Target.CONDITIONAL, "Level 1 is never Conditional"),
        (assessed(*ONE_POINTERS), [], Target.CONDITIONAL, "at best 87 of the 88 points"),
    ],
)
def test_why_a_plan_cannot_work(
    assessment: Assessment, items: list[PlannedItem], target: Target, sentence: str
) -> None:
    """A plan that cannot work says which requirement, which item or which rule stands in the way."""
    choice = chosen(assessment, items, target)
    assert not choice.is_possible
    assert any(sentence in reason for reason in choice.reasons), choice.reasons


def test_steps_are_dated_one_after_the_other() -> None:
    """At seven hours a week, two items of seven hours end after one and two weeks."""
    items = [item("A", "3.1.1", hours=7), item("B", "3.1.2", hours=7)]
    choice = chosen(assessed("3.1.1", "3.1.2"), items, weekly=_WEEK)
    assert [step.finish for step in choice.steps] == [day(7), day(14)]


def test_level_1_and_3_can_be_planned() -> None:
    """Level 1 needs every part of a requirement, Level 3 the points of 20."""
    one = complete({"level": 1, "not_met": ["3.10.3", "3.10.4"]}).assessment
    items = [item("A", "3.10.3", hours=1), item("B", "3.10.4", hours=1)]
    assert names(chosen(one, items, Target.FULL)) == ["A", "B"]
    assert not chosen(one, items[:1], Target.FULL).is_possible
    five = ["3.1.2e", "3.1.3e", "3.2.1e", "3.2.2e", "3.4.1e"]
    three = complete({"level": 3, "level2_final": True, "not_met": five}).assessment
    items = [item(number, number, hours=n + 1) for n, number in enumerate(five)]
    assert names(chosen(three, items)) == ["3.1.2e"]


_NUMBERS = ["3.1.1", "3.1.5", "3.1.20", *ONE_POINTERS]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), min_size=4, max_size=4))
def test_no_set_is_cheaper(drawn: list[tuple[int, int, bool]]) -> None:
    """Against every set of items tried one by one, none that reaches Conditional costs less."""
    numbers = [*ONE_POINTERS[:21], "3.1.1", "3.5.6", "3.13.3", "3.13.4"]
    planned = ["3.1.1", "3.5.6", "3.13.3", "3.13.4"]
    items = [
        item(number, number, cost=cost, hours=hours, after=planned[n - 1] if linked and n else "")
        for n, (number, (cost, hours, linked)) in enumerate(zip(planned, drawn, strict=True))
    ]
    choice = chosen(assessed(*dict.fromkeys(numbers)), items)
    costs = []
    for size in range(len(items) + 1):
        for group in itertools.combinations(items, size):
            closed = {each.identifier for each in group}
            if all(closed.issuperset(each.after) for each in group) and "3.1.1" in closed:
                left = len([n for n in numbers if n not in closed])
                if 110 - left >= 88:
                    costs.append((sum(each.cost for each in group), sum(each.effort for each in group)))
    assert choice.is_possible == bool(costs)
    assert not costs or (choice.cost, choice.effort) == min(costs)


def write(tmp_path: Path, document: object) -> Path:
    """Write a plan as JSON."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_items_in_json(tmp_path: Path) -> None:
    """An item has requirements, the latest of its open dates, effort, cost, duration, what it waits for."""
    first = {
        "id": "A", "requirement": "AC.L2-3.1.1", "due": "2026-02-01", "effort": "1.5 h", "cost": "$1,000.50",
        "duration_days": 10, "depends_on": ["B"],
        "milestones": [{"due": "2026-02-20"}, {"due": "2026-03-01", "completed": "2026-01-01"}],
    }  # fmt: skip
    second = {"requirements": ["3.1.2", "3.1.3"], "id": "B", "status": "Closed"}
    plan = read_plan(write(tmp_path, {"level": 2, "items": [first, second]}))
    assert plan.items == (
        PlannedItem("A", ("3.1.1",), date(2026, 2, 20), 90, 100050, 10, ("B",)),
        PlannedItem("B", ("3.1.2", "3.1.3"), done=True),
    )
    assert [str(each.named) for each in plan.draft.statements] == ["3.1.1"]


def test_items_in_a_table(tmp_path: Path) -> None:
    """A table is read below its preamble; rows without an id are numbered, blank ones passed over."""
    path = tmp_path / "plan.csv"
    path.write_text(
        "Plan of Northwind\n\nRequirement,Due Date,Effort (hours),Depends on,Status\n"
        "3.1.1,2026-02-01,8,,Open\n,,,,\n3.1.2,2026-02-02,4,item 1,Completed\n"
        "3.1.3,2026-02-03,,,Implemented\n",
        encoding="utf-8",
    )
    plan = read_plan(path)
    assert [(i.identifier, i.numbers, i.due, i.effort, i.after, i.done) for i in plan.items] == [
        ("item 1", ("3.1.1",), date(2026, 2, 1), 480, (), False),
        ("item 2", ("3.1.2",), date(2026, 2, 2), 240, ("item 1",), False),
        ("item 3", ("3.1.3",), date(2026, 2, 3), 0, (), True),
    ]
    assert completed(plan.draft).assessment.settled.of("3.1.1").finding == "NOT MET"


def test_items_in_a_workbook(tmp_path: Path) -> None:
    """Days and numbers of a workbook are taken as they are; a day of completion means done."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ID", "Control", "Target Date", "Hours", "Completed On"])
    sheet.append(["A", "3.1.1", date(2026, 2, 1), 1.5, None])
    sheet.append(["B", "3.1.2", datetime(2026, 2, 2, 8, 30), 2, date(2026, 1, 1)])  # noqa: DTZ001 - cells have no zone
    book.save(tmp_path / "plan.xlsx")
    assert read_plan(tmp_path / "plan.xlsx").items == (
        PlannedItem("A", ("3.1.1",), date(2026, 2, 1), 90),
        PlannedItem("B", ("3.1.2",), date(2026, 2, 2), 120, done=True),
    )


@pytest.mark.parametrize(
    ("completed_on", "done"), [("yes", True), ("no", False), ("2026-01-01", True), (False, False)]
)
def test_items_that_are_done(tmp_path: Path, *, completed_on: object, done: bool) -> None:
    """An item is done by a yes or by a day."""
    items = [{"requirement": "3.1.1", "completed": completed_on}]
    assert read_plan(write(tmp_path, {"items": items})).items[0].done is done


@pytest.mark.parametrize("document", [{"items": []}, []])
def test_plan_without_items(tmp_path: Path, document: object) -> None:
    """A plan may be empty, with its items in an object or as a bare list."""
    assert read_plan(write(tmp_path, document)).items == ()


@pytest.mark.parametrize(
    ("items", "word"),
    [
        (None, "no list of items"),
        ([1], "no list of items"),
        ([{"id": "A"}], "names no requirement"),
        ([{"requirement": "3.99.1"}], "no requirement of CMMC"),
        ([{"requirement": "3.1.1", "due": "soon"}], "no date"),
        ([{"requirement": "3.1.1", "effort": "much"}], "no number"),
        ([{"requirement": "3.1.1", "effort": -1}], "no amount"),
        ([{"requirement": "3.1.1", "effort": "inf"}], "no number"),
        ([{"requirement": "3.1.1", "depends_on": "B"}], "which is no item"),
        ([{"id": "A", "requirement": "3.1.1"}, {"id": "A", "requirement": "3.1.2"}], "two items are named A"),
        ([{"id": "A", "requirement": "3.1.1", "after": "A"}], "wait for each other"),
        (
            [
                {"id": "A", "requirement": "3.1.1", "after": "B"},
                {"id": "B", "requirement": "3.1.2", "after": "A"},
            ],
            "A, B wait for each other",
        ),
    ],
)
def test_plans_that_cannot_be_are_refused(tmp_path: Path, items: object, word: str) -> None:
    """Items without requirement, with impossible values, or that wait in a circle are refused."""
    with pytest.raises(InputRefused, match=word):
        read_plan(write(tmp_path, {"items": items}))


def test_table_without_items_is_refused(tmp_path: Path) -> None:
    """A text without a table of items is refused."""
    path = tmp_path / "plan.csv"
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(InputRefused, match="no table of items"):
        read_plan(path)
