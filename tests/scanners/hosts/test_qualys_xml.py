"""Qualys VM in XML: the asset data report and the host detections of the API."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, InputRefused
from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.hosts import qualys
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text

IG = "<VULN_INFO><QID>45038</QID><TYPE>Ig</TYPE><LAST_FOUND>2026-01-05T10:00:00Z</LAST_FOUND></VULN_INFO>"
NAMES = "<IP>10.0.0.1</IP><TRACKING_METHOD>IP</TRACKING_METHOD><DNS>Web1.example.org</DNS>"


SCANNED = "<LAST_VM_SCANNED_DATE>2026-01-05T10:00:00Z</LAST_VM_SCANNED_DATE>"


def vuln(
    qid: str = "1000", inside: str = "<PORT>443</PORT><PROTOCOL>tcp</PROTOCOL>", kind: str = "Vuln"
) -> str:
    """Return a detection of a report."""
    return f"<VULN_INFO><QID>{qid}</QID><TYPE>{kind}</TYPE>{inside}<VULN_STATUS>New</VULN_STATUS></VULN_INFO>"


def entry(qid: str = "1000", level: str = "4", inside: str = "", title: str = "Flaw") -> str:
    """Return what the glossary says of a QID."""
    return (
        f"<VULN_DETAILS><QID>{qid}</QID><TITLE><![CDATA[{title}]]></TITLE><SEVERITY>{level}</SEVERITY>"
        f"{inside}</VULN_DETAILS>"
    )


def report(*detections: str, glossary: str = "", names: str = NAMES, end: str = "") -> str:
    """Return a report of one host."""
    glossary = glossary or entry() + entry("45038", "1", title="Host Scan Time")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE ASSET_DATA_REPORT SYSTEM "asset_data_report.dtd">\n'
        f"<ASSET_DATA_REPORT><HEADER><COMPANY>x</COMPANY></HEADER>\n<HOST_LIST><HOST>{names}\n"
        f"<VULN_INFO_LIST>{''.join(detections)}</VULN_INFO_LIST></HOST></HOST_LIST>\n"
        f"<GLOSSARY><VULN_DETAILS_LIST>{glossary}"
        f"</VULN_DETAILS_LIST></GLOSSARY>{end}</ASSET_DATA_REPORT>"
    )


def api(*detections: str, names: str = NAMES, before: str = "") -> str:
    """Return what the API answers for one host."""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<HOST_LIST_VM_DETECTION_OUTPUT>'
        f"{before}<RESPONSE><DATETIME>2026-01-05T11:00:00Z</DATETIME><HOST_LIST><HOST>{names}<DETECTION_LIST>"
        f"{''.join(detections)}</DETECTION_LIST></HOST></HOST_LIST></RESPONSE></HOST_LIST_VM_DETECTION_OUTPUT>"
    )


def detection(qid: str = "1000", status: str = "Active", inside: str = "<PORT>443</PORT>") -> str:
    """Return a detection of the API."""
    return (
        f"<DETECTION><QID>{qid}</QID><TYPE>Confirmed</TYPE><SEVERITY>4</SEVERITY>{inside}"
        f"<STATUS>{status}</STATUS><FIRST_FOUND_DATETIME>2025-12-01T00:00:00Z</FIRST_FOUND_DATETIME></DETECTION>"
    )


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """301 records are 301 findings with Qualys's own levels; the 209 of the type Ig are informational."""
    raw = expected("scans/expected.json")["qualys_vm/Qualys_Sample_Report.xml"]["raw"]
    assert isinstance(raw, dict)
    reading = read(sample("scans/qualys_vm/Qualys_Sample_Report.xml"))
    assert len(reading.findings) == raw["records"]
    assert len(reading.reports) == raw["hosts"]
    assert Counter(finding.facts.native_severity for finding in reading.findings) == raw["severity"]
    assert reading.severities[Severity.INFO] == raw["type"]["Ig"]
    potential = [finding for finding in reading.findings if finding.facts.vendor_status == "potential"]
    assert len(potential) == raw["type"]["Practice"]
    # The address under NO_RESULTS was not scanned.
    (problem,) = reading.problems
    assert "64.41.200.248" in problem.what


