"""What reports count: how items stood on past days, what moved in a period, what is late, what slipped."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import FieldChange, MilestoneChange, PlanItem, PlanMilestone, State
from milepost.reports.movements import Movements, late, movements, slips
from milepost.reports.periods import Period, month_of, period_named, quarter_of, year_of
from milepost.reports.subject import DueDate, Obligation, Subject
from milepost.reports.timeline import Turn, open_on, rating_on, scheduled_on, timeline
from milepost.reports.trends import burn_down, group_of, month_ends, open_by_age, open_by_month

NOVEMBER = month_of(date(2026, 11, 1))
TODAY = date(2026, 11, 21)


def subject(*items: PlanItem, period: Period = NOVEMBER, **more: object) -> Subject:
    """Return a plan with some items, reported on 21 November 2026."""
    return Subject(
        plan=PlanDocument(name="Harbor", layout="register", items=items),
        system="Harbor",
        provider="Northwind",
        authority="fedramp-rev5",
        impact="moderate",
        contact="Ines",
        as_of=TODAY,
        period=period,
        **more,  # type: ignore[arg-type] # named by the test
    )


def changed(on: date, before: str, after: str, name: str = "status") -> FieldChange:
    """Return a change of a field."""
    return FieldChange(name, before, after, on, "Ines", "agreed")


def test_item_ends_and_comes_back_as_its_history_says() -> None:
    """Found in August, closed in October, reopened in November: it is open on the days between."""
    item = PlanItem(
        id="V-1",
        identified_date=date(2026, 8, 1),
        status=State.IN_PROGRESS,
        history=[
            changed(date(2026, 11, 3), "closed", "open"),
            changed(date(2026, 10, 9), "verified", "closed"),
        ],
    )
    events = timeline(item)
    assert [event.turn for event in events] == [Turn.FOUND, Turn.ENDED, Turn.RETURNED]
    days = (date(2026, 7, 31), date(2026, 8, 1), date(2026, 10, 8), date(2026, 10, 9), date(2026, 11, 3))
    assert [open_on(events, day) for day in days] == [False, True, True, False, True]


def test_document_without_a_history_tells_the_end_by_its_date() -> None:
    """A closed item of a document ends on its completion date."""
    item = PlanItem(
        identified_date=date(2026, 8, 1),
        status=State.CLOSED_COMPLETED,
        actual_completion_date=date(2026, 9, 5),
    )
    assert [(event.turn, event.on) for event in timeline(item)] == [
        (Turn.FOUND, date(2026, 8, 1)),
        (Turn.ENDED, date(2026, 9, 5)),
    ]


def test_past_values_are_taken_back_from_the_history() -> None:
    """Before it was adjusted and moved, an item had its first rating and its first date."""
    item = PlanItem(
        raw_severity="High",
        adjusted_severity="Low",
        scheduled_date=date(2026, 12, 1),
        history=[
            changed(date(2026, 10, 1), "", "Low", "adjusted_severity"),
            changed(date(2026, 9, 1), "2026-09-30", "2026-10-31", "scheduled_date"),
            changed(date(2026, 10, 5), "2026-10-31", "2026-12-01", "scheduled_date"),
        ],
    )
    assert [rating_on(item, date(2026, 9, 30)), rating_on(item, date(2026, 10, 1))] == ["High", "Low"]
    days = (date(2026, 8, 31), date(2026, 9, 15), date(2026, 10, 5))
    assert [scheduled_on(item, day) for day in days] == [
        date(2026, 9, 30),
        date(2026, 10, 31),
        date(2026, 12, 1),
    ]


_DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
_TURNS = st.lists(st.tuples(_DAYS, st.sampled_from(["open", "closed", "merged", "in_progress"])), max_size=6)


@given(st.lists(st.tuples(st.none() | _DAYS, _TURNS, st.sampled_from(State)), max_size=8))
def test_counts_agree_whatever_the_history(
    told: list[tuple[date | None, list[tuple[date, str]], State]],
) -> None:
    """Open before + found + come back − ended is what is open on the day, even of contradictory histories."""
    items = [
        PlanItem(identified_date=found, status=state, history=[changed(on, "", word) for on, word in turns])
        for found, turns, state in told
    ]
    moves = movements(subject(*items))
    came = len(moves.events(Turn.FOUND)) + len(moves.events(Turn.RETURNED))
    assert moves.open_before + came - len(moves.events(Turn.ENDED)) == len(moves.open_now)


def test_late_is_past_the_earliest_date_and_not_excused() -> None:
    """The rule's date comes before the scheduled one; a waiting vendor or an accepted risk is not late."""
    found = date(2026, 8, 1)
    scheduled = date(2026, 11, 30)
    items = [
        PlanItem(id=name, identified_date=found, scheduled_date=scheduled) for name in ("A", "B", "D", "E")
    ]
    items.append(PlanItem(id="C", identified_date=found, scheduled_date=found, status=State.RISK_ACCEPTED))
    rule = (DueDate(date(2026, 11, 11), "High within 30 days"),)
    obligations = {
        "A": Obligation(rule),
        "B": Obligation(rule, excused_until=TODAY),
        "E": Obligation((DueDate(TODAY, "due today"),)),
    }
    found_late = late(subject(*items, obligations=obligations), items)
    assert [(each.item.id, each.days, each.due.reason) for each in found_late] == [
        ("A", 10, "High within 30 days")
    ]


