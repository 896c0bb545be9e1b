"""Prisma Cloud Compute (Twistlock) reports: JSON of images, hosts and code; tables of images and hosts."""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.prisma_csv import SCANNER as CSV
from milepost.scanners.software.prisma_json import SCANNER as JSON
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = (
    "prisma_twistlock/many_vulns.json",
    "prisma_twistlock/scan_report_many_vuln.csv",
    "prisma_twistlock/twistlock-twistcli-coderepo-scan-sample.json",
)
COLUMNS = (
    "Registry,Repository,Tag,Id,Scan Time,Pass,Type,Distro,Hostname,Layer,CVE ID,Compliance ID,Type,Severity,"
    "Packages,Source Package,Package Version,Package License,CVSS,Fix Status,Description,Cause,Published,"
    "Custom Labels"
)


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every record is one finding: vulnerabilities and compliance issues, and those of a code repository."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity


@pytest.mark.samples
def test_a_real_finding_says_what_the_file_says() -> None:
    """The first of the code repository, read by eye."""
    reading = read(sample(f"scans/{FILES[2]}"))
    assert named(reading.only, IdentifierKind.NAME) == ["my-repo"]
    finding = reading.findings[0]
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.severity) == ("cve", "CVE-2021-44228", Severity.CRITICAL)
    assert (facts.package, facts.version) == ("org.apache.logging.log4j_log4j-core", "2.14.1")
    assert (facts.fixed_version, facts.vendor_status) == ("2.15.0, 2.12.2", "fixed in 2.15.0, 2.12.2")
    assert facts.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",)
    assert facts.published == "2021-12-10"
    assert finding.locator == "org.apache.logging.log4j_log4j-core"


@pytest.mark.samples
def test_a_real_image_has_a_compliance_issue_without_id() -> None:
    """It goes by a digest of its title, and that is said."""
    reading = read(sample(f"scans/{FILES[0]}"))
    (issue,) = [f for f in reading.findings if f.facts.kind is WeaknessKind.CONFIGURATION]
    assert issue.facts.title == "Sensitive information provided in environment variables"
    assert issue.facts.source_id.startswith("compliance-title-")
    assert any("carry no id" in problem.what for problem in reading.problems)


def vulnerability(**more: object) -> dict[str, object]:
    """Return a vulnerability as twistcli writes it."""
    return {"id": "CVE-2024-0001", "severity": "high", "packageName": "libx", "packageVersion": "1.0"} | more


def scanned(*records: dict[str, object], **more: object) -> dict[str, object]:
    """Return an image that was scanned."""
    image: dict[str, object] = {
        "id": "sha256:00",
        "name": "reg.example:5000/team/App:1.2",
        "distro": "alpine",
    }
    return image | {"vulnerabilities": records, "vulnerabilityDistribution": {"total": 1}} | more


def report(*entries: dict[str, object]) -> str:
    """Return a report of twistcli."""
    return msgspec.json.encode({"results": entries, "consoleURL": "https://a.example"}).decode()


def table(*rows: dict[str, str], columns: str = COLUMNS) -> str:
    """Return a table; the second column named Type is `Type2`."""
    names = columns.split(",")
    last = len(names) - 1 - names[::-1].index("Type")
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([row.get("Type2" if at == last else name, "") for at, name in enumerate(names)])
    return text.getvalue()


def row(**more: str) -> dict[str, str]:
    """Return a vulnerability of an image; underscores stand for blanks."""
    cells = {
        "Registry": "reg.example:5000",
        "Repository": "team/app",
        "Tag": "1.2",
        "CVE_ID": "CVE-2024-0001",
    }
    cells |= {
        "Severity": "high",
        "Packages": "libx",
        "Package_Version": "1.0",
        "Type": "cli",
        "Type2": "java",
    }
    return {name.replace("_", " "): cell for name, cell in (cells | more).items()}


def one(folder: Path, text: str) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert not reading.problems
    return reading


