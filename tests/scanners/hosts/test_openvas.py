"""OpenVAS (GVM, Greenbone): XML of several versions and levels of detail, and tables."""

import csv
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, InputRefused
from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.hosts.openvas_xml import SCANNER
from milepost.scanners.opening import head_of
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text

COLUMNS = [
    "IP",
    "Hostname",
    "Port",
    "Port Protocol",
    "CVSS",
    "Severity",
    "QoD",
    "Solution Type",
    "NVT Name",
    "Summary",
    "Specific Result",
    "NVT OID",
    "CVEs",
    "Task ID",
    "Task Name",
    "Timestamp",
    "Result ID",
    "Impact",
    "Solution",
    "Affected Software/OS",
    "Vulnerability Insight",
    "Vulnerability Detection Method",
    "Product Detection Result",
    "BIDs",
    "CERTs",
    "Other References",
]
ROW = {
    "IP": "10.0.0.1",
    "Hostname": "web1.example.org",
    "Port": "443",
    "Port Protocol": "tcp",
    "CVSS": "7.5",
    "Severity": "High",
    "QoD": "80",
    "NVT Name": "Flaw",
    "NVT OID": "1.3.6.1",
    "CVEs": "CVE-2024-0001, CVE-2024-0002",
    "Timestamp": "2026-01-05T10:00:00Z",
}
LOG = ROW | {
    "Severity": "Log",
    "CVSS": "0.0",
    "NVT OID": "1.3.6.9",
    "Port": "",
    "Port Protocol": "",
    "CVEs": "",
}


def table(*rows: dict[str, str]) -> str:
    """Return a table with these rows."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.get(column, "") for column in COLUMNS] for row in rows)
    return text.getvalue()


def result(
    oid: str = "1.3.6.1",
    port: str = "443/tcp",
    threat: str = "High",
    *,
    inside: str = "",
    nvt: str = "",
    address: str = "10.0.0.1",
    severity: str = "7.5",
) -> str:
    """Return a result."""
    return (
        f'<result id="r"><name>Flaw</name><owner><name>me</name></owner><host>{address}<asset asset_id=""/>'
        f'<hostname>web1.example.org</hostname></host><port>{port}</port><nvt oid="{oid}"><name>Flaw</name>'
        f"{nvt}</nvt><threat>{threat}</threat><severity>{severity}</severity>{inside}</result>"
    )


def host(details: str = "", address: str = "10.0.0.1") -> str:
    """Return what a report says of a host at its end."""
    times = "<start>2026-01-05T09:00:00Z</start><end>2026-01-05T10:00:00Z</end>"
    return f"<host><ip>{address}</ip>{times}{details}</host>"


def detail(name: str, value: str) -> str:
    """Return a detail of a host."""
    return f"<detail><name>{name}</name><value>{value}</value></detail>"


def report(
    *results: str,
    hosts: str = host(),
    status: str = "Done",
    term: str = "levels=hmlg rows=-1",
    more: str = "",
) -> str:
    """Return a report as the web interface writes it: one inside another."""
    return (
        '<report id="1" extension="xml" content_type="text/xml"><name>x</name>\n<report id="1"><gmp><version>'
        f"22.4</version></gmp><filters><term>{term}</term></filters>\n"
        f"<scan_run_status>{status}</scan_run_status>"
        f"<ports><port>443/tcp<host>10.0.0.1</host></port></ports>\n<results>\n{''.join(results)}\n</results>"
        f"{more}{hosts}<scan_end>2026-01-05T11:00:00Z</scan_end></report></report>"
    )


@pytest.mark.samples
@pytest.mark.parametrize("name", ["many_vuln.xml", "many_vuln.csv", "report_using_openVAS.csv"])
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every record is a finding with the tool's own word; none is merged."""
    raw = expected("scans/expected.json")[f"openvas/{name}"]["raw"]
    assert isinstance(raw, dict)
    reading = read(sample(f"scans/openvas/{name}"))
    assert len(reading.findings) == raw["records"]
    assert Counter(finding.facts.native_severity for finding in reading.findings) == raw["severity"]
    assert len({finding.facts.source_id for finding in reading.findings}) == raw["oids"]
    assert len(reading.reports) == raw["hosts"]


