"""Findings of Google's Security Command Center, as its API describes them."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners import scanner_named
from tests.scanners.cloud.wrong_types import Json, read_or_refuse, variants
from tests.scanners.reading import Reading, read_text


def finding(**more: Json) -> dict[str, Json]:
    """Return a finding about a setting."""
    whole: dict[str, Json] = {
        "name": "organizations/1/sources/2/findings/77",
        "resourceName": "//storage.googleapis.com/store",
        "state": "ACTIVE",
        "mute": "UNMUTED",
        "category": "PUBLIC_BUCKET_ACL",
        "severity": "HIGH",
        "findingClass": "MISCONFIGURATION",
        "description": "The bucket is public.",
        "nextSteps": "Make it private.",
        "externalUri": "https://console.example/1",
        "eventTime": "2026-01-04T00:00:00Z",
        "createTime": "2026-01-01T00:00:00Z",
    }
    return whole | more


def flaw(**more: Json) -> dict[str, Json]:
    """Return a finding about a package on a machine."""
    cve: dict[str, Json] = {
        "id": "CVE-2024-0001",
        "cvssv3": {"baseScore": 9.8},
        "references": [{"uri": "https://a.example"}],
        "exploitationActivity": "CONFIRMED",
    }
    vulnerability: dict[str, Json] = {
        "cve": cve,
        "cwes": [{"id": "79"}],
        "offendingPackage": {"packageName": "libx", "packageVersion": "1.0", "packageType": "OS"},
        "fixedPackage": {"packageName": "libx", "packageVersion": "1.1"},
    }
    return (
        finding(
            category="OS_VULNERABILITY",
            findingClass="VULNERABILITY",
            resourceName="//compute.googleapis.com/projects/p/zones/z/instances/1",
            vulnerability=vulnerability,
        )
        | more
    )


def result(found: Json, **more: Json) -> dict[str, Json]:
    """Return a result of the list."""
    whole: dict[str, Json] = {
        "finding": found,
        "resource": {"displayName": "store"},
        "stateChange": "UNUSED",
    }
    return whole | more


def read_json(folder: Path, whole: Json) -> Reading:
    """Read a document."""
    return read_text(folder, msgspec.json.encode(whole).decode())


def listed(*found: Json, **more: Json) -> dict[str, Json]:
    """Return an answer of the API."""
    whole: dict[str, Json] = {
        "listFindingsResults": [result(each) for each in found],
        "readTime": "2026-01-05T10:00:00Z",
    }
    return whole | more


def one(folder: Path, *found: Json) -> Reading:
    """Read an answer in which there is nothing to complain of."""
    reading = read_json(folder, listed(*found))
    assert (reading.scanner, reading.problems) == ("gcp-scc", [])
    return reading


def test_the_reader_says_that_its_fields_are_unverified() -> None:
    """No real export was at hand."""
    assert "unverified" in scanner_named("gcp-scc").about.versions


def test_a_setting_goes_by_its_category(tmp_path: Path) -> None:
    """On the resource, as often as the list has it."""
    reading = one(tmp_path, finding())
    (found,) = reading.findings
    assert reading.identities() == {("scc", "PUBLIC_BUCKET_ACL", "")}
    assert (found.facts.severity, found.facts.kind) == (Severity.HIGH, WeaknessKind.CONFIGURATION)
    assert (found.facts.solution, found.output) == ("Make it private.", "https://console.example/1")
    assert found.first_seen == datetime(2026, 1, 1, tzinfo=UTC)
    (look,) = reading.only.coverage
    assert (look.scanned_at, look.assessed) == (
        datetime(2026, 1, 5, 10, tzinfo=UTC),
        frozenset({"PUBLIC_BUCKET_ACL"}),
    )
    assert (reading.only.asset.name, reading.only.asset.kind) == ("store", AssetKind.RESOURCE)


def test_a_vulnerability_goes_by_its_cve_and_package(tmp_path: Path) -> None:
    """On a machine, with the exploitation that Google knows of."""
    reading = one(tmp_path, flaw())
    facts = reading.findings[0].facts
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx")}
    assert (facts.version, facts.fixed_version, facts.cvss) == ("1.0", "1.1", ("9.8",))
    assert (facts.cwes, facts.exploit_known, facts.references) == (("CWE-79",), True, ("https://a.example",))
    assert reading.only.asset.kind is AssetKind.HOST


def test_threats_of_one_category_are_told_apart(tmp_path: Path) -> None:
    """By the finding's own name."""
    threat = finding(findingClass="THREAT", category="Persistence: IAM Anomalous Grant")
    reading = one(tmp_path, threat, threat | {"name": "organizations/1/sources/2/findings/78"})
    assert {found.locator for found in reading.findings} == {"77", "78"}