def test_both_shapes_name_the_same_image_and_occurrence(tmp_path: Path) -> None:
    """A table after a scan by twistcli finds the same again."""
    twistcli, console = one(tmp_path, report(scanned(vulnerability()))), one(tmp_path, table(row()))
    assert named(twistcli.only, IdentifierKind.IMAGE) == ["reg.example:5000/team/app"]
    assert twistcli.only.asset == console.only.asset
    assert twistcli.identities() == console.identities() == {("cve", "CVE-2024-0001", "libx")}
    assert {c.scope for c in twistcli.only.coverage} == {c.scope for c in console.only.coverage}


def test_the_last_column_named_type_is_the_kind_of_package(tmp_path: Path) -> None:
    """The first says what was scanned."""
    assert one(tmp_path, table(row())).findings[0].facts.family == "java"


def test_a_table_of_hosts_names_hosts(tmp_path: Path) -> None:
    """It has one column named Type, and rows of compliance without a CVE."""
    columns = (
        "Hostname,Distro,CVE ID,Compliance ID,Type,Severity,Packages,Description,Cause,Fix Status,Published"
    )
    found = {
        "Hostname": "Web1.example.org",
        "CVE ID": "CVE-2024-0001",
        "Severity": "important",
        "Packages": "a",
    }
    check = {
        "Hostname": "Web1.example.org",
        "Compliance ID": "6510",
        "Severity": "high",
        "Description": "A rule",
    }
    reading = one(tmp_path, table(found, check, columns=columns))
    assert (reading.only.asset.kind, named(reading.only, IdentifierKind.FQDN)) == (
        AssetKind.HOST,
        ["web1.example.org"],
    )
    flaw, rule = reading.findings
    assert (flaw.facts.severity, flaw.facts.native_severity) == (Severity.HIGH, "important")
    assert (rule.facts.source_id, rule.facts.kind) == ("compliance-6510", WeaknessKind.CONFIGURATION)
    assert [c.scope for c in reading.only.coverage] == ["prisma:vulnerability", "prisma:compliance"]


def test_a_package_goes_by_its_source_package(tmp_path: Path) -> None:
    """In JSON it stands before what is built from it, in a table in a column of its own."""
    built = vulnerability(packageName="glibc (used in libc6, libc-bin)")
    rows = table(row(Packages="libc6,libc-bin", Source_Package="glibc"))
    assert one(tmp_path, report(scanned(built))).findings[0].locator == "glibc"
    assert one(tmp_path, rows).findings[0].locator == "glibc"


def test_a_path_tells_two_copies_apart(tmp_path: Path) -> None:
    """Without the version in it."""
    copies = [vulnerability(packagePath=f"/opt/{name}/x-1.0.jar") for name in ("a", "b")]
    reading = one(tmp_path, report(scanned(*copies)))
    assert [f.locator for f in reading.findings] == ["libx /opt/a/x-.jar", "libx /opt/b/x-.jar"]


@pytest.mark.parametrize(
    ("entry", "kind", "identifier"),
    [
        ({"name": "team/app:1", "digest": "sha256:1"}, AssetKind.IMAGE, "image:team/app"),
        ({"id": "web1", "name": "web1"}, AssetKind.HOST, "hostname:web1"),
        ({"id": "web1", "hostname": "web1.a.org", "name": ""}, AssetKind.HOST, "fqdn:web1.a.org"),
        ({"repository": "Team/Code", "id": "", "name": ""}, AssetKind.CODE, "name:team/code"),
        (
            {"repoTag": {"registry": "r.a", "repo": "team/app", "tag": "1"}, "id": "sha256:0", "name": ""},
            AssetKind.IMAGE,
            "image:r.a/team/app",
        ),
    ],
)
def test_what_was_scanned_names_the_asset(
    tmp_path: Path, entry: dict[str, object], kind: AssetKind, identifier: str
) -> None:
    """An image, a host, a code repository, an image of the console."""
    found = one(tmp_path, report(scanned(**entry))).only.asset
    assert (found.kind, next(f"{kind}:{value}" for kind, value in found.identifiers)) == (kind, identifier)


def test_an_image_without_name_goes_by_the_file_and_a_problem(tmp_path: Path) -> None:
    """A digest is no name: every build has another."""
    reading = read_text(tmp_path, report(scanned(name="")), "scan.json")
    assert named(reading.only, IdentifierKind.NAME) == ["scan"]
    assert "does not name what was scanned" in reading.problems[0].what


