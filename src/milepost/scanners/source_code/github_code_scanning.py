"""Alerts of GitHub code scanning, as the REST interface lists them.

A list of alerts is what somebody asked for (one state, one branch, one page), so only the rules that it names
count as assessed; where its length is that of a full page, not even these. A fixed alert is gone, a
dismissed one stays and opens no item.
"""

import re
from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import code_asset, unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences, cwes_of, path_of
from milepost.scanners.source_code.values import mapping, text, texts
from milepost.scanners.text import masked
from milepost.scanners.times import iso_instant

SCOPE = "github-code-scanning"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "error": Severity.HIGH,
    "warning": Severity.MODERATE,
    "note": Severity.LOW,
    "none": Severity.INFO,
    "": Severity.UNRATED,
}
_PAGES = {30, 100}
_NOTHING_SAID = {"none", "null"}
_LONGEST_NOTHING = 4
_ADDRESS = re.compile(
    r"(https?://[^/\s]+)(?:/api/v3)?(?:/repos)?/([^/\s]+/[^/\s]+)/(?:security/)?code-scanning/", re.IGNORECASE
)


class _Alert(msgspec.Struct):
    rule: msgspec.Raw
    number: int | str
    state: object = None
    created_at: object = None
    updated_at: object = None
    url: object = None
    html_url: object = None
    dismissed_reason: object = None
    dismissed_comment: object = None
    tool: object = None
    most_recent_instance: object = None
    repository: object = None


_ALERT = msgspec.json.Decoder(_Alert)
_RULE = msgspec.json.Decoder(dict[str, object])


