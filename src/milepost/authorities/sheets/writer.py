"""New workbooks: sheets streamed row by row, with shared strings, styles, widths, frozen rows, drop-downs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import BinaryIO, NamedTuple

from milepost.authorities.sheets.cells import RowEncoder, SharedStrings, Slot, Value
from milepost.authorities.sheets.package import PackageWriter
from milepost.authorities.sheets.styles import Style, StyleTable
from milepost.authorities.sheets.text import attribute, escape
from milepost.domain.problem import Problem

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BAND = "FFF2F2F2"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEIGHT = ' ht="60" customHeight="1"'


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule for what may be typed into cells; `#` in the cells stands for the last row of the sheet."""

    kind: str
    cells: str
    first: str
    second: str = ""
    operator: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What a sheet looks like apart from its rows.

    `widths` are (first column, last column, width in characters); `frozen` rows stay in sight; `banded`
    cells are coloured in every second row; `reach` is the last row that rules are prepared for.
    """

    name: str
    widths: tuple[tuple[int, int, float], ...]
    frozen: int = 0
    merged: tuple[str, ...] = ()
    banded: str = ""
    validations: tuple[Validation, ...] = ()
    reach: int = 0


class Line(NamedTuple):
    """A row laid out by hand: its number and its cells as (column, value, style)."""

    number: int
    cells: tuple[tuple[str, Value, Style], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of data from a row on, four lines high: the columns with their styles, the stream of values."""

    first_row: int
    columns: tuple[tuple[str, Style], ...]
    rows: Iterable[Sequence[Value]]


@dataclass(slots=True)
class WorkbookWriter:
    """Writes a workbook to an open binary file, sheet after sheet, then `close`."""

    file: BinaryIO
    title: str
    created: date
    problems: list[Problem] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _styles: StyleTable = field(default_factory=StyleTable.started)
    _strings: SharedStrings = field(default_factory=SharedStrings)
    _package: PackageWriter = field(init=False)

    def __post_init__(self) -> None:
        """Begin the package."""
        self._package = PackageWriter(self.file)

    def sheet(self, form: SheetForm, lines: Iterable[Line], table: Table | None = None) -> int:
        """Write a sheet and return how many rows of the table it holds."""
        self._names.append(form.name)
        counted = _Counted(table.rows if table else ())
        content = self._sheet(form, lines, table, counted)
        self._add(f"xl/worksheets/sheet{len(self._names)}.xml", content)
        return counted.count

    def close(self) -> None:
        """Write the parts that hold the sheets together."""
        add = self._add
        add("xl/sharedStrings.xml", self._strings.xml())
        add("xl/styles.xml", self._styles.xml(_BAND))
        add("xl/workbook.xml", [self._workbook()])
        add("xl/_rels/workbook.xml.rels", [self._workbook_relations()])
        add("docProps/core.xml", [self._properties()])
        add("_rels/.rels", [_ROOT_RELATIONS])
        add("[Content_Types].xml", [self._content_types()])
        self._package.close()

    def _add(self, part: str, content: Iterable[str]) -> None:
        self._package.add(part, chain([DECLARATION], content))

    def _sheet(
        self, form: SheetForm, lines: Iterable[Line], table: Table | None, rows: "_Counted"
    ) -> Iterator[str]:
        yield sheet_head(form, selected=len(self._names) == 1)
        last = 0
        for line in lines:
            yield self._line(form.name, line)
            last = line.number
        if table is not None:
            yield from self._table(form.name, table, rows)
            last = max(last, table.first_row + rows.count - 1)
        yield sheet_tail(form, max(last, form.reach))

    def _line(self, sheet: str, line: Line) -> str:
        slots = [Slot(column, *self._styles.pair(style)) for column, _, style in line.cells]
        encoder = RowEncoder(sheet, slots, self._strings, self.problems)
        return encoder.row(line.number, [value for _, value, _ in line.cells])

    def _table(self, sheet: str, table: Table, rows: "_Counted") -> Iterator[str]:
        slots = [Slot(column, *self._styles.pair(style)) for column, style in table.columns]
        encoder = RowEncoder(sheet, slots, self._strings, self.problems)
        for number, values in enumerate(rows, table.first_row):
            yield encoder.row(number, values, _HEIGHT)

    def _workbook(self) -> str:
        sheets = "".join(
            f'<sheet name="{attribute(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(self._names, 1)
        )
        main = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr/><sheets>{sheets}</sheets>'
        return f'{main}<calcPr calcId="0" fullCalcOnLoad="1"/></workbook>'

    def _workbook_relations(self) -> str:
        targets = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(self._names) + 1)]
        targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        return relations((f"{_RELATIONS}/{kind}", target) for kind, target in targets)

    def _content_types(self) -> str:
        parts = [(f"xl/worksheets/sheet{i}.xml", "worksheet") for i in range(1, len(self._names) + 1)]
        parts += [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
        parts += [("xl/sharedStrings.xml", "sharedStrings")]
        overrides = "".join(
            f'<Override PartName="/{part}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>' for part, kind in parts
        )
        return f'<Types xmlns="{_PACKAGE}/content-types">{_DEFAULTS}{overrides}</Types>'

    def _properties(self) -> str:
        moment = f"{self.created.isoformat()}T00:00:00Z"
        return (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(self.title)}</dc:title><dc:creator>Milepost</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>'
        )


