"""Alerts of GitHub code scanning."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.source_code.github_code_scanning import SCANNER
from tests.samples import sample
from tests.scanners.reading import expected, named, read
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

NAME = "github_alerts/github_sast_many_vul.json"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every alert is one finding; the first one as it stands in the file."""
    raw = msgspec.convert(expected("scans/expected.json")[NAME]["raw"], Raw)
    reading = read(sample(f"scans/{NAME}"))
    assert len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    finding = reading.findings[0]
    facts = finding.facts
    assert (facts.source, facts.source_id) == ("codeql", "py/clear-text-storage-sensitive-data")
    assert facts.title == "Clear-text storage of sensitive information"
    assert facts.cwes == ("CWE-312", "CWE-315", "CWE-359")
    assert finding.first_seen == datetime(2024, 1, 19, 14, 11, 18, tzinfo=UTC)
    assert (finding.locator, "src/file.py:42" in finding.output) == ("alert 35", True)
    assert named(reading.only, IdentifierKind.RESOURCE) == ["https://github.com/owasp/test-repository"]
    assert reading.only.coverage[0].tool == "CodeQL 2.16.2"


def alert(number: int = 1, rule: Json | None = None, **more: object) -> Json:
    """Return an alert."""
    base: Json = {"id": "js/xss", "severity": "error", "security_severity_level": "high", "tags": []}
    place = {"path": "src/a.js", "start_line": 3}
    whole: Json = {
        "number": number,
        "state": "open",
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": "2026-02-05T10:00:00Z",
        "html_url": f"https://github.com/Team/App/security/code-scanning/{number}",
        "rule": base | (rule or {}),
        "tool": {"name": "CodeQL", "version": "2.20"},
        "most_recent_instance": {"ref": "refs/heads/main", "location": place, "message": {"text": "Here"}},
    }
    return whole | more


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a list."""
    whole = [alert(), alert(2, state="dismissed", dismissed_reason="won't fix"), alert(3, state="fixed")]
    assert broken_clauses(tmp_path, json(whole)) == []


def test_fixed_is_gone_and_dismissed_opens_no_item(tmp_path: Path) -> None:
    """The reason is kept in GitHub's words."""
    whole = [
        alert(1, {"id": "a"}, state="fixed"),
        alert(2, {"id": "b"}, state="dismissed", dismissed_reason="false positive", dismissed_comment="ok"),
        alert(3, {"id": "c"}),
    ]
    reading = read_json(tmp_path, whole)
    assert [(f.locator, f.facts.actionable) for f in reading.findings] == [
        ("alert 2", False),
        ("alert 3", True),
    ]
    assert reading.findings[0].facts.vendor_status == "suppressed: false positive: ok"
    assert reading.only.coverage[0].assessed == frozenset("abc")
    assert reading.only.coverage[0].scanned_at == datetime(2026, 2, 5, 10, tzinfo=UTC)


def test_the_number_is_the_place_whatever_else_changes(tmp_path: Path) -> None:
    """Path, rating, title, tool version and order may."""
    other = alert(1, {"description": "A title", "security_severity_level": "low"}, tool={"name": "CodeQL"})
    other["most_recent_instance"] = {"location": {"path": "moved.js"}}
    before, after = read_json(tmp_path, [alert(), alert(2)]), read_json(tmp_path, [alert(2), other])
    assert before.identities() == after.identities()


@pytest.mark.parametrize(
    ("rule", "word", "severity"),
    [
        ({}, "high", Severity.HIGH),
        ({"security_severity_level": None}, "error", Severity.HIGH),
        ({"security_severity_level": "None", "severity": "note"}, "note", Severity.LOW),
        ({"security_severity_level": "critical"}, "critical", Severity.CRITICAL),
        ({"security_severity_level": None, "severity": None}, "", Severity.UNRATED),
    ],
)
def test_the_level_of_security_comes_first(tmp_path: Path, rule: Json, word: str, severity: Severity) -> None:
    """Without it the rule's own."""
    facts = read_json(tmp_path, [alert(rule=rule)]).findings[0].facts
    assert (facts.native_severity, facts.severity) == (word, severity)


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ({"html_url": "https://github.com/T/A/security/code-scanning/1"}, "https://github.com/t/a"),
        (
            {"html_url": None, "url": "https://api.github.com/repos/T/A/code-scanning/alerts/1"},
            "https://github.com/t/a",
        ),
        (
            {"html_url": None, "url": "https://git.example/api/v3/repos/T/A/code-scanning/alerts/1"},
            "https://git.example/t/a",
        ),
        ({"repository": {"html_url": "https://github.com/O/B"}}, "https://github.com/o/b"),
    ],
)
def test_the_repository_is_the_asset(tmp_path: Path, address: Json, repository: str) -> None:
    """By whichever address the alert carries; an organisation's list names it."""
    reading = read_json(tmp_path, [alert() | address])
    assert named(reading.only, IdentifierKind.RESOURCE) == [repository]


def test_alerts_of_two_tools_and_repositories_stand_apart(tmp_path: Path) -> None:
    """Each repository is an asset, each tool a scope of it."""
    other = alert(2, tool={"name": "Trivy"}, rule={"id": "CVE-2024-0001"})
    elsewhere = alert(1, html_url="https://github.com/T/B/security/code-scanning/1")
    first, second = read_json(tmp_path, [alert(), other, elsewhere]).reports
    assert [look.scope for look in first.coverage] == [
        "github-code-scanning:codeql",
        "github-code-scanning:trivy",
    ]
    assert (first.findings[1].facts.source, len(second.findings)) == ("cve", 1)


@pytest.mark.parametrize(("count", "closes"), [(29, True), (30, False), (100, False), (101, True)])
def test_a_full_page_closes_nothing(tmp_path: Path, count: int, *, closes: bool) -> None:
    """More may follow on the next one."""
    reading = read_json(tmp_path, [alert(number) for number in range(count)])
    assert bool(reading.only.coverage[0].assessed) is closes
    assert any("full page" in problem.what for problem in reading.problems) is not closes


def test_a_broken_alert_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """A single alert is read as well; one without address is named after the file."""
    reading = read_json(tmp_path, [{"rule": 5, "most_recent_instance": {}, "number": 1}, alert()])
    assert (len(reading.findings), reading.problems[0].where) == (1, "report, [0].rule")
    single = read_json(tmp_path, alert(html_url=None))
    assert named(single.only, IdentifierKind.NAME) == ["report"]


@pytest.mark.parametrize(
    "text",
    ['[{"number": 1, "rule": {}}]', '[{"number": 1, "security_advisory": {}, "dependency": {}}]', "[]"],
)
def test_other_alerts_are_not_taken_for_it(text: str) -> None:
    """Dependabot's have an advisory; without an instance it is none of code scanning."""
    assert not SCANNER.recognises(head_of(text.encode()))
