"""On time, due soon, overdue, waiting for a vendor; and how long past the date in the reports' classes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.aging import FEDRAMP, OMB, OPENFISMA, SCALES, days_past, most_overdue
from milepost.domain.rating import Rating
from milepost.domain.standing import (
    Dates,
    StandingKind,
    VendorDependency,
    excused_until,
    may_wait,
    standing,
)

DUE = date(2026, 6, 30)


def on(days: int) -> date:
    """Return the day so many days after the due date."""
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    ("as_of", "kind", "days"),
    [
        (on(-31), StandingKind.ON_TIME, 31),
        (on(-30), StandingKind.DUE_SOON, 30),
        (on(0), StandingKind.DUE_SOON, 0),
        (on(1), StandingKind.OVERDUE, -1),
    ],
)
def test_open_item_stands_by_its_date(as_of: date, kind: StandingKind, days: int) -> None:
    """Due soon from 30 days before to the day itself; overdue from the day after."""
    found = standing(Dates(due=DUE), as_of=as_of)
    assert (found.kind, found.days) == (kind, days)
    assert found.overdue == (kind is StandingKind.OVERDUE)
    assert found.reason
    assert found.citation.document


@pytest.mark.parametrize(
    ("dates", "as_of", "reason", "source"),
    [
        (Dates(due=None), on(0), "no rule gives a date", "column L"),
        (Dates(due=DUE), on(-31), "due in 31 days", "column L"),
        (Dates(due=DUE), on(-1), "due in 1 day", "due within 30 days"),
        (Dates(due=DUE), on(0), "due today", "due within 30 days"),
        (Dates(due=DUE), on(-2), "due in 2 days", "due within 30 days"),
        (Dates(due=DUE), on(1), "overdue by 1 day", "column L"),
        (Dates(due=DUE), on(7), "overdue by 7 days", "column L"),
        (Dates(due=DUE, completed=DUE), on(7), "completed in time", "column L"),
        (Dates(due=DUE, completed=on(3)), on(7), "completed 3 days late", "column L"),
    ],
)
def test_standing_says_why_and_by_which_source(dates: Dates, as_of: date, reason: str, source: str) -> None:
    """Every standing has its number of days in words, and the place where the rule stands."""
    found = standing(dates, as_of=as_of)
    assert found.reason == reason
    assert source in found.citation.section


@pytest.mark.parametrize(
    ("vendor", "rating", "reason", "source", "allowed"),
    [
        (None, Rating.LOW, "never been asked", "columns P to R", False),
        (on(-31), Rating.LOW, "31 days ago, more than 30", "columns P to R", False),
        (on(0), Rating.HIGH, "within 30 days", "vendor dependencies", False),
        (on(0), Rating.LOW, "not late", "columns P to R", True),
    ],
)
def test_waiting_for_a_vendor_is_ruled_with_reason_and_source(
    vendor: date | None, rating: Rating, reason: str, source: str, *, allowed: bool
) -> None:
    """Each ruling names its days and the place of its rule; the standing repeats it."""
    dates = Dates(due=on(-1), rating=rating, detected_on=on(-90), vendor=VendorDependency(vendor))
    assert dates.vendor is not None
    ruling = may_wait(dates, dates.vendor, on(0))
    assert (ruling.allowed, bool(ruling.way_out)) == (allowed, not allowed)
    assert reason in ruling.reason
    assert source in ruling.citation.section
    found = standing(dates, as_of=on(0))
    assert (found.days, found.reason, found.citation) == (-1, ruling.reason, ruling.citation)


def test_profile_may_warn_earlier() -> None:
    """How soon is soon can be chosen."""
    assert standing(Dates(due=DUE), as_of=on(-8), due_soon_days=7).kind is StandingKind.ON_TIME
    assert standing(Dates(due=DUE), as_of=on(-7), due_soon_days=7).kind is StandingKind.DUE_SOON


def test_nothing_is_due_without_a_date() -> None:
    """An item that no rule gives a date is never overdue."""
    found = standing(Dates(due=None), as_of=on(999))
    assert (found.kind, found.days) == (StandingKind.NO_DATE, None)


@pytest.mark.parametrize(
    ("completed", "kind", "days"),
    [(on(0), StandingKind.COMPLETED, 0), (on(1), StandingKind.COMPLETED_LATE, -1)],
)
def test_completed_item_was_in_time_or_late(completed: date, kind: StandingKind, days: int) -> None:
    """On the due date is in time; a day later is late, and stays so however much time passes."""
    found = standing(Dates(due=DUE, completed=completed), as_of=on(500))
    assert (found.kind, found.days) == (kind, days)


@pytest.mark.parametrize(
    ("checked", "kind"),
    [
        (on(60 - 30), StandingKind.WAITING_FOR_VENDOR),
        (on(60 - 31), StandingKind.OVERDUE),
        (None, StandingKind.OVERDUE),
    ],
)
def test_vendor_dependency_is_not_late_while_the_vendor_is_asked(
    checked: date | None, kind: StandingKind
) -> None:
    """A check-in 30 days ago excuses a date that has passed; 31 days ago, or none, does not."""
    dates = Dates(due=DUE, rating=Rating.MODERATE, detected_on=on(-90), vendor=VendorDependency(checked))
    found = standing(dates, as_of=on(60))
    assert found.kind is kind


@pytest.mark.parametrize(
    ("rating", "detected", "kind"),
    [
        (Rating.HIGH, on(10 - 30), StandingKind.WAITING_FOR_VENDOR),
        (Rating.HIGH, on(10 - 31), StandingKind.OVERDUE),
        (Rating.VERY_HIGH, on(10 - 31), StandingKind.OVERDUE),
        (Rating.MODERATE, on(10 - 31), StandingKind.WAITING_FOR_VENDOR),
        (Rating.HIGH, None, StandingKind.WAITING_FOR_VENDOR),
    ],
)
def test_high_vendor_dependency_must_be_mitigated_within_thirty_days(
    rating: Rating, detected: date | None, kind: StandingKind
) -> None:
    """A High that still counts as High 31 days after discovery is late although the vendor was asked."""
    dates = Dates(due=DUE, rating=rating, detected_on=detected, vendor=VendorDependency(on(9)))
    assert standing(dates, as_of=on(10)).kind is kind


def test_refusal_to_wait_names_the_way_out() -> None:
    """Each refusal says what to do: ask the vendor, or mitigate."""
    never = VendorDependency(None)
    stale = VendorDependency(on(-31))
    fresh = VendorDependency(on(0))
    high = Dates(due=DUE, rating=Rating.HIGH, detected_on=on(-90))
    assert "ask the vendor" in may_wait(high, never, on(0)).way_out
    assert "ask the vendor" in may_wait(high, stale, on(0)).way_out
    assert "mitigate" in may_wait(high, fresh, on(0)).way_out
    assert may_wait(Dates(due=DUE), fresh, on(0)).allowed


@given(
    some.sampled_from([Rating.HIGH, Rating.MODERATE, Rating.LOW]),
    some.none() | some.integers(-60, 60),
    some.integers(1, 90),
)
def test_excuse_ends_on_the_day_that_is_kept(rating: Rating, checked: int | None, late: int) -> None:
    """An item is waiting up to the last day of its excuse and overdue after it, and never without one."""
    vendor = VendorDependency(None if checked is None else on(checked))
    dates = Dates(due=DUE, rating=rating, detected_on=on(-20), vendor=vendor)
    last = excused_until(dates)
    waiting = standing(dates, as_of=on(late)).kind is StandingKind.WAITING_FOR_VENDOR
    assert waiting == (last is not None and on(late) <= last)


def test_nothing_else_is_excused() -> None:
    """Without a vendor dependency there is no last day of an excuse."""
    assert excused_until(Dates(due=DUE)) is None


@pytest.mark.parametrize(
    ("days", "omb", "openfisma", "fedramp"),
    [
        (0, None, None, "0-30"),
        (1, None, "1-29", "0-30"),
        (29, None, "1-29", "0-30"),
        (30, None, "30-59", "0-30"),
        (31, None, "30-59", "31-60"),
        (89, None, "60-89", "61-90"),
        (90, "90-120", "90-119", "61-90"),
        (91, "90-120", "90-119", "91-120"),
        (119, "90-120", "90-119", "91-120"),
        (120, "90-120", "120+", "91-120"),
        (121, "121+", "120+", "121+"),
        (-1, None, None, None),
    ],
)
def test_classes_of_age(days: int, omb: str | None, openfisma: str | None, fedramp: str | None) -> None:
    """Day 120 is "90 to 120" for OMB and "120 and more" for the overdue report."""
    found = [scale.class_of(days) for scale in (OMB, OPENFISMA, FEDRAMP)]
    assert [each.name if each else None for each in found] == [omb, openfisma, fedramp]


def test_omb_counts_a_system_once_in_its_most_overdue_class() -> None:
    """A system with items 95 and 130 days past counts once, as more than 120; one without late items not."""
    assert most_overdue([[95, 130], [91], [10], []]) == {"90-120": 1, "121+": 1}
    assert most_overdue([[], []], FEDRAMP)["0-30"] == 0
    assert most_overdue([[0]], FEDRAMP)["0-30"] == 1


@given(some.lists(some.integers(-400, 400)))
def test_every_scale_counts_each_day_once(days: list[int]) -> None:
    """The classes of a scale do not overlap and leave nothing out from their first day on."""
    for scale in SCALES:
        first = scale.classes[0].first
        assert sum(scale.count(days).values()) == sum(each >= first for each in days)
        assert scale.citation.document


def test_days_past_a_date() -> None:
    """Calendar days since the date; negative before it."""
    assert [days_past(DUE, on(each)) for each in (-1, 0, 1)] == [-1, 0, 1]
