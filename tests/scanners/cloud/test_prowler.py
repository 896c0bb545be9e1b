"""Prowler's reports: CSV of versions 3 to 5, JSON of version 3; the same checks in OCSF."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.cloud.prowler import control, controls_of
from tests.samples import sample
from tests.scanners.reading import Reading, expected, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

BUCKET = "arn:aws:s3:::my-bucket"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    status: dict[str, int]


def raw(name: str) -> Raw:
    """Return what was counted apart."""
    return msgspec.convert(expected("scans/expected.json")[f"prowler/{name}"]["raw"], Raw)


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "merged", "passed", "skipped"),
    [
        ("example_output_aws.csv", 0, 0, 2),
        # Its authors replaced the ids of two firewall rules by the same word: they are one place.
        ("example_output_gcp.csv", 1, 1, 0),
        ("many_vuln.json", 0, 0, 0),
    ],
)
def test_real_files_give_the_counts_that_were_made_apart(
    name: str, merged: int, passed: int, skipped: int
) -> None:
    """Failed checks are findings; the others passed or were manual."""
    counted = raw(name)
    reading = read(sample(f"scans/prowler/{name}"))
    assert len(reading.findings) + merged + passed + skipped == counted.records
    assert len(reading.findings) + merged == counted.status["FAIL"]
    assert (passed, skipped) == (counted.status.get("PASS", 0), counted.status.get("MANUAL", 0))
    assert sum(len(look.unassessed) for report in reading.reports for look in report.coverage) == skipped
    assert len(reading.problems) == merged


@pytest.mark.samples
def test_a_real_check_field_by_field() -> None:
    """As it stands in the JSON of version 3."""
    reading = read(sample("scans/prowler/many_vuln.json"))
    (finding,) = reading.reports[0].findings
    facts = finding.facts
    assert (facts.source, facts.source_id) == ("prowler", "acm_certificates_expiration_check")
    assert facts.title == "Check if ACM Certificates are about to expire in specific days or less"
    assert (facts.severity, facts.native_severity, facts.family) == (Severity.HIGH, "high", "acm")
    assert (facts.kind, facts.controls) == (WeaknessKind.CONFIGURATION, ("SC-7(12)", "SC-7(16)"))
    assert facts.solution.startswith("Monitor certificate expiration and take automated action")
    assert (finding.locator, finding.output) == (
        "us-east-1",
        "ACM Certificate for api.teste.teste.com is about to expire in 7 days.",
    )
    asset = reading.reports[0].asset
    assert (asset.kind, asset.name) == (AssetKind.RESOURCE, "api.teste.teste.com")
    assert asset.identifiers[0].value.startswith("arn:aws:acm:us-east-1:999999999999:certificate/ffffffff")
    assert reading.reports[1].asset.name == "aws/999999999999"
    look = reading.reports[0].coverage[0]
    assert look.scanned_at == datetime(2023, 4, 25, 23, 49, 42, 744599, tzinfo=UTC)


@pytest.mark.samples
def test_the_same_severities_as_counted_apart_where_every_check_failed() -> None:
    """In Prowler's own words."""
    found = Counter(f.facts.native_severity for f in read(sample("scans/prowler/many_vuln.json")).findings)
    assert found == raw("many_vuln.json").severity


ROW = {
    "TIMESTAMP": "2026-01-05 10:00:00.5",
    "ACCOUNT_UID": "123456789012",
    "FINDING_UID": "prowler-aws-x",
    "PROVIDER": "aws",
    "CHECK_ID": "s3_bucket_public",
    "CHECK_TITLE": "A bucket is public",
    "STATUS": "FAIL",
    "STATUS_EXTENDED": "Bucket my-bucket; is public.",
    "MUTED": "False",
    "SERVICE_NAME": "s3",
    "SEVERITY": "critical",
    "RESOURCE_UID": BUCKET,
    "RESOURCE_NAME": "my-bucket",
    "REGION": "us-east-1",
    "DESCRIPTION": "It is open",
    "RISK": "Anyone reads it",
    "RELATED_URL": "",
    "REMEDIATION_RECOMMENDATION_TEXT": "Close it",
    "REMEDIATION_RECOMMENDATION_URL": "https://a.example",
    "COMPLIANCE": "CIS-1.5: 2.1.5 | NIST-800-53-Revision-4: ac_3 | NIST-800-53-Revision-5: ac_3, ac_4_21",
    "PROWLER_VERSION": "5.4.0",
    "ADDITIONAL_URLS": "https://b.example | https://c.example",
}
VERSION_3 = {
    "TIMESTAMP": "ASSESSMENT_START_TIME",
    "ACCOUNT_UID": "ACCOUNT_ID",
    "FINDING_UID": "FINDING_UNIQUE_ID",
    "RESOURCE_UID": "RESOURCE_ARN",
    "RESOURCE_NAME": "RESOURCE_ID",
}


