"""The cell formats of an existing workbook: which show dates, and new ones derived where one is missing."""

import re

from milepost.authorities.sheets.markup import attributes, element, whole_number
from milepost.authorities.sheets.styles import DATE_FORMAT
from milepost.authorities.sheets.text import attribute
from milepost.domain.errors import DamagedInput

_FORMATS = element("cellXfs")
_FORMAT = element("xf")
_NUMBER_FORMAT = element("numFmt")
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})


class FormatTable:
    """The part `styles.xml`; formats are only ever added, so every number in the workbook stays true."""

    def __init__(self, text: str) -> None:
        """Read the formats.

        Raises:
            DamagedInput: the part has no cell formats.
        """
        found = _FORMATS.search(text)
        if found is None or not found[2]:
            raise DamagedInput("the styles of the workbook are missing", fix="choose the official template")
        self._text = text
        self._place = found
        self._formats = [match[0] for match in _FORMAT.finditer(found[2])] or ["<xf/>"]
        self._known = len(self._formats)
        self._derived: dict[tuple[int, bool, bool], int] = {}
        self._dates = _BUILT_IN_DATES | {
            whole_number(marks.get("numFmtId", ""))
            for marks in (attributes(found[1]) for found in _NUMBER_FORMAT.finditer(text))
            if set("dmy") <= set(_LITERAL.sub("", marks.get("formatCode", "")).lower())
        }

    @property
    def changed(self) -> bool:
        """Tell whether a format was added."""
        return len(self._formats) > self._known

    def shows_date(self, number: int) -> bool:
        """Tell whether a format shows numbers as dates."""
        if not 0 <= number < len(self._formats):
            return False
        return whole_number(attributes(self._opening(number)).get("numFmtId", "")) in self._dates

    def is_quoted(self, number: int) -> bool:
        """Tell whether a format marks text that looks like a formula."""
        return 0 <= number < len(self._formats) and "quotePrefix" in self._opening(number)

    def derived(self, number: int, *, dated: bool = False, quoted: bool = False) -> int:
        """Return the number of the same format, showing dates or marking text that looks like a formula."""
        dated = dated and not self.shows_date(number)
        if not dated and not quoted:
            return number
        key = (number, dated, quoted)
        if key not in self._derived:
            base = self._formats[number] if number < len(self._formats) else self._formats[0]
            wanted = _changed(base, dated=dated, quoted=quoted)
            if wanted not in self._formats:
                self._formats.append(wanted)
            self._derived[key] = self._formats.index(wanted)
        return self._derived[key]

    def _opening(self, number: int) -> str:
        found = _FORMAT.match(self._formats[number])
        return found[1] if found else ""

    def xml(self) -> str:
        """Return the part with the added formats at the end of the list."""
        start, end = self._place.span()
        known, added = self._place[2], "".join(self._formats[self._known :])
        opening = re.sub(r'\bcount="\d+"', f'count="{len(self._formats)}"', self._place[1])
        return f"{self._text[:start]}<cellXfs{opening}>{known}{added}</cellXfs>{self._text[end:]}"


def _changed(xf: str, *, dated: bool, quoted: bool) -> str:
    found = _FORMAT.fullmatch(xf)
    marks = attributes(found[1]) if found else {}
    if dated:
        marks |= {"numFmtId": str(DATE_FORMAT), "applyNumberFormat": "1"}
    if quoted:
        marks["quotePrefix"] = "1"
    written = " ".join(f'{name}="{attribute(value)}"' for name, value in marks.items())
    inside = found[2] if found else None
    return f"<xf {written}/>" if inside is None else f"<xf {written}>{inside}</xf>"
