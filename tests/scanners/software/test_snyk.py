"""Snyk reports: tests of projects and containers, one or a list, and of infrastructure as code."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.snyk import SCANNER
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

# The worst word that Snyk gives: three of the twelve called high are critical by `severityWithCritical`.
SEVERITIES = {
    "snyk/single_project_many_vulns.json": {"medium": 29, "high": 12 - 3, "critical": 3},
    "snyk/all-projects_many_vulns.json": {"medium": 4},
}


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    projects: int
    distinct_id: int
    distinct_project_id_pkg_ver: int


@pytest.mark.samples
@pytest.mark.parametrize("name", list(SEVERITIES))
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """One finding for each project, id and package; paths of the same are merged."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    merged = raw.records - raw.distinct_project_id_pkg_ver
    assert len(reading.findings) + merged == raw.records
    assert len({f.facts.source_id for f in reading.findings}) == raw.distinct_id
    assert Counter(f.facts.native_severity for f in reading.findings) == SEVERITIES[name]
    assert (len(reading.reports), reading.problems) == (raw.projects, [])


@pytest.mark.samples
def test_a_real_finding_says_what_the_file_says() -> None:
    """The first of the list of projects, read by eye."""
    reading = read(sample("scans/snyk/all-projects_many_vulns.json"))
    assert named(reading.reports[0], IdentifierKind.NAME) == ["com.test:version-collision"]
    (finding,) = reading.reports[0].findings
    facts = finding.facts
    assert (facts.source, facts.source_id) == ("snyk", "SNYK-JAVA-COMGOOGLEGUAVA-1015415")
    assert (facts.aliases, facts.cves) == (("CVE-2020-8908",), ("CVE-2020-8908",))
    assert (facts.title, facts.severity) == ("Information Disclosure", Severity.MODERATE)
    assert (facts.package, facts.version, facts.family) == ("com.google.guava:guava", "29.0-jre", "maven")
    assert facts.cvss == ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N/RL:O",)
    assert facts.published == "2020-10-23"
    assert finding.locator == "com.google.guava:guava pom.xml"


def vulnerability(*path: str, **more: object) -> dict[str, object]:
    """Return an entry of one dependency path."""
    return {
        "id": "SNYK-JS-LIBX-1",
        "title": "A flaw",
        "severity": "high",
        "packageName": "libx",
        "version": "1.0",
        "from": ["app@1", *path, "libx@1.0"],
        "identifiers": {"CVE": ["CVE-2024-0001"], "CWE": ["CWE-79"], "GHSA": []},
        "fixedIn": ["1.1"],
        "semver": {"vulnerable": ["<1.1"]},
    } | more


def project(*records: object, **more: object) -> dict[str, object]:
    """Return the test of a project."""
    return {
        "vulnerabilities": records,
        "ok": not records,
        "dependencyCount": 3,
        "packageManager": "npm",
        "projectName": "Shop",
        "displayTargetFile": "package-lock.json",
        "path": "/home/me/shop",
    } | more


def text_of(whole: object) -> str:
    """Return a report as text."""
    return msgspec.json.encode(whole).decode()


def one(folder: Path, whole: object) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text_of(whole))
    assert not reading.problems
    return reading


def test_dependency_paths_of_one_vulnerability_are_one_occurrence(tmp_path: Path) -> None:
    """Its output lists them."""
    (finding,) = one(
        tmp_path, project(vulnerability("a@1"), vulnerability("b@1"), vulnerability("a@1"))
    ).findings
    assert finding.output == "app@1 > a@1 > libx@1.0\napp@1 > b@1 > libx@1.0"


def test_many_paths_are_cut(tmp_path: Path) -> None:
    """A text with thousands of lines helps nobody."""
    (finding,) = one(tmp_path, project(*(vulnerability(f"a{number}@1") for number in range(30)))).findings
    lines = finding.output.split("\n")
    assert (len(lines), lines[-1]) == (21, "…")


def test_two_versions_in_one_project_come_together(tmp_path: Path) -> None:
    """The occurrence goes when both are gone."""
    (finding,) = one(tmp_path, project(vulnerability(), vulnerability(version="0.9"))).findings
    assert finding.facts.version == "0.9, 1.0"


def test_a_project_that_is_ok_is_a_clean_scan(tmp_path: Path) -> None:
    """Of the file that was tested, and of no other."""
    (coverage,) = one(tmp_path, project()).only.coverage
    assert (coverage.scope, coverage.assessed) == ("snyk:package-lock.json", None)


def test_files_of_one_project_are_scopes_of_one_asset(tmp_path: Path) -> None:
    """A run over one of them says nothing of the other."""
    both = [project(vulnerability()), project(vulnerability(), displayTargetFile="web\\package.json")]
    report = one(tmp_path, both).only
    assert [c.scope for c in report.coverage] == ["snyk:package-lock.json", "snyk:web/package.json"]
    assert [f.locator for f in report.findings] == ["libx package-lock.json", "libx web/package.json"]


def test_a_threshold_makes_a_scan_partial(tmp_path: Path) -> None:
    """What is below it was not reported."""
    (coverage,) = one(tmp_path, project(vulnerability(), severityThreshold="high")).only.coverage
    assert coverage.assessed == frozenset({"SNYK-JS-LIBX-1"})


