"""Recommendations of Microsoft Defender for Cloud."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.cloud.wrong_types import read_or_refuse
from tests.scanners.reading import Reading, expected, named, read, read_text

NAME = "azure_defender/many_vulns.csv"
COLUMNS = (
    "exportedTimestamp",
    "resourceName",
    "resourceId",
    "recommendationId",
    "recommendationName",
    "recommendationDisplayName",
    "description",
    "remediationSteps",
    "severity",
    "state",
    "notApplicableReason",
    "firstEvaluationDate",
    "statusChangeDate",
    "controls",
)
ROW = {
    "exportedTimestamp": "2026-01-05T10:00:00.1234567Z",
    "resourceName": "store",
    "resourceId": "/subscriptions/1/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/Store",
    "recommendationId": "/subscriptions/1/providers/Microsoft.Security/assessments/CDC78C07",
    "recommendationName": "cdc78c07",
    "recommendationDisplayName": "Accounts should use a private link",
    "description": "Use <b>links</b>.",
    "remediationSteps": "1. Add one.<br>2. Check it.",
    "severity": "Medium",
    "state": "Unhealthy",
    "firstEvaluationDate": "2025-01-01T00:00:00Z",
    "statusChangeDate": "2025-06-01T00:00:00Z",
    "controls": '{"Restrict access":"1"}',
}


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    status: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Four records: three findings, and one recommendation that is followed."""
    raw = msgspec.convert(expected("scans/expected.json")[NAME]["raw"], Raw)
    reading = read(sample(f"scans/{NAME}"))
    assert len(reading.findings) == raw.status["Unhealthy"] == raw.records - raw.status["Healthy"]
    assert Counter(raw.severity) - Counter(f.facts.native_severity for f in reading.findings) == {"Low": 1}
    assert reading.problems == []
    network = reading.reports[0]
    assert network.coverage[0].assessed == frozenset(
        {
            "f67fb4ed-d481-44d7-91e5-efadf504f74a",
            "f1f2f7dc-7bd5-18bf-c403-cbbdb7ec3d68",
        }
    )
    assert [each.asset.name for each in reading.reports] == [
        "my_virtual_network",
        "9cfbad7a-7369-42e4-bcce-7677c5b3a44b",
        "swe10032201245e263h",
    ]


@pytest.mark.samples
def test_one_real_row_is_read_field_by_field() -> None:
    """As it stands in the file."""
    found = read(sample(f"scans/{NAME}")).reports[2].findings[0]
    facts = found.facts
    assert (facts.source, facts.source_id) == ("defender-for-cloud", "cdc78c07-02b0-4af0-1cb2-cb7c672a8b0a")
    assert facts.title == "Storage account should use a private link connection"
    assert (facts.severity, facts.kind) == (Severity.MODERATE, WeaknessKind.CONFIGURATION)
    assert facts.family == "Restrict unauthorized network access"
    assert facts.solution.startswith("To enforce secure communications for your storage accounts")
    assert found.first_seen == datetime(2021, 9, 28, 15, 7, 24, 338837, UTC)


