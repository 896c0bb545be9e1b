"""Findings of OCSF, of any product."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.cloud.ocsf_findings import controls_in
from milepost.scanners.cloud.ocsf_records import instant
from tests.samples import sample
from tests.scanners.reading import expected, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

FILES = ("example_output_aws.ocsf.json", "example_output_azure.ocsf.json")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    status_code: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Failed checks are findings in Prowler's words; manual ones are not assessed."""
    raw = msgspec.convert(expected("scans/expected.json")[f"prowler/{name}"]["raw"], Raw)
    reading = read(sample(f"scans/prowler/{name}"))
    skipped = sum(len(look.unassessed) for report in reading.reports for look in report.coverage)
    assert len(reading.findings) + skipped == raw.records
    assert (len(reading.findings), skipped) == (raw.status_code["FAIL"], raw.status_code.get("MANUAL", 0))
    words = Counter(f.facts.native_severity for f in reading.findings)
    # The manual check of the first file is of medium severity.
    assert words + Counter({"Medium": skipped}) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_check_field_by_field() -> None:
    """As it stands in the file of Azure."""
    reading = read(sample("scans/prowler/example_output_azure.ocsf.json"))
    report = reading.reports[0]
    (finding,) = report.findings
    facts = finding.facts
    assert (facts.source, facts.source_id) == ("prowler", "appinsights_ensure_is_configured")
    assert (facts.title, facts.family) == ("Ensure Application Insights are Configured.", "appinsights")
    assert (facts.severity, facts.kind) == (Severity.LOW, WeaknessKind.CONFIGURATION)
    assert finding.output == "There are no AppInsight configured in subscription <subscription_name>."
    assert finding.locator == "global"
    assert report.asset.identifiers[0].value == "azure/<subscription_uid>/appinsights"
    assert report.coverage[0].tool == "Prowler 5.4.0"


def event(number: int = 2003, **more: object) -> Json:
    """Return an event of a product."""
    base: Json = {
        "class_uid": number,
        "metadata": {"product": {"name": "Cloud Guard", "version": "2"}, "version": "1.3.0"},
        "severity_id": 4,
        "severity": "High",
        "status_id": 1,
        "finding_info": {"uid": "finding-1", "title": "A title", "desc": "A description"},
        "resources": [{"uid": "arn:aws:s3:::one", "name": "one", "type": "AwsS3Bucket"}],
        "time": 1767607200000,
    }
    return base | more


def vulnerability(**more: object) -> Json:
    """Return a vulnerability."""
    packages = [{"name": "openssl", "version": "3.0.1", "fixed_in_version": "3.0.2", "type": "rpm"}]
    cvss = [
        {"version": "2.0", "vector_string": "AV:N/AC:L/Au:N/C:P/I:P/A:P"},
        {"version": "3.1", "vector_string": "CVSS:3.1/AV:N", "base_score": 7.5},
    ]
    base: Json = {"cve": {"uid": "CVE-2024-0001", "cvss": cvss}, "affected_packages": packages}
    return base | more


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of the three classes."""
    whole = [
        event(2002, vulnerabilities=[vulnerability(severity="Low", cwe={"uid": "CWE-79"})]),
        event(compliance={"control": "S3.1", "status_id": 3, "requirements": ["NIST.800-53.r5 AC-3"]}),
        event(2004, finding_info={"uid": "f", "analytic": {"uid": "a"}, "first_seen_time": 1}, status_id=3),
    ]
    assert broken_clauses(tmp_path, json(whole)) == []


@pytest.mark.parametrize("shape", ["list", "one", "lines"])
def test_a_list_one_object_and_lines(tmp_path: Path, shape: str) -> None:
    """The same findings, whatever holds them."""
    one = event(compliance={"control": "S3.1", "status_id": 3})
    two = one | {"compliance": {"control": "S3.2", "status_id": 3}}
    text = {"list": json([one, two]), "one": json(one), "lines": f"{json(one)}\n{json(two)}\n"}[shape]
    reading = read_text(tmp_path, text)
    assert reading.scanner == "ocsf"
    assert [f.facts.source_id for f in reading.findings] == ["S3.1", "S3.2"][: 1 if shape == "one" else 2]


def test_a_vulnerability_with_all_that_is_said(tmp_path: Path) -> None:
    """By its CVE and package; its own severity before the event's; CVSS 3 first."""
    said = vulnerability(
        severity="Critical", desc="A flaw", is_exploit_available=True, references=["https://a.b"]
    )
    reading = read_json(tmp_path, [event(2002, vulnerabilities=[said])])
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source, facts.source_id, finding.locator) == ("cve", "CVE-2024-0001", "openssl")
    assert (facts.severity, facts.kind) == (Severity.CRITICAL, WeaknessKind.VULNERABILITY)
    assert facts.cvss == ("CVSS:3.1/AV:N", "AV:N/AC:L/Au:N/C:P/I:P/A:P")
    assert (facts.version, facts.fixed_version, facts.exploit_known) == ("3.0.1", "3.0.2", True)
    assert (facts.solution, facts.references) == ("Upgrade openssl to 3.0.2.", ("https://a.b",))
    look = reading.only.coverage[0]
    assert (look.scope, look.tool, look.assessed) == (
        "ocsf:cloud-guard",
        "Cloud Guard 2",
        frozenset({"CVE-2024-0001"}),
    )
    assert look.scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_several_vulnerabilities_packages_and_resources_are_each_a_finding(tmp_path: Path) -> None:
    """Two of the first, two of the second, two of the third."""
    packages = [{"name": "a"}, {"name": "b"}]
    both = [vulnerability(affected_packages=packages), vulnerability(cve={"uid": "CVE-2024-2"})]
    resources = [{"uid": "arn:aws:s3:::one"}, {"uid": "arn:aws:s3:::two"}]
    reading = read_json(tmp_path, [event(2002, vulnerabilities=both, resources=resources)])
    assert [len(report.findings) for report in reading.reports] == [3, 3]


