"""The user's template filled: the items are replaced, everything else stays, other workbooks are refused."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from milepost.authorities.fedramp.fields import PoamRow
from milepost.authorities.fedramp.workbook import Version, write_workbook
from milepost.domain.errors import InputRefused, UnknownFormat
from tests.authorities.poams import BARE, FIRST_ROWS, PLAIN, SHEETS, TEMPLATES, item_of, poam, read_items

VERSIONS: tuple[Version, ...] = ("3.0", "2.1")
both = pytest.mark.parametrize("version", VERSIONS)
FILLED = {
    "3.0": {f"xl/worksheets/sheet{n}.xml" for n in (2, 3, 4)} | {"xl/styles.xml"},
    "2.1": {f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3)} | {"xl/styles.xml"},
}
NAMING = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}


def items(count: int) -> Iterator[PoamRow]:
    """Yield so many items, each with its own id."""
    for number in range(1, count + 1):
        yield replace(PLAIN if number % 2 else BARE, poam_id=f"V-{number}")


@pytest.fixture
def template(tmp_path: Path, version: Version) -> Path:
    """A template of our own: a workbook written from built-in facts, without items."""
    path = tmp_path / "template.xlsx"
    write_workbook(poam(), path, layout=version)
    return path


@pytest.fixture
def official(samples: Path, version: Version) -> Path:
    """The official template."""
    return samples / TEMPLATES[version]


@both
def test_the_headings_decide_the_layout(tmp_path: Path, template: Path, version: Version) -> None:
    """Whatever layout is asked for, a template is filled in its own."""
    out = tmp_path / "out.xlsx"
    other: Version = "2.1" if version == "3.0" else "3.0"
    receipt = write_workbook(poam([PLAIN], [BARE], [BARE]), out, layout=other, template=template)
    assert receipt.layout == version
    assert receipt.rows == dict.fromkeys(SHEETS, 1)
    read = [item_of(read_items(out, sheet, version)[0], version).poam_id for sheet in SHEETS]
    assert read == ["V-1", "V-2", "V-2"]


@both
def test_filling_again_replaces_the_items(tmp_path: Path, template: Path, version: Version) -> None:
    """A workbook of last month is a template too: no item of it stays, the guidance rows do."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_workbook(poam(items(30), items(9)), first, template=template)
    write_workbook(poam(items(4)), second, template=first)
    assert [cells["POAM ID"] for cells in read_items(second, SHEETS[0], version)] == [
        "V-1",
        "V-2",
        "V-3",
        "V-4",
    ]
    assert read_items(second, SHEETS[1], version) == []
    before, after = (openpyxl.load_workbook(path)[SHEETS[0]] for path in (first, second))
    for row in range(1, FIRST_ROWS[version][0]):
        assert _values(after, row) == _values(before, row)


@both
def test_a_template_without_its_guidance_rows_is_filled_from_below_the_headings(
    tmp_path: Path, template: Path, version: Version
) -> None:
    """Where someone deleted rows 6 to 8, the items start in row 6."""
    book = openpyxl.load_workbook(template)
    book[SHEETS[0]].delete_rows(6, 3)
    book.save(template)
    out = tmp_path / "out.xlsx"
    write_workbook(poam([PLAIN]), out, template=template)
    column = 2 if version == "3.0" else 1
    assert openpyxl.load_workbook(out)[SHEETS[0]].cell(6, column).value == "V-1"


@both
@pytest.mark.usefixtures("version")
def test_columns_that_people_added_follow_their_item(tmp_path: Path, template: Path) -> None:
    """An own column keeps its heading, and its cells move with the item's id; what has lost it is named."""
    first, out = tmp_path / "first.xlsx", tmp_path / "out.xlsx"
    write_workbook(poam(items(3)), first, template=template)
    book = openpyxl.load_workbook(first)
    sheet, column = book[SHEETS[0]], 40
    sheet.cell(5, column).value = "Ticket"
    for row, text in ((9, "OPS-1"), (10, "OPS-2"), (11, "=LEN(B11)")):
        sheet.cell(row, column).value = text
    book.save(first)
    kept = [replace(PLAIN, poam_id=name) for name in ("V-9", "V-3", "V-1")]
    receipt = write_workbook(poam(kept), out, template=first)
    filled = openpyxl.load_workbook(out)[SHEETS[0]]
    assert [filled.cell(row, column).value for row in (5, 9, 10, 11)] == [
        "Ticket",
        None,
        "=LEN(B10)",
        "OPS-1",
    ]
    assert ["V-2 is no longer on the sheet" in problem.what for problem in receipt.problems] == [True]


