"""What Snyk says of one issue: a vulnerability in a package, or a flaw in how infrastructure is set up."""

import msgspec

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.packages import SEVERITIES
from milepost.scanners.software.occurrences import SUPPRESSED, Text, named, said, upgrade
from milepost.scanners.times import iso_day

__all__ = [
    "INFRASTRUCTURE",
    "SEVERITIES",
    "TOOL",
    "VULNERABILITY",
    "infrastructure_facts",
    "is_licence",
    "path_of",
    "vulnerability_facts",
]

TOOL = "snyk"


class _Identifiers(msgspec.Struct):
    CVE: list[str] | None = None
    CWE: list[str] | None = None
    GHSA: list[str] | None = None


class _Reference(msgspec.Struct):
    url: Text = None


class _Ignored(msgspec.Struct):
    reason: Text = None


class _WhyFiltered(msgspec.Struct):
    ignored: list[_Ignored] | None = None


class _Vulnerability(msgspec.Struct, rename="camel"):
    id: Text = None
    type: Text = None
    title: Text = None
    severity: Text = None
    severity_with_critical: Text = None
    description: Text = None
    package_name: Text = None
    module_name: Text = None
    package_manager: Text = None
    language: Text = None
    version: Text = None
    fixed_in: list[str] | None = None
    nearest_fixed_in_version: Text = None
    vector: Text = msgspec.field(default=None, name="CVSSv3")
    cvss_score: Text = None
    identifiers: _Identifiers | None = None
    references: list[_Reference] | None = None
    publication_time: Text = None
    steps: list[Text | bool] | None = msgspec.field(default=None, name="from")
    filtered: _WhyFiltered | None = None


class _Description(msgspec.Struct):
    issue: Text = None
    impact: Text = None
    resolve: Text = None


class _Infrastructure(msgspec.Struct, rename="camel"):
    id: Text = None
    public_id: Text = None
    title: Text = None
    severity: Text = None
    sub_type: Text = None
    type: Text = None
    issue: Text = None
    impact: Text = None
    resolve: Text = None
    iac_description: _Description | None = None
    documentation: Text = None
    references: list[str] | None = None
    path: list[Text] | None = None
    is_ignored: bool | None = None


VULNERABILITY = msgspec.json.Decoder(_Vulnerability)
INFRASTRUCTURE = msgspec.json.Decoder(_Infrastructure)


def is_licence(found: _Vulnerability) -> bool:
    """Tell whether an entry is about a licence."""
    return found.type == "license" or said(found.id).startswith("snyk:lic:")


def path_of(found: _Vulnerability) -> str:
    """Return the path by which a package comes in, from the project to the package."""
    return " > ".join(said(step) for step in found.steps or [] if not isinstance(step, bool))


def vulnerability_facts(found: _Vulnerability, severity: Severity, manager: str, *, ignored: bool) -> Facts:
    """Return what Snyk says of a vulnerability; `ignored` for one that a policy leaves out."""
    identifiers = found.identifiers or _Identifiers()
    others = (*(identifiers.CVE or ()), *(identifiers.GHSA or ()))
    weakness = named(TOOL, said(found.id), others)
    package = said(found.package_name) or said(found.module_name)
    fixed = ", ".join(found.fixed_in or ()) or said(found.nearest_fixed_in_version)
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=said(found.title) or f"{weakness.source_id} in {package}",
        severity=severity,
        native_severity=said(found.severity_with_critical) or said(found.severity),
        description=said(found.description),
        solution=upgrade(package, fixed),
        cves=weakness.cves,
        cwes=tuple(dict.fromkeys(identifiers.CWE or ())),
        aliases=weakness.aliases,
        cvss=tuple(filter(None, [said(found.vector) or said(found.cvss_score)])),
        references=tuple(dict.fromkeys(said(each.url) for each in found.references or [] if each.url)),
        family=said(found.package_manager) or manager or said(found.language),
        package=package,
        version=said(found.version),
        fixed_version=fixed,
        published=iso_day(said(found.publication_time)),
        vendor_status=_reason(found) if ignored else "",
        actionable=not ignored,
    )


def infrastructure_facts(found: _Infrastructure, severity: Severity) -> Facts:
    """Return what Snyk says of a flaw in how infrastructure is set up."""
    text = found.iac_description or _Description(found.issue, found.impact, found.resolve)
    return Facts(
        source=TOOL,
        source_id=said(found.public_id) or said(found.id),
        title=said(found.title) or said(found.id),
        severity=severity,
        native_severity=said(found.severity),
        kind=WeaknessKind.CONFIGURATION,
        description="\n".join(filter(None, (said(text.issue), said(text.impact)))),
        solution=said(text.resolve),
        references=tuple(dict.fromkeys(filter(None, [said(found.documentation), *(found.references or [])]))),
        family=said(found.sub_type) or said(found.type),
        vendor_status=f"{SUPPRESSED}ignored by policy" if found.is_ignored else "",
        actionable=not found.is_ignored,
    )


def _reason(found: _Vulnerability) -> str:
    reasons = (found.filtered.ignored if found.filtered else None) or []
    return f"{SUPPRESSED}{next((said(each.reason) for each in reasons if each.reason), 'ignored by policy')}"
