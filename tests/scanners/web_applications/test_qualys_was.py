"""Qualys WAS reports in XML."""

from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, read, read_text


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def record(kind: str = "VULNERABILITY", extra: str = "", **fields: str) -> str:
    """Return a record."""
    texts = {
        "UNIQUE_ID": "u-1",
        "ID": "1",
        "QID": "150001",
        "URL": "https://shop.example/search?q=1",
        "PARAM": "q",
    }
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in (texts | fields).items() if text)
    return f"<{kind}>{inner}{extra}</{kind}>\n"


def entry(qid: str = "150001", **fields: str) -> str:
    """Return an entry of the glossary."""
    texts = {
        "QID": qid,
        "CATEGORY": "Confirmed Vulnerability",
        "SEVERITY": "5",
        "TITLE": "Reflected XSS",
    } | fields
    return "<QID>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items()) + "</QID>"


def scan(**fields: str) -> str:
    """Return a scan of the appendix."""
    texts = {
        "NAME": "Monthly",
        "START_DATE": "05 Jan 2026 09:00AM GMT-0500",
        "END_DATE": "05 Jan 2026 12:30PM GMT-0500",
        "WEB_APPLICATION": "Shop",
        "SCANNER": "External (IP: 1.2.3.4, Scanner: 11, WAS: 8.1, Signatures: 2)",
        "STATUS": "Finished",
        "AUTHENTICATION_STATUS": "Successful",
    } | fields
    return "<SCAN>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items()) + "</SCAN>"


SUMMARY = (
    "<SUMMARY><GLOBAL_SUMMARY><VULNERABILITY>2</VULNERABILITY><SENSITIVE_CONTENT>0</SENSITIVE_CONTENT>"
    "<INFORMATION_GATHERED>13</INFORMATION_GATHERED></GLOBAL_SUMMARY></SUMMARY>"
)
HEADER = "<HEADER><GENERATION_DATETIME>06 Jan 2026 01:15PM GMT</GENERATION_DATETIME></HEADER>"


def lists(*records: str) -> str:
    """Put records into the lists of their kinds."""
    kinds = ("VULNERABILITY", "SENSITIVE_CONTENT", "INFORMATION_GATHERED")
    chosen = {kind: "".join(each for each in records if each.startswith(f"<{kind}>")) for kind in kinds}
    return "".join(f"<{kind}_LIST>{inner}</{kind}_LIST>" for kind, inner in chosen.items() if inner)


def scan_report(
    *records: str, glossary: str = entry(), scans: str = scan(), url: str = "https://shop.example"
) -> str:
    """Return a report of scans."""
    webapp = f"<WEBAPP><ID>7</ID><NAME>Shop</NAME><URL>{url}</URL></WEBAPP>" if url else ""
    return (
        f"<WAS_SCAN_REPORT>{HEADER}{SUMMARY}<RESULTS>{lists(*records)}</RESULTS>"
        f"<GLOSSARY><QID_LIST>{glossary}</QID_LIST></GLOSSARY>"
        f"<APPENDIX><SCAN_LIST>{scans}</SCAN_LIST>{webapp}</APPENDIX></WAS_SCAN_REPORT>"
    )


def application_report(*applications: tuple[str, str], glossary: str = entry()) -> str:
    """Return a report of web applications, each with its address and lists."""
    inner = "".join(
        f"<WEB_APPLICATION><ID>7</ID><NAME>Shop</NAME><URL>{url}</URL>{found}</WEB_APPLICATION>"
        for url, found in applications
    )
    return (
        f"<WAS_WEBAPP_REPORT>{HEADER}{SUMMARY}<RESULTS>{inner}</RESULTS>"
        f"<GLOSSARY><QID_LIST>{glossary}</QID_LIST></GLOSSARY></WAS_WEBAPP_REPORT>"
    )


@pytest.mark.samples
@pytest.mark.parametrize("name", ["qualys_was/qualys_webapp_one_vuln.xml", "qualys_was/discussion_10239.xml"])
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every record is one finding with its own level; the counts of the summary are none."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert reading.scanner == "qualys-was"
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(each.facts.native_severity for each in reading.findings) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_vulnerability_is_read_field_by_field() -> None:
    """As it stands in the file, with what the glossary says of it."""
    reading = read(sample("scans/qualys_was/qualys_webapp_one_vuln.xml"))
    (found,) = [each for each in reading.findings if each.facts.source_id == "150085"]
    facts = found.facts
    assert (facts.source, facts.title, found.locator) == ("qualys-was", "Slow HTTP POST vulnerability", "/")
    assert (facts.severity, facts.native_severity) == (Severity.MODERATE, "3")
    assert (facts.family, facts.cwes, facts.cvss) == ("Potential Vulnerability", ("CWE-772",), ("6.1",))
    assert facts.solution.startswith("Solution would be server-specific")
    assert facts.references[0].endswith("BlackHat_DC_2011_Brennan_Denial_Service-Slides.pdf")
    assert (facts.actionable, found.output) == (True, "")
    (coverage,) = reading.only.coverage
    assert (reading.only.asset.name, coverage.tool) == ("https://services.example.com", "Qualys WAS 7.6.34-1")
    assert coverage.scanned_at == datetime(2020, 3, 12, 20, 54, tzinfo=UTC)
    assert (coverage.credentialed, coverage.assessed) == (False, None)