def test_slips_are_later_dates_and_milestones_not_kept() -> None:
    """A date moved earlier is no slip, nor a milestone done in time, nor one of another period."""
    item = PlanItem(
        id="V-1",
        history=[
            changed(date(2026, 11, 2), "2026-11-10", "2026-12-10", "scheduled_date"),
            changed(date(2026, 11, 3), "2026-12-10", "2026-12-01", "scheduled_date"),
            changed(date(2026, 10, 3), "2026-10-10", "2026-11-10", "scheduled_date"),
        ],
        milestones=[
            PlanMilestone("order", date(2026, 11, 5), 1, done=True, completed=date(2026, 11, 9)),
            PlanMilestone("install", date(2026, 11, 20), 2),
            PlanMilestone("test", date(2026, 11, 21), 3),
            PlanMilestone("train", date(2026, 11, 4), 4, done=True, completed=date(2026, 11, 4)),
            PlanMilestone("plan", date(2026, 10, 4), 5),
        ],
    )
    found = [(each.what, each.days) for each in slips(subject(item))]
    assert found == [("scheduled date", 30), ("milestone 1: order", 4), ("milestone 2: install", 1)]


def test_moved_milestone_is_a_slip_with_its_reason() -> None:
    """A milestone moved from October to December stands in the month of the change, not when it is done."""
    item = PlanItem(
        milestones=[PlanMilestone("deliver", date(2026, 12, 1), 1, original_due=date(2026, 10, 2))],
        milestone_changes=[MilestoneChange("later", 1, "Update", date(2026, 11, 2), reason="vendor late")],
    )
    (slip,) = slips(subject(item))
    assert (slip.days, slip.on, slip.reason) == (60, date(2026, 11, 2), "vendor late")
    item.milestone_changes = [MilestoneChange("done", 1, "Complete", date(2026, 11, 2))]
    assert slips(subject(item)) == []


def test_months_and_ages_split_by_rating() -> None:
    """Words of every scale fall into four groups, and days into 0–30, 31–90, 91–180 and over 180."""
    ratings = {"CAT I": 0, "Very High": 31, "Medium": 91, "Low": 181, "unheard-of": 30}
    items = [
        PlanItem(raw_severity=rating, identified_date=TODAY - timedelta(days=age))
        for rating, age in ratings.items()
    ]
    moves = movements(subject(*items))
    assert open_by_age(moves.open_now, TODAY) == [
        ("0–30", (1, 0, 0, 1)),
        ("31–90", (1, 0, 0, 0)),
        ("91–180", (0, 1, 0, 0)),
        ("over 180", (0, 0, 1, 0)),
    ]
    assert open_by_month(moves)[-1] == (TODAY, (2, 1, 1, 1))
    assert open_by_month(moves)[-2] == (date(2026, 10, 31), (1, 1, 1, 1))
    assert group_of("") == "Not rated"


def test_burn_down_tells_what_the_dates_promise() -> None:
    """Promised for October, moved to January: open in November, gone in January if the date is kept."""
    item = PlanItem(
        identified_date=date(2026, 9, 10),
        original_scheduled_date=date(2026, 10, 10),
        scheduled_date=date(2027, 1, 15),
    )
    undated = PlanItem(identified_date=date(2026, 9, 10))
    levels = {level.day: level for level in burn_down(movements(subject(item, undated)))}
    assert (levels[date(2026, 9, 30)].open, levels[date(2026, 9, 30)].remaining) == (2, 2)
    assert (levels[TODAY].open, levels[TODAY].remaining) == (2, 1)
    assert (levels[date(2026, 12, 31)].open, levels[date(2026, 12, 31)].remaining) == (None, 2)
    assert levels[date(2027, 1, 31)].remaining == 1


def test_month_ends_reach_over_the_year() -> None:
    """Twelve months end on the day of the report; February has its own length."""
    days = month_ends(date(2028, 3, 4), 3)
    assert days == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 4)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("FY2026", date(2025, 10, 1), date(2026, 9, 30)),
        ("fy2027-q1", date(2026, 10, 1), date(2026, 12, 31)),
        ("FY2026-Q4", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-11-02..2026-11-08", date(2026, 11, 2), date(2026, 11, 8)),
    ],
)
def test_periods_are_named_as_people_do(name: str, first: date, last: date) -> None:
    """Months, quarters, years, fiscal years from 1 October, and days."""
    period = period_named(name, TODAY)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "name", ["", "2026-13", "2026-Q5", "0000", "FY0001", "2027", "2026-11-08..2026-11-02"]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    """A period that is none, or has not begun, is refused with the ways to write one."""
    with pytest.raises(WrongUse):
        period_named(name, TODAY)


def test_periods_of_a_day() -> None:
    """A day lies in its month, quarter and year; no day lies in none."""
    periods = (month_of(TODAY), quarter_of(TODAY), year_of(TODAY))
    assert [period.name for period in periods] == ["2026-11", "2026-Q4", "2026"]
    assert all(TODAY in period for period in periods)
    assert None not in NOVEMBER
    assert isinstance(movements(subject()), Movements)
