"""The official layouts of the POA&M workbook, 2.1 and 3.0, as data: sheets, rows, widths, drop-downs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from milepost.authorities.fedramp.columns import COLUMNS_2_1, COLUMNS_3_0, COLUMNS_PL_2, OPEN_3_0, Column
from milepost.authorities.fedramp.fields import Poam
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.writer import SheetForm, Validation

LABEL_ROW = 2
"""The row of the labels above the items."""


class Part(StrEnum):
    """The list of a POA&M that a sheet holds."""

    OPEN = "open"
    CLOSED = "closed"
    CONFIGURATION = "configuration"
    DEFICIENCIES = "deficiencies"


@dataclass(frozen=True, slots=True)
class BlockField:
    """A value above the items: its column, its label, what it says, and how to fill it."""

    column: str
    label: str
    value: Callable[[Poam], Value]
    guidance: str
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """A sheet of items: where its headings and its items stand.

    `title` and the header block stand above where the layout has them: labels in row 2, values in
    `block_row`. `guided` sheets have three rows of guidance between the headings and the first item. A
    workbook may lack an `optional` sheet and is of the layout all the same.
    """

    form: SheetForm
    part: Part
    header_row: int
    first_row: int
    first_column: int
    columns: tuple[Column, ...]
    title: str = ""
    block: tuple[BlockField, ...] = ()
    block_row: int = 0
    guided: bool = False
    optional: bool = False

    @property
    def computes(self) -> bool:
        """Whether the completion date is computed by formula."""
        return self.guided and self.part is Part.OPEN

    @property
    def key(self) -> str:
        """The heading of the identifiers."""
        return self.columns[0].header


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A sheet without items: rows of words as (row, column, text, bold)."""

    form: SheetForm
    cells: tuple[tuple[int, str, Value, bool], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A generation of the template: its version and its sheets in order."""

    version: str
    sheets: tuple[ItemSheet | TextSheet, ...]

    @property
    def item_sheets(self) -> tuple[ItemSheet, ...]:
        """The sheets that hold items."""
        return tuple(sheet for sheet in self.sheets if isinstance(sheet, ItemSheet))


_LEVELS = '"Low,Moderate,High"'
_ADJUSTED = '"Low,Moderate,High,N/A"'
_STATES = '"Yes,No,Pending"'


def _drop_down(choices: str, cells: str, prompt: str = "Yes,No,Pending") -> Validation:
    return Validation("list", cells, choices, prompt=prompt)


def _any_date_but(day: int, cells: str) -> Validation:
    return Validation("date", cells, str(day), str(day), "notBetween", "Date")


def _date_after(day: int, cells: str) -> Validation:
    return Validation("date", cells, str(day), operator="greaterThan", prompt="Date")


def _number_but(number: int, cells: str) -> Validation:
    return Validation("decimal", cells, str(number), operator="notEqual")


_RATING_PROMPT = "Low, Moderate, High"
_ADJUSTED_PROMPT = "Low, Moderate, High, N/A"

# --- 2.1 (2024-03-29) -----------------------------------------------------------------------------------

_BLOCK_2_1 = (
    BlockField("A", "CSP", lambda poam: poam.provider, ""),
    BlockField("B", "System Name", lambda poam: poam.system_name, ""),
    BlockField("C", "Impact Level", lambda poam: poam.impact_level, ""),
    BlockField("D", "POAM Date", lambda poam: poam.as_of, "", is_date=True),
)
_WIDTHS_2_1 = ((1, 30, 20.83203125), (31, 51, 17.33203125))
_TITLE_2_1 = "FedRAMP Plan of Action and Milestones (POA&M) Template"

_OPEN_FORM_2_1 = SheetForm(
    "Open POA&M Items",
    _WIDTHS_2_1,
    frozen=5,
    merged=("A1:E1",),
    banded="A8:AE#",
    reach=4022,
    validations=(
        _any_date_but(29221, "K1:K#"),
        _any_date_but(1, "L1:L#"),
        _drop_down(_LEVELS, "C3 S1:S#", _RATING_PROMPT),
        _date_after(36526, "D3 O1:O5 AC7:AC8 O7:O# Q1:Q#"),
        _drop_down('"Yes,No"', "P7", ""),
        _number_but(-9999, "F1:F6 F8 F158:F#"),
        _drop_down(_ADJUSTED, "T1:T5 T7:T#", _ADJUSTED_PROMPT),
        _drop_down('"Yes,No"', "P1:P6 P8:P#"),
        _drop_down(_STATES, "U1:W#"),
    ),
)
_REST_FORM_2_1 = SheetForm(
    "Closed POA&M Items",
    _WIDTHS_2_1,
    frozen=5,
    merged=("A1:E1",),
    banded="A6:AD#",
    reach=1000,
    validations=(
        _any_date_but(29221, "K5"),
        _any_date_but(1, "L5"),
        _drop_down(_LEVELS, "C3 S5", _RATING_PROMPT),
        _date_after(36526, "D3 O5 Q5"),
        _number_but(-9999, "F5"),
        _drop_down(_ADJUSTED, "T5", _ADJUSTED_PROMPT),
        _drop_down('"Yes,No"', "P5"),
        _drop_down(_STATES, "U5:W5"),
    ),
)
_CLOSED_2_1 = ItemSheet(
    _REST_FORM_2_1, Part.CLOSED, 5, 6, 1, COLUMNS_2_1, _TITLE_2_1, _BLOCK_2_1, block_row=3
)
_CHANGES_WIDTHS_2_1 = (
    (1, 1, 3.33203125),
    (2, 2, 10.6640625),
    (3, 3, 66.6640625),
    (4, 4, 10.6640625),
    (5, 5, 13.33203125),
    (6, 26, 10.6640625),
)


def _changes(*, until: int) -> tuple[tuple[int, str, Value, bool], ...]:
    """List the template's own versions: facts of its sheet Record of Changes, in our words."""
    versions = (
        (date(2023, 8, 30), "New look; small corrections.", "2.0"),
        (date(2024, 3, 29), "New sheet for configuration findings; new column for service names.", "2.1"),
        (date(2025, 11, 17), "New sheet with instructions; fewer columns and simpler input.", "3.0"),
    )
    cells: list[tuple[int, str, Value, bool]] = [(2, "B", "Record of Changes for Template", True)]
    cells += [(3, column, label, True) for column, label in zip("BCDE", _CHANGE_LABELS, strict=True)]
    for row, (day, words, version) in enumerate(versions[:until], 4):
        cells += [(row, "B", day, False), (row, "C", words, False)]
        cells += [(row, "D", version, False), (row, "E", "FedRAMP PMO", False)]
    return tuple(cells)


_CHANGE_LABELS = ("Date", "Description", "Version", "Author")

LAYOUT_2_1 = Layout(
    "2.1",
    (
        ItemSheet(
            _OPEN_FORM_2_1,
            Part.OPEN,
            header_row=5,
            first_row=9,
            first_column=1,
            columns=COLUMNS_2_1,
            title="FedRAMP® Plan of Action and Milestones (POA&M) Template",
            block=_BLOCK_2_1,
            block_row=3,
            guided=True,
        ),
        _CLOSED_2_1,
        replace(
            _CLOSED_2_1,
            form=replace(_REST_FORM_2_1, name="Configuration Findings", frozen=0),
            part=Part.CONFIGURATION,
        ),
        TextSheet(SheetForm("Record of Changes", _CHANGES_WIDTHS_2_1, merged=("B2:E2",)), _changes(until=2)),
    ),
)
"""The layout of the template 2.1."""

# --- 3.0 (2025-11-17) -----------------------------------------------------------------------------------

_BLOCK_3_0 = (
    BlockField("B", "Cloud Service Provider", lambda poam: poam.provider, "The provider's name."),
    BlockField("C", "Cloud Service Offering", lambda poam: poam.system_name, "The offering's name."),
    BlockField("D", "Impact Level", lambda poam: poam.impact_level, "LI-SaaS, Low, Moderate or High."),
    BlockField("E", "POA&M Date", lambda poam: poam.as_of, "The day of this submission.", is_date=True),
)
_OPEN_FORM_3_0 = SheetForm(
    "Open POA&M Items",
    ((1, 1, 22.38), (2, 2, 22.0), (3, 28, 20.88), (29, 48, 17.25)),
    frozen=5,
    merged=("A1:F1",),
    banded="A9:AB#",
    reach=4021,
    validations=(
        _any_date_but(29221, "L1:L5 L9:L#"),
        _any_date_but(1, "M1:M5 M7 M9:M#"),
        _drop_down(_LEVELS, "R1:R5 R9:R#", _RATING_PROMPT),
        _date_after(36526, "N1:N5 P1:P5 N7 P7 AA7 N9:N# P9:P#"),
        _number_but(-9999, "G1:G5 G157:G#"),
        _drop_down(_ADJUSTED, "S1:S5 S9:S#", _ADJUSTED_PROMPT),
        _drop_down('"Yes,No"', "O1:O5 O9:O#"),
        _drop_down(_STATES, "T1:V5 T7:V7 T9:V#"),
    ),
)
_REST_FORM_3_0 = SheetForm(
    "Closed POA&M Items",
    ((1, 27, 20.88), (28, 47, 17.25)),
    frozen=2,
    banded="A3:AA#",
    reach=1000,
    validations=(
        _any_date_but(29221, "K2"),
        _any_date_but(1, "L2"),
        _drop_down(_LEVELS, "Q2", _RATING_PROMPT),
        _date_after(36526, "M2 O2"),
        _number_but(-9999, "F2"),
        _drop_down(_ADJUSTED, "R2", _ADJUSTED_PROMPT),
        _drop_down('"Yes,No"', "N2"),
        _drop_down(_STATES, "S2:U2"),
    ),
)
_CLOSED_3_0 = ItemSheet(_REST_FORM_3_0, Part.CLOSED, 2, 3, 1, COLUMNS_3_0)
_INSTRUCTIONS_3_0 = (
    (2, "B", "FedRAMP Plan of Action and Milestones (POA&M)", True),
    (5, "A", "Written by Milepost in the layout of the FedRAMP POA&M template 3.0 (2025-11-17).", False),
    (6, "A", "Leave the rows Guidance, Examples, and Mandatory or Situational as they are.", False),
    (7, "A", "High is due 30, Moderate 90, and Low 180 calendar days after detection.", False),
    (8, "A", "An item is closed when its fix is proven, or when a false positive is approved.", False),
    (9, "A", "Approved risk adjustments and operational requirements stay open.", False),
    (10, "A", "One open item for CM-6 stands for all configuration findings until they are closed.", False),
)
_PL_2_WIDTHS = (
    (1, 1, 16.88),
    (2, 2, 18.38),
    (3, 3, 29.13),
    (4, 4, 36.0),
    (5, 5, 46.13),
    (6, 6, 35.88),
    (7, 26, 8.88),
)
_CHANGES_WIDTHS_3_0 = (
    (1, 1, 3.25),
    (2, 2, 10.75),
    (3, 3, 66.75),
    (4, 4, 10.75),
    (5, 5, 13.25),
    (6, 6, 10.75),
    (7, 26, 12.75),
)

LAYOUT_3_0 = Layout(
    "3.0",
    (
        TextSheet(
            SheetForm("Instructions", ((1, 1, 109.25), (2, 2, 80.63), (3, 26, 8.63))), _INSTRUCTIONS_3_0
        ),
        ItemSheet(
            _OPEN_FORM_3_0,
            Part.OPEN,
            header_row=5,
            first_row=9,
            first_column=2,
            columns=OPEN_3_0,
            title="FedRAMP® Plan of Action and Milestones (POA&M)",
            block=_BLOCK_3_0,
            block_row=4,
            guided=True,
        ),
        _CLOSED_3_0,
        replace(
            _CLOSED_3_0,
            form=replace(_REST_FORM_3_0, name="Configuration Findings", frozen=0),
            part=Part.CONFIGURATION,
        ),
        ItemSheet(
            SheetForm("PL-2 Findings", _PL_2_WIDTHS),
            Part.DEFICIENCIES,
            header_row=1,
            first_row=5,
            first_column=2,
            columns=COLUMNS_PL_2,
            guided=True,
            optional=True,
        ),
        TextSheet(SheetForm("Record of Changes", _CHANGES_WIDTHS_3_0, merged=("B2:E2",)), _changes(until=3)),
    ),
)
"""The layout of the template 3.0."""

LAYOUTS = {layout.version: layout for layout in (LAYOUT_3_0, LAYOUT_2_1)}
"""The layouts by version, the newest first."""