@pytest.mark.samples
def test_a_detection_of_the_real_file_field_by_field() -> None:
    """As the file says it, read by eye: the glossary explains what the host has."""
    reading = read(sample("scans/qualys_vm/Qualys_Sample_Report.xml"))
    finding = next(each for each in reading.findings if each.facts.source_id == "370876")
    facts = finding.facts
    assert facts.title.startswith("AMD Processors Multiple Security Vulnerabilities")
    assert (facts.severity, facts.native_severity) == (Severity.HIGH, "4")
    assert (facts.vendor_status, facts.family, finding.locator) == ("potential", "Local", "")
    assert facts.cves == tuple(f"CVE-2018-89{number}" for number in range(30, 37))
    assert facts.cvss == ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", "AV:N/AC:M/Au:N/C:C/I:C/A:C")
    assert facts.references[0] == "AMD"
    assert "<" not in facts.description
    assert finding.output.startswith("Vulnerable AMD processor detected")
    assert finding.first_seen == datetime(2020, 10, 15, 12, 16, 23, tzinfo=UTC)
    windows = next(each for each in reading.reports if each.asset.name == "trn-win7.trn.qualys.com")
    assert windows.coverage[0].credentialed is False
    assert [(str(kind), value) for kind, value in windows.asset.identifiers] == [
        ("fqdn", "trn-win7.trn.qualys.com"),
        ("hostname", "trn-win7"),
        ("ip", "64.41.200.247"),
    ]


def test_what_changes_next_month_leaves_identities_as_they_are(tmp_path: Path) -> None:
    """Title, level, result, order."""
    other = vuln("2000", "<INSTANCE>Oracle:ORCL</INSTANCE>")
    before = read_text(tmp_path, report(IG, vuln(), other), "a")
    glossary = entry(level="2", title="Flaw < 2.1") + entry("2000") + entry("45038", "1")
    changed = vuln(inside="<PORT>443</PORT><PROTOCOL>TCP</PROTOCOL><RESULT>2.0</RESULT>")
    after = read_text(tmp_path, report(other, changed, IG, glossary=glossary), "b")
    assert before.identities() == after.identities()
    assert ("qualys", "1000", "443/tcp") in before.identities()


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("1", Severity.LOW),
        ("2", Severity.LOW),
        ("3", Severity.MODERATE),
        ("4", Severity.HIGH),
        ("5", Severity.CRITICAL),
        ("9", Severity.UNRATED),
    ],
)
def test_levels_are_rated_and_an_unknown_one_is_said(tmp_path: Path, level: str, severity: Severity) -> None:
    """Gathered information is informational whatever its level."""
    reading = read_text(tmp_path, report(IG, vuln(), glossary=entry(level=level) + entry("45038", "5")))
    assert [finding.facts.severity for finding in reading.findings] == [Severity.INFO, severity]
    assert bool(reading.problems) == (level == "9")


def test_the_api_gives_the_same_occurrence_as_the_report(tmp_path: Path) -> None:
    """Without a title; what is fixed was tested and is gone."""
    of_report = read_text(tmp_path, report(IG, vuln()), "a")
    of_api = read_text(tmp_path, api(detection(), detection("2000", "Fixed")), "b")
    (finding,) = of_api.findings
    assert {("qualys", "1000", finding.locator)} <= of_report.identities()
    assert (finding.facts.title, finding.facts.severity) == ("QID 1000", Severity.HIGH)
    assert finding.first_seen == datetime(2025, 12, 1, tzinfo=UTC)
    assert of_api.only.coverage[0].assessed is None
    assert of_api.only.asset.identifiers == of_report.only.asset.identifiers


def test_a_request_for_less_covers_only_what_is_named(tmp_path: Path) -> None:
    """The API repeats what it was asked."""

    def assessed(key: str, value: str) -> frozenset[str] | None:
        parameter = f"<PARAM><KEY>{key}</KEY><VALUE>{value}</VALUE></PARAM>"
        asked = f"<REQUEST><PARAM_LIST>{parameter}</PARAM_LIST></REQUEST>"
        text = api(detection(), detection("2000", "Fixed"), before=asked)
        return read_text(tmp_path, text).only.coverage[0].assessed

    assert assessed("severities", "5") == frozenset({"1000", "2000"})
    assert assessed("status", "New") == frozenset({"1000", "2000"})
    assert assessed("status", "Active,New,Re-Opened,Fixed") is None
    assert assessed("action", "list") is None