@pytest.mark.samples
def test_a_result_of_the_real_report_field_by_field() -> None:
    """As the file says it, read by eye; the two without a threat are rated by their severity 4.0."""
    report_of = read(sample("scans/openvas/many_vuln.xml")).only
    finding = report_of.findings[0]
    assert (finding.facts.source, finding.facts.source_id) == ("openvas", "1.3.6.1.4.1.25623.1.0.100111")
    assert (finding.facts.title, finding.locator) == ("The rexec service is running", "512/tcp")
    assert (finding.facts.family, finding.facts.cves) == ("Useless services", ("CVE-1999-0618",))
    assert finding.facts.description.startswith("This remote host is running a rexec service.")
    assert finding.output.strip() == "The rexec service was detected on the target system."
    assert named(report_of, IdentifierKind.HOSTNAME) == ["b6b9f466d63"]
    assert report_of.coverage[0].scanned_at == datetime(2023, 9, 26, 13, 4, tzinfo=UTC)
    assert report_of.coverage[0].assessed is None
    reasons = {each.facts.severity_reason for each in report_of.findings if not each.facts.native_severity}
    assert reasons == {"the report names no threat; rated by its severity 4.0"}


def test_a_table_and_a_report_mean_the_same(tmp_path: Path) -> None:
    """The same asset, test and place; a host as a whole has none."""
    whole = read_text(
        tmp_path, report(result(), result("1.3.6.9", "general/tcp", "Log", severity="0.0")), "a"
    )
    again = read_text(tmp_path, table(LOG, ROW), "b")
    assert again.identities() == whole.identities()
    assert {locator for _, _, locator in whole.identities()} == {"443/tcp", ""}
    assert again.only.asset.identifiers == whole.only.asset.identifiers


def test_hosts_in_any_order_come_once(tmp_path: Path) -> None:
    """Rows of one host need not stand together, and equal facts are one object."""
    rows = [
        ROW | {"IP": f"10.0.0.{number % 2 + 1}", "Hostname": "", "Port": str(number)} for number in range(6)
    ]
    reading = read_text(tmp_path, table(*rows))
    assert [(report_of.asset.name, len(report_of.findings)) for report_of in reading.reports] == [
        ("10.0.0.1", 3),
        ("10.0.0.2", 3),
    ]
    assert reading.findings[0].facts is reading.findings[5].facts


def test_the_answer_of_get_reports_is_read_like_a_report(tmp_path: Path) -> None:
    """One envelope more."""
    text = f'<get_reports_response status="200" status_text="OK">{report(result())}</get_reports_response>'
    reading = read_text(tmp_path, text)
    assert reading.identities() == {("openvas", "1.3.6.1", "443/tcp")}
    assert not reading.problems


def test_several_reports_in_one_answer_are_said(tmp_path: Path) -> None:
    """Their hosts are read together."""
    text = f"<get_reports_response>{report(result())}{report(result('1.3.6.2'))}</get_reports_response>"
    reading = read_text(tmp_path, text)
    assert len(reading.only.findings) == 2
    assert "2 reports" in reading.problems[0].what


def test_a_result_with_all_that_a_new_report_says(tmp_path: Path) -> None:
    """References by kind, vectors newest first, texts of the tags, a bar inside a text."""
    nvt = (
        "<family>Web</family><cvss_base>7.5</cvss_base><severities><severity type='cvss_base_v2'><value>"
        "AV:N/AC:L</value></severity><severity type='cvss_base_v3'><value>CVSS:3.1/AV:N</value></severity>"
        "</severities>"
        "<tags>summary=One|insight=a | b|affected=All|solution_type=VendorFix</tags>"
        "<solution type='VendorFix'>Upgrade</solution>"
        "<refs><ref type='cve' id='CVE-2024-0001'/><ref type='url' id='https://a.example'/>"
        "<ref type='dfn-cert' id='DFN-1'/><ref type='cisa' id='KEV'/></refs>"
    )
    inside = "<qod><value>30</value></qod><description>Seen</description>"
    facts = read_text(tmp_path, report(result(nvt=nvt, inside=inside))).findings[0].facts
    assert facts.description == "One\n\na | b\n\nAll"
    assert (facts.solution, facts.family) == ("Upgrade", "Web")
    assert facts.cvss == ("CVSS:3.1/AV:N", "AV:N/AC:L")
    assert facts.cves == ("CVE-2024-0001",)
    assert facts.references == ("https://a.example", "DFN-CERT:DFN-1")
    assert facts.vendor_status == "quality of detection 30 %"
    assert facts.exploit_known


