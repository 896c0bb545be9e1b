"""Burp Suite issues in XML.

An occurrence is an issue type at a path with the insertion point that Burp names (`[q parameter]`). The
request, from which a method could be taken, is in the file only where the export was told so; hence no
method is part of the place. Serial numbers change from scan to scan and are not read. What extensions raise
all has one type; there, and only there, the name that the extension gave the kind of issue is its id.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.records import Element, records
from milepost.scanners.scanner import Head, Source
from milepost.scanners.text import plain
from milepost.scanners.times import ctime_instant, java_instant
from milepost.scanners.web_applications.sites import Sites, addresses, fields, place, shown

SOURCE = "burp"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "information": Severity.INFO,
    "info": Severity.INFO,
    "false positive": Severity.UNRATED,
}

# 0x08000000 and the one after it: issues of extensions and of custom checks, whatever they are about.
_EXTENSIONS = {"134217728", "134217729"}
_FALSE_POSITIVE = "false positive"
_CWE = re.compile(r"CWE-[1-9]\d{0,5}", re.ASCII)
_ZONE = re.compile(r" [A-Za-z+:0-9-]+(?= \d{4}$)")


class Burp:
    """The reader of Burp Suite's issues."""

    name = "burp"
    title = "Burp Suite (XML)"
    about = About(
        versions="issues in XML of Burp Suite 1.6 to 2025, with or without requests and responses",
        key="host, type (for issues of extensions: name), path, insertion point of location",
        coverage="every host with an issue; exportTime stands for the time of the scan",
        fields={
            "asset": "host",
            "source_id": "type",
            "title": "name",
            "native_severity": "severity",
            "description": "issueBackground",
            "solution": "remediationBackground",
            "cwes": "vulnerabilityClassifications",
            "references": "references, vulnerabilityClassifications",
            "locator": "path, location",
            "output": "confidence, issueDetail or issueDetailItems, remediationDetail",
            "scanned_at": "exportTime",
            "tool": "burpVersion",
        },
        severities=SEVERITIES,
        sources=(
            "PortSwigger, Burp Suite documentation: issue definitions",
            "the document type that every export carries",
        ),
        samples=("scans/burp",),
        memory="grows with the findings, not with requests and responses",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and its version, or by the document type of the export."""
        return head.root == "issues" and ("burpVersion" in head.text or "serialNumber" in head.text)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        report: _Report | None = None
        for element in records(source, ("issue",), "issue"):
            report = report or _Report(source, element.getparent())
            report.take(element)
        if report is not None:
            yield from report.sites.parts()


SCANNER = Burp()


class _Report:
    """The issues of a file as they are read."""

    def __init__(self, source: Source, root: Element | None) -> None:
        version = "" if root is None else root.get("burpVersion", "")
        self.sites = Sites(source, SEVERITIES, SOURCE, f"Burp Suite {version}".rstrip())
        self._exported_at = self._time("" if root is None else root.get("exportTime", ""))
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, issue: Element) -> None:
        """Read one issue; requests and responses are not looked at."""
        texts = fields(issue)
        where = f"line {issue.sourceline}"
        if not texts.get("type") and not texts.get("name"):
            self.sites.problem(
                where, "this issue has neither a type nor a name and was not read", "correct it"
            )
            return
        site = self.sites.site(texts.get("host", ""))
        site.dated(self._exported_at)
        locator = place("", texts.get("path", ""), _insertion_point(texts))
        self.sites.found(site, self._known(texts, where), locator, _output(issue, texts))

    def _known(self, texts: dict[str, str], where: str) -> Facts:
        key = tuple(texts.get(name, "") for name in ("type", "name", "severity", "issueBackground"))
        if key not in self._facts:
            severity = self.sites.rate(texts.get("severity"), where)
            self._facts[key] = _facts(texts, severity)
        return self._facts[key]

    def _time(self, text: str) -> datetime | None:
        """Read the time of the export; letters that name no one zone are taken as UTC, and said."""
        instant = java_instant(text) if text else None
        if instant is None and text:
            instant = ctime_instant(_ZONE.sub("", text))
            what = f"the zone of the time “{text[:60]}” is not known; it was taken as UTC"
            if instant is None:
                what = f"the time “{text[:60]}” cannot be read"
            self.sites.problem("", what, "say when it was scanned with --scanned-on")
        return instant


def _facts(texts: dict[str, str], severity: Severity) -> Facts:
    number, name, word = (texts.get(field, "") for field in ("type", "name", "severity"))
    false_positive = word.lower() == _FALSE_POSITIVE
    classifications = texts.get("vulnerabilityClassifications", "")
    return Facts(
        source=SOURCE,
        source_id=_identity(number, name),
        title=plain(name) or f"Burp issue type {number}",
        severity=severity,
        native_severity=word,
        description=plain(texts.get("issueBackground", "")),
        solution=plain(texts.get("remediationBackground", "")),
        cwes=tuple(dict.fromkeys(_CWE.findall(classifications))),
        references=addresses(f"{texts.get('references', '')} {classifications}"),
        vendor_status=f"suppressed: {word}" if false_positive else "",
        actionable=not false_positive,
    )


@lru_cache(maxsize=1 << 12)
def _identity(number: str, name: str) -> str:
    if number and number not in _EXTENSIONS:
        return number
    return " ".join(plain(name).split()) or number


def _insertion_point(texts: dict[str, str]) -> str:
    """Return what `location` says beyond the path: the parameter, cookie or header that was tested."""
    path, location = texts.get("path", ""), texts.get("location", "")
    if path and location.startswith(path):
        return location[len(path) :]
    _, bracket, rest = location.partition(" [")
    return f"[{rest}" if bracket else ""


def _output(issue: Element, texts: dict[str, str]) -> str:
    confidence = texts.get("confidence", "")
    detail = shown(texts.get("issueDetail", ""))
    if not detail:
        detail = "\n".join(
            shown(item.text or "") for item in issue.iterfind("issueDetailItems/issueDetailItem")
        )
    lines = (
        f"Confidence: {confidence}" if confidence else "",
        detail,
        plain(texts.get("remediationDetail", "")),
    )
    return "\n".join(filter(None, lines))
