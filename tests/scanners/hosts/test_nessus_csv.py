"""Nessus findings in a table: of Nessus, Tenable.io, Tenable.sc."""

import csv
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import InputRefused
from milepost.domain.finding import IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.nessus_text import check, host, item, nessus
from tests.scanners.reading import Reading, expected, named, read, read_text

PRO = [
    "Plugin ID",
    "CVE",
    "CVSS",
    "Risk",
    "Host",
    "Protocol",
    "Port",
    "Name",
    "Synopsis",
    "Description",
    "Solution",
    "See Also",
    "Plugin Output",
    "XREF",
    "CVSS v3.0 Base Score",
    "CVSS v2.0 Base Score",
]
IO = [
    "Plugin ID",
    "CVE",
    "CVSS",
    "Risk",
    "Host",
    "Protocol",
    "Port",
    "Name",
    "Synopsis",
    "Description",
    "Solution",
    "See Also",
    "Plugin Output",
    "",
    "Vulnerability State",
    "IP Address",
    "FQDN",
    "NetBios",
    "",
    "Plugin Family",
    "CVSS3 Vector",
    "CVSS Vector",
    "Host Start",
    "Host End",
    "First Found",
    "Last Found",
    "Last Authenticated Results Date",
    "Last Unauthenticated Results Date",
    "Severity",
    "Original Severity",
    "Modification",
    "Exploit Available",
    "Asset UUID",
]
CENTER = [
    "Plugin",
    "Plugin Name",
    "Family",
    "Severity",
    "IP Address",
    "Protocol",
    "Port",
    "Exploit?",
    "Repository",
    "MAC Address",
    "DNS Name",
    "NetBIOS Name",
    "Plugin Output",
    "Synopsis",
    "Description",
    "Solution",
    "See Also",
    "CVSS V3 Vector",
    "CVE",
    "Cross References",
    "First Discovered",
    "Last Observed",
    "Patch Publication Date",
    "Recast Risk Comment",
    "Accept Risk Comment",
    "Agent ID",
    "Host ID",
]
INFO = {
    "Plugin ID": "11219",
    "Risk": "None",
    "Host": "10.0.0.1",
    "Name": "SYN",
    "Port": "80",
    "Protocol": "tcp",
}
FLAW = {
    "Plugin ID": "1000",
    "Risk": "High",
    "Host": "10.0.0.1",
    "Name": "Flaw",
    "Port": "443",
    "Protocol": "tcp",
}
CLOUD = FLAW | {
    "IP Address": "10.0.0.1",
    "FQDN": "web1.example.org",
    "Severity": "3",
    "Original Severity": "3",
}
HELD = {
    "Plugin": "1000",
    "Plugin Name": "Flaw",
    "Severity": "High",
    "IP Address": "10.0.0.1",
    "Protocol": "TCP",
    "Port": "443",
}


