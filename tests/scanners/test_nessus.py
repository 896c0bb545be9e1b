"""Nessus v2 files."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.nessus_text import PROPERTIES, check, host, item, nessus, preference
from tests.scanners.reading import expected, named, read, read_text

SEVERITY = {"0": "info", "1": "low", "2": "moderate", "3": "high", "4": "critical"}
FILES = (
    "dd_nessus_was_many_vuln.xml",
    "dd_nessus_with_cvssv3.nessus",
    "dradis_example_v2.nessus",
    "foxx_Example1.nessus",
    "libnessus_report_local_3.nessus",
    "saf_sample.nessus",
)


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Hosts, items, severities, plugins and exploitable items equal the independent counts."""
    counts = expected("dod/expected_counts.json")[f"nessus/{name}"]
    reading = read(sample(f"dod/nessus/{name}"))
    severities = Counter(str(finding.facts.severity) for finding in reading.findings)
    assert len(reading.reports) == counts["hosts"]
    assert len(reading.findings) == counts["report_items"]
    by_severity = counts["by_severity_attr"]
    assert isinstance(by_severity, dict)
    assert severities == {SEVERITY[digit]: count for digit, count in by_severity.items()}
    assert len({finding.facts.source_id for finding in reading.findings}) == counts["unique_plugins"]
    cves = {cve for finding in reading.findings for cve in finding.facts.cves}
    assert len(cves) == counts["unique_cves"]
    assert not reading.problems


@pytest.mark.samples
def test_a_real_file_tells_scanner_time_and_depth_of_the_scan() -> None:
    """Version from plugin 19506, end of the scan, credentials and the plugins that ran."""
    reading = read(sample("dod/nessus/saf_sample.nessus"))
    looks = {report.asset.name: report.coverage[0] for report in reading.reports}
    assert looks["10.0.0.3"].tool == "Tenable Nessus 10.1.1"
    assert looks["10.0.0.3"].scanned_at == datetime.fromtimestamp(1647975707, UTC)
    assert [look.credentialed for look in looks.values()] == [True, False, False]
    assert len({id(look.assessed) for look in looks.values()}) == 1
    assert "19506" in (looks["10.0.0.3"].assessed or ())


@pytest.mark.samples
def test_a_web_application_is_an_asset_by_its_address() -> None:
    """Tenable's web scanner names no host but a URL."""
    reading = read(sample("dod/nessus/dd_nessus_was_many_vuln.xml"))
    assert reading.only.asset.kind is AssetKind.APPLICATION
    assert named(reading.only, IdentifierKind.RESOURCE) == ["http://google.com"]
    assert "80/tcp" in {finding.locator for finding in reading.findings}


def test_an_item_becomes_a_finding_with_all_that_the_plugin_says(tmp_path: Path) -> None:
    """Titles, texts, ids, scores, dates and references land in their fields."""
    inside = (
        "<description>Long text</description><solution>Upgrade.</solution><cve>CVE-2024-1</cve>"
        "<cve>CVE-2024-2</cve><cwe>79</cwe><cvss3_vector>CVSS:3.0/AV:N</cvss3_vector>"
        "<cvss_vector>CVSS2#AV:N</cvss_vector><see_also>https://a.example\nhttps://b.example</see_also>"
        "<xref>CISA-KNOWN-EXPLOITED:2022/05/03</xref><xref>IAVA:2024-A-0001</xref><xref>CWE:20</xref>"
        "<patch_publication_date>2024/03/01</patch_publication_date>"
        "<vuln_publication_date>2024/02/01</vuln_publication_date>"
    )
    reading = read_text(tmp_path, nessus(host(item("1001", "4", inside, "a &lt;b&gt;\n"))))
    (finding,) = reading.findings
    facts = finding.facts
    assert (finding.locator, finding.output) == ("443/tcp", "a <b>\n")
    assert (facts.source, facts.source_id, facts.title) == ("nessus", "1001", "Plugin 1001")
    assert (facts.severity, facts.native_severity) == (Severity.CRITICAL, "Critical")
    assert (facts.description, facts.solution, facts.family) == ("Long text", "Upgrade.", "General")
    assert facts.cves == ("CVE-2024-1", "CVE-2024-2")
    assert facts.cwes == ("CWE-79", "CWE-20")
    assert facts.cvss == ("CVSS:3.0/AV:N", "CVSS2#AV:N")
    assert facts.references == ("https://a.example", "https://b.example", "IAVA:2024-A-0001")
    assert (facts.patched, facts.published) == ("2024-03-01", "2024-02-01")
    assert (facts.exploit_known, facts.kev_due) == (True, "2022-05-03")


def test_one_plugin_on_one_port_twice_gives_two_findings(tmp_path: Path) -> None:
    """Both are yielded; the register merges them."""
    reading = read_text(tmp_path, nessus(host(item(output="one"), item(output="two"))))
    assert [finding.output for finding in reading.findings] == ["one", "two"]
    assert reading.findings[0].facts is reading.findings[1].facts


@pytest.mark.parametrize("severity", ["9", "", "-1", "high"])
def test_an_unknown_severity_is_unrated_and_said(tmp_path: Path, severity: str) -> None:
    """It never turns into informational or low; the problem names the line."""
    reading = read_text(tmp_path, nessus(host(item("1", "2"), item("2", severity))))
    assert reading.severities == {Severity.MODERATE: 1, Severity.UNRATED: 1}
    (problem,) = reading.problems
    assert problem.where.endswith("line 8")
    assert f"“{severity}”" in problem.what