@dataclass(slots=True)
class _Counted:
    """A stream that knows how much of it has been read."""

    rows: Iterable[Sequence[Value]]
    count: int = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self.rows:
            self.count += 1
            yield row


_DEFAULTS = (
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
)


def relations(targets: Iterable[tuple[str, str]]) -> str:
    """Write a relationships part: each target gets the id rId1, rId2 … in turn."""
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


_ROOT_RELATIONS = relations(
    (
        (f"{_RELATIONS}/officeDocument", "xl/workbook.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    )
)


def sheet_head(form: SheetForm, *, selected: bool) -> str:
    """Write the beginning of a worksheet up to its first row."""
    pane = ""
    if form.frozen:
        top = f"A{form.frozen + 1}"
        pane = f'<pane ySplit="{form.frozen}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
    columns = "".join(
        f'<col min="{first}" max="{last}" width="{width}" customWidth="1"/>'
        for first, last, width in form.widths
    )
    tab = ' tabSelected="1"' if selected else ""
    view = f'<sheetView{tab} workbookViewId="0">'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews>{view}{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def sheet_tail(form: SheetForm, last: int) -> str:
    """Write the end of a worksheet; rules reach down to the last row."""
    parts = ["</sheetData>"]
    if form.merged:
        merged = "".join(f'<mergeCell ref="{cells}"/>' for cells in form.merged)
        parts.append(f'<mergeCells count="{len(form.merged)}">{merged}</mergeCells>')
    if form.banded:
        cells = form.banded.replace("#", str(last))
        rule = '<cfRule type="expression" dxfId="0" priority="1"><formula>MOD(ROW(),2)=0</formula></cfRule>'
        parts.append(f'<conditionalFormatting sqref="{cells}">{rule}</conditionalFormatting>')
    if form.validations:
        rules = "".join(_validation(validation, last) for validation in form.validations)
        parts.append(f'<dataValidations count="{len(form.validations)}">{rules}</dataValidations>')
    parts.append("</worksheet>")
    return "".join(parts)


def _validation(rule: Validation, last: int) -> str:
    operator = f' operator="{rule.operator}"' if rule.operator else ""
    prompt = f' showInputMessage="1" prompt="{attribute(rule.prompt)}"' if rule.prompt else ""
    second = f"<formula2>{escape(rule.second)}</formula2>" if rule.second else ""
    return (
        f'<dataValidation type="{rule.kind}"{operator} allowBlank="1" showErrorMessage="1"{prompt} '
        f'sqref="{rule.cells.replace("#", str(last))}">'
        f"<formula1>{escape(rule.first)}</formula1>{second}</dataValidation>"
    )