class GithubCodeScanning:
    """The reader of GitHub's code scanning alerts."""

    name = "github-code-scanning"
    title = "GitHub code scanning alerts (JSON)"
    about = About(
        versions="GET /repos/…/code-scanning/alerts and /orgs/…/code-scanning/alerts, API 2022-11-28",
        key="the repository and the alert's number",
        coverage="only the rules that the list names, one scope a tool; none where it holds 30 or 100 alerts,"
        " which is one page of several",
        fields={
            "source_id": "rule.id",
            "title": "rule.description, else rule.name",
            "severity, native_severity": "rule.security_severity_level, else rule.severity",
            "description": "rule.full_description",
            "solution": "rule.help",
            "cves": "rule.id",
            "cwes": "rule.tags",
            "references": "rule.help_uri",
            "family, tool": "tool.name and version",
            "vendor_status, actionable": "state, dismissed_reason, dismissed_comment",
            "locator": "number",
            "output": "most_recent_instance.message, location, ref; html_url",
            "first_seen": "created_at",
            "scanned_at": "the latest updated_at",
            "identifiers": "repository.html_url, else html_url or url",
        },
        severities=SEVERITIES,
        sources=("GitHub Docs, REST API endpoints for code scanning",),
        samples=("scans/github_alerts",),
        memory="the alerts, one at a time decoded; the file is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by a rule and the instance that only alerts of code scanning have."""
        return "rule" in head.keys and bool(head.keys & {"most_recent_instance", "instances_url"})

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield each repository with its alerts; see `Scanner.read`."""
        alerts = _Alerts(source)
        for where, raw in listing(source).records:
            alerts.take(raw, where)
        yield from alerts.parts()


SCANNER = GithubCodeScanning()


class _Alerts:
    """The alerts of a list as they add up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences()
        self._gathered: dict[str, Gathered] = {}
        self._count = 0
        self._known: dict[tuple[str, str, bytes], Facts] = {}

    def take(self, raw: msgspec.Raw, where: str) -> None:
        """Read one alert."""
        self._count += 1
        alert = record(raw, _ALERT, self._source, where)
        if isinstance(alert, Problem):
            self._gathering.problems.append(alert)
            return
        name, version = _tool(alert.tool)
        words = (name, _dismissed(alert), bytes(alert.rule))
        facts = self._known.get(words) or self._described(words, alert, where)
        if facts is None:
            return
        code = self._on(alert)
        scope = code.scope(f"{SCOPE}:{_family(name)}", f"{name} {version}".rstrip(), only_assessed=True)
        code.dated(iso_instant(_said(alert.updated_at)), scope=scope)
        if _state(alert) == "fixed":
            code.passed(facts.source_id, scope=scope)
            return
        locator = f"alert {text(alert.number)}"
        key = (code, facts.source, facts.source_id, locator)
        if self._occurrences.is_new(key, facts):
            self._occurrences.suppressed += not facts.actionable
            first_seen = iso_instant(_said(alert.created_at))
            code.found(facts, locator, _output(alert), first_seen=first_seen, scope=scope)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was read; a full page closes nothing."""
        self._occurrences.remark(self._gathering)
        if self._count in _PAGES:
            for scope in (scope for code in self._gathered.values() for scope in code.scopes):
                scope.assessed.clear()
            what = f"the list holds {self._count} alerts, which is a full page: more may follow"
            fix = "what is missing does not count as gone; export all pages as one list"
            self._gathering.problem("", what, fix)
        yield from self._gathering.parts()

    def _described(self, words: tuple[str, str, bytes], alert: _Alert, where: str) -> Facts | None:
        """Return what is known of a rule that was not met before; None where it cannot be read."""
        rule = record(alert.rule, _RULE, self._source, f"{where}.rule")
        if isinstance(rule, Problem):
            self._gathering.problems.append(rule)
            return None
        facts = self._known[words] = self._facts(rule, words[0], words[1], where)
        return facts

    def _on(self, alert: _Alert) -> Gathered:
        address = _repository(alert)
        held = self._gathered.get(address)
        if held is None:
            held = self._gathered[address] = self._gathering.on(self._asset(address))
        return held

    def _asset(self, address: str) -> Asset:
        if address:
            return code_asset(address)
        asset, problem = unnamed_asset(self._source, AssetKind.CODE)
        self._gathering.problems.append(problem)
        return asset

    def _facts(self, rule: dict[str, object], tool: str, status: str, where: str) -> Facts:
        rule_id = _said(rule.get("id")) or _said(rule.get("name")) or "unnamed rule"
        weakness = name_weakness(_family(tool), rule_id, [])
        word = _said(rule.get("security_severity_level")) or _said(rule.get("severity"))
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=_said(rule.get("description")) or _said(rule.get("name")) or rule_id,
            severity=self._gathering.rate(word, where),
            native_severity=word,
            description=_said(rule.get("full_description")),
            solution=masked(_said(rule.get("help"))),
            cves=weakness.cves,
            cwes=cwes_of(*texts(rule.get("tags"))),
            aliases=weakness.aliases,
            references=texts(_said(rule.get("help_uri"))),
            family=tool,
            vendor_status=status,
            actionable=not status,
        )
        return self._gathering.shared(facts)


def _family(tool: str) -> str:
    return tool.lower().replace(" ", "-")


def _said(value: object) -> str:
    """Return a text; the words for nothing that a script may have written are none."""
    said = text(value) if value is not None else ""
    return "" if len(said) <= _LONGEST_NOTHING and said.lower() in _NOTHING_SAID else said


def _tool(described: object) -> tuple[str, str]:
    """Return the name and the version of a tool."""
    tool = mapping(described)
    return _said(tool.get("name")) or "unnamed tool", _said(tool.get("version"))


def _state(alert: _Alert) -> str:
    instance = mapping(alert.most_recent_instance)
    return (_said(alert.state) or _said(instance.get("state"))).lower()


def _dismissed(alert: _Alert) -> str:
    if _state(alert) != "dismissed":
        return ""
    words = (_said(alert.dismissed_reason), masked(_said(alert.dismissed_comment)))
    return "suppressed: " + (": ".join(filter(None, words)) or "dismissed")


def _repository(alert: _Alert) -> str:
    """Return the repository's address as a browser shows it; empty where the alert has no address."""
    named = _said(mapping(alert.repository).get("html_url"))
    if named:
        return named.rstrip("/")
    for address in (_said(alert.html_url), _said(alert.url)):
        match = _ADDRESS.match(address)
        if match:
            return f"{match[1].replace('://api.github.com', '://github.com')}/{match[2]}"
    return ""


def _output(alert: _Alert) -> str:
    instance = mapping(alert.most_recent_instance)
    location = mapping(instance.get("location"))
    place = ":".join(filter(None, (path_of(text(location.get("path"))), text(location.get("start_line")))))
    message = masked(text(mapping(instance.get("message")).get("text")))
    return "\n".join(filter(None, (message, place, _said(instance.get("ref")), _said(alert.html_url))))