def table(columns: list[str], *rows: dict[str, str]) -> str:
    """Return a table with these rows."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def facts(reading: Reading) -> tuple[str, ...]:
    """Return the ids of what was found, in order."""
    return tuple(finding.facts.source_id for finding in reading.findings)


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "blank", "merged", "hosts"),
    [
        # One plugin comes twice on one port with two outputs: one occurrence with both.
        ("nessus_many_vuln2-default.csv", 0, 1, 1),
        # 22 rows: 2 without any text (counted as rated None, and as a third host), 11 more CVEs of a plugin.
        ("tenable_many_vuln.csv", 2, 11, 2),
        ("issue_9612.csv", 0, 0, 2),
    ],
)
def test_real_files_give_the_counts_that_were_made_apart(
    name: str, blank: int, merged: int, hosts: int
) -> None:
    """Rows are findings, rows merged into one, and rows without text; every CVE is kept."""
    raw = expected("scans/expected.json")[f"nessus_csv/{name}"]["raw"]
    assert isinstance(raw, dict)
    reading = read(sample(f"scans/nessus_csv/{name}"))
    assert (reading.scanner, len(reading.reports)) == ("nessus-csv", hosts)
    assert len(reading.findings) + blank + merged == raw["records"]
    assert len(reading.findings) == raw["distinct_plugin_host_port"] - bool(blank)
    assert len({cve for finding in reading.findings for cve in finding.facts.cves}) == raw["cves"]
    words = Counter(finding.facts.native_severity for finding in reading.findings)
    assert set(words) == set(raw["severity"]) - ({"None"} if blank else set())
    assert len(reading.findings) == len(
        {(report.asset, f.facts.source_id, f.locator) for report in reading.reports for f in report.findings}
    )


@pytest.mark.samples
def test_a_row_of_tenable_io_field_by_field() -> None:
    """As the file says it, read by eye."""
    reading = read(sample("scans/nessus_csv/tenable_many_vuln.csv"))
    finding = next(each for each in reading.findings if each.facts.source_id == "164329")
    assert finding.facts.title.startswith("Splunk Enterprise 8.1 < 8.1.11")
    assert (finding.facts.severity, finding.facts.native_severity) == (Severity.MODERATE, "Medium")
    assert finding.facts.cves == ("CVE-2022-37439",)
    assert finding.facts.cvss == (
        "CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H",
        "CVSS2#AV:L/AC:L/Au:S/C:N/I:N/A:C",
    )
    assert (finding.facts.family, finding.locator) == ("CGI abuses", "0/tcp")
    assert finding.first_seen == datetime(2023, 5, 19, 15, 8, 24, 420000, tzinfo=UTC)
    look = reading.reports[0].coverage[0]
    assert look.scanned_at == datetime(2023, 6, 8, 1, 58, 56, 166000, tzinfo=UTC)
    assert (look.scope, look.credentialed) == ("nessus", True)


@pytest.mark.samples
def test_tenable_sc_names_scanner_and_notice_as_in_a_nessus_file() -> None:
    """The ACAS text, the IAVM notice, the host part of the NetBIOS name."""
    reading = read(sample("scans/nessus_csv/issue_9612.csv"))
    assert "IAVA:0001-A-0560" in reading.findings[0].facts.references
    assert reading.reports[0].coverage[0].tool.startswith("Assured Compliance Assessment Solution")
    assert named(reading.reports[0], IdentifierKind.HOSTNAME) == ["ecodarchdb"]
    assert {finding.locator for finding in reading.reports[0].findings} == {"1433/tcp", "5555/tcp"}


def test_a_table_after_a_nessus_file_finds_the_same(tmp_path: Path) -> None:
    """The same asset identifiers, source, id and place, for a plugin and for a check with a Vuln-ID."""
    reference = "800-53|CM-6,CAT|II,CCI|CCI-000366,Vuln-ID|V-1234"
    whole = read_text(tmp_path, nessus(host(item("1000", "3"), check("FAILED", reference=reference))), "a")
    told = (
        f'"Rule 1" : [FAILED]\n\nWhy.\n\nSolution:\nDo it.\n\nReference(s): {reference}\n\nActual Value:\nno'
    )
    failed = FLAW | {"Plugin ID": "21157", "Risk": "FAILED", "Name": "Unix Compliance", "Description": told}
    again = read_text(tmp_path, table(PRO, FLAW, failed), "b")
    assert again.identities() == whole.identities()
    assert again.only.asset.identifiers == whole.only.asset.identifiers
    assert [look.scope for look in again.only.coverage] == [look.scope for look in whole.only.coverage]


def test_one_row_per_cve_is_one_finding_with_all_of_them(tmp_path: Path) -> None:
    """Outputs that differ are joined, equal rows are not repeated, and facts are one object."""
    rows = [
        FLAW | {"CVE": cve, "Plugin Output": "seen"} for cve in ("CVE-2024-1", "CVE-2024-2", "CVE-2024-2")
    ]
    other = FLAW | {"Host": "10.0.0.2", "CVE": "CVE-2024-1"}
    reading = read_text(tmp_path, table(PRO, *rows, FLAW | {"Plugin Output": "again"}, other))
    first, second = reading.findings
    assert first.facts.cves == ("CVE-2024-1", "CVE-2024-2")
    assert first.output == "seen\n\nagain"
    assert first.facts is second.facts


def test_what_changes_next_month_leaves_identities_as_they_are(tmp_path: Path) -> None:
    """Title, rating, texts, order and output."""
    port = FLAW | {"Port": "8443"}
    before = read_text(tmp_path, table(PRO, INFO, FLAW, port), "a")
    changed = {"Name": "Flaw < 2.1", "Risk": "Low", "Plugin Output": "2.0", "Description": "Other"}
    after = read_text(tmp_path, table(PRO, port | changed, FLAW | changed, INFO), "b")
    assert before.identities() == after.identities()


@pytest.mark.parametrize("blank", ["\n", ",,,\n", ",,,,,,,,,,,,,,,\n" * 50])
def test_blank_rows_at_the_end_are_nothing(tmp_path: Path, blank: str) -> None:
    """However many."""
    reading = read_text(tmp_path, table(PRO, INFO, FLAW) + blank)
    assert facts(reading) == ("11219", "1000")
    assert not reading.problems


def test_headings_that_are_empty_or_come_twice_confuse_nothing(tmp_path: Path) -> None:
    """Tenable.io has columns without a name; the first of two counts."""
    text = table([*IO, "", "Solution"], INFO, CLOUD | {"Vulnerability State": "Active"})
    assert facts(read_text(tmp_path, text)) == ("11219", "1000")


def test_what_is_fixed_was_tested_and_is_gone(tmp_path: Path) -> None:
    """A resurfaced one is found."""
    fixed = CLOUD | {"Plugin ID": "2000", "Vulnerability State": "Fixed"}
    there = CLOUD | {"Vulnerability State": "Resurfaced"}
    reading = read_text(tmp_path, table(IO, fixed, there))
    assert facts(reading) == ("1000",)
    assert reading.only.coverage[0].assessed == frozenset({"1000", "2000"})


def test_a_filtered_export_closes_nothing_but_what_it_names(tmp_path: Path) -> None:
    """No informational row on a host shows the filter; a problem says so once."""
    whole = read_text(tmp_path, table(PRO, INFO, FLAW), "a")
    assert whole.only.coverage[0].assessed is None
    part = read_text(tmp_path, table(PRO, FLAW), "b")
    assert part.only.coverage[0].assessed == frozenset({"1000"})
    assert ["filtered" in problem.what for problem in part.problems] == [True]


def test_a_recast_severity_holds_and_the_tools_word_stays(tmp_path: Path) -> None:
    """By the original severity of Tenable.io, by the comment of Tenable.sc."""
    lowered = CLOUD | {"Risk": "Low", "Severity": "1", "Modification": "RECASTED"}
    of_cloud = read_text(tmp_path, table(IO, lowered), "a").findings[0].facts
    assert (of_cloud.severity, of_cloud.native_severity) == (Severity.LOW, "High")
    assert of_cloud.severity_reason == "recast in the tool from High to Low"
    of_center = read_text(tmp_path, table(CENTER, HELD | {"Recast Risk Comment": "behind a wall"}), "b")
    assert of_center.findings[0].facts.severity_reason == "recast in the tool: behind a wall"


def test_an_accepted_risk_is_a_finding_that_asks_for_nothing(tmp_path: Path) -> None:
    """With the tool's comment, and one problem for all."""
    rows = [HELD | {"Port": port, "Accept Risk Comment": "until March"} for port in ("1", "2")]
    reading = read_text(tmp_path, table(CENTER, *rows))
    assert [finding.facts.actionable for finding in reading.findings] == [False, False]
    assert reading.findings[0].facts.vendor_status == "suppressed: accepted (until March)"
    assert [problem.what for problem in reading.problems if "accepted" in problem.what] == [
        "2 findings are accepted in the tool; they open no item"
    ]


