"""The 180-day clock, closeouts, validity, retention and affirmations, each boundary on both sides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.cmmc.affirmation import Affirmation, affirmations
from milepost.authorities.cmmc.closeout import Closeout, Course, clock, due_on
from milepost.authorities.cmmc.rules import Level
from milepost.authorities.cmmc.validity import next_assessment_due, retain_until, years_later
from tests.authorities.cmmc.stating import DUE, STATUS_DATE, judged

_LATER = date(2027, 1, 1)


def test_closeout_is_due_after_180_days() -> None:
    """15 January 2026 and 180 calendar days is 14 July 2026."""
    assert due_on(STATUS_DATE) == DUE
    assert (DUE - STATUS_DATE).days == 180


def test_conditional_lasts_through_the_day_that_is_due() -> None:
    """On the 180th day the status still holds with no day left; on the 181st it has expired."""
    held = judged(DUE, not_met=["3.1.3"])
    assert held.status == "Conditional Level 2 (Self)"
    assert held.clock
    assert (held.clock.course, held.clock.days_left, held.clock.expired_on) == (Course.RUNNING, 0, None)
    lost = judged(DUE + timedelta(days=1), not_met=["3.1.3"])
    assert lost.status == "No CMMC Status"
    assert lost.clock
    assert (lost.clock.course, lost.clock.days_left) == (Course.EXPIRED, None)
    assert lost.clock.expired_on == date(2026, 7, 15)
    assert lost.clock.due == DUE


def test_days_left_count_down() -> None:
    """On the status date 180 days are left, on the day after 179."""
    first, second = (clock(STATUS_DATE, None, as_of=STATUS_DATE + timedelta(days=n)) for n in (0, 1))
    assert (first.days_left, second.days_left) == (180, 179)


@pytest.mark.parametrize(
    ("posted", "all_met", "status", "expired_on"),
    [
        ("2026-07-14", True, "Final Level 2 (Self)", None),
        ("2026-07-15", True, "No CMMC Status", date(2026, 7, 15)),
        ("2026-01-15", True, "Final Level 2 (Self)", None),
        ("2026-06-01", False, "No CMMC Status", date(2026, 7, 15)),
    ],
)
def test_closeout_in_time_makes_final(
    *, posted: str, all_met: bool, status: str, expired_on: date | None
) -> None:
    """A closeout counts when all is MET and posted by the 180th day; otherwise the status expires."""
    verdict = judged(_LATER, not_met=["3.1.3"], closeout={"date": posted, "all_met": all_met})
    assert verdict.status == status
    assert verdict.final is (expired_on is None)
    assert verdict.clock
    assert verdict.clock.expired_on == expired_on


def test_final_keeps_the_first_date() -> None:
    """After the closeout retention and validity still run from the Conditional status date."""
    verdict = judged(_LATER, not_met=["3.1.3"], closeout={"date": "2026-06-30", "all_met": True})
    assert verdict.retain_until == date(2032, 1, 15)
    assert verdict.next_assessment_due == date(2029, 1, 15)


def test_expired_status_leaves_the_artifacts_to_keep() -> None:
    """After expiry artifacts are kept all the same, and only a new assessment helps."""
    verdict = judged(_LATER, not_met=["3.1.3"])
    assert verdict.retain_until == date(2032, 1, 15)
    assert verdict.next_assessment_due is None
    assert verdict.affirmations == ()
    assert verdict.clock
    assert verdict.clock.ruling.way_out == "a new full assessment"


def test_failed_closeout_leaves_the_time_that_is_left() -> None:
    """A closeout that leaves something NOT MET ends nothing before the 180 days are over."""
    verdict = judged(DUE, not_met=["3.1.3"], closeout={"date": "2026-06-01", "not_met": ["3.1.3"]})
    assert verdict.status == "Conditional Level 2 (Self)"


def test_closeout_is_not_known_before_it_is_posted() -> None:
    """Judged as of the day before, the status is still Conditional; on the day itself it is Final."""
    closeout = {"date": "2026-06-01", "all_met": True}
    assert (
        judged(date(2026, 5, 31), not_met=["3.1.3"], closeout=closeout).status == "Conditional Level 2 (Self)"
    )
    assert judged(date(2026, 6, 1), not_met=["3.1.3"], closeout=closeout).status == "Final Level 2 (Self)"


@pytest.mark.parametrize(
    ("closeout", "as_of", "word"),
    [
        (None, DUE, "by 2026-07-14"),
        (None, _LATER, "no closeout was posted"),
        (Closeout(date(2026, 6, 1), all_met=False), _LATER, "closeout of 2026-06-01 left items NOT MET"),
        (Closeout(date(2026, 7, 15), all_met=True), _LATER, "posted on 2026-07-15"),
        (Closeout(date(2026, 6, 1), all_met=True), _LATER, "keeps the date 2026-01-15"),
    ],
)
def test_the_clock_says_why(closeout: Closeout | None, as_of: date, word: str) -> None:
    """Each course of the clock has its reason and section 170.21(b)."""
    ruling = clock(STATUS_DATE, closeout, as_of=as_of).ruling
    assert word in ruling.reason
    assert str(ruling.citation) == "32 CFR Part 170, section 170.21(b)"


@given(
    status_date=st.dates(date(2020, 1, 1), date(2100, 1, 1)),
    days=st.integers(-400, 400),
    all_met=st.booleans(),
)
def test_closed_means_in_time_and_complete(status_date: date, days: int, *, all_met: bool) -> None:
    """Whatever the dates, only a complete closeout within 180 days closes."""
    posted = status_date + timedelta(days=days)
    found = clock(status_date, Closeout(posted, all_met), as_of=date(2200, 1, 1))
    assert (found.course is Course.CLOSED) == (all_met and days <= 180)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 6, date(2030, 2, 28)),
        (date(2026, 12, 31), 3, date(2029, 12, 31)),
    ],
)
def test_years_end_on_the_same_day(day: date, years: int, expected: date) -> None:
    """A year later is the same day, and 28 February where there is no 29th."""
    assert years_later(day, years) == expected


def test_validity_and_retention() -> None:
    """A status holds one year at Level 1 and three above; artifacts are kept six years."""
    assert [next_assessment_due(level, STATUS_DATE).year for level in Level] == [2027, 2029, 2029]
    assert retain_until(STATUS_DATE) == date(2032, 1, 15)


def test_affirmations_of_a_final_status() -> None:
    """Final is affirmed at once and after one and two years; the third year brings a new assessment."""
    assert affirmations(Level.TWO, STATUS_DATE, conditional=False, final=True) == (
        Affirmation(date(2026, 1, 15), "Final status"),
        Affirmation(date(2027, 1, 15), "annual affirmation of continuing compliance"),
        Affirmation(date(2028, 1, 15), "annual affirmation of continuing compliance"),
    )


def test_affirmations_of_a_conditional_status() -> None:
    """Conditional is affirmed once, a closeout in addition; the years count from the first date."""
    assert affirmations(Level.TWO, STATUS_DATE, conditional=True, final=False) == (
        Affirmation(STATUS_DATE, "Conditional status"),
    )
    closed = affirmations(Level.TWO, STATUS_DATE, conditional=False, final=True, closed_on=date(2026, 6, 1))
    assert [each.due for each in closed] == [
        STATUS_DATE,
        date(2026, 6, 1),
        date(2027, 1, 15),
        date(2028, 1, 15),
    ]


def test_affirmations_of_level_1() -> None:
    """Level 1 is affirmed with each yearly assessment."""
    assert [
        each.occasion for each in affirmations(Level.ONE, STATUS_DATE, conditional=False, final=True)
    ] == ["Final status"]


def test_affirmations_follow_the_verdict() -> None:
    """The verdict carries the affirmations of the status that stands."""
    assert [each.occasion for each in judged(not_met=["3.1.3"]).affirmations] == ["Conditional status"]
    closed = judged(_LATER, not_met=["3.1.3"], closeout={"date": "2026-06-01", "all_met": True})
    assert [each.due for each in closed.affirmations][:2] == [STATUS_DATE, date(2026, 6, 1)]
    assert judged(not_met=["3.1.1"]).affirmations == ()
