"""The one place where a request learns which day it is: today, or the day that its address asks to look at."""

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from milepost.domain.errors import WrongUse


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
        raise WrongUse("the day to look at is no date", where="as_of", fix="write it as YYYY-MM-DD") from error
    if not 1990 <= day.year <= 2200:
        raise WrongUse("the day to look at is out of range", where="as_of", fix="choose one from 1990 to 2200")
    return day