def test_compliance_rows_go_by_their_rule(tmp_path: Path) -> None:
    """Failed is found, passed was tested, a warning says nothing; the plugin names none of them."""
    rows = [
        FLAW
        | {"Plugin ID": "21157", "Risk": result, "Description": f'"1.{number} Rule" : [{result}]\n\nWhy.'}
        for number, result in enumerate(("FAILED", "PASSED", "WARNING"))
    ]
    reading = read_text(tmp_path, table(PRO, INFO, *rows))
    found = reading.findings[-1]
    assert (found.facts.source_id, found.facts.kind) == ("1.0 rule", WeaknessKind.CONFIGURATION)
    checks = reading.only.coverage[1]
    assert checks.assessed == frozenset({"1.0 rule", "1.1 rule"})
    assert checks.unassessed == frozenset({"1.2 rule"})
    assert not reading.problems


def test_a_host_is_the_same_by_its_id_under_another_address(tmp_path: Path) -> None:
    """Rows of one asset id belong together; the id is no UUID that could contradict the machine's own."""
    rows = [CLOUD | {"Asset UUID": "ABC", "IP Address": f"10.0.0.{number}"} for number in (1, 2)]
    report = read_text(tmp_path, table(IO, *rows)).only
    assert named(report, IdentifierKind.RESOURCE) == ["tenable:abc"]
    assert named(report, IdentifierKind.IP) == ["10.0.0.1", "10.0.0.2"]
    assert not named(report, IdentifierKind.UUID)


@pytest.mark.parametrize(
    ("started", "authenticated", "unauthenticated", "credentialed"),
    [
        ("2026-01-05T10:00:00Z", "2026-01-05T10:30:00Z", "", True),
        ("2026-01-05T10:00:00Z", "2025-12-05T10:30:00Z", "2026-01-05T10:30:00Z", False),
        ("2026-01-05T10:00:00Z", "", "", None),
    ],
)
def test_credentials_by_the_dates_of_tenable_io(
    tmp_path: Path, *, started: str, authenticated: str, unauthenticated: str, credentialed: bool | None
) -> None:
    """An authenticated result of this scan, of an earlier one, none."""
    row = CLOUD | {
        "Host Start": started,
        "Last Authenticated Results Date": authenticated,
        "Last Unauthenticated Results Date": unauthenticated,
    }
    assert read_text(tmp_path, table(IO, row)).only.coverage[0].credentialed is credentialed