def test_a_container_is_an_image_with_the_projects_in_it(tmp_path: Path) -> None:
    """The image by its repository; applications by their files."""
    inside = project(
        vulnerability(), projectName="reg.example/team/app:/srv", displayTargetFile="/srv/package.json"
    )
    container = project(
        vulnerability(id="SNYK-DEBIAN12-LIBX-1"),
        docker={"baseImage": "debian:12"},
        projectName="docker-image|reg.example/team/app",
        path="reg.example/team/App:1.2",
        displayTargetFile=None,
        applications=[inside],
    )
    report = one(tmp_path, container).only
    assert named(report, IdentifierKind.IMAGE) == ["reg.example/team/app"]
    assert report.asset.version == "1.2"
    assert [f.locator for f in report.findings] == ["libx", "libx /srv/package.json"]
    assert [c.scope for c in report.coverage] == ["snyk", "snyk:/srv/package.json"]


def test_a_project_that_failed_is_named_and_closes_nothing(tmp_path: Path) -> None:
    """Its neighbours are read."""
    failed = {"ok": False, "error": "no lock file", "path": "/home/me/other"}
    reading = read_text(tmp_path, text_of([project(vulnerability()), failed]))
    assert [report.asset.name for report in reading.reports] == ["Shop", "other"]
    assert reading.reports[1].coverage[0].assessed == frozenset()
    assert "no lock file" in reading.problems[0].what


def test_what_a_policy_ignores_is_a_suppressed_finding(tmp_path: Path) -> None:
    """With its reason, opening nothing."""
    ignored = vulnerability(filtered={"ignored": [{"reason": "not reachable", "expires": "2027-01-01"}]})
    reading = read_text(tmp_path, text_of(project(filtered={"ignore": [ignored]})))
    (finding,) = reading.findings
    assert (finding.facts.actionable, finding.facts.vendor_status) == (False, "suppressed: not reachable")
    assert "1 findings are suppressed" in reading.problems[0].what


def test_licences_are_left_out_and_said(tmp_path: Path) -> None:
    """A licence is no weakness."""
    reading = read_text(
        tmp_path, text_of(project(vulnerability(id="snyk:lic:npm:a:GPL-3.0", type="license")))
    )
    assert not reading.findings
    assert "1 licence findings were left out" in reading.problems[0].what


def test_infrastructure_as_code_is_configuration(tmp_path: Path) -> None:
    """Placed by file and path in it, never by line."""
    issue = {
        "id": "SNYK-CC-K8S-1",
        "title": "Container runs as root",
        "severity": "medium",
        "lineNumber": 12,
        "path": ["[DocId: 0]", "spec", "containers[web]"],
        "iacDescription": {"issue": "It does", "impact": "More rights", "resolve": "Set runAsNonRoot"},
        "isIgnored": False,
    }
    whole = {
        "infrastructureAsCodeIssues": [issue],
        "projectName": "shop",
        "targetFile": "deploy.yaml",
        "ok": False,
    }
    reading = one(tmp_path, whole)
    (finding,) = reading.findings
    assert (finding.facts.kind, finding.facts.source_id) == (WeaknessKind.CONFIGURATION, "SNYK-CC-K8S-1")
    assert finding.facts.solution == "Set runAsNonRoot"
    assert finding.locator == "deploy.yaml [DocId: 0].spec.containers[web]"
    assert [c.scope for c in reading.only.coverage] == ["snyk:deploy.yaml"]


def test_a_project_without_any_name_goes_by_the_file_and_a_problem(tmp_path: Path) -> None:
    """As everywhere."""
    reading = read_text(tmp_path, text_of(project(vulnerability(), projectName=None, path=None)), "test.json")
    assert (reading.only.asset.kind, named(reading.only, IdentifierKind.NAME)) == (AssetKind.CODE, ["test"])
    assert "does not name what was scanned" in reading.problems[0].what


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    records = (5, vulnerability(id=None), vulnerability(severity="awful"))
    reading = read_text(tmp_path, text_of([5, project(*records)]))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, [0]",
        *(f"report, [1].vulnerabilities[{number}]" for number in range(3)),
    ]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another version, rating, title, path and order."""
    second = {"id": "SNYK-JS-LIBX-2"}
    before = one(tmp_path, project(vulnerability(), vulnerability(**second)))
    changed = {"severity": "low", "title": "Other", "version": "9", "identifiers": {"CVE": []}}
    after = one(
        tmp_path, project(vulnerability("c@3", **second, **changed), vulnerability(**changed), path="/ci/1")
    )
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    "text",
    [
        '{"version": "15.0.0", "vulnerabilities": [{"id": "a", "category": "sast", "identifiers": []}]}',
        '{"auditReportVersion": 2, "vulnerabilities": {"a": {"name": "a"}}}',
        '{"ok": true, "path": "/a"}',
        '{"repository": "a", "passed": true, "vulnerabilities": [{"packageName": "a", "riskFactors": []}]}',
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Vulnerabilities of other tools, and answers of any service."""
    assert not SCANNER.recognises(head_of(text.encode()))


def test_a_first_list_that_hides_all_other_keys_is_recognised() -> None:
    """By what its first vulnerability consists of."""
    beginning = text_of(project(*[vulnerability(description="x" * 9000) for _ in range(9)]))[: 64 << 10]
    assert SCANNER.recognises(head_of(beginning.encode()))
