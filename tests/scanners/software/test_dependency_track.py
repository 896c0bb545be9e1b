"""Dependency-Track exports in the File Packaging Format."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.dependency_track import SCANNER
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = ("many_findings.json", "dependency_track_4.10_2024_02_11.json")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    matrix: int


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """One finding for each entry of the matrix; a record that repeats one in other words is said."""
    raw = msgspec.convert(expected("scans/expected.json")[f"dependency_track/{name}"]["raw"], Raw)
    reading = read(sample(f"scans/dependency_track/{name}"))
    merged = raw.records - raw.matrix
    assert len(reading.findings) + merged == raw.records
    severities = Counter(f.facts.native_severity for f in reading.findings)
    assert (Counter(raw.severity) - severities).total() == merged
    assert [p.what[:17] for p in reading.problems if "repeat" in p.what] == ["1 records repeat "] * merged


@pytest.mark.samples
def test_a_real_finding_says_what_the_file_says() -> None:
    """The one of version 4.10, read by eye."""
    reading = read(sample(f"scans/dependency_track/{FILES[1]}"))
    assert named(reading.only, IdentifierKind.NAME) == ["blablabla-requirements-txt"]
    assert reading.only.asset.version == "1"
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source_id, facts.aliases) == ("CVE-2023-45803", ("GHSA-g4mx-q9vg-27p4",))
    assert (facts.severity, facts.cvss, facts.cwes) == (Severity.MODERATE, ("4.2",), ("CWE-200",))
    assert (facts.package, facts.version, facts.family) == ("urllib3", "1.26.16", "pypi")
    assert finding.first_seen == datetime(2024, 1, 31, 15, 19, 45, 978000, UTC)
    (coverage,) = reading.only.coverage
    assert (coverage.tool, coverage.scanned_at) == (
        "Dependency-Track 4.10.1",
        datetime(2024, 2, 3, 9, 59, 36, tzinfo=UTC),
    )


def finding(analysis: object = None, **vulnerability: object) -> dict[str, object]:
    """Return a finding."""
    flaw: dict[str, object] = {"vulnId": "CVE-2024-0001", "source": "NVD", "severity": "HIGH"}
    return {
        "component": {"uuid": "c", "group": "org.x", "name": "libx", "version": "1.0"},
        "vulnerability": flaw | vulnerability,
        "analysis": analysis,
        "matrix": "a:b:c",
    }


def report(*findings: object, **more: object) -> str:
    """Return an export."""
    whole: dict[str, object] = {
        "version": "1.2",
        "meta": {"application": "Dependency-Track", "version": "4.10"},
        "project": {"uuid": "p", "name": "Shop", "version": "2.0"},
        "findings": findings,
    }
    return msgspec.json.encode(whole | more).decode()


def one(folder: Path, text: str) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert not reading.problems
    return reading


@pytest.mark.parametrize("findings", [None, []])
def test_no_findings_are_a_clean_project(tmp_path: Path, findings: object) -> None:
    """A null list as well as an empty one."""
    report_of_it = one(tmp_path, report(findings=findings)).only
    assert [c.assessed for c in report_of_it.coverage] == [None]


@pytest.mark.parametrize(
    ("analysis", "status", "actionable"),
    [
        ({"state": "FALSE_POSITIVE"}, "suppressed: FALSE_POSITIVE", False),
        ({"state": "NOT_AFFECTED", "isSuppressed": True}, "suppressed: NOT_AFFECTED", False),
        ({"isSuppressed": True}, "suppressed: no state", False),
        ({"state": "EXPLOITABLE", "isSuppressed": False}, "EXPLOITABLE", True),
        (None, "", True),
    ],
)
def test_what_an_analyst_set_aside_needs_no_action_and_is_said(
    tmp_path: Path, analysis: object, status: str, *, actionable: bool
) -> None:
    """It stays a finding: a person sees it and why."""
    reading = read_text(tmp_path, report(finding(analysis)))
    facts = reading.findings[0].facts
    assert (facts.vendor_status, facts.actionable) == (status, actionable)
    assert bool(reading.problems) != actionable


def test_what_is_resolved_was_looked_for_and_is_gone(tmp_path: Path) -> None:
    """No finding; the scan covers it."""
    reading = one(tmp_path, report(finding({"state": "RESOLVED"})))
    assert (reading.findings, reading.only.coverage[0].unassessed) == ([], frozenset())


def test_an_advisory_goes_by_its_one_cve_and_a_bare_number_by_its_database(tmp_path: Path) -> None:
    """So that other tools mean the same, and two databases do not."""
    advisory = finding(vulnId="GHSA-aaaa-bbbb-cccc", source="GITHUB", aliases=[{"cveId": "CVE-2024-0002"}])
    reading = one(tmp_path, report(advisory, finding(vulnId="533", source="NPM")))
    assert reading.identities() == {
        ("cve", "CVE-2024-0002", "org.x/libx"),
        ("dependency-track", "NPM-533", "org.x/libx"),
    }


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    text = report(
        5, finding(vulnId=None), finding(severity="AWFUL"), finding(vulnId="X-1", severity="UNASSIGNED")
    )
    reading = read_text(tmp_path, text)
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED] * 2
    assert [problem.where for problem in reading.problems] == [f"report, findings[{n}]" for n in range(3)]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another project version, component uuid and version, rating, title and order."""
    before = one(tmp_path, report(finding(), finding(vulnId="CVE-2024-0002")))
    again = [
        finding(vulnId=name, severity="LOW", title="Other") for name in ("CVE-2024-0002", "CVE-2024-0001")
    ]
    for each in again:
        each["component"] = {"uuid": "z", "group": "org.x", "name": "libx", "version": "9"}
    after = one(tmp_path, report(*again, project={"uuid": "q", "name": "Shop", "version": "3.0"}))
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


def test_a_project_without_name_goes_by_the_file_and_a_problem(tmp_path: Path) -> None:
    """As everywhere."""
    reading = read_text(tmp_path, report(finding(), project=None), "shop.json")
    assert named(reading.only, IdentifierKind.NAME) == ["shop"]
    assert "does not name what was scanned" in reading.problems[0].what


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    """Keys without what every export has."""
    with pytest.raises(DamagedInput, match="neither findings nor the header"):
        read_text(tmp_path, '{"meta": null, "x": "Dependency-Track" , "application": "Dependency-Track"}')


@pytest.mark.parametrize(
    "text",
    ['{"meta": {"a": 1}, "findings": []}', '{"findings": [{"findingArn": "a"}]}', '{"meta": {"tool": "x"}}'],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Other findings with a header."""
    assert not SCANNER.recognises(head_of(text.encode()))
