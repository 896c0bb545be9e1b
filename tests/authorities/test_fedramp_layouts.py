"""The built-in layouts say what the official templates say: headings, widths, drop-downs, formulas."""

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from milepost.authorities.fedramp.layouts import LAYOUTS
from milepost.authorities.fedramp.workbook import Version, write_workbook
from tests.authorities.poams import BARE, FIRST_ROWS, HEADER_ROWS, PLAIN, SHEETS, TEMPLATES, poam

pytestmark = pytest.mark.samples
VERSIONS: tuple[Version, ...] = ("3.0", "2.1")


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> Version:
    """Each layout in turn."""
    chosen: Version = request.param
    return chosen


@pytest.fixture(scope="module")
def official(samples: Path, version: Version) -> Workbook:
    """The official template."""
    return openpyxl.load_workbook(samples / TEMPLATES[version])


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, version: Version) -> Workbook:
    """A workbook written from built-in facts, with two items on each sheet."""
    out = tmp_path_factory.mktemp("ours") / "poam.xlsx"
    items = (PLAIN, BARE)
    write_workbook(poam(items, items, items), out, layout=version)
    return openpyxl.load_workbook(out)


def test_sheets_are_the_same_in_the_same_order(official: Workbook, ours: Workbook) -> None:
    """Every sheet of the template is there, in its place."""
    assert ours.sheetnames == official.sheetnames


def test_headings_stand_in_the_same_cells(official: Workbook, ours: Workbook, version: Version) -> None:
    """Every heading is the official one, letter for letter, in the same cell."""
    for sheet, row in zip(SHEETS, HEADER_ROWS[version], strict=True):
        assert _texts(ours[sheet], row) == _texts(official[sheet], row)
    if version == "3.0":
        assert _texts(ours["PL-2 Findings"], 1) == _texts(official["PL-2 Findings"], 1)
    assert _texts(ours["Record of Changes"], 3) == _texts(official["Record of Changes"], 3)


def test_an_independent_reader_sees_the_same_headings(samples: Path, version: Version) -> None:
    """Calamine reads the headings of the template as the layout has them."""
    book = CalamineWorkbook.from_path(samples / TEMPLATES[version])
    for sheet in LAYOUTS[version].item_sheets:
        rows = book.get_sheet_by_name(sheet.form.name).to_python(skip_empty_area=False)
        shown = [str(text) for text in rows[sheet.header_row - 1] if text != ""]
        assert shown == [column.header for column in sheet.columns]


def test_the_header_block_has_the_same_labels(official: Workbook, ours: Workbook, version: Version) -> None:
    """Title and labels above the items are the official ones; column A names the rows in 3.0."""
    for sheet in SHEETS if version == "2.1" else SHEETS[:1]:
        for row in (1, 2):
            assert _texts(ours[sheet], row) == _texts(official[sheet], row)
    labels = [ours[SHEETS[0]].cell(row, 1).value for row in range(6, 9)]
    if version == "3.0":
        assert labels == [official[SHEETS[0]].cell(row, 1).value for row in range(6, 9)]
        assert ours[SHEETS[0]]["A3"].value == official[SHEETS[0]]["A3"].value
        assert _texts(ours[SHEETS[0]], 8) == {k: v.strip() for k, v in _texts(official[SHEETS[0]], 8).items()}


def test_widths_are_the_same(official: Workbook, ours: Workbook) -> None:
    """Every column is as wide as in the template."""
    for sheet in official.sheetnames:
        assert _widths(ours[sheet]) == pytest.approx(_widths(official[sheet]))


def test_frozen_rows_and_merged_cells_are_the_same(official: Workbook, ours: Workbook) -> None:
    """The headings stay in sight where they do in the template."""
    for sheet in official.sheetnames:
        assert ours[sheet].freeze_panes == official[sheet].freeze_panes
        if sheet != "Instructions":
            assert str(ours[sheet].merged_cells) == str(official[sheet].merged_cells)


def test_validations_are_the_same(official: Workbook, ours: Workbook) -> None:
    """Every rule for what may be typed is there, for the same cells, with the same choices."""
    for sheet in SHEETS:
        assert _validations(ours[sheet]) == _validations(official[sheet])


def test_the_formula_is_the_same(official: Workbook, ours: Workbook, version: Version) -> None:
    """The completion date is computed as in the template, blanks apart."""
    column = "M" if version == "3.0" else "L"
    place = f"{column}10"
    assert _bare(ours[SHEETS[0]][place].value) == _bare(official[SHEETS[0]][place].value)


def test_dates_have_the_format_of_the_template(official: Workbook, ours: Workbook, version: Version) -> None:
    """The first row of items shows its dates as the template's first dates are shown."""
    first = FIRST_ROWS[version][0]
    column = "L" if version == "3.0" else "K"
    place = f"{column}{first}"
    assert ours[SHEETS[0]][place].number_format == official[SHEETS[0]][place].number_format == "mm-dd-yy"


def _texts(sheet: Worksheet, row: int) -> dict[str, str]:
    return {
        cell.column_letter: str(cell.value) for cell in _cells(sheet, row) if str(cell.value or "").strip()
    }


def _cells(sheet: Worksheet, row: int) -> list[openpyxl.cell.Cell]:
    return [cell for cell in sheet[row] if isinstance(cell, openpyxl.cell.Cell)]


def _widths(sheet: Worksheet) -> dict[tuple[int, int], float]:
    return {(known.min, known.max): known.width for known in sheet.column_dimensions.values()}


def _validations(sheet: Worksheet) -> set[tuple[object, ...]]:
    return {
        (
            rule.type,
            rule.operator,
            _number(rule.formula1),
            _number(rule.formula2),
            rule.prompt,
            frozenset(str(rule.sqref).split()),
        )
        for rule in sheet.data_validations.dataValidation
    }


def _number(text: str | None) -> object:
    try:
        return float(text or "")
    except ValueError:
        return text


def _bare(formula: object) -> str:
    return re.sub(r"\s", "", str(formula))
