"""Burp Suite issues."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput, HostileInput
from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text

DOCUMENT_TYPE = (
    '<?xml version="1.0"?>\n<!DOCTYPE issues [\n<!ELEMENT issues (issue*)>\n'
    '<!ATTLIST issues burpVersion CDATA "">\n<!ELEMENT issue (serialNumber, type)>\n]>\n'
)


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def issue(**fields: str) -> str:
    """Return an issue; a host, path and type stand in it unless others are given."""
    texts = {
        "serialNumber": "1",
        "type": "2097920",
        "name": "Cross-site scripting (reflected)",
        "host": "https://shop.example",
        "path": "/search",
        "location": "/search [q parameter]",
        "severity": "High",
        "confidence": "Certain",
    } | fields
    return "<issue>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items()) + "</issue>"


def report(*issues: str, time: str = "Mon Jan 05 10:00:00 UTC 2026") -> str:
    """Return an export."""
    return f'{DOCUMENT_TYPE}<issues burpVersion="2025.1" exportTime="{time}">{"".join(issues)}</issues>'


@pytest.mark.samples
@pytest.mark.parametrize("name", ["burp/seven_findings.xml", "burp/one_finding_with_cwe.xml"])
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every issue is one finding with its own word; none is merged, none a problem."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert reading.scanner == "burp"
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(finding.facts.native_severity for finding in reading.findings) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_issue_is_read_field_by_field() -> None:
    """As it stands in the file: an injection into a cookie."""
    reading = read(sample("scans/burp/seven_findings.xml"))
    (found,) = [each for each in reading.findings if each.locator.endswith("[b_id cookie]")]
    facts = found.facts
    assert (facts.source, facts.source_id, facts.title) == ("burp", "1049088", "SQL injection")
    assert (found.locator, facts.severity) == ("/bodgeit/basket.jsp [b_id cookie]", Severity.HIGH)
    assert found.output.startswith(
        "Confidence: Firm\nThe b_id cookie appears to be vulnerable to SQL injection"
    )
    assert found.output.endswith("prevent SQL error messages from being returned in responses.")
    assert facts.description.startswith("SQL injection vulnerabilities arise when")
    assert "<" not in facts.description + facts.solution
    (coverage,) = reading.only.coverage
    assert (coverage.scope, coverage.tool) == ("burp", "Burp Suite 1.6.05")
    assert coverage.scanned_at == datetime(2014, 9, 13, 20, 35, 4, tzinfo=UTC)
    assert (coverage.credentialed, coverage.assessed) == (None, None)
    assert (reading.only.asset.kind, named(reading.only, IdentifierKind.RESOURCE)) == (
        AssetKind.APPLICATION,
        ["http://bwa"],
    )


@pytest.mark.samples
def test_a_session_that_a_real_issue_shows_is_masked() -> None:
    """The cookie without HttpOnly is named, its value is not."""
    reading = read(sample("scans/burp/seven_findings.xml"))
    outputs = " ".join(finding.output for finding in reading.findings)
    assert "JSESSIONID=[masked]; Path=/" in outputs
    assert "AD00240A932835" not in outputs


def test_weaknesses_and_links_come_from_what_is_classified(tmp_path: Path) -> None:
    """Every CWE and every address once."""
    links = "<![CDATA[<ul><li><a href='https://cwe.example/79'>CWE-79: XSS</a></li><li>CWE-80, CWE-79</li>]]>"
    text = report(
        issue(vulnerabilityClassifications=links, references="<![CDATA[<a href='https://a.example'>x</a>]]>")
    )
    facts = read_text(tmp_path, text).findings[0].facts
    assert facts.cwes == ("CWE-79", "CWE-80")
    assert facts.references == ("https://a.example", "https://cwe.example/79")


def test_next_month_the_occurrence_is_the_same(tmp_path: Path) -> None:
    """Other serial, title, rating, texts, query values, order and requests change nothing."""
    second = issue(type="1", path="/b", location="/b")
    before = read_text(
        tmp_path, report(issue(path="/search?q=1", location="/search?q=1 [q parameter]"), second)
    )
    changed = issue(
        serialNumber="2",
        name="XSS",
        severity="Low",
        confidence="Tentative",
        path="/search;jsessionid=AB12?q=2",
        location="/search;jsessionid=AB12?q=2 [q parameter]",
        issueDetail="other",
        requestresponse='<request method="POST" base64="true">R0VUIC8=</request>',
    )
    after = read_text(tmp_path, report(second, changed))
    assert before.identities() == after.identities()
    assert ("burp", "2097920", "/search [q parameter]") in after.identities()
    assert named(before.only, IdentifierKind.RESOURCE) == named(after.only, IdentifierKind.RESOURCE)


def test_what_extensions_find_is_told_apart_by_name_alone(tmp_path: Path) -> None:
    """All of it has one type."""
    found = [issue(type="134217728", name=name) for name in ("Old  library", "Old library", "Weak header")]
    assert {source_id for _, source_id, _ in read_text(tmp_path, report(*found)).identities()} == {
        "Old library",
        "Weak header",
    }


def test_a_false_positive_opens_no_item(tmp_path: Path) -> None:
    """It stays a finding, and one problem counts them; a live record of the same place wins over it."""
    false = issue(severity="False positive")
    reading = read_text(tmp_path, report(false, issue(type="5", severity="False positive")))
    assert [finding.facts.actionable for finding in reading.findings] == [False, False]
    assert reading.findings[0].facts.vendor_status == "suppressed: False positive"
    assert [problem.what for problem in reading.problems] == [
        "2 findings are suppressed in the tool; they open no item"
    ]
    live = read_text(tmp_path, report(false, issue()))
    assert [finding.facts.actionable for finding in live.findings] == [True]


def test_two_records_of_a_place_are_merged_and_said(tmp_path: Path) -> None:
    """The worse one stays."""
    reading = read_text(
        tmp_path, report(issue(severity="Low"), issue(severity="High"), issue(severity="Medium"))
    )
    assert [finding.facts.severity for finding in reading.findings] == [Severity.HIGH]
    assert [problem.what for problem in reading.problems] == [
        "2 records repeat a weakness at a place that another one names, and merged with it"
    ]


def test_every_host_is_a_site_of_its_own(tmp_path: Path) -> None:
    """By origin; a record without a host goes by the file, which is said."""
    reading = read_text(tmp_path, report(issue(), issue(host="http://shop.example:8080"), issue(host="")))
    assert [each.asset.name for each in reading.reports] == [
        "https://shop.example",
        "http://shop.example:8080",
        "report",
    ]
    assert ["does not name what was scanned" in problem.what for problem in reading.problems] == [True]


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("High", Severity.HIGH),
        ("Medium", Severity.MODERATE),
        ("Low", Severity.LOW),
        ("Information", Severity.INFO),
        ("", Severity.UNRATED),
    ],
)
def test_severities_keep_their_native_word(tmp_path: Path, word: str, severity: Severity) -> None:
    """None is recomputed, a missing one is unrated."""
    reading = read_text(tmp_path, report(issue(severity=word)))
    assert [(each.facts.severity, each.facts.native_severity) for each in reading.findings] == [
        (severity, word)
    ]
    assert reading.problems == []


@pytest.mark.parametrize(
    ("time", "instant", "said"),
    [
        ("Mon Jan 05 10:00:00 EST 2026", datetime(2026, 1, 5, 15, tzinfo=UTC), False),
        ("Mon Jan 05 10:00:00 IST 2026", datetime(2026, 1, 5, 10, tzinfo=UTC), True),
        ("Mon Jan 05 10:00:00 GMT+03:00 2026", datetime(2026, 1, 5, 10, tzinfo=UTC), True),
        ("yesterday", None, True),
        ("", None, False),
    ],
)
def test_the_export_dates_the_look(
    tmp_path: Path, time: str, instant: datetime | None, *, said: bool
) -> None:
    """Letters that mean several zones are taken as UTC, and that is said."""
    reading = read_text(tmp_path, report(issue(), time=time))
    assert reading.only.coverage[0].scanned_at == instant
    assert bool(reading.problems) == said


def test_a_record_without_type_and_name_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An unknown rating is unrated and said."""
    reading = read_text(tmp_path, report(issue(type="", name=""), "<issue/>", "\n" + issue(severity="Awful")))
    assert [finding.facts.severity for finding in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, line 7",
        "report, line 7",
        "report, line 8",
    ]


def test_an_export_without_issues_names_no_site(tmp_path: Path) -> None:
    """That is a question, not a clean scan."""
    reading = read_text(tmp_path, report())
    assert (reading.reports, [problem.what for problem in reading.problems]) == (
        [],
        ["the report names no asset"],
    )


def test_entities_and_cut_files_are_refused(tmp_path: Path) -> None:
    """A document type may be there, an entity may not."""
    with pytest.raises(HostileInput):
        read_text(tmp_path, report(issue()).replace("<!ELEMENT issues", '<!ENTITY x "y">\n<!ELEMENT issues'))
    with pytest.raises(DamagedInput, match="cut off"):
        read_text(tmp_path, report(issue())[:-30])
