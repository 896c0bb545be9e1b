"""Grype reports in JSON."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.documents import load, record
from milepost.scanners.gathering import Gathering
from milepost.scanners.packages import SEVERITIES, Weakness, name_weakness, place
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences, said
from milepost.scanners.times import iso_day, iso_instant

SCOPE = "grype"

_OPERATING_SYSTEM = {"apk", "deb", "rpm", "alpm", "portage", "linux-kernel"}
_MARKS = ('"matchDetails"', '"relatedVulnerabilities"', '"vulnerability"')


class _Target(msgspec.Struct, rename="camel"):
    user_input: str | None = None
    tags: list[str] | None = None
    path: str | None = None


class _Scanned(msgspec.Struct, rename="camel"):
    type: str | None = None
    target: str | _Target | None = None


class _Descriptor(msgspec.Struct, rename="camel"):
    version: str | None = None
    timestamp: str | None = None


class _Fix(msgspec.Struct, rename="camel"):
    versions: list[str] | None = None
    state: str | None = None


class _Score(msgspec.Struct, rename="camel"):
    vector: str | None = None
    version: str | float | None = None


class _Exploited(msgspec.Struct, rename="camel"):
    due_date: str | None = None


class _Flaw(msgspec.Struct, rename="camel"):
    cwe: str | None = None


class _Vulnerability(msgspec.Struct, rename="camel"):
    id: str
    severity: str | None = None
    description: str | None = None
    data_source: str | None = None
    urls: list[str] | None = None
    cvss: list[_Score] | None = None
    fix: _Fix | None = None
    links: list[str] | None = None
    cvss_v2: _Score | None = None
    cvss_v3: _Score | None = None
    fixed_in_version: str | None = None
    known_exploited: list[_Exploited] | None = None
    cwes: list[_Flaw] | None = None


class _Location(msgspec.Struct, rename="camel"):
    path: str | None = None


class _Artifact(msgspec.Struct, rename="camel"):
    name: str
    version: str | None = None
    type: str | None = None
    locations: list[_Location] | None = None


class _Match(msgspec.Struct, rename="camel"):
    vulnerability: _Vulnerability
    artifact: _Artifact
    related_vulnerabilities: list[_Vulnerability] | None = None


class _Document(msgspec.Struct, rename="camel"):
    matches: list[msgspec.Raw] | None = None
    ignored_matches: list[msgspec.Raw] | None = None
    source: _Scanned | None = None
    descriptor: _Descriptor | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_MATCH = msgspec.json.Decoder(_Match)


class Grype:
    """The reader of Grype's JSON reports."""

    name = "grype"
    title = "Grype (JSON)"
    about = About(
        versions="JSON of 0.1 to 0.9x",
        key=(
            "image without tag or directory × id (CVE where there is one) × package, with "
            "its first path outside the "
            "operating system"
        ),
        coverage="everything Grype knows of; what it was told to ignore is not looked at",
        fields={
            "source_id": "vulnerability.id, relatedVulnerabilities[].id",
            "aliases": "vulnerability.id, relatedVulnerabilities[].id",
            "title": "vulnerability.id and artifact.name",
            "severity": "vulnerability.severity",
            "native_severity": "vulnerability.severity",
            "description": "vulnerability.description, relatedVulnerabilities[].description",
            "solution": "vulnerability.fix.versions",
            "cves": "vulnerability.id, relatedVulnerabilities[].id",
            "cwes": "vulnerability.cwes",
            "cvss": "vulnerability.cvss, relatedVulnerabilities[].cvss; cvssV3, cvssV2",
            "references": "vulnerability.dataSource, urls, links",
            "family": "artifact.type",
            "package": "artifact.name",
            "version": "artifact.version; the image's tag",
            "fixed_version": "vulnerability.fix.versions, fixedInVersion",
            "vendor_status": "vulnerability.fix.state",
            "exploit_known": "vulnerability.knownExploited",
            "kev_due": "vulnerability.knownExploited[].dueDate",
            "identifiers": "source.target",
        },
        severities=SEVERITIES,
        sources=("Grype source: grype/presenter/models",),
        samples=("scans/grype", "scans/series_grype"),
        memory="the file is mapped; what it finds is held",
        grade=Grade.GOLD,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list `matches` and what its members hold, or by the descriptor after an empty one."""
        if "matches" not in head.keys:
            return False
        return "descriptor" in head.keys or any(mark in head.text for mark in _MARKS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and the one thing that was scanned; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        matches = _Matches(source, document)
        for number, raw in enumerate(document.matches or []):
            matches.take(raw, f"matches[{number}]")
        for number, raw in enumerate(document.ignored_matches or []):
            matches.ignore(raw, f"ignoredMatches[{number}]")
        yield from matches.parts()


SCANNER = Grype()


class _Matches:
    """The matches of a report as they add up."""

    def __init__(self, source: Source, document: _Document) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        asset, problem = _asset(source, document.source)
        if problem is not None:
            self._gathering.problems.append(problem)
        descriptor = document.descriptor or _Descriptor()
        self._held = self._gathering.on(asset)
        self._held.scope(SCOPE, f"Grype {descriptor.version or ''}".rstrip())
        self._held.dated(iso_instant(descriptor.timestamp or ""))

    def take(self, raw: msgspec.Raw, where: str) -> None:
        """Read one match; the same package of the system at another path is the same occurrence."""
        match = record(raw, _MATCH, self._source, where)
        if isinstance(match, Problem):
            self._gathering.problems.append(match)
            return
        facts = _facts(match, self._gathering.rate(match.vulnerability.severity, where))
        self._occurrences.add(self._held, self._gathering.shared(facts), _place(match.artifact))

    def ignore(self, raw: msgspec.Raw, where: str) -> None:
        """Count what the scan was told to leave out as not assessed: it may still be there."""
        match = record(raw, _MATCH, self._source, where)
        if isinstance(match, Problem):
            self._gathering.problems.append(match)
            return
        self._held.listed_in_part(_weakness(match).source_id)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and what was scanned."""
        self._occurrences.finish()
        yield from self._gathering.parts()


def _asset(source: Source, scanned: _Scanned | None) -> tuple[Asset, Problem | None]:
    target = scanned.target if scanned else None
    if isinstance(target, _Target):
        reference = next(filter(None, [target.user_input or "", *(target.tags or [])]), "")
        if reference:
            return image_asset(image_of(reference)), None
        target = target.path
    if target and target not in {".", "./", "/"}:
        return code_asset(target), None
    kind = AssetKind.IMAGE if scanned and scanned.type == "image" else AssetKind.CODE
    return unnamed_asset(source, kind)


def _facts(match: _Match, severity: Severity) -> Facts:
    found, artifact = match.vulnerability, match.artifact
    related = match.related_vulnerabilities or []
    weakness = _weakness(match)
    fix = found.fix or _Fix()
    fixed_version = ", ".join(fix.versions or []) or found.fixed_in_version or ""
    exploited = found.known_exploited or []
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {artifact.name}",
        severity=severity,
        native_severity=found.severity or "",
        description=next(filter(None, [found.description, *(other.description for other in related)]), ""),
        solution=f"Upgrade {artifact.name} to {fixed_version}." if fixed_version else "",
        cves=weakness.cves,
        cwes=tuple(dict.fromkeys(flaw.cwe for flaw in found.cwes or [] if flaw.cwe)),
        aliases=weakness.aliases,
        cvss=_scores([found, *related]),
        references=_addresses(found),
        family=artifact.type or "",
        package=artifact.name,
        version=artifact.version or "",
        fixed_version=fixed_version,
        vendor_status=fix.state or "",
        exploit_known=bool(exploited),
        kev_due=min(filter(None, (iso_day(entry.due_date or "") for entry in exploited)), default=""),
    )


def _weakness(match: _Match) -> Weakness:
    others = [related.id for related in match.related_vulnerabilities or []]
    return name_weakness("grype", match.vulnerability.id, others)


def _addresses(found: _Vulnerability) -> tuple[str, ...]:
    every = (found.data_source or "", *(found.urls or ()), *(found.links or ()))
    return tuple(dict.fromkeys(filter(None, every)))


def _scores(vulnerabilities: list[_Vulnerability]) -> tuple[str, ...]:
    """Return the vectors of CVSS 3 before those of 2, each in the order of the report."""
    scores = [score for vulnerability in vulnerabilities for score in vulnerability.cvss or []]
    ranked = sorted(scores, key=lambda score: not said(score.version).startswith("3"))
    older = [score for each in vulnerabilities for score in (each.cvss_v3, each.cvss_v2) if score is not None]
    return tuple(dict.fromkeys(score.vector for score in [*ranked, *older] if score.vector))


def _place(artifact: _Artifact) -> str:
    if artifact.type in _OPERATING_SYSTEM:
        return artifact.name
    paths = sorted(location.path for location in artifact.locations or [] if location.path)
    return place(artifact.name, artifact.version or "", paths[0] if paths else "")
