"""Findings in the AWS Security Finding Format."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.cloud.wrong_types import Json, read_or_refuse, variants
from tests.scanners.reading import Reading, expected, named, read, read_text

CONTROL = "aws-foundational-security-best-practices/v/1.0.0/IAM.5"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def raw(name: str) -> Raw:
    """Return what was counted apart in a real file."""
    return msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)


@pytest.mark.samples
def test_passed_checks_are_no_findings() -> None:
    """Three records, three checks that were assessed on the account and found nothing."""
    reading = read(sample("scans/asff/config_many_findings.json"))
    (look,) = reading.only.coverage
    assert look.assessed == frozenset({"IAM.5", "SSM.2", "ELBv2.1"})
    assert len(look.assessed) == raw("asff/config_many_findings.json").records
    assert (reading.findings, reading.problems) == ([], [])


@pytest.mark.samples
def test_detections_are_findings_each_by_its_type() -> None:
    """Four records, four findings, on an instance and a key; a sighting in 2200 is no date of a scan."""
    counted = raw("asff/guardduty.json")
    reading = read(sample("scans/asff/guardduty.json"))
    assert len(reading.findings) == counted.records
    assert Counter(f.facts.native_severity for f in reading.findings) == counted.severity
    assert [each.asset.kind for each in reading.reports] == [AssetKind.HOST, AssetKind.RESOURCE]
    assert {(f.facts.source, f.facts.source_id) for f in reading.reports[0].findings} == {
        ("guardduty", "DefenseEvasion:EC2-UnusualDNSResolver"),
        ("guardduty", "Recon:EC2-Portscan"),
        ("guardduty", "UnauthorizedAccess:EC2-SSHBruteForce"),
    }
    assert reading.reports[0].coverage[0].scanned_at == datetime(2024, 1, 17, 11, 33, 21, 196000, UTC)


@pytest.mark.samples
def test_records_that_repeat_an_occurrence_are_merged_and_counted() -> None:
    """Five records name one vulnerability in one package of one instance: one finding and four merged."""
    reading = read(sample("scans/asff/inspector_ec2_cve.json"))
    merged = 4
    assert len(reading.findings) + merged == raw("asff/inspector_ec2_cve.json").records
    assert [problem.what.partition(":")[0] for problem in reading.problems] == [
        f"{merged} records were merged"
    ]


@pytest.mark.samples
def test_packages_of_a_finding_are_occurrences() -> None:
    """Five records, of which two name two packages: seven findings."""
    counted, packages_more = raw("asff/many_vulns.json"), 2
    reading = read(sample("scans/asff/many_vulns.json"))
    assert len(reading.findings) == counted.records + packages_more
    assert not reading.problems
    found = reading.findings[0]
    assert (found.facts.source_id, found.facts.package) == ("CVE-2017-9735", "org.eclipse.jetty:jetty-server")
    assert (found.facts.version, found.facts.fixed_version) == ("8.1.14.v20131031", "9.4.6.v20170531")
    assert found.facts.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "AV:N/AC:L/Au:N/C:P/I:N/A:N")
    assert (found.facts.exploit_known, found.facts.published) == (True, "2017-06-16")
    assert found.locator == (
        "org.eclipse.jetty:jetty-server"
        " /usr/lib/jvm/java-8-oracle/lib/missioncontrol/plugins/org.eclipse.jetty.server_.jar"
    )
    assert found.first_seen == datetime(2023, 8, 30, 20, 7, 14, tzinfo=UTC)
    assert reading.only.asset.name == "MyServer1"
    assert named(reading.only, IdentifierKind.IP) == ["123.123.123.123", "172.31.0.31"]


def check(*resources: str, **more: Json) -> dict[str, Json]:
    """Return the result of a check of Security Hub."""
    whole: dict[str, Json] = {
        "SchemaVersion": "2018-10-08",
        "Id": "arn:aws:securityhub:us-east-1:111122223333:subscription/a/finding/1",
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "GeneratorId": CONTROL,
        "Title": "IAM.5 Users sign in with two factors",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "Severity": {"Label": "MEDIUM", "Normalized": 40},
        "Resources": [{"Type": "AwsIamUser", "Id": each} for each in resources or ("arn:aws:iam::1:user/a",)],
        "Compliance": {"Status": "FAILED"},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "CreatedAt": "2026-01-01T00:00:00Z",
        "UpdatedAt": "2026-01-05T10:00:00Z",
        "ProductFields": {"ControlId": "IAM.5"},
    }
    return whole | more


def event(product: str = "aws/guardduty", more: dict[str, Json] | None = None) -> dict[str, Json]:
    """Return what a product reports that is no check."""
    whole: dict[str, Json] = {
        "ProductArn": f"arn:aws:securityhub:us-east-1::product/{product}",
        "GeneratorId": "arn:aws:guardduty:us-east-1:111122223333:detector/1",
        "Id": "arn:aws:guardduty:us-east-1:111122223333:detector/1/finding/77",
        "Types": ["TTPs/Discovery/Recon:EC2-Portscan"],
        "Compliance": None,
        "ProductFields": {},
    }
    return check("arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0") | whole | (more or {})


def flaw(**more: Json) -> dict[str, Json]:
    """Return a vulnerability that Inspector reports."""
    packages: list[Json] = [{"Name": "libx", "Version": "1.0", "PackageManager": "OS"}]
    vulnerability: dict[str, Json] = {"Id": "CVE-2024-0001", "VulnerablePackages": packages}
    said: dict[str, Json] = {"Vulnerabilities": [vulnerability], "GeneratorId": "AWSInspector"}
    return event("aws/inspector", said | more)


def report(*findings: dict[str, Json], name: str = "Findings") -> str:
    """Return an answer of the API."""
    return msgspec.json.encode({name: findings}).decode()


def one(folder: Path, *findings: dict[str, Json]) -> Reading:
    """Read findings in which there is nothing to complain of."""
    reading = read_text(folder, report(*findings))
    assert (reading.scanner, reading.problems) == ("aws-asff", [])
    return reading


@pytest.mark.parametrize("shape", ["Findings", "findings", "list", "lines", "one line", "alone"])
def test_every_shape_holds_the_same_findings(tmp_path: Path, shape: str) -> None:
    """Under either name, a bare list, one finding a line, one by itself."""
    first, second = (msgspec.json.encode(each).decode() for each in (check(), flaw()))
    text = {
        "Findings": report(check(), flaw()),
        "findings": report(check(), flaw(), name="findings"),
        "list": f"[{first},\n{second}]",
        "lines": f"{first}\n{second}\n",
        "one line": f"{first}\n",
        "alone": msgspec.json.format(first.encode()).decode(),
    }[shape]
    reading = read_text(tmp_path, text)
    assert len(reading.findings) == (1 if shape in {"one line", "alone"} else 2)
    assert not reading.problems


def test_a_finding_is_one_on_each_of_its_resources(tmp_path: Path) -> None:
    """With the same facts."""
    reading = one(tmp_path, check("arn:aws:iam::1:user/a", "arn:aws:iam::1:user/b"))
    assert [each.asset.name for each in reading.reports] == ["arn:aws:iam::1:user/a", "arn:aws:iam::1:user/b"]
    assert reading.findings[0].facts is reading.findings[1].facts


@pytest.mark.parametrize(
    ("more", "weakness"),
    [
        ({"Compliance": {"Status": "FAILED", "SecurityControlId": "IAM.5"}}, "IAM.5"),
        ({"GeneratorId": "security-control/IAM.5"}, "IAM.5"),
        ({}, "IAM.5"),
        ({"ProductFields": None}, "IAM.5"),
        ({"GeneratorId": "pci-dss/v/3.2.1/PCI.IAM.1"}, "pci-dss/v/3.2.1/PCI.IAM.1"),
    ],
)
def test_a_check_goes_by_its_control(tmp_path: Path, more: dict[str, Json], weakness: str) -> None:
    """The same for the foundational standard before and after controls were consolidated."""
    reading = one(tmp_path, check(**more))
    assert reading.identities() == {("security-hub", weakness, "")}
    assert reading.findings[0].facts.kind is WeaknessKind.CONFIGURATION


def test_vulnerabilities_meet_those_of_inspectors_own_list(tmp_path: Path) -> None:
    """Same weakness, place, scope and host, though the resource is written as an ARN."""
    reading = one(tmp_path, flaw())
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx")}
    assert reading.only.coverage[0].scope == "inspector:package"
    assert named(reading.only, IdentifierKind.RESOURCE) == ["i-0123456789abcdef0"]


@pytest.mark.parametrize(
    ("product", "more", "identity"),
    [
        ("aws/guardduty", {}, ("guardduty", "Recon:EC2-Portscan", "77")),
        (
            "aws/inspector",
            {"Types": ["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"]},
            ("inspector", "Network Reachability", "77"),
        ),
        ("acme/scan", {"GeneratorId": "scan-7", "Id": "x/7"}, ("scan", "7", "x/7")),
        ("1/default", {"GeneratorId": "g", "ProductName": "Our Tool"}, ("our-tool", "g", "77")),
        (
            "prowler/prowler",
            {"GeneratorId": "prowler-iam_mfa", "Compliance": {"Status": "FAILED"}},
            ("prowler", "iam_mfa", ""),
        ),
    ],
)
def test_what_other_products_report_goes_by_type_or_generator(
    tmp_path: Path, product: str, more: dict[str, Json], identity: tuple[str, str, str]
) -> None:
    """The finding's own id is the place, except for checks, which a resource has once."""
    assert one(tmp_path, event(product, more)).identities() == {identity}


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """A new title, rating, version, Id of a check and order change nothing of it."""
    changed = flaw(Title="Other words", Severity={"Label": "LOW"})
    packages: list[Json] = [{"Name": "libx", "Version": "1.1", "PackageManager": "OS"}]
    changed["Vulnerabilities"] = [{"Id": "CVE-2024-0001", "VulnerablePackages": packages}]
    first = one(tmp_path, check(), event(), flaw())
    second = one(tmp_path, changed, event(), check(Id="arn:aws:securityhub:a/finding/2", Title="New"))
    assert first.identities() == second.identities()
    assert {each.asset.identifiers for each in first.reports} == {
        each.asset.identifiers for each in second.reports
    }


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "found"),
        ({"Workflow": {"Status": "NOTIFIED"}}, "found"),
        ({"Compliance": {"Status": "PASSED"}}, "gone"),
        ({"Compliance": {"Status": "WARNING"}}, "untested"),
        ({"Compliance": {"Status": "NOT_AVAILABLE"}}, "untested"),
        ({"RecordState": "ARCHIVED"}, "untested"),
        ({"RecordState": "ARCHIVED", "Compliance": {"Status": "PASSED"}}, "gone"),
        ({"RecordState": "ARCHIVED", "Compliance": None, "Id": "1"}, "gone"),
        ({"Workflow": {"Status": "RESOLVED"}, "Compliance": None, "Id": "1"}, "gone"),
        ({"Workflow": None, "WorkflowState": "RESOLVED", "Compliance": None, "Id": "1"}, "gone"),
    ],
)
def test_only_what_is_open_is_a_finding(tmp_path: Path, more: dict[str, Json], outcome: str) -> None:
    """What passed, was archived or resolved is gone; what was not established stays as it was."""
    reading = one(tmp_path, check(**more))
    (look,) = reading.only.coverage
    assert len(reading.findings) == (outcome == "found")
    assert bool(look.assessed) == (outcome in {"found", "gone"})
    assert bool(look.unassessed) == (outcome == "untested")