def test_ignored_and_disabled_detections_ask_for_nothing(tmp_path: Path) -> None:
    """They are findings; one problem counts them."""
    rows = [
        detection(str(qid), inside=f"<IS_{word}>1</IS_{word}>")
        for qid, word in ((1, "IGNORED"), (2, "DISABLED"))
    ]
    reading = read_text(tmp_path, api(*rows))
    assert [finding.facts.vendor_status for finding in reading.findings] == [
        "suppressed: ignored",
        "suppressed: disabled",
    ]
    assert not any(finding.facts.actionable for finding in reading.findings)
    assert [problem.what[:10] for problem in reading.problems] == ["2 findings"]


@pytest.mark.parametrize(
    ("names", "credentialed"),
    [
        ("<TRACKING_METHOD>AGENT</TRACKING_METHOD>", True),
        (SCANNED + SCANNED.replace("VM_", "VM_AUTH_"), True),
        (SCANNED, False),
        ("", None),
    ],
)
def test_credentials_by_agent_or_dates(tmp_path: Path, *, names: str, credentialed: bool | None) -> None:
    """An agent looks from inside; the last scan was the last authenticated one or not."""
    look = read_text(tmp_path, api(detection(), names=f"<IP>10.0.0.1</IP>{names}")).only.coverage[0]
    assert look.credentialed is credentialed


@pytest.mark.parametrize(
    ("said", "credentialed"),
    [
        ("User Name\tadmin\nDomain\t(none)", True),
        ("User Name\t(none)\nDomain\tx", False),
        ("NULL session", False),
    ],
)
def test_credentials_by_the_windows_authentication_method(
    tmp_path: Path, *, said: str, credentialed: bool | None
) -> None:
    """QID 70028 tells which session the scan had."""
    told = vuln("70028", f"<RESULT>{said}</RESULT>", "Ig")
    assert read_text(tmp_path, report(told)).only.coverage[0].credentialed is credentialed


def test_a_report_without_gathered_information_closes_nothing(tmp_path: Path) -> None:
    """It was filtered; a problem says so."""
    reading = read_text(tmp_path, report(vuln()))
    assert reading.only.coverage[0].assessed == frozenset({"1000"})
    assert "filtered" in reading.problems[0].what


def test_a_host_without_results_is_covered_by_nothing(tmp_path: Path) -> None:
    """It is seen, and a problem names it."""
    reading = read_text(tmp_path, report())
    assert reading.only.coverage[0].assessed == frozenset()
    assert "web1.example.org" in reading.problems[0].what


def test_a_cloud_host_goes_by_its_instance(tmp_path: Path) -> None:
    """And by Qualys's asset id, which is no UUID."""
    names = f"{NAMES}<ASSET_ID>77</ASSET_ID><EC2_INSTANCE_ID>i-0ABC</EC2_INSTANCE_ID>"
    report_of = read_text(tmp_path, api(detection(), names=names)).only
    assert named(report_of, IdentifierKind.RESOURCE) == ["i-0abc", "qualys:77"]
    assert report_of.asset.name == "web1.example.org"


def test_a_broken_detection_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """One without its QID; a host without any name."""
    nameless = "<VULN_INFO><TYPE>Vuln</TYPE></VULN_INFO>"
    reading = read_text(tmp_path, report(IG, nameless, vuln()), "a")
    assert len(reading.findings) == 2
    assert ["QID" in problem.what and "line 5" in problem.where for problem in reading.problems] == [True]
    assert "neither name nor address" in read_text(tmp_path, report(vuln(), names=""), "b").problems[0].what


def test_a_warning_of_the_api_is_passed_on(tmp_path: Path) -> None:
    """A list that was cut at a number of hosts says so itself."""
    cut = "<WARNING><CODE>1980</CODE><TEXT>1000 record limit exceeded.</TEXT></WARNING>"
    reading = read_text(tmp_path, api(detection(), before=cut))
    assert "record limit" in reading.problems[0].what


