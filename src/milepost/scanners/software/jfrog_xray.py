"""JFrog Xray in JSON: scans of the `jf` command line, artifact summaries, exports and reports of the server.

One issue has several components: each is an occurrence. A package's path lies in a layer that every build
names anew, so the package's name alone is the place. Scans and summaries look at everything; reports,
violations and exports of one page are filtered, so absence from them closes nothing. Licences and
operational risks are no weaknesses and are counted as left out.
"""

from collections.abc import Iterable, Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.documents import Listing, listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences, said
from milepost.scanners.software.xray_issue import SEVERITIES, TOOL, Component, Issue, asset_of, facts_of
from milepost.scanners.software.xray_shapes import (
    ARTIFACT,
    EXPORTED,
    ISSUE,
    SCAN,
    SIMPLE,
    Found,
    exported,
    issued,
    of_artifact,
    scanned,
)

TITLE = "JFrog Xray"

_SECOND_LIST = "securityViolations"
_LISTS = ("artifacts", "data", "rows", "violations", "vulnerabilities", _SECOND_LIST)
_TOTALS = ("total_count", "total_rows", "total_violations")
_NUMBER = msgspec.json.Decoder(int)


class JfrogXray:
    """The reader of JFrog Xray's JSON reports."""

    name = "xray"
    title = "JFrog Xray (JSON)"
    about = About(
        versions=(
            "jf docker scan, scan and audit (json and simple-json); artifact summary; "
            "vulnerability and violation "
            "reports; violations; export of components (data)"
        ),
        key=(
            "image without tag, artifact or module × issue id (CVE where there is none) × "
            "component without version"
        ),
        coverage="scans and summaries whole; exports of one page, reports and violations only what they name",
        fields={
            "source_id": "issue_id, issueId, id; cves[].cve",
            "severity": "severity",
            "title": "summary",
            "aliases": "cves[].cve (if there is one)",
            "native_severity": "severity",
            "family": "the component's kind (npm, alpine)",
            "version": "the component's version; the image's tag",
            "locator": "the component's name",
            "description": "description, extended_information.full_description",
            "solution": "extended_information.remediation, fixed_versions",
            "cves": "cves[].cve",
            "cwes": "cves[].cwe",
            "cvss": "cves[].cvss_v3_vector, cvss_v3, cvss_v2_vector, cvss_v2",
            "references": "references",
            "package": "components, source_comp_id, vulnerable_component, impactedPackageName",
            "fixed_version": "fixed_versions, fix_versions, fixedVersions",
            "identifiers": "component_id, general.component_id, impacted_artifact",
        },
        severities=SEVERITIES,
        sources=(
            "JFrog Xray REST APIs: Artifact Summary, Violations, Reports",
            "JFrog CLI: scan output formats",
        ),
        samples=("scans/jfrog_xray", "scans/series_jfrog_cli"),
        memory="the file is mapped; what it finds is held",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the keys of each report, and by a field of its first record where keys are common words."""
        keys, text = head.keys, head.text
        if {"scan_id", "component_id"} & keys and keys & {"scan_id", "vulnerabilities", "violations"}:
            return "scan_id" in keys
        if "data" in keys:
            return '"source_comp_id"' in text or '"component_versions"' in text
        if "artifacts" in keys:
            return '"issues"' in text and '"general"' in text
        if keys & {"rows", "violations"}:
            return any(mark in text for mark in ('"vulnerable_component"', '"infected_components"'))
        return "securityViolations" in keys or ("vulnerabilities" in keys and '"impactedPackageName"' in text)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then whatever was scanned; see `Scanner.read`."""
        found = listing(source, *_LISTS)
        if "scan_id" in found.around:
            found = listing(source)
        reading = _Reading(source, found)
        for place, raw in found.records:
            reading.take(raw, place)
        for number, raw in enumerate(_more(found.around.get(_SECOND_LIST))):
            reading.take(raw, f"{_SECOND_LIST}[{number}]")
        yield from reading.parts()


SCANNER = JfrogXray()


class _Reading:
    """The issues of a report as they add up."""

    def __init__(self, source: Source, found: Listing) -> None:
        self._source = source
        self._total = max((_whole(found.around.get(name)) for name in _TOTALS), default=0)
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._records = 0
        self._others = 0
        self._nameless = 0
        self._unnamed: Asset | None = None
        self._exports: list[Gathered] = []

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read one record of whichever report this is."""
        self._records += 1
        shape = _shape(place)
        if shape == "scan":
            self._scan(raw, place)
        elif shape == "artifact":
            self._artifact(raw, place)
        elif shape == "export":
            self._one(raw, place)
        else:
            self._simple(raw, place)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered, and say what the report withholds."""
        if self._total > self._records:
            what = f"the report says that there are {self._total} records and holds {self._records}"
            self._gathering.problem("", what, "export all pages")
        for held in self._exports:
            held.scopes[0].only_assessed = self._total > self._records
        if self._others:
            what = f"{self._others} findings on licences or operational risks were left out"
            self._gathering.problem("", what, "they are no weaknesses; nothing is to be done")
        if self._nameless:
            what = f"{self._nameless} issues carry neither id nor CVE; they are known by their title"
            self._gathering.problem("", what, "export the report with ids")
        self._occurrences.finish()
        yield from self._gathering.parts()

    def _scan(self, raw: msgspec.Raw, place: str) -> None:
        scan = record(raw, SCAN, self._source, place)
        if isinstance(scan, Problem):
            self._gathering.problems.append(scan)
            return
        done = said(scan.status).lower() in {"", "completed"}
        if not done:
            what = f"the scan has the status “{scan.status}”; nothing counts as looked at"
            self._gathering.problem(place, what, "scan it again")
        held = self._on(scan.component_id, whole=done)
        for name, raws in (("vulnerabilities", scan.vulnerabilities), ("violations", scan.violations)):
            for number, each in enumerate(raws or []):
                where = f"{place}.{name}[{number}]"
                issue = record(each, ISSUE, self._source, where)
                if isinstance(issue, Problem):
                    self._gathering.problems.append(issue)
                else:
                    self._add(scanned(issue), where, held)

    def _artifact(self, raw: msgspec.Raw, place: str) -> None:
        artifact = record(raw, ARTIFACT, self._source, place)
        if isinstance(artifact, Problem):
            self._gathering.problems.append(artifact)
            return
        general, issues = of_artifact(artifact)
        held = self._on(general, whole=True)
        for number, each in enumerate(issues):
            where = f"{place}.issues[{number}]"
            issue = record(each, ISSUE, self._source, where)
            if isinstance(issue, Problem):
                self._gathering.problems.append(issue)
            else:
                self._add(issued(issue), where, held)

    def _one(self, raw: msgspec.Raw, place: str) -> None:
        row = record(raw, EXPORTED, self._source, place)
        if isinstance(row, Problem):
            self._gathering.problems.append(row)
            return
        assets, found = exported(row)
        for asset in assets or ("",):
            held = self._on(asset, whole=False)
            if place.startswith("data["):
                self._exports.append(held)
            self._add(found, place, held)

    def _simple(self, raw: msgspec.Raw, place: str) -> None:
        row = record(raw, SIMPLE, self._source, place)
        if isinstance(row, Problem):
            self._gathering.problems.append(row)
            return
        self._add(row.found(), place, self._on("", whole=True))

    def _add(self, found: Found, where: str, held: Gathered) -> None:
        if found.kind not in {"", "security"}:
            self._others += 1
            return
        issue, components = found.issue, found.components
        if not issue.native and not issue.title and not issue.cves:
            self._gathering.problem(where, "the issue has no id and was not read", "export it with its id")
            return
        self._nameless += not issue.native and not any(said(each.cve) or said(each.id) for each in issue.cves)
        self._each(issue, components or (Component("", ""),), where, held)

    def _each(self, issue: Issue, components: Iterable[Component], where: str, held: Gathered) -> None:
        severity = self._gathering.rate(issue.word, where)
        for component in components:
            facts = self._gathering.shared(facts_of(issue, component, severity))
            self._occurrences.add(held, facts, component.name)

    def _on(self, identifier: str | float | None, *, whole: bool) -> Gathered:
        held = self._gathering.on(asset_of(said(identifier)) or self._nobody())
        held.scope(TOOL, TITLE, only_assessed=not whole)
        return held

    def _nobody(self) -> Asset:
        if self._unnamed is None:
            self._unnamed, problem = unnamed_asset(self._source, AssetKind.CODE)
            self._gathering.problems.append(problem)
        return self._unnamed


def _shape(place: str) -> str:
    """Tell by a record's place which report it is of; a bare list or line is of scans."""
    name = place.partition("[")[0]
    if name == "artifacts":
        return "artifact"
    if name in {"data", "rows", "violations"}:
        return "export"
    return "simple" if name in {"vulnerabilities", "securityViolations"} else "scan"


def _more(raw: msgspec.Raw | None) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw] | None) or [] if raw is not None else []
    except msgspec.MsgspecError:
        return []


def _whole(raw: msgspec.Raw | None) -> int:
    try:
        return _NUMBER.decode(raw) if raw is not None else 0
    except msgspec.MsgspecError:
        return 0
