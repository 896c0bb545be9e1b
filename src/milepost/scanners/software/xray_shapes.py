"""The shapes of JFrog Xray's records in JSON, each laid on the same issue with its components."""

from typing import NamedTuple

import msgspec

from milepost.scanners.software.occurrences import Text, said
from milepost.scanners.software.xray_issue import (
    Component,
    Cve,
    Issue,
    component_at,
    component_of,
    versions_of,
)
from milepost.scanners.text import plain


class Found(NamedTuple):
    """An issue, the components that have it, and its kind (`security`, `license`)."""

    issue: Issue
    components: tuple[Component, ...]
    kind: str = ""


class _Extended(msgspec.Struct):
    full_description: Text = None
    remediation: Text = None


class _Affected(msgspec.Struct):
    fixed_versions: list[str] | None = None


class _Named(msgspec.Struct):
    component_id: Text = None
    fixed_versions: list[str] | None = None


class _Issue(msgspec.Struct):
    """An issue of a scan or of an artifact's summary."""

    issue_id: Text = None
    summary: Text = None
    description: Text = None
    severity: Text = None
    type: Text = None
    issue_type: Text = None
    license_key: Text = None
    cves: list[Cve] | None = None
    references: list[str] | None = None
    components: dict[str, _Affected | None] | list[_Named] | None = None
    impact_path: list[str] | None = None
    extended_information: _Extended | None = None


class _Scan(msgspec.Struct):
    component_id: Text = None
    status: Text = None
    vulnerabilities: list[msgspec.Raw] | None = None
    violations: list[msgspec.Raw] | None = None


class _General(msgspec.Struct):
    path: Text = None
    name: Text = None
    pkg_type: Text = None
    component_id: Text = None


class _Artifact(msgspec.Struct):
    general: _General | None = None
    issues: list[msgspec.Raw] | None = None


class _Details(msgspec.Struct):
    cves: list[Cve] | None = None
    description: Text = None


class _Versions(msgspec.Struct):
    fixed_versions: list[str] | None = None
    more_details: _Details | None = None


class _Property(msgspec.Struct):
    """A CVE of a violation, whose field names begin with a capital."""

    cve: Text = msgspec.field(default=None, name="Cve")
    cwe: list[str] | str | None = msgspec.field(default=None, name="Cwe")
    second: Text = msgspec.field(default=None, name="CvssV2")
    third: Text = msgspec.field(default=None, name="CvssV3")


class _Exported(msgspec.Struct):
    """A record of an export, a report or the list of violations."""

    id: Text = None
    issue_id: Text = None
    severity: Text = None
    summary: Text = None
    description: Text = None
    issue_type: Text = None
    type: Text = None
    source_comp_id: Text = None
    component: Text = None
    component_versions: _Versions | None = None
    vulnerable_component: Text = None
    infected_components: list[str] | None = None
    impacted_artifact: Text = None
    impacted_artifacts: list[str] | None = None
    fixed_versions: list[str] | None = None
    fix_versions: list[str] | None = None
    cves: list[Cve] | None = None
    properties: list[_Property] | None = None
    references: list[str] | None = None


class _Simple(msgspec.Struct, rename="camel"):
    """A row of the `jf` command line's simple JSON."""

    severity: Text = None
    impacted_package_name: Text = None
    impacted_package_version: Text = None
    impacted_package_type: Text = None
    summary: Text = None
    fixed_versions: list[str] | None = None
    cves: list[Cve] | None = None
    issue_id: Text = None
    references: list[str] | None = None

    def found(self) -> Found:
        """Return the issue and the one package that the row is about."""
        issue = Issue(
            native=said(self.issue_id).strip(),
            word=said(self.severity),
            title=said(self.summary),
            cves=tuple(self.cves or ()),
            references=tuple(self.references or ()),
        )
        component = Component(
            said(self.impacted_package_type).lower(),
            said(self.impacted_package_name),
            said(self.impacted_package_version),
            versions_of(self.fixed_versions),
        )
        return Found(issue, (component,))


SCAN = msgspec.json.Decoder(_Scan)
ISSUE = msgspec.json.Decoder(_Issue)
ARTIFACT = msgspec.json.Decoder(_Artifact)
EXPORTED = msgspec.json.Decoder(_Exported)
SIMPLE = msgspec.json.Decoder(_Simple)


def scanned(found: _Issue) -> Found:
    """Return the issue of a scan, whose components are the keys of an object."""
    kind = "license" if found.license_key else said(found.type).lower()
    return Found(_issue(found), _components(found), kind)


def issued(found: _Issue) -> Found:
    """Return the issue of an artifact's summary; its first version names paths instead of components."""
    components = _components(found)
    if not components:
        components = tuple(dict.fromkeys(component_at(path) for path in found.impact_path or [] if path))
    return Found(_issue(found), components, said(found.issue_type).lower())


def of_artifact(artifact: _Artifact) -> tuple[str, list[msgspec.Raw]]:
    """Return what an artifact's summary is about, as a component id, and its issues."""
    general = artifact.general or _General()
    named = said(general.component_id) or said(general.name) or said(general.path)
    kind = said(general.pkg_type).lower()
    if "://" not in named and kind in {"docker", "oci"}:
        named = f"docker://{named}"
    return named, artifact.issues or []


def exported(row: _Exported) -> tuple[tuple[str, ...], Found]:
    """Return the artifacts that a row of an export, a report or a list is about, and the issue."""
    versions = row.component_versions or _Versions()
    details = versions.more_details or _Details()
    properties = [
        Cve(cve=each.cve, cwe=each.cwe, second=each.second, third=each.third) for each in row.properties or []
    ]
    issue = Issue(
        native=(said(row.issue_id) or said(row.id)).strip(),
        word=said(row.severity),
        title=said(row.summary),
        description=plain(said(row.description) or said(details.description)),
        cves=tuple(row.cves or details.cves or properties),
        references=tuple(row.references or ()),
    )
    fixed = versions_of(row.fixed_versions or row.fix_versions or versions.fixed_versions)
    one = said(row.source_comp_id) or said(row.vulnerable_component) or said(row.component)
    names = row.infected_components or ([one] if one else [])
    components = tuple([Component(*component_of(name)[:3], fixed) for name in names])
    artifacts = row.impacted_artifacts or ([said(row.impacted_artifact)] if row.impacted_artifact else [])
    return tuple(dict.fromkeys(artifacts)), Found(
        issue, components, (said(row.issue_type) or said(row.type)).lower()
    )


def _issue(found: _Issue) -> Issue:
    extended = found.extended_information or _Extended()
    texts = (said(found.description) or said(found.summary), said(extended.full_description))
    return Issue(
        native=said(found.issue_id).strip(),
        word=said(found.severity),
        title=said(found.summary),
        description="\n\n".join(dict.fromkeys(filter(None, texts))),
        solution=said(extended.remediation),
        cves=tuple(found.cves or ()),
        references=tuple(found.references or ()),
    )


def _components(found: _Issue) -> tuple[Component, ...]:
    if isinstance(found.components, dict):
        return tuple(
            component_of(name)._replace(fixed=versions_of(affected.fixed_versions if affected else None))
            for name, affected in found.components.items()
        )
    return tuple(
        component_of(said(each.component_id))._replace(fixed=versions_of(each.fixed_versions))
        for each in found.components or []
        if each.component_id
    )