@pytest.mark.parametrize(
    ("more", "found", "assessed", "skipped"),
    [
        ({"compliance": {"control": "C", "status_id": 3}}, 1, "C", ""),
        ({"compliance": {"control": "C", "status_id": 1}}, 0, "C", ""),
        ({"compliance": {"control": "C", "status_id": 2}}, 0, "", "C"),
        ({"compliance": {"control": "C", "status_id": 0}}, 0, "", "C"),
        ({"compliance": {"control": "C", "status": "Pass"}}, 0, "C", ""),
        ({"compliance": {"control": "C", "status": "FAILED"}}, 1, "C", ""),
        ({"compliance": {"control": "C"}, "status_code": "MANUAL"}, 0, "", "C"),
        ({"compliance": {"control": "C"}, "status_id": 4}, 0, "C", ""),
        ({"compliance": {"control": "C"}, "status_id": 2}, 1, "C", ""),
        ({"compliance": {"control": "C"}, "status_id": 5}, 0, "", "C"),
        ({"compliance": {"control": "C"}, "activity_id": 3}, 0, "C", ""),
    ],
)
def test_states_of_checks(tmp_path: Path, more: Json, found: int, assessed: str, skipped: str) -> None:
    """Class 2003: pass 1, warning 2, fail 3; findings: new 1, in progress 2, resolved 4, archived 5."""
    reading = read_json(tmp_path, [event() | more])
    (look,) = reading.only.coverage
    assert (len(reading.findings), look.assessed, look.unassessed) == (
        found,
        frozenset(assessed),
        frozenset(skipped),
    )


@pytest.mark.parametrize("how", [{"status_id": 3}, {"status": "Suppressed", "status_id": None}])
def test_suppressed_findings_stay_and_open_no_item(tmp_path: Path, how: Json) -> None:
    """With the comment as the reason; a check that passed is passed all the same."""
    failed: Json = {"compliance": {"control": "C", "status_id": 3}, "comment": "accepted"}
    passed: Json = {"compliance": {"control": "D", "status_id": 1}}
    reading = read_json(tmp_path, [event() | failed | how, event() | passed | how])
    (finding,) = reading.findings
    assert (finding.facts.actionable, finding.facts.vendor_status) == (False, "suppressed: accepted")
    assert len(reading.problems) == 1


@pytest.mark.parametrize(
    ("number", "word", "native", "severity"),
    [
        (1, None, "Informational", Severity.INFO),
        (3, None, "Medium", Severity.MODERATE),
        (6, None, "Fatal", Severity.CRITICAL),
        (0, None, "", Severity.UNRATED),
        (99, "Odd", "Odd", Severity.UNRATED),
        (5, "Critical", "Critical", Severity.CRITICAL),
    ],
)
def test_severities_by_word_else_by_number(
    tmp_path: Path, number: int, word: str | None, native: str, severity: Severity
) -> None:
    """As the base event numbers them."""
    facts = read_json(tmp_path, [event(severity_id=number, severity=word)]).findings[0].facts
    assert (facts.native_severity, facts.severity) == (native, severity)


