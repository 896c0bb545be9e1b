"""The XML of an existing worksheet, taken apart row by row and cell by cell."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from milepost.authorities.sheets.text import attribute, clean, column_number, escape, letters
from milepost.domain.errors import DamagedInput

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET_DATA = re.compile(r"<sheetData(?=[\s/>])[^>]*?(/>|>)")
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
_VERBATIM = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PREFIXED = re.compile(r"<\w+:(?:worksheet|workbook|sst|styleSheet|Relationships|Types)(?=[\s/>])")
_MOST_DIGITS = 9


def element(name: str) -> re.Pattern[str]:
    """Return the pattern of an element in well-formed XML: its attributes and, unless empty, its inside."""
    return re.compile(rf"<{name}(?=[\s/>])([^>]*?)(?:/>|>({_up_to(name)})</{name}\s*>)")


def _up_to(name: str) -> str:
    """Return the pattern of what stands before a closing tag: a third of the time of a lazy one."""
    return rf"[^<]*+(?:<(?!/{name}[\s>])[^<]*+)*+"


_ROW, _VALUE, _TEXT, _STRING, _PHONETIC = map(element, ("row", "v", "t", "si", "rPh"))
_CELL = re.compile(
    rf"""<c(?:\s+r="([A-Z]{{1,3}})[0-9]{{1,7}}")?(?=[\s/>])([^>]*?)(?:/>|>({_up_to("c")})</c\s*>)"""
)
"""A cell; its place stands first wherever a spreadsheet program wrote it."""
_NUMBER = re.compile(rf"""(?:^|\s)r\s*=\s*["']([0-9]{{1,{_MOST_DIGITS}}})["']""")
_COLUMN = element("col")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.$])(\$?[A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w(.])""")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Cell(NamedTuple):
    """A cell as it stands: its column and what is inside it (None for an empty tag).

    `attributes` are those without its place, `marks` the same as they are written.
    """

    column: str
    attributes: Mapping[str, str]
    marks: str
    inside: str | None


class Row(NamedTuple):
    """A row as it stands: its number, its attributes, its cells' XML, and the whole of it."""

    number: int
    attributes: str
    inside: str
    whole: str


class Sheet(NamedTuple):
    """A worksheet in three pieces: before the rows (with the opening tag), the rows, after them."""

    head: str
    rows: str
    tail: str


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(text)}


