"""Reports of counts: the metrics sheet of CMS and OMB's quarterly table."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.cms import nee_metrics
from milepost.authorities.documents.contract import Writing, losses
from milepost.authorities.forms.report_sheet import CountReport
from milepost.authorities.omb import quarterly_table
from milepost.domain.errors import UnknownFormat, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, State
from tests.samples import sample

AS_OF = date(2026, 3, 1)
REPORTS: list[nee_metrics.MetricsSheet | quarterly_table.QuarterlyTable] = [
    nee_metrics.FORMAT,
    quarterly_table.FORMAT,
]


def plan(*items: PlanItem, **facts: str) -> PlanDocument:
    """Return a plan."""
    return PlanDocument(name="plan", layout="made up", facts={"system": "Harbor", **facts}, items=items)


def item(status: State, severity: str = "High", control: str = "AC-2", days_past: int = -30) -> PlanItem:
    """Return an item so many days past its date."""
    due = AS_OF - timedelta(days=days_past)
    return PlanItem(id="1", status=status, raw_severity=severity, controls=[control], scheduled_date=due)


def rows(
    report: nee_metrics.MetricsSheet | quarterly_table.QuarterlyTable, tmp_path: Path, of: PlanDocument
) -> list[list[str]]:
    """Return the written report as rows of text."""
    report.write(of, tmp_path / "r.csv", Writing(as_of=AS_OF))
    return list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))


ITEMS = (
    item(State.IN_PROGRESS, "Critical"),
    item(State.IN_PROGRESS, "High", "SI-2", days_past=1),
    item(State.DELAYED, "Low", "AR-2"),
    item(State.CLOSED_COMPLETED, "High", "XX-1"),
    item(State.RISK_ACCEPTED, "Moderate"),
    item(State.CANCELLED),
)


def test_items_are_counted_by_status_risk_and_family(tmp_path: Path) -> None:
    """Open are Ongoing, Delayed and Accepted (CMS-10877 Appendix C); past its date is Delayed."""
    found = rows(nee_metrics.FORMAT, tmp_path, plan(*ITEMS))
    first = found.index(["Security, Other & Privacy Combined", "Items"])
    assert [row[1] for row in found[first + 1 : first + 6]] == ["1", "2", "1", "1", "5"]
    assert [row[1] for row in found[first + 7 : first + 12]] == ["1", "1", "1", "1", "4"]
    privacy = found.index(["Privacy Only", "Items"])
    assert [row[1] for row in found[privacy + 1 : privacy + 6]] == ["0", "1", "0", "0", "1"]
    families = {row[0]: row[1:] for row in found if len(row) == 6}
    assert families["AC"] == ["2", "1", "0", "0", "1"]
    assert families["SI"] == ["1", "0", "1", "0", "0"]
    assert families["AR"] == ["1", "0", "1", "0", "0"]
    assert families["Other"] == ["0", "0", "0", "1", "0"]


def test_what_is_not_counted_is_told(tmp_path: Path) -> None:
    """Cancelled items, ratings without a row, and the rows that no plan can fill."""
    written = nee_metrics.FORMAT.write(
        plan(*ITEMS, item(State.IN_PROGRESS, "Very High")), tmp_path / "r.xlsx", Writing(as_of=AS_OF)
    )
    said = "; ".join(problem.what for problem in written.problems)
    assert "gap analysis" in said
    assert "1 items ended otherwise" in said
    assert "1 open items have a rating" in said


@pytest.mark.samples
def test_the_rows_are_those_of_the_appendix(tmp_path: Path) -> None:
    """Every label of the layout, in the order of the layout."""
    layout = json.loads(sample("agencies/formats/cms_nee_poam_metrics_layout.json").read_text())
    labels = [row[0] for row in rows(nee_metrics.FORMAT, tmp_path, plan(*ITEMS)) if row]
    assert labels[:4] == layout["header"]
    for name in ("security_families", "privacy_families", "gap_analysis_rows"):
        start = labels.index(layout[name][0])
        assert labels[start : start + len(layout[name])] == layout[name]
    for block in layout["blocks"]:
        start = labels.index(block["name"])
        assert labels[start + 1 : start + 6] == layout["block_rows_status"]
        assert labels[start + 7 : start + 12] == layout["block_rows_open_by_risk"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(89, ["0", "0"]), (90, ["1", "0"]), (120, ["1", "0"]), (121, ["0", "1"])],
)
def test_a_system_is_counted_in_its_class(tmp_path: Path, days: int, expected: list[str]) -> None:
    """Both ends of 90 to 120 belong to the class; day 121 is more than 120."""
    of = plan(item(State.IN_PROGRESS, days_past=days), impact_level="moderate", provider="Pier")
    found = rows(quarterly_table.FORMAT, tmp_path, of)
    assert found[2] == ["Pier", "Moderate", *expected, "1"]


def test_each_system_is_counted_once(tmp_path: Path) -> None:
    """In the class of its most overdue weakness; closed items do not count, other systems do."""
    items = [item(State.IN_PROGRESS, days_past=days) for days in (95, 200)]
    items += [item(State.CLOSED_COMPLETED, days_past=100)]
    other = item(State.DELAYED, days_past=91)
    other.texts = {"csam: System Name": "Quay", "csam: System Category": "High"}
    found = rows(quarterly_table.FORMAT, tmp_path, plan(*items, other))
    assert found[1] == ["Agency", "High", "1", "0", "1"]
    assert found[4] == ["Agency", "Not Categorized", "0", "1", "1"]


def test_open_items_without_a_date_are_told(tmp_path: Path) -> None:
    """They cannot be overdue."""
    written = quarterly_table.FORMAT.write(
        plan(PlanItem(id="7", status=State.IN_PROGRESS)), tmp_path / "r.xlsx", Writing(as_of=AS_OF)
    )
    assert "no scheduled date" in written.problems[0].what


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_a_report_is_no_plan(
    tmp_path: Path, report: nee_metrics.MetricsSheet | quarterly_table.QuarterlyTable
) -> None:
    """It is written as workbook or CSV, never read; everything that an item says is lost, and told."""
    report.write(plan(*ITEMS), tmp_path / "r.xlsx", Writing(as_of=AS_OF))
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].max_row > 4
    assert isinstance(report, CountReport)
    assert not report.recognises(tmp_path / "r.xlsx")
    assert {each.field for each in losses(plan(*ITEMS), report)} >= {"id", "status", "controls"}
    with pytest.raises(UnknownFormat, match="counts and no items"):
        report.read(tmp_path / "r.xlsx", "r.xlsx")
    for name, base in (("r.docx", None), ("r.csv", tmp_path / "r.xlsx")):
        with pytest.raises(WrongUse):
            report.write(plan(*ITEMS), tmp_path / name, Writing(as_of=AS_OF, base=base))
