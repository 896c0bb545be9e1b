"""The ways in which tools write an instant or a day, read as UTC; None for whatever cannot be read."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CTIME = re.compile(r"[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{2}):(\d{2}):(\d{2}) +(\d{4})", re.ASCII)
_GO = re.compile(r"([\d-]{10}) ([\d:.]{8,}) ([+-]\d{4}) [A-Z+-][A-Z\d]*", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)", re.ASCII)
_AMERICAN_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_JAVA = re.compile(
    r"([A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2}) +(\d{2}:\d{2}:\d{2}) +([A-Z]{1,5}) +(\d{4})", re.ASCII
)
_WORDED = re.compile(r"(?:[A-Za-z]{3,9},? +)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}:\d{2}:\d{2})", re.ASCII)
_OFFSET = re.compile(
    r"(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{1,2}):(\d{2}) ?([AaPp][Mm])"
    r" ?(?:GMT|UTC)? ?(?:([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)
_NUMBERS = re.compile(
    r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}),? +(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AaPp][Mm]))?", re.ASCII
)
_SPELLED = re.compile(
    r"([A-Za-z]{3})[a-z]* (\d{1,2}),? (\d{4})"
    r"(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp][Mm]))?)?(?: UTC| GMT)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{8})T(\d{6})(?:\.?(\d{1,6}))?Z?", re.ASCII)
_NESSUS = re.compile(
    r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2})(?: +([^(\n]*?))?"
    r"(?: *\((?:GMT|UTC) ?([+-])(\d{1,2}):(\d{2})\))?",
    re.ASCII,
)
_MONTHS_OF_A_YEAR = 12

# Hours east of Greenwich. RFC 822 section 5.1 names those of North America; those with one meaning only
# stand beside them. What means several zones (BST, IST) is left out.
_ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "SAST": 2, "PKT": 5, "WIB": 7, "SGT": 8, "HKT": 8,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_LAST_SECOND = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


@lru_cache(maxsize=1 << 12)
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


def go_instant(text: str) -> datetime | None:
    """Read `2025-04-03 20:20:00.43042 +0000 UTC`, as programs in Go print an instant."""
    match = _GO.fullmatch(text.strip())
    return iso_instant(f"{match[1]}T{match[2]}{match[3]}") if match else None


def american_day(text: str) -> datetime | None:
    """Read `03/15/2026` (month first) as the start of that day in UTC."""
    match = _AMERICAN_DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return datetime(int(match[3]), int(match[1]), int(match[2]), tzinfo=UTC)
    except ValueError:
        return None


def java_instant(text: str) -> datetime | None:
    """Read `Sat Sep 13 22:35:04 CEST 2014`; None for a zone whose letters are unknown or mean several."""
    match = _JAVA.fullmatch(text.strip())
    if match is None or match[3] not in _ZONES:
        return None
    local = ctime_instant(f"{match[1]} {match[2]} {match[4]}")
    return None if local is None else _shifted(local, -60 * _ZONES[match[3]])


def worded_instant(text: str) -> datetime | None:
    """Read `Mon, 26 Apr 2021 07:03:32`, with or without the day of the week, as UTC."""
    match = _WORDED.fullmatch(text.strip())
    if match is None:
        return None
    return ctime_instant(f"Day {match[2].title()} {match[1]} {match[4]} {match[3]}")


def offset_instant(text: str) -> datetime | None:
    """Read `12 Mar 2020 04:42PM GMT-0400`: twelve hours, and how far the zone is from Greenwich."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    clock = f"{_hour(int(match[4]), match[6]):02}:{match[5]}:00"
    local = ctime_instant(f"Day {match[2].title()} {match[1]} {clock} {match[3]}")
    minutes = int(match[8] or 0) * 60 + int(match[9] or 0)
    return None if local is None else _shifted(local, minutes if match[7] == "-" else -minutes)


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Tell from dates like `25/06/2021` whether day or month comes first; None where none decides it."""
    found = [match for match in map(_NUMBERS.match, texts) if match]
    if any(int(match[1]) > _MONTHS_OF_A_YEAR for match in found):
        return True
    if any(int(match[2]) > _MONTHS_OF_A_YEAR for match in found):
        return False
    return None


@lru_cache(maxsize=1 << 12)
def numbered_instant(text: str, *, day_first: bool) -> datetime | None:
    """Read `25/06/2021 09:59 AM` or `27/02/2020, 12:56:09` as UTC, in the order that the file has."""
    match = _NUMBERS.match(text)
    if match is None:
        return None
    day, month = (match[1], match[2]) if day_first else (match[2], match[1])
    try:
        hour = _hour(int(match[4]), match[7] or "")
        return datetime(
            int(match[3]), int(month), int(day), hour, int(match[5]), int(match[6] or 0), tzinfo=UTC
        )
    except ValueError:
        return None


@lru_cache(maxsize=1 << 12)
def spelled_instant(text: str) -> datetime | None:
    """Read `Feb 19, 2024 21:01:01 UTC` or `Feb 03, 2026 07:00 AM`; a time without a zone is taken as UTC."""
    match = _SPELLED.fullmatch(text.strip())
    if match is None or match[1].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[1].lower()) + 1
    try:
        hour = _hour(int(match[4] or 0), match[7] or "")
        minute, second = int(match[5] or 0), int(match[6] or 0)
        return datetime(int(match[3]), month, int(match[2]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 12)
def compact_instant(text: str) -> datetime | None:
    """Read `20210211T164705486` (to the millisecond, without separators) as UTC."""
    match = _COMPACT.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction = match[1], match[2], (match[3] or "").ljust(6, "0")
    try:
        return datetime.fromisoformat(
            f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}.{fraction}+00:00"
        )
    except ValueError:
        return None


def zoned_instant(text: str) -> tuple[datetime | None, str]:
    """Read `2022/3/23 14:32 CET` or `… EDT (GMT -4:00)`, and return the zone's name if that is not known.

    An unknown zone counts as UTC.
    """
    match = _NESSUS.fullmatch(text.strip()[:100])
    if match is None:
        return None, ""
    zone = (match[6] or "").strip()
    hours = _ZONES.get(zone.upper(), 0)
    minutes = int(match[8]) * 60 + int(match[9]) if match[7] else abs(hours) * 60
    behind = match[7] == "-" if match[7] else hours < 0
    try:
        year, month, day, hour, minute = (int(match[place]) for place in range(1, 6))
        local = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None, ""
    unknown = "" if match[7] or not zone or zone.upper() in _ZONES else zone
    return _shifted(local, minutes if behind else -minutes), unknown


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day; `half` is AM or PM, or empty where hours run to 24."""
    if not half:
        return hour
    return hour % 12 + (12 if half.upper() == "PM" else 0)


def _shifted(local: datetime, minutes: int) -> datetime | None:
    try:
        return local + timedelta(minutes=minutes)
    except OverflowError:
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