@both
def test_moved_columns_are_found_by_their_headings(tmp_path: Path, template: Path, version: Version) -> None:
    """A column put in between shifts the others: values and the formula's letters follow the headings."""
    book = openpyxl.load_workbook(template)
    sheet = book[SHEETS[0]]
    sheet.unmerge_cells("A1:F1" if version == "3.0" else "A1:E1")
    sheet.insert_cols(5)
    sheet.cell(5, 5).value = "Ours"
    book.save(template)
    out = tmp_path / "out.xlsx"
    write_workbook(poam([PLAIN]), out, template=template)
    cells = read_items(out, SHEETS[0], version)[0]
    assert item_of(cells, version).weakness_description == PLAIN.weakness_description
    formula = str(read_items(out, SHEETS[0], version, values=False)[0]["Scheduled Completion Date"])
    assert ("M9+90" if version == "3.0" else "L9+90") in formula


@both
def test_a_formula_that_was_shared_is_whole_in_the_rows_below(
    tmp_path: Path, template: Path, version: Version
) -> None:
    """When the first cell of a shared formula is replaced, the blank rows below get the formula itself."""
    column = "M" if version == "3.0" else "L"
    _share_formula(template, SHEETS[0], column, 9, 12)
    out = tmp_path / "out.xlsx"
    fixed = replace(PLAIN, scheduled_completion_date=date(2026, 7, 1))
    write_workbook(poam([fixed, replace(fixed, poam_id="V-2")]), out, template=template)
    sheet = openpyxl.load_workbook(out)[SHEETS[0]]
    formulas = [sheet[f"{column}{row}"].value for row in range(9, 13)]
    assert [str(value)[:10] for value in formulas[:2]] == ["2026-07-01"] * 2
    assert formulas[2:] == ['=IF(K11="A9",$K$9+K11,"K9")', '=IF(K12="A9",$K$9+K12,"K9")']


@both
@pytest.mark.samples
def test_no_official_part_changes_without_need(tmp_path: Path, official: Path, version: Version) -> None:
    """Only the three sheets of items and the styles (for dates and typed text) differ from the template."""
    out = tmp_path / "out.xlsx"
    write_workbook(poam(items(40), items(7), items(2)), out, template=official)
    assert _changed_parts(official, out) == FILLED[version]


@both
@pytest.mark.samples
def test_an_asset_sheet_changes_the_three_parts_that_name_it(
    tmp_path: Path, official: Path, version: Version
) -> None:
    """With POAM Assets one part comes in, and workbook, relations and content types name it; no more."""
    out = tmp_path / "out.xlsx"
    many = tuple(f"host-{number:05}.example" for number in range(2_500))
    write_workbook(poam([replace(PLAIN, asset_identifiers=many)], [BARE], [BARE]), out, template=official)
    new = {name for name in _names(out) if name not in _names(official)}
    assert len(new) == 1
    assert _changed_parts(official, out) - new == FILLED[version] | NAMING
    assert CalamineWorkbook.from_path(out).sheet_names[-1] == "POAM Assets"
    again = tmp_path / "again.xlsx"
    write_workbook(poam([BARE]), again, template=out)
    assert CalamineWorkbook.from_path(again).get_sheet_by_name("POAM Assets").to_python() == []


@both
@pytest.mark.samples
def test_official_guidance_rows_stay(tmp_path: Path, official: Path, version: Version) -> None:
    """The rows above the items are as they were, the values of the header block apart."""
    out = tmp_path / "out.xlsx"
    write_workbook(poam(items(5)), out, template=official)
    before, after = (
        CalamineWorkbook.from_path(path).get_sheet_by_name(SHEETS[0]).to_python(skip_empty_area=False)
        for path in (official, out)
    )
    for row in {1, 2, 3, 5, 6, 7, 8} - ({3} if version == "2.1" else set()):
        assert any(after[row - 1])
        assert after[row - 1] == before[row - 1]


@both
@pytest.mark.samples
def test_values_are_read_back_from_the_official_template(
    tmp_path: Path, official: Path, version: Version
) -> None:
    """Each sheet says what its items say, and shows its dates as dates."""
    out = tmp_path / "out.xlsx"
    rows = [replace(row, scheduled_completion_date=date(2026, 7, 1)) for row in items(25)]
    write_workbook(poam(rows, rows, rows), out, template=official)
    expected = [_without_3_0(row) if version == "3.0" else row for row in rows]
    for sheet in SHEETS:
        assert [item_of(cells, version) for cells in read_items(out, sheet, version)] == expected