def test_the_references_of_an_old_report(tmp_path: Path) -> None:
    """Each kind in an element of its own; `NOBID` and its like say nothing."""
    nvt = (
        "<cve>CVE-2014-0160, CVE-2014-0161</cve><bid>123</bid><xref>URL:https://a.example</xref>"
        "<cert><cert_ref id='CB-1'/></cert>"
    )
    facts = read_text(tmp_path, report(result(nvt=nvt)), "a").findings[0].facts
    assert facts.cves == ("CVE-2014-0160", "CVE-2014-0161")
    assert facts.references == ("https://a.example", "BID:123", "CB-1")
    none = "<cve>NOCVE</cve><bid>NOBID</bid><xref>NOXREF</xref>"
    assert read_text(tmp_path, report(result(nvt=none)), "b").findings[0].facts.references == ()


def test_a_result_of_the_cve_scanner_goes_by_its_cve(tmp_path: Path) -> None:
    """Its test is named by the CVE itself."""
    assert read_text(tmp_path, report(result("CVE-2024-0001"))).identities() == {
        ("cve", "CVE-2024-0001", "443/tcp")
    }


@pytest.mark.parametrize(
    ("threat", "severity", "rated"),
    [
        ("Critical", "9.8", Severity.CRITICAL),
        ("Medium", "9.8", Severity.MODERATE),
        ("Log", "0.0", Severity.INFO),
        ("Debug", "-2.0", Severity.INFO),
        ("", "9.8", Severity.CRITICAL),
        ("", "0.0", Severity.INFO),
        ("", "-1.0", Severity.UNRATED),
        ("", "", Severity.UNRATED),
        ("Awful", "5.0", Severity.UNRATED),
    ],
)
def test_the_threat_rates_and_without_it_the_severity(
    tmp_path: Path, threat: str, severity: str, rated: Severity
) -> None:
    """An unknown word is unrated, and said."""
    reading = read_text(tmp_path, report(result(threat=threat, severity=severity)))
    assert reading.findings[0].facts.severity is rated
    assert bool(reading.problems) == (threat == "Awful")


