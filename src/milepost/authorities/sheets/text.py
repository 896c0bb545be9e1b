"""What may stand in a cell: legal characters, length, escaping, dates as numbers, column letters."""

import re
from datetime import date
from functools import cache

CELL_LIMIT = 32_767
"""The most characters a cell holds, counted as Excel counts: UTF-16 code units."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\r]|_x[0-9A-Fa-f]{4}_")
_REPLACEMENTS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_TRIGGERS = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SOUND_DAY = date(1900, 3, 1)


def clean(text: str) -> str:
    """Drop the characters that XML 1.0 (section 2.2) cannot carry."""
    return _ILLEGAL.sub("", text)


def units(text: str) -> int:
    """Count UTF-16 code units, the measure of Excel's cell limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str) -> bool:
    """Tell whether a text is short enough for a cell."""
    return len(text) * 2 <= CELL_LIMIT or units(text) <= CELL_LIMIT


def cut(text: str) -> str:
    """Shorten a text to the cell limit; never through the middle of a character."""
    return text.encode("utf-16-le", "surrogatepass")[: CELL_LIMIT * 2].decode("utf-16-le", "ignore")


def escape(text: str) -> str:
    """Write a clean text as XML character data that every reader turns back into the same text.

    A literal `_x0041_` would be read as an escaped character (ECMA-376 part 1, 22.9.2.19 ST_Xstring), so
    its underscore is escaped in turn.
    """
    return _SPECIAL.sub(_escaped, text) if _SPECIAL.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    return _REPLACEMENTS.get(found[0]) or f"_x005F{found[0]}"


def attribute(text: str) -> str:
    """Write a text as the value of a double-quoted XML attribute."""
    return escape(clean(text)).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet program would take typed text for a formula (ASVS 5.0.0, 1.2.10)."""
    return text[:1] in _TRIGGERS and bool(text)


def serial(day: date) -> int:
    """Return the day's number in the 1900 date system.

    Excel counts a 29 February 1900 that never was, so the days before March 1900 are one less.
    """
    number = day.toordinal() - _EPOCH
    return number if day >= _FIRST_SOUND_DAY else number - 1


@cache
def letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """Return the number of a column given by letters: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
