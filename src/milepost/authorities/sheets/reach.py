"""How far the rules of an existing sheet reach: stretched to the last row, and links of gone rows removed."""

import re
from functools import partial

from milepost.authorities.sheets.markup import element

_RANGE = re.compile(r"(\$?[A-Z]{1,3}\$?)([0-9]{1,7}):(\$?[A-Z]{1,3}\$?)([0-9]{1,7})")
_RULES = re.compile(
    r"(<(?:conditionalFormatting|dataValidation|autoFilter)\b[^>]*?\b(?:sqref|ref)=\"|<xm:sqref>)([^\"<]*)"
)
_DIMENSION = re.compile(r"<dimension\b[^>]*?\bref=\"([^\"]*)\"[^>]*>")
_LINKS, _LINK = element("hyperlinks"), element("hyperlink")
_FIRST_ROW = re.compile(r"\bref=\"\$?[A-Z]+\$?([0-9]{1,7})")


def stretched(tail: str, first: int, last: int) -> str:
    """Let every rule that reaches into the rows of data reach to the last of them."""
    return _RULES.sub(lambda found: found[1] + _stretch(found[2], first, last), tail)


def dimension(head: str, last: int) -> str:
    """State the used range down to the last row."""
    return _DIMENSION.sub(lambda found: found[0].replace(found[1], _stretch(found[1], 1, last)), head)


def without_links(tail: str, first: int) -> str:
    """Remove the links of the rows of data: those items have moved or gone."""
    return _LINKS.sub(partial(_links, first=first), tail)


def _links(found: re.Match[str], first: int) -> str:
    left = "".join(link[0] for link in _LINK.finditer(found[2] or "") if _row_of(link[1]) < first)
    return f"<hyperlinks>{left}</hyperlinks>" if left else ""


def _row_of(marks: str) -> int:
    found = _FIRST_ROW.search(marks)
    return int(found[1]) if found else 0


def _stretch(ranges: str, first: int, last: int) -> str:
    def longer(found: re.Match[str]) -> str:
        start, end = int(found[2]), int(found[4])
        if start < end and first < end < last:
            return f"{found[1]}{start}:{found[3]}{last}"
        return found[0]

    return _RANGE.sub(longer, ranges)
