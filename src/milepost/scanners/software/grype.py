"""Grype reports in JSON."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Coverage, Facts, Finding
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import UNKNOWN
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.documents import load, record
from milepost.scanners.packages import Weakness, name_weakness, place, severity_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_day, iso_instant

SCOPE = "grype"

_OPERATING_SYSTEM = {"apk", "deb", "rpm", "alpm", "portage", "linux-kernel"}
_MARKS = ('"matchDetails"', '"relatedVulnerabilities"', '"vulnerability"')


class _Target(msgspec.Struct, rename="camel"):
    user_input: str | None = None
    tags: list[str] | None = None


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
    version: str | None = None


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
    about = UNKNOWN

    def recognises(self, head: Head) -> bool:
        """Tell by the list `matches` and what its members hold, or by the descriptor after an empty one."""
        if "matches" not in head.keys:
            return False
        return "descriptor" in head.keys or any(mark in head.text for mark in _MARKS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and the one thing that was scanned; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        matches = _Matches(source)
        asset = _asset(source, document.source, matches)
        for number, raw in enumerate(document.matches or []):
            matches.take(raw, f"matches[{number}]")
        for number, raw in enumerate(document.ignored_matches or []):
            matches.ignore(raw, f"ignoredMatches[{number}]")
        descriptor = document.descriptor or _Descriptor()
        coverage = Coverage(
            SCOPE,
            f"Grype {descriptor.version or ''}".rstrip(),
            iso_instant(descriptor.timestamp or ""),
            unassessed=frozenset(matches.ignored),
        )
        yield from matches.problems
        yield AssetReport(asset, (coverage,), tuple(matches.findings))


SCANNER = Grype()


class _Matches:
    """The matches of a report as they add up."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self.findings: list[Finding] = []
        self.ignored: set[str] = set()
        self._source = source
        self._facts: dict[Facts, Facts] = {}

    def take(self, raw: msgspec.Raw, where: str) -> None:
        """Read one match."""
        match = record(raw, _MATCH, self._source, where)
        if isinstance(match, Problem):
            self.problems.append(match)
            return
        facts = _facts(match, self._severity(match.vulnerability.severity, where))
        self.findings.append(Finding(self._facts.setdefault(facts, facts), _place(match.artifact)))

    def ignore(self, raw: msgspec.Raw, where: str) -> None:
        """Count what the scan was told to leave out as not assessed: it may still be there."""
        match = record(raw, _MATCH, self._source, where)
        if isinstance(match, Problem):
            self.problems.append(match)
            return
        self.ignored.add(_weakness(match).source_id)

    def _severity(self, word: str | None, where: str) -> Severity:
        severity = severity_of(word)
        if severity is None:
            what = f"the severity “{word}” is unknown; the finding is unrated"
            self.problems.append(Problem(f"{self._source.name}, {where}", what, "rate it by hand"))
            return Severity.UNRATED
        return severity


def _asset(source: Source, scanned: _Scanned | None, matches: _Matches) -> Asset:
    target = scanned.target if scanned else None
    if isinstance(target, _Target):
        reference = next(filter(None, [target.user_input or "", *(target.tags or [])]), "")
        if reference:
            return image_asset(image_of(reference))
    elif target and target not in {".", "./"}:
        return code_asset(target)
    kind = AssetKind.IMAGE if scanned and scanned.type == "image" else AssetKind.CODE
    asset, problem = unnamed_asset(source, kind)
    matches.problems.append(problem)
    return asset


def _facts(match: _Match, severity: Severity) -> Facts:
    found, artifact = match.vulnerability, match.artifact
    related = match.related_vulnerabilities or []
    weakness = _weakness(match)
    fix = found.fix or _Fix()
    fixed_version = ", ".join(fix.versions or [])
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
        references=tuple(dict.fromkeys(filter(None, [found.data_source or "", *(found.urls or [])]))),
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


def _scores(vulnerabilities: list[_Vulnerability]) -> tuple[str, ...]:
    """Return the vectors of CVSS 3 before those of 2, each in the order of the report."""
    scores = [score for vulnerability in vulnerabilities for score in vulnerability.cvss or []]
    ranked = sorted(scores, key=lambda score: not (score.version or "").startswith("3"))
    return tuple(dict.fromkeys(score.vector for score in ranked if score.vector))


def _place(artifact: _Artifact) -> str:
    if artifact.type in _OPERATING_SYSTEM:
        return artifact.name
    paths = sorted(location.path for location in artifact.locations or [] if location.path)
    return place(artifact.name, artifact.version or "", paths[0] if paths else "")