def test_a_failed_check_that_people_call_resolved_is_not_retested(tmp_path: Path) -> None:
    """And a problem says how many there are."""
    reading = read_text(tmp_path, report(check(Workflow={"Status": "RESOLVED"})))
    assert (reading.findings, reading.only.coverage[0].unassessed) == ([], frozenset({"IAM.5"}))
    assert reading.problems[0].what.startswith("1 failed checks are set to resolved")


@pytest.mark.parametrize(
    "more",
    [
        {"Workflow": {"Status": "SUPPRESSED"}, "Note": {"Text": "by design"}},
        {"RecordState": "ARCHIVED", "ProductFields": {"aws/guardduty/service/archived": "true"}},
        {"RecordState": "ARCHIVED", "ProductFields": {"aws/inspector/FindingStatus": "SUPPRESSED"}},
    ],
)
def test_what_people_suppressed_opens_no_item(tmp_path: Path, more: dict[str, Json]) -> None:
    """It stays a finding with the reason, and one problem asks for a deviation."""
    reading = read_text(tmp_path, report(event(more=more)))
    facts = reading.findings[0].facts
    assert not facts.actionable
    assert facts.vendor_status == ("suppressed: by design" if "Note" in more else "suppressed")
    assert [problem.fix for problem in reading.problems] == [
        "request a deviation for each, or lift the suppression"
    ]