@pytest.mark.parametrize("shape", ["list", "lines", "bare", "alone"])
def test_other_shapes_hold_the_same_findings(tmp_path: Path, shape: str) -> None:
    """As gcloud prints them, one a line, without the result around them, one alone."""
    texts = [msgspec.json.encode(result(each)).decode() for each in (finding(), flaw())]
    bare = [msgspec.json.encode(each).decode() for each in (finding(), flaw())]
    text = {
        "list": f"[{','.join(texts)}]",
        "lines": "\n".join(texts),
        "bare": f"[{','.join(bare)}]",
        "alone": texts[0],
    }[shape]
    reading = read_text(tmp_path, text)
    assert (reading.scanner, reading.problems) == ("gcp-scc", [])
    assert len(reading.findings) == (1 if shape == "alone" else 2)
    assert reading.reports[0].coverage[0].scanned_at == datetime(2026, 1, 4, tzinfo=UTC)


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """New words, rating, finding and order change nothing of it."""
    changed = finding(description="New", severity="LOW", name="organizations/1/sources/2/findings/99")
    first, second = one(tmp_path, finding(), flaw()), one(tmp_path, flaw(), changed)
    assert first.identities() == second.identities()


def test_inactive_is_gone_and_muted_opens_no_item(tmp_path: Path) -> None:
    """What is muted stays a finding, and one problem asks for a deviation."""
    gone = finding(state="INACTIVE", category="OPEN_FIREWALL")
    reading = read_json(tmp_path, listed(gone, finding(mute="MUTED")))
    (found,) = reading.findings
    assert (found.facts.actionable, found.facts.vendor_status) == (False, "suppressed: muted")
    assert reading.only.coverage[0].assessed == frozenset({"OPEN_FIREWALL", "PUBLIC_BUCKET_ACL"})
    assert "1 findings are suppressed" in reading.problems[0].what


def test_errors_of_detectors_are_left_out_and_said(tmp_path: Path) -> None:
    """They are no weaknesses; what they would have found was not assessed."""
    reading = read_json(tmp_path, listed(finding(findingClass="SCC_ERROR", category="API_DISABLED")))
    assert (reading.findings, reading.only.coverage[0].unassessed) == ([], frozenset({"API_DISABLED"}))
    assert "1 findings say that a detector could not work" in reading.problems[0].what


def test_a_page_of_several_is_said(tmp_path: Path) -> None:
    """More findings follow on another page."""
    reading = read_json(tmp_path, listed(finding(), nextPageToken="more"))
    assert reading.problems[0].where == "report, nextPageToken"


def test_broken_records_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """A wrong type, no resource, no category, an unknown severity."""
    reading = read_json(
        tmp_path,
        listed(
            finding(),
            finding(state=5),
            finding(resourceName=""),
            finding(category=None),
            finding(category="A", severity="AWFUL"),
        ),
    )
    assert [found.facts.severity for found in reading.findings] == [Severity.HIGH, Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, listFindingsResults[1].finding.state",
        "report, listFindingsResults[2]",
        "report, listFindingsResults[3]",
        "report, listFindingsResults[4]",
    ]


def test_an_empty_list_names_no_asset(tmp_path: Path) -> None:
    """Which is a question, not a success."""
    assert "names no asset" in read_json(tmp_path, listed()).problems[0].what


def test_wrong_types_anywhere_are_refused_or_named(tmp_path: Path) -> None:
    """No other exception leaves the reader, whatever value is wrong."""
    for text in variants(listed(finding(), flaw())):
        read_or_refuse(tmp_path, text)
