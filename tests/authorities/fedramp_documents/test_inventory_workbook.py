"""FedRAMP's inventory workbook: both shapes in, filled out, and held against the scans."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.fedramp.form_writing import Filling
from milepost.authorities.fedramp.forms import FormRow
from milepost.authorities.fedramp.inventory_workbook import (
    ScannedAsset,
    inventory_form,
    inventory_rows,
    read_inventory_rows,
    reconcile,
    reconciliation_text,
    write_inventory,
)
from milepost.authorities.intake.inventory import read_inventory
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import CellValue
from tests.samples import sample

SINCE = date(2026, 11, 1)
TEMPLATE = "fedramp/templates/SSP-Appendix-M-Integrated-Inventory-Workbook-Template.xlsx"
FILLED = "fedramp/samples/IIW-2026-05-filled.xlsx"
WEB = ScannedAsset(
    name="web",
    names=("web", "10.0.0.1", "web.example.com"),
    addresses=("10.0.0.1",),
    dns_name="web.example.com",
    kind="Host",
    exposed=True,
    last_look=date(2026, 11, 5),
    credentialed=True,
)
LISTED: FormRow = {
    "identifier": "WEB-1",
    "addresses": "10.0.0.1",
    "public": "Yes",
    "authenticated_scan": "Yes",
    "in_latest_scan": "Yes",
    "end_of_life": date(2030, 1, 1),
}
_TEXT = st.text("abc =+-@\n0123", min_size=1, max_size=20).filter(lambda text: text.strip() == text)
_CELLS = {
    each.field: st.sampled_from(each.choices) if each.choices else _TEXT | st.integers(1, 9999)
    for each in inventory_form().columns
    if each.field != "identifier"
}


def filling(*rows: FormRow) -> Filling:
    """Return assets to write."""
    return Filling(rows=rows, as_of=SINCE, facts={})


@settings(max_examples=15)
@given(cells=st.lists(st.fixed_dictionaries({}, optional=_CELLS), max_size=5))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, CellValue]]
) -> None:
    """Every column of every asset, and once more into its own file."""
    rows = [{**row, "identifier": f"A-{number}"} for number, row in enumerate(cells, 1)]
    first = tmp_path_factory.mktemp("iiw") / "first.xlsx"
    write_inventory(filling(*rows), first)
    assert list(read_inventory_rows(first).rows) == rows
    write_inventory(filling(*rows), first.with_name("second.xlsx"), first)
    assert list(read_inventory_rows(first.with_name("second.xlsx")).rows) == rows


@pytest.mark.samples
@pytest.mark.parametrize("base", [TEMPLATE, FILLED])
def test_a_filled_inventory_goes_into_the_official_workbook(tmp_path: Path, base: str) -> None:
    """The seven assets of a real inventory come out cell by cell; other parts stay byte for byte."""
    rows = read_inventory_rows(sample(FILLED)).rows
    assert len(rows) == 7
    assert (rows[0]["identifier"], rows[0]["end_of_life"]) == ("MSS-HOST-SMOKEHOUSE", "2027-12")
    out = tmp_path / "iiw.xlsx"
    (problem,) = write_inventory(filling(*rows), out, sample(base)).problems
    assert problem.what.startswith("rows 3 to 12 and column A explain the form")
    assert read_inventory_rows(out).rows == rows
    with zipfile.ZipFile(sample(base)) as before, zipfile.ZipFile(out) as after:
        differing = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert differing <= {"xl/worksheets/sheet2.xml", "xl/styles.xml"}


@pytest.mark.samples
def test_the_other_shape_says_the_same(tmp_path: Path) -> None:
    """As it is submitted: the label column and the rows of guidance deleted."""
    workbook = openpyxl.load_workbook(sample(FILLED))
    sheet = workbook["Inventory"]
    for cells in [str(area) for area in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(cells)
    sheet.delete_rows(3, 10)
    sheet.delete_cols(1)
    workbook.save(tmp_path / "sent.xlsx")
    assert read_inventory_rows(tmp_path / "sent.xlsx").rows == read_inventory_rows(sample(FILLED)).rows
    out = tmp_path / "again.xlsx"
    written = write_inventory(filling(*read_inventory_rows(sample(FILLED)).rows), out, tmp_path / "sent.xlsx")
    assert written.problems == ()
    assert read_inventory_rows(out).rows == read_inventory_rows(sample(FILLED)).rows


@pytest.mark.samples
def test_guidance_and_examples_are_no_assets() -> None:
    """Neither here nor where the checks look at an inventory."""
    assert read_inventory_rows(sample(TEMPLATE)).rows == ()
    assert read_inventory(sample(TEMPLATE)) == []
    assert len(read_inventory(sample(FILLED))) == 7


@pytest.mark.samples
def test_the_headings_are_the_official_ones() -> None:
    """Column by column."""
    official = [cell.value for cell in openpyxl.load_workbook(sample(TEMPLATE))["Inventory"][2]][1:26]
    assert [each.heading for each in inventory_form().columns] == [
        " ".join(str(text).split()) for text in official
    ]


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    """With the heading that it should have."""
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(UnknownFormat, match="UNIQUE ASSET IDENTIFIER"):
        write_inventory(filling(LISTED), tmp_path / "out.xlsx", tmp_path / "other.xlsx")


def test_what_only_scans_know_is_added_and_what_people_wrote_stays() -> None:
    """The listed row is met by its address; the new one says what the scans know."""
    data = replace(WEB, name="db", names=("db",), addresses=("10.0.0.2",), dns_name="", exposed=None)
    data = replace(data, credentialed=False, last_look=date(2026, 10, 30))
    assert inventory_rows([LISTED], [WEB, data], SINCE) == [
        LISTED,
        {
            "identifier": "db",
            "addresses": "10.0.0.2",
            "authenticated_scan": "No",
            "asset_type": "Host",
            "in_latest_scan": "No",
        },
    ]


def test_inventory_and_scans_that_agree() -> None:
    """Nothing has to be explained."""
    found = reconcile([LISTED], [WEB], SINCE)
    assert (found.agrees, found.matched) == (True, 1)


def test_inventory_and_scans_that_differ() -> None:
    """In one and not the other, listed twice, and each answer that the scans contradict."""
    listed: list[FormRow] = [
        {**LISTED, "in_latest_scan": "No", "public": "No"},
        {"identifier": "OLD", "in_latest_scan": "Yes"},
        {"identifier": "SHELF", "in_latest_scan": "No"},
        {"identifier": "old"},
    ]
    new = replace(WEB, name="new", names=("new",))
    late = replace(WEB, name="late", names=("late",), last_look=date(2026, 10, 31))
    found = reconcile(listed, [replace(WEB, credentialed=False), new, late], SINCE)
    assert (found.unscanned, found.absent, found.repeated) == (("OLD", "old"), ("SHELF",), ("old",))
    assert found.unlisted == ("new",)
    assert [each.what.split(",")[0] for each in found.disagreements] == [
        "listed as not in the latest scan",
        "listed with authenticated scans",
        "listed as not public",
    ]
    text = reconciliation_text(found)
    assert "## Scanned, not in the inventory: 1\n\n- new\n" in text
    assert "check 5J" in text


def test_a_listed_asset_that_was_scanned_too_long_ago_is_not_scanned() -> None:
    """Only looks since the first of the month count."""
    found = reconcile([LISTED], [replace(WEB, last_look=date(2026, 10, 31))], SINCE)
    assert (found.unscanned, found.matched) == (("WEB-1",), 1)
