"""Vulnerabilities by Google's Artifact Analysis."""

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

NAME = "gcp/many_vulns.json"
IMAGE = "europe-docker.pkg.dev/p/r/app"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every record is one finding, rated by the list in which it stands."""
    raw = msgspec.convert(expected("scans/expected.json")[NAME]["raw"], Raw)
    reading = read(sample(f"scans/{NAME}"))
    assert (reading.scanner, len(reading.findings)) == ("gcp-artifact-analysis", raw.records)
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_one_real_record_is_read_field_by_field() -> None:
    """As it stands first in the file; the vector is taken out of the description."""
    reading = read(sample(f"scans/{NAME}"))
    found = reading.findings[0]
    facts = found.facts
    assert (facts.source, facts.source_id, facts.title) == ("cve", "CVE-2023-29405", "CVE-2023-29405 in go")
    assert (facts.severity, facts.family) == (Severity.CRITICAL, "GO_STDLIB")
    assert (facts.package, facts.version, facts.fixed_version) == ("go", "1.17.6", "1.19.10")
    assert facts.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert facts.references == (
        "https://security-tracker.debian.org/tracker/CVE-2023-29405",
        "https://nvd.nist.gov/vuln/detail/CVE-2023-29405",
    )
    assert found.locator == "go /tmp/pdscan"
    assert found.first_seen == datetime(2023, 8, 23, 16, 57, 34, 258042, UTC)
    assert named(reading.only, IdentifierKind.IMAGE) == [
        "northamerica-northeast1-docker.pkg.dev/testing/test-docker/test-image"
    ]
    assert reading.only.coverage[0].scanned_at == datetime(2023, 8, 23, 16, 57, 34, 358092, UTC)


def package(**more: Json) -> dict[str, Json]:
    """Return an affected package."""
    whole: dict[str, Json] = {
        "affectedPackage": "libx",
        "affectedVersion": {"fullName": "1.0-1", "name": "1.0", "kind": "NORMAL"},
        "fixedVersion": {"fullName": "1.1", "kind": "NORMAL"},
        "packageType": "OS",
        "effectiveSeverity": "LOW",
    }
    return whole | more


def occurrence(*packages: dict[str, Json], digest: str = "a1", **more: Json) -> dict[str, Json]:
    """Return an occurrence of a vulnerability."""
    flaw: dict[str, Json] = {
        "severity": "HIGH",
        "effectiveSeverity": "MEDIUM",
        "cvssv3": {"baseScore": 7.5},
        "packageIssue": list(packages or (package(),)),
    }
    whole: dict[str, Json] = {
        "kind": "VULNERABILITY",
        "name": f"projects/p/occurrences/{digest}",
        "noteName": "projects/goog-vulnz/notes/CVE-2024-0001",
        "resourceUri": f"https://{IMAGE}@sha256:{digest}",
        "createTime": "2026-01-01T00:00:00Z",
        "updateTime": "2026-01-04T00:00:00Z",
        "vulnerability": flaw,
    }
    return whole | more


def analysis(status: str = "FINISHED_SUCCESS") -> dict[str, Json]:
    """Return the occurrence of an analysis."""
    found: dict[str, Json] = {"analysisStatus": status, "lastScanTime": "2026-01-05T10:00:00.123456789Z"}
    return {
        "kind": "DISCOVERY",
        "noteName": "projects/goog-analysis/notes/PACKAGE_VULNERABILITY",
        "resourceUri": f"https://{IMAGE}@sha256:a1",
        "discovery": found,
    }


def described(flaws: Json, *analyses: dict[str, Json]) -> dict[str, Json]:
    """Return what gcloud says of an image."""
    return {
        "discovery_summary": {"discovery": list(analyses or (analysis(),))},
        "image_summary": {"fully_qualified_digest": f"{IMAGE}@sha256:a1"},
        "package_vulnerability_summary": {"vulnerabilities": flaws},
    }


def read_json(folder: Path, whole: Json) -> Reading:
    """Read a document."""
    return read_text(folder, msgspec.json.encode(whole).decode())


def test_the_list_rates_and_minimal_is_low(tmp_path: Path) -> None:
    """Whatever the record itself says; the word stays."""
    reading = read_json(tmp_path, described({"MINIMAL": [occurrence()], "SEVERITY_UNSPECIFIED": []}))
    facts = reading.findings[0].facts
    assert (facts.severity, facts.native_severity, facts.cvss) == (Severity.LOW, "MINIMAL", ("7.5",))
    assert reading.problems == []


@pytest.mark.parametrize("shape", ["list", "occurrences", "lines"])
def test_lists_of_occurrences_are_rated_by_the_package(tmp_path: Path, shape: str) -> None:
    """As gcloud list-vulnerabilities and the API print them."""
    texts = [msgspec.json.encode(each).decode() for each in (occurrence(), analysis())]
    text = {
        "list": f"[{','.join(texts)}]",
        "occurrences": f'{{"occurrences":[{",".join(texts)}]}}',
        "lines": "\n".join(texts),
    }[shape]
    reading = read_text(tmp_path, text)
    assert (reading.scanner, reading.problems) == ("gcp-artifact-analysis", [])
    assert reading.findings[0].facts.native_severity == "LOW"
    assert reading.only.coverage[0].scanned_at == datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)


def test_without_an_analysis_the_latest_change_is_the_date(tmp_path: Path) -> None:
    """A list of vulnerabilities alone has no other."""
    reading = read_json(tmp_path, [occurrence(), occurrence(package(affectedPackage="liby"))])
    assert reading.only.coverage[0].scanned_at == datetime(2026, 1, 4, tzinfo=UTC)
    assert reading.only.coverage[0].assessed is None


def test_each_package_is_an_occurrence_and_no_fix_is_no_version(tmp_path: Path) -> None:
    """The file of a library is part of its place, its version is not."""
    files: list[Json] = [{"filePath": "app/liby-2.0.jar"}]
    library = package(
        affectedPackage="liby",
        packageType="MAVEN",
        affectedVersion={"fullName": "2.0"},
        fixedVersion={"kind": "MAXIMUM"},
        fileLocation=files,
    )
    found, other = read_json(tmp_path, [occurrence(package(), library)]).findings
    assert (found.locator, found.facts.version, found.facts.solution) == (
        "libx",
        "1.0-1",
        "Upgrade libx to 1.1.",
    )
    assert (other.locator, other.facts.fixed_version, other.facts.solution) == ("liby app/liby-.jar", "", "")


def test_next_month_the_same_occurrence_is_the_same(tmp_path: Path) -> None:
    """A new digest, version, rating and order change nothing of it."""
    other = occurrence(noteName="projects/goog-vulnz/notes/CVE-2024-0002")
    changed = occurrence(
        package(affectedVersion={"fullName": "1.0-2"}, effectiveSeverity="HIGH"), digest="b2"
    )
    first, second = read_json(tmp_path, [occurrence(), other]), read_json(tmp_path, [other, changed])
    assert first.identities() == second.identities()
    assert first.only.asset.identifiers == second.only.asset.identifiers
    assert first.only.asset.kind is AssetKind.IMAGE


@pytest.mark.parametrize("status", ["FINISHED_FAILED", "FINISHED_UNSUPPORTED", "SCANNING", "PENDING"])
def test_an_analysis_that_did_not_finish_proves_nothing(tmp_path: Path, status: str) -> None:
    """Only what is listed counts as assessed, and a problem says so."""
    reading = read_json(tmp_path, described({"LOW": [occurrence()]}, analysis(status)))
    assert reading.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})
    assert reading.problems[0].where == "report, discovery_summary.discovery[0]"


@pytest.mark.parametrize("flaws", [None, {}, {"LOW": None}])
def test_an_image_without_vulnerabilities_is_clean(tmp_path: Path, flaws: Json) -> None:
    """It was analysed as a whole."""
    reading = read_json(tmp_path, described(flaws))
    assert (reading.findings, reading.only.coverage[0].assessed, reading.problems) == ([], None, [])


def test_a_page_of_several_proves_no_absence(tmp_path: Path) -> None:
    """A problem says so."""
    reading = read_json(tmp_path, {"occurrences": [occurrence()], "nextPageToken": "more"})
    assert reading.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})
    assert reading.problems[0].where == "report, nextPageToken"


@pytest.mark.parametrize(
    ("state", "actionable"),
    [("NOT_AFFECTED", [False]), ("AFFECTED", [True]), ("UNDER_INVESTIGATION", [True]), ("FIXED", [])],
)
def test_what_a_supplier_states_counts(tmp_path: Path, state: str, actionable: list[bool]) -> None:
    """Not affected opens no item, fixed is gone."""
    found = occurrence()
    found["vulnerability"] = {"packageIssue": [package()], "vexAssessment": {"state": state}}
    reading = read_json(tmp_path, [found])
    assert [each.facts.actionable for each in reading.findings] == actionable


def test_broken_and_foreign_records_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """A wrong type, no image, an unknown severity, something that is no vulnerability."""
    whole: Json = [
        occurrence(),
        occurrence(vulnerability=5),
        occurrence(resourceUri=None),
        occurrence(package(affectedPackage="liby", effectiveSeverity="AWFUL")),
        {"kind": "BUILD", "noteName": "a/b", "resourceUri": IMAGE},
    ]
    reading = read_json(tmp_path, whole)
    assert [found.facts.severity for found in reading.findings] == [Severity.LOW, Severity.UNRATED]
    assert {problem.where for problem in reading.problems} == {
        "report",
        "report, [1].vulnerability",
        "report, [2]",
        "report, [3]",
    }
    assert any("1 occurrences that report no vulnerability" in each.what for each in reading.problems)


def test_a_summary_of_another_shape_is_refused(tmp_path: Path) -> None:
    """The document as a whole is not of this format."""
    with pytest.raises(DamagedInput, match="not read"):
        read_text(tmp_path, '{"package_vulnerability_summary": {"vulnerabilities": [5]}}')


def test_wrong_types_anywhere_are_refused_or_named(tmp_path: Path) -> None:
    """No other exception leaves the reader, whatever value is wrong."""
    files: list[Json] = [{"filePath": "app/a.jar"}]
    found = occurrence(package(fileLocation=files), package(affectedPackage="liby"))
    for text in [*variants(described({"LOW": [found]})), *variants([found, analysis()])]:
        read_or_refuse(tmp_path, text)
