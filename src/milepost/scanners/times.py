"""The ways in which tools write an instant or a day, read as UTC; None for whatever cannot be read."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CTIME = re.compile(r"[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{2}):(\d{2}):(\d{2}) +(\d{4})", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)", re.ASCII)
_AMERICAN_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_LAST_SECOND = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


def iso_instant(text: str) -> datetime | None:
    """Read `2025-04-18T07:48:39.486837-04:00`; a time without a zone is taken as UTC."""
    try:
        instant = datetime.fromisoformat(text.strip())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def unix_instant(text: str) -> datetime | None:
    """Read seconds since 1970: `1647975423`."""
    digits = text.strip()
    if not _SECONDS.fullmatch(digits) or not 0 < int(digits) < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(int(digits), UTC)


def ctime_instant(text: str) -> datetime | None:
    """Read `Wed Mar 23 15:07:52 2022` as UTC, whatever the language of this machine."""
    match = _CTIME.fullmatch(text.strip())
    if match is None or match[1].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[1].lower()) + 1
    day, hour, minute, second, year = (int(part) for part in match.groups()[1:])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def american_day(text: str) -> datetime | None:
    """Read `03/15/2026` (month first) as the start of that day in UTC."""
    match = _AMERICAN_DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return datetime(int(match[3]), int(match[1]), int(match[2]), tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 12)
def iso_day(text: str) -> str:
    """Return the day of `2021/03/12` or `2021-03-12T…` as `2021-03-12`; empty if there is none."""
    match = _DAY.match(text.strip())
    if match is None:
        return ""
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return ""
