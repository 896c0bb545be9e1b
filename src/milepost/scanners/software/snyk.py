"""Snyk reports in JSON: `snyk test` on projects and containers, one or a list, and `snyk iac test`.

Snyk writes one entry for each path by which a package comes in: these are one occurrence, whose output
lists the paths. Each file with dependencies is a scope of its own, because a run may test one of several.
With a severity threshold nothing counts as looked at but what is named. A licence is no weakness and is
counted as left out.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences, Text, said
from milepost.scanners.software.snyk_issue import (
    INFRASTRUCTURE,
    SEVERITIES,
    TOOL,
    VULNERABILITY,
    infrastructure_facts,
    is_licence,
    path_of,
    vulnerability_facts,
)

_TITLE = "Snyk"
_IMAGE = "docker-image|"
_PROJECT = {"packageManager", "dependencyCount", "displayTargetFile", "projectName", "uniqueCount", "ok"}
_MARKS = ('"SNYK-', '"upgradePath"', '"isUpgradable"', '"packageManager"', '"semver"')


class _Filtered(msgspec.Struct):
    ignore: list[msgspec.Raw] | None = None


class _Project(msgspec.Struct, rename="camel"):
    """The test of one project, container or file; `applications` are the projects within a container."""

    vulnerabilities: list[msgspec.Raw] | None = None
    infrastructure_as_code_issues: list[msgspec.Raw] | None = None
    applications: list[msgspec.Raw] | None = None
    filtered: _Filtered | None = None
    error: Text = None
    project_name: Text = None
    path: Text = None
    display_target_file: Text = None
    target_file: Text = None
    package_manager: Text = None
    docker: dict[str, object] | None = None
    severity_threshold: Text = None


_DECODER = msgspec.json.Decoder(_Project)


class Snyk:
    """The reader of Snyk's JSON reports."""

    name = "snyk"
    title = "Snyk test (JSON)"
    about = About(
        versions="snyk test and snyk container test --json, one project or a list; snyk iac test --json",
        key="projectName or image without tag × id × packageName and displayTargetFile; path of an IaC issue",
        coverage=(
            "each tested file is a scope; whole without a severity threshold; a project that failed is not "
            "looked at; ignored issues are suppressed findings"
        ),
        fields={
            "source_id": "id, publicId",
            "title": "title",
            "severity": "severityWithCritical, severity",
            "native_severity": "severityWithCritical, severity",
            "kind": "configuration for infrastructureAsCodeIssues",
            "actionable": "filtered.ignore, isIgnored",
            "locator": "packageName and displayTargetFile; path",
            "scope": "displayTargetFile, targetFile",
            "description": "description, iacDescription.issue and impact",
            "solution": "fixedIn; iacDescription.resolve",
            "cves": "identifiers.CVE",
            "cwes": "identifiers.CWE",
            "aliases": "identifiers.CVE, identifiers.GHSA (if there is one)",
            "cvss": "CVSSv3, cvssScore",
            "references": "references[].url",
            "family": "packageManager, language",
            "package": "packageName",
            "version": "version",
            "fixed_version": "fixedIn, nearestFixedInVersion",
            "published": "publicationTime",
            "vendor_status": "filtered.ignored[].reason",
            "output": "from",
            "identifiers": "projectName, path of a container",
        },
        severities=SEVERITIES,
        sources=("Snyk CLI documentation: test, container test, iac test (--json)",),
        samples=("scans/snyk",),
        memory="the file is mapped; what it finds is held",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the parts of a project's test, or by what its first vulnerability consists of."""
        keys = head.keys
        if "infrastructureAsCodeIssues" in keys:
            return True
        if "vulnerabilities" not in keys:
            return "error" in keys and {"ok", "path"} <= keys
        return len(keys & _PROJECT) > 1 or (
            '"packageName"' in head.text and any(mark in head.text for mark in _MARKS)
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then each project; see `Scanner.read`."""
        reading = _Reading(source)
        for place, raw in listing(source).records:
            reading.take(raw, "" if place == "the document" else place)
        yield from reading.parts()


SCANNER = Snyk()


class _Reading:
    """The projects of a report as they add up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._licences = 0
        self._unnamed: Asset | None = None

    def take(self, raw: msgspec.Raw, place: str, container: Asset | None = None) -> None:
        """Read the test of one project; the projects within a container are tested on the container."""
        project = record(raw, _DECODER, self._source, place or "the document")
        if isinstance(project, Problem):
            self._gathering.problems.append(project)
            return
        asset = container or self._asset(project)
        held = self._gathering.on(asset)
        before = f"{place}." if place else ""
        if project.error:
            self._failed(project, held, place)
            return
        self._vulnerabilities(project, held, before)
        self._infrastructure(project, held, before)
        for number, each in enumerate(project.applications or []):
            self.take(each, f"{before}applications[{number}]", asset)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered."""
        if self._licences:
            what = f"{self._licences} licence findings were left out"
            self._gathering.problem("", what, "a licence is no weakness; nothing is to be done")
        self._occurrences.finish()
        yield from self._gathering.parts()

    def _asset(self, project: _Project) -> Asset:
        name, path = said(project.project_name).strip(), said(project.path).strip()
        if project.docker is not None or name.startswith(_IMAGE):
            reference = path or name.removeprefix(_IMAGE)
            if reference:
                return image_asset(image_of(reference))
        if name or path:
            return code_asset(name or path.replace("\\", "/").rstrip("/").rpartition("/")[2])
        if self._unnamed is None:
            self._unnamed, problem = unnamed_asset(self._source, AssetKind.CODE)
            self._gathering.problems.append(problem)
        return self._unnamed

    def _failed(self, project: _Project, held: Gathered, place: str) -> None:
        held.scope(TOOL, _TITLE, only_assessed=True)
        what = f"Snyk could not test {held.asset.name}: {said(project.error)[:200]}"
        self._gathering.problem(place, what, "repair the project and test it again")

    def _scope(self, project: _Project, held: Gathered) -> tuple[int, str]:
        file = _file(project)
        name = f"{TOOL}:{file}" if file else TOOL
        return held.scope(name, _TITLE, only_assessed=bool(project.severity_threshold)), file

    def _vulnerabilities(self, project: _Project, held: Gathered, before: str) -> None:
        if project.vulnerabilities is None and project.infrastructure_as_code_issues is not None:
            return
        scope, file = self._scope(project, held)
        manager = said(project.package_manager)
        ignored = (project.filtered.ignore if project.filtered else None) or []
        for name, raws in (("vulnerabilities", project.vulnerabilities or []), ("filtered.ignore", ignored)):
            for number, raw in enumerate(raws):
                self._vulnerability(raw, f"{before}{name}[{number}]", held, (scope, file, manager))

    def _vulnerability(
        self, raw: msgspec.Raw, where: str, held: Gathered, within: tuple[int, str, str]
    ) -> None:
        found = record(raw, VULNERABILITY, self._source, where)
        if isinstance(found, Problem):
            self._gathering.problems.append(found)
            return
        if is_licence(found):
            self._licences += 1
            return
        if not said(found.id):
            self._gathering.problem(where, "the vulnerability has no id and was not read", "give its id")
            return
        scope, file, manager = within
        severity = self._gathering.rate(said(found.severity_with_critical) or said(found.severity), where)
        ignored = ".filtered.ignore[" in f".{where}"
        facts = self._gathering.shared(vulnerability_facts(found, severity, manager, ignored=ignored))
        locator = f"{facts.package} {file}".rstrip()
        self._occurrences.add(held, facts, locator, path_of(found), scope=scope)

    def _infrastructure(self, project: _Project, held: Gathered, before: str) -> None:
        if project.infrastructure_as_code_issues is None:
            return
        scope, file = self._scope(project, held)
        for number, raw in enumerate(project.infrastructure_as_code_issues):
            where = f"{before}infrastructureAsCodeIssues[{number}]"
            found = record(raw, INFRASTRUCTURE, self._source, where)
            if isinstance(found, Problem):
                self._gathering.problems.append(found)
                continue
            if not said(found.public_id) and not said(found.id):
                self._gathering.problem(where, "the issue has no id and was not read", "give its id")
                continue
            severity = self._gathering.rate(said(found.severity), where)
            facts = self._gathering.shared(infrastructure_facts(found, severity))
            inside = ".".join(said(step) for step in found.path or [])
            self._occurrences.add(held, facts, f"{file} {inside}".strip(), scope=scope)


def _file(project: _Project) -> str:
    return (said(project.display_target_file) or said(project.target_file)).replace("\\", "/").strip()