def whole_number(text: str, otherwise: int = 0) -> int:
    """Return a text of digits as a number; what is none, or far too long, counts as the other."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else otherwise


if TYPE_CHECKING:
    from lxml.etree import ParserTarget

    _Target = ParserTarget[None]
else:
    _Target = object  # the name exists in the stubs only


class _Ignoring(_Target):
    """Takes no notice of what a parser meets: the parser alone says whether the text is well formed."""

    def close(self) -> None:
        """Nothing was kept."""


def decoded(content: bytes, part: str) -> str:
    """Return a well-formed part as text, without comments and other asides.

    The patterns here rely on that: every element that is opened is closed, and no tag stands in a comment.

    Raises:
        DamagedInput: it is not well formed, not in UTF-8, or names its elements with a prefix.
    """
    fix = "save the workbook again in Excel or LibreOffice"
    try:
        text = content.decode("utf-8-sig")
        parser = etree.XMLParser(target=_Ignoring(), resolve_entities=False, no_network=True, load_dtd=False)
        etree.fromstring(content, parser)
    except UnicodeDecodeError as cause:
        raise DamagedInput(f"the part {part} is not in UTF-8", fix=fix) from cause
    except etree.XMLSyntaxError as cause:
        raise DamagedInput(f"the part {part} is not well formed ({cause.msg})", fix=fix) from cause
    if _PREFIXED.search(text[:2000]):
        raise DamagedInput(f"the part {part} is written in an unusual form", fix=fix)
    return _plainly(text)


def _plainly(text: str) -> str:
    """Take comments and instructions out of well-formed XML, and write verbatim sections as plain text."""
    if "<![CDATA[" in text:
        text = _VERBATIM.sub(lambda found: escape(found[1]), text)
    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    aside = text.find("<?", start) >= 0 or text.find("<!--", start) >= 0
    return text[:start] + _ASIDE.sub("", text[start:]) if aside else text


def divided(text: str, part: str) -> Sheet:
    """Cut a worksheet into what stands before, in and after its rows.

    Raises:
        DamagedInput: it has no rows element.
    """
    start = _SHEET_DATA.search(text)
    if start is None:
        raise DamagedInput(f"the part {part} is no worksheet", fix="choose the official template")
    if start[1] == "/>":
        return Sheet(f"{text[: start.start()]}<sheetData>", "", f"</sheetData>{text[start.end() :]}")
    end = text.rfind("</sheetData>")
    if end < 0:
        raise DamagedInput(f"the part {part} is cut off", fix="get the file once more from its source")
    return Sheet(text[: start.end()], text[start.end() : end], text[end:])


def rows(text: str) -> Iterator[Row]:
    """Yield the rows; one without a number follows the row before it (ECMA-376 part 1, 18.3.1.73)."""
    last = 0
    for found in _ROW.finditer(text):
        place = _NUMBER.search(found[1])
        last = int(place[1]) if place else last + 1
        yield Row(last, found[1], found[2] or "", found[0])


def cells(row: str, *, blank: bool = True) -> Iterator[Cell]:
    """Yield the cells of a row, `blank` ones or not; one without a place follows the cell before it."""
    last = ""
    for found in _CELL.finditer(row):
        column, tag, inside = found.groups()
        place, others, marks = _taken_apart(tag)
        last = column or place or letters(column_number(last) + 1)
        if inside or blank:
            yield Cell(last, others, marks, inside)


@lru_cache(maxsize=1 << 10)
def _taken_apart(tag: str) -> tuple[str, Mapping[str, str], str]:
    """Return the column among the attributes of a cell, if it stands there, and the others, written too."""
    others = attributes(tag)
    place = _PLACE.fullmatch(others.pop("r", ""))
    marks = "".join(f' {name}="{attribute(value)}"' for name, value in others.items())
    return place[1] if place else "", others, marks


def column_formats(head: str, column: str) -> list[int]:
    """Return the format that a column has where it has no cells; none if it has none of its own."""
    number = column_number(column)
    for found in _COLUMN.finditer(head):
        marks = attributes(found[1])
        if whole_number(marks.get("min", "")) <= number <= whole_number(marks.get("max", "")):
            return [whole_number(marks["style"])] if "style" in marks else []
    return []


def text_of(cell: Cell, shared: list[str]) -> str:
    """Return what a cell shows as text, as it is stored; numbers as their digits."""
    inside = cell.inside or ""
    if cell.attributes.get("t") == "inlineStr":
        return joined(inside)
    found = _VALUE.search(inside)
    value = (found[2] or "") if found else ""
    if cell.attributes.get("t") == "s":
        number = whole_number(value, len(shared))
        return shared[number] if number < len(shared) else ""
    return _plain(value)


def shared_texts(part: str) -> list[str]:
    """Return the texts of a table of shared strings."""
    return [joined(found[2] or "") for found in _STRING.finditer(part)]


def joined(rich: str) -> str:
    """Return the text of a string with its formatting and reading aids left out."""
    return "".join(_plain(found[2] or "") for found in _TEXT.finditer(_PHONETIC.sub("", rich)))


def _plain(text: str) -> str:
    return clean(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(text)))


def moved(formula: str, down: int, right: int = 0) -> str:
    """Return a formula as it reads some cells further down and right: what is fixed with `$` stays."""

    def shift(found: re.Match[str]) -> str:
        quoted, column, fixed, row = found.groups()
        if quoted:
            return found[0]
        if not column.startswith("$"):
            column = letters(column_number(column) + right)
        return f"{column}{fixed}{row if fixed else int(row) + down}"

    return _REFERENCE.sub(shift, formula) if down or right else formula
