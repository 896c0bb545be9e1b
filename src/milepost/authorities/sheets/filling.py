"""A template filled: changed parts written anew, every other part copied byte for byte."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from milepost.authorities.sheets.calculation import CALCULATION, thinned
from milepost.authorities.sheets.cells import InlineStrings, RowEncoder, Slot
from milepost.authorities.sheets.filler import Fill, SheetFiller
from milepost.authorities.sheets.manifest import Manifest
from milepost.authorities.sheets.markup import decoded
from milepost.authorities.sheets.package import PackageWriter
from milepost.authorities.sheets.template import STYLES, NamedSheet, Template
from milepost.authorities.sheets.writer import DECLARATION, SheetForm, Table, sheet_head, sheet_tail
from milepost.domain.problem import Problem


class WorkbookFiller:
    """Writes a template to an open binary file, sheet after sheet, then `close`.

    Only these parts can differ from the template's: the filled and the added sheets, the styles where a
    format was missing, the chain of calculation, and the three parts that name the others where a part
    came or went.
    """

    def __init__(self, template: Template, file: BinaryIO, problems: list[Problem]) -> None:
        """Begin the package."""
        self._template = template
        self._problems = problems
        self._writer = PackageWriter(file)
        self._manifest = Manifest(template)
        self._fillers: dict[int, SheetFiller] = {}
        self._written: set[str] = set()

    def fill(self, sheet: NamedSheet, fill: Fill) -> int:
        """Fill a sheet and return how many rows of data it holds."""
        filler = SheetFiller(self._template, sheet, fill, self._problems)
        self._fillers[sheet.number] = filler
        self._write(sheet.part, filler.content())
        return filler.count

    def add(self, form: SheetForm, table: Table) -> None:
        """Write a sheet without formats of its own; one of the same name gives way to it."""
        former = self._template.sheet(form.name)
        part = former.part if former else f"xl/worksheets/added{len(self._written)}.xml"
        if former is None:
            self._manifest.add_sheet(form.name, part)
        self._write(part, self._plain_sheet(form, table))

    def close(self) -> None:
        """Copy what has not changed and write what names and counts the parts."""
        anew = self._chain() | self._manifest.changed()
        if self._template.formats.changed:
            anew[STYLES] = self._template.formats.xml()
        for member, text in anew.items():
            self._write(member, [text])
        for member in self._template.package.members:
            if member not in self._written:
                self._writer.copy(self._template.package, member)
        self._writer.close()

    def _write(self, part: str, content: Iterable[str | bytes]) -> None:
        self._written.add(part)
        self._writer.add(part, content)

    def _plain_sheet(self, form: SheetForm, table: Table) -> Iterator[str]:
        quoted = self._template.formats.derived(0, quoted=True)
        slots = [Slot(column, 0, quoted) for column, _ in table.columns]
        encoder = RowEncoder(form.name, slots, InlineStrings(), self._problems)
        yield DECLARATION + sheet_head(form, selected=False)
        for number, values in enumerate(table.rows, table.first_row):
            yield encoder.row(number, values)
        yield sheet_tail(form, form.reach)

    def _chain(self) -> dict[str, str]:
        """Return the chain of calculation, if it changes; a chain without entries is left out."""
        package = self._template.package
        if CALCULATION not in package.members:
            return {}
        before = decoded(package.read(CALCULATION), CALCULATION)
        after = thinned(before, self._has_formula)
        if after is None:
            self._manifest.drop_part(CALCULATION)
            self._written.add(CALCULATION)
            return {}
        return {} if after == before else {CALCULATION: after}

    def _has_formula(self, sheet: int, place: str) -> bool:
        filler = self._fillers.get(sheet)
        return filler is None or filler.has_formula(place)
