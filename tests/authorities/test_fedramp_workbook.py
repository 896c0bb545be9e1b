"""A POA&M written as a workbook says what its items say, in either layout."""

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from milepost.authorities.fedramp.fields import Deviation, PoamRow
from milepost.authorities.fedramp.values import completion_by_rule
from milepost.authorities.fedramp.workbook import Version, write_workbook
from milepost.domain.errors import WrongUse
from tests.authorities.poams import BARE, PLAIN, SHEETS, item_of, poam, read_items

VERSIONS: tuple[Version, ...] = ("3.0", "2.1")
both = pytest.mark.parametrize("version", VERSIONS)
TEXT_FIELDS = (
    "weakness_name",
    "weakness_description",
    "point_of_contact",
    "resources_required",
    "remediation_plan",
    "vendor_product",
    "deviation_rationale",
    "comments",
)


@both
def test_every_sheet_has_its_items(tmp_path: Path, version: Version) -> None:
    """Open, closed and configuration items stand on their own sheets, and the receipt counts them."""
    out = tmp_path / "poam.xlsx"
    closed = replace(BARE, poam_id="V-3")
    receipt = write_workbook(poam([PLAIN, BARE], [closed], []), out, layout=version)
    assert receipt.rows == dict(zip(SHEETS, (2, 1, 0), strict=True))
    assert receipt.layout == version
    assert receipt.problems == []
    assert [_ids(out, sheet, version) for sheet in SHEETS] == [["V-1", "V-2"], ["V-3"], []]


@both
def test_values_follow_the_rules_of_the_layout(tmp_path: Path, version: Version) -> None:
    """2.1 states N/A, None and No where 3.0 wants blank cells; 3.0 has the milestones in the plan."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam([PLAIN, BARE]), out, layout=version)
    plain, bare = read_items(out, SHEETS[0], version)
    if version == "2.1":
        assert bare["Adjusted Risk Rating"] == "N/A"
        assert bare["Weakness Source Identifier"] == "None"
        assert bare["Binding Operational Directive 22-01 tracking"] == "No"
        assert plain["Planned Milestones"] == "\n\n".join(PLAIN.milestones)
        assert plain["Overall Remediation Plan"] == PLAIN.remediation_plan
    else:
        blank = {"Adjusted Risk Rating", "Weakness Source Identifier", "Vendor Dependent Product Name"}
        blank |= {"Deviation Rationale", "Comments", "Binding Operational Directive 22-01 tracking", "CVE"}
        assert blank.isdisjoint(bare)
        assert all(milestone in str(plain["Remediation Plan"]) for milestone in PLAIN.milestones)
    assert plain["Controls"] == "RA-5, SI-2(3)"
    assert plain["Asset Identifier"] == "198.51.100.7 (443/TCP)\nweb-2 (8443/TCP)"
    assert plain["Weakness Source Identifier"] == 104743


@both
@pytest.mark.parametrize("identifier", ["0", "19506", "007", "CVE-2011-3389", "1e5", "9" * 15, "9" * 16, "٣"])
def test_an_identifier_comes_back_as_it_was(tmp_path: Path, version: Version, identifier: str) -> None:
    """A plain number is written as one, anything that a number would change stays text."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam([replace(PLAIN, source_identifier=identifier)]), out, layout=version)
    assert item_of(read_items(out, SHEETS[0], version)[0], version).source_identifier == identifier