def test_overrides_and_false_positives(tmp_path: Path) -> None:
    """The original word stays native; a false positive asks for nothing, and one problem counts them."""
    lowered = result(threat="Low", inside="<original_threat>High</original_threat>")
    nested = "<overrides><override><result id='x'/><host>10.0.0.9</host></override></overrides>"
    false = result("1.3.6.2", threat="False Positive", severity="-1.0", inside=nested)
    reading = read_text(tmp_path, report(lowered, false))
    low, ignored = (finding.facts for finding in reading.findings)
    assert (low.severity, low.native_severity) == (Severity.LOW, "High")
    assert low.severity_reason == "overridden in the tool from High to Low"
    assert (ignored.actionable, ignored.vendor_status) == (False, "suppressed: False Positive")
    assert [problem.what[:10] for problem in reading.problems] == ["1 findings"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "Stopped"}, "Stopped"),
        ({"term": "levels=hm rows=-1"}, "levels=hm"),
        ({"term": "rows=100 first=101"}, "row 101"),
        ({"more": "<result_count>9<filtered>9</filtered></result_count>"}, "1 of 9"),
    ],
)
def test_a_report_that_is_not_whole_closes_nothing(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    """Stopped, filtered by level, or one page of several; a problem says which."""
    reading = read_text(tmp_path, report(result(), **changes))
    assert reading.only.coverage[0].assessed == frozenset({"1.3.6.1"})
    assert said in reading.problems[0].what
    assert read_text(tmp_path, report(result()), "whole").only.coverage[0].assessed is None


@pytest.mark.parametrize(
    ("details", "credentialed"),
    [
        (detail("Auth-SSH-Success", "x") + detail("Auth-SMB-Failure", "x"), True),
        (detail("Auth-SSH-Failure", "x"), False),
        ("", None),
    ],
)
def test_credentials_and_names_by_the_details_of_a_host(
    tmp_path: Path, *, details: str, credentialed: bool | None
) -> None:
    """One way in is enough."""
    text = report(result(), hosts=host(details + detail("hostname", "web1")))
    report_of = read_text(tmp_path, text).only
    assert report_of.coverage[0].credentialed is credentialed
    assert named(report_of, IdentifierKind.HOSTNAME) == ["web1"]


def test_a_host_without_results_is_clean_unless_it_was_dead(tmp_path: Path) -> None:
    """It is seen; a dead one is covered by nothing."""
    hosts = host(address="10.0.0.8") + host(detail("Host dead", "1"), "10.0.0.9")
    clean, dead = read_text(tmp_path, report(hosts=hosts)).reports
    assert (clean.coverage[0].assessed, dead.coverage[0].assessed) == (None, frozenset())


def test_a_test_that_failed_was_not_assessed(tmp_path: Path) -> None:
    """Whether it stands among the errors or among the results."""
    errors = '<errors><error><host>10.0.0.1</host><nvt oid="1.3.6.2"/></error></errors>'
    reading = read_text(tmp_path, report(result(), result("1.3.6.3", threat="Error"), more=errors))
    assert reading.only.coverage[0].unassessed == frozenset({"1.3.6.2", "1.3.6.3"})


def test_a_table_without_the_level_log_closes_nothing(tmp_path: Path) -> None:
    """It does not say how it was filtered."""
    part = read_text(tmp_path, table(ROW), "a")
    assert part.only.coverage[0].assessed == frozenset({"1.3.6.1"})
    assert "filtered" in part.problems[0].what
    assert read_text(tmp_path, table(ROW, LOG), "b").only.coverage[0].assessed is None


def test_what_is_broken_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """A result without a test or a host; a row without them."""
    nameless = result().replace(' oid="1.3.6.1"', "")
    reading = read_text(tmp_path, report(nameless, result(address=""), result()), "a")
    assert len(reading.findings) == 1
    assert ["line 5" in problem.where for problem in reading.problems] == [True, True]
    rows = read_text(tmp_path, table(LOG, ROW | {"NVT OID": ""}, ROW | {"IP": "", "Hostname": ""}, ROW), "b")
    assert len(rows.findings) == 2
    assert [problem.where for problem in rows.problems] == ["b, line 3", "b, line 4"]


def test_the_same_result_twice_is_one_occurrence(tmp_path: Path) -> None:
    """With both outputs."""
    twice = [result(inside=f"<description>{said}</description>") for said in "ab"]
    (finding,) = read_text(tmp_path, report(*twice)).findings
    assert finding.output == "a\n\nb"


@pytest.mark.parametrize("text", ["<report><counter/></report>", '<report name="JaCoCo"><group/></report>'])
def test_a_report_of_another_tool_is_not_taken(text: str) -> None:
    """Many tools name their root `report`."""
    assert not SCANNER.recognises(head_of(text.encode()))


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Nothing of it counts."""
    with pytest.raises(DamagedInput, match="cut off"):
        read_text(tmp_path, report(result())[:-30])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cells=st.lists(st.text(max_size=12), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_whatever_stands_in_the_cells_is_read_or_refused(tmp_path: Path, cells: list[str]) -> None:
    """Nothing but the product's own errors leaves the reader."""
    row = dict(zip(COLUMNS, cells, strict=True))
    try:
        reading = read_text(tmp_path, table(LOG, row).encode(errors="replace").decode())
    except InputRefused:
        return
    assert "1.3.6.9" in {finding.facts.source_id for finding in reading.findings}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    values=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="<>&\"'"), max_size=9), min_size=5, max_size=5
    )
)
def test_whatever_stands_in_the_elements_is_read_or_refused(tmp_path: Path, values: list[str]) -> None:
    """Nothing but the product's own errors leaves the reader."""
    oid, port, threat, severity, quality = values
    odd = result(oid, port, threat, severity=severity, inside=f"<qod><value>{quality}</value></qod>")
    try:
        read_text(tmp_path, report(odd, result(), term=quality, status=threat))
    except InputRefused:
        return
