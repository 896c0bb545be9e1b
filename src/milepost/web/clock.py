"""The one place where a request learns which day it is: today, or the day that its address asks for."""

from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from milepost.domain.errors import WrongUse

_YEARS: Final = range(1990, 2201)


class Day(NamedTuple):
    """The day that a page is about; `chosen` where the address names it."""

    as_of: date
    chosen: bool


def day_of(request: HttpRequest, time_zone: str = "UTC") -> Day:
    """Return the day of a page, in the zone of its system.

    Raises:
        WrongUse: the address asks for a day that is none.
    """
    asked = request.GET.get("as_of")
    return Day(today(time_zone), chosen=False) if asked is None else Day(_day(asked), chosen=True)


def today(time_zone: str = "UTC") -> date:
    """Return the present day in a time zone; whatever is written is written as of today."""
    return datetime.now(UTC).astimezone(ZoneInfo(time_zone)).date()


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def _day(text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        fix = "write it as YYYY-MM-DD"
        raise WrongUse("the day to look at is no date", where="as_of", fix=fix) from error
    if day.year not in _YEARS:
        fix = f"choose one from {_YEARS[0]} to {_YEARS[-1]}"
        raise WrongUse("the day to look at is out of range", where="as_of", fix=fix)
    return day
