"""The period of a report: whole days of the system, up to the last second of the last one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from milepost.domain.errors import WrongUse

_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` (None: from the beginning) to `last`, in a time zone."""

    first: date | None
    last: date
    zone: str

    def __contains__(self, day: date | None) -> bool:
        """Tell whether a day lies in the period."""
        return day is not None and day <= self.last and (self.first is None or self.first <= day)

    @property
    def starts_at(self) -> datetime | None:
        """The first instant, in UTC."""
        return None if self.first is None else self.beginning(self.first)

    @property
    def ends_at(self) -> datetime:
        """The last second, in UTC."""
        return self.end(self.last)

    def beginning(self, day: date) -> datetime:
        """Return the first instant of a day, in UTC."""
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """Return the last second of a day, in UTC."""
        return datetime.combine(day, _END, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """Return the day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def period_of(first: date | None, last: date, zone: str, *, as_of: date) -> Period:
    """Return a period.

    Raises:
        WrongUse: it ends before it begins, or after today.
    """
    if first is not None and first > last:
        raise WrongUse(f"the period ends on {last}, before it begins", fix="give --from and --to in order")
    if last > as_of:
        raise WrongUse(f"the period ends on {last}, which is to come", fix="end it today or before")
    return Period(first, last, zone)
