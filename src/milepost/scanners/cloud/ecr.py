"""Scans of images by Amazon ECR (DescribeImageScanFindings): its basic ones, and those by Inspector.

An image is its repository. A completed scan looked at the whole image; one that failed, or whose answer goes
on on another page, proves no absence. Enhanced findings are those of Inspector, and count as such.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.cloud.inspector_findings import SEVERITIES, Findings, image_in
from milepost.scanners.cloud.inspector_findings import TOOL as INSPECTOR
from milepost.scanners.cloud.occurrences import Loose, Occurrences, instant, words
from milepost.scanners.cloud.resources import ecr_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Head, Source

SCOPE = "ecr"
TOOL = "Amazon ECR basic scanning"

_DONE = {"COMPLETE", "ACTIVE", ""}
_VECTORS = ("CVSS4_VECTOR", "CVSS3_VECTOR", "CVSS2_VECTOR")
_SCORES = ("CVSS4_SCORE", "CVSS3_SCORE", "CVSS2_SCORE")


class _ImageId(msgspec.Struct, rename="camel", gc=False):
    image_tag: str | None = None


class _Status(msgspec.Struct, gc=False):
    status: str | None = None
    description: str | None = None


class _Attribute(msgspec.Struct, gc=False):
    key: str | None = None
    value: Loose = None


class _Finding(msgspec.Struct, gc=False):
    name: str
    description: str | None = None
    uri: str | None = None
    severity: str | None = None
    attributes: list[_Attribute] | None = None


class _Findings(msgspec.Struct, rename="camel", gc=False):
    image_scan_completed_at: Loose = None
    findings: list[msgspec.Raw] | None = None
    enhanced_findings: list[msgspec.Raw] | None = None


class _Answer(msgspec.Struct, rename="camel", gc=False):
    image_scan_findings: _Findings | None = None
    registry_id: Loose = None
    repository_name: str | None = None
    image_id: _ImageId | None = None
    image_scan_status: _Status | None = None
    next_token: str | None = None


_ANSWER = msgspec.json.Decoder(_Answer)
_FINDING = msgspec.json.Decoder(_Finding)


class Ecr:
    """The reader of Amazon ECR's image scans."""

    name = "aws-ecr"
    title = "Amazon ECR image scan (JSON)"
    about = About(
        versions="DescribeImageScanFindings of the API 2015-09-21, basic and enhanced; lists of answers",
        key="registryId and repositoryName × vulnerability × package",
        coverage="the whole image where imageScanStatus is COMPLETE or ACTIVE; nothing where the scan failed,"
        " and only what is listed where nextToken says that more follows",
        fields={
            "source_id": "findings.name; enhancedFindings are read as those of Amazon Inspector",
            "title": "findings.name and attributes.package_name",
            "severity": "findings.severity",
            "description": "findings.description",
            "cves": "findings.name",
            "cvss": "attributes CVSS4_VECTOR, CVSS3_VECTOR, CVSS2_VECTOR, else the scores",
            "references": "findings.uri",
            "package": "attributes.package_name",
            "version": "attributes.package_version",
            "locator": "attributes.package_name",
            "scanned_at": "imageScanFindings.imageScanCompletedAt",
            "asset": "registryId, repositoryName; imageId.imageTag is its version",
        },
        severities=SEVERITIES,
        sources=("Amazon ECR API Reference, DescribeImageScanFindings, ImageScanFinding",),
        samples=("scans/series_ecr",),
        memory="the findings of all images; the file itself is mapped",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the key under which ECR puts its findings."""
        return "imageScanFindings" in head.keys

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every image; see `Scanner.read`."""
        occurrences = Occurrences(source, SEVERITIES)
        for place, raw in listing(source).records:
            answer = record(raw, _ANSWER, source, place)
            if not isinstance(answer, Problem):
                _Scan(source, occurrences, answer).read("" if place == "the document" else f"{place}.")
            elif place == "the document":
                raise DamagedInput(answer.what, where=answer.where, fix="export the findings again")
            else:
                occurrences.gathering.problems.append(answer)
        yield from occurrences.parts()


SCANNER = Ecr()


class _Scan:
    """One answer: the scan of one image."""

    def __init__(self, source: Source, occurrences: Occurrences, answer: _Answer) -> None:
        self._source = source
        self._occurrences = occurrences
        self._answer = answer
        self._found = answer.image_scan_findings or _Findings()
        self._asset = self._named()
        self._partial = bool(answer.next_token)

    def read(self, place: str) -> None:
        """Read both lists; `place` is what stands before their names in a problem's place."""
        found = self._found
        if self._partial:
            what = "the findings go on on another page; nothing counts as assessed but what is listed"
            self._occurrences.gathering.problem(f"{place}nextToken", what, "export all pages into one file")
        self._check_status(place)
        within = f"{place}imageScanFindings"
        if found.findings is not None or found.enhanced_findings is None:
            held, scope = self._held(SCOPE, TOOL)
            for number, raw in enumerate(found.findings or []):
                self._basic(held, scope, raw, f"{within}.findings[{number}]")
        if found.enhanced_findings is not None:
            self._held("inspector:package", INSPECTOR)
            findings = Findings(self._source, self._occurrences, whole=not self._partial)
            for number, raw in enumerate(found.enhanced_findings):
                findings.take(raw, f"{within}.enhancedFindings[{number}]", self._asset)

    def _named(self) -> Asset:
        answer = self._answer
        tag = words(answer.image_id.image_tag if answer.image_id else None)
        shown = image_in(self._found.enhanced_findings or [])
        if shown is not None:
            return replace(shown, version=tag or shown.version)
        if answer.repository_name and answer.repository_name.strip():
            return ecr_asset(words(answer.registry_id), answer.repository_name, tag=tag)
        asset, problem = unnamed_asset(self._source, AssetKind.IMAGE)
        self._occurrences.gathering.problems.append(problem)
        return asset

    def _check_status(self, place: str) -> None:
        """Take a scan that did not end well as no proof of anything."""
        status = self._answer.image_scan_status or _Status()
        if words(status.status).upper() not in _DONE:
            self._partial = True
            reason = status.description or "no reason given"
            what = f"the scan of {self._asset.name} is {status.status}: {reason}"
            fix = "nothing counts as assessed but what is listed; scan the image again"
            self._occurrences.gathering.problem(f"{place}imageScanStatus", what, fix)

    def _held(self, scope: str, tool: str) -> tuple[Gathered, int]:
        held = self._occurrences.on(self._asset.name, lambda: self._asset)
        number = held.scope(scope, tool, only_assessed=self._partial)
        held.dated(instant(self._found.image_scan_completed_at), scope=number)
        return held, number

    def _basic(self, held: Gathered, scope: int, raw: msgspec.Raw, place: str) -> None:
        found = record(raw, _FINDING, self._source, place)
        if isinstance(found, Problem):
            self._occurrences.gathering.problems.append(found)
            return
        said = {each.key: each.value for each in found.attributes or [] if each.value is not None}
        package = words(said.get("package_name"))
        facts = _facts(found, said, package, self._occurrences.gathering.rate(found.severity, place))
        self._occurrences.found(held, facts, package, scope=scope)


def _facts(found: _Finding, said: Mapping[str | None, Loose], package: str, severity: Severity) -> Facts:
    weakness = name_weakness("ecr", found.name.strip(), [])
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {package}" if package else weakness.source_id,
        severity=severity,
        native_severity=found.severity or "",
        description=found.description or "",
        cves=weakness.cves,
        cvss=_told(said, _VECTORS) or _told(said, _SCORES),
        references=(found.uri,) if found.uri else (),
        package=package,
        version=words(said.get("package_version")),
    )


def _told(said: Mapping[str | None, Loose], names: Iterable[str]) -> tuple[str, ...]:
    return tuple([words(value) for name in names if (value := said.get(name))])
