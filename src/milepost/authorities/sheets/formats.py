"""The cell formats of an existing workbook: which show dates, and new ones derived where one is missing."""

import re

from milepost.authorities.sheets.markup import attributes
from milepost.authorities.sheets.styles import DATE_FORMAT
from milepost.domain.errors import DamagedInput

_FORMATS = re.compile(r"(<cellXfs\b[^>]*>)(.*?)(</cellXfs>)", re.DOTALL)
_FORMAT = re.compile(r"<xf\b([^>]*?)(/>|>.*?</xf>)", re.DOTALL)
_NUMBER_FORMAT = re.compile(r"<numFmt\b([^>]*)>")
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
        if found is None:
            raise DamagedInput("the styles of the workbook are missing", fix="choose the official template")
        self._text = text
        self._place = found
        self._formats = [match[0] for match in _FORMAT.finditer(found[2])]
        self._known = len(self._formats)
        self._derived: dict[tuple[int, bool, bool], int] = {}
        self._dates = _BUILT_IN_DATES | {
            int(marks.get("numFmtId", "0"))
            for marks in map(attributes, _NUMBER_FORMAT.findall(text))
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
        return int(attributes(self._formats[number]).get("numFmtId", "0")) in self._dates

    def is_quoted(self, number: int) -> bool:
        """Tell whether a format marks text that looks like a formula."""
        return 'quotePrefix="1"' in self._formats[number] if 0 <= number < len(self._formats) else False

    def derived(self, number: int, *, dated: bool = False, quoted: bool = False) -> int:
        """Return the number of the same format, showing dates or marking text that looks like a formula."""
        dated = dated and not self.shows_date(number)
        if not dated and not quoted:
            return number
        key = (number, dated, quoted)
        if key not in self._derived:
            base = self._formats[number] if number < self._known else self._formats[0]
            self._derived[key] = len(self._formats)
            self._formats.append(_changed(base, dated=dated, quoted=quoted))
        return self._derived[key]

    def xml(self) -> str:
        """Return the part with the added formats at the end of the list."""
        start, end = self._place.span()
        added = "".join(self._formats[self._known :])
        opening = re.sub(r'\bcount="\d+"', f'count="{len(self._formats)}"', self._place[1])
        return f"{self._text[:start]}{opening}{self._place[2]}{added}</cellXfs>{self._text[end:]}"


def _changed(xf: str, *, dated: bool, quoted: bool) -> str:
    found = _FORMAT.fullmatch(xf)
    if found is None:
        raise DamagedInput("a cell format cannot be read", fix="choose the official template")
    marks = attributes(found[1])
    if dated:
        marks |= {"numFmtId": str(DATE_FORMAT), "applyNumberFormat": "1"}
    if quoted:
        marks["quotePrefix"] = "1"
    return "<xf " + " ".join(f'{name}="{value}"' for name, value in marks.items()) + found[2]
