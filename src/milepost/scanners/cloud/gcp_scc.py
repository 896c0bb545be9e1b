"""Findings of Google's Security Command Center, as its API and gcloud list them.

The list is whatever a filter leaves of it (usually what is active): nothing counts as assessed but what is
listed. The field names are those of the published API; no real export was at hand to try them on.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.cloud.occurrences import Loose, Occurrences, goes_on, instant, words
from milepost.scanners.cloud.resources import package_place, provider_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source

SCOPE = "scc"
TOOL = "Google Security Command Center"

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "severity_unspecified": Severity.UNRATED,
}
_SETTINGS = {"MISCONFIGURATION", "POSTURE_VIOLATION", "TOXIC_COMBINATION", "CHOKEPOINT"}
_EXPLOITED = {"WIDE", "CONFIRMED", "AVAILABLE"}


class _Score(msgspec.Struct, rename="camel", gc=False):
    base_score: Loose = None


class _Link(msgspec.Struct, gc=False):
    uri: str | None = None


class _Cve(msgspec.Struct, rename="camel", gc=False):
    id: str | None = None
    cvssv3: _Score | None = None
    references: list[_Link] | None = None
    exploitation_activity: str | None = None
    observed_in_the_wild: bool | None = None


class _Package(msgspec.Struct, rename="camel", gc=False):
    package_name: str | None = None
    package_type: str | None = None
    package_version: str | None = None


class _Cwe(msgspec.Struct, gc=False):
    id: str | None = None


class _Vulnerability(msgspec.Struct, rename="camel", gc=False):
    cve: _Cve | None = None
    cwes: list[_Cwe] | None = None
    offending_package: _Package | None = None
    fixed_package: _Package | None = None


class _File(msgspec.Struct, gc=False):
    path: str | None = None


class _Finding(msgspec.Struct, rename="camel", gc=False):
    name: str | None = None
    category: str | None = None
    resource_name: str | None = None
    state: str | None = None
    mute: str | None = None
    severity: str | None = None
    finding_class: str | None = None
    description: str | None = None
    next_steps: str | None = None
    external_uri: str | None = None
    event_time: Loose = None
    create_time: Loose = None
    vulnerability: _Vulnerability | None = None
    files: list[_File] | None = None


class _Resource(msgspec.Struct, rename="camel", gc=False):
    name: str | None = None
    display_name: str | None = None


class _Result(_Finding, rename="camel", gc=False):
    """A result of the list, which holds a finding, or a finding by itself."""

    finding: _Finding | None = None
    resource: _Resource | None = None


_RESULT = msgspec.json.Decoder(_Result)
_READ_TIME = msgspec.json.Decoder(str | None)


class SecurityCommandCenter:
    """The reader of Security Command Center's findings."""

    name = "gcp-scc"
    title = "Google Security Command Center (JSON)"
    about = About(
        versions="ListFindings of the API v1 and v2 (listFindingsResults), gcloud scc findings list (a bare"
        " list), one a line; the field list is unverified: from the API's documents, tried on no real export",
        key="resourceName × vulnerability × package; resourceName × category for settings; else with the last"
        " part of the finding's name",
        coverage="only what is listed; INACTIVE is gone, MUTED opens no item, SCC_ERROR is not assessed",
        fields={
            "source_id": "vulnerability.cve.id, else category",
            "title": "category",
            "severity": "severity",
            "kind": "findingClass",
            "description": "description",
            "solution": "nextSteps",
            "cves": "vulnerability.cve.id",
            "cwes": "vulnerability.cwes.id",
            "cvss": "vulnerability.cve.cvssv3.baseScore",
            "references": "vulnerability.cve.references.uri",
            "family": "findingClass",
            "package": "vulnerability.offendingPackage.packageName",
            "version": "vulnerability.offendingPackage.packageVersion",
            "fixed_version": "vulnerability.fixedPackage.packageVersion",
            "vendor_status": "mute",
            "exploit_known": "vulnerability.cve.exploitationActivity, observedInTheWild",
            "actionable": "mute MUTED",
            "locator": "vulnerability.offendingPackage.packageName, files.path; the end of name for threats",
            "output": "externalUri",
            "first_seen": "createTime",
            "scanned_at": "readTime, else the latest eventTime of the resource",
            "asset": "resourceName, resource.displayName",
        },
        severities=_SEVERITIES,
        sources=(
            "Security Command Center REST API, ListFindingsResponse and Finding (unverified by a sample)",
        ),
        memory="the findings of all assets; the file itself is mapped",
        grade=Grade.NONE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list's name, or by a finding with category, state and resource."""
        if "listFindingsResults" in head.keys:
            return True
        if "finding" in head.keys:
            return '"category"' in head.text and '"resourceName"' in head.text
        return {"category", "resourceName", "state"} <= head.keys

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        around, records = listing(source, "listFindingsResults")
        read_at = record(around.get("readTime", msgspec.Raw(b"null")), _READ_TIME, source, "readTime")
        reading = _Reading(source, None if isinstance(read_at, Problem) else read_at)
        for place, raw in records:
            reading.take(raw, place)
        if goes_on(around, "nextPageToken"):
            what = "the list goes on on another page"
            reading.occurrences.gathering.problem("nextPageToken", what, "export all pages into one file")
        yield from reading.occurrences.parts()


SCANNER = SecurityCommandCenter()


class _Reading:
    """The findings as they add up."""

    def __init__(self, source: Source, read_at: str | None) -> None:
        self.occurrences = Occurrences(source, _SEVERITIES)
        self._source = source
        self._read_at = instant(read_at)
        self._facts: dict[tuple[str | None, ...], Facts] = {}

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read one result; one that cannot be read or lacks category or resource becomes a problem."""
        result = record(raw, _RESULT, self._source, place)
        if isinstance(result, Problem):
            self.occurrences.gathering.problems.append(result)
            return
        found, resource = result.finding or result, result.resource or _Resource()
        name = words(found.resource_name) or words(resource.name)
        if not name or not (words(found.category) or _cve(found)):
            what = "the finding lacks resource or category; it was not read"
            self.occurrences.gathering.problem(place, what, "export the findings again")
            return
        held = self.occurrences.on(name, lambda: provider_asset(name, name=words(resource.display_name)))
        scope = held.scope(SCOPE, TOOL, only_assessed=True)
        held.dated(self._read_at or instant(found.event_time), scope=scope)
        self._add(held, scope, found, self._said(found, place))

    def _said(self, found: _Finding, place: str) -> Facts:
        """Return what is said of a weakness; that of a setting is worked out once for all resources."""
        severity = self.occurrences.gathering.rate(found.severity, place)
        if found.vulnerability is not None:
            return _facts(found, severity)
        said = (found.category, found.severity, found.finding_class, found.description, found.next_steps)
        facts = self._facts.get(said)
        if facts is None:
            facts = self._facts[said] = _facts(found, severity)
        return facts

    def _add(self, held: Gathered, scope: int, found: _Finding, facts: Facts) -> None:
        if words(found.state).upper() == "INACTIVE":
            held.passed(facts.source_id, scope=scope)
        elif words(found.finding_class).upper() == "SCC_ERROR":
            held.skipped(facts.source_id, scope=scope)
            what = "findings say that a detector could not work; they are no weaknesses and were left out"
            self.occurrences.left_out(what, "repair the detectors in Security Command Center")
        else:
            muted = words(found.mute).upper() == "MUTED"
            shown = self.occurrences.suppressed(facts, "muted") if muted else facts
            first, said = instant(found.create_time), found.external_uri or ""
            self.occurrences.found(held, shown, _place(found), output=said, first_seen=first, scope=scope)


def _cve(found: _Finding) -> str:
    cve = found.vulnerability.cve if found.vulnerability else None
    return words(cve.id if cve else None)


def _facts(found: _Finding, severity: Severity) -> Facts:
    flaw = found.vulnerability or _Vulnerability()
    cve = flaw.cve or _Cve()
    package, fixed = flaw.offending_package or _Package(), flaw.fixed_package or _Package()
    weakness = name_weakness(SCOPE, _cve(found) or words(found.category), [])
    score = words(cve.cvssv3.base_score if cve.cvssv3 else None)
    urls = [link.uri for link in cve.references or []]
    name = words(package.package_name)
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {name}" if name else words(found.category) or weakness.source_id,
        severity=severity,
        native_severity=words(found.severity),
        kind=_kind(found),
        description=words(found.description),
        solution=words(found.next_steps),
        cves=weakness.cves,
        cwes=_cwes(flaw),
        aliases=weakness.aliases,
        cvss=(score,) if score else (),
        references=tuple(dict.fromkeys(url for url in urls if url)),
        family=words(found.finding_class),
        package=name,
        version=words(package.package_version),
        fixed_version=words(fixed.package_version),
        exploit_known=bool(cve.observed_in_the_wild)
        or words(cve.exploitation_activity).upper() in _EXPLOITED,
    )


def _cwes(flaw: _Vulnerability) -> tuple[str, ...]:
    numbers = [words(cwe.id).upper().removeprefix("CWE-") for cwe in flaw.cwes or []]
    return tuple(dict.fromkeys(f"CWE-{number}" for number in numbers if number))


def _kind(found: _Finding) -> WeaknessKind:
    setting = words(found.finding_class).upper() in _SETTINGS
    return WeaknessKind.CONFIGURATION if setting else WeaknessKind.VULNERABILITY


def _place(found: _Finding) -> str:
    """Return the package; nothing for what a resource has once; else the finding's own name."""
    package = (found.vulnerability.offending_package if found.vulnerability else None) or _Package()
    if words(package.package_name):
        path = next((words(file.path) for file in found.files or [] if words(file.path)), "")
        kind = words(package.package_type)
        manager = kind if path else "OS"
        return package_place(words(package.package_name), words(package.package_version), manager, path)
    if words(found.finding_class).upper() in _SETTINGS | {"VULNERABILITY", ""}:
        return ""
    return words(found.name).rpartition("/")[2]