@pytest.mark.samples
def test_real_information_is_informational_whatever_its_level() -> None:
    """Thirteen records of levels 1 to 3, with the text that was gathered."""
    reading = read(sample("scans/qualys_was/qualys_webapp_one_vuln.xml"))
    gathered = [each for each in reading.findings if each.facts.severity is Severity.INFO]
    assert len(gathered) == 13
    (header,) = [each for each in gathered if each.facts.source_id == "150204"]
    assert header.output.startswith("X-Xss-Protection: Header missing\nResponse headers on link: GET")
    assert header.locator == ""


@pytest.mark.samples
def test_a_real_record_beyond_the_sites_own_address_is_placed_in_full() -> None:
    """The application spans another host; the occurrence stays with the application."""
    reading = read(sample("scans/qualys_was/discussion_10239.xml"))
    assert reading.only.asset.name == "https://services.example.com"
    assert [each.locator for each in reading.findings] == ["https://example.com/vulnerable-path post_param"]


def test_both_shapes_name_the_same_occurrence(tmp_path: Path) -> None:
    """A report of the application may follow one of a scan."""
    one = read_text(tmp_path, scan_report(record()))
    other = read_text(tmp_path, application_report(("https://shop.example/", lists(record(STATUS="ACTIVE")))))
    assert one.identities() == other.identities() == {("qualys-was", "150001", "/search q")}
    assert one.only.asset == other.only.asset
    assert other.only.coverage[0].scanned_at == datetime(2026, 1, 6, 13, 15, tzinfo=UTC)


def test_next_month_the_occurrence_is_the_same(tmp_path: Path) -> None:
    """Other ids, title, rating, query values and order change nothing."""
    second = record(QID="150002", PARAM="", URL="https://shop.example/cart/7")
    before = read_text(tmp_path, scan_report(record(), second, glossary=entry() + entry("150002")))
    changed = record(UNIQUE_ID="u-9", ID="9", DETECTION_ID="9", URL="https://shop.example/search?q=2")
    glossary = entry("150002") + entry(TITLE="XSS", SEVERITY="1")
    after = read_text(tmp_path, scan_report(second, changed, glossary=glossary))
    assert before.identities() == after.identities()
    assert len(after.identities()) == 2


def status(folder: Path, **fields: str) -> Reading:
    """Read an application with one record of some status, and another one."""
    found = lists(record(**fields), record(QID="150002"))
    return read_text(
        folder, application_report(("https://shop.example", found), glossary=entry() + entry("150002"))
    )


def test_what_is_ignored_opens_no_item(tmp_path: Path) -> None:
    """It stays a finding, and one problem counts them."""
    reading = status(tmp_path, IGNORED="true")
    assert [each.facts.actionable for each in reading.findings] == [False, True]
    assert reading.findings[0].facts.vendor_status == "suppressed: ignored"
    assert [problem.what for problem in reading.problems] == [
        "1 finding is suppressed in the tool; it opens no item"
    ]


@pytest.mark.parametrize(
    ("word", "found"), [("FIXED", 1), ("NEW", 2), ("REOPENED", 2), ("PROTECTED", 2), ("", 2)]
)
def test_what_is_fixed_is_no_finding(tmp_path: Path, word: str, found: int) -> None:
    """Everything else is there, be it behind a firewall's rule."""
    reading = status(tmp_path, STATUS=word)
    assert (len(reading.findings), reading.problems) == (found, [])


