"""Grype's JSON report on one image of one month, as Grype would have written it."""

from datetime import date
from hashlib import sha256

import msgspec

from milepost.demo.estate import Image, scan_time, tag
from milepost.demo.weaknesses import Exploited, PackageWeakness, package_weaknesses

_TYPES = {"gobinary": "go-module", "python-pkg": "python", "jar": "java-archive", "debian": "deb"}


class _Cvss(msgspec.Struct, rename="camel"):
    type: str
    version: str
    vector: str
    metrics: dict[str, float]


class _Fix(msgspec.Struct):
    versions: list[str]
    state: str


class _Exploited(msgspec.Struct, rename="camel"):
    cve: str
    vendor_project: str
    product: str
    date_added: str
    due_date: str


class _Flaw(msgspec.Struct):
    cve: str
    cwe: str


class _Related(msgspec.Struct, rename="camel"):
    id: str
    severity: str
    description: str
    cvss: list[_Cvss]


class _Vulnerability(msgspec.Struct, rename="camel", omit_defaults=True):
    id: str
    namespace: str
    severity: str
    description: str
    cvss: list[_Cvss]
    fix: _Fix
    cwes: list[_Flaw] = []
    known_exploited: list[_Exploited] = []


class _Location(msgspec.Struct):
    path: str


class _Artifact(msgspec.Struct):
    name: str
    version: str
    type: str
    locations: list[_Location]


class _Match(msgspec.Struct, rename="camel"):
    vulnerability: _Vulnerability
    related_vulnerabilities: list[_Related]
    match_details: list[dict[str, str]]
    artifact: _Artifact


class _Target(msgspec.Struct, rename="camel"):
    user_input: str
    image_id: str = msgspec.field(name="imageID")
    tags: list[str]


class _Source(msgspec.Struct):
    type: str
    target: _Target


class _Descriptor(msgspec.Struct):
    name: str
    version: str
    timestamp: str


class _Report(msgspec.Struct):
    matches: list[_Match]
    source: _Source
    distro: dict[str, str]
    descriptor: _Descriptor


def grype_report(image: Image, month: int, as_of: date) -> bytes:
    """Return the report on an image under the tag of a month."""
    name = f"{image.repository}:{tag(month, as_of)}"
    found = [weakness for weakness in package_weaknesses() if weakness.shows(image.name, month)]
    target = _Target(name, f"sha256:{sha256(name.encode()).hexdigest()}", [name])
    report = _Report(
        matches=[_match(weakness, month) for weakness in found],
        source=_Source("image", target),
        distro={"name": image.family, "version": image.release},
        descriptor=_Descriptor("grype", "0.87.0", scan_time(month, as_of).isoformat()),
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def _match(weakness: PackageWeakness, month: int) -> _Match:
    """Name a package's vulnerability by its GitHub advisory where it has one, with the CVE beside it."""
    severity = weakness.severity_in(month).capitalize()
    cvss = [_Cvss("Primary", weakness.cvss[5:8], weakness.cvss, {"baseScore": weakness.score})]
    related = _Related(weakness.cve, severity, weakness.description, cvss)
    named = _Vulnerability(
        id=weakness.ghsa or weakness.cve,
        namespace="github:language" if weakness.ghsa else "distro",
        severity=severity,
        description=weakness.title,
        cvss=cvss,
        fix=_Fix([weakness.fixed] if weakness.fixed else [], "fixed" if weakness.fixed else "wont-fix"),
        cwes=[_Flaw(weakness.cve, cwe) for cwe in weakness.cwes],
        known_exploited=_exploited(weakness.cve, weakness.exploited),
    )
    kind = _TYPES.get(weakness.type, weakness.type)
    name = weakness.package.rpartition(":")[2] if weakness.type == "jar" else weakness.package
    place = _Location(weakness.path or "/lib/apk/db/installed")
    return _Match(
        named,
        [related] if weakness.ghsa else [],
        [{"type": "exact-direct-match", "matcher": f"{kind}-matcher"}],
        _Artifact(name, weakness.installed, kind, [place]),
    )


def _exploited(cve: str, entry: Exploited | None) -> list[_Exploited]:
    if entry is None:
        return []
    return [_Exploited(cve, entry.vendor, entry.product, entry.added, entry.due)]
