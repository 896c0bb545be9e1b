"""The sheets of a workbook, streamed row by row: values as they stand, formulas by their stored value.

Nothing is evaluated and no link is followed. A row holds only the cells that are there, so that a lone cell
in a far corner costs nothing. Numbers that a style shows as dates come as dates, in either date system.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import IO, NamedTuple

from lxml import etree

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.workbooks.package import Package, opened
from milepost.workbooks.styles import date_styles

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_EPOCH = date(1899, 12, 30)
LATER_EPOCH = 1_462
"""The days between the two date systems (ECMA-376 part 1, 18.17.4.1)."""
_SERIALS = range(20_000, 80_000)
_AGAIN = "save it again as .xlsx in a spreadsheet program"

Value = str | float | bool | date | None


class Broken(str):
    """The error that a formula gave when the workbook was last saved: `#REF!`."""

    __slots__ = ()


class Row(NamedTuple):
    """A row that has cells: its number from 1, values by column from 0, the columns with formulas."""

    number: int
    values: dict[int, Value]
    formulas: frozenset[int] = frozenset()


class Sheet(NamedTuple):
    """A sheet: its name, the part that holds it, and whether people see it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """An opened workbook."""

    name: str
    sheets: tuple[Sheet, ...]
    later_dates: bool
    linked: bool
    _package: Package
    _strings: list[str] = field(default_factory=list)
    _dates: frozenset[int] = frozenset()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of a sheet that have cells.

        Raises:
            DamagedInput: the sheet is no sound XML, or names texts that are not there.
        """
        with self._package.stream(sheet.part) as file, _damage(self.name, sheet.name):
            number = 0
            for element in _elements(file, "row"):
                number = _number(element.get("r")) or number + 1
                row = self._row(number, element)
                if row.values or row.formulas:
                    yield row

    def _row(self, number: int, element: etree._Element) -> Row:
        values: dict[int, Value] = {}
        formulas = []
        column = -1
        for cell in element:
            if _local(cell) != "c":
                continue
            column = _column(cell.get("r")) if cell.get("r") else column + 1
            value, formula = self._cell(cell)
            if formula:
                formulas.append(column)
            if value not in ("", None):
                values[column] = value
        return Row(number, values, frozenset(formulas))

    def _cell(self, cell: etree._Element) -> tuple[Value, bool]:
        kind = cell.get("t", "n")
        text, formula = "", False
        for part in cell:
            name = _local(part)
            if name == "v":
                text = part.text or ""
            elif name == "is":
                text = _text(part)
            formula = formula or name == "f"
        return self._value(kind, text, cell.get("s", "0")), formula

    def _value(self, kind: str, text: str, style: str) -> Value:
        if kind == "s":
            return self._strings[int(text)] if text else ""
        if kind in {"str", "inlineStr"}:
            return text
        if kind == "b":
            return text == "1"
        if kind == "e":
            return Broken(text)
        if kind == "d":
            return text
        return self._numeral(text, style)

    def _numeral(self, text: str, style: str) -> Value:
        try:
            number = float(text)
            dated = int(style) in self._dates
        except ValueError:
            return text
        if not dated:
            return number
        return self.day(number) or number

    def day(self, serial: float) -> date | None:
        """Return the day that a number stands for here, in the years 1954 to 2119."""
        shifted = serial + (LATER_EPOCH if self.later_dates else 0)
        if not shifted >= _SERIALS.start or not shifted < _SERIALS.stop:
            return None
        return _EPOCH + timedelta(int(shifted))


@contextmanager
def workbook_in(path: Path, name: str) -> Iterator[Workbook]:
    """Open a workbook; the whole package is checked before anything of it is used.

    Raises:
        InputRefused: it cannot be read, is damaged, hostile, too large or no such workbook.
    """
    with opened(path, name) as package:
        if WORKBOOK not in package.members:
            what = "this package is no .xlsx workbook"
            raise UnknownFormat(what, where=name, fix=_AGAIN)
        with _damage(name, "workbook"):
            workbook = _workbook(package)
        yield workbook


def _workbook(package: Package) -> Workbook:
    targets = _targets(package)
    sheets, later = [], False
    root = etree.fromstring(package.read(WORKBOOK), _parser())
    for element in root.iter("{*}workbookPr", "{*}sheet"):
        if _local(element) == "workbookPr":
            later = element.get("date1904", "0") in {"1", "true"}
            continue
        relation = next((value for key, value in element.items() if key.endswith("}id")), "")
        part = targets.get(relation, "")
        if part in package.members:
            hidden = element.get("state", "visible") != "visible"
            sheets.append(Sheet(element.get("name", ""), part, hidden))
    return Workbook(
        package.name,
        tuple(sheets),
        later,
        any(name.startswith("xl/externalLinks/") for name in package.members),
        package,
        _shared_strings(package),
        date_styles(package.read(_STYLES), _parser()) if _STYLES in package.members else frozenset(),
    )


def _targets(package: Package) -> dict[str, str]:
    """Return the part of each worksheet by the id under which the workbook names it."""
    found = {}
    for relation in etree.fromstring(package.read(_RELATIONS), _parser()):
        if isinstance(relation.tag, str) and relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[relation.get("Id", "")] = part
    return found


def _shared_strings(package: Package) -> list[str]:
    if _STRINGS not in package.members:
        return []
    with package.stream(_STRINGS) as file:
        return [_text(element) for element in _elements(file, "si")]


def _elements(file: IO[bytes], name: str) -> Iterator[etree._Element]:
    """Yield the elements of one name as they end; each and all before it are forgotten after use."""
    events = etree.iterparse(
        file,
        events=("end",),
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, element in events:
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and (before := element.getprevious()) is not None:
            parent.remove(before)


def _text(element: etree._Element) -> str:
    """Join the text of an element's runs; readings of Japanese names stand apart and are none."""
    parts = []
    for each in element.iter("{*}t"):
        above = each.getparent()
        if above is None or _local(above) != "rPh":
            parts.append(each.text or "")
    return "".join(parts)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@contextmanager
def _damage(name: str, part: str) -> Iterator[None]:
    try:
        yield
    except (etree.XMLSyntaxError, ValueError, IndexError, KeyError) as cause:
        what = f"the part {part} of the workbook cannot be read ({cause})"
        raise DamagedInput(what, where=name, fix=_AGAIN) from cause


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _column(reference: str | None) -> int:
    """Return the column of `AB12`, from 0."""
    number = 0
    for letter in reference or "":
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1


def place(column: int, row: int) -> str:
    """Return the reference of a cell, its column counted from 0: `B3`."""
    name, number = "", column + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row}"