@both
def test_the_header_block_names_provider_system_level_and_day(tmp_path: Path, version: Version) -> None:
    """The values stand below their labels: in row 4 of 3.0 (row 3 is guidance), in row 3 of 2.1."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam(), out, layout=version)
    row, first = (4, "B") if version == "3.0" else (3, "A")
    shown = CalamineWorkbook.from_path(out).get_sheet_by_name(SHEETS[0]).to_python(skip_empty_area=False)
    start = ord(first) - ord("A")
    expected = ["Example Cloud", "Example Offering", "Moderate", date(2026, 6, 1)]
    assert shown[row - 1][start : start + 4] == expected


@both
def test_the_completion_date_is_a_formula_with_its_value(tmp_path: Path, version: Version) -> None:
    """On the open sheet the sheet computes the date, and shows ours until then; elsewhere it is plain."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam([PLAIN], [PLAIN]), out, layout=version)
    header = "Scheduled Completion Date"
    assert str(read_items(out, SHEETS[0], version, values=False)[0][header]).startswith("=IF(")
    assert not str(read_items(out, SHEETS[1], version, values=False)[0][header]).startswith("=")
    for sheet in SHEETS[:2]:
        assert item_of(read_items(out, sheet, version)[0], version).scheduled_completion_date == date(
            2026, 8, 29
        )


@both
def test_a_date_that_someone_set_is_written_as_it_is(tmp_path: Path, version: Version) -> None:
    """A rule or an approval that fixes the date wins over the formula."""
    out = tmp_path / "poam.xlsx"
    fixed = replace(PLAIN, scheduled_completion_date=date(2026, 12, 24))
    write_workbook(poam([fixed]), out, layout=version)
    cells = read_items(out, SHEETS[0], version, values=False)[0]
    assert item_of(cells, version).scheduled_completion_date == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("original", "adjusted", "adjustment", "days"),
    [
        ("High", "", Deviation.NO, 30),
        ("Moderate", "", Deviation.NO, 90),
        ("Low", "", Deviation.NO, 180),
        ("High", "Low", Deviation.YES, 180),
        ("High", "Low", Deviation.PENDING, 30),
        ("High", "Low", Deviation.NO, 30),
        ("Low", "High", Deviation.YES, 30),
        ("Moderate", "N/A", Deviation.YES, 90),
    ],
)
def test_only_an_approved_adjustment_moves_the_date(
    original: str, adjusted: str, adjustment: Deviation, days: int
) -> None:
    """The formula of the templates: 30, 90, 180 days by the original rating unless `Yes` is given."""
    row = replace(
        PLAIN, original_risk_rating=original, adjusted_risk_rating=adjusted, risk_adjustment=adjustment
    )
    assert row.original_detection_date
    assert completion_by_rule(row) == row.original_detection_date + timedelta(days=days)


@both
def test_an_item_without_a_known_rating_is_reported(tmp_path: Path, version: Version) -> None:
    """No date is guessed: the cell stays blank and the receipt names the item."""
    out = tmp_path / "poam.xlsx"
    receipt = write_workbook(poam([replace(BARE, original_risk_rating="Critical")]), out, layout=version)
    assert [problem.where for problem in receipt.problems] == ["Open POA&M Items, V-2"]
    assert "Scheduled Completion Date" not in read_items(out, SHEETS[0], version)[0]


@both
def test_asset_lists_that_no_cell_holds_get_a_sheet(tmp_path: Path, version: Version) -> None:
    """The cell points to a column of the sheet POAM Assets, headed by the item's id, one asset a row."""
    out = tmp_path / "poam.xlsx"
    many = tuple(f"host-{number:05}.example" for number in range(2_500))
    few = tuple(f"node-{number:05}.example" for number in range(2_400))
    items = [
        replace(PLAIN, asset_identifiers=many),
        BARE,
        replace(BARE, poam_id="V-3", asset_identifiers=few),
    ]
    receipt = write_workbook(poam(items), out, layout=version)
    assert receipt.problems == []
    cells = read_items(out, SHEETS[0], version)
    assert cells[0]["Asset Identifier"] == "See Column A in POAM Assets tab"
    assert cells[2]["Asset Identifier"] == "See Column B in POAM Assets tab"
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("POAM Assets").to_python()
    assert tuple(row[0] for row in rows) == ("V-1", *many)
    assert tuple(row[1] for row in rows if row[1]) == ("V-3", *few)


