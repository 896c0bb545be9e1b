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
from milepost.scanners.about import UNKNOWN
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.documents import first_character, load
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.trivy_results import Result, Results
from milepost.scanners.times import iso_instant

_CLUSTER_LISTS = ("Resources", "Vulnerabilities", "Misconfigurations")
_ARCHIVES = (".tar", ".tar.gz", ".tgz")


class _Metadata(msgspec.Struct):
    RepoTags: list[str] | None = None


class _Tool(msgspec.Struct):
    Version: str | None = None


class _Resource(msgspec.Struct):
    Namespace: str | None = None
    Kind: str | None = None
    Name: str | None = None
    Results: list[Result] | None = None


class _Report(msgspec.Struct):
    """The report of one artifact, or of a cluster with the same facts about every resource of it."""

    ArtifactName: str | None = None
    ArtifactType: str | None = None
    CreatedAt: str | None = None
    Trivy: _Tool | None = None
    Metadata: _Metadata | None = None
    Results: list[Result] | None = None
    ClusterName: str | None = None
    Resources: list[_Resource] | None = None
    Vulnerabilities: list[_Resource] | None = None
    Misconfigurations: list[_Resource] | None = None


_REPORT = msgspec.json.Decoder(_Report)
_LEGACY = msgspec.json.Decoder(list[Result])


class Trivy:
    """The reader of Trivy's JSON reports."""

    name = "trivy"
    title = "Trivy (JSON)"
    about = UNKNOWN

    def recognises(self, head: Head) -> bool:
        """Tell by the top-level keys."""
        if "ClusterName" in head.keys:
            return bool(head.keys & set(_CLUSTER_LISTS)) or '"Results"' in head.text
        if "SchemaVersion" in head.keys:
            return bool(head.keys & {"ArtifactName", "ArtifactType", "Results"})
        return "Target" in head.keys and bool(head.keys & {"Vulnerabilities", "Type", "Class"})

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
    asset, problem = _artifact(source, report)
    if problem is not None:
        yield problem
    results = _results(source, report)
    for number, result in enumerate(report.Results or []):
        results.take(result, f"Results[{number}]")
    yield from _finish(source, results, asset)


def _read_cluster(source: Source, report: _Report) -> Iterator[AssetReport | Problem]:
    """Yield every resource once, with what the report says of it in its several lists."""
    found: dict[tuple[str, str, str], Results] = {}
    for part in _CLUSTER_LISTS:
        for number, resource in enumerate(_listed(report, part)):
            key = (resource.Namespace or "", resource.Kind or "", resource.Name or "")
            results = found.setdefault(key, _results(source, report))
            for position, result in enumerate(resource.Results or []):
                results.take(result, f"{part}[{number}].Results[{position}]")
    for (namespace, kind, name), results in found.items():
        shown = "/".join(part for part in (report.ClusterName or "", namespace, kind, name) if part)
        identifier = Identifier(IdentifierKind.RESOURCE, shown.lower())
        yield from _finish(source, results, Asset(shown, AssetKind.RESOURCE, (identifier,)))


def _listed(report: _Report, name: str) -> list[_Resource]:
    lists = {
        "Resources": report.Resources,
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
    )


def _finish(source: Source, results: Results, asset: Asset) -> Iterator[AssetReport | Problem]:
    yield from results.problems
    if not results.scopes:
        what = f"nothing shows what was looked for on {asset.name}: the report has no results for it"
        yield Problem(
            source.name, what, "it counts as seen, not as re-tested; scan with --list-all-pkgs to show more"
        )
    yield results.report(asset)


def _artifact(source: Source, report: _Report) -> tuple[Asset, Problem | None]:
    name = (report.ArtifactName or "").strip()
    if report.ArtifactType in {"container_image", None}:
        reference = _image_reference(name, report)
        return (
            (image_asset(image_of(reference)), None) if reference else unnamed_asset(source, AssetKind.IMAGE)
        )
    if name in {"", ".", "./"}:
        return unnamed_asset(source, AssetKind.CODE)
    return code_asset(name), None


def _image_reference(name: str, report: _Report) -> str:
    """Choose the name of an image: as scanned; for an archive or a mere digest, its tag or its target."""
    if name and not name.endswith(_ARCHIVES) and not name.startswith("sha256:"):
        return name
    tags = report.Metadata.RepoTags if report.Metadata else None
    targets = [
        result.Target.partition(" (")[0] for result in report.Results or [] if result.Class == "os-pkgs"
    ]
    legacy = [result.Target.partition(" (")[0] for result in report.Results or [] if " (" in result.Target]
    return next(filter(None, [*(tags or []), *targets, *legacy]), "")