def table(*rows: dict[str, str], renamed: dict[str, str] | None = None) -> str:
    """Return a report in CSV, every cell quoted."""
    lines = [[(renamed or {}).get(name, name) for name in ROW]]
    lines += [list((ROW | row).values()) for row in rows]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines) + "\n"


def native(**more: object) -> Json:
    """Return the same check as JSON of version 3."""
    base: Json = {
        "AssessmentStartTime": "2026-01-05T10:00:00.5",
        "FindingUniqueId": "prowler-aws-x",
        "Provider": "aws",
        "CheckID": ROW["CHECK_ID"],
        "CheckTitle": ROW["CHECK_TITLE"],
        "ServiceName": "s3",
        "Status": "FAIL",
        "StatusExtended": ROW["STATUS_EXTENDED"],
        "Severity": "critical",
        "Description": ROW["DESCRIPTION"],
        "Risk": ROW["RISK"],
        "RelatedUrl": "",
        "Remediation": {"Recommendation": {"Text": "Close it", "Url": "https://a.example"}},
        "Compliance": {"NIST-800-53-Revision-5": ["ac_3", "ac_4_21"]},
        "AccountId": ROW["ACCOUNT_UID"],
        "Region": ROW["REGION"],
        "ResourceId": "my-bucket",
        "ResourceArn": BUCKET,
    }
    return base | more


def as_event(**more: object) -> Json:
    """Return the same check as an event of OCSF."""
    base: Json = {
        "class_uid": 2004,
        "metadata": {"event_code": ROW["CHECK_ID"], "product": {"name": "Prowler", "version": "5.4.0"}},
        "status_code": "FAIL",
        "status_id": 1,
        "severity": "Critical",
        "finding_info": {"uid": "prowler-aws-x", "title": ROW["CHECK_TITLE"], "desc": ROW["DESCRIPTION"]},
        "resources": [{"uid": BUCKET, "name": "my-bucket", "region": "us-east-1"}],
        "cloud": {"provider": "aws", "account": {"uid": ROW["ACCOUNT_UID"]}},
        "time": 1767607200,
    }
    return base | more


@pytest.mark.parametrize("renamed", [None, VERSION_3])
def test_the_contract_is_kept_whatever_is_broken_in_the_table(
    tmp_path: Path, renamed: dict[str, str] | None
) -> None:
    """Spoiled cells, hostile and cut-off variants."""
    rows: tuple[dict[str, str], ...] = (
        {},
        {"STATUS": "PASS"},
        {"STATUS": "MANUAL", "CHECK_ID": "b"},
        {"MUTED": "True", "REGION": "b"},
    )
    assert broken_clauses(tmp_path, table(*rows, renamed=renamed)) == []