def test_a_list_that_is_absent_was_looked_at_if_it_is_counted(tmp_path: Path) -> None:
    """Else nothing is shown, and a problem says so."""
    clean: dict[str, object] = {"id": "sha256:0", "name": "a:1", "complianceDistribution": {"total": 0}}
    seen = one(tmp_path, report(clean)).only
    assert [(c.scope, c.assessed) for c in seen.coverage] == [("prisma:compliance", None)]
    nothing = read_text(tmp_path, '{"results": [{"id": "sha256:0", "name": "a:1", "distroRelease": "x"}]}')
    assert [c.assessed for c in nothing.only.coverage] == [frozenset()]
    assert "nothing shows what was looked for" in nothing.problems[0].what


def test_what_is_not_affected_needs_no_action_and_the_wild_is_known(tmp_path: Path) -> None:
    """The vendor's status, and the risk factor as an object or a list."""
    records = [
        vulnerability(status="not affected"),
        vulnerability(id="CVE-2024-0002", riskFactors={"Exploit exists - in the wild": {}}),
        vulnerability(id="CVE-2024-0003", riskFactors=["Has fix"]),
    ]
    facts = [f.facts for f in one(tmp_path, report(scanned(*records))).findings]
    assert [each.actionable for each in facts] == [False, True, True]
    assert [each.exploit_known for each in facts] == [False, True, False]


def test_the_consoles_lists_wrap_what_was_scanned(tmp_path: Path) -> None:
    """The same fields under `entityInfo`, the vulnerability's name in `cve`."""
    record = {"cve": "CVE-2024-0001", "id": 46, "severity": "low", "packageName": "libx", "vecStr": "V3"}
    info = scanned(record, complianceIssues=[{"id": 41, "title": "A rule", "severity": "high"}])
    reading = one(tmp_path, msgspec.json.encode([{"entityInfo": info, "pass": True}]).decode())
    assert {f.facts.source_id for f in reading.findings} == {"CVE-2024-0001", "compliance-41"}
    assert reading.findings[0].facts.cvss == ("V3",)


def test_secrets_in_a_cause_are_masked(tmp_path: Path) -> None:
    """The check prints what it found."""
    issue = {"id": 425, "title": "Private keys", "severity": "high", "cause": "password=canary-4711"}
    reading = one(tmp_path, report(scanned(compliances=[issue])))
    assert "canary-4711" not in repr(reading)


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """In JSON by its path, in a table by its line; an unknown severity is unrated and said."""
    records = [vulnerability(severity=[]), vulnerability(id=""), vulnerability(severity="awful")]
    reading = read_text(tmp_path, report(scanned(*records)))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        f"report, results[0].vulnerabilities[{number}]{path}"
        for number, path in enumerate((".severity", "", ""))
    ]
    text = read_text(tmp_path, table(row(CVE_ID=""), row()) + "a,b\n")
    assert len(text.findings) == 1
    assert [problem.where for problem in text.problems] == ["report, line 4", "report, line 2"]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another tag, version, rating, description and order."""
    second = {"id": "CVE-2024-0002"}
    before = one(tmp_path, report(scanned(vulnerability(), vulnerability(**second))))
    changed = {"severity": "low", "packageVersion": "9", "description": "other"}
    again = scanned(
        vulnerability(**second, **changed), vulnerability(**changed), name="reg.example:5000/team/app:9"
    )
    after = one(tmp_path, report(again))
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    "text",
    [
        '{"results": [{"check_id": "a", "extra": {"metadata": {"compliances": []}}}]}',
        '{"results": [{"packages": [{"package": {"name": "a"}}]}]}',
        '{"results": {"failed_checks": []}, "check_type": "terraform"}',
        '{"vulnerabilities": [], "imageDigest": "sha256:0"}',
        "Hostname,Severity,Packages\na,high,b\n",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Other tools have results, vulnerabilities and hosts too."""
    head = head_of(text.encode())
    assert not JSON.recognises(head)
    assert not CSV.recognises(head)
