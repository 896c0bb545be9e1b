"""How an item stands against its due date: computed each time from dates, never typed and never stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from milepost.domain.deadline import is_overdue
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation, Ruling

CHECK_IN_DAYS: Final = 30
MITIGATE_DAYS: Final = 30
DUE_SOON_DAYS: Final = 30

_LATE = Citation("FedRAMP POA&M Template Completion Guide 2.2", "column L, Scheduled Completion Date")
_VENDOR = Citation("FedRAMP POA&M Template Completion Guide 2.2", "columns P to R, Vendor Dependency")
_MITIGATE = Citation("FedRAMP Rev 5 playbook for providers", "POA&M, vendor dependencies")
_ASK = "ask the vendor, and record the day"
_SOON = Citation("C-PAT user documentation", "needs attention: due within 30 days")


class StandingKind(StrEnum):
    """Where an item stands; an item is never two of them."""

    NO_DATE = "no date"
    ON_TIME = "on time"
    DUE_SOON = "due soon"
    OVERDUE = "overdue"
    WAITING_FOR_VENDOR = "waiting for vendor"
    COMPLETED = "completed"
    COMPLETED_LATE = "completed late"


@dataclass(frozen=True, slots=True)
class VendorDependency:
    """A fix that waits for a vendor, and when the vendor was last asked; None for never."""

    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands: `days` until the date (negative: since), why, and by which source."""

    kind: StandingKind
    days: int | None
    reason: str
    citation: Citation

    @property
    def overdue(self) -> bool:
        """Tell whether the date has passed and nothing excuses it."""
        return self.kind is StandingKind.OVERDUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What a standing follows from; `rating` is the one that counts now, after mitigations."""

    due: date | None
    completed: date | None = None
    detected_on: date | None = None
    rating: Rating = Rating.NONE
    vendor: VendorDependency | None = None


def standing(dates: Dates, *, as_of: date, due_soon_days: int = DUE_SOON_DAYS) -> Standing:
    """Return how an item stands on a day.

    A vendor dependency is not late while its vendor was asked within 30 days (Completion Guide, columns P to
    R), but a High one must be down to Moderate 30 days after discovery (playbook).
    """
    if dates.due is None:
        return Standing(StandingKind.NO_DATE, None, "no rule gives a date", _LATE)
    if dates.completed is not None:
        return _completed(dates.due, dates.completed)
    days = (dates.due - as_of).days
    if is_overdue(dates.due, completed=None, as_of=as_of):
        return _passed(dates, days, as_of)
    if days <= due_soon_days:
        reason = "due today" if days == 0 else f"due in {_days(days)}"
        return Standing(StandingKind.DUE_SOON, days, reason, _SOON)
    return Standing(StandingKind.ON_TIME, days, f"due in {_days(days)}", _LATE)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _completed(due: date, completed: date) -> Standing:
    days = (due - completed).days
    if days < 0:
        return Standing(StandingKind.COMPLETED_LATE, days, f"completed {_days(-days)} late", _LATE)
    return Standing(StandingKind.COMPLETED, days, "completed in time", _LATE)


def _passed(dates: Dates, days: int, as_of: date) -> Standing:
    """Return the standing of a date that has passed: overdue, unless a vendor is rightly waited for."""
    if dates.vendor is None:
        return Standing(StandingKind.OVERDUE, days, f"overdue by {_days(-days)}", _LATE)
    ruling = may_wait(dates, dates.vendor, as_of)
    kind = StandingKind.WAITING_FOR_VENDOR if ruling.allowed else StandingKind.OVERDUE
    return Standing(kind, days, ruling.reason, ruling.citation)


def may_wait(dates: Dates, vendor: VendorDependency, as_of: date) -> Ruling:
    """Rule whether waiting for a vendor excuses a date that has passed."""
    if vendor.checked_on is None:
        return Ruling(allowed=False, reason="the vendor has never been asked", citation=_VENDOR, way_out=_ASK)
    since = (as_of - vendor.checked_on).days
    if since > CHECK_IN_DAYS:
        reason = f"the vendor was last asked {_days(since)} ago, more than {CHECK_IN_DAYS}"
        return Ruling(allowed=False, reason=reason, citation=_VENDOR, way_out=_ASK)
    if as_of > _excused_by_rating(dates):
        reason = f"a High vendor dependency must be mitigated to Moderate within {MITIGATE_DAYS} days"
        way_out = "mitigate it and have the risk adjusted"
        return Ruling(allowed=False, reason=reason, citation=_MITIGATE, way_out=way_out)
    return Ruling(allowed=True, reason="not late while the vendor is asked", citation=_VENDOR)


def excused_until(dates: Dates) -> date | None:
    """Return the last day on which waiting for a vendor excuses; None where it does not."""
    if dates.vendor is None or dates.vendor.checked_on is None:
        return None
    return min(dates.vendor.checked_on + timedelta(days=CHECK_IN_DAYS), _excused_by_rating(dates))


def _excused_by_rating(dates: Dates) -> date:
    """Return how long a High dependency may wait unmitigated; for ever what is Moderate or lower."""
    if dates.rating.rank < Rating.HIGH.rank or dates.detected_on is None:
        return date.max
    return dates.detected_on + timedelta(days=MITIGATE_DAYS)
