"""Both exports of Wiz: issues and vulnerabilities."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.times import go_instant
from tests.samples import sample
from tests.scanners.cloud.wrong_types import read_or_refuse
from tests.scanners.reading import Reading, expected, named, read, read_text

ISSUE = {
    "Created At": "2025-04-03 20:20:00.43042 +0000 UTC",
    "Title": "Role with wildcards",
    "Severity": "HIGH",
    "Status": "OPEN",
    "Description": "#### Description\nToo much.",
    "Resource Type": "User",
    "Resource external ID": "k8s/user/a/Support",
    "Control ID": "C-1",
    "Resource Name": "support",
    "Resource original JSON": '{"password": "canary-4711"}',
    "Issue ID": "I-1",
    "Resource vertex ID": "V-1",
    "Resolution": "",
    "Note": "",
    "Remediation Recommendation": "Use least privilege.",
}
FLAW = {
    "ID": "F-1",
    "WizURL": "https://wiz.example/1",
    "Name": "CVE-2024-0001",
    "CVSSSeverity": "Low",
    "HasExploit": "false",
    "HasCisaKevExploit": "false",
    "FindingStatus": "Open",
    "VendorSeverity": "Medium",
    "FirstDetected": "2026-01-01T00:00:00Z",
    "LastDetected": "2026-01-05T10:00:00Z",
    "ResolutionReason": "",
    "Remediation": "apt upgrade libx",
    "LocationPath": "/opt/app/libx-1.0.jar",
    "DetailedName": "libx",
    "Version": "1.0",
    "FixedVersion": "1.1",
    "DetectionMethod": "Library",
    "Link": "https://a.example",
    "AssetID": "A-1",
    "AssetName": "web",
    "AssetType": "",
    "ProviderUniqueId": "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",
    "IpAddresses": "10.0.0.5, 10.0.0.6",
}


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    status: dict[str, int]


def raw(name: str) -> Raw:
    """Return what was counted apart in a real file."""
    return msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)


@pytest.mark.samples
def test_resolved_issues_are_no_findings() -> None:
    """Three records: two repaired, one whose control was switched off, where another was repaired."""
    reading = read(sample("scans/wiz/resolved_findings.csv"))
    assert (reading.scanner, reading.findings, reading.problems) == ("wiz-issues", [], [])
    assert raw("wiz/resolved_findings.csv").status == {"RESOLVED": 3}
    user, cluster = (each.coverage[0] for each in reading.reports)
    assert user.assessed == frozenset({"5bd69891-b61f-49c8-85a5-c8f90c3eff80"})
    assert cluster.assessed == frozenset({"319074a6-37af-4687-af80-d4eff7474aeb"})


@pytest.mark.samples
def test_real_vulnerabilities_give_the_counts_that_were_made_apart() -> None:
    """Five records, five findings on three machines."""
    counted = raw("wiz/sca_format.csv")
    reading = read(sample("scans/wiz/sca_format.csv"))
    assert (reading.scanner, len(reading.findings)) == ("wiz-vulnerabilities", counted.records)
    words = [found.facts.native_severity for found in reading.findings]
    assert {word: words.count(word) for word in words} == counted.severity
    assert [each.asset.kind for each in reading.reports] == [AssetKind.HOST] * 3
    found = reading.findings[0]
    assert (found.facts.source_id, found.facts.package) == (
        "CVE-2024-39474",
        "github.com/containerd/containerd",
    )
    assert (found.facts.version, found.facts.fixed_version) == ("1.4.0", "1.5.11")
    assert found.locator == "github.com/containerd/containerd /home/kubernetes/bin/containerd-gcfs-grpc"
    assert found.facts.references == ("https://github.com/advisories/GHSA-c9cp-9c75-9v8c",)
    assert found.first_seen == datetime(2024, 8, 28, 3, 2, 1, tzinfo=UTC)
    assert named(reading.reports[0], IdentifierKind.IP) == ["10.110.208.6"]
    assert reading.reports[0].coverage[0].scanned_at == datetime(2024, 8, 7, 12, 27, 1, tzinfo=UTC)
    assert reading.problems == []


def table(*rows: dict[str, str]) -> str:
    """Return an export with the columns of its first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def one(folder: Path, *rows: dict[str, str]) -> Reading:
    """Read rows in which there is nothing to complain of."""
    reading = read_text(folder, table(*rows))
    assert not reading.problems
    return reading


def test_an_issue_is_a_control_on_a_resource(tmp_path: Path) -> None:
    """The copy of the resource that the file carries is not kept: it may hold secrets."""
    reading = one(tmp_path, ISSUE)
    (found,) = reading.findings
    assert reading.identities() == {("wiz", "c-1", "")}
    assert (found.facts.severity, found.facts.kind) == (Severity.HIGH, WeaknessKind.CONFIGURATION)
    assert (found.facts.title, found.facts.solution) == ("Role with wildcards", "Use least privilege.")
    assert found.first_seen == datetime(2025, 4, 3, 20, 20, 0, 430420, UTC)
    assert (reading.only.asset.name, named(reading.only, IdentifierKind.RESOURCE)) == (
        "support",
        ["k8s/user/a/support"],
    )
    assert "canary-4711" not in repr(reading)
    assert reading.only.coverage[0].scanned_at is None


