"""The 180-day clock of a Conditional status, and what the closeout assessment makes of it (32 CFR 170.21(b)).

The clock starts on the Conditional CMMC Status Date. A closeout counts when it is performed, its results are
posted and everything is MET on or before the 180th day; the Final status keeps the first date. The status
holds through the day that is due, so it has expired on the day after; then only a new full assessment helps.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from milepost.authorities.cmmc.rules import RULES, allowed, refused
from milepost.domain.ruling import Ruling

_SECTION = "170.21(b)"


class Course(StrEnum):
    """Where a Conditional status stands."""

    RUNNING = "running"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Closeout:
    """A closeout assessment: the day on which its results were posted, and whether all items were MET."""

    posted_on: date
    all_met: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock on a day; `days_left` counts while it runs, `expired_on` is the first day without status."""

    course: Course
    due: date
    days_left: int | None
    expired_on: date | None
    ruling: Ruling


def due_on(status_date: date) -> date:
    """Return the last day for the closeout: 180 calendar days after the status date."""
    return status_date + timedelta(days=RULES.closeout_days)


def clock(status_date: date, closeout: Closeout | None, *, as_of: date) -> Clock:
    """Tell where a Conditional status stands on a day; a closeout posted later is not known yet."""
    due = due_on(status_date)
    posted = closeout if closeout is not None and closeout.posted_on <= as_of else None
    if posted and posted.all_met and posted.posted_on <= due:
        reason = f"closed out on {posted.posted_on}, by {due}; the Final status keeps the date {status_date}"
        return Clock(Course.CLOSED, due, None, None, allowed(reason, _SECTION))
    if as_of <= due:
        reason = f"the closeout is to be performed and posted by {due}"
        ruling = allowed(reason, _SECTION, "close every item and post the results in time")
        return Clock(Course.RUNNING, due, (due - as_of).days, None, ruling)
    reason = f"not closed out by {due}; {_why(posted)}"
    ruling = refused(reason, _SECTION, "a new full assessment")
    return Clock(Course.EXPIRED, due, None, due + timedelta(days=1), ruling)


def _why(posted: Closeout | None) -> str:
    if posted is None:
        return "no closeout was posted"
    if not posted.all_met:
        return f"the closeout of {posted.posted_on} left items NOT MET"
    return f"the closeout was posted on {posted.posted_on}"
