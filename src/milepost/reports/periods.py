"""The periods that reports speak of: months, quarters and years, of the calendar and of the fiscal year.

The federal fiscal year N runs from 1 October of N-1 to 30 September of N (31 U.S.C. 1102).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.errors import WrongUse

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_PART: Final = re.compile(r"(FY)?(\d{4})(?:-Q([1-4]))?", re.IGNORECASE)
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_HINT: Final = "write 2026-11, 2026-Q4, 2026, FY2027, FY2027-Q1, or 2026-11-01..2026-11-30"
_YEAR: Final = 12
_QUARTER: Final = 3
_EARLIER: Final = 3
"""A fiscal year begins so many months before its calendar year."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included, and how they are called."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        """Tell whether a day lies in the period; no day does not."""
        return day is not None and self.first <= day <= self.last


def month_of(day: date) -> Period:
    """Return the calendar month of a day."""
    return _months(f"{day:%Y-%m}", day.year, day.month, 1)


def quarter_of(day: date) -> Period:
    """Return the calendar quarter of a day."""
    number = (day.month - 1) // _QUARTER
    return _months(f"{day.year:04}-Q{number + 1}", day.year, number * _QUARTER + 1, _QUARTER)


def year_of(day: date) -> Period:
    """Return the calendar year of a day."""
    return _months(f"{day.year:04}", day.year, 1, _YEAR)


def period_named(text: str, as_of: date) -> Period:
    """Return the period of a name such as `2026-11`, `FY2027-Q1` or `2026-11-01..2026-11-30`.

    Raises:
        WrongUse: it is no period, or one that has not begun.
    """
    try:
        period = _named(text.strip())
    except ValueError as error:
        raise WrongUse(f"{text} is no period", fix=_HINT) from error
    if period.first > as_of:
        raise WrongUse(f"{text} has not begun on {as_of}", fix="choose a period that has")
    return period


def _named(text: str) -> Period:
    if found := _DAYS.fullmatch(text):
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        if last < first:
            raise ValueError(text)
        return Period(f"{first} to {last}", first, last)
    if found := _MONTH.fullmatch(text):
        return month_of(date(int(found[1]), int(found[2]), 1))
    if found := _PART.fullmatch(text):
        start = 1 - (_EARLIER if found[1] else 0) + (int(found[3] or 1) - 1) * _QUARTER
        return _months(text.upper(), int(found[2]), start, _QUARTER if found[3] else _YEAR)
    raise ValueError(text)


def _months(name: str, year: int, month: int, count: int) -> Period:
    """Return so many months from a month on, which may lie outside 1 to 12 and count from the year."""
    first, last = moved(year, month, 0), moved(year, month, count - 1)
    return Period(name, first, month_end(last))


def moved(year: int, month: int, months: int) -> date:
    """Return the first day of the month so many months after a month.

    Raises:
        ValueError: the calendar does not reach so far.
    """
    years, index = divmod(year * _YEAR + month - 1 + months, _YEAR)
    return date(years, index + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
