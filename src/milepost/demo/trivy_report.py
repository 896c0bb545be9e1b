"""Trivy's JSON report on one image of one month, as Trivy would have written it."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from itertools import groupby

import msgspec

from milepost.demo.estate import Image, scan_time, tag
from milepost.demo.weaknesses import PackageWeakness, package_weaknesses

_OPERATING_SYSTEMS = {"debian", "apk"}


class _Score(msgspec.Struct, rename="pascal"):
    v3_vector: str = msgspec.field(name="V3Vector")
    v3_score: float = msgspec.field(name="V3Score")


class _Vulnerability(msgspec.Struct, rename="pascal", omit_defaults=True):
    vulnerability_id: str = msgspec.field(name="VulnerabilityID")
    pkg_name: str
    installed_version: str
    severity: str
    severity_source: str
    title: str
    description: str
    status: str
    published_date: str
    cvss: dict[str, _Score] = msgspec.field(name="CVSS")
    vendor_ids: list[str] = msgspec.field(name="VendorIDs", default_factory=list)
    pkg_path: str = ""
    fixed_version: str = ""
    cwe_ids: list[str] = msgspec.field(name="CweIDs", default_factory=list)


class _Result(msgspec.Struct, rename="pascal"):
    target: str
    kind: str = msgspec.field(name="Class")
    type: str
    vulnerabilities: list[_Vulnerability]


class _Metadata(msgspec.Struct, rename="pascal"):
    os: dict[str, str] = msgspec.field(name="OS")
    image_id: str = msgspec.field(name="ImageID")
    repo_tags: list[str]


class _Report(msgspec.Struct, rename="pascal"):
    schema_version: int
    created_at: str
    artifact_name: str
    artifact_type: str
    trivy: dict[str, str]
    metadata: _Metadata
    results: list[_Result]


def trivy_report(image: Image, month: int, as_of: date) -> bytes:
    """Return the report on an image under the tag of a month."""
    name = f"{image.repository}:{tag(month, as_of)}"
    report = _Report(
        schema_version=2,
        created_at=scan_time(month, as_of).isoformat(),
        artifact_name=name,
        artifact_type="container_image",
        trivy={"Version": "0.69.1"},
        metadata=_Metadata(
            os={"Family": image.family, "Name": image.release},
            image_id=f"sha256:{sha256(name.encode()).hexdigest()}",
            repo_tags=[name],
        ),
        results=_results(image, name, month),
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def _results(image: Image, name: str, month: int) -> list[_Result]:
    """Return the packages of the operating system first, be there findings or not, then each program's."""
    found = [weakness for weakness in package_weaknesses() if weakness.shows(image.name, month)]
    system = [weakness for weakness in found if weakness.type in _OPERATING_SYSTEMS]
    target = f"{name} ({image.family} {image.release})"
    results = [_Result(target, "os-pkgs", image.family, _vulnerabilities(system, month))]
    programs = sorted((one for one in found if one not in system), key=lambda one: (one.type, one.cve))
    for kind, weaknesses in groupby(programs, key=lambda one: one.type):
        results.append(_Result(_TARGETS[kind], "lang-pkgs", kind, _vulnerabilities(weaknesses, month)))
    return results


_TARGETS = {"gobinary": "usr/local/bin/gateway", "python-pkg": "Python", "jar": "Java", "npm": "Node.js"}


def _vulnerabilities(weaknesses: Iterable[PackageWeakness], month: int) -> list[_Vulnerability]:
    return [_vulnerability(weakness, month) for weakness in weaknesses]


def _vulnerability(weakness: PackageWeakness, month: int) -> _Vulnerability:
    return _Vulnerability(
        vulnerability_id=weakness.cve,
        vendor_ids=[weakness.ghsa] if weakness.ghsa else [],
        pkg_name=weakness.package,
        pkg_path="" if weakness.type == "gobinary" else weakness.path,
        installed_version=weakness.installed,
        fixed_version=weakness.fixed,
        severity=weakness.severity_in(month).upper(),
        severity_source="ghsa" if weakness.ghsa else "nvd",
        title=weakness.title,
        description=weakness.description,
        status=weakness.status,
        published_date=f"{weakness.published}T00:00:00Z",
        cwe_ids=list(weakness.cwes),
        cvss={"nvd": _Score(weakness.cvss, weakness.score)},
    )
