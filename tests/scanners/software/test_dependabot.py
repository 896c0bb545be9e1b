"""GitHub Dependabot alerts: answers of GraphQL and the list of the REST API."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.dependabot import SCANNER
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = ("github_alerts/github-5-vuln.json", "github_alerts/github-vuln-version.json")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every alert is one finding."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity


@pytest.mark.samples
def test_a_real_finding_says_what_the_file_says() -> None:
    """The alert on a repository without name, read by eye."""
    reading = read(sample(f"scans/{FILES[1]}"))
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source, facts.source_id) == ("cve", "CVE-2016-1000027")
    assert facts.aliases == ("GHSA-4wrc-f8pq-fpqp",)
    assert (facts.package, facts.version, facts.fixed_version) == (
        "org.springframework:spring-web",
        "5.3.29",
        "6.0.0",
    )
    assert facts.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert finding.locator == "org.springframework:spring-web sompath/pom.xml"
    assert finding.first_seen == datetime(2024, 1, 26, 2, 42, 32, tzinfo=UTC)
    assert "does not name what was scanned" in reading.problems[0].what


def node(name: str = "CVE-2024-0001", **more: object) -> dict[str, object]:
    """Return an alert as GraphQL gives it."""
    advisory = {"summary": "A flaw", "identifiers": [{"type": "CVE", "value": name}]}
    flaw = {"severity": "HIGH", "package": {"name": "libx", "ecosystem": "NPM"}, "advisory": advisory}
    return {
        "state": "OPEN",
        "createdAt": "2026-01-05T10:00:00Z",
        "vulnerableManifestPath": "web/package.json",
        "securityVulnerability": flaw,
    } | more


def repository(*nodes: object, **more: object) -> dict[str, object]:
    """Return a repository of an answer."""
    named_so = {"nameWithOwner": "Team/Shop", "url": "https://github.com/Team/Shop"}
    return named_so | {"vulnerabilityAlerts": {"nodes": nodes}} | more


def alert(name: str = "CVE-2024-0001", **more: object) -> dict[str, object]:
    """Return an alert as the REST API gives it."""
    package = {"ecosystem": "npm", "name": "libx"}
    return {
        "number": 7,
        "state": "open",
        "dependency": {"package": package, "manifest_path": "web/package.json", "scope": "runtime"},
        "security_advisory": {
            "ghsa_id": "GHSA-aaaa-bbbb-cccc",
            "cve_id": name,
            "summary": "A flaw",
            "severity": "high",
            "identifiers": [{"type": "GHSA", "value": "GHSA-aaaa-bbbb-cccc"}, {"type": "CVE", "value": name}],
            "cvss_severities": {
                "cvss_v3": {"vector_string": "CVSS:3.1/V", "score": 7.5},
                "cvss_v4": {"score": 0.0},
            },
            "cwes": [{"cwe_id": "CWE-79", "name": "x"}],
            "references": [{"url": "https://a.example"}],
            "published_at": "2025-12-01T00:00:00Z",
        },
        "security_vulnerability": {
            "package": package,
            "severity": "high",
            "first_patched_version": {"identifier": "1.1"},
        },
        "html_url": "https://github.com/Team/Shop/security/dependabot/7",
        "created_at": "2026-01-05T10:00:00Z",
        "dismissed_reason": None,
    } | more


def text_of(whole: object) -> str:
    """Return a report as text."""
    return msgspec.json.encode(whole).decode()


def one(folder: Path, whole: object) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text_of(whole))
    assert not reading.problems
    return reading


ENVELOPES: dict[str, object] = {
    "repository": {"data": {"repository": repository(node())}},
    "search": {"data": {"search": {"nodes": [repository(node())]}}},
    "edges": {"data": {"search": {"edges": [{"node": repository(node())}]}}},
    "organization": {"data": {"organization": {"repositories": {"nodes": [repository(node())]}}}},
    "user": {"data": {"user": {"repositories": {"nodes": [repository(node())]}}}},
    "pages": [{"data": {"repository": repository(node())}}],
    "bare": {"repository": repository(node())},
    "rest": [alert()],
}


@pytest.mark.parametrize("envelope", list(ENVELOPES))
def test_every_envelope_finds_the_same_alert_in_the_same_repository(tmp_path: Path, envelope: str) -> None:
    """Known by its address and its name."""
    reading = one(tmp_path, ENVELOPES[envelope])
    assert named(reading.only, IdentifierKind.RESOURCE) == ["https://github.com/team/shop"]
    assert named(reading.only, IdentifierKind.NAME) == ["team/shop"]
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx web/package.json")}
    assert reading.only.coverage[0].assessed == frozenset({"CVE-2024-0001"})


def test_an_alert_with_all_that_the_rest_api_says(tmp_path: Path) -> None:
    """A score of zero without a vector is none."""
    facts = one(tmp_path, [alert()]).findings[0].facts
    assert (facts.cvss, facts.cwes, facts.aliases) == (("CVSS:3.1/V",), ("CWE-79",), ("GHSA-aaaa-bbbb-cccc",))
    assert (facts.fixed_version, facts.solution) == ("1.1", "Upgrade libx to 1.1.")
    assert (facts.published, facts.references, facts.family) == ("2025-12-01", ("https://a.example",), "npm")


def test_a_fixed_alert_was_looked_for_and_is_gone(tmp_path: Path) -> None:
    """What is not in the list was not looked for."""
    reading = one(tmp_path, [alert(state="fixed")])
    assert (reading.findings, reading.only.coverage[0].assessed) == ([], frozenset({"CVE-2024-0001"}))


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        ([alert(state="dismissed", dismissed_reason="not_used")], "not_used"),
        ([alert(state="auto_dismissed")], "auto_dismissed"),
        (
            {"data": {"repository": repository(node(state="DISMISSED", dismissReason="tolerable risk"))}},
            "tolerable risk",
        ),
    ],
)
def test_a_dismissed_alert_is_a_suppressed_finding(tmp_path: Path, whole: object, reason: str) -> None:
    """With the reason in the tool's words; it is said once."""
    reading = read_text(tmp_path, text_of(whole))
    (finding,) = reading.findings
    assert (finding.facts.actionable, finding.facts.vendor_status) == (False, f"suppressed: {reason}")
    assert "1 findings are suppressed" in reading.problems[0].what


