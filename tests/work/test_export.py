"""The exported workbook says what the register says, in both layouts, and gives numbers away for good."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from milepost.domain.item import DeviationKind, ResourceKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.planning import Comment, Resource
from milepost.records.systems import System
from milepost.work.close_item import Closing, close_item
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.export_poam import export_poam
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone, move_milestone
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY, Importing
from tests.work.reports import Found, Host, nessus

Layout = Literal["3.0", "2.1"]
WEB = Host("10.0.0.1", (Found(100, title="=cmd()"), Found(200, 22, 4)), "web.example.com")
HEADER_ROW = 5


def rows(path: Path, sheet: str, header_row: int = HEADER_ROW) -> dict[str, dict[str, object]]:
    """Return the data rows of a sheet by POAM ID, each by heading."""
    cells = list(openpyxl.load_workbook(path)[sheet].values)
    headings = [str(value) for value in cells[header_row - 1]]
    found = {}
    for values in cells[header_row:]:
        row = dict(zip(headings, values, strict=True))
        if str(row.get("POAM ID", "")).startswith("V-") and str(row["POAM ID"])[2:].isdigit():
            found[str(row["POAM ID"])] = row
    return found


def day(value: object) -> date:
    """Return a cell's date."""
    assert isinstance(value, datetime)
    return value.date()


@pytest.mark.parametrize("layout", ["3.0", "2.1"])
def test_open_item_is_written_as_decided_and_scanned(
    importing: Importing, system: System, tmp_path: Path, layout: Layout
) -> None:
    """People's words come first, the scanner's fill the rest, and a formula-like name stays text."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    item = Item.objects.get(source_id="100")
    values = {
        "responsible": "Sam",
        "vendor_dependency": "yes",
        "vendor_product": "Widget",
        "vendor_checked_on": "2026-02-20",
    }
    edit_item(Edit(item.identifier, values, "Ines"), as_of=TODAY)
    Resource.objects.create(item=item, kind=ResourceKind.FUNDING, amount=5000, fiscal_year=2026)
    Resource.objects.create(item=item, kind=ResourceKind.PEOPLE, hours=12)
    Comment.objects.create(item=item, on=TODAY, person="Ines", text="Vendor answers on Friday.")
    add_milestone(item, "Patch staging", date(2026, 2, 1))
    move_milestone(item, 1, date(2026, 2, 9), reason="freeze", person="Sam", as_of=TODAY)
    export_poam(system.name, tmp_path / "p.xlsx", layout=layout, as_of=TODAY)
    row = rows(tmp_path / "p.xlsx", "Open POA&M Items")[item.identifier]
    assert row["Weakness Name"] == "=cmd()"
    assert row["Asset Identifier"] == "10.0.0.1 (443/TCP)"
    assert row["Weakness Source Identifier"] in {100, "100"}
    assert row["Point of Contact"] == "Sam"
    assert "$5,000.00 in FY2026" in str(row["Resources Required"])
    assert "12 staff hours" in str(row["Resources Required"])
    assert day(row["Original Detection Date"]) == date(2026, 1, 5)
    assert row["Vendor Dependency"] == "Yes"
    assert row["Vendor Dependent Product Name"] == "Widget"
    assert "Vendor answers on Friday." in str(row["Comments"])
    planned = str(row["Planned Milestones"] if layout == "2.1" else row["Remediation Plan"])
    assert "(01) 2026-02-01: Patch staging" in planned


def test_lists_are_kept_apart(importing: Importing, system: System, tmp_path: Path) -> None:
    """Closed items leave the open list; what was never closed stays on it."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    open_item(NewItem(system.name, "By hand", TODAY, "Ines", risk=Rating.LOW), as_of=TODAY)
    close_item(Closing("V-3", "Sam", "Vera", "photo.png", "done"), as_of=TODAY)
    receipt = export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    assert receipt.rows["Open POA&M Items"] == 2
    assert set(rows(tmp_path / "p.xlsx", "Open POA&M Items")) == {"V-1", "V-2"}
    assert set(rows(tmp_path / "p.xlsx", "Closed POA&M Items", 2)) == {"V-3"}


@pytest.mark.samples
def test_configuration_findings_stand_under_one_cm6_item(
    importing: Importing, system: System, samples: Path, tmp_path: Path
) -> None:
    """Each open rule of a checklist is a configuration finding; one CM-6 item stands for them on Open."""
    counted = json.loads((samples / "dod/expected_counts.json").read_text())["ckl/saf_vSphere8_report.ckl"]
    importing(samples / "dod/ckl/saf_vSphere8_report.ckl")
    export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    opened = rows(tmp_path / "p.xlsx", "Open POA&M Items")
    assert [row["Controls"] for row in opened.values()] == ["CM-6"]
    assert len(rows(tmp_path / "p.xlsx", "Configuration Findings", 2)) == sum(
        stig["status"].get("Open", 0) for stig in counted["stigs"]
    )


def test_deviations_are_written_with_their_state(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """A pending adjustment is Pending and moves no date; an approved false positive is Yes."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    first, second = Item.objects.order_by("number")
    request_deviation(
        first, DeviationKind.RISK_ADJUSTMENT, "isolated", person="Ines", as_of=TODAY, adjusted_risk=Rating.LOW
    )
    request = request_deviation(second, DeviationKind.FALSE_POSITIVE, "absent", person="Ines", as_of=TODAY)
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    written = rows(tmp_path / "p.xlsx", "Open POA&M Items")
    assert written["V-1"]["Risk Adjustment"] == "Pending"
    assert written["V-1"]["Adjusted Risk Rating"] == "Low"
    assert written["V-2"]["False Positive"] == "Yes"
    assert "Risk Adjustment : isolated" in str(written["V-1"]["Deviation Rationale"])


def test_exported_numbers_are_never_given_again(importing: Importing, system: System, tmp_path: Path) -> None:
    """After an export, taking an import back frees no number; before it, the numbers are free again."""
    path = nessus(tmp_path / "a.nessus", WEB)
    undo_import(importing(path).number or 0)
    assert importing(path).items["opened"] == 2
    assert set(Item.objects.values_list("identifier", flat=True)) == {"V-1", "V-2"}
    export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    undo_import(importing(path).number or 0)
    importing(path)
    assert set(Item.objects.values_list("identifier", flat=True)) == {"V-3", "V-4"}


def test_long_asset_lists_overflow_to_their_own_sheet(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """A weakness on more assets than a cell can hold names the sheet where they all stand."""
    hosts = [
        replace(
            WEB, ip=f"10.1.{number // 250}.{number % 250 + 1}", fqdn=f"host-{number:05}.long-name.example.com"
        )
        for number in range(1800)
    ]
    importing(nessus(tmp_path / "a.nessus", *hosts))
    export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    row = rows(tmp_path / "p.xlsx", "Open POA&M Items")["V-1"]
    assert "POAM Assets" in str(row["Asset Identifier"])
    assert "POAM Assets" in openpyxl.load_workbook(tmp_path / "p.xlsx").sheetnames
