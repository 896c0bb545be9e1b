"""Findings of Amazon Inspector."""

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

MANY = "aws_inspector2/aws_inspector2_many_vul.json"
ONE = "aws_inspector2/aws_inspector2_one_vul.json"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    status: dict[str, int]


@pytest.mark.samples
def test_many_records_give_what_was_counted_apart() -> None:
    """Of 8 records 1 is closed; one of the others names two packages and makes two findings."""
    raw = msgspec.convert(expected("scans/expected.json")[MANY]["raw"], Raw)
    reading = read(sample(f"scans/{MANY}"))
    closed, packages_more = raw.status["CLOSED"], 1
    assert len(reading.findings) == raw.records - closed + packages_more
    severities = Counter(raw.severity) - Counter({"MEDIUM": 1}) + Counter({"LOW": 1})
    assert Counter(f.facts.native_severity for f in reading.findings) == severities
    assert not reading.problems


@pytest.mark.samples
def test_one_record_is_read_field_by_field() -> None:
    """As it stands in the file."""
    reading = read(sample(f"scans/{ONE}"))
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.cves) == ("cve", "CVE-2021-3744", ("CVE-2021-3744",))
    assert (facts.title, facts.severity, facts.native_severity) == (
        "CVE-2021-3744 - linux",
        Severity.MODERATE,
        "MEDIUM",
    )
    assert (facts.package, facts.version, facts.fixed_version) == ("linux", "4.19.118-2", "0:4.19.232-1")
    assert facts.cvss == ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H",)
    assert facts.solution == "apt-get update && apt-get upgrade"
    assert facts.references == ("https://security-tracker.debian.org/tracker/CVE-2021-3744",)
    assert (facts.exploit_known, facts.actionable, finding.locator) == (False, True, "linux")
    assert finding.first_seen == datetime(2024, 2, 2, 15, 30, 33, 45000, UTC)
    asset = reading.only.asset
    assert (asset.kind, asset.version) == (AssetKind.IMAGE, "2.3.0")
    assert named(reading.only, IdentifierKind.IMAGE)[0] == (
        "012345678901.dkr.ecr.us-east-1.amazonaws.com/my-awesome-docker-image"
    )


@pytest.mark.samples
def test_an_instance_of_a_real_list_is_a_host_with_its_addresses() -> None:
    """Its two packages are two occurrences of one vulnerability."""
    host = read(sample(f"scans/{MANY}")).reports[1]
    assert (host.asset.name, host.asset.kind) == ("my-instance", AssetKind.HOST)
    assert named(host, IdentifierKind.RESOURCE) == ["i-0b22a22eec53b9321"]
    assert named(host, IdentifierKind.IP) == ["8.84.11.16", "10.52.88.71"]
    assert [finding.locator for finding in host.findings] == ["libxml2", "libxml2-python"]


def instance(**more: Json) -> dict[str, Json]:
    """Return an instance as a resource."""
    return {"id": "i-0123456789abcdef0", "type": "AWS_EC2_INSTANCE", "region": "us-east-1"} | more


def image(digest: str, tag: str) -> dict[str, Json]:
    """Return an image as a resource."""
    details: dict[str, Json] = {"imageTags": [tag], "registry": "111122223333", "repositoryName": "team/app"}
    return {
        "id": f"arn:aws:ecr:us-east-1:111122223333:repository/team/app/sha256:{digest}",
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "details": {"awsEcrContainerImage": details},
    }


def package(**more: Json) -> dict[str, Json]:
    """Return a package in which a vulnerability is."""
    return {"name": "libx", "version": "1.0", "packageManager": "OS", "fixedInVersion": "1.1"} | more


def finding(*packages: dict[str, Json], **more: Json) -> dict[str, Json]:
    """Return a finding about packages."""
    flaw: dict[str, Json] = {
        "vulnerabilityId": "CVE-2024-0001",
        "vulnerablePackages": list(packages or (package(),)),
        "cvss": [{"scoringVector": "V2", "version": "2.0"}, {"scoringVector": "V3", "version": "3.1"}],
    }
    whole: dict[str, Json] = {
        "findingArn": "arn:aws:inspector2:us-east-1:111122223333:finding/a",
        "type": "PACKAGE_VULNERABILITY",
        "status": "ACTIVE",
        "severity": "HIGH",
        "title": "CVE-2024-0001 - libx",
        "firstObservedAt": "2026-01-01T00:00:00Z",
        "lastObservedAt": "2026-01-05T10:00:00Z",
        "resources": [instance()],
        "packageVulnerabilityDetails": flaw,
    }
    return whole | more