@both
def test_a_text_that_no_cell_holds_is_cut_and_reported(tmp_path: Path, version: Version) -> None:
    """Nothing is cut in silence: the receipt names the cell."""
    out = tmp_path / "poam.xlsx"
    long = replace(BARE, weakness_description="x" * 40_000)
    receipt = write_workbook(poam([long]), out, layout=version)
    column = "E" if version == "3.0" else "D"
    assert [problem.where for problem in receipt.problems] == [f"Open POA&M Items!{column}9"]
    assert read_items(out, SHEETS[0], version)[0]["Weakness Description"] == "x" * 32_767


@both
def test_control_characters_are_left_out_and_reported(tmp_path: Path, version: Version) -> None:
    """What a workbook cannot hold is named, not swallowed."""
    out = tmp_path / "poam.xlsx"
    receipt = write_workbook(poam([replace(BARE, comments="a\x00b\x1bc")]), out, layout=version)
    assert read_items(out, SHEETS[0], version)[0]["Comments"] == "abc"
    assert len(receipt.problems) == 1


@both
def test_the_same_in_is_the_same_out(tmp_path: Path, version: Version) -> None:
    """Two workbooks of the same POA&M are equal byte for byte."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    for out in (first, second):
        write_workbook(poam([PLAIN, BARE], [BARE]), out, layout=version)
    assert first.read_bytes() == second.read_bytes()


def test_a_failure_leaves_no_file_behind(tmp_path: Path) -> None:
    """When the items end in an error, the file that was there before is still there, and nothing else."""
    out = tmp_path / "poam.xlsx"
    out.write_bytes(b"last month's file")

    def broken() -> Iterator[PoamRow]:
        yield PLAIN
        raise LookupError

    with pytest.raises(LookupError):
        write_workbook(poam(broken()), out)
    assert [path.name for path in tmp_path.iterdir()] == ["poam.xlsx"]
    assert out.read_bytes() == b"last month's file"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence says which folder is missing."""
    with pytest.raises(WrongUse, match="the folder does not exist"):
        write_workbook(poam(), tmp_path / "nowhere" / "poam.xlsx")


PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "- corrected in release 2",
    "<b>&amp;</b>]]>",
    " leading and trailing ",
)


@both
def test_text_stays_text(tmp_path: Path, version: Version) -> None:
    """What looks like a formula is text in every text column, unchanged, and marked as typed text."""
    out, filled = tmp_path / "poam.xlsx", tmp_path / "filled.xlsx"
    assert_text_stays_text(PAYLOADS, out, version)
    assert_text_stays_text(PAYLOADS, filled, version, template=out)


@both
@pytest.mark.samples
def test_known_payloads_stay_text(samples: Path, tmp_path: Path, version: Version) -> None:
    """The collections of formula and of naughty strings come back as they went in, with no formula cell."""
    lines = (samples / "hostile/spreadsheet/formula_cells.txt").read_text().splitlines()
    naughty = (samples / "hostile/strings/naughty_strings.txt").read_text(errors="replace").split("\n")
    payloads = [json.loads(line) for line in lines] + [text for text in naughty if text]
    sound = [text for text in payloads if not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)]
    assert len(sound) > 500
    assert_text_stays_text(sound, tmp_path / "poam.xlsx", version)


def assert_text_stays_text(
    payloads: Sequence[str], out: Path, version: Version, *, template: Path | None = None
) -> None:
    """Write each payload into every text column, and read the same text back with two readers."""
    done = replace(BARE, scheduled_completion_date=date(2026, 8, 1), false_positive=Deviation.NO)
    said = (_saying(done, payload) for payload in payloads)
    write_workbook(poam(said), out, layout=version, template=template)
    with zipfile.ZipFile(out) as package:
        sheets = [package.read(name) for name in package.namelist() if "worksheets" in name]
        assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    read = [item_of(cells, version) for cells in read_items(out, SHEETS[0], version, values=False)]
    for field in TEXT_FIELDS:
        assert [getattr(item, field) for item in read] == list(payloads)
    for row in openpyxl.load_workbook(out)[SHEETS[0]].iter_rows(min_row=9):
        for cell in row:
            if str(cell.value or "")[:1] in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20") - {""}:
                assert cell.data_type == "s"
                assert cell.quotePrefix
    shown = CalamineWorkbook.from_path(out).get_sheet_by_name(SHEETS[0]).to_python()
    place = 4 if version == "3.0" else 3
    assert [row[place] for row in shown[8:]] == list(payloads)


