"""What eMASS gives is read whatever its generation: import workbooks, reports with dashes, hardware lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.documents import read_document
from milepost.authorities.intake.inventory import read_inventory
from milepost.domain.plan_item import PlanItem, State
from tests.authorities.emass.workbooks import FOLDER
from tests.samples import sample

REPORT_2025 = {
    "A": "ID",
    "B": "Vulnerability Description",
    "D": "Controls / APs",
    "F": "Control Criticality",
    "G": "Security Checks",
    "H": "POA&M Status",
    "I": "POA&M Scheduled Completion Date",
    "M": "POA&M Pending Extension Date",
    "N": "POA&M Extension Date",
    "O": "POA&M Risk Accepted Date",
    "P": "POA&M Requested Risk Accepted Expiration Date",
    "Q": "POA&M Risk Accepted Expiration Date",
    "R": "POA&M Completion Date",
    "S": "Milestone ID",
    "V": "Milestone Description",
    "W": "Milestone Status",
    "X": "Milestone Status Comments",
    "Y": "Milestone Scheduled Completion Date",
    "Z": "Milestone Completion Date",
    "AA": "Artifacts",
    "AB": "Identification Source",
    "AC": "Identification Source Details",
    "AD": "Office / Org",
    "AE": "Resources",
    "AF": "Comments",
    "AG": "Raw Severity",
    "AH": "Devices Affected",
    "AI": "Mitigations",
    "AJ": "Predisposing Conditions",
    "AK": "Severity",
    "AL": "Relevance of Threat",
    "AM": "Threat Description",
    "AN": "Likelihood",
    "AO": "Impact",
    "AP": "Impact Description",
    "AQ": "Residual Risk Level",
    "AR": "Recommendations",
    "AS": "Resulting Residual Risk Level after Proposed Mitigations",
}
REPORT_2020 = {
    "A": "Vulnerability Description",
    "C": "Security Control Acronym",
    "D": "AP Acronym",
    "F": "Office / Org",
    "G": "Security Checks",
    "I": "Resources Required",
    "J": "Scheduled Completion Date",
    "N": "Milestones with Completion Date",
    "P": "Milestone Changes",
    "Q": "Artifacts",
    "R": "Source Identifying Vulnerability",
    "S": "Status",
    "T": "Comments",
    "U": "Raw Severity",
    "V": "Mitigations",
    "W": "Severity",
    "X": "Relevance of Threat",
    "Y": "Likelihood",
    "Z": "Impact",
    "AA": "Impact Description",
    "AB": "Residual Risk Level",
    "AC": "Recommendations",
}
VULNERATOR = {
    "A": "Control Vulnerability Description",
    "C": "Security Control Number (NC/NA controls only)",
    "D": "Office/Org",
    "E": "Security Checks",
    "F": "Resources Required",
    "G": "Scheduled Completion Date",
    "H": "Milestone with Completion Dates",
    "I": "Milestone Changes",
    "J": "Source Identifying Control Vulnerability",
    "K": "Status",
    "L": "Comments",
    "M": "Raw Severity",
    "N": "Devices Affected",
    "Q": "Severity",
}


def sheet(
    path: Path, name: str, header: tuple[int, Mapping[str, str]], rows: Sequence[Mapping[str, object]]
) -> Path:
    """Write headings on a row, and rows below it, by column."""
    book = openpyxl.Workbook()
    found = book.active
    found.title = name
    number, headings = header
    for below, values in enumerate([headings, *rows]):
        for column, value in values.items():
            found[f"{column}{number + below}"] = value
    book.save(path)
    return path


def only(path: Path) -> PlanItem:
    """Return the one item of a report."""
    plan = read_document(path)
    assert plan.layout == "emass-report"
    (item,) = plan.items
    return item


def test_a_report_has_dashes_for_nothing_and_milestones_below(tmp_path: Path) -> None:
    """A row of dashes with a milestone continues the item above; the granted expiration date counts."""
    dashes: dict[str, object] = dict.fromkeys(REPORT_2025, "-")
    first = dashes | {
        "A": "7",
        "B": "Telnet is on",
        "D": "AC-3",
        "F": "High",
        "H": "Ongoing",
        "I": date(2026, 6, 1),
        "Q": date(2026, 9, 1),
        "S": "501",
        "V": "Turn it off",
        "W": "Completed",
        "Y": date(2026, 5, 1),
        "X": "Done early",
        "AB": "Operational",
        "AC": "Nessus",
        "AH": "a; b",
        "AJ": "Alone",
        "AS": "Low",
    }
    second = dashes | {"S": "502", "V": "Verify it", "W": "Open", "Y": date(2026, 5, 20)}
    item = only(sheet(tmp_path / "r.xlsx", "RMF_POAM", (12, REPORT_2025), [first, second]))
    assert (item.id, item.controls, item.status) == ("7", ("AC-3",), State.IN_PROGRESS)
    assert (item.acceptance_expires, item.scheduled_date) == (date(2026, 9, 1), date(2026, 6, 1))
    assert (item.resources_text, item.assets, item.resulting_risk) == ("", ("a", "b"), "Low")
    assert (item.source_details, item.predisposing_conditions) == ("Nessus", "Alone")
    assert [(each.key, each.text, each.status_label, each.remark) for each in item.milestones] == [
        ("501", "Turn it off", "Completed", "Done early"),
        ("502", "Verify it", "Open", ""),
    ]


def test_a_report_of_2020_is_known(tmp_path: Path) -> None:
    """Its header stands in row 11, with acronyms of control and procedure and text milestones."""
    row: dict[str, object] = {
        "A": "Telnet is on",
        "C": "AC-3",
        "D": "AC-3.1",
        "F": "NAVWAR",
        "J": "06/01/2026",
        "S": "Ongoing",
        "N": "Turn it off 05/01/2026",
        "U": "II",
    }
    item = only(sheet(tmp_path / "r.xlsx", "System-POAM", (11, REPORT_2020), [row]))
    assert (item.description, item.responsible_org, item.raw_severity) == ("Telnet is on", "NAVWAR", "CAT II")
    assert [(each.text, each.due) for each in item.milestones] == [("Turn it off", date(2026, 5, 1))]


def test_a_heading_over_two_columns_is_number_and_description(tmp_path: Path) -> None:
    """So Vulnerator writes it, with the running number in the first of them."""
    row: dict[str, object] = {"A": 1, "B": "Telnet is on", "C": "AC-3", "K": "Ongoing", "M": "I"}
    plan = read_document(sheet(tmp_path / "v.xlsx", "POA&M", (7, VULNERATOR), [row]))
    assert [(each.id, each.description) for each in plan.items] == [("1", "Telnet is on")]


def test_milestones_on_rows_of_their_own_are_counted_on(tmp_path: Path) -> None:
    """In old workbooks each stands in the same column on the next row."""
    headings = {"B": "POA&M Item ID", "C": "Control Vulnerability Description"}
    headings |= {"I": "Milestone with Completion Dates", "J": "Milestone Changes", "L": "Status"}
    rows: list[dict[str, object]] = [
        {"B": "7", "C": "Telnet is on", "I": "Order 05/01/2026", "L": "Ongoing"},
        {"I": "Install 05/20/2026"},
        {"J": "Update vendor late 06/20/2026"},
    ]
    (item,) = read_document(sheet(tmp_path / "o.xlsx", "POA&M", (7, headings), rows)).items
    assert [(each.number, each.text) for each in item.milestones] == [(1, "Order"), (2, "Install")]
    assert [(each.kind, each.new_date) for each in item.milestone_changes] == [("update", date(2026, 6, 20))]


def test_the_hardware_list_is_an_inventory(tmp_path: Path) -> None:
    """The sheet Hardware, with its header in row 7 and the day of the export above."""
    path = tmp_path / "hardware.xlsx"
    headings = {"A": "Asset Name", "B": "Asset IP Address", "C": "Manufacturer"}
    rows: list[dict[str, object]] = [
        {"A": "WEB-1", "B": "10.0.0.1", "C": "Example"},
        {"A": "DB-1", "C": "Example"},
    ]
    book = openpyxl.load_workbook(sheet(path, "Hardware", (7, headings), rows))
    book["Hardware"]["B2"], book["Hardware"]["C2"] = "Date Exported", "01-Mar-2026"
    book.save(path)
    assert [each.names for each in read_inventory(path)] == [("web-1", "10.0.0.1"), ("db-1",)]


@pytest.mark.samples
def test_the_filled_official_sample_is_read() -> None:
    """Two items, with severity as found by category and as judged by level."""
    plan = read_document(sample(f"{FOLDER}/rmf_standard_filled_sample.xlsx"))
    assert [(each.row, each.raw_severity, each.adjusted_severity) for each in plan.items] == [
        (8, "CAT I", "High"),
        (13, "CAT I", "High"),
    ]
    assert [each.status for each in plan.items] == [State.IN_PROGRESS, State.CLOSED_FALSE_POSITIVE]
