"""What the shapes of ZAP's reports have in common: how an alert and its instances are understood.

An occurrence is one instance: the alert (`alertRef`, before 2.10 the number of the plugin) at method, path
and parameter. Where an alert counts more instances than it lists (older reports list 20, newer ones few of a
systemic alert), what is not listed counts as not re-tested. Confidence 0 is ZAP's false positive.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Source
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant, worded_instant
from milepost.scanners.web_applications.sites import CVE, Sites, addresses, place, shown, weaknesses

SOURCE = "zap"
SEVERITIES = {
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
}
FIELDS = {
    "asset": "site name, or host, port and ssl",
    "source_id": "alertRef, or pluginid",
    "title": "name, or alert",
    "native_severity": "riskcode (0 Informational, 1 Low, 2 Medium, 3 High)",
    "description": "desc",
    "solution": "solution",
    "cwes": "cweid",
    "cves": "tags",
    "references": "reference",
    "vendor_status": "confidence 0",
    "locator": "method, uri, param",
    "output": "confidence, attack, evidence, otherinfo",
    "scanned_at": "created, or generated",
    "tool": "version",
}

_LONGEST_COUNT = 10
_RISKS = {"0": "Informational", "1": "Low", "2": "Medium", "3": "High"}
_CONFIDENCES = {"0": "False Positive", "1": "Low", "2": "Medium", "3": "High", "4": "Confirmed"}
# What these find is itself a secret: a session's id, a hash, a card's number, a user's name.
_SECRET_EVIDENCE = {"3", "10057", "10062", "10097"}


def about(shape: str, grade: Grade) -> About:
    """Say what is known of a shape of the report."""
    return About(
        versions=f"traditional {shape} report of ZAP 2.7 to 2.16, with or without requests and responses",
        key="site, alertRef or pluginid, method, path of uri, param",
        coverage="every site with an alert; places that an alert counts but does not list are not assessed",
        fields=FIELDS,
        severities=SEVERITIES,
        sources=(
            "ZAP, Desktop User Guide: Report Generation",
            "zaproxy/zap-extensions: templates of reports",
        ),
        samples=("scans/zap",),
        memory="grows with the findings, not with requests and responses",
        grade=grade,
    )


class Alert(NamedTuple):
    """An alert of a site, in the report's own words."""

    plugin: str
    reference: str
    name: str
    risk: str
    confidence: str
    description: str
    solution: str
    links: str
    cwe: str
    tags: str
    other: str
    counted: str


_OF_PLACES = ("other", "counted")
"""The last words of an alert, which say nothing of the weakness itself."""


class Instance(NamedTuple):
    """One place of an alert."""

    uri: str
    method: str
    parameter: str
    attack: str
    evidence: str
    other: str


_NOWHERE = Instance("", "", "", "", "", "")


class Report:
    """A report as it is read, whatever its shape."""

    def __init__(self, source: Source, version: str, created: str, generated: str) -> None:
        """Start without any site; the times are as the report writes them."""
        self.sites = Sites(source, SEVERITIES, SOURCE, f"ZAP {version}".rstrip())
        self._scanned_at = iso_instant(created) or worded_instant(generated)
        written = created or generated
        if self._scanned_at is None and written:
            what = f"the time “{written[:60]}” cannot be read"
            self.sites.problem("", what, "say when it was scanned with --scanned-on")
        self._facts: dict[tuple[str, ...], Facts] = {}

    def site(self, name: str, host: str, port: str, ssl: str) -> Gathered:
        """Return the site of this name, or of this host and port."""
        scheme = "https" if ssl.lower() == "true" else "http"
        address = name if "://" in name or not host else f"{scheme}://{host}:{port}".rstrip(":")
        site = self.sites.site(address)
        site.dated(self._scanned_at)
        return site

    def take(self, site: Gathered, alert: Alert, instances: Sequence[Instance], where: str) -> None:
        """Add an alert with all its instances."""
        if not alert.plugin and not alert.reference:
            self.sites.problem(where, "this alert has no number and was not read", "export the report again")
            return
        facts = self._known(alert, where)
        if _whole(alert.counted) > len(instances) > 0:
            site.listed_in_part(facts.source_id)
        for instance in instances or (_NOWHERE,):
            locator = place(instance.method, instance.uri, instance.parameter) if any(instance) else ""
            self.sites.found(site, facts, locator, _output(alert, instance))

    def _known(self, alert: Alert, where: str) -> Facts:
        key = alert[: -len(_OF_PLACES)]
        facts = self._facts.get(key)
        if facts is None:
            word = _RISKS.get(alert.risk, alert.risk)
            facts = self._facts[key] = _facts(alert, word, self.sites.rate(word, where))
        return facts


def _facts(alert: Alert, word: str, severity: Severity) -> Facts:
    identity = alert.reference or alert.plugin
    false_positive = alert.confidence == "0"
    return Facts(
        source=SOURCE,
        source_id=identity,
        title=plain(alert.name) or f"ZAP alert {identity}",
        severity=severity,
        native_severity=word,
        description=plain(alert.description),
        solution=plain(alert.solution),
        cves=tuple(dict.fromkeys(CVE.findall(alert.tags))),
        cwes=weaknesses(alert.cwe),
        references=addresses(plain(alert.links)),
        vendor_status="suppressed: False Positive" if false_positive else "",
        actionable=not false_positive,
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _LONGEST_COUNT else 0


def _output(alert: Alert, instance: Instance) -> str:
    evidence = instance.evidence
    if evidence and alert.plugin in _SECRET_EVIDENCE:
        evidence = "[masked]"
    return _lines(alert.confidence, instance.attack, evidence, instance.other or alert.other)


@lru_cache(maxsize=1 << 12)
def _lines(confidence: str, attack: str, evidence: str, other: str) -> str:
    named = (
        ("Confidence", _CONFIDENCES.get(confidence, confidence)),
        ("Attack", shown(attack)),
        ("Evidence", shown(evidence)),
        ("", shown(other)),
    )
    return "\n".join(f"{name}: {text}".removeprefix(": ") for name, text in named if text)