def test_an_application_says_when_something_was_first_seen(tmp_path: Path) -> None:
    """The scan alone does not."""
    reading = status(tmp_path, FIRST_TIME_DETECTED="01 Dec 2025 11:30PM GMT+0200")
    assert reading.findings[0].first_seen == datetime(2025, 12, 1, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize("word", ["Canceled", "Error", "Time Limit Reached", "No Host Alive"])
def test_a_scan_that_did_not_finish_proves_nothing_gone(tmp_path: Path, word: str) -> None:
    """What it found is there; what it did not find may be."""
    reading = read_text(tmp_path, scan_report(record(), scans=scan() + scan(STATUS=word)))
    assert (len(reading.findings), reading.only.coverage[0].assessed) == (1, frozenset())
    assert [problem.what for problem in reading.problems] == [f"the scan “Monthly” did not finish ({word})"]


@pytest.mark.parametrize(
    ("words", "credentialed"),
    [
        (["Successful"], True),
        (["Successful", "Failed"], False),
        (["No Authentication specified"], False),
        (["Successful", ""], None),
        ([], None),
    ],
)
def test_whether_the_scanner_signed_in_is_kept(
    tmp_path: Path,
    words: list[str],
    *,
    credentialed: bool | None,
) -> None:
    """True only where every scan did."""
    scans = "".join(scan(AUTHENTICATION_STATUS=word) for word in words)
    coverage = read_text(tmp_path, scan_report(record(), scans=scans)).only.coverage[0]
    assert coverage.credentialed == credentialed


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("5", Severity.CRITICAL),
        ("4", Severity.HIGH),
        ("3", Severity.MODERATE),
        ("2", Severity.LOW),
        ("1", Severity.LOW),
    ],
)
def test_levels_are_laid_on_the_scale(tmp_path: Path, level: str, severity: Severity) -> None:
    """A level of the record's own comes before the glossary's."""
    plain = read_text(tmp_path, scan_report(record(), glossary=entry(SEVERITY=level)))
    own = read_text(tmp_path, scan_report(record(SEVERITY=level)))
    for reading in (plain, own):
        assert [(each.facts.severity, each.facts.native_severity) for each in reading.findings] == [
            (severity, level)
        ]


def test_sensitive_content_is_found_but_never_shown(tmp_path: Path) -> None:
    """Neither the content nor a password in what was gathered."""
    data = b64encode(b"password=hunter2 on page").decode()
    content = record("SENSITIVE_CONTENT", "<CONTENT>4111111111111111</CONTENT><DATA>4111111111111111</DATA>")
    gathered = record("INFORMATION_GATHERED", f'<DATA base64="true">{data}</DATA>', QID="6", URL="", PARAM="")
    payload = (
        "<PAYLOADS><PAYLOAD><PAYLOAD>token=hunter2</PAYLOAD><REQUEST>SECRET</REQUEST></PAYLOAD></PAYLOADS>"
    )
    reading = read_text(
        tmp_path,
        scan_report(content, gathered, record(extra=payload, PARAM="p"), glossary=entry() + entry("6")),
    )
    outputs = [each.output for each in reading.findings]
    assert outputs == ["token=[masked]", "", "password=[masked] on page"]
    assert "4111" not in repr(reading)


def test_records_without_an_application_stand_on_their_own_site(tmp_path: Path) -> None:
    """With several applications, each on the one at its origin."""
    alone = read_text(tmp_path, scan_report(record(), record(URL="http://b.example/x"), url=""))
    assert [each.asset.name for each in alone.reports] == ["https://shop.example", "http://b.example"]
    several = application_report(
        ("https://shop.example", lists(record())),
        ("https://b.example/app", lists(record(URL="https://b.example/y"))),
    )
    assert [(each.asset.name, len(each.findings)) for each in read_text(tmp_path, several).reports] == [
        ("https://shop.example", 1),
        ("https://b.example", 1),
    ]


def test_an_application_without_records_counts_as_seen_alone(tmp_path: Path) -> None:
    """A scan that reached it always gathers something."""
    reading = read_text(tmp_path, scan_report())
    assert (reading.only.asset.name, reading.only.coverage[0].assessed) == (
        "https://shop.example",
        frozenset(),
    )


def test_two_records_of_a_place_are_merged_and_said(tmp_path: Path) -> None:
    """They differ in the query alone."""
    reading = read_text(
        tmp_path, scan_report(record(), record(UNIQUE_ID="u-2", URL="https://shop.example/search?q=2"))
    )
    assert len(reading.findings) == 1
    assert reading.problems[0].what.startswith("1 record repeats a weakness")


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """One without a QID is not read; one that the glossary does not explain is unrated."""
    reading = read_text(tmp_path, scan_report(record(QID=""), record(QID="99"), record(DATA="?")))
    assert [(each.facts.title, each.facts.severity) for each in reading.findings] == [
        ("QID 99", Severity.UNRATED),
        ("Reflected XSS", Severity.CRITICAL),
    ]
    assert [problem.where for problem in reading.problems] == ["report, line 1", "report, line 2"]


def test_gathered_data_that_is_not_base64_is_left_out(tmp_path: Path) -> None:
    """The finding stays."""
    broken = record("INFORMATION_GATHERED", '<DATA base64="true">é!</DATA>')
    assert [each.output for each in read_text(tmp_path, scan_report(broken)).findings] == [""]


def test_an_empty_report_names_no_asset(tmp_path: Path) -> None:
    """That is a question, not a clean scan."""
    problems = read_text(tmp_path, scan_report(url="")).problems
    assert [problem.what for problem in problems] == ["the report names no asset"]