@pytest.mark.parametrize(
    ("more", "kind", "identifier"),
    [
        ({}, AssetKind.RESOURCE, "arn:aws:s3:::one"),
        ({"resources": [{"uid": "i-0123456789abcdef0"}]}, AssetKind.HOST, "i-0123456789abcdef0"),
        (
            {"resources": [{"uid": "registry.example/Team/App@sha256:" + "0" * 64}]},
            AssetKind.IMAGE,
            "registry.example/team/app",
        ),
        (
            {"resources": [{"uid": "x"}], "cloud": {"provider": "AWS", "account": {"uid": "1"}}},
            AssetKind.RESOURCE,
            "aws/1/x",
        ),
        (
            {"resources": None, "device": {"hostname": "Host.Example", "ip": "10.0.0.1"}},
            AssetKind.HOST,
            "host.example",
        ),
        (
            {"resources": None, "cloud": {"provider": "AWS", "account": {"uid": "1"}}},
            AssetKind.RESOURCE,
            "aws/1",
        ),
        ({"resources": None}, AssetKind.RESOURCE, "report"),
    ],
)
def test_what_an_event_is_about(tmp_path: Path, more: Json, kind: AssetKind, identifier: str) -> None:
    """Its resources, else the device, else the account, else the file."""
    asset = read_json(tmp_path, [event() | more]).only.asset
    assert (asset.kind, asset.identifiers[0].value) == (kind, identifier)


def test_the_identity_does_not_change_with_words(tmp_path: Path) -> None:
    """Versions, titles, ratings, times and the order may."""
    before = [
        event(2002, vulnerabilities=[vulnerability()]),
        event(2004, finding_info={"uid": "f1", "title": "A", "analytic": {"uid": "rule"}}),
    ]
    newer = [{"name": "openssl", "version": "3.0.9", "type": "rpm"}]
    after = [
        event(2004, finding_info={"uid": "f1", "title": "B", "analytic": {"uid": "rule"}}, severity="Low"),
        event(2002, vulnerabilities=[vulnerability(affected_packages=newer, title="C")], time=1),
    ]
    assert read_json(tmp_path, before).identities() == read_json(tmp_path, after).identities()


def test_two_detections_of_one_kind_are_two_occurrences(tmp_path: Path) -> None:
    """Told apart by the finding's own id; the kind is the weakness."""
    both = [event(2004, finding_info={"uid": uid, "analytic": {"uid": "rule"}}) for uid in ("f1", "f2")]
    assert read_json(tmp_path, both).identities() == {
        ("cloud-guard", "rule", "f1"),
        ("cloud-guard", "rule", "f2"),
    }


def test_events_of_other_classes_are_counted_and_left_out(tmp_path: Path) -> None:
    """A stream may hold more than findings."""
    reading = read_json(tmp_path, [event(), event(3002), event(4001)])
    assert len(reading.findings) == 1
    assert reading.problems[0].what.startswith("2 records are no findings")


def test_a_class_without_a_number_goes_by_its_name(tmp_path: Path) -> None:
    """Some writers leave the number out."""
    named = event(class_name="Compliance Finding", compliance={"control": "C", "status_id": 3})
    del named["class_uid"]
    (finding,) = read_json(tmp_path, [named]).findings
    assert finding.facts.kind is WeaknessKind.CONFIGURATION


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its line."""
    reading = read_text(tmp_path, f"{json(event())}\n7\n{json(event(severity='Odd'))}\n")
    assert [problem.where for problem in reading.problems][:1] == ["report, line 2"]
    assert len(reading.findings) == 1


@pytest.mark.parametrize(
    ("requirement", "controls"),
    [
        ("NIST.800-53.r5 AC-2(1)", ("AC-2(1)",)),
        ("NIST 800-53 Rev. 5 SC-28", ("SC-28",)),
        ("PCI DSS v3.2.1/7.2.1", ()),
    ],
)
def test_requirements_name_controls(requirement: str, controls: tuple[str, ...]) -> None:
    """As Security Hub writes them."""
    assert controls_in((requirement,)) == controls


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1767607200000, datetime(2026, 1, 5, 10, tzinfo=UTC)),
        (1767607200, datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        (10**17, None),
        (-5, None),
        ({}, None),
    ],
)
def test_times_in_milliseconds_seconds_and_words(value: object, at: datetime | None) -> None:
    """The standard has milliseconds, Prowler writes seconds."""
    assert instant(value) == at


@pytest.mark.parametrize("text", ['{"class_uid": 2004}', '[{"severity_id": 1}]', '{"metadata": {}}'])
def test_other_json_is_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """A finding must be there."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