def table(*rows: dict[str, str], separator: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    """Return an export."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(columns)
    writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return text.getvalue()


def row(**more: str) -> dict[str, str]:
    """Return a row."""
    return ROW | more


def one(folder: Path, *rows: dict[str, str]) -> Reading:
    """Read rows in which there is nothing to complain of."""
    reading = read_text(folder, table(*rows))
    assert (reading.scanner, reading.problems) == ("azure-defender", [])
    return reading


def test_what_a_row_says(tmp_path: Path) -> None:
    """Text without markup, the day since which it is so, the time of the export."""
    reading = one(tmp_path, row())
    (found,) = reading.findings
    assert (found.facts.description, found.facts.solution) == ("Use links.", "1. Add one.\n2. Check it.")
    assert (found.facts.source_id, found.locator) == ("cdc78c07", "")
    assert found.first_seen == datetime(2025, 6, 1, tzinfo=UTC)
    assert reading.only.coverage[0].scanned_at == datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)
    assert named(reading.only, IdentifierKind.RESOURCE) == [ROW["resourceId"].lower()]


def test_a_virtual_machine_is_a_host(tmp_path: Path) -> None:
    """By its path."""
    path = "/subscriptions/1/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/Web"
    assert one(tmp_path, row(resourceId=path)).only.asset.kind is AssetKind.HOST


@pytest.mark.parametrize(
    ("state", "reason", "outcome"),
    [
        ("Unhealthy", "", "found"),
        ("unhealthy", "", "found"),
        ("Healthy", "", "gone"),
        ("NotApplicable", "OffByPolicy", "untested"),
        ("NotApplicable", "", "untested"),
    ],
)
def test_the_state_decides(tmp_path: Path, state: str, reason: str, outcome: str) -> None:
    """What is healthy is gone; what is not applicable was not assessed."""
    reading = one(tmp_path, row(state=state, notApplicableReason=reason))
    (look,) = reading.only.coverage
    assert len(reading.findings) == (outcome == "found")
    assert bool(look.assessed) == (outcome in {"found", "gone"})
    assert bool(look.unassessed) == (outcome == "untested")


def test_an_exempt_resource_is_suppressed(tmp_path: Path) -> None:
    """People said so in the tool: it opens no item, and one problem asks for a deviation."""
    reading = read_text(tmp_path, table(row(state="NotApplicable", notApplicableReason="Exempt")))
    facts = reading.findings[0].facts
    assert (facts.actionable, facts.vendor_status) == (False, "suppressed: Exempt")
    assert "1 findings are suppressed" in reading.problems[0].what


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """New words, rating, dates and order change nothing of it."""
    other = row(recommendationName="f1f2f7dc", recommendationDisplayName="Another")
    changed = row(
        recommendationDisplayName="New words", severity="Low", statusChangeDate="2026-01-01T00:00:00Z"
    )
    first, second = one(tmp_path, row(), other), one(tmp_path, other, changed)
    assert first.identities() == second.identities()
    assert first.only.asset.identifiers == second.only.asset.identifiers


def test_one_recommendation_on_many_resources_is_the_same_facts(tmp_path: Path) -> None:
    """Worked out once."""
    reading = one(tmp_path, row(), row(resourceId="/subscriptions/1"))
    assert len(reading.reports) == len(reading.findings)
    assert reading.findings[0].facts is reading.findings[1].facts


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_the_order_of_columns_do_not_matter(tmp_path: Path, separator: str) -> None:
    """Nor do their letters."""
    columns = tuple(reversed(COLUMNS))
    text = table(row(), separator=separator, columns=columns)
    head, _, rest = text.partition("\n")
    assert len(read_text(tmp_path, f"{head.upper()}\n{rest}").findings) == 1


def test_the_end_of_the_id_stands_in_for_the_name(tmp_path: Path) -> None:
    """In small letters, as the name is."""
    assert one(tmp_path, row(recommendationName="")).findings[0].facts.source_id == "cdc78c07"


def test_odd_rows_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """No resource, an unknown state, an unknown severity; controls that are no JSON stay as text."""
    rows = (
        row(resourceId=""),
        row(state="Odd"),
        row(severity="Awful", recommendationName="a"),
        row(controls="{x", recommendationName="b"),
        row(state="Healthy", recommendationName=""),
    )
    reading = read_text(tmp_path, table(*rows))
    assert [found.facts.severity for found in reading.findings] == [Severity.UNRATED, Severity.MODERATE]
    assert reading.findings[1].facts.family == "{x"
    assert [problem.where for problem in reading.problems] == [
        "report, line 2",
        "report, line 3",
        "report, line 4",
    ]


def test_an_empty_export_names_no_asset(tmp_path: Path) -> None:
    """Which is a question, not a success."""
    assert "names no asset" in read_text(tmp_path, table()).problems[0].what


@given(cells=st.lists(st.text(max_size=12), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_whatever_stands_in_the_cells_is_refused_or_named(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    """No other exception leaves the reader."""
    row = dict(zip(COLUMNS, cells, strict=True))
    text = table(row, ROW).encode(errors="replace").decode()
    read_or_refuse(tmp_path_factory.mktemp("cells"), text)
