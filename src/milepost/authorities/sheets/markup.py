"""The XML of an existing worksheet, taken apart row by row and cell by cell."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from milepost.authorities.sheets.text import column_number, letters
from milepost.domain.errors import DamagedInput

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET_DATA = re.compile(r"<sheetData\b[^>]*?(/>|>)")
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_VALUE = re.compile(r"<v\b[^>]*>(.*?)</v>", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*?(?:/>|>(.*?)</t>)", re.DOTALL)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_STRING = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.$])(\$?[A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w(.])""")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")


class Cell(NamedTuple):
    """A cell as it stands: its column, its attributes, and what is inside it (None for an empty tag)."""

    column: str
    attributes: dict[str, str]
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


def decoded(content: bytes, part: str) -> str:
    """Return a part as text.

    Raises:
        DamagedInput: it is not in UTF-8, or names its elements with a prefix.
    """
    fix = "save the workbook again in Excel or LibreOffice"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise DamagedInput(f"the part {part} is not in UTF-8", fix=fix) from cause
    if re.search(r"<\w+:(?:worksheet|workbook|sst|styleSheet|Relationships|Types)\b", text[:2000]):
        raise DamagedInput(f"the part {part} is written in an unusual form", fix=fix)
    return text


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
        number = attributes(found[1]).get("r", "")
        last = int(number) if number.isdigit() else last + 1
        yield Row(last, found[1], found[2] or "", found[0])


def cells(row: str) -> Iterator[Cell]:
    """Yield the cells of a row; one without a place follows the cell before it."""
    last = 0
    for found in _CELL.finditer(row):
        marks = attributes(found[1])
        place = _PLACE.fullmatch(marks.get("r", ""))
        last = column_number(place[1]) if place else last + 1
        yield Cell(letters(last), marks, found[2])


def text_of(cell: Cell, shared: list[str]) -> str:
    """Return what a cell shows as text, as it is stored; numbers as their digits."""
    inside = cell.inside or ""
    if cell.attributes.get("t") == "inlineStr":
        return joined(inside)
    value = _VALUE.search(inside)
    if value is None:
        return ""
    if cell.attributes.get("t") == "s":
        return shared[int(value[1])] if value[1].isdigit() and int(value[1]) < len(shared) else ""
    return _plain(value[1])


def shared_texts(part: str) -> list[str]:
    """Return the texts of a table of shared strings."""
    return [joined(found[1] or "") for found in _STRING.finditer(part)]


def joined(rich: str) -> str:
    """Return the text of a string with its formatting and reading aids left out."""
    return "".join(_plain(found[1] or "") for found in _TEXT.finditer(_PHONETIC.sub("", rich)))


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(text))


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
