"""How people write levels, assessors, dates, yes and no; what cannot be told is refused, never guessed."""

import re
from datetime import date, datetime

from milepost.authorities.cmmc.rules import Kind, Level
from milepost.domain.errors import InputRefused

_KINDS = {
    Kind.SELF: ("self", "selfassessment", "osa", "internal"),
    Kind.C3PAO: ("c3pao", "certification", "cert", "thirdparty", "certificationassessment", "3pao"),
    Kind.DIBCAC: ("dibcac", "dcmadibcac", "dcma", "government"),
}
_YES = frozenset({"true", "yes", "y", "1", "on", "met", "inplace", "present", "approved", "passed", "pass"})
_NO = frozenset({"false", "no", "n", "0", "off", "notmet", "missing", "absent", "none", "failed", "fail"})
_DATE_FORMS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_LEVEL = re.compile(
    r"(?:cmmc\W*)?(?:2\.0\W+)?(?:(?:final|conditional)\W+)?(?:level|lvl|l)?\W*([123])(?:\.0)?(?:\W.*)?",
    re.IGNORECASE,
)
_YEARS = range(2000, 3000)


def level_of(value: object, *, where: str) -> Level:
    """Return the level that `2`, `"2"`, `"Level 2"`, `"L2"` or the name of a status means.

    Raises:
        InputRefused: it is none of the three.
    """
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(value, str):
        found = _LEVEL.fullmatch(value.strip())
        number = int(found[1]) if found else None
    if number not in {1, 2, 3}:
        raise InputRefused(f"{shown(value)} is no CMMC level", where=where, fix="give 1, 2 or 3")
    return Level(int(number))


def kind_of(value: object, *, where: str) -> Kind:
    """Return who assesses: `self`, `C3PAO`, `DIBCAC` and longer ways to say so.

    Raises:
        InputRefused: it says none of the three.
    """
    words = letters(value)
    for kind, spellings in _KINDS.items():
        named = re.search(r"\((.+)\)", str(value))
        if words in spellings or (named and letters(named[1]) in spellings):
            return kind
    raise InputRefused(
        f"{shown(value)} is no kind of assessment", where=where, fix="give self, c3pao or dibcac"
    )


def truth_of(value: object, *, where: str) -> bool:
    """Return what true, `"yes"`, 1 and their opposites mean.

    Raises:
        InputRefused: it is neither.
    """
    if isinstance(value, bool):
        return value
    words = letters(value) if isinstance(value, str | int) else ""
    if words in _YES or words in _NO:
        return words in _YES
    raise InputRefused(f"{shown(value)} is neither yes nor no", where=where, fix="give true or false")


def date_of(value: object, *, where: str) -> date:
    """Return the day that a date, a time or one of the usual ways to write a day stands for.

    A day with slashes is month/day/year, as in the United States. A time keeps the day it is written with.

    Raises:
        InputRefused: it is no day, or in no year from 2000 to 2999.
    """
    day = _day(value)
    if day is None or day.year not in _YEARS:
        raise InputRefused(f"{shown(value)} is no date", where=where, fix="write dates as 2026-01-31")
    return day


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    text = re.sub(r"(?<=\d)[T ]\d{1,2}:\d{2}.*$", "", text)
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def letters(value: object) -> str:
    """Return the letters and digits of a value in lower case, by which spellings are compared."""
    return re.sub(r"[^a-z0-9]", "", str(value).lower())


def shown(value: object) -> str:
    """Return a value as a refusal quotes it."""
    text = "null" if value is None else str(value)
    return f"“{text[:60]}”"
