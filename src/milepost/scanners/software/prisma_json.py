"""Prisma Cloud Compute (Twistlock) reports in JSON: of `twistcli` and of the console's lists.

The scan of a code repository has no `results`: the document itself is the one that was scanned. A list that
is absent or null was looked at if the report counts it (`…Distribution`) or judges it (`…ScanPassed`).
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import code_asset, host_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences, Text, said
from milepost.scanners.software.prisma import (
    COMPLIANCE,
    NO_ID,
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
from milepost.scanners.times import iso_day, iso_instant, unix_instant

_COUNTS = {"vulnerabilityDistribution", "complianceDistribution"}
_MARKS = (
    '"complianceDistribution"',
    '"vulnerabilityDistribution"',
    '"compliances"',
    '"complianceIssues"',
    '"distroRelease"',
    '"vulnerabilityScanPassed"',
)


class _RepoTag(msgspec.Struct):
    registry: Text = None
    repo: Text = None
    tag: Text = None


class _Scanned(msgspec.Struct, rename="camel"):
    id: Text = None
    name: Text = None
    hostname: Text = None
    digest: Text = None
    repository: Text = None
    repo_tag: _RepoTag | None = None
    scan_time: Text = None
    vulnerabilities: list[msgspec.Raw] | None = None
    compliances: list[msgspec.Raw] | None = None
    compliance_issues: list[msgspec.Raw] | None = None
    vulnerability_distribution: msgspec.Raw = msgspec.Raw()
    compliance_distribution: msgspec.Raw = msgspec.Raw()
    vulnerability_scan_passed: msgspec.Raw = msgspec.Raw()
    compliance_scan_passed: msgspec.Raw = msgspec.Raw()

    def shows_vulnerabilities(self) -> bool:
        """Tell whether vulnerabilities were looked for: listed, counted or judged."""
        verdicts = (self.vulnerability_distribution, self.vulnerability_scan_passed)
        return self.vulnerabilities is not None or any(map(_is_there, verdicts))

    def shows_compliance(self) -> bool:
        """Tell whether compliance was looked at: listed, counted or judged."""
        verdicts = (self.compliance_distribution, self.compliance_scan_passed)
        listed = self.compliances is not None or self.compliance_issues is not None
        return listed or any(map(_is_there, verdicts))


class _Wrapped(msgspec.Struct, rename="camel"):
    entity_info: msgspec.Raw = msgspec.Raw()


class _Vulnerability(msgspec.Struct, rename="camel"):
    id: Text = None
    cve: Text = None
    status: Text = None
    cvss: Text = None
    vector: Text = None
    vec_str: Text = None
    description: Text = None
    severity: Text = None
    package_name: Text = None
    package_version: Text = None
    package_path: Text = None
    package_type: Text = None
    link: Text = None
    published_date: Text = None
    published: Text = None
    risk_factors: dict[str, object] | list[str] | None = None


class _Compliance(msgspec.Struct, rename="camel"):
    id: Text = None
    title: Text = None
    severity: Text = None
    cause: Text = None
    description: Text = None
    category: Text = None


_SCANNED = msgspec.json.Decoder(_Scanned)
_WRAPPED = msgspec.json.Decoder(_Wrapped)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)
_COMPLIANCE = msgspec.json.Decoder(_Compliance)


class PrismaJson:
    """The reader of Prisma Cloud Compute's JSON reports."""

    name = "prisma"
    title = "Prisma Cloud Compute, Twistlock (JSON)"
    about = About(
        versions="twistcli images, hosts and coderepo scan; the console's images, hosts and scans in JSON",
        key=(
            "image repository without tag, host name or code repository × id (CVE) × "
            "packageName and packagePath"
        ),
        coverage=(
            "vulnerabilities and compliance issues apart; each counts as looked at where its list, its "
            "distribution or its verdict is there"
        ),
        fields={
            "source_id": "vulnerabilities[].id, cve; compliances[].id (title where there is none)",
            "severity": "severity",
            "native_severity": "severity",
            "kind": "configuration for compliance issues",
            "solution": "status (fixed in …)",
            "cves": "id, cve",
            "aliases": "id",
            "actionable": "status (not affected)",
            "locator": "packageName, packagePath",
            "title": "id and packageName; compliances[].title",
            "description": "description",
            "cvss": "vector, vecStr, cvss",
            "references": "link",
            "package": "packageName without “(used in …)”",
            "version": "packageVersion",
            "fixed_version": "status (fixed in …)",
            "vendor_status": "status",
            "published": "publishedDate, published",
            "exploit_known": "riskFactors (in the wild)",
            "family": "packageType, category",
            "output": "compliances[].cause",
            "identifiers": "name, repoTag, hostname, repository",
        },
        severities=SEVERITIES,
        sources=(
            "Prisma Cloud Compute: Scan images with twistcli (Output); Scan code repos with twistcli",
            "Prisma Cloud Compute API: images, hosts, scans",
        ),
        samples=("scans/prisma_twistlock",),
        memory="the file is mapped; what it finds is held",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by what is counted of what was scanned, or by a code repository with its verdict."""
        if "results" in head.keys or "entityInfo" in head.keys:
            return '"check_id"' not in head.text and any(mark in head.text for mark in _MARKS)
        return bool(head.keys & _COUNTS) or {"repository", "passed"} <= head.keys

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then whatever was scanned; see `Scanner.read`."""
        reading = _Reading(source)
        for place, raw in listing(source, "results").records:
            reading.take(raw, place)
        yield from reading.parts()


SCANNER = PrismaJson()


class _Reading:
    """What a report says as it adds up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._nameless = 0
        self._known: dict[Flaw, Facts] = {}

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read one thing that was scanned."""
        wrapped = record(raw, _WRAPPED, self._source, place)
        if not isinstance(wrapped, Problem) and _is_there(wrapped.entity_info):
            raw, place = wrapped.entity_info, f"{place}.entityInfo"
        scanned = record(raw, _SCANNED, self._source, place)
        if isinstance(scanned, Problem):
            self._gathering.problems.append(scanned)
            return
        held = self._gathering.on(self._asset(scanned))
        if scanned.shows_vulnerabilities():
            self._vulnerabilities(scanned, held, place)
        issues = scanned.compliances or scanned.compliance_issues
        if scanned.shows_compliance():
            self._compliances(issues or [], held, place)
        if not held.scopes:
            held.scope(VULNERABILITY, TITLE, only_assessed=True)
            what = f"nothing shows what was looked for on {held.asset.name}"
            self._gathering.problem(place, what, "it counts as seen, not as re-tested; scan it again")
        for scope in range(len(held.scopes)):
            held.dated(iso_instant(said(scanned.scan_time)), scope=scope)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered."""
        self._occurrences.finish()
        if self._nameless:
            what = f"{self._nameless} {NO_ID}"
            self._gathering.problem("", what, "export the report with a newer version of the tool")
        yield from self._gathering.parts()

    def _asset(self, scanned: _Scanned) -> Asset:
        asset = _named_asset(scanned)
        if asset is None:
            asset, problem = unnamed_asset(self._source, AssetKind.IMAGE)
            self._gathering.problems.append(problem)
        return asset

    def _vulnerabilities(self, scanned: _Scanned, held: Gathered, place: str) -> None:
        scope = held.scope(VULNERABILITY, TITLE)
        for number, raw in enumerate(scanned.vulnerabilities or []):
            where = f"{place}.vulnerabilities[{number}]"
            found = record(raw, _VULNERABILITY, self._source, where)
            if isinstance(found, Problem):
                self._gathering.problems.append(found)
                continue
            flaw = _flaw(found)
            if not flaw.native:
                self._gathering.problem(where, "the vulnerability has no id and was not read", "give its id")
                continue
            severity = self._gathering.rate(flaw.word, where)
            facts = self._known.get(flaw) or self._known.setdefault(flaw, flaw_facts(flaw, severity))
            at = locator(flaw.package, flaw.version, said(found.package_path))
            self._occurrences.add(held, facts, at, scope=scope)

    def _compliances(self, issues: list[msgspec.Raw], held: Gathered, place: str) -> None:
        scope = held.scope(COMPLIANCE, TITLE)
        for number, raw in enumerate(issues):
            where = f"{place}.compliances[{number}]"
            found = record(raw, _COMPLIANCE, self._source, where)
            if isinstance(found, Problem):
                self._gathering.problems.append(found)
                continue
            native, title = said(found.id), said(found.title)
            if not native and not title:
                self._gathering.problem(
                    where, "the issue has neither id nor title and was not read", "give its id"
                )
                continue
            self._nameless += not native
            word = said(found.severity)
            rule = Rule(native, title, word, said(found.description), said(found.category))
            facts = self._gathering.shared(rule_facts(rule, self._gathering.rate(word, where)))
            self._occurrences.add(held, facts, "", cause(said(found.cause)), scope=scope)


def _named_asset(scanned: _Scanned) -> Asset | None:
    """Return the image, code repository or host that an entry names; None if it names nothing."""
    tag = scanned.repo_tag
    if tag is not None and tag.repo:
        full = "/".join(part for part in (said(tag.registry), said(tag.repo)) if part)
        return image_asset(image_of(f"{full}:{said(tag.tag)}" if tag.tag else full))
    if scanned.repository:
        return code_asset(said(scanned.repository))
    name = said(scanned.name).strip()
    is_image = bool(scanned.digest) or said(scanned.id).startswith("sha256:")
    if name and not name.startswith("sha256:") and (is_image or "/" in name or ":" in name):
        return image_asset(image_of(name))
    return None if is_image else host_asset(names=(said(scanned.hostname), name))


def _is_there(raw: msgspec.Raw) -> bool:
    return bytes(raw) not in {b"", b"null"}


@lru_cache(maxsize=1 << 10)
def _is_exploited(factors: tuple[str, ...]) -> bool:
    return any("in the wild" in factor.lower() for factor in factors)


def _flaw(found: _Vulnerability) -> Flaw:
    published = iso_day(said(found.published_date)) if found.published_date else ""
    if not found.published_date and (instant := unix_instant(said(found.published))) is not None:
        published = instant.date().isoformat()
    return Flaw(
        native=(said(found.cve) or said(found.id)).strip(),
        word=said(found.severity),
        package=package_name(said(found.package_name)),
        version=said(found.package_version),
        status=said(found.status),
        cvss=said(found.vector) or said(found.vec_str) or said(found.cvss),
        description=said(found.description),
        link=said(found.link),
        published=published,
        exploited=_is_exploited(tuple(found.risk_factors)) if found.risk_factors else False,
        family=said(found.package_type),
    )