def test_plugin_19506_tells_scanner_time_and_credentials(tmp_path: Path) -> None:
    """Nessus's own table has no other place for them; an unknown zone is said."""
    output = (
        "Nessus version : 10.1.1\nCredentialed checks : yes\n"
        "Scan Start Date : 2026/1/5 9:00 EST\nScan duration : 60 sec"
    )
    told = INFO | {"Plugin ID": "19506", "Plugin Output": output}
    reading = read_text(tmp_path, table(PRO, told), "a")
    look = reading.only.coverage[0]
    assert (look.tool, look.credentialed) == ("Tenable Nessus 10.1.1", True)
    assert look.scanned_at == datetime(2026, 1, 5, 14, 1, tzinfo=UTC)
    assert not reading.problems
    abroad = told | {"Plugin Output": output.replace("EST", "Romance Standard Time")}
    assert [
        "time zone" in problem.what for problem in read_text(tmp_path, table(PRO, abroad), "b").problems
    ] == [True]


def test_a_dead_host_is_covered_by_nothing(tmp_path: Path) -> None:
    """Plugin 10180 says so."""
    dead = INFO | {"Plugin ID": "10180", "Plugin Output": "The remote host is considered as dead"}
    assert read_text(tmp_path, table(PRO, dead)).only.coverage[0].assessed == frozenset()


def test_the_columns_of_tenables_new_findings_export(tmp_path: Path) -> None:
    """`definition.id` and its like."""
    columns = [
        "id",
        "asset.id",
        "asset.name",
        "asset.display_ipv4_address",
        "definition.id",
        "definition.name",
        "definition.cve",
        "severity",
        "state",
        "port",
        "protocol",
        "output",
        "first_observed",
        "last_seen",
    ]
    row = {
        "asset.id": "A1",
        "asset.name": "web1",
        "asset.display_ipv4_address": "10.0.0.1",
        "definition.id": "1000",
        "definition.name": "Flaw",
        "definition.cve": "CVE-2024-1,CVE-2024-2",
        "severity": "CRITICAL",
        "state": "ACTIVE",
        "port": "443",
        "protocol": "TCP",
        "last_seen": "2026-01-05T10:00:00.000Z",
    }
    reading = read_text(tmp_path, table(columns, row, row | {"definition.id": "2000", "state": "FIXED"}))
    (finding,) = reading.findings
    assert (finding.facts.severity, finding.locator) == (Severity.CRITICAL, "443/tcp")
    assert finding.facts.cves == ("CVE-2024-1", "CVE-2024-2")
    assert reading.only.coverage[0].assessed == frozenset({"1000", "2000"})


def test_a_broken_row_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """Without plugin, without host, of another width, of an unknown severity."""
    rows = table(PRO, INFO, FLAW | {"Plugin ID": ""}, FLAW | {"Host": ""}, FLAW | {"Risk": "Awful"})
    reading = read_text(tmp_path, rows + "1,2,3\n")
    assert facts(reading) == ("11219", "1000")
    assert reading.findings[1].facts.severity is Severity.UNRATED
    assert sorted(problem.where for problem in reading.problems) == [
        "report, line 3",
        "report, line 4",
        "report, line 5",
        "report, line 6",
    ]


def test_a_table_without_rows_names_no_asset(tmp_path: Path) -> None:
    """Which is a question, not a success."""
    reading = read_text(tmp_path, table(PRO))
    assert not reading.reports
    assert "names no asset" in reading.problems[0].what


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_separators_and_encodings_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    """As a spreadsheet saves them."""
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows([CENTER, [HELD.get(column, "") for column in CENTER]])
    path = tmp_path / "report"
    path.write_bytes(text.getvalue().encode(encoding))
    assert facts(read(path)) == ("1000",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cells=st.lists(st.text(max_size=12), min_size=len(IO), max_size=len(IO)))
def test_whatever_stands_in_the_cells_is_read_or_refused(tmp_path: Path, cells: list[str]) -> None:
    """Nothing but the product's own errors leaves the reader."""
    row = dict(zip(IO, cells, strict=True))
    text = table(IO, INFO, row | {"Plugin ID": "1", "Host": "10.0.0.9"}, row)
    try:
        reading = read_text(tmp_path, text.encode(errors="replace").decode())
    except InputRefused:
        return
    assert "11219" in facts(reading)