def test_next_month_the_same_issue_is_the_same(tmp_path: Path) -> None:
    """A new id, title, rating and order change nothing of it."""
    other = ISSUE | {"Control ID": "C-2"}
    changed = ISSUE | {"Issue ID": "I-9", "Title": "New words", "Severity": "LOW", "Status": "IN_PROGRESS"}
    first, second = one(tmp_path, ISSUE, other), one(tmp_path, other, changed)
    assert first.identities() == second.identities()
    assert first.only.asset.identifiers == second.only.asset.identifiers


@pytest.mark.parametrize(
    ("status", "resolution", "outcome"),
    [
        ("OPEN", "", "found"),
        ("In Progress", "", "found"),
        ("IN_PROGRESS", "", "found"),
        ("RESOLVED", "ISSUE_FIXED", "gone"),
        ("Resolved", "", "gone"),
        ("RESOLVED", "OBJECT_DELETED", "gone"),
        ("RESOLVED", "CONTROL_DISABLED", "untested"),
        ("RESOLVED", "CONTROL_CHANGED", "untested"),
    ],
)
@pytest.mark.parametrize("kind", ["issues", "vulnerabilities"])
def test_the_status_decides(tmp_path: Path, kind: str, status: str, resolution: str, outcome: str) -> None:
    """A control that was switched off repaired nothing."""
    issue = ISSUE | {"Status": status, "Resolution": resolution}
    flaw = FLAW | {"FindingStatus": status, "ResolutionReason": resolution}
    reading = one(tmp_path, issue if kind == "issues" else flaw)
    (look,) = reading.only.coverage
    assert len(reading.findings) == (outcome == "found")
    assert bool(look.assessed) == (outcome in {"found", "gone"})
    assert bool(look.unassessed) == (outcome == "untested")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ISSUE | {"Status": "REJECTED", "Resolution": "WONT_FIX"}, "WONT_FIX"),
        (ISSUE | {"Status": "Rejected", "Note": "by design"}, "by design"),
        (FLAW | {"FindingStatus": "Rejected", "ResolutionReason": "FALSE_POSITIVE"}, "FALSE_POSITIVE"),
        (FLAW | {"FindingStatus": "Ignored", "ResolutionReason": "EXCEPTION"}, "EXCEPTION"),
    ],
)
def test_what_people_rejected_opens_no_item(tmp_path: Path, row: dict[str, str], reason: str) -> None:
    """It stays a finding with the reason, and one problem asks for a deviation."""
    reading = read_text(tmp_path, table(row))
    facts = reading.findings[0].facts
    assert (facts.actionable, facts.vendor_status) == (False, f"suppressed: {reason}")
    assert "1 findings are suppressed" in reading.problems[0].what


def test_a_vulnerability_is_a_package_on_a_machine(tmp_path: Path) -> None:
    """The vendor's rating counts before that of CVSS; the same instance as Inspector's."""
    reading = one(tmp_path, FLAW)
    (found,) = reading.findings
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx /opt/app/libx-.jar")}
    assert (found.facts.severity, found.facts.native_severity) == (Severity.MODERATE, "Medium")
    assert (found.facts.solution, found.facts.exploit_known) == ("apt upgrade libx", False)
    assert named(reading.only, IdentifierKind.RESOURCE) == ["i-0123456789abcdef0"]
    assert named(reading.only, IdentifierKind.IP) == ["10.0.0.5", "10.0.0.6"]
    assert reading.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})


@pytest.mark.parametrize("column", ["HasExploit", "HasCisaKevExploit"])
def test_either_column_tells_of_an_exploit(tmp_path: Path, column: str) -> None:
    """Whatever the letters."""
    assert one(tmp_path, FLAW | {column: "True"}).findings[0].facts.exploit_known


@pytest.mark.parametrize(
    ("severity", "vendor", "cvss", "word"),
    [
        ("Critical", "Low", "Low", "Critical"),
        ("", "Low", "High", "Low"),
        ("", "None", "High", "High"),
        ("", "", "High", "High"),
        ("", "None", "", "None"),
        ("", "", "", ""),
    ],
)
def test_the_first_rating_that_says_something_counts(
    tmp_path: Path, severity: str, vendor: str, cvss: str, word: str
) -> None:
    """Wiz's own, the vendor's, that of CVSS."""
    row = FLAW | {"Severity": severity, "VendorSeverity": vendor, "CVSSSeverity": cvss}
    assert one(tmp_path, row).findings[0].facts.native_severity == word


