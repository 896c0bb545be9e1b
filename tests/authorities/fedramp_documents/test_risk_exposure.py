"""The assessor's Risk Exposure Table: open risks are items, corrected ones closed and verified."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.documents import read_document
from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp.document import FORMAT as POAM
from milepost.authorities.fedramp.risk_exposure import ASSESSOR, FORMAT
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_document import Part, PlanDocument
from milepost.domain.plan_item import State
from tests.samples import sample

OFFICIAL = "fedramp/templates/SAR-Appendix-A-FedRAMP-Risk-Exposure-Table-(RET)-Template.xlsx"
DAY = date(2026, 10, 20)
OPEN = (
    *("POA&M ID", "Controls", "Weakness Name", "Weakness Description", "Weakness Detector Source"),
    *("Weakness Source Identifier", "Asset Identifier", "Original Detection Date", "Vendor Dependency"),
    *("Vendor Dependent Product Name", "Original Risk Rating", "Adjusted Risk Rating", "Risk Adjustment"),
    *("False Positive", "Operational Requirement", "Deviation Rationale", "Comments", "Service Name"),
)
CORRECTED = (
    *("POAM ID", "Controls", "Weakness Name", "Weakness Description", "Weakness Detector Source"),
    *("Weakness Source Identifier", "Asset Identifier", "Original Detection Date", "False Positive"),
    *("Remediation Description ", "Verification Statement/\nTesting Procedure", "Service Name"),
)
RISKS = (
    ("V-1", "SI-2", "Old TLS", "Accepts 1.0", "Nessus", "104743", "web", DAY, "No", "", "High"),
    ("V-2", "RA-5", "Weak keys", "RSA 1024", "3PAO", "", "db", DAY, "Yes", "Vault", "Moderate", "Low", "Yes"),
)
FIXED = (
    (
        "V-3",
        "AC-2",
        "Idle accounts",
        "Never locked",
        "3PAO",
        "",
        "app",
        DAY,
        "",
        "Locked them",
        "Looked again",
    ),
    ("V-4", "SI-2", "Ghost", "Not there", "Nessus", "7", "app", DAY, "Yes", "N/A", "No such file"),
)


def fill(workbook: openpyxl.Workbook, first: str, second: str) -> None:
    """Write the risks below the headings of row 5."""
    for name, rows in ((first, RISKS), (second, FIXED)):
        sheet = workbook[name]
        sheet["D3"] = date(2026, 11, 2)
        for number, row in enumerate(rows, 6):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column, value or None)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a small table of our own with the headings of 2.4."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, headings in (
        ("Risk Exposure Table (RET)", OPEN),
        ("Risks Corrected During Testing ", CORRECTED),
    ):
        sheet = workbook.create_sheet(name)
        sheet["D2"] = "RET Date"
        for column, heading in enumerate(headings, 1):
            sheet.cell(5, column, heading)
    fill(workbook, "Risk Exposure Table (RET)", "Risks Corrected During Testing ")
    workbook.save(tmp_path / "ret.xlsx")
    return tmp_path / "ret.xlsx"


def check(document: PlanDocument) -> None:
    """Hold what was read against what the assessor wrote."""
    items = {item.id: item for item in document.items}
    assert (document.layout, document.dated) == ("fedramp-ret", date(2026, 11, 2))
    assert [(item.id, document.part(item)) for item in document.items] == [
        ("V-1", Part.OPEN),
        ("V-2", Part.OPEN),
        ("V-3", Part.CLOSED),
        ("V-4", Part.CLOSED),
    ]
    assert (items["V-1"].status, items["V-1"].raw_severity) == (State.IN_PROGRESS, "High")
    assert (items["V-2"].risk_adjustment, items["V-2"].adjusted_severity) == ("Yes", "Low")
    fixed = items["V-3"]
    assert (fixed.status, fixed.closed_date) == (State.CLOSED_COMPLETED, date(2026, 11, 2))
    assert fixed.verification
    assert (fixed.verification.by, fixed.verification.on) == (ASSESSOR, date(2026, 11, 2))
    assert (fixed.remediation_plan, fixed.comments[0].text) == ("Locked them", "Looked again")
    assert (items["V-4"].status, items["V-4"].remediation_plan) == (State.CLOSED_FALSE_POSITIVE, "")
    assert items["V-1"].verification is None


def test_risks_become_items_and_corrected_ones_closed_items(table: Path) -> None:
    """With the assessor as the one who verified, and the verification in its words."""
    check(read_document(table))


@pytest.mark.samples
def test_the_official_table_is_read(tmp_path: Path) -> None:
    """Filled below its own headings; empty, it holds no item."""
    assert read_document(sample(OFFICIAL)).items == []
    workbook = openpyxl.load_workbook(sample(OFFICIAL))
    fill(workbook, "Risk Exposure Table (RET)", "Risks Corrected During Testing ")
    workbook.save(tmp_path / "ret.xlsx")
    check(read_document(tmp_path / "ret.xlsx"))


def test_the_table_becomes_a_poam(table: Path, tmp_path: Path) -> None:
    """Every open risk stands on Open, every corrected one on Closed (RFC-0003, check 5H)."""
    out = tmp_path / "poam.xlsx"
    written = POAM.write(read_document(table), out, Writing(as_of=DAY))
    assert (written.counts["Open POA&M Items"], written.counts["Closed POA&M Items"]) == (2, 2)
    read = {item.id: item for item in read_document(out).items}
    assert (read["V-3"].status_date, read["V-3"].remediation_plan) == (date(2026, 11, 2), "Locked them")


def test_nobody_else_writes_it(table: Path, tmp_path: Path) -> None:
    """The refusal names the document and what to write instead."""
    with pytest.raises(NotAllowed, match=r"SAR, appendix A.*fedramp-poam"):
        FORMAT.write(read_document(table), tmp_path / "x.xlsx", Writing(as_of=DAY))
    assert not (tmp_path / "x.xlsx").exists()