def port(begin: int, end: int, **more: Json) -> dict[str, Json]:
    """Return a finding about an open port."""
    reach: dict[str, Json] = {
        "openPortRange": {"begin": begin, "end": end},
        "protocol": "TCP",
        "networkPath": {"steps": [{"componentId": "igw-1", "componentType": "AWS::EC2::InternetGateway"}]},
    }
    whole: dict[str, Json] = {
        "type": "NETWORK_REACHABILITY",
        "packageVulnerabilityDetails": None,
        "networkReachabilityDetails": reach,
        "title": "Port 22 is reachable from an Internet Gateway",
        "severity": "MEDIUM",
    }
    return finding() | whole | more


def flaw_in_code(line: int, version: str = "1.0", **more: Json) -> dict[str, Json]:
    """Return a finding about code."""
    code: dict[str, Json] = {
        "detectorId": f"python/hardcoded-credentials@v{version}",
        "cwes": ["CWE-798"],
        "filePath": {"filePath": "src/a.py", "fileName": "a.py", "startLine": line, "endLine": line},
        "referenceUrls": ["https://a.example"],
    }
    function: dict[str, Json] = {
        "id": "arn:aws:lambda:us-east-1:111122223333:function:pay:$LATEST",
        "type": "AWS_LAMBDA_FUNCTION",
    }
    whole: dict[str, Json] = {
        "type": "CODE_VULNERABILITY",
        "packageVulnerabilityDetails": None,
        "codeVulnerabilityDetails": code,
        "resources": [function],
    }
    return finding() | whole | more


def report(*findings: dict[str, Json], **more: Json) -> str:
    """Return a list of findings."""
    whole: dict[str, Json] = {"findings": list(findings)}
    return msgspec.json.encode(whole | more).decode()


def one(folder: Path, text: str) -> Reading:
    """Read a list in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert (reading.scanner, reading.problems) == ("aws-inspector", [])
    return reading


def test_what_inspector_says_of_a_vulnerability(tmp_path: Path) -> None:
    """Its own vector first, then CVSS 3, then 2; a known exploit, the fix, the solution of the finding."""
    said: dict[str, Json] = {
        "inspectorScoreDetails": {"adjustedCvss": {"scoringVector": "OWN"}},
        "exploitAvailable": "YES",
        "fixAvailable": "YES",
        "remediation": {"recommendation": {"text": "Patch it.", "Url": "https://a.example"}},
    }
    (found,) = one(tmp_path, report(finding(**said))).findings
    assert found.facts.cvss == ("OWN", "V3", "V2")
    assert (found.facts.exploit_known, found.facts.vendor_status) == (True, "fix available: YES")
    assert (found.facts.solution, found.facts.fixed_version) == ("Patch it.", "1.1")


def test_an_open_port_goes_by_port_and_origin(tmp_path: Path) -> None:
    """A range stands as such; the title takes no part."""
    reading = one(tmp_path, report(port(22, 22), port(8000, 8080, title="Something else")))
    assert reading.identities() == {
        ("inspector", "NETWORK_REACHABILITY AWS::EC2::InternetGateway 22/tcp", "22/tcp"),
        ("inspector", "NETWORK_REACHABILITY AWS::EC2::InternetGateway 8000-8080/tcp", "8000-8080/tcp"),
    }
    assert {found.facts.kind for found in reading.findings} == {WeaknessKind.CONFIGURATION}


def test_a_flaw_in_code_goes_by_detector_and_file(tmp_path: Path) -> None:
    """Neither the line nor the detector's version matter; a function is the same in every version."""
    before = one(tmp_path, report(flaw_in_code(3)))
    after = one(tmp_path, report(flaw_in_code(70, "1.1", title="New words")))
    assert before.identities() == {("inspector", "python/hardcoded-credentials", "src/a.py")}
    assert before.identities() == after.identities()
    assert before.findings[0].facts.cwes == ("CWE-798",)
    assert named(before.only, IdentifierKind.RESOURCE) == [
        "arn:aws:lambda:us-east-1:111122223333:function:pay"
    ]


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """A new digest, tag, version, rating, title, ARN and order change nothing of it."""
    before = finding(resources=[image("a1", "1")])
    changed = finding(
        package(version="1.0.9", fixedInVersion="1.2"),
        resources=[image("b2", "2")],
        severity="LOW",
        title="Other words",
        findingArn="arn:aws:inspector2:us-east-1:111122223333:finding/b",
    )
    first = one(tmp_path, report(before, port(22, 22)))
    second = one(tmp_path, report(port(22, 22), changed))
    assert first.identities() == second.identities()
    assert {each.asset.identifiers for each in first.reports} == {
        each.asset.identifiers for each in second.reports
    }