def test_a_broken_item_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An item without a plugin is a problem; those around it are findings."""
    nameless = '<ReportItem port="0" svc_name="x" protocol="tcp" severity="1"/>'
    reading = read_text(tmp_path, nessus(host(item("1"), nameless, item("2"))))
    assert [finding.facts.source_id for finding in reading.findings] == ["1", "2"]
    assert "does not name its plugin" in reading.problems[0].what


def test_a_host_is_known_by_its_stable_names(tmp_path: Path) -> None:
    """UUID, full name, host part of the NetBIOS name and address; nothing in capitals."""
    properties = (
        '<tag name="bios-uuid">4C4C4544-0043-4A10-8051-B4C04F564433</tag>'
        '<tag name="host-fqdn">Web1.Example.ORG.</tag><tag name="netbios-name">CORP\\WEB1</tag>'
        '<tag name="host-ip">10.0.0.1</tag><tag name="HOST_END_TIMESTAMP">1767607200</tag>'
    )
    report = read_text(tmp_path, nessus(host(item(), properties=properties))).only
    assert [(str(kind), value) for kind, value in report.asset.identifiers] == [
        ("uuid", "4c4c4544-0043-4a10-8051-b4c04f564433"),
        ("fqdn", "web1.example.org"),
        ("hostname", "web1"),
        ("ip", "10.0.0.1"),
    ]
    assert report.coverage[0].scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("uuid", ["00000000-0000-0000-0000-000000000000", "Not Settable", "f" * 32])
def test_a_placeholder_is_no_stable_id(tmp_path: Path, uuid: str) -> None:
    """Boards that leave the factory without an id must not become one asset."""
    properties = f'<tag name="bios-uuid">{uuid}</tag>{PROPERTIES}'
    report = read_text(tmp_path, nessus(host(item(), properties=properties))).only
    assert not named(report, IdentifierKind.UUID)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("2001:db8::1", "ip"), ("web1.example.org", "fqdn"), ("web1", "hostname")],
)
def test_without_properties_the_target_names_the_host(tmp_path: Path, name: str, kind: str) -> None:
    """Address, full name or host name, as it looks."""
    report = read_text(tmp_path, nessus(host(item(), name=name, properties=""))).only
    assert [(str(k), value) for k, value in report.asset.identifiers] == [(kind, name)]


def test_tenable_sc_is_named_as_acas(tmp_path: Path) -> None:
    """Scanner version and feed of plugin 19506, in the customary wording."""
    output = (
        "Nessus version : 10.4.1\nPlugin feed version : 202601050000\nCredentialed checks : yes, as root\n"
    )
    text = nessus(host(item("19506", "0", output=output)), preference("sc_version", "6.1"))
    (look,) = read_text(tmp_path, text).only.coverage
    assert look.tool == (
        "Assured Compliance Assessment Solution (ACAS) Nessus Scanner :: 10.4.1.202601050000"
    )
    assert look.credentialed is True


def test_of_compliance_checks_only_the_failed_are_findings(tmp_path: Path) -> None:
    """Passed and failed checks are assessed, warnings and errors are not; the Vuln-ID names the weakness."""
    reference = "800-53|CM-6,CAT|II,CCI|CCI-000366,Vuln-ID|V-100"
    items = [
        check("FAILED", "1", reference, actual="value &amp; more"),
        check("PASSED", "2"),
        check("WARNING", "3"),
        check("ERROR", "4"),
    ]
    reading = read_text(tmp_path, nessus(host(*items, item("1000"))))
    plugin, compliance = reading.only.coverage
    assert (plugin.scope, compliance.scope) == ("nessus", "nessus:compliance")
    assert compliance.assessed == frozenset({"V-100", "id-2"})
    assert compliance.unassessed == frozenset({"id-3", "id-4"})
    failed, found = reading.findings
    assert (failed.facts.source_id, failed.facts.kind) == ("V-100", WeaknessKind.CONFIGURATION)
    assert (failed.facts.severity, failed.facts.ccis) == (Severity.MODERATE, ("CCI-000366",))
    assert (failed.coverage, failed.output, found.coverage) == (1, "value & more", 0)


def test_a_dead_or_silent_host_is_covered_by_nothing(tmp_path: Path) -> None:
    """Nothing that was not looked at may count as repaired."""
    dead = host(item("10180", "0", output="The remote host (10.0.0.1) is considered as dead"))
    silent = host(name="10.0.0.2", properties='<tag name="host-ip">10.0.0.2</tag>')
    reading = read_text(tmp_path, nessus(dead + silent, preference("plugin_set", "10180;1000")))
    assert [report.coverage[0].assessed for report in reading.reports] == [frozenset(), frozenset()]
    assert "nothing was reported of the host 10.0.0.2" in reading.problems[0].what


def test_a_host_that_comes_twice_is_one_asset(tmp_path: Path) -> None:
    """Its parts are joined, and a problem says so."""
    reading = read_text(tmp_path, nessus(host(item("1")) + host(item("2"), name="b") + host(item("3"))))
    assert [(r.asset.name, len(r.findings)) for r in reading.reports] == [("b", 1), ("10.0.0.1", 2)]
    assert "comes 2 times" in reading.problems[0].what


def test_an_unreadable_scan_time_is_said(tmp_path: Path) -> None:
    """The look counts as undated instead of as made at some invented time."""
    properties = '<tag name="host-ip">10.0.0.1</tag><tag name="HOST_END">yesterday</tag>'
    reading = read_text(tmp_path, nessus(host(item(), properties=properties)))
    assert reading.only.coverage[0].scanned_at is None
    assert "“yesterday”" in reading.problems[0].what


def test_a_file_that_is_cut_off_gives_nothing(tmp_path: Path) -> None:
    """The refusal comes with line and column."""
    text = nessus(host(item("1"), item("2")))
    with pytest.raises(DamagedInput, match=r"report, line \d+, column \d+: the file is cut off"):
        read_text(tmp_path, text[: text.index("</ReportHost>") - 9])