def test_dates_tell_the_state_where_it_was_not_asked_for(tmp_path: Path) -> None:
    """Fixed is gone, dismissed is suppressed."""
    fixed = node(state=None, fixedAt="2026-01-06T10:00:00Z")
    assert not one(tmp_path, {"data": {"repository": repository(fixed)}}).findings
    dismissed = node(state=None, dismissedAt="2026-01-06T10:00:00Z")
    reading = read_text(tmp_path, text_of({"data": {"repository": repository(dismissed)}}))
    assert [f.facts.actionable for f in reading.findings] == [False]


def test_more_pages_are_said(tmp_path: Path) -> None:
    """An answer holds at most a hundred alerts."""
    alerts = {"nodes": [node()], "pageInfo": {"hasNextPage": True}}
    reading = read_text(tmp_path, text_of({"data": {"repository": repository(vulnerabilityAlerts=alerts)}}))
    assert "more pages" in reading.problems[0].what


def test_a_repository_without_alerts_is_seen(tmp_path: Path) -> None:
    """It has an asset, and nothing that could close anything."""
    reading = one(tmp_path, {"data": {"repository": repository()}})
    assert [c.assessed for c in reading.only.coverage] == [frozenset()]


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """In each interface; an alert without advisory cannot be named."""
    reading = read_text(tmp_path, text_of({"data": {"search": {"nodes": [5, repository(5, node())]}}}))
    assert len(reading.findings) == 1
    assert [problem.where for problem in reading.problems] == [
        "report, data.search.nodes[0]",
        "report, data.search.nodes[1].vulnerabilityAlerts.nodes[0]",
    ]
    rest = [alert(), alert(security_advisory={}, number=8), alert("CVE-2024-0009", created_at=[])]
    reading = read_text(tmp_path, text_of(rest))
    assert [problem.where for problem in reading.problems] == ["report, [1]", "report, [2].created_at"]


def test_an_unknown_severity_is_unrated_and_said(tmp_path: Path) -> None:
    """The finding stays."""
    flaw = {"severity": "AWFUL", "package": {"name": "a"}, "advisory": {"ghsaId": "GHSA-aaaa-bbbb-cccc"}}
    reading = read_text(
        tmp_path, text_of({"data": {"repository": repository(node(securityVulnerability=flaw))}})
    )
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert "“AWFUL” is unknown" in reading.problems[0].what


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another number, rating, summary and order."""
    before = one(tmp_path, [alert(), alert("CVE-2024-0002")])
    flaw = {"package": {"name": "libx"}, "severity": "low", "first_patched_version": None}
    again = [
        alert(name, number=9, security_vulnerability=flaw) for name in ("CVE-2024-0002", "CVE-2024-0001")
    ]
    after = one(tmp_path, again)
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    "text",
    [
        '[{"number": 1, "rule": {"id": "a"}, "most_recent_instance": {"ref": "b"}}]',
        '{"data": [{"source_comp_id": "npm://a:1"}]}',
        '{"data": {"repository": {"issues": {"nodes": []}}}}',
        '[{"number": 1, "secret_type": "a", "locations_url": "b"}]',
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Other alerts of GitHub, and other answers."""
    assert not SCANNER.recognises(head_of(text.encode()))
