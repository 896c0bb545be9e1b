"""Vulnerabilities of images by Google's Artifact Analysis, as gcloud and its API print them.

The list of an image is whole: continuous analysis keeps it so. An analysis that did not finish, and a list
that goes on on another page, prove no absence.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.cloud.gcp_artifact_records import (
    OCCURRENCE,
    Analysis,
    Flaw,
    Occurrence,
    Package,
    Version,
)
from milepost.scanners.cloud.occurrences import Occurrences, goes_on, instant, words
from milepost.scanners.cloud.resources import package_place, pulled_image
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source

SCOPE = "artifact-analysis"
TOOL = "Google Artifact Analysis"

# “Minimal” is what Debian calls negligible: a rating, not a remark.
_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "minimal": Severity.LOW,
    "severity_unspecified": Severity.UNRATED,
}
_NO_VERSION = {"MAXIMUM", "MINIMUM"}
_FINISHED = {"FINISHED_SUCCESS", "COMPLETE", "ANALYSIS_STATUS_UNSPECIFIED", ""}


_SUMMARY = "package_vulnerability_summary"


class ArtifactAnalysis:
    """The reader of Artifact Analysis."""

    name = "gcp-artifact-analysis"
    title = "Google Artifact Analysis (JSON)"
    about = About(
        versions="gcloud artifacts docker images describe (package_vulnerability_summary) and"
        " list-vulnerabilities; occurrences of the API v1",
        key="repository × vulnerability × package (with its file where it is none of the operating system's)",
        coverage="the whole image; nothing where its analysis did not finish; only what is listed where"
        " nextPageToken says that more follows; what VEX calls fixed is gone, not affected opens no item",
        fields={
            "source_id": "the end of noteName",
            "title": "noteName and affectedPackage",
            "severity": "the key in package_vulnerability_summary; in lists effectiveSeverity",
            "description": "longDescription, shortDescription",
            "solution": "affectedPackage and fixedVersion",
            "cves": "noteName",
            "cvss": "the vector in longDescription, else cvssv3.baseScore or cvssScore",
            "references": "relatedUrls",
            "family": "packageType",
            "package": "affectedPackage",
            "version": "affectedVersion",
            "fixed_version": "fixedVersion",
            "vendor_status": "vexAssessment.state",
            "actionable": "vexAssessment.state NOT_AFFECTED",
            "locator": "affectedPackage and fileLocation",
            "first_seen": "createTime",
            "scanned_at": "discovery.lastScanTime, else the latest updateTime",
            "asset": "resourceUri, image_summary.fully_qualified_digest, without digest",
        },
        severities=_SEVERITIES,
        sources=("Artifact Analysis documentation, Grafeas v1 VulnerabilityOccurrence and PackageIssue",),
        samples=("scans/gcp",),
        memory="the findings of all images; the file itself is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the summary that gcloud writes, or by an occurrence that names its note."""
        if _SUMMARY in head.keys or {"discovery_summary", "image_summary"} <= head.keys:
            return True
        if {"noteName", "resourceUri"} <= head.keys:
            return True
        return "occurrences" in head.keys and '"noteName"' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every image; see `Scanner.read`."""
        around, records = listing(source, "occurrences")
        reading = _Reading(source, partial=goes_on(around, "nextPageToken"))
        for place, raw in records:
            reading.take(raw, place)
        yield from reading.parts()


SCANNER = ArtifactAnalysis()


class _Reading:
    """The images as they add up."""

    def __init__(self, source: Source, *, partial: bool) -> None:
        self._source = source
        self._partial = partial
        self._analysed_images: set[str] = set()
        self._occurrences = Occurrences(source, _SEVERITIES)
        if partial:
            what = "the list goes on on another page; nothing counts as assessed but what is listed"
            self._occurrences.gathering.problem("nextPageToken", what, "export all pages into one file")

    def take(self, raw: msgspec.Raw, place: str, severity: str = "", image: str = "") -> None:
        """Read an occurrence, or an image with all its occurrences, each rated by the list that it stands in.

        Raises:
            DamagedInput: the document as a whole has not the shape of the format.
        """
        found = record(raw, OCCURRENCE, self._source, place)
        if isinstance(found, Problem) and place == "the document":
            raise DamagedInput(found.what, where=found.where, fix="export the vulnerabilities again")
        if isinstance(found, Problem):
            self._occurrences.gathering.problems.append(found)
        elif found.flaws is not None or found.discoveries is not None or found.image is not None:
            self._describe(found, "" if place == "the document" else f"{place}.")
        else:
            self._take(found, place, severity, image)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every image."""
        return self._occurrences.parts()

    def _describe(self, found: Occurrence, place: str) -> None:
        image = words(found.image.fully_qualified_digest if found.image else None)
        summary = found.flaws.vulnerabilities if found.flaws else None
        analyses = found.discoveries.discovery if found.discoveries else None
        for number, raw in enumerate(analyses or []):
            self.take(raw, f"{place}discovery_summary.discovery[{number}]", image=image)
        if image:
            self._held(image)
        for severity, occurrences in (summary or {}).items():
            for number, raw in enumerate(occurrences or []):
                at = f"{place}{_SUMMARY}.vulnerabilities.{severity}[{number}]"
                self.take(raw, at, severity, image)

    def _take(self, found: Occurrence, place: str, severity: str, image: str) -> None:
        resource = image or words(found.resource_uri)
        if not resource:
            what = "the occurrence names no image; it was not read"
            self._occurrences.gathering.problem(place, what, "export the occurrences with resourceUri")
        elif found.discovery is not None:
            self._analysed(found, found.discovery, resource, place)
        elif found.vulnerability is not None:
            held = self._held(resource)
            for facts, locator in self._sights(found, found.vulnerability, severity, place):
                self._add(held, found, facts, locator)
        else:
            what = "occurrences that report no vulnerability were left out"
            self._occurrences.left_out(what, "nothing, unless a vulnerability is missing")

    def _held(self, resource: str) -> Gathered:
        held = self._occurrences.on(resource, lambda: pulled_image(resource))
        held.scope(SCOPE, TOOL, only_assessed=self._partial)
        return held

    def _analysed(self, found: Occurrence, analysis: Analysis, resource: str, place: str) -> None:
        """Take the time of an analysis; one that did not finish proves no absence."""
        held = self._held(resource)
        held.dated(instant(analysis.last_scan_time) or instant(found.update_time))
        self._analysed_images.add(held.asset.name)
        status = words(analysis.analysis_status).upper()
        if status not in _FINISHED:
            held.scopes[0].only_assessed = True
            what = f"the analysis of {held.asset.name} is {status}; only what is listed counts as assessed"
            self._occurrences.gathering.problem(place, what, "let the analysis finish, and export again")

    def _add(self, held: Gathered, found: Occurrence, facts: Facts, locator: str) -> None:
        if held.asset.name not in self._analysed_images:
            held.dated(instant(found.update_time))
        if facts.vendor_status == "FIXED":
            held.passed(facts.source_id)
        else:
            self._occurrences.found(held, facts, locator, first_seen=instant(found.create_time))

    def _sights(
        self, found: Occurrence, flaw: Flaw, severity: str, place: str
    ) -> Iterator[tuple[Facts, str]]:
        """Yield what is said of each package, and its place, each once."""
        met: set[str] = set()
        for package in flaw.package_issue or [Package()]:
            name, version = words(package.affected_package), _version(package.affected_version)
            paths = sorted(file.file_path for file in package.file_location or [] if file.file_path)
            locator = package_place(name, version, words(package.package_type), paths[0] if paths else "")
            if locator not in met:
                met.add(locator)
                word = severity or words(
                    package.effective_severity or flaw.effective_severity or flaw.severity
                )
                rated = self._occurrences.gathering.rate(word, place)
                yield _facts(found, flaw, package, rated, word), locator


