"""JFrog Xray reports: the command line's scans, summaries of artifacts, exports, reports and violations."""

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.jfrog_xray import SCANNER
from milepost.scanners.software.xray_issue import Component, component_at, component_of
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

SERIES = ("2.10.13", "2.10.18", "2.11.03", "2.11.04")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def raw(name: str) -> Raw:
    """Return what was counted apart of a file."""
    return msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)


@pytest.mark.samples
@pytest.mark.parametrize("version", SERIES)
def test_every_issue_of_a_real_scan_is_one_weakness(version: str) -> None:
    """Its components are the occurrences; counted by issue, severities are the tool's own."""
    name = f"series_jfrog_cli/openrmfpro-api-artifact-{version}.json"
    counted, reading = raw(name), read(sample(f"scans/{name}"))
    issues = {f.facts.source_id: f.facts.native_severity for f in reading.findings}
    assert (len(issues), Counter(issues.values())) == (counted.records, counted.severity)
    assert len(reading.identities()) == len(reading.findings)
    assert not reading.problems


def pairs(path: Path) -> set[tuple[str, str]]:
    """Return issue and package of every component in a scan, taken apart by hand: `kind://release:name:version`."""
    scans = json.loads(path.read_text())
    issues = [issue for scan in scans for issue in scan.get("vulnerabilities", [])]
    return {(issue["issue_id"], part.split(":")[-2]) for issue in issues for part in issue["components"]}


@pytest.mark.samples
def test_a_series_of_releases_is_one_image() -> None:
    """The tag is its version; the last release is clean, and looked at whole."""
    readings = [read(sample(f"scans/series_jfrog_cli/openrmfpro-api-artifact-{v}.json")) for v in SERIES]
    assert {named(reading.only, IdentifierKind.IMAGE)[0] for reading in readings} == {
        "soteriasoft.jfrog.io/openrmfpro/openrmfpro-api-artifact"
    }
    assert [reading.only.asset.version for reading in readings] == list(SERIES)
    assert [c.assessed for c in readings[-1].only.coverage] == [None]
    for version, reading in zip(SERIES, readings, strict=True):
        path = sample(f"scans/series_jfrog_cli/openrmfpro-api-artifact-{version}.json")
        assert reading.identities() == {("xray", issue_id, name) for issue_id, name in pairs(path)}


@pytest.mark.samples
def test_a_real_export_of_one_page_says_that_more_exist() -> None:
    """27 records: 17 occurrences and 10 repetitions; the report itself counts 30."""
    counted = raw("jfrog_xray/jfrog_xray_sample.json")
    reading = read(sample("scans/jfrog_xray/jfrog_xray_sample.json"))
    assert len(reading.findings) + 10 == counted.records
    assert Counter(f.facts.native_severity for f in reading.findings) <= Counter(counted.severity)
    assert any("there are 30 records and holds 27" in problem.what for problem in reading.problems)
    assert reading.only.coverage[0].assessed is not None


def issue(**more: object) -> dict[str, object]:
    """Return an issue of a scan."""
    return {
        "issue_id": "XRAY-1",
        "severity": "High",
        "summary": "A flaw",
        "cves": [{"cve": "CVE-2024-0001", "cvss_v3_vector": "CVSS:3.1/V", "cwe": ["CWE-79"]}],
        "components": {"alpine://3.19:libx:1.0-r0": {"fixed_versions": ["[1.0-r1]"]}},
    } | more


def scan(*issues: object, **more: object) -> str:
    """Return a scan of an image by the command line."""
    whole = {"scan_id": "a", "vulnerabilities": issues, "component_id": "docker://reg.example/team/App:1.2"}
    return msgspec.json.encode([whole | {"package_type": "oci", "status": "completed"} | more]).decode()


def one(folder: Path, text: str) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert not reading.problems
    return reading