def test_the_contract_is_kept_whatever_is_broken_in_the_json(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants."""
    whole = [native(), native(Status="PASS", CheckID="b"), native(Status="MUTED", Region="c")]
    assert broken_clauses(tmp_path, json(whole)) == []


def occurrences(reading: Reading) -> set[tuple[object, ...]]:
    """Return assets, scopes and identities."""
    return {
        (report.asset.identifiers, look.scope, f.facts.source, f.facts.source_id, f.locator)
        for report in reading.reports
        for look in report.coverage
        for f in report.findings
    }


def test_every_shape_finds_the_same_occurrence(tmp_path: Path) -> None:
    """CSV of versions 3 and 5, JSON of version 3, OCSF: a change of the export changes nothing."""
    readings = (
        read_text(tmp_path, table({})),
        read_text(tmp_path, table({}, renamed=VERSION_3)),
        read_json(tmp_path, [native()]),
        read_json(tmp_path, [as_event()]),
    )
    assert [reading.scanner for reading in readings] == ["prowler-csv", "prowler-csv", "prowler-json", "ocsf"]
    assert len({frozenset(occurrences(reading)) for reading in readings}) == 1


def test_a_row_with_all_that_prowler_says(tmp_path: Path) -> None:
    """Semicolons within cells, controls of the latest revision, addresses of three columns."""
    reading = read_text(tmp_path, table({}))
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.title, facts.severity) == ("A bucket is public", Severity.CRITICAL)
    assert (facts.description, facts.solution) == ("It is open\n\nAnyone reads it", "Close it")
    assert facts.references == ("https://a.example", "https://b.example", "https://c.example")
    assert facts.controls == ("AC-3", "AC-4(21)")
    assert finding.output == "Bucket my-bucket; is public."
    look = reading.only.coverage[0]
    assert (look.tool, look.assessed) == ("Prowler 5.4.0", frozenset({"s3_bucket_public"}))
    assert look.scanned_at == datetime(2026, 1, 5, 10, 0, 0, 500000, tzinfo=UTC)


def test_passed_manual_and_unknown_checks(tmp_path: Path) -> None:
    """Passed is assessed, manual is not, an unknown word is said."""
    rows = (
        {"CHECK_ID": "a", "STATUS": "PASS"},
        {"CHECK_ID": "b", "STATUS": "MANUAL"},
        {"CHECK_ID": "c", "STATUS": "PERHAPS"},
    )
    reading = read_text(tmp_path, table(*rows))
    look = reading.only.coverage[0]
    assert (reading.findings, look.assessed, look.unassessed) == ([], frozenset("a"), frozenset("bc"))
    assert [problem.where for problem in reading.problems] == ["report, line 4"]


def test_a_muted_check_stays_and_opens_no_item(tmp_path: Path) -> None:
    """Only where it failed."""
    rows = ({"MUTED": "True"}, {"MUTED": "True", "STATUS": "PASS", "CHECK_ID": "b"}, {"REGION": "eu-west-1"})
    reading = read_text(tmp_path, table(*rows))
    assert [(f.facts.actionable, f.facts.vendor_status) for f in reading.findings] == [
        (False, "suppressed: muted"),
        (True, ""),
    ]
    assert len(reading.problems) == 1


def test_the_identity_does_not_change_with_words(tmp_path: Path) -> None:
    """Nor with rating, time, version or order."""
    before = read_text(tmp_path, table({}, {"REGION": "b"}))
    later = {"SEVERITY": "low", "CHECK_TITLE": "b", "PROWLER_VERSION": "6", "STATUS_EXTENDED": "c"}
    after = read_text(tmp_path, table(later | {"REGION": "b"}, later))
    assert occurrences(before) == occurrences(after)


@pytest.mark.parametrize(
    ("row", "kind", "identifier"),
    [
        ({}, AssetKind.RESOURCE, BUCKET),
        (
            {"RESOURCE_UID": "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"},
            AssetKind.HOST,
            "i-0123456789abcdef0",
        ),
        ({"PROVIDER": "gcp", "RESOURCE_UID": "42"}, AssetKind.RESOURCE, "gcp/123456789012/42"),
        ({"RESOURCE_UID": "", "RESOURCE_NAME": ""}, AssetKind.RESOURCE, "aws/123456789012"),
        ({"RESOURCE_UID": "123456789012"}, AssetKind.RESOURCE, "aws/123456789012"),
        (
            {"PROVIDER": "azure", "RESOURCE_UID": "/subscriptions/1/resourceGroups/g/providers/X/y"},
            AssetKind.RESOURCE,
            "/subscriptions/1/resourcegroups/g/providers/x/y",
        ),
    ],
)
def test_resources_go_by_what_is_unique(
    tmp_path: Path, row: dict[str, str], kind: AssetKind, identifier: str
) -> None:
    """A bare name only together with its account."""
    asset = read_text(tmp_path, table(row)).only.asset
    assert (asset.kind, asset.identifiers[0].value) == (kind, identifier)


def test_seconds_since_1970_are_read_too(tmp_path: Path) -> None:
    """As `--unix-timestamp` writes them."""
    reading = read_text(tmp_path, table({"TIMESTAMP": "1767607200"}))
    assert reading.only.coverage[0].scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_a_row_without_a_check_or_a_resource_is_named(tmp_path: Path) -> None:
    """And loses no other."""
    nowhere = {"ACCOUNT_UID": "", "RESOURCE_UID": "", "RESOURCE_NAME": ""}
    reading = read_text(tmp_path, table({"CHECK_ID": ""}, nowhere, {}))
    assert (len(reading.findings), [p.where for p in reading.problems]) == (
        1,
        ["report, line 2", "report, line 3"],
    )


@pytest.mark.parametrize(
    ("requirement", "named"),
    [
        ("sc_7_12", "SC-7(12)"),
        ("ac-17-2", "AC-17(2)"),
        ("ac_2_3_a", "AC-2(3)"),
        ("ac_4", "AC-4"),
        ("3_13_1", ""),
        ("1.20", ""),
    ],
)
def test_requirements_are_read_as_controls(requirement: str, named: str) -> None:
    """As Prowler writes those of NIST SP 800-53."""
    assert control(requirement) == named


def test_the_latest_revision_counts_and_fedramp_without_any() -> None:
    """Two revisions number alike what is not alike."""
    both = {"NIST-800-53-Revision-4": ("ac_1",), "NIST-800-53-Revision-5": ("ac_2",)}
    assert controls_of(both) == ("AC-2",)
    assert controls_of({"FedRAMP-Low-Revision-4": ("ac-17",), "CIS-1.5": ("1.1",)}) == ("AC-17",)


@pytest.mark.parametrize("text", ["PROVIDER;CHECK_ID\na;b\n", '[{"CheckID": "a"}]'])
def test_other_reports_are_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """Prowler's tables of compliance have other columns."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