def test_the_same_detection_twice_is_one_occurrence(tmp_path: Path) -> None:
    """With both outputs."""
    twice = [vuln(inside=f"<PORT>443</PORT><RESULT>{said}</RESULT>") for said in ("a", "b")]
    (_, finding) = read_text(tmp_path, report(IG, *twice)).findings
    assert finding.output == "a\n\nb"


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_encodings_keep_the_glossary(tmp_path: Path, encoding: str) -> None:
    """Which is then read with the whole file."""
    path = tmp_path / "report"
    text = report(IG, vuln(), glossary=entry(title="Flüw") + entry("45038", "1"))
    path.write_bytes(text.replace("UTF-8", encoding.upper()).encode(encoding))
    assert read(path).findings[1].facts.title == "Flüw"


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Nothing of it counts."""
    with pytest.raises(DamagedInput, match="cut off"):
        read_text(tmp_path, report(IG, vuln())[:-40])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    values=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=9), min_size=5)
)
def test_whatever_stands_in_the_elements_is_read_or_refused(tmp_path: Path, values: list[str]) -> None:
    """Nothing but the product's own errors leaves the reader."""
    names = ("QID", "PORT", "PROTOCOL", "SEVERITY", "FIRST_FOUND_DATETIME", "IS_IGNORED", "TYPE", "STATUS")
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, values, strict=False))
    try:
        read_text(tmp_path, api(f"<DETECTION>{inside}</DETECTION>", detection()))
    except InputRefused:
        return


@pytest.mark.parametrize(
    ("base", "score"),
    [
        (("8.6 (AV:N/AC:L)", "5.0 (AV:N/Au:N)"), ("CVSS:3.0/AV:N/AC:L", "AV:N/Au:N")),
        (("", "7.4"), ("7.4",)),
        (("CVSS:3.1/AV:N", ""), ("CVSS:3.1/AV:N",)),
        (("", ""), ()),
    ],
)
def test_scores_are_vectors_where_there_are_any(base: tuple[str, str], score: tuple[str, ...]) -> None:
    """Else the number alone."""
    assert qualys.scores(*base) == score


def scan(*parts: str, status: str = "FINISHED") -> str:
    """Return the results of one scan."""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE SCAN SYSTEM "scan-1.dtd">\n<SCAN value="scan/123.456"><HEADER>'
        f'<KEY value="DATE">2026-01-05T10:00:00Z</KEY><KEY value="STATUS">{status}</KEY></HEADER>'
        f'<IP value="10.0.0.1" name="web1.example.org">{"".join(parts)}</IP></SCAN>'
    )


INFOS = (
    '<INFOS><CAT value="Information"><INFO number="45038" severity="1"><TITLE>Time</TITLE></INFO></CAT>'
    "</INFOS>"
)
VULNS = (
    '<VULNS><CAT value="Web" port="443" protocol="tcp"><VULN number="1000" severity="4"><TITLE>Flaw</TITLE>'
    "<CVSS_BASE>5.0 (AV:N)</CVSS_BASE><CVE_ID_LIST><CVE_ID><ID>CVE-2024-0001</ID></CVE_ID></CVE_ID_LIST>"
    "<DIAGNOSIS>Bad&lt;P&gt;</DIAGNOSIS><SOLUTION>Upgrade</SOLUTION><RESULT>seen</RESULT></VULN></CAT></VULNS>"
)


def test_the_results_of_one_scan_mean_the_same_as_a_report(tmp_path: Path) -> None:
    """The same asset, QID and place, with all that the scan explains beside each."""
    reading = read_text(tmp_path, scan(INFOS, VULNS), "a")
    assert reading.identities() == read_text(tmp_path, report(IG, vuln()), "b").identities()
    found = reading.findings[1]
    assert (found.facts.title, found.facts.severity, found.output) == ("Flaw", Severity.HIGH, "seen")
    assert (found.facts.description, found.facts.solution, found.facts.family) == ("Bad", "Upgrade", "Web")
    assert (found.facts.cves, found.facts.cvss) == (("CVE-2024-0001",), ("AV:N",))
    look = reading.only.coverage[0]
    assert (look.assessed, look.scanned_at) == (None, datetime(2026, 1, 5, 10, tzinfo=UTC))
    assert not reading.problems


def test_a_scan_that_did_not_finish_or_found_nothing_closes_nothing(tmp_path: Path) -> None:
    """Only what is named counts as tested, and a problem says why."""
    stopped = read_text(tmp_path, scan(INFOS, VULNS, status="CANCELED"), "a")
    assert stopped.only.coverage[0].assessed == frozenset({"45038", "1000"})
    assert "CANCELED" in stopped.problems[0].what
    assert read_text(tmp_path, scan(), "b").only.coverage[0].assessed == frozenset()
