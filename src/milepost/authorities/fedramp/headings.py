"""What stands above the items in a new workbook, and the words on the sheets without items."""

from collections.abc import Iterator, Sequence
from datetime import date

from milepost.authorities.fedramp.fields import Poam
from milepost.authorities.fedramp.layouts import LABEL_ROW, ItemSheet, TextSheet
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.styles import DATE_FORMAT, Style
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line

PLAIN = Style()
DAY = Style(number_format=DATE_FORMAT)
_BOLD = Style(bold=True)
_TITLE = Style(bold=True, size=18, colour="FF1A4480", wrapped=False)
_HEADING = Style(bold=True, colour="FF1A4480", fill="FFCCECFC", border=True, centred=True)
_EXAMPLE = Style(italic=True)
_EXAMPLE_DAY = Style(italic=True, number_format=DATE_FORMAT)
Cells = Sequence[tuple[Value, Style]]


def text_lines(sheet: TextSheet) -> Iterator[Line]:
    """Lay out a sheet without items."""
    for number in sorted({row for row, _, _, _ in sheet.cells}):
        cells = (
            (column, value, _BOLD if bold else DAY if isinstance(value, date) else PLAIN)
            for row, column, value, bold in sheet.cells
            if row == number
        )
        yield Line(number, tuple(cells))


def item_lines(sheet: ItemSheet, poam: Poam) -> Iterator[Line]:
    """Lay out what stands above the items."""
    if sheet.block:
        yield Line(1, (("A", sheet.title, _TITLE),))
        yield Line(LABEL_ROW, tuple((field.column, field.label, _HEADING) for field in sheet.block))
        if sheet.block_row > LABEL_ROW + 1:
            guidance = ((field.column, field.guidance, PLAIN) for field in sheet.block)
            yield Line(LABEL_ROW + 1, (("A", "Guidance", _BOLD), *guidance))
        values = ((f.column, f.value(poam), DAY if f.is_date else PLAIN) for f in sheet.block)
        yield Line(sheet.block_row, tuple(values))
    yield Line(sheet.header_row, _across(sheet, [(c.header, _HEADING) for c in sheet.columns]))
    if sheet.guided:
        yield from _guides(sheet)


def _guides(sheet: ItemSheet) -> Iterator[Line]:
    """Lay out the three rows between headings and items: 3.0 names them in column A, 2.1 does not."""
    guidance: Cells = [(column.guidance, PLAIN) for column in sheet.columns]
    forms: Cells = [(column.form, PLAIN) for column in sheet.columns]
    examples: Cells = [(c.example, _EXAMPLE_DAY if c.is_date else _EXAMPLE) for c in sheet.columns]
    marks: Cells = [("Situational" if c.situational else "Mandatory", _BOLD) for c in sheet.columns]
    named = (("Guidance", guidance), ("Examples", examples), ("Mandatory or Situational", marks))
    rows = (("", guidance), ("", forms), ("", examples)) if sheet.first_column == 1 else named
    for number, (label, cells) in enumerate(rows, sheet.header_row + 1):
        start = (("A", label, _BOLD),) if label else ()
        yield Line(number, (*start, *_across(sheet, cells)))


def _across(sheet: ItemSheet, cells: Cells) -> tuple[tuple[str, Value, Style], ...]:
    return tuple((letters(n), value, style) for n, (value, style) in enumerate(cells, sheet.first_column))
