"""Vulnerabilities of Wiz as it exports them in CSV.

The export is whatever a filter leaves of the findings, which may be resolved ones, too: nothing counts as
assessed but what is listed.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.resources import package_place
from milepost.scanners.cloud.wiz import (
    SEVERITIES,
    SOURCE,
    TOOL,
    Standing,
    standing_of,
    wiz_asset,
    wiz_instant,
)
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import open_table

SCOPE = "wiz:vulnerabilities"

_COLUMNS = ("WizURL", "Name", "FindingStatus", "DetailedName")
_OF_THE_SYSTEM = {
    "os",
    "package",
    "default_package",
    "default package",
    "installed_program",
    "installed program",
}
_UNRATED = {"", "none"}


class _Cells(NamedTuple):
    name: str
    package: str
    version: str
    fixed: str
    method: str
    path: str
    severity: str
    vendor_severity: str
    cvss_severity: str
    exploit: str
    kev: str
    status: str
    reason: str
    remediation: str
    link: str
    first: str
    last: str
    description: str
    provider: str
    asset_id: str
    asset: str
    kind: str
    addresses: str


class WizVulnerabilities:
    """The reader of Wiz's vulnerabilities."""

    name = "wiz-vulnerabilities"
    title = "Wiz vulnerabilities (CSV)"
    about = About(
        versions="the report of vulnerability findings with ID, WizURL, Name … FindingStatus",
        key="ProviderUniqueId × Name × DetailedName (with LocationPath for libraries)",
        coverage="only what is listed; Resolved is gone, Rejected and Ignored open no item",
        fields={
            "source_id": "Name",
            "title": "Name and DetailedName",
            "severity": "Severity, else VendorSeverity, else CVSSSeverity",
            "description": "Description, where the report has it",
            "solution": "Remediation",
            "cves": "Name",
            "references": "Link",
            "family": "DetectionMethod",
            "package": "DetailedName",
            "version": "Version",
            "fixed_version": "FixedVersion",
            "vendor_status": "FindingStatus Rejected or Ignored with ResolutionReason",
            "exploit_known": "HasExploit, HasCisaKevExploit",
            "actionable": "FindingStatus Rejected or Ignored",
            "locator": "DetailedName and LocationPath",
            "first_seen": "FirstDetected",
            "scanned_at": "the latest LastDetected of the resource",
            "asset": "ProviderUniqueId (else AssetID), AssetName, AssetType, IpAddresses",
        },
        severities=SEVERITIES,
        sources=("Wiz documentation, vulnerability report", "reference of the project, section 3.2"),
        samples=("scans/wiz",),
        memory="the findings of all assets; rows are streamed",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the address within Wiz beside the finding's name and status."""
        return head.has_columns(*_COLUMNS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        table = open_table(source, *_COLUMNS)
        pick = table.pick(
            "Name",
            "DetailedName",
            "Version",
            "FixedVersion",
            "DetectionMethod",
            "LocationPath",
            "Severity",
            "VendorSeverity",
            "CVSSSeverity",
            "HasExploit",
            "HasCisaKevExploit",
            "FindingStatus",
            "ResolutionReason",
            "Remediation",
            "Link",
            "FirstDetected",
            "LastDetected",
            ("Description", "CVEDescription"),
            "ProviderUniqueId",
            "AssetID",
            "AssetName",
            "AssetType",
            "IpAddresses",
        )
        rows = _Rows(source)
        for row in table.rows():
            rows.take(_Cells._make(pick(row.cells)), f"line {row.line}")
        yield from table.problems
        yield from rows.occurrences.parts()


SCANNER = WizVulnerabilities()


class _Rows:
    """The rows as they add up."""

    def __init__(self, source: Source) -> None:
        self.occurrences = Occurrences(source, SEVERITIES)
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, cells: _Cells, place: str) -> None:
        """Read one row; one without resource or vulnerability becomes a problem."""
        resource = cells.provider.strip() or cells.asset_id.strip()
        if not resource or not cells.name.strip():
            what = "the row names no resource or no vulnerability; it was not read"
            self.occurrences.gathering.problem(place, what, "export the findings with their resources")
            return
        held = self.occurrences.on(
            resource, lambda: wiz_asset(resource, cells.asset, cells.kind, cells.addresses)
        )
        scope = held.scope(SCOPE, TOOL, only_assessed=True)
        held.dated(wiz_instant(cells.last), scope=scope)
        self._add(held, scope, cells, place)

    def _add(self, held: Gathered, scope: int, cells: _Cells, place: str) -> None:
        facts = self._said(cells, place)
        standing = standing_of(cells.status, cells.reason)
        if standing is Standing.GONE:
            held.passed(facts.source_id, scope=scope)
            return
        if standing is Standing.UNTESTED:
            held.skipped(facts.source_id, scope=scope)
            return
        if standing is None:
            what = f"the status “{cells.status}” is unknown; the finding is taken as open"
            self.occurrences.gathering.problem(place, what, "check it in the tool")
        if standing is Standing.SUPPRESSED:
            facts = self.occurrences.suppressed(facts, cells.reason.strip())
        first = wiz_instant(cells.first)
        self.occurrences.found(held, facts, _place(cells), first_seen=first, scope=scope)

    def _said(self, cells: _Cells, place: str) -> Facts:
        """Return what is said of a vulnerability in a package, worked out once for all resources."""
        severity = _severity(cells)
        said = (*cells[:5], severity, *cells[9:11], cells.remediation, cells.link, cells.description)
        facts = self._facts.get(said)
        if facts is None:
            facts = self._facts[said] = self._facts_of(cells, severity, place)
        return facts

    def _facts_of(self, cells: _Cells, severity: str, place: str) -> Facts:
        weakness = name_weakness(SOURCE, cells.name.strip(), [])
        package = cells.package.strip()
        return Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=f"{weakness.source_id} in {package}" if package else weakness.source_id,
            severity=self.occurrences.gathering.rate(severity, place),
            native_severity=severity,
            description=cells.description.strip(),
            solution=cells.remediation.strip(),
            cves=weakness.cves,
            aliases=weakness.aliases,
            references=(cells.link.strip(),) if cells.link.strip() else (),
            family=cells.method.strip(),
            package=package,
            version=cells.version.strip(),
            fixed_version=cells.fixed.strip(),
            exploit_known="true" in {cells.exploit.strip().lower(), cells.kev.strip().lower()},
        )


def _severity(cells: _Cells) -> str:
    """Return the first rating that says something: Wiz's own, the vendor's, that of CVSS."""
    return _first_rating(cells.severity, cells.vendor_severity, cells.cvss_severity)


@lru_cache(maxsize=1 << 10)
def _first_rating(*words: str) -> str:
    rated = [word.strip() for word in words]
    return next((word for word in rated if word.lower() not in _UNRATED), next(filter(None, rated), ""))


def _place(cells: _Cells) -> str:
    manager = "OS" if cells.method.strip().lower() in _OF_THE_SYSTEM else cells.method
    return package_place(cells.package.strip(), cells.version.strip(), manager, cells.path.strip())
