"""Checkov's JSON reports."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

FILES = ("checkov-report-many-vuln.json", "checkov-report-severity.json", "checkov_with_skips.json")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    passed: int
    skipped: int


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every failed check is a finding, every skipped one is not assessed."""
    raw = msgspec.convert(expected("scans/expected.json")[f"checkov/{name}"]["raw"], Raw)
    reading = read(sample(f"scans/checkov/{name}"))
    assert len(reading.identities()) == len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity or "null" for f in reading.findings) == raw.severity
    assert len(reading.only.coverage[0].unassessed) == raw.skipped


@pytest.mark.samples
def test_a_real_check_field_by_field() -> None:
    """As it stands in the file."""
    finding = read(sample("scans/checkov/checkov-report-severity.json")).findings[0]
    facts = finding.facts
    assert (facts.source_id, facts.aliases, facts.family) == ("CKV_GCP_29", ("BC_GCP_GCS_2",), "terraform")
    assert facts.title == "Ensure that Cloud Storage buckets have uniform bucket-level access enabled"
    assert (facts.severity, facts.kind) == (Severity.MODERATE, WeaknessKind.CONFIGURATION)
    assert facts.references == ("https://docs.bridgecrew.io/docs/bc_gcp_gcs_2",)
    assert finding.locator == "/gcs.tf google_storage_bucket.terragoat_website"
    assert finding.output.startswith('/gcs.tf:1-15\nresource "google_storage_bucket" "terragoat_website" {')


@pytest.mark.samples
def test_a_file_that_could_not_be_parsed_closes_nothing() -> None:
    """The file is named; what was in it may still be there."""
    reading = read(sample("scans/checkov/checkov_with_skips.json"))
    assert reading.only.coverage[0].assessed == frozenset()
    assert any("/sample/broken.tf" in problem.what for problem in reading.problems)


def check(check_id: str = "CKV_1", resource: str = "aws_s3_bucket.a", **more: object) -> Json:
    """Return a check."""
    base: Json = {"check_name": "A setting", "severity": None, "file_path": "/main.tf"}
    return base | {"check_id": check_id, "resource": resource, "file_line_range": [1, 4]} | more


def framework(
    *failed: Json,
    passed: tuple[Json, ...] = (),
    skipped: tuple[Json, ...] = (),
    kind: str = "terraform",
    **more: object,
) -> Json:
    """Return the report of a framework."""
    results = {"failed_checks": failed, "passed_checks": passed, "skipped_checks": skipped}
    summary = {"checkov_version": "3.2.0"}
    return {"check_type": kind, "results": results | {"parsing_errors": []}, "summary": summary} | more


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a report that uses every member that is read."""
    details = {"id": "CVE-2024-0001", "package_name": "a", "package_version": "1.0", "cvss": 7.5}
    packages = framework(
        check("CKV_CVE_2024_0001", vulnerability_details=details | {"lowest_fixed_version": "1.1"}),
        kind="sca_package",
    )
    whole = [
        framework(check(code_block=[[1, "a"]]), passed=(check("CKV_2"),), skipped=(check("CKV_3"),)),
        packages,
    ]
    assert broken_clauses(tmp_path, json(whole)) == []


def test_several_frameworks_are_scopes_of_one_place(tmp_path: Path) -> None:
    """A list of objects; the asset is named once."""
    whole = [framework(check()), framework(check("CKV_K8S_1"), kind="kubernetes")]
    reading = read_json(tmp_path, whole)
    assert [look.scope for look in reading.only.coverage] == ["checkov:terraform", "checkov:kubernetes"]
    assert [finding.coverage for finding in reading.findings] == [0, 1]
    assert len(reading.problems) == 1


def test_only_named_checks_are_assessed_and_a_skipped_one_never(tmp_path: Path) -> None:
    """Even where it failed on another resource."""
    whole = framework(
        check(), check("CKV_3"), passed=(check("CKV_2"),), skipped=(check("CKV_3", resource="b"),)
    )
    (look,) = read_json(tmp_path, whole).only.coverage
    assert (look.assessed, look.unassessed) == (frozenset({"CKV_1", "CKV_2"}), frozenset({"CKV_3"}))


def test_the_place_does_not_move_with_lines_and_words(tmp_path: Path) -> None:
    """Nor with ratings, names, order or Checkov's version."""
    before = framework(check(), check(resource="b"))
    after = framework(
        check(resource="b", severity="HIGH"), check(file_line_range=[70, 80], check_name="Otherwise")
    )
    after["summary"] = {"checkov_version": "4"}
    assert read_json(tmp_path, before).identities() == read_json(tmp_path, after).identities()


def test_one_check_twice_on_a_resource_is_numbered_and_a_repetition_is_one(tmp_path: Path) -> None:
    """Two lines are two occurrences."""
    whole = framework(check(), check(file_line_range=[8, 9]), check())
    first, second = (finding.locator for finding in read_json(tmp_path, whole).findings)
    assert (first, second) == ("/main.tf aws_s3_bucket.a", "/main.tf aws_s3_bucket.a #2")


def test_secrets_are_left_out(tmp_path: Path) -> None:
    """Their code is not kept."""
    found = check("CKV_SECRET_6", code_block=[[1, "password = 'hunter22'"]])
    (finding,) = read_json(tmp_path, framework(found, kind="secrets")).findings
    assert finding.facts.kind is WeaknessKind.SECRET
    assert "hunter22" not in finding.output


def test_a_vulnerable_package_goes_by_its_cve(tmp_path: Path) -> None:
    """At its name and file, without the version."""
    details = {"id": "CVE-2024-0001", "package_name": "django", "package_version": "1.2"}
    details |= {"lowest_fixed_version": "1.2.1", "severity": "high", "vector": "CVSS:3.1/AV:N"}
    found = check("CKV_CVE_2024_0001", file_path="/requirements.txt", vulnerability_details=details)
    (finding,) = read_json(tmp_path, framework(found, kind="sca_package")).findings
    assert (finding.facts.source, finding.locator) == ("cve", "django /requirements.txt")
    assert (finding.facts.severity, finding.facts.cvss) == (Severity.HIGH, ("CVSS:3.1/AV:N",))
    assert finding.facts.solution == "Upgrade django to 1.2.1."


def test_the_platforms_address_names_the_repository(tmp_path: Path) -> None:
    """Unless it is masked in it."""
    address = "https://www.bridgecrew.cloud/projects?repository=Team/App&branch=main"
    reading = read_json(tmp_path, framework(check(), url=address))
    assert named(reading.only, IdentifierKind.NAME) == ["team/app"]
    assert reading.problems == []


def test_a_report_without_any_check_assesses_nothing(tmp_path: Path) -> None:
    """Checkov writes bare sums where it found no file that it knows."""
    sums = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "checkov_version": "3.2.0"}
    reading = read_json(tmp_path, sums)
    assert (reading.scanner, reading.findings) == ("checkov", [])
    assert reading.only.coverage[0].assessed == frozenset()


def test_a_broken_check_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its place, in a list of frameworks too."""
    whole = [framework({"check_id": 5}, check(), passed=({"check_id": None},))]
    reading = read_json(tmp_path, whole)
    assert len(reading.findings) == 1
    assert [p.where for p in reading.problems][1:] == [
        "report, [0].results.failed_checks[0].check_id",
        "report, [0].results.passed_checks[0].check_id",
    ]


@pytest.mark.parametrize("text", ['{"check_type": "a"}', '{"passed": 1, "failed": 2}'])
def test_other_json_is_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """Results or sums must be there."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