@pytest.mark.parametrize("method", ["OS", "Package", "DEFAULT_PACKAGE", "Installed Program"])
def test_packages_of_the_system_stand_by_their_name(tmp_path: Path, method: str) -> None:
    """Wherever they lie."""
    assert one(tmp_path, FLAW | {"DetectionMethod": method}).findings[0].locator == "libx"


def test_next_month_the_same_vulnerability_is_the_same(tmp_path: Path) -> None:
    """A new id, version, path with version, rating and order change nothing of it."""
    other = FLAW | {"Name": "CVE-2024-0002"}
    changed = FLAW | {
        "ID": "F-9",
        "Version": "1.0.9",
        "LocationPath": "/opt/app/libx-1.0.9.jar",
        "VendorSeverity": "Low",
        "AssetName": "renamed",
    }
    first, second = one(tmp_path, FLAW, other), one(tmp_path, other, changed)
    assert first.identities() == second.identities()
    assert first.only.asset.identifiers == second.only.asset.identifiers


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"ProviderUniqueId": "repo.example/app@sha256:a1", "IpAddresses": ""}, AssetKind.IMAGE),
        (
            {"ProviderUniqueId": "x", "AssetType": "CONTAINER_IMAGE", "AssetName": "repo/app:1"},
            AssetKind.IMAGE,
        ),
        ({"ProviderUniqueId": "x", "AssetType": "Virtual Machine"}, AssetKind.HOST),
        ({"ProviderUniqueId": "x"}, AssetKind.HOST),
        ({"ProviderUniqueId": "x", "IpAddresses": ""}, AssetKind.RESOURCE),
        ({"ProviderUniqueId": "x", "AssetType": "SERVERLESS"}, AssetKind.RESOURCE),
        ({"ProviderUniqueId": ""}, AssetKind.HOST),
    ],
)
def test_the_kind_of_asset_follows_from_what_the_row_says(
    tmp_path: Path, more: dict[str, str], kind: AssetKind
) -> None:
    """Its identifier, its type, its addresses."""
    assert one(tmp_path, FLAW | more).only.asset.kind is kind


def test_odd_rows_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """No resource, an unknown status, an unknown severity."""
    for base, resource, status, severity in (
        (ISSUE, ("Resource external ID", "Resource vertex ID"), "Status", "Severity"),
        (FLAW, ("ProviderUniqueId", "AssetID"), "FindingStatus", "VendorSeverity"),
    ):
        key = "Control ID" if base is ISSUE else "Name"
        rows = (
            base,
            base | dict.fromkeys(resource, ""),
            base | {status: "Odd", key: "X-1"},
            base | {severity: "Awful", key: "X-2"},
        )
        reading = read_text(tmp_path, table(*rows))
        assert len(reading.findings) == len(rows) - 1
        places = [problem.where.rpartition(" ")[2] for problem in reading.problems]
        assert places == (["4", "6", "8"] if base is ISSUE else ["3", "4", "5"])


def test_rows_that_repeat_an_occurrence_are_merged_and_counted(tmp_path: Path) -> None:
    """The one that needs action stays, seen first when either was."""
    rejected = ISSUE | {"Status": "REJECTED", "Issue ID": "I-0", "Created At": "2020-01-01T00:00:00Z"}
    reading = read_text(tmp_path, table(rejected, ISSUE))
    (found,) = reading.findings
    assert found.facts.actionable
    assert found.first_seen == datetime(2020, 1, 1, tzinfo=UTC)
    assert any("1 records were merged" in problem.what for problem in reading.problems)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-04-03 20:20:00.43042 +0000 UTC", datetime(2025, 4, 3, 20, 20, 0, 430420, UTC)),
        ("2025-04-03 22:20:00 +0200 CEST", datetime(2025, 4, 3, 20, 20, tzinfo=UTC)),
        ("2025-04-03 22:20:00 +0200 +0200", datetime(2025, 4, 3, 20, 20, tzinfo=UTC)),
        ("2025-13-03 22:20:00 +0200 CEST", None),
        ("2025-04-03", None),
        ("", None),
    ],
)
def test_instants_as_go_prints_them_are_read(text: str, instant: datetime | None) -> None:
    """The offset counts, the zone's letters do not."""
    assert go_instant(text) == instant


@given(
    cells=st.lists(st.text(max_size=12), min_size=30, max_size=30), kind=st.sampled_from(["issue", "flaw"])
)
def test_whatever_stands_in_the_cells_is_refused_or_named(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], kind: str
) -> None:
    """No other exception leaves the reader."""
    base = ISSUE if kind == "issue" else FLAW
    odd = dict(zip(base, cells, strict=False))
    text = table(base, odd).encode(errors="replace").decode()
    read_or_refuse(tmp_path_factory.mktemp("cells"), text)
