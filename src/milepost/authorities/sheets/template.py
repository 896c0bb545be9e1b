"""An existing workbook to be filled: its sheets by name, its texts, its formats."""

import posixpath
from dataclasses import dataclass
from functools import cached_property

from milepost.authorities.sheets.formats import FormatTable
from milepost.authorities.sheets.markup import (
    Row,
    Sheet,
    attributes,
    cells,
    decoded,
    divided,
    element,
    rows,
    shared_texts,
    text_of,
    whole_number,
)
from milepost.domain.errors import InputRefused
from milepost.workbooks.package import Package

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
_SHEET, _RELATION, _WORKBOOK_PROPERTIES = map(element, ("sheet", "Relationship", "workbookPr"))


@dataclass(frozen=True, slots=True)
class NamedSheet:
    """A sheet of the workbook: its name, its number in the workbook, and the part that holds it."""

    name: str
    number: int
    part: str


class Template:
    """A checked package read as a workbook."""

    def __init__(self, package: Package) -> None:
        """Take over an opened package.

        Raises:
            InputRefused: it is no workbook, or counts its days from 1904.
        """
        self.package = package
        self._divided: dict[str, Sheet] = {}
        self.workbook = decoded(package.read(WORKBOOK), WORKBOOK)
        properties = _WORKBOOK_PROPERTIES.search(self.workbook)
        if properties and attributes(properties[1]).get("date1904") in {"1", "true"}:
            raise InputRefused(
                "the workbook counts its days from 1904",
                where=package.name,
                fix="switch it to the 1900 date system in Excel's options and save it",
            )

    @cached_property
    def sheets(self) -> tuple[NamedSheet, ...]:
        """The sheets in order, hidden ones included."""
        relations = decoded(self.package.read(RELATIONS), RELATIONS)
        targets = {}
        for marks in (attributes(found[1]) for found in _RELATION.finditer(relations)):
            targets[marks.get("Id", "")] = _part(marks.get("Target", ""))
        sheets = []
        for marks in (attributes(found[1]) for found in _SHEET.finditer(self.workbook)):
            link = next((value for name, value in marks.items() if name.endswith(":id")), "")
            if targets.get(link, "") in self.package.members:
                sheets.append(
                    NamedSheet(marks.get("name", ""), whole_number(marks.get("sheetId", "")), targets[link])
                )
        return tuple(sheets)

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts."""
        if STRINGS not in self.package.members:
            return []
        return shared_texts(decoded(self.package.read(STRINGS), STRINGS))

    @cached_property
    def formats(self) -> FormatTable:
        """The cell formats."""
        return FormatTable(decoded(self.package.read(STYLES), STYLES))

    def sheet(self, name: str) -> NamedSheet | None:
        """Return the sheet of that name, whatever its capitals and blanks."""
        wanted = folded(name)
        return next((sheet for sheet in self.sheets if folded(sheet.name) == wanted), None)

    def divided(self, sheet: NamedSheet) -> Sheet:
        """Return the sheet's XML in its three pieces; it is read once."""
        if sheet.part not in self._divided:
            text = decoded(self.package.read(sheet.part), sheet.part)
            self._divided[sheet.part] = divided(text, sheet.part)
        return self._divided[sheet.part]

    def texts_of(self, row: Row) -> dict[str, str]:
        """Return the texts of a row by column; blank cells are left out."""
        found = ((cell.column, text_of(cell, self.texts)) for cell in cells(row.inside, blank=False))
        return {column: text for column, text in found if text.strip()}

    def first_rows(self, sheet: Sheet, count: int) -> dict[int, dict[str, str]]:
        """Return the texts of the first rows by row number and column."""
        found: dict[int, dict[str, str]] = {}
        for row in rows(sheet.rows):
            if row.number > count:
                break
            found[row.number] = self.texts_of(row)
        return found


def folded(text: str) -> str:
    """Return a name without what people change in it: capitals, and runs of blanks."""
    return " ".join(text.split()).casefold()


def _part(target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
