"""Months of continuous monitoring: first and last day, and the months before."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from milepost.domain.errors import WrongUse

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")
_DECEMBER = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    def __str__(self) -> str:
        """Return `2026-11`."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def before(self, count: int) -> "Month":
        """Return the month so many months earlier."""
        year, number = divmod(self.year * _DECEMBER + self.number - 1 - count, _DECEMBER)
        return Month(year, number + 1)


def month_named(text: str, as_of: date) -> Month:
    """Return the month of `2026-11`.

    Raises:
        WrongUse: it is no month, or one that has not begun.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= _DECEMBER or int(found[1]) == 0:
        raise WrongUse(f"{text} is no month", fix="write it as 2026-11")
    month = Month(int(found[1]), int(found[2]))
    if month.first > as_of:
        raise WrongUse(f"{month} has not begun on {as_of}", fix="choose a month that has")
    return month


def day_of_report(month: Month, as_of: date) -> date:
    """Return the day that a month is reported as of: its last, or an earlier day that counts as today."""
    return min(month.last, as_of)