def _facts(found: Occurrence, flaw: Flaw, package: Package, severity: Severity, word: str) -> Facts:
    weakness = name_weakness(SCOPE, words(found.note_name).rpartition("/")[2], [])
    name, fixed = words(package.affected_package), _version(package.fixed_version)
    stated = words(flaw.vex_assessment.state if flaw.vex_assessment else None).upper()
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {name}" if name else weakness.source_id,
        severity=severity,
        native_severity=word,
        description=flaw.long_description or flaw.short_description or "",
        solution=f"Upgrade {name} to {fixed}." if name and fixed else "",
        cves=weakness.cves,
        aliases=weakness.aliases,
        cvss=_scores(flaw),
        references=tuple(dict.fromkeys(link.url for link in flaw.related_urls or [] if link.url)),
        family=words(package.package_type),
        package=name,
        version=_version(package.affected_version),
        fixed_version=fixed,
        vendor_status=stated,
        actionable=stated != "NOT_AFFECTED",
    )


def _version(version: Version | None) -> str:
    """Return a version as text; empty for “no version is fixed” (MAXIMUM)."""
    if version is None or words(version.kind).upper() in _NO_VERSION:
        return ""
    return words(version.full_name) or words(version.name)


def _scores(flaw: Flaw) -> tuple[str, ...]:
    """Return the vectors that stand within the description, or else the base score."""
    told = flaw.long_description or ""
    vectors = [word for word in told.split() if word.startswith("CVSS:")] if "CVSS:" in told else []
    scores = (words(flaw.cvssv3.base_score if flaw.cvssv3 else None), words(flaw.cvss_score))
    return tuple(dict.fromkeys(vectors or [score for score in scores if score][:1]))
