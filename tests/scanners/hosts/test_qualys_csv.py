"""Qualys findings in a table: VM reports, VMDR lists by QID and by CVE."""

import csv
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import InputRefused
from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.hosts.qualys_csv import SCANNER
from milepost.scanners.opening import head_of
from tests.samples import sample
from tests.scanners.hosts.test_qualys_xml import IG, report, vuln
from tests.scanners.reading import expected, named, read, read_text

VM = [
    "IP",
    "Network",
    "DNS",
    "NetBIOS",
    "Tracking Method",
    "OS",
    "IP Status",
    "QID",
    "Title",
    "Vuln Status",
    "Type",
    "Severity",
    "Port",
    "Protocol",
    "FQDN",
    "SSL",
    "First Detected",
    "Last Detected",
    "CVE ID",
    "Vendor Reference",
    "Bugtraq ID",
    "CVSS3 Base",
    "Threat",
    "Impact",
    "Solution",
    "Exploitability",
    "Associated Malware",
    "Results",
    "Instance",
    "Category",
]
VMDR = [
    "CVE",
    "QID",
    "Title",
    "Severity",
    "KB Severity",
    "Type Detected",
    "Last Detected",
    "First Detected",
    "Protocol",
    "Port",
    "Status",
    "Asset Id",
    "Asset Name",
    "Asset IPV4",
    "Asset IPV6",
    "Solution",
    "Disabled",
    "Ignored",
    "QDS",
    "RTI",
    "Results",
]
FLAW = {
    "IP": "10.0.0.1",
    "DNS": "web1.example.org",
    "QID": "1000",
    "Title": "Flaw",
    "Vuln Status": "Active",
    "Type": "Vuln",
    "Severity": "4",
    "Port": "443",
    "Protocol": "tcp",
    "IP Status": "host scanned, found vuln",
    "Last Detected": "01/25/2026 10:00:00",
}
INFO = FLAW | {"QID": "45038", "Type": "Ig", "Port": "", "Protocol": "", "Severity": "1"}
LISTED = {
    "CVE": "CVE-2024-1",
    "QID": "1000",
    "Title": "Flaw",
    "Severity": "4",
    "KB Severity": "4",
    "Type Detected": "Confirmed",
    "Status": "ACTIVE",
    "Asset Id": "77",
    "Asset Name": "WEB1",
    "Asset IPV4": "10.0.0.1,10.0.0.2",
    "Port": "443",
    "Protocol": "TCP",
    "First Detected": "Jan 01, 2026 10:00 AM",
}
PREAMBLE = '"Asset Vuln Datalist Report","04 Feb 2026 10:00AM GMT-0500","1"\n"Company","Street"\n"User"\n'


def table(columns: list[str], *rows: dict[str, str], preamble: str = "") -> str:
    """Return a table with these rows."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return preamble + text.getvalue()


@pytest.mark.samples
@pytest.mark.parametrize(("name", "hosts"), [("Qualys_Sample_Report.csv", 4), ("many_vulns_qid.csv", 5)])
def test_real_files_give_the_counts_that_were_made_apart(name: str, hosts: int) -> None:
    """Every record is a finding with Qualys's own level, or was tested and is gone (Fixed)."""
    raw = expected("scans/expected.json")[f"qualys_vm/{name}"]["raw"]
    assert isinstance(raw, dict)
    reading = read(sample(f"scans/qualys_vm/{name}"))
    named_only = sum(len(each.coverage[0].assessed or ()) for each in reading.reports)
    fixed = raw["status"].get("FIXED", 0)
    assert (reading.scanner, len(reading.reports)) == ("qualys-csv", hosts)
    assert len(reading.findings) + fixed == raw["records"] == named_only
    levels = Counter(finding.facts.native_severity for finding in reading.findings)
    assert not levels - Counter(raw["severity"])


@pytest.mark.samples
def test_a_row_of_the_real_list_field_by_field() -> None:
    """As the file says it, read by eye."""
    reading = read(sample("scans/qualys_vm/many_vulns_qid.csv"))
    database = next(each for each in reading.reports if each.asset.name == "dbserver01")
    (finding,) = database.findings
    assert named(database, IdentifierKind.IP) == ["2001:db8::1"]
    assert (finding.facts.source_id, finding.facts.title) == ("100005", "Critical RCE Vulnerability")
    assert (finding.facts.severity, finding.locator) == (Severity.CRITICAL, "445/tcp")
    assert finding.first_seen == datetime(2025, 10, 1, 10, tzinfo=UTC)
    assert (finding.facts.published, finding.facts.patched) == ("2025-09-01", "2025-09-15")
    assert finding.facts.exploit_known
    assert database.coverage[0].scanned_at == datetime(2026, 2, 3, 7, tzinfo=UTC)


def test_a_table_after_an_xml_report_finds_the_same(tmp_path: Path) -> None:
    """The same asset, QID and place."""
    whole = read_text(tmp_path, report(IG, vuln()), "a")
    again = read_text(tmp_path, table(VM, INFO, FLAW), "b")
    assert again.identities() == whole.identities()
    assert again.only.asset.identifiers == whole.only.asset.identifiers


