"""Prisma Cloud Compute (Twistlock) tables of images and of hosts, as the console exports them.

The column `Type` stands twice in the table of images: first what was scanned, then the kind of package; the
last one is taken. A row with a CVE is a vulnerability, one with only a compliance id a compliance issue. An
asset without any row is not named, so nothing of it is closed.
"""

from collections.abc import Callable, Iterator
from operator import itemgetter

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import host_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences
from milepost.scanners.software.prisma import (
    COMPLIANCE,
    SEVERITIES,
    TITLE,
    VULNERABILITY,
    Flaw,
    Rule,
    cause,
    flaw_facts,
    locator,
    package_name,
    rule_facts,
)
from milepost.scanners.tables import Row, Table, open_table
from milepost.scanners.times import iso_day, iso_instant

_REQUIRED = ("CVE ID", "Compliance ID", "Severity", "Packages")
_WHAT = (
    "CVE ID",
    "Compliance ID",
    "Severity",
    "Packages",
    "Source Package",
    "Package Version",
    "CVSS",
    "Fix Status",
    "Description",
    "Published",
    "Vulnerability Link",
    "Risk Factors",
)
_WHERE = ("Registry", "Repository", "Tag", "Hostname", "Scan Time")
_BESIDE = ("Package Path", "Cause")


class PrismaCsv:
    """The reader of Prisma Cloud Compute's tables."""

    name = "prisma-csv"
    title = "Prisma Cloud Compute, Twistlock (CSV)"
    about = About(
        versions="the console's tables of images and of hosts, with 12 to 30 columns",
        key=(
            "Registry and Repository without Tag, or Hostname × CVE ID × Source Package or "
            "Packages, Package Path"
        ),
        coverage=(
            "vulnerabilities and compliance issues apart; each counts as looked at on an "
            "asset with a row of its "
            "kind; assets without rows are not in the table"
        ),
        fields={
            "source_id": "CVE ID, Compliance ID",
            "severity": "Severity",
            "native_severity": "Severity",
            "kind": "configuration for rows without a CVE",
            "solution": "Fix Status (fixed in …)",
            "cves": "CVE ID",
            "aliases": "CVE ID",
            "actionable": "Fix Status (not affected)",
            "locator": "Source Package, Packages, Package Path",
            "title": "CVE ID and package; Description of a compliance issue",
            "description": "Description",
            "cvss": "CVSS",
            "references": "Vulnerability Link",
            "family": "Type (the last column of that name)",
            "package": "Source Package, Packages",
            "version": "Package Version",
            "fixed_version": "Fix Status (fixed in …)",
            "vendor_status": "Fix Status",
            "published": "Published",
            "exploit_known": "Risk Factors (in the wild)",
            "output": "Cause",
            "identifiers": "Registry, Repository, Tag; Hostname",
        },
        severities=SEVERITIES,
        sources=("Prisma Cloud Compute: Vulnerability scan reports (export to CSV)",),
        samples=("scans/prisma_twistlock",),
        memory="grows with the rows of the table",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the columns of the two kinds of ids, and of an image or a host."""
        return head.has_columns(*_REQUIRED) and (
            head.has_columns("Repository") or head.has_columns("Hostname")
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then each image or host; see `Scanner.read`."""
        table = open_table(source, *_REQUIRED)
        reading = _Reading(source, table)
        for row in table.rows():
            reading.take(row)
        yield from table.problems
        yield from reading.parts()


SCANNER = PrismaCsv()


class _Reading:
    """The rows of a table as they add up."""

    def __init__(self, source: Source, table: Table) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._what = _picked(table)
        self._where = table.pick(*_WHERE)
        self._beside = table.pick(*_BESIDE)
        self._held: dict[tuple[str, ...], Gathered] = {}
        self._known: dict[tuple[str, ...], Facts] = {}

    def take(self, row: Row) -> None:
        """Read one row; what is said of one weakness again is not read again."""
        cells = row.cells
        where = self._where(cells)
        held = self._held.get(where)
        if held is None:
            held = self._held[where] = self._begin(where, row.line)
        what = self._what(cells)
        facts = self._known.get(what) or self._learn(what, row.line)
        if facts is None:
            self._gathering.problem(
                f"line {row.line}", "the row has no id and was not read", "give its CVE ID"
            )
            return
        path, printed = self._beside(cells)
        if facts.package:
            scope = held.scope(VULNERABILITY, TITLE)
            self._occurrences.add(held, facts, locator(facts.package, facts.version, path), scope=scope)
            return
        scope = held.scope(COMPLIANCE if facts.source_id.startswith("compliance-") else VULNERABILITY, TITLE)
        self._occurrences.add(held, facts, "", cause(printed), scope=scope)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered, each scope with the time of the scan where the table tells it."""
        for (*_, scanned_at), held in self._held.items():
            for scope in range(len(held.scopes)):
                held.dated(iso_instant(scanned_at), scope=scope)
        self._occurrences.finish()
        yield from self._gathering.parts()

    def _begin(self, where: tuple[str, ...], line: int) -> Gathered:
        registry, repository, tag, host, _ = where
        asset = _asset(registry.strip(), repository.strip(), tag.strip(), host)
        if asset is None:
            asset, problem = unnamed_asset(self._source, AssetKind.IMAGE)
            self._gathering.problem(f"line {line}", problem.what, problem.fix)
        return self._gathering.on(asset)

    def _learn(self, what: tuple[str, ...], line: int) -> Facts | None:
        facts = self._facts(what, f"line {line}")
        if facts is not None:
            facts = self._known[what] = self._gathering.shared(facts)
        return facts

    def _facts(self, what: tuple[str, ...], where: str) -> Facts | None:
        (
            cve,
            compliance,
            word,
            packages,
            origin,
            version,
            cvss,
            status,
            text,
            published,
            link,
            factors,
            family,
        ) = what
        severity = self._gathering.rate(word, where)
        if cve.strip():
            flaw = Flaw(
                native=cve.strip(),
                word=word,
                package=package_name(origin or packages),
                version=version,
                status=status,
                cvss=cvss,
                description=text,
                link=link,
                published=iso_day(published),
                exploited="in the wild" in factors.lower(),
                family=family,
            )
            return flaw_facts(flaw, severity)
        if not compliance.strip():
            return None
        return rule_facts(Rule(compliance.strip(), text.partition("\n")[0], word, text, family), severity)


def _picked(table: Table) -> Callable[[list[str]], tuple[str, ...]]:
    """Return a function that takes what a row says of its weakness, with the last of the columns `Type`."""
    last = len(table.columns)
    types = [number for number, name in enumerate(table.columns) if name.casefold() == "type"]
    places = [table.place(name) for name in _WHAT]
    return itemgetter(*(last if place is None else place for place in places), types[-1] if types else last)


def _asset(registry: str, repository: str, tag: str, host: str) -> Asset | None:
    if repository:
        full = f"{registry.rstrip('/')}/{repository}" if registry else repository
        return image_asset(image_of(f"{full}:{tag}" if tag else full))
    return host_asset(names=(host,))
