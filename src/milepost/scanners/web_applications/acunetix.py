"""Acunetix reports in XML (`ScanGroup`): one or several scans, each of one site.

Acunetix gives a vulnerability no number; its name in Acunetix's own list is the only id there is, without the
word “(verified)” that comes and goes. The place is `Affects` with `Parameter`; the request, from which a
method could be taken, is not in every export. A scan that was aborted, or met a target that did not answer,
proves nothing gone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import site_asset
from milepost.scanners.records import Element, records, root_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.text import plain
from milepost.scanners.understood import Understood
from milepost.scanners.web_applications.sites import CVE, Instants, Sites, fields, place, shown, weaknesses

if TYPE_CHECKING:
    from milepost.scanners.gathering import Gathered

SOURCE = "acunetix"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
}

_NO = {"", "0", "false", "no"}
_VERIFIED = re.compile(r"\s*\(verified\)\s*$", re.IGNORECASE)

# What differs from place to place, and is no part of the weakness.
_PLACE = ("id", "color", "Details", "Affects", "Parameter", "TechnicalDetails")


class Acunetix:
    """The reader of Acunetix's XML reports."""

    name = "acunetix"
    title = "Acunetix (XML)"
    about = About(
        versions="ScanGroup of Acunetix 10 to 24",
        key="origin of StartURL, Name without “(verified)”, Affects, Parameter",
        coverage="the site of every scan with an item; nothing of one that is Aborted or not Responsive",
        fields={
            "asset": "StartURL, or StartUrl of Crawler where the former has no scheme",
            "source_id": "Name",
            "title": "Name",
            "native_severity": "Severity",
            "description": "Description, Impact",
            "solution": "Recommendation",
            "cves": "CVEList",
            "cwes": "CWEList",
            "cvss": "Descriptor of CVSS4, CVSS3, CVSS",
            "references": "References",
            "family": "Type",
            "vendor_status": "IsFalsePositive",
            "locator": "Affects, Parameter",
            "output": "Details",
            "scanned_at": "FinishTime, or StartTime",
        },
        severities=SEVERITIES,
        sources=("Acunetix, Exporting scan results to XML", "the fields of the reports themselves"),
        samples=("scans/acunetix",),
        memory="grows with the findings, not with requests and responses",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == "ScanGroup"

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        report = _Report(source)
        for element in records(source, ("ReportItem",), "ReportItem", "Scan"):
            if element.tag == "Scan":
                report.begin(element)
                continue
            scan = next(element.iterancestors("Scan"), None)
            if scan is None:
                report.sites.problem(
                    f"line {element.sourceline}", "this item stands in no scan", "correct it"
                )
                continue
            report.begin(scan)
            report.take(element)
        yield from report.sites.parts()


SCANNER = Acunetix()


class _Report:
    """The scans of a file as they are read."""

    def __init__(self, source: Source) -> None:
        self.sites = Sites(source, SEVERITIES, SOURCE, "Acunetix")
        self._understood = Understood(self.sites, *_PLACE)
        self._scan: Element | None = None
        self._begun: Gathered | None = None

    def begin(self, scan: Element) -> None:
        """Take up a scan, unless it is the one at hand: its site, its time, whether it came through."""
        if scan is self._scan:
            return
        texts = fields(scan)
        crawler = scan.find("Crawler")
        crawled = "" if crawler is None else crawler.get("StartUrl", "")
        self._scan = scan
        self._begun = self.sites.site(self._address(texts.get("StartURL", ""), crawled.strip()))
        times = [texts.get(name, "") for name in ("FinishTime", "StartTime")]
        instants = Instants(self.sites, [root_of(scan).get("ExportedOn", ""), *times])
        self._begun.dated(instants.read(times[0] or times[1]))
        aborted = texts.get("Aborted", "").lower() not in _NO
        if aborted or (texts.get("Responsive") or "true").lower() in _NO:
            self.sites.unproved(self._begun)
            what = f"the scan of {self._begun.asset.name} was aborted, or the target did not answer"
            self.sites.problem(f"line {scan.sourceline}", what, "nothing counts as gone; scan it again")

    def take(self, item: Element) -> None:
        """Read one item of the scan at hand."""
        texts = fields(item)
        where = f"line {item.sourceline}"
        if not texts.get("Name") or self._begun is None:
            self.sites.problem(where, "this item has no name and was not read", "export the report again")
            return
        facts = self._understood.facts(item, lambda: self._described(item, texts, where))
        locator = place("", texts.get("Affects", ""), plain(texts.get("Parameter", "")))
        self.sites.found(self._begun, facts, locator, shown(texts.get("Details", "")))

    def _described(self, item: Element, texts: dict[str, str], where: str) -> Facts:
        parts: dict[str, Element] = {str(child.tag): child for child in item}
        return _facts(parts, texts, self.sites.rate(texts.get("Severity"), where))

    def _address(self, start: str, crawled: str) -> str:
        """Return the start with a scheme; of a bare name the crawler knows it, or else it is said."""
        if "://" in start or not start:
            return start or crawled
        if _host(crawled) == _host(f"http://{start}"):
            return crawled
        what = f"the report does not say whether {start[:80]} is reached by http or https; taken as http"
        self.sites.problem("", what, "start the scan with a full address")
        return f"http://{start}"


def _facts(parts: dict[str, Element], texts: dict[str, str], severity: Severity) -> Facts:
    false_positive = texts.get("IsFalsePositive", "").lower() not in _NO
    described = (plain(texts.get("Description", "")), plain(texts.get("Impact", "")))
    return Facts(
        source=SOURCE,
        source_id=_identity(texts["Name"]),
        title=plain(texts["Name"]),
        severity=severity,
        native_severity=texts.get("Severity", ""),
        description="\n\n".join(filter(None, described)),
        solution=plain(texts.get("Recommendation", "")),
        cves=tuple(dict.fromkeys(CVE.findall(_all(parts.get("CVEList"))))),
        cwes=weaknesses(_all(parts.get("CWEList"))),
        cvss=_scores(parts),
        references=_links(parts.get("References")),
        family=texts.get("Type", ""),
        vendor_status="suppressed: false positive" if false_positive else "",
        actionable=not false_positive,
    )


def _host(address: str) -> str:
    """Return the host of an address, in lower case, without scheme and port."""
    asset = site_asset(address)
    return "" if asset is None else asset.name.partition("://")[2].partition(":")[0]


@lru_cache(maxsize=1 << 12)
def _identity(name: str) -> str:
    return " ".join(_VERIFIED.sub("", plain(name)).split())


def _scores(parts: dict[str, Element]) -> tuple[str, ...]:
    found = (parts.get(version) for version in ("CVSS3", "CVSS", "CVSS4"))
    vectors = (part.findtext("Descriptor", "").strip() for part in found if part is not None)
    return tuple(filter(None, vectors))


def _links(references: Element | None) -> tuple[str, ...]:
    found = [] if references is None else [(each.text or "").strip() for each in references.iter("URL")]
    return tuple(dict.fromkeys(filter(None, found)))


def _all(part: Element | None) -> str:
    return "" if part is None else " ".join(text.strip() for text in part.itertext())