def test_an_issue_with_all_that_xray_says(tmp_path: Path) -> None:
    """Known by Xray's id, joined to its one CVE."""
    more = issue(
        references=["https://a.example"],
        extended_information={"full_description": "More words", "remediation": "Turn it off"},
    )
    (finding,) = one(tmp_path, scan(more)).findings
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.aliases) == ("xray", "XRAY-1", ("CVE-2024-0001",))
    assert (facts.title, facts.description, facts.solution) == (
        "A flaw",
        "A flaw\n\nMore words",
        "Turn it off",
    )
    assert (facts.package, facts.version, facts.fixed_version) == ("libx", "1.0-r0", "1.0-r1")
    assert (facts.cvss, facts.cwes, facts.family) == (("CVSS:3.1/V",), ("CWE-79",), "alpine")
    assert (facts.severity, facts.native_severity, finding.locator) == (Severity.HIGH, "High", "libx")


@pytest.mark.parametrize(
    ("identifier", "component"),
    [
        ("alpine://3.19:libx:1.0-r0", Component("alpine", "libx", "1.0-r0")),
        ("deb://debian:buster:glibc:2.28-10", Component("deb", "glibc", "2.28-10")),
        ("rpm://7:rpm-python:7:4.11", Component("rpm", "rpm-python", "7:4.11")),
        ("gav://org.x:y:1.0", Component("gav", "org.x:y", "1.0")),
        ("npm://acorn:5.7.3", Component("npm", "acorn", "5.7.3")),
        ("acorn", Component("", "acorn", "")),
    ],
)
def test_components_go_without_version_and_release(identifier: str, component: Component) -> None:
    """So that an upgrade of package or system is the same package."""
    assert component_of(identifier) == component


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("default/docker-local/a/1/sha256__0.tar.gz/3.12:xz:5.2.5-r0", Component("", "xz", "5.2.5-r0")),
        ("default/libs/app.war/WEB-INF/log4j-core-2.13.2.jar", Component("", "log4j-core.jar", "2.13.2")),
        ("default/npm/acorn:5.7.3", Component("", "acorn", "5.7.3")),
        ("default/libs/tool", Component("", "tool")),
    ],
)
def test_a_summary_without_components_names_them_by_path(path: str, component: Component) -> None:
    """The first version of the summary; the layers on the way change with every build."""
    assert component_at(path) == component


def test_two_components_are_two_occurrences_of_one_weakness(tmp_path: Path) -> None:
    """And violations of a watch that repeat them are the same."""
    parts: dict[str, object] = {f"npm://{name}:1": {} for name in ("a", "b")}
    found = issue(components=parts)
    reading = one(tmp_path, scan(found, violations=[found | {"type": "security", "watch_name": "w"}]))
    assert reading.identities() == {("xray", "XRAY-1", "a"), ("xray", "XRAY-1", "b")}
    assert len(reading.findings) == 2


def test_licences_are_left_out_and_said(tmp_path: Path) -> None:
    """A violation of a licence is no weakness."""
    licence = {
        "type": "license",
        "license_key": "GPL-3.0",
        "severity": "High",
        "components": {"npm://a:1": {}},
    }
    reading = read_text(tmp_path, scan(violations=[licence]))
    assert not reading.findings
    assert "1 findings on licences" in reading.problems[0].what


def test_a_scan_that_was_not_completed_closes_nothing(tmp_path: Path) -> None:
    """Its status is named."""
    reading = read_text(tmp_path, scan(status="failed"))
    assert reading.only.coverage[0].assessed == frozenset()
    assert "“failed”" in reading.problems[0].what