@both
@pytest.mark.samples
def test_rules_reach_the_last_item(tmp_path: Path, official: Path, version: Version) -> None:
    """Past the rows prepared in the template, drop-downs, banding and the used range go on."""
    out = tmp_path / "out.xlsx"
    write_workbook(poam(items(4_100)), out, template=official)
    sheet = openpyxl.load_workbook(out)[SHEETS[0]]
    last = 4_108
    rating = "R" if version == "3.0" else "S"
    reached = {str(cells) for rule in sheet.data_validations.dataValidation for cells in rule.sqref.ranges}
    assert any(cells.startswith(rating) and cells.endswith(str(last)) for cells in reached)
    assert any(f"{last}" in str(rule.sqref) for rule in sheet.conditional_formatting)
    assert sheet.max_row == last


@pytest.mark.samples
def test_the_calculation_chain_names_only_cells_with_formulas(tmp_path: Path, samples: Path) -> None:
    """A date that replaces a formula is taken out of the chain; a chain that ends empty is left out."""
    out, full = tmp_path / "out.xlsx", tmp_path / "full.xlsx"
    official = samples / TEMPLATES["2.1"]
    fixed = [replace(row, scheduled_completion_date=date(2026, 7, 1)) for row in items(4_014)]
    write_workbook(poam(fixed[:3]), out, template=official)
    with zipfile.ZipFile(out) as package:
        chain = package.read("xl/calcChain.xml").decode()
    assert [f'r="L{row}"' in chain for row in (9, 10, 11, 12, 4022)] == [False, False, False, True, True]
    write_workbook(poam(fixed), full, template=official)
    assert "xl/calcChain.xml" not in _names(full)
    assert _changed_parts(official, full) == FILLED["2.1"] | (NAMING - {"xl/workbook.xml"})


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    [
        "fedramp/templates/FedRAMP-Vulnerability-Deviation-Request-Form.xlsx",
        "fedramp/templates/SSP-Appendix-M-Integrated-Inventory-Workbook-Template.xlsx",
        "hostile/spreadsheet/ok_baseline.xlsx",
    ],
)
def test_other_workbooks_are_refused_by_what_they_lack(samples: Path, tmp_path: Path, name: str) -> None:
    """A workbook that is no POA&M template is refused, and the sentence names what is missing."""
    out = tmp_path / "out.xlsx"
    with pytest.raises(UnknownFormat, match=r"is missing|has no column"):
        write_workbook(poam(), out, template=samples / name)
    assert list(tmp_path.iterdir()) == []


@both
def test_a_template_that_lacks_a_column_is_refused_by_name(
    tmp_path: Path, template: Path, version: Version
) -> None:
    """One heading less, and the sentence says which, and on which sheet."""
    book = openpyxl.load_workbook(template)
    column = "AB" if version == "3.0" else "AD"
    assert book[SHEETS[0]][f"{column}5"].value == "CVE"
    book[SHEETS[0]][f"{column}5"].value = None
    book.save(template)
    with pytest.raises(InputRefused, match=r"'Open POA&M Items' has no column 'CVE'"):
        write_workbook(poam(), tmp_path / "out.xlsx", template=template)


def _without_3_0(row: PoamRow) -> PoamRow:
    return replace(row, auto_approve=False, service_names=())


def _values(sheet: Worksheet, row: int) -> list[object]:
    return [cell.value for cell in sheet[row] if cell.value is not None]


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return package.namelist()


def _changed_parts(before: Path, after: Path) -> set[str]:
    """Return the parts that are not the same bytes in both, or not in both."""
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        assert new.testzip() is None
        both_have = set(old.namelist()) & set(new.namelist())
        changed = {name for name in both_have if old.read(name) != new.read(name)}
        return changed | (set(new.namelist()) - set(old.namelist()))


def _share_formula(path: Path, name: str, column: str, first: int, last: int) -> None:
    """Write a shared formula into a sheet, as Excel writes it: the text once, in the first cell."""
    with zipfile.ZipFile(path) as package:
        parts = {member: package.read(member) for member in package.namelist()}
    number = openpyxl.load_workbook(path).sheetnames.index(name) + 1
    text = f'IF(K{first}="A9",$K$9+K{first},"K9")'
    shared = f'<f t="shared" ref="{column}{first}:{column}{last}" si="0">{text}</f>'
    rows = [
        f'<row r="{row}"><c r="{column}{row}" s="0">{shared if row == first else _MEMBER}<v></v></c></row>'
        for row in range(first, last + 1)
    ]
    part = f"xl/worksheets/sheet{number}.xml"
    parts[part] = parts[part].replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w") as package:
        for member, content in parts.items():
            package.writestr(member, content)


_MEMBER = '<f t="shared" si="0"/>'