@pytest.mark.parametrize(
    ("severity", "provider", "rated", "word"),
    [
        ({"Label": "CRITICAL"}, None, Severity.CRITICAL, "CRITICAL"),
        ({"Label": "INFORMATIONAL"}, None, Severity.INFO, "INFORMATIONAL"),
        ({"Normalized": 0}, None, Severity.INFO, "INFORMATIONAL"),
        ({"Normalized": 39}, None, Severity.LOW, "LOW"),
        ({"Normalized": 40}, None, Severity.MODERATE, "MEDIUM"),
        ({"Normalized": "70"}, None, Severity.HIGH, "HIGH"),
        ({"Normalized": 90}, None, Severity.CRITICAL, "CRITICAL"),
        (None, {"Severity": {"Label": "LOW"}}, Severity.LOW, "LOW"),
        (None, None, Severity.UNRATED, ""),
    ],
)
def test_the_label_rates_and_the_number_stands_in(
    tmp_path: Path, severity: Json, provider: Json, rated: Severity, word: str
) -> None:
    """The steps of the number are those of the Security Hub User Guide."""
    reading = one(tmp_path, check(Severity=severity, FindingProviderFields=provider))
    assert (reading.findings[0].facts.severity, reading.findings[0].facts.native_severity) == (rated, word)


def test_nothing_counts_as_assessed_but_what_is_listed(tmp_path: Path) -> None:
    """Security Hub exports what a filter leaves."""
    (look,) = one(tmp_path, check()).only.coverage
    assert (look.scope, look.tool, look.assessed) == (
        "security-hub",
        "AWS Security Hub",
        frozenset({"IAM.5"}),
    )
    assert look.scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_broken_records_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """A foreign record, one without resource, an unknown severity."""
    foreign: dict[str, Json] = {"Id": "1"}
    reading = read_text(
        tmp_path, report(check(), foreign, check(Resources=[]), event(more={"Severity": {"Label": "AWFUL"}}))
    )
    assert [found.facts.severity for found in reading.findings] == [Severity.MODERATE, Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, Findings[1]",
        "report, Findings[2]",
        "report, Findings[3]",
    ]


def test_wrong_types_anywhere_are_refused_or_named(tmp_path: Path) -> None:
    """No other exception leaves the reader, whatever value is wrong."""
    for text in variants({"Findings": [check(), event(), flaw()]}):
        read_or_refuse(tmp_path, text)
