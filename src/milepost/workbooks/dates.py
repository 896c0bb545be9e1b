"""Dates as people write them into cells: what day is meant, how exactly, and what is doubtful about it."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.plan_document import CellValue
from milepost.domain.plan_item import NoteKind

_EPOCH = date(1899, 12, 30)
_YEARS = range(1950, 2201)
_SERIALS = range(20_000, 80_000)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: .*)?")
_DAY_MONTH = re.compile(r"(\d{1,2})[-\s/]([A-Za-z]{3,9})\.?[-\s/,]+(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[\s,-]+(\d{4})")
_QUARTER = re.compile(
    r"(?:(FY|CY)?\s*'?(\d{4}|\d{2})\s*[-\s]?Q([1-4])|Q([1-4])\s*[-\s]?(FY|CY)?\s*'?(\d{4}|\d{2}))"
)
_RELATIVE = re.compile(
    r"(?:within\s+)?\d+\s+(?:calendar\s+|business\s+)?(?:day|week|month|year)s?", re.IGNORECASE
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_SHORT_YEAR = 100
_CENTURY = 2000
_TWELVE = 12

IN_TEXT = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}[-\s][A-Z][a-z]{2,8}[-\s]\d{4}"
    r"|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|(?:FY|CY)?\s?\d{4}\s?Q[1-4]|Q[1-4]\s?(?:FY|CY)?\s?\d{4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{4}"
)
"""Finds the dates in running text."""


class ReadDate(NamedTuple):
    """What a cell says of a day: None where it is none; `precision` month or quarter gives the last day."""

    day: date | None
    precision: str = "day"
    doubt: NoteKind | None = None


def read_date(value: CellValue) -> ReadDate:
    """Read a cell as a date; a number is a day of the 1900 date system.

    Years before 1950 or after 2200 stand for something else (9999 for never), and are read as no date.
    """
    read = _read(value)
    return read if read.day is None or read.day.year in _YEARS else _unreadable()


def _read(value: CellValue) -> ReadDate:
    if isinstance(value, datetime):
        return ReadDate(value.date())
    if isinstance(value, date):
        return ReadDate(value)
    if isinstance(value, int | float):
        sound = not isinstance(value, bool) and int(value) in _SERIALS
        return ReadDate(_EPOCH + timedelta(int(value))) if sound else _unreadable()
    return _from_text(value.strip()) if isinstance(value, str) else _unreadable()


def _unreadable() -> ReadDate:
    return ReadDate(None, doubt=NoteKind.UNREADABLE_DATE)


@lru_cache(maxsize=8192)
def _from_text(text: str) -> ReadDate:
    iso = _ISO.fullmatch(text)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        return _slashed(int(slashed[1]), int(slashed[2]), _year(slashed[3]))
    if _RELATIVE.fullmatch(text):
        return ReadDate(None, doubt=NoteKind.RELATIVE_DATE)
    return _named(text)


def _slashed(first: int, second: int, year: int) -> ReadDate:
    """Read month/day as in the United States; day/month only where nothing else is possible."""
    if first > _TWELVE:
        return _day(year, second, first)._replace(doubt=NoteKind.TEXT_DATE)
    read = _day(year, first, second)
    doubtful = second <= _TWELVE and first != second
    return read._replace(doubt=NoteKind.TEXT_DATE) if doubtful and read.day else read


def _named(text: str) -> ReadDate:
    found = _DAY_MONTH.fullmatch(text)
    if found:
        return _day(_year(found[3]), _month(found[2]), int(found[1]))
    found = _MONTH_DAY.fullmatch(text)
    if found:
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    found = _MONTH.fullmatch(text)
    if found and _month(found[1]):
        return ReadDate(_last_day(int(found[2]), _month(found[1])), "month")
    found = _QUARTER.fullmatch(text)
    return _quarter(found) if found else _unreadable()


def _quarter(found: re.Match[str]) -> ReadDate:
    """Return the last day of a quarter; a fiscal year begins on 1 October of the year before."""
    fiscal = "FY" in (found[1], found[5])
    year, number = _year(found[2] or found[6]), int(found[3] or found[4])
    month = number * 3 - 3 if fiscal else number * 3
    if fiscal and number == 1:
        return ReadDate(_last_day(year - 1, 12), "quarter")
    return ReadDate(_last_day(year, month), "quarter")


def _day(year: int, month: int, day: int) -> ReadDate:
    try:
        return ReadDate(date(year, month, day))
    except ValueError:
        return _unreadable()


def _year(digits: str) -> int:
    year = int(digits)
    return year + _CENTURY if year < _SHORT_YEAR else year


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].lower(), 0)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
