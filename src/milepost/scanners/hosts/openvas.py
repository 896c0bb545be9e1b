"""What a result of OpenVAS (GVM, Greenbone) means, whether in XML or in a table.

The threat is the tool's word. Where a report leaves it out, the severity that it gives instead is rated by
the ranges that GVM itself uses (GVM manual, severity classes: CVSS 3): up to 3.9 low, up to 6.9 medium, up to
8.9 high, above critical. Log and Debug are informational. False Positive is what somebody overrode in the
tool: a finding that asks for nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Coverage, Facts, Finding
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.assets import host_asset
from milepost.scanners.hosts.merging import merged
from milepost.scanners.packages import name_weakness

SOURCE = "openvas"
TOOL = "OpenVAS (Greenbone)"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "log": Severity.INFO,
    "debug": Severity.INFO,
    "none": Severity.INFO,
    "false positive": Severity.UNRATED,
    "": Severity.UNRATED,
}

_BANDS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MODERATE), (0.1, Severity.LOW))
_FALSE_POSITIVE = "false positive"
_ERROR = "error"
_RELIABLE = 70
_PORT = re.compile(r"(\d{1,5})/(\w{1,9})", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,3})?", re.ASCII)
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.ASCII)


class Test(NamedTuple):
    """What a network vulnerability test (NVT) says wherever it finds something."""

    oid: str
    title: str = ""
    family: str = ""
    description: str = ""
    solution: str = ""
    cves: tuple[str, ...] = ()
    cvss: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    exploited: bool = False


class Rating(NamedTuple):
    """How a result is rated, in the report's own words; the original where somebody overrode it."""

    threat: str
    severity: str = ""
    original: str = ""
    quality: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether the test could not be run."""
        return self.threat.strip().lower() == _ERROR

    @property
    def known(self) -> bool:
        """Tell whether the threat is a known word."""
        return self.threat.strip().lower() in SEVERITIES


@dataclass
class Host:
    """A host as its results add up, in any order."""

    address: str
    names: dict[str, None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    scanned_at: datetime | None = None
    credentialed: bool | None = None
    dead: bool = False
    informed: bool = False

    def add(self, facts: Facts, place: str, output: str) -> None:
        """Take a result."""
        self.informed = self.informed or facts.severity is Severity.INFO
        self.findings.append(Finding(facts, place, output))

    def dated(self, instant: datetime | None) -> None:
        """Note when a part of the scan was done; the latest counts."""
        if instant is not None and (self.scanned_at is None or instant > self.scanned_at):
            self.scanned_at = instant

    def report(self, *, only_named: bool) -> AssetReport | None:
        """Put together what is known; None if nothing names the host."""
        asset = host_asset(names=self.names, addresses=[self.address])
        if asset is None and self.address:
            asset = host_asset(names=[self.address])
        if asset is None:
            return None
        findings = merged(self.findings)
        named = frozenset(each.facts.source_id for each in findings)
        assessed = named if only_named or self.dead else None
        coverage = Coverage(
            SOURCE, TOOL, self.scanned_at, self.credentialed, assessed, frozenset(self.failed - named)
        )
        return AssetReport(asset, (coverage,), findings)


def facts_of(test: Test, rating: Rating) -> Facts:
    """Put together what is known of a result, wherever it is."""
    weakness = name_weakness(SOURCE, test.oid, [])
    severity, reason = _rated(rating)
    original = rating.original.strip()
    overridden = original and original.lower() != rating.threat.strip().lower()
    if overridden:
        reason = f"overridden in the tool from {original} to {rating.threat.strip() or rating.severity}"
    ignored = rating.threat.strip().lower() == _FALSE_POSITIVE
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=test.title or test.oid,
        severity=severity,
        native_severity=original if overridden else rating.threat.strip(),
        severity_reason=reason,
        description=test.description,
        solution=test.solution,
        cves=tuple(dict.fromkeys((*weakness.cves, *test.cves))),
        cvss=test.cvss,
        references=test.references,
        family=test.family,
        vendor_status="suppressed: False Positive" if ignored else _doubt(rating.quality),
        exploit_known=test.exploited,
        actionable=not ignored,
    )


@lru_cache(maxsize=1 << 12)
def place(text: str) -> str:
    """Return the place on a host as `512/tcp`; empty for `general/tcp`, the host as a whole."""
    match = _PORT.search(text)
    return f"{int(match[1])}/{match[2].lower()}" if match else ""


def cves_in(text: str) -> tuple[str, ...]:
    """Return the CVE ids that a text names."""
    return tuple(dict.fromkeys(_CVE.findall(text.upper())))


def paragraphs(*texts: str) -> str:
    """Join texts that say something, without the blanks that the tool puts before each line."""
    plain = ("\n".join(map(str.strip, text.strip().split("\n"))) for text in texts)
    return "\n\n".join(filter(None, plain))


def unnamed(name: str, reports: Iterable[AssetReport | None]) -> Iterator[Problem]:
    """Say how many hosts nothing names."""
    count = sum(report is None for report in reports)
    if count:
        what = f"{count} hosts have no name and no address of their own, and were not read"
        yield Problem(name, what, "scan them by a name or address")


def _rated(rating: Rating) -> tuple[Severity, str]:
    word = rating.threat.strip().lower()
    if word:
        return SEVERITIES.get(word, Severity.UNRATED), ""
    number = rating.severity.strip()
    if not _NUMBER.fullmatch(number):
        return Severity.UNRATED, ""
    severity = next((band for least, band in _BANDS if float(number) >= least), Severity.INFO)
    return severity, f"the report names no threat; rated by its severity {number}"


def _doubt(quality: str) -> str:
    """Say how sure the tool is, where it would not show the result by itself."""
    number = quality.strip()
    doubtful = number.isascii() and number.isdigit() and len(number) <= len("100") and int(number) < _RELIABLE
    return f"quality of detection {number} %" if doubtful else ""
