"""Dependency-Track findings: the File Packaging Format (FPF) that the server exports for one project.

The project without its version is the asset; a component goes by group and name, because its uuid changes
with every upload of a bill of materials. What an analyst calls resolved counts as looked for and gone; what
is a false positive, not affected or suppressed stays a finding that needs no action.
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.documents import load, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import SEVERITIES as PACKAGE_SEVERITIES
from milepost.scanners.packages import Weakness
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import SUPPRESSED, Occurrences, Text, named, said
from milepost.scanners.text import plain
from milepost.scanners.times import iso_day, iso_instant, unix_instant

TOOL = "dependency-track"
SEVERITIES = PACKAGE_SEVERITIES | {"info": Severity.INFO, "unassigned": Severity.UNRATED}

_NO_ACTION = {"FALSE_POSITIVE", "NOT_AFFECTED"}
_RESOLVED = "RESOLVED"


class _Meta(msgspec.Struct):
    version: Text = None
    timestamp: Text = None


class _Project(msgspec.Struct):
    group: Text = None
    name: Text = None
    version: Text = None


class _Component(msgspec.Struct, rename="camel"):
    group: Text = None
    name: Text = None
    version: Text = None
    purl: Text = None


class _Alias(msgspec.Struct, rename="camel"):
    cve_id: Text = None
    ghsa_id: Text = None


class _Flaw(msgspec.Struct, rename="camel"):
    cwe_id: Text = None


class _Vulnerability(msgspec.Struct, rename="camel"):
    vuln_id: Text = None
    source: Text = None
    title: Text = None
    severity: Text = None
    description: Text = None
    recommendation: Text = None
    aliases: list[_Alias] | None = None
    cwe_id: Text = None
    cwes: list[_Flaw] | None = None
    cvss_v3_vector: Text = msgspec.field(default=None, name="cvssV3Vector")
    cvss_v3_score: Text = msgspec.field(default=None, name="cvssV3BaseScore")
    cvss_v2_vector: Text = msgspec.field(default=None, name="cvssV2Vector")
    cvss_v2_score: Text = msgspec.field(default=None, name="cvssV2BaseScore")
    published: Text = None


class _Analysis(msgspec.Struct, rename="camel"):
    state: Text = None
    is_suppressed: bool | None = None


class _Attribution(msgspec.Struct, rename="camel"):
    attributed_on: Text = None
    reference_url: Text = None


class _Finding(msgspec.Struct):
    component: _Component
    vulnerability: _Vulnerability
    analysis: _Analysis | None = None
    attribution: _Attribution | None = None


class _Document(msgspec.Struct):
    meta: _Meta | None = None
    project: _Project | None = None
    findings: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_FINDING = msgspec.json.Decoder(_Finding)


class DependencyTrack:
    """The reader of Dependency-Track's File Packaging Format."""

    name = "dependency-track"
    title = "Dependency-Track findings (FPF)"
    about = About(
        versions="File Packaging Format 1.0 to 1.3, server 3.4 to 4",
        key="project without version × vulnId (CVE) × component group and name",
        coverage="the whole project: every export lists all findings of it",
        fields={
            "source_id": "vulnerability.vulnId, aliases",
            "title": "vulnerability.title",
            "severity": "vulnerability.severity",
            "native_severity": "vulnerability.severity",
            "cves": "vulnerability.vulnId, aliases",
            "locator": "component.group, name",
            "description": "vulnerability.description",
            "solution": "vulnerability.recommendation",
            "aliases": "vulnerability.aliases",
            "cwes": "vulnerability.cwes, cweId",
            "cvss": "vulnerability.cvssV3Vector, cvssV3BaseScore, cvssV2Vector, cvssV2BaseScore",
            "references": "attribution.referenceUrl",
            "family": "component.purl (its type)",
            "package": "component.group, name",
            "version": "component.version",
            "published": "vulnerability.published",
            "vendor_status": "analysis.state, isSuppressed",
            "actionable": "analysis.state, isSuppressed",
            "first_seen": "attribution.attributedOn",
            "identifiers": "project.group, name, version",
        },
        severities=SEVERITIES,
        sources=("Dependency-Track documentation: File Formats, Finding Packaging Format (FPF)",),
        samples=("scans/dependency_track",),
        memory="the file is mapped; what it finds is held",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the two parts that every export has and by the application's name or a matrix."""
        if "meta" not in head.keys and "findings" not in head.keys:
            return False
        return '"Dependency-Track"' in head.text or (
            '"matrix"' in head.text and '"vulnId"' in head.text and "findings" in head.keys
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then the project; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        if document.meta is None and document.findings is None:
            what = "the report has neither findings nor the header of an export"
            raise DamagedInput(what, where=source.name, fix="export the findings of the project again")
        yield from _Reading(source, document).parts()


SCANNER = DependencyTrack()


class _Reading:
    """The findings of a project as they add up."""

    def __init__(self, source: Source, document: _Document) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._held = self._begin(document.project, document.meta or _Meta())
        for number, raw in enumerate(document.findings or []):
            self._take(raw, f"findings[{number}]")
        self._occurrences.finish()

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered."""
        yield from self._gathering.parts()

    def _begin(self, project: _Project | None, meta: _Meta) -> Gathered:
        held = self._gathering.on(self._asset(project))
        held.scope(TOOL, f"Dependency-Track {said(meta.version)}".rstrip())
        held.dated(iso_instant(said(meta.timestamp)))
        return held

    def _asset(self, project: _Project | None) -> Asset:
        if project is None or not said(project.name).strip():
            asset, problem = unnamed_asset(self._source, AssetKind.CODE)
            self._gathering.problems.append(problem)
            return asset
        name = "/".join(filter(None, (said(project.group).strip(), said(project.name).strip())))
        identifier = Identifier(IdentifierKind.NAME, name.lower())
        return Asset(name, AssetKind.CODE, (identifier,), said(project.version))

    def _take(self, raw: msgspec.Raw, where: str) -> None:
        found = record(raw, _FINDING, self._source, where)
        if isinstance(found, Problem):
            self._gathering.problems.append(found)
            return
        if not said(found.vulnerability.vuln_id).strip():
            self._gathering.problem(where, "the finding has no vulnId and was not read", "give its id")
            return
        weakness = _weakness(found.vulnerability)
        if (
            found.analysis is not None
            and found.analysis.state == _RESOLVED
            and not found.analysis.is_suppressed
        ):
            self._held.passed(weakness.source_id)
            return
        severity = self._gathering.rate(said(found.vulnerability.severity), where)
        facts = self._gathering.shared(_facts(found, weakness, severity))
        attributed = said(found.attribution.attributed_on) if found.attribution else ""
        first = iso_instant(attributed) or unix_instant(attributed[:-3])
        self._occurrences.add(self._held, facts, facts.package, first_seen=first)


def _weakness(found: _Vulnerability) -> Weakness:
    """Name a vulnerability by its id; one of a database with bare numbers by database and number."""
    native = said(found.vuln_id).strip()
    others = [said(name) for alias in found.aliases or [] for name in (alias.cve_id, alias.ghsa_id) if name]
    if native.isdigit() and found.source:
        native = f"{said(found.source)}-{native}"
    return named(TOOL, native, tuple(dict.fromkeys(others)))


def _facts(found: _Finding, weakness: Weakness, severity: Severity) -> Facts:
    flaw, component = found.vulnerability, found.component
    status, actionable = _standing(found.analysis)
    package = "/".join(filter(None, (said(component.group), said(component.name))))
    link = said(found.attribution.reference_url) if found.attribution else ""
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=said(flaw.title) or f"{weakness.source_id} in {package}",
        severity=severity,
        native_severity=said(flaw.severity),
        description=plain(said(flaw.description)),
        solution=plain(said(flaw.recommendation)),
        cves=weakness.cves,
        cwes=_cwes(flaw),
        aliases=weakness.aliases,
        cvss=_scores(flaw),
        references=(link.partition("?")[0],) if link else (),
        family=_purl_type(said(component.purl)),
        package=package,
        version=said(component.version),
        published=iso_day(said(flaw.published)),
        vendor_status=status,
        actionable=actionable,
    )


def _standing(analysis: _Analysis | None) -> tuple[str, bool]:
    """Return the analyst's state, and whether anything is left to do."""
    state = said(analysis.state) if analysis is not None else ""
    if analysis is None or not (analysis.is_suppressed or state in _NO_ACTION):
        return state, True
    return f"{SUPPRESSED}{state or 'no state'}", False


def _cwes(flaw: _Vulnerability) -> tuple[str, ...]:
    numbers = [said(each.cwe_id) for each in flaw.cwes or []] or [said(flaw.cwe_id)]
    return tuple(dict.fromkeys(f"CWE-{number}" for number in numbers if number))


def _scores(flaw: _Vulnerability) -> tuple[str, ...]:
    third = said(flaw.cvss_v3_vector) or said(flaw.cvss_v3_score)
    second = said(flaw.cvss_v2_vector) or said(flaw.cvss_v2_score)
    return tuple(each.strip("()") for each in (third, second) if each)


@lru_cache(maxsize=1 << 12)
def _purl_type(purl: str) -> str:
    return purl.removeprefix("pkg:").partition("/")[0] if purl.startswith("pkg:") else ""
