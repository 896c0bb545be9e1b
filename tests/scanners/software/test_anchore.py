"""Anchore reports: vulnerabilities of an image, and policy evaluations."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.anchore import SCANNER
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_a_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every vulnerability of a package is one finding; the last one is read by eye."""
    raw = msgspec.convert(expected("scans/expected.json")["anchore/many_vulns.json"]["raw"], Raw)
    reading = read(sample("scans/anchore/many_vulns.json"))
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    facts = reading.findings[3].facts
    assert (facts.source_id, facts.package, facts.version) == (
        "CVE-2018-15686",
        "libsystemd0",
        "232-25+deb9u9",
    )
    assert (facts.fixed_version, facts.solution) == (
        "232-25+deb9u10",
        "Upgrade libsystemd0 to 232-25+deb9u10.",
    )
    assert reading.findings[0].facts.fixed_version == ""


def vulnerability(**more: object) -> dict[str, object]:
    """Return a vulnerability."""
    return {
        "vuln": "CVE-2024-0001",
        "severity": "High",
        "package_name": "libx",
        "package_version": "1.0",
        "package_type": "dpkg",
        "package_path": "None",
        "fix": "None",
        "feed": "vulnerabilities",
        "url": "https://a.example",
    } | more


def report(*records: object, **more: object) -> str:
    """Return a list of vulnerabilities."""
    whole = {"imageDigest": "sha256:00", "vulnerabilities": records, "vulnerability_type": "all"}
    return msgspec.json.encode(whole | more).decode()


def read_one(folder: Path, text: str) -> Reading:
    """Read a report that does not name its image, and complains of nothing else."""
    reading = read_text(folder, text)
    assert [problem.what for problem in reading.problems] == [
        "the report does not name what was scanned; it is taken as “report”"
    ]
    return reading


def test_a_package_outside_the_system_is_placed_by_its_path(tmp_path: Path) -> None:
    """Without its version; one of the system by its name."""
    outside = vulnerability(package_type="java", package_path="/opt/x-1.0.jar", vuln="GHSA-aaaa-bbbb-cccc")
    reading = read_one(tmp_path, report(vulnerability(), outside))
    assert reading.identities() == {
        ("cve", "CVE-2024-0001", "libx"),
        ("ghsa", "GHSA-aaaa-bbbb-cccc", "libx /opt/x-.jar"),
    }


def test_newer_fields_are_read(tmp_path: Path) -> None:
    """Scores of NVD, and what the vendor will not fix; names in camel case by the newer command line."""
    score = {"cvss_v3": {"base_score": 7.5, "vector_string": "CVSS:3.1/V"}}
    newer = vulnerability(nvd_data=[score], will_not_fix=True)
    facts = read_one(tmp_path, report(newer)).findings[0].facts
    assert (facts.cvss, facts.vendor_status) == (("CVSS:3.1/V",), "will not fix")
    camel = {
        "vuln": "CVE-2024-0002",
        "severity": "Low",
        "packageName": "a",
        "packageVersion": "1",
        "feed": "x",
    }
    assert read_one(tmp_path, report(camel)).findings[0].facts.package == "a"


def evaluation(*checks: object) -> str:
    """Return a policy evaluation by the newer command line."""
    whole = {"digest": "sha256:00", "tag": "reg.example/team/App:1.2", "status": "fail", "detail": checks}
    return msgspec.json.encode([whole]).decode()


def check(**more: object) -> dict[str, object]:
    """Return a check of a policy."""
    return {
        "gate": "dockerfile",
        "trigger": "instruction",
        "triggerId": "41cb7cdf04850e33a11f80c42bf660b3",
        "message": "HEALTHCHECK is missing",
        "action": "warn",
        "allowlisted": False,
    } | more


def test_policy_checks_are_configuration_in_a_scope_of_their_own(tmp_path: Path) -> None:
    """Unrated, because an action is no rating; what was allowed is suppressed, what passes is gone."""
    checks = [check(), check(triggerId="b", allowlisted=True), check(trigger="user", action="go")]
    reading = read_text(tmp_path, evaluation(*checks))
    assert named(reading.only, IdentifierKind.IMAGE) == ["reg.example/team/app"]
    assert [(f.facts.kind, f.facts.severity, f.facts.actionable) for f in reading.findings] == [
        (WeaknessKind.CONFIGURATION, Severity.UNRATED, True),
        (WeaknessKind.CONFIGURATION, Severity.UNRATED, False),
    ]
    assert [c.scope for c in reading.only.coverage] == ["anchore:policy"]
    assert ["suppressed in the tool" in problem.what for problem in reading.problems] == [True]


def test_checks_that_repeat_vulnerabilities_are_left_out_and_said(tmp_path: Path) -> None:
    """The list of vulnerabilities says more of them."""
    reading = read_text(tmp_path, evaluation(check(gate="vulnerabilities", trigger="package")))
    assert not reading.findings
    assert "1 policy checks repeat vulnerabilities" in reading.problems[0].what


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    reading = read_text(tmp_path, report(5, vulnerability(vuln=None), vulnerability(severity="Awful")))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems][1:] == [
        f"report, vulnerabilities[{number}]" for number in range(3)
    ]


def test_an_empty_list_is_a_clean_image(tmp_path: Path) -> None:
    """Everything was looked for."""
    reading = read_one(tmp_path, report())
    assert [(c.scope, c.assessed) for c in reading.only.coverage] == [("anchore:vulnerability", None)]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another digest, version, rating, fix and order."""
    second = vulnerability(vuln="CVE-2024-0002")
    before = read_one(tmp_path, report(vulnerability(), second))
    changed = {"severity": "Low", "package_version": "9", "fix": "10"}
    after = read_one(tmp_path, report(second | changed, vulnerability(**changed), imageDigest="sha256:11"))
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    "text",
    [
        '{"vulnerabilities": [{"id": "SNYK-1", "packageName": "a"}]}',
        '{"detail": "a", "digest": "b"}',
        '{"vulnerabilities": [], "bomFormat": "CycloneDX"}',
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Vulnerabilities without what Anchore writes of them."""
    assert not SCANNER.recognises(head_of(text.encode()))