def test_the_flavour_by_cve_is_one_finding_a_detection(tmp_path: Path) -> None:
    """With the CVEs of all its rows, below a preamble; only what is named counts as tested."""
    rows = [LISTED | {"CVE": f"CVE-2024-{number}"} for number in (1, 2, 3)]
    reading = read_text(tmp_path, table(VMDR, *rows, preamble=PREAMBLE))
    (finding,) = reading.findings
    assert finding.facts.cves == ("CVE-2024-1", "CVE-2024-2", "CVE-2024-3")
    assert reading.only.coverage[0].assessed == frozenset({"1000"})
    assert named(reading.only, IdentifierKind.RESOURCE) == ["qualys:77"]


def test_what_changes_next_month_leaves_identities_as_they_are(tmp_path: Path) -> None:
    """Title, level, result, order."""
    other = FLAW | {"Port": "8443"}
    changed = {"Title": "Flaw < 2.1", "Severity": "2", "Results": "2.0"}
    before = read_text(tmp_path, table(VM, INFO, FLAW, other), "a")
    after = read_text(tmp_path, table(VM, other | changed, FLAW | changed, INFO), "b")
    assert before.identities() == after.identities()


def test_a_changed_level_holds_and_qualyss_own_stays(tmp_path: Path) -> None:
    """The reason says so."""
    facts = read_text(tmp_path, table(VMDR, LISTED | {"Severity": "2"})).findings[0].facts
    assert (facts.severity, facts.native_severity) == (Severity.LOW, "4")
    assert facts.severity_reason == "changed in Qualys from 4 to 2"


@pytest.mark.parametrize(("flag", "word"), [("Ignored", "ignored"), ("Disabled", "disabled")])
def test_ignored_and_disabled_rows_ask_for_nothing(tmp_path: Path, flag: str, word: str) -> None:
    """They are findings; one problem counts them."""
    reading = read_text(tmp_path, table(VMDR, LISTED | {flag: "Yes"}))
    assert reading.findings[0].facts.vendor_status == f"suppressed: {word}"
    assert not reading.findings[0].facts.actionable
    assert len(reading.problems) == 1


def test_a_report_without_gathered_information_closes_nothing(tmp_path: Path) -> None:
    """A problem says so; with such a row everything is covered."""
    assert read_text(tmp_path, table(VM, INFO, FLAW), "a").only.coverage[0].assessed is None
    part = read_text(tmp_path, table(VM, FLAW, FLAW | {"QID": "2000", "Vuln Status": "Fixed"}), "b")
    assert part.only.coverage[0].assessed == frozenset({"1000", "2000"})
    assert "filtered" in part.problems[0].what


def test_addresses_without_findings_say_whether_they_were_scanned(tmp_path: Path) -> None:
    """One that was is clean; one that was not is covered by nothing and named."""
    clean = {"IP": "10.0.0.8", "IP Status": "host scanned, no vuln"}
    missed = {"IP": "10.0.0.9", "IP Status": "no host alive"}
    reading = read_text(tmp_path, table(VM, INFO, clean, missed))
    assert [report.coverage[0].assessed for report in reading.reports[1:]] == [None, frozenset()]
    assert [problem.what for problem in reading.problems] == ["Qualys says of this address: no host alive"]


def test_an_agent_looks_with_credentials(tmp_path: Path) -> None:
    """By the tracking method; else nothing says."""
    by_agent = FLAW | {"Tracking Method": "QAGENT"}
    assert read_text(tmp_path, table(VM, by_agent), "a").only.coverage[0].credentialed is True
    assert read_text(tmp_path, table(VM, FLAW), "b").only.coverage[0].credentialed is None


def test_a_broken_row_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """Without host, without QID, of unknown level or status, of another width."""
    rows = (
        INFO,
        FLAW | {"IP": "", "DNS": ""},
        FLAW | {"QID": "", "IP Status": ""},
        FLAW | {"QID": "3", "Severity": "awful"},
        FLAW | {"QID": "4", "Vuln Status": "perhaps"},
    )
    reading = read_text(tmp_path, table(VM, *rows) + "1,2\n")
    assert [finding.facts.source_id for finding in reading.findings] == ["45038", "3", "4"]
    assert sorted(problem.where for problem in reading.problems) == [
        f"report, line {line}" for line in range(3, 8)
    ]


def test_a_table_of_another_tool_is_not_taken() -> None:
    """A column named QID alone makes no Qualys report."""
    assert not SCANNER.recognises(head_of(b"QID,Title,Severity\n1,2,3\n"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cells=st.lists(st.text(max_size=12), min_size=len(VMDR), max_size=len(VMDR)))
def test_whatever_stands_in_the_cells_is_read_or_refused(tmp_path: Path, cells: list[str]) -> None:
    """Nothing but the product's own errors leaves the reader."""
    row = dict(zip(VMDR, cells, strict=True))
    text = table(VMDR, LISTED, row | {"QID": "1", "Asset Id": "9"}, row)
    try:
        reading = read_text(tmp_path, text.encode(errors="replace").decode())
    except InputRefused:
        return
    assert "1000" in {finding.facts.source_id for finding in reading.findings}
