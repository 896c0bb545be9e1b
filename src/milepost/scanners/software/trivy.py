"""Trivy reports in JSON: an image or a file system (schema 2), the list of old versions, a whole cluster.

Vulnerabilities, misconfigurations and secrets are scopes of their own. A scope is covered only where the
report shows that this class was looked at: a result of its class, be it empty. Trivy writes nothing of a
search for secrets that found none, so an absent secret is never taken for a removed one. A report without
any result (an image without packages) shows the asset and covers nothing.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import Asset, AssetKind, AssetReport, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import code_asset, image_asset, image_of, resource_asset, unnamed_asset
from milepost.scanners.documents import first_character, load, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import SEVERITIES
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.trivy_results import RESULT, Result, Results
from milepost.scanners.times import iso_instant

_CLUSTER_LISTS = ("Resources", "Findings", "Vulnerabilities", "Misconfigurations")
_BILLS = {"cyclonedx", "spdx"}
_NO_NAMES = {"", ".", "./", "/"}
_ARCHIVES = (".tar", ".tar.gz", ".tgz")


class _Metadata(msgspec.Struct):
    RepoTags: list[str] | None = None


class _Tool(msgspec.Struct):
    Version: str | None = None


class _Resource(msgspec.Struct):
    Namespace: str | None = None
    Kind: str | None = None
    Name: str | None = None
    Error: str | None = None
    Results: list[msgspec.Raw] | None = None


class _Report(msgspec.Struct):
    """The report of one artifact, or of a cluster with the same facts about every resource of it."""

    ArtifactName: str | None = None
    ArtifactType: str | None = None
    CreatedAt: str | None = None
    Trivy: _Tool | None = None
    Metadata: _Metadata | None = None
    Results: list[msgspec.Raw] | None = None
    ClusterName: str | None = None
    Resources: list[msgspec.Raw] | None = None
    Findings: list[msgspec.Raw] | None = None
    Vulnerabilities: list[msgspec.Raw] | None = None
    Misconfigurations: list[msgspec.Raw] | None = None


_REPORT = msgspec.json.Decoder(_Report)
_RESOURCE = msgspec.json.Decoder(_Resource)
_LEGACY = msgspec.json.Decoder(list[msgspec.Raw])


class Trivy:
    """The reader of Trivy's JSON reports."""

    name = "trivy"
    title = "Trivy (JSON)"
    about = About(
        versions=(
            "schema 2 of image, fs, repo, rootfs, vm, sbom, config; k8s full and summary; the list before it"
        ),
        key=(
            "image without tag, directory, repository or cluster resource × id (CVE where "
            "there is one) × package, "
            "with its path outside the operating system; Target and resource of a "
            "misconfiguration; Target of a secret"
        ),
        coverage=(
            "vulnerabilities, misconfigurations and secrets apart, each where a result of "
            "its class is there; what a "
            "resource's scan failed on or what was suppressed is not looked at"
        ),
        fields={
            "source_id": "VulnerabilityID, VendorIDs; ID; RuleID",
            "aliases": "VulnerabilityID, VendorIDs; AVDID",
            "title": "Title",
            "severity": "Severity",
            "native_severity": "Severity",
            "kind": "Vulnerabilities, Misconfigurations, Secrets",
            "description": "Description",
            "solution": "FixedVersion, Resolution",
            "cves": "VulnerabilityID",
            "cwes": "CweIDs",
            "cvss": "CVSS",
            "references": "PrimaryURL, References",
            "family": "Type, Category",
            "package": "PkgName",
            "version": "InstalledVersion; the image's tag",
            "fixed_version": "FixedVersion",
            "published": "PublishedDate",
            "vendor_status": "Status",
            "actionable": "Status (not_affected)",
            "output": "Message; StartLine of a secret",
            "identifiers": "ArtifactName, RepoTags, Target; ClusterName, Namespace, Kind, Name",
        },
        severities=SEVERITIES,
        sources=("Trivy documentation: Reporting (JSON), Kubernetes", "Trivy source: pkg/types/report.go"),
        samples=("scans/trivy", "scans/series_trivy"),
        memory="the file is mapped; what it finds is held",
        grade=Grade.GOLD,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the top-level keys."""
        if "ClusterName" in head.keys:
            return bool(head.keys & set(_CLUSTER_LISTS)) or '"Results"' in head.text
        if "SchemaVersion" in head.keys:
            return bool(head.keys & {"ArtifactName", "ArtifactType", "Results"})
        listed = head.text.lstrip("\ufeff \t\r\n").startswith("[")
        return listed and "Target" in head.keys and bool(head.keys & {"Vulnerabilities", "Type", "Class"})

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the artifact, or each resource of a cluster; see `Scanner.read`."""
        if first_character(source) == "[":
            report = _Report(Results=load(source, _LEGACY), ArtifactType="container_image")
        else:
            report = load(source, _REPORT)
        if report.ClusterName is not None:
            yield from _read_cluster(source, report)
        elif report.Results is not None or report.ArtifactName is not None:
            yield from _read_artifact(source, report)
        else:
            what = "the report names neither an artifact nor a cluster"
            raise DamagedInput(what, where=source.name, fix="export it again with --format json")


SCANNER = Trivy()


def _read_artifact(source: Source, report: _Report) -> Iterator[AssetReport | Problem]:
    results = _results(source, report)
    found = _decoded(source, results, report.Results, "Results")
    asset, problem = _artifact(source, report, [result for _, result in found])
    if problem is not None:
        results.gathering.problems.append(problem)
    held = results.begin(asset)
    for where, result in found:
        results.take(result, where)
    _end(results, held)
    yield from results.parts()


def _read_cluster(source: Source, report: _Report) -> Iterator[AssetReport | Problem]:
    """Yield every resource once, with what the report says of it in its several lists."""
    results = _results(source, report)
    failed: dict[int, tuple[Gathered, str]] = {}
    every: dict[int, Gathered] = {}
    for part in _CLUSTER_LISTS:
        for number, raw in enumerate(_listed(report, part)):
            where = f"{part}[{number}]"
            resource = record(raw, _RESOURCE, source, where)
            if isinstance(resource, Problem):
                results.gathering.problems.append(resource)
                continue
            held = results.begin(_resource(report, resource))
            every[id(held)] = held
            if resource.Error:
                failed[id(held)] = (held, resource.Error)
            for place, result in _decoded(source, results, resource.Results, f"{where}.Results"):
                results.take(result, place)
    for key, held in every.items():
        _end(results, held, failed[key][1] if key in failed else "")
    yield from results.parts()


def _resource(report: _Report, resource: _Resource) -> Asset:
    parts = (report.ClusterName, resource.Namespace, resource.Kind, resource.Name)
    shown = "/".join(part for part in parts if part) or "cluster"
    return Asset(shown, AssetKind.RESOURCE, (Identifier(IdentifierKind.RESOURCE, shown.strip().lower()),))


def _decoded(
    source: Source, results: Results, raws: list[msgspec.Raw] | None, name: str
) -> list[tuple[str, Result]]:
    """Return the results with their places; one that is none is a problem and loses no other."""
    found: list[tuple[str, Result]] = []
    for number, raw in enumerate(raws or []):
        where = f"{name}[{number}]"
        result = record(raw, RESULT, source, where)
        if isinstance(result, Problem):
            results.gathering.problems.append(result)
        else:
            found.append((where, result))
    return found


def _listed(report: _Report, name: str) -> list[msgspec.Raw]:
    lists = {
        "Resources": report.Resources,
        "Findings": report.Findings,
        "Vulnerabilities": report.Vulnerabilities,
        "Misconfigurations": report.Misconfigurations,
    }
    return lists[name] or []


def _results(source: Source, report: _Report) -> Results:
    version = (report.Trivy.Version if report.Trivy else None) or ""
    return Results(
        source,
        tool=f"Trivy {version}".rstrip(),
        scanned_at=iso_instant(report.CreatedAt or ""),
        in_cluster=report.ClusterName is not None,
        artifact=report.ArtifactName or "",
    )


def _end(results: Results, held: Gathered, error: str = "") -> None:
    """Say where a resource could not be scanned, or where nothing shows what was looked for."""
    if error:
        what = f"Trivy could not scan {held.asset.name}: {error[:200]}"
        results.gathering.problem("", what, "repair what hinders the scan and scan again")
    elif not held.scopes:
        what = f"nothing shows what was looked for on {held.asset.name}: the report has no results for it"
        fix = "it counts as seen, not as re-tested; scan with --list-all-pkgs to show more"
        results.gathering.problem("", what, fix)
    results.end(held, failed=bool(error))


def _artifact(source: Source, report: _Report, results: list[Result]) -> tuple[Asset, Problem | None]:
    name, kind = (report.ArtifactName or "").strip(), report.ArtifactType
    tags = report.Metadata.RepoTags if report.Metadata else None
    if kind in {"container_image", None} or (kind in _BILLS and tags):
        reference = _image_reference("" if kind in _BILLS else name, tags or [], results)
        if reference:
            return image_asset(image_of(reference)), None
        return unnamed_asset(source, AssetKind.IMAGE)
    if name in _NO_NAMES:
        return unnamed_asset(source, AssetKind.CODE)
    return _of_kind(name, kind), None


def _of_kind(name: str, kind: str | None) -> Asset:
    """Return a machine's image or account as a resource, anything else as code."""
    return resource_asset(name) if kind in {"vm", "aws_account"} else code_asset(name)


def _image_reference(name: str, tags: list[str], results: list[Result]) -> str:
    """Choose the name of an image: as scanned; for an archive or a mere digest, its tag or its target."""
    if name and not name.endswith(_ARCHIVES) and not name.startswith("sha256:"):
        return name
    targets = [result.Target.partition(" (")[0] for result in results if result.Class == "os-pkgs"]
    legacy = [result.Target.partition(" (")[0] for result in results if " (" in result.Target]
    return next(filter(None, [*tags, *targets, *legacy]), "")