SHAPES: dict[str, dict[str, object]] = {
    "summary": {
        "artifacts": [
            {
                "general": {"component_id": "reg.example/team/app:1.2", "pkg_type": "Docker"},
                "issues": [
                    issue(
                        issue_type="security",
                        components=[{"component_id": "alpine://3.19:libx:1.0", "fixed_versions": ["1.1"]}],
                    )
                ],
            }
        ]
    },
    "report": {
        "total_rows": 1,
        "rows": [
            {
                "issue_id": "XRAY-1",
                "severity": "High",
                "vulnerable_component": "alpine://3.19:libx:1.0",
                "impacted_artifact": "docker://reg.example/team/app:1.2",
                "cves": [{"cve": "CVE-2024-0001", "cvss_v3_score": 7.5}],
            }
        ],
    },
    "violations": {
        "total_violations": 1,
        "violations": [
            {
                "issue_id": "XRAY-1",
                "severity": "High",
                "type": "Security",
                "infected_components": ["alpine://3.19:libx:1.0"],
                "impacted_artifacts": ["docker://reg.example/team/app:1.2"],
                "properties": [{"Cve": "CVE-2024-0001", "CvssV3": "7.5/CVSS:3.0/V"}],
            }
        ],
    },
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_every_shape_finds_the_same_occurrence(tmp_path: Path, shape: str) -> None:
    """On the same image; reports and violations are filtered and close nothing."""
    reading = one(tmp_path, msgspec.json.encode(SHAPES[shape]).decode())
    assert named(reading.only, IdentifierKind.IMAGE) == ["reg.example/team/app"]
    assert reading.identities() == {("xray", "XRAY-1", "libx")}
    assert reading.findings[0].facts.aliases == ("CVE-2024-0001",)
    assert (reading.only.coverage[0].assessed is None) == (shape == "summary")


def test_the_command_lines_simple_rows_are_read(tmp_path: Path) -> None:
    """They name no asset; vulnerabilities and security violations are two lists."""
    row = {"issueId": "XRAY-1", "severity": "Low", "impactedPackageName": "a", "impactedPackageVersion": "1"}
    more = row | {"issueId": "XRAY-2", "fixedVersions": ["[2]"], "cves": [{"id": "CVE-2024-0002"}]}
    whole = {"vulnerabilities": [row], "securityViolations": [more], "errors": []}
    reading = read_text(tmp_path, msgspec.json.encode(whole).decode())
    assert reading.only.asset.kind is AssetKind.CODE
    assert {f.facts.source_id for f in reading.findings} == {"XRAY-1", "XRAY-2"}


def test_the_export_of_components_takes_scores_apart(tmp_path: Path) -> None:
    """A score stands before its vector."""
    details = {"cves": [{"cve": "CVE-2024-0001", "cvss_v2": "7.1/AV:N", "cvss_v3": "7.5/CVSS:3.0/AV:N"}]}
    record = {
        "id": "XRAY-1",
        "severity": "High",
        "summary": "A flaw",
        "issue_type": "security",
        "source_comp_id": "npm://acorn:5.7.3",
        "component_versions": {"fixed_versions": ["5.7.4"], "more_details": details},
    }
    reading = read_text(tmp_path, msgspec.json.encode({"total_count": 1, "data": [record]}).decode())
    facts = reading.findings[0].facts
    assert facts.cvss == ("CVSS:3.0/AV:N", "AV:N")
    assert (facts.solution, reading.only.coverage[0].assessed) == ("Upgrade acorn to 5.7.4.", None)


def test_an_issue_without_any_id_goes_by_a_digest_of_its_title(tmp_path: Path) -> None:
    """And that is said: another title would be another weakness."""
    nameless = issue(issue_id="", cves=[], summary="Some  Flaw")
    reading = read_text(tmp_path, scan(nameless, nameless | {"summary": "some flaw"}))
    assert len(reading.findings) == 1
    assert reading.findings[0].facts.source_id.startswith("title-")
    assert any("carry neither id nor CVE" in problem.what for problem in reading.problems)


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    reading = read_text(tmp_path, scan(5, issue(severity="Awful"), {"severity": "Low"}))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        f"report, [0].vulnerabilities[{number}]" for number in range(3)
    ]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another tag, release, version, rating, summary and layer."""
    before = one(tmp_path, scan(issue()))
    changed = issue(severity="Low", summary="Other", components={"alpine://3.20:libx:2.0-r9": {}})
    after = one(tmp_path, scan(changed, component_id="docker://reg.example/team/app:9", scan_id="b"))
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    "text",
    [
        '{"vulnerabilities": [{"id": "SNYK-1", "packageName": "a"}]}',
        '{"data": {"repository": {"vulnerabilityAlerts": {"nodes": []}}}}',
        '{"artifacts": [{"name": "a"}]}',
        '{"rows": [1], "violations": []}',
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Common words as keys, without what Xray writes under them."""
    assert not SCANNER.recognises(head_of(text.encode()))
