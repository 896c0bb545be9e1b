"""WebInspect exports in XML."""

from pathlib import Path

import pytest

from milepost.domain.finding import AssetKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import read, read_text


def issue(sections: str = "", **fields: str) -> str:
    """Return an issue."""
    texts = {
        "CheckTypeID": "Vulnerability",
        "VulnerabilityID": "5105",
        "Severity": "3",
        "Name": "XSS",
    } | fields
    return (
        "<Issue id='1'>"
        + "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items())
        + f"{sections}</Issue>"
    )


def session(*issues: str, **fields: str) -> str:
    """Return a session."""
    texts = {"URL": "https://shop.example:443/search?q=1", "AttackParamDescriptor": "q"} | fields
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items())
    request = "<RawRequest>Cookie: SECRET=1</RawRequest><Request><Method>POST</Method></Request>"
    return f"<Session requestId='1'>{inner}<Issues>{''.join(issues)}</Issues>{request}</Session>"


def report(*sessions: str) -> str:
    """Return an export."""
    return f"<Sessions>{''.join(sessions)}</Sessions>"


@pytest.mark.samples
def test_a_real_file_is_read_field_by_field() -> None:
    """Three sessions, one issue: what was counted apart."""
    reading = read(sample("scans/webinspect/Webinspect_one_vuln.xml"))
    assert (reading.scanner, reading.problems) == ("webinspect", [])
    (found,) = reading.findings
    facts = found.facts
    assert (facts.source, facts.source_id, found.locator) == ("webinspect", "10302", "GET /")
    assert (facts.title, facts.family) == ("Cache Management: Headers", "Info")
    assert (facts.severity, facts.native_severity) == (Severity.INFO, "Informational")
    assert (facts.cwes, facts.cves) == (("CWE-200",), ())
    assert "The web server sent a Vary header" in facts.description
    assert "Verify your application does not display different content" in facts.solution
    assert facts.references == ("http://www.w3.org/Protocols/rfc2616/rfc2616-sec14.html#sec14.44",)
    assert (reading.only.asset.name, reading.only.asset.kind) == (
        "https://www.microfocus.com",
        AssetKind.APPLICATION,
    )
    (coverage,) = reading.only.coverage
    assert (coverage.scope, coverage.tool, coverage.scanned_at) == ("webinspect", "WebInspect", None)


def test_next_month_the_occurrence_is_the_same(tmp_path: Path) -> None:
    """Other name, rating, query values and order change nothing; nothing of a request is kept."""
    second = session(
        issue(VulnerabilityID="1", Name="Other"), URL="https://shop.example/", AttackParamDescriptor=""
    )
    before = read_text(tmp_path, report(session(issue()), second))
    changed = session(
        issue(Name="Cross-Site Scripting", Severity="1"),
        URL="https://shop.example/search?q=2",
        AttackParamDescriptor="q=2",
    )
    after = read_text(tmp_path, report(second, changed))
    assert before.identities() == after.identities()
    assert after.identities() == {("webinspect", "5105", "POST /search q"), ("webinspect", "1", "POST /")}
    assert "SECRET" not in repr(after)


@pytest.mark.parametrize(
    ("code", "severity", "word"),
    [
        ("4", Severity.CRITICAL, "Critical"),
        ("3", Severity.HIGH, "High"),
        ("2", Severity.MODERATE, "Medium"),
        ("1", Severity.LOW, "Low"),
        ("0", Severity.INFO, "Informational"),
        ("", Severity.UNRATED, ""),
    ],
)
def test_severities_are_those_of_the_number(tmp_path: Path, code: str, severity: Severity, word: str) -> None:
    """None is recomputed; a missing one is unrated."""
    reading = read_text(tmp_path, report(session(issue(Severity=code))))
    assert [(each.facts.severity, each.facts.native_severity) for each in reading.findings] == [
        (severity, word)
    ]
    assert reading.problems == []


def test_sections_become_description_solution_and_output(tmp_path: Path) -> None:
    """By their names; what it found may hold a secret."""
    sections = "".join(
        f"<ReportSection><Name>{name}</Name><SectionText>&lt;p&gt;{text}&lt;/p&gt;</SectionText></ReportSection>"
        for name, text in (
            ("Summary", "What CVE-2024-1111"),
            ("Implication", "So what"),
            ("Fix", "Do this"),
            ("Execution", "password=hunter2"),
        )
    )
    (found,) = read_text(tmp_path, report(session(issue(sections)))).findings
    assert (found.facts.description, found.facts.solution) == ("What CVE-2024-1111\n\nSo what", "Do this")
    assert (found.output, found.facts.cves) == ("password=[masked]", ("CVE-2024-1111",))


def test_a_host_without_an_issue_counts_as_seen_alone(tmp_path: Path) -> None:
    """It may have given a picture and no more; two sessions of one host are one site."""
    other = session(URL="http://images.example/a.png")
    reading = read_text(tmp_path, report(session(issue()), other, session(issue(VulnerabilityID="2"))))
    assert [(each.asset.name, len(each.findings)) for each in reading.reports] == [
        ("https://shop.example", 2),
        ("http://images.example", 0),
    ]
    assert [each.coverage[0].assessed for each in reading.reports] == [None, frozenset()]


def test_an_address_is_put_together_where_it_is_missing(tmp_path: Path) -> None:
    """Of scheme, host and port; a session with neither and without issues is named."""
    parts = session(issue(), URL="", Scheme="http", Host="shop.example", Port="8080")
    reading = read_text(tmp_path, report(parts, "\n" + session(URL="")))
    assert reading.only.asset.name == "http://shop.example:8080"
    assert [problem.where for problem in reading.problems] == ["report, line 2"]


def test_a_broken_issue_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An unknown rating is unrated; an issue without a number goes by check and name."""
    text = report(
        session("<Issue/>", "\n" + issue(Severity="9"), issue(VulnerabilityID="", Name=" My  Check "))
    )
    reading = read_text(tmp_path, text)
    assert [(each.facts.source_id, each.facts.severity) for each in reading.findings] == [
        ("5105", Severity.UNRATED),
        ("My Check", Severity.HIGH),
    ]
    assert [problem.where for problem in reading.problems] == ["report, line 1", "report, line 2"]