def _saying(row: PoamRow, text: str) -> PoamRow:
    """Return the item with one text in all its fields of text."""
    return replace(
        row,
        weakness_name=text,
        weakness_description=text,
        point_of_contact=text,
        resources_required=text,
        remediation_plan=text,
        vendor_product=text,
        deviation_rationale=text,
        comments=text,
    )


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40
).filter(lambda text: text not in {"None", "N/A"} and "milestone" not in text.lower() and "_x" not in text)
LINES = st.lists(WORDS.map(lambda text: text.replace("\n", " ")), max_size=4).map(tuple)
NAMES = st.lists(st.from_regex(r"[A-Z]{2}-[1-9][0-9]?", fullmatch=True), max_size=4).map(tuple)
DAYS = st.dates(date(1980, 1, 2), date(2200, 1, 1))
DATED = st.lists(st.builds("({:02}) {}: {}".format, st.integers(1, 99), DAYS, WORDS), max_size=3).map(tuple)
RATINGS = st.sampled_from(["High", "Moderate", "Low"])
ROWS = st.builds(
    PoamRow,
    poam_id=WORDS,
    controls=NAMES,
    weakness_name=WORDS,
    weakness_description=WORDS,
    detector_sources=LINES,
    source_identifier=st.one_of(st.just(""), WORDS, st.integers(0, 10**17).map(str)),
    asset_identifiers=LINES,
    point_of_contact=WORDS,
    resources_required=st.one_of(st.just(""), WORDS),
    remediation_plan=st.one_of(st.just(""), WORDS),
    original_detection_date=DAYS,
    scheduled_completion_date=st.one_of(st.none(), DAYS),
    milestones=DATED,
    milestone_changes=DATED,
    status_date=DAYS,
    vendor_dependency=st.booleans(),
    last_vendor_checkin=st.one_of(st.none(), DAYS),
    vendor_product=st.one_of(st.just(""), WORDS),
    original_risk_rating=RATINGS,
    adjusted_risk_rating=st.one_of(st.just(""), RATINGS),
    risk_adjustment=st.sampled_from(Deviation),
    false_positive=st.sampled_from(Deviation),
    operational_requirement=st.sampled_from(Deviation),
    deviation_rationale=st.one_of(st.just(""), WORDS),
    supporting_documents=LINES,
    comments=st.one_of(st.just(""), WORDS),
    auto_approve=st.booleans(),
    kev_tracking=st.booleans(),
    kev_due=st.one_of(st.none(), DAYS),
    cves=NAMES,
    service_names=LINES,
)
NOT_IN_3_0 = {"auto_approve", "service_names"}


@both
@given(row=ROWS)
def test_any_item_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, version: Version, row: PoamRow
) -> None:
    """Whatever an item says, an independent reader finds it in the workbook; a left date is the rule's."""
    out = tmp_path_factory.mktemp("round") / "poam.xlsx"
    write_workbook(poam((), [row]), out, layout=version)
    (cells,) = read_items(out, SHEETS[1], version)
    expected = row
    if row.scheduled_completion_date is None:
        expected = replace(row, scheduled_completion_date=completion_by_rule(row))
    read = item_of(cells, version)
    compared = {field.name for field in fields(PoamRow)} - (NOT_IN_3_0 if version == "3.0" else set())
    assert {name: getattr(read, name) for name in compared} == {
        name: getattr(expected, name) for name in compared
    }


def _ids(path: Path, sheet: str, version: Version) -> list[str]:
    return [cast("str", cells["POAM ID"]) for cells in read_items(path, sheet, version)]