def test_one_repository_with_two_digests_is_one_asset(tmp_path: Path) -> None:
    """The vulnerability of both is one occurrence, and the merging is said."""
    text = report(finding(resources=[image("a1", "1")]), finding(resources=[image("b2", "2")]))
    reading = read_text(tmp_path, text)
    assert len(reading.only.findings) == 1
    assert ["1 records were merged" in problem.what for problem in reading.problems] == [True]


def test_a_closed_finding_is_gone_and_a_suppressed_one_opens_no_item(tmp_path: Path) -> None:
    """Both count as looked for."""
    closed = finding(status="CLOSED")
    suppressed = port(22, 22, status="SUPPRESSED")
    reading = read_text(tmp_path, report(closed, suppressed))
    (found,) = reading.findings
    assert (found.facts.actionable, found.facts.vendor_status) == (False, "suppressed")
    assert [look.scope for look in reading.only.coverage] == ["inspector:package", "inspector:network"]
    (problem,) = reading.problems
    assert "1 findings are suppressed" in problem.what
    assert "deviation" in problem.fix


def test_a_whole_list_proves_absence_and_a_part_does_not(tmp_path: Path) -> None:
    """Where another page follows, only what is listed was assessed, and a problem says so."""
    whole = one(tmp_path, report(finding(), nextToken=None))
    assert whole.only.coverage[0].assessed is None
    assert whole.only.coverage[0].scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    part = read_text(tmp_path, report(finding(), nextToken="more"))
    assert part.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})
    assert part.problems[0].where == "report, nextToken"


@pytest.mark.parametrize("status", ["", "ODD"])
def test_an_unknown_status_is_taken_as_active(tmp_path: Path, status: str) -> None:
    """And said, where it is a word."""
    reading = read_text(tmp_path, report(finding(status=status)))
    assert len(reading.findings) == 1
    assert len(reading.problems) == bool(status)


def test_a_finding_that_says_nothing_is_never_lost_in_silence(tmp_path: Path) -> None:
    """Neither one without the details of its kind nor one whose vulnerability has no id."""
    nameless: dict[str, Json] = {"vulnerabilityId": " ", "vulnerablePackages": [package()]}
    text = report(finding(packageVulnerabilityDetails=None), finding(packageVulnerabilityDetails=nameless))
    reading = read_text(tmp_path, text)
    assert reading.findings == []
    assert {problem.what for problem in reading.problems} == {
        "the finding lacks the details of a PACKAGE_VULNERABILITY; it was not read",
        "1 findings do not say of which weakness they are and were left out",
    }


def test_broken_records_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """A missing id, no resource, an unknown kind, an unknown severity."""
    flaw: dict[str, Json] = {"packageVulnerabilityDetails": {}}
    reading = read_text(
        tmp_path,
        report(
            finding(**flaw),
            finding(resources=[]),
            finding(type="ODD"),
            finding(package(name="liby"), severity="AWFUL"),
            finding(),
        ),
    )
    assert [found.locator for found in reading.findings] == ["liby", "libx"]
    assert [found.facts.severity for found in reading.findings] == [Severity.UNRATED, Severity.HIGH]
    assert [problem.where for problem in reading.problems] == [
        "report, findings[0].packageVulnerabilityDetails",
        "report, findings[1]",
        "report, findings[2]",
        "report, findings[3]",
    ]


@pytest.mark.parametrize("shape", ["list", "lines", "alone"])
def test_other_shapes_hold_the_same_findings(tmp_path: Path, shape: str) -> None:
    """A bare list, one finding a line, one by itself."""
    texts = [msgspec.json.encode(each).decode() for each in (finding(), port(22, 22))]
    text = {"list": f"[{texts[0]},{texts[1]}]", "lines": "\n".join(texts), "alone": texts[0]}[shape]
    assert len(one(tmp_path, text).findings) == (1 if shape == "alone" else 2)


def test_seconds_since_1970_are_read_as_well(tmp_path: Path) -> None:
    """Older tools write them."""
    reading = one(tmp_path, report(finding(lastObservedAt=1767607200.5, firstObservedAt=1767607200)))
    assert reading.only.coverage[0].scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert reading.findings[0].first_seen == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_wrong_types_anywhere_are_refused_or_named(tmp_path: Path) -> None:
    """No other exception leaves the reader, whatever value is wrong."""
    whole: Json = {"findings": [finding(resources=[image("a1", "1")]), port(22, 22), flaw_in_code(3)]}
    for text in variants(whole):
        read_or_refuse(tmp_path, text)
