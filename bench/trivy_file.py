"""Write a large Trivy report on one image that is the same every time."""

import json
from pathlib import Path

_SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL", "MEDIUM", "LOW", "UNKNOWN")
_SENTENCE = "A flaw was found in component {number} which a crafted request can reach over the network. "
_REFERENCES = 12


def write(path: Path, findings: int = 20_000, weaknesses: int = 6_000, day: int = 1) -> None:
    """Write distinct pairs of a CVE and a package; a tenth are libraries, the rest packages of the system."""
    records = [_vulnerability(number % weaknesses, number // weaknesses) for number in range(findings)]
    border = findings // 10
    report = {
        "SchemaVersion": 2,
        "CreatedAt": f"2026-02-{day:02}T10:00:00Z",
        "ArtifactName": "registry.example.org/bench/app:1.0",
        "ArtifactType": "container_image",
        "Trivy": {"Version": "0.69.1"},
        "Metadata": {"OS": {"Family": "debian", "Name": "12.9"}, "RepoTags": ["bench/app:1.0"]},
        "Results": [
            _result(
                "registry.example.org/bench/app:1.0 (debian 12.9)", "os-pkgs", "debian", records[border:]
            ),
            _result("Python", "lang-pkgs", "python-pkg", records[:border]),
        ],
    }
    path.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _result(target: str, kind: str, of: str, records: list[dict[str, object]]) -> dict[str, object]:
    return {"Target": target, "Class": kind, "Type": of, "Vulnerabilities": records}


def _vulnerability(number: int, place: int) -> dict[str, object]:
    package = f"libexample{(number * 7 + place * 13) % 900}-{place}"
    severity = _SEVERITIES[number % len(_SEVERITIES)]
    cve = f"CVE-2024-{10_000 + number}"
    return {
        "VulnerabilityID": cve,
        "PkgID": f"{package}@2.{number % 30}.1-3",
        "PkgName": package,
        "PkgIdentifier": {
            "PURL": f"pkg:deb/debian/{package}@2.{number % 30}.1-3?arch=amd64&distro=debian-12.9"
        },
        "InstalledVersion": f"2.{number % 30}.1-3",
        "FixedVersion": f"2.{number % 30}.1-4",
        "Status": "fixed",
        "Layer": {"DiffID": f"sha256:{number % 20:064x}"},
        "SeveritySource": "debian",
        "PrimaryURL": f"https://avd.example.org/nvd/{cve.lower()}",
        "DataSource": {"ID": "debian", "Name": "Debian Security Tracker"},
        "Title": f"component {number}: denial of service by a crafted request",
        "Description": _SENTENCE.format(number=number) * 4,
        "Severity": severity,
        "CweIDs": [f"CWE-{number % 700 + 20}"],
        "VendorSeverity": {"nvd": 3, "redhat": 2, "ubuntu": 2},
        "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "V3Score": 7.5}},
        "References": [f"https://example.org/advisories/{number}/{each}" for each in range(_REFERENCES)],
        "PublishedDate": f"2024-03-{number % 27 + 1:02}T10:15:00Z",
        "LastModifiedDate": f"2025-11-{number % 27 + 1:02}T18:00:00Z",
    }
