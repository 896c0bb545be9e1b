"""Image scans of Amazon ECR."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.cloud.wrong_types import Json, read_or_refuse, variants
from tests.scanners.reading import Reading, expected, named, read, read_text

RELEASES = ("2.10.13", "2.10.18", "2.11.03", "2.11.04")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


class Step(msgspec.Struct):
    """What happens from one release to the next, counted apart."""

    v: str
    open: int
    new: int
    persist: int
    closed: int


def release(version: str) -> Path:
    """Return the real scan of a release."""
    return sample(f"scans/series_ecr/openrmfpro-api-artifact-{version}.json")


@pytest.mark.samples
@pytest.mark.parametrize("version", RELEASES)
def test_real_files_give_the_counts_that_were_made_apart(version: str) -> None:
    """Every record is one finding with its native severity."""
    name = f"series_ecr/openrmfpro-api-artifact-{version}.json"
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(release(version))
    assert (reading.scanner, len(reading.findings), reading.problems) == ("aws-ecr", raw.records, [])
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    assert reading.only.asset.version == version
    assert reading.only.coverage[0].assessed is None


@pytest.mark.samples
def test_a_series_of_releases_opens_keeps_and_closes_as_counted_apart() -> None:
    """Identity holds over four releases of one image."""
    series = msgspec.convert(
        expected("scans/expected.json")["series_expected"]["ecr api-artifact"], list[Step]
    )
    before: set[tuple[str, str, str]] = set()
    for step in series:
        now = read(release(step.v)).identities()
        counts = (len(now), len(now - before), len(now & before), len(before - now))
        assert counts == (step.open, step.new, step.persist, step.closed)
        before = now
    assert len({read(release(version)).only.asset.identifiers for version in RELEASES}) == 1


@pytest.mark.samples
def test_one_record_is_read_field_by_field() -> None:
    """As it stands first in the file."""
    reading = read(release("2.10.13"))
    found = reading.findings[0]
    assert (found.facts.source, found.facts.source_id, found.locator) == ("cve", "CVE-2025-26519", "musl")
    assert (found.facts.severity, found.facts.title) == (Severity.HIGH, "CVE-2025-26519 in musl")
    assert (found.facts.package, found.facts.version) == ("musl", "1.2.4_git20230717-r4")
    assert found.facts.cvss == ("CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:L",)
    assert found.facts.references == ("https://nvd.nist.gov/vuln/detail/CVE-2025-26519",)
    assert reading.only.coverage[0].scanned_at == datetime(2025, 4, 27, 14, 37, 30, tzinfo=UTC)
    assert named(reading.only, IdentifierKind.IMAGE) == ["104773272540/openrmfpro/openrmfpro-api-artifact"]


def basic(name: str = "CVE-2024-0001", package: str = "libx", **more: Json) -> dict[str, Json]:
    """Return a finding of the basic scan."""
    attributes: list[Json] = [
        {"key": "package_name", "value": package},
        {"key": "package_version", "value": "1.0"},
        {"key": "CVSS3_SCORE", "value": "7.5"},
    ]
    whole: dict[str, Json] = {"name": name, "severity": "HIGH", "uri": "https://a.example"}
    return whole | {"attributes": attributes} | more


def enhanced(**more: Json) -> dict[str, Json]:
    """Return a finding of the enhanced scan."""
    resource: dict[str, Json] = {
        "id": "arn:aws:ecr:us-east-1:111122223333:repository/team/app/sha256:a1",
        "type": "AWS_ECR_CONTAINER_IMAGE",
    }
    packages: list[Json] = [{"name": "libx", "version": "1.0", "packageManager": "OS"}]
    whole: dict[str, Json] = {
        "findingArn": "arn:aws:inspector2:us-east-1:111122223333:finding/a",
        "type": "PACKAGE_VULNERABILITY",
        "status": "ACTIVE",
        "severity": "HIGH",
        "title": "CVE-2024-0001 - libx",
        "resources": [resource],
        "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2024-0001", "vulnerablePackages": packages},
    }
    return whole | more


def scan(findings: dict[str, Json], **more: Json) -> dict[str, Json]:
    """Return an answer of the API."""
    held: dict[str, Json] = {"imageScanCompletedAt": "2026-01-05T10:00:00Z"}
    whole: dict[str, Json] = {
        "imageScanFindings": held | findings,
        "registryId": "111122223333",
        "repositoryName": "team/app",
        "imageId": {"imageDigest": "sha256:a1", "imageTag": "1"},
        "imageScanStatus": {"status": "COMPLETE"},
    }
    return whole | more


def read_scan(folder: Path, *scans: dict[str, Json]) -> Reading:
    """Read one answer, or several in a list."""
    whole: Json = scans[0] if len(scans) == 1 else list(scans)
    return read_text(folder, msgspec.json.encode(whole).decode())


def test_a_score_stands_in_for_a_missing_vector(tmp_path: Path) -> None:
    """As basic scans of some sources have it."""
    (found,) = read_scan(tmp_path, scan({"findings": [basic()]})).findings
    assert found.facts.cvss == ("7.5",)


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """A new tag, digest, version, rating and order change nothing of it."""
    before = read_scan(tmp_path, scan({"findings": [basic(), basic("CVE-2024-0002")]}))
    newer = basic(severity="LOW", description="New words")
    newer["attributes"] = [{"key": "package_name", "value": "libx"}, {"key": "package_version", "value": "2"}]
    after = read_scan(
        tmp_path, scan({"findings": [basic("CVE-2024-0002"), newer]}, imageId={"imageTag": "2"})
    )
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


def test_enhanced_findings_are_those_of_inspector(tmp_path: Path) -> None:
    """Same scope, same place; the ARN tells the region, so that other tools find the same image."""
    reading = read_scan(tmp_path, scan({"enhancedFindings": [enhanced(), enhanced(status="CLOSED")]}))
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx")}
    assert [look.scope for look in reading.only.coverage] == ["inspector:package"]
    assert named(reading.only, IdentifierKind.IMAGE) == [
        "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app",
        "111122223333/team/app",
    ]
    assert reading.only.asset.version == "1"


def test_both_lists_in_one_answer_are_read(tmp_path: Path) -> None:
    """Each in its scope; what both list is one occurrence."""
    both: dict[str, Json] = {
        "findings": [basic(), basic("CVE-2024-0002")],
        "enhancedFindings": [enhanced()],
    }
    reading = read_scan(tmp_path, scan(both))
    assert [look.scope for look in reading.only.coverage] == ["ecr", "inspector:package"]
    assert len(reading.findings) == len(reading.identities()) == 2


@pytest.mark.parametrize("findings", [{}, {"findings": []}, {"findings": None}, {"enhancedFindings": []}])
def test_a_completed_scan_without_findings_is_clean(tmp_path: Path, findings: dict[str, Json]) -> None:
    """The image was looked at as a whole."""
    reading = read_scan(tmp_path, scan(findings))
    assert (reading.findings, reading.problems) == ([], [])
    assert reading.only.coverage[0].assessed is None
    assert reading.only.asset.kind is AssetKind.IMAGE


@pytest.mark.parametrize("status", ["FAILED", "UNSUPPORTED_IMAGE", "SCAN_ELIGIBILITY_EXPIRED"])
def test_a_scan_that_failed_proves_nothing(tmp_path: Path, status: str) -> None:
    """And a problem says why."""
    failed: dict[str, Json] = {"status": status, "description": "no such layer"}
    reading = read_scan(tmp_path, scan({}, imageScanStatus=failed))
    assert reading.only.coverage[0].assessed == frozenset()
    assert [problem.where for problem in reading.problems] == ["report, imageScanStatus"]
    assert "no such layer" in reading.problems[0].what


def test_a_page_of_several_proves_no_absence(tmp_path: Path) -> None:
    """Only what is listed was assessed."""
    reading = read_scan(tmp_path, scan({"findings": [basic()]}, nextToken="more"))
    assert reading.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})
    assert reading.problems[0].where == "report, nextToken"


def test_several_answers_in_a_list_are_several_images(tmp_path: Path) -> None:
    """Two tags of one repository are one image, and what both have is one occurrence."""
    findings: dict[str, Json] = {"findings": [basic()]}
    reading = read_scan(
        tmp_path, scan(findings), scan(findings, imageId={"imageTag": "2"}), scan({}, repositoryName="other")
    )
    assert [len(each.findings) for each in reading.reports] == [1, 0]
    assert "1 records were merged" in reading.problems[0].what


def test_an_image_without_name_goes_by_the_file(tmp_path: Path) -> None:
    """And a problem says so."""
    reading = read_scan(tmp_path, {"imageScanFindings": {"findings": [basic()]}})
    assert named(reading.only, IdentifierKind.NAME) == ["report"]
    assert "does not name what was scanned" in reading.problems[0].what


def test_broken_records_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """A missing name, an unknown severity, a broken enhanced finding."""
    broken: dict[str, Json] = {
        "findings": [{"severity": "LOW"}, basic(severity="AWFUL")],
        "enhancedFindings": [{"type": 5}, enhanced(packageVulnerabilityDetails={"vulnerabilityId": None})],
    }
    reading = read_scan(tmp_path, scan(broken))
    assert [found.facts.severity for found in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, imageScanFindings.findings[0]",
        "report, imageScanFindings.findings[1]",
        "report, imageScanFindings.enhancedFindings[0].type",
        "report, imageScanFindings.enhancedFindings[1].packageVulnerabilityDetails.vulnerabilityId",
    ]


def test_a_list_in_place_of_the_findings_is_refused(tmp_path: Path) -> None:
    """The document as a whole is not of this format."""
    with pytest.raises(DamagedInput, match="not read"):
        read_text(tmp_path, '{"imageScanFindings": [1]}')


def test_wrong_types_anywhere_are_refused_or_named(tmp_path: Path) -> None:
    """No other exception leaves the reader, whatever value is wrong."""
    for text in variants(scan({"findings": [basic()], "enhancedFindings": [enhanced()]})):
        read_or_refuse(tmp_path, text)
