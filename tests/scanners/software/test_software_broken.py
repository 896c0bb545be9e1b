"""Whatever stands at a place of a report on packages: no error leaves a reader but the product's own."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.domain.errors import MilepostError
from milepost.domain.finding import AssetReport
from milepost.scanners import scanner_named
from milepost.scanners.opening import read_report
from milepost.scanners.scanner import Source

Value = object

FLAW = {"id": "CVE-2024-0001", "severity": "high", "description": "A flaw", "packageName": "libx"}
DOCUMENTS: dict[str, Value] = {
    "trivy": {
        "SchemaVersion": 2,
        "CreatedAt": "2026-01-05T10:00:00Z",
        "ArtifactName": "team/app:1",
        "Metadata": {"RepoTags": ["team/app:1"]},
        "Results": [
            {
                "Target": "team/app:1 (alpine 3)",
                "Class": "os-pkgs",
                "Vulnerabilities": [
                    {
                        "VulnerabilityID": "CVE-2024-0001",
                        "PkgName": "libx",
                        "VendorIDs": ["DSA-1"],
                        "CVSS": {"nvd": {"V3Score": 7.5}},
                    }
                ],
                "Misconfigurations": [{"ID": "DS002", "CauseMetadata": {"Resource": "a"}}],
                "Secrets": [{"RuleID": "pat", "StartLine": 3}],
                "ExperimentalModifiedFindings": [{"Finding": {"VulnerabilityID": "CVE-2024-0002"}}],
            }
        ],
    },
    "grype": {
        "matches": [
            {
                "vulnerability": {
                    "id": "CVE-2024-0001",
                    "cvss": [{"version": "3.1", "vector": "V"}],
                    "fix": {"versions": ["1"], "state": "fixed"},
                    "knownExploited": [{"dueDate": "2026-02-01"}],
                },
                "artifact": {"name": "libx", "type": "python", "locations": [{"path": "/a"}]},
                "relatedVulnerabilities": [{"id": "GHSA-aaaa-bbbb-cccc"}],
            }
        ],
        "ignoredMatches": [{"vulnerability": {"id": "a"}, "artifact": {"name": "b"}}],
        "source": {"type": "image", "target": {"userInput": "team/app:1", "tags": ["a:1"]}},
        "descriptor": {"version": "1", "timestamp": "2026-01-05T10:00:00Z"},
    },
    "prisma": {
        "results": [
            {
                "id": "sha256:0",
                "name": "team/app:1",
                "repoTag": {"registry": "r", "repo": "a", "tag": "1"},
                "scanTime": "2026-01-05T10:00:00Z",
                "vulnerabilities": [
                    FLAW | {"riskFactors": {"Has fix": {}}, "status": "fixed in 1", "published": 5}
                ],
                "compliances": [{"id": 41, "title": "A rule", "severity": "low", "cause": "x"}],
                "complianceDistribution": {"total": 1},
            }
        ]
    },
    "xray": [
        {
            "scan_id": "a",
            "component_id": "docker://team/app:1",
            "status": "completed",
            "vulnerabilities": [
                {
                    "issue_id": "XRAY-1",
                    "severity": "High",
                    "summary": "A flaw",
                    "cves": [{"cve": "CVE-2024-0001", "cvss_v3_score": "7", "cwe": ["CWE-79"]}],
                    "components": {"npm://a:1": {"fixed_versions": ["[2]"]}},
                    "references": ["https://a.example"],
                    "extended_information": {"remediation": "b"},
                }
            ],
            "violations": [{"type": "license"}],
        }
    ],
    "anchore": {
        "imageDigest": "sha256:0",
        "vulnerabilities": [
            {
                "vuln": "CVE-2024-0001",
                "severity": "Low",
                "package_name": "a",
                "nvd_data": [{"cvss_v3": {"base_score": 7.5}}],
            }
        ],
        "detail": [{"gate": "a", "trigger": "b", "action": "warn", "allowlisted": True}],
    },
    "snyk": [
        {
            "vulnerabilities": [
                FLAW
                | {"identifiers": {"CVE": ["CVE-2024-0001"]}, "from": ["a", "b"], "fixedIn": ["1"]}
                | {"references": [{"url": "https://a.example"}]}
            ],
            "infrastructureAsCodeIssues": [
                {"id": "SNYK-CC-1", "path": ["a", 1], "iacDescription": {"issue": "b"}}
            ],
            "applications": [{"vulnerabilities": [], "displayTargetFile": "c"}],
            "filtered": {"ignore": [FLAW | {"filtered": {"ignored": [{"reason": "d"}]}}]},
            "docker": {},
            "projectName": "docker-image|a",
            "path": "a:1",
        }
    ],
    "dependency-track": {
        "meta": {"application": "Dependency-Track", "version": "4", "timestamp": "2026-01-05T10:00:00Z"},
        "project": {"name": "a", "version": "1"},
        "findings": [
            {
                "component": {"name": "b", "purl": "pkg:npm/b@1"},
                "vulnerability": {
                    "vulnId": "CVE-2024-0001",
                    "severity": "LOW",
                    "aliases": [{"ghsaId": "GHSA-aaaa-bbbb-cccc"}],
                    "cwes": [{"cweId": 79}],
                },
                "analysis": {"state": "NOT_SET", "isSuppressed": False},
                "attribution": {"attributedOn": "2026-01-05 10:00:00.1", "referenceUrl": "https://a.example"},
            }
        ],
    },
    "cyclonedx-json": {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"timestamp": "2026-01-05T10:00:00Z", "tools": {"components": [{"name": "a"}]}},
        "components": [{"bom-ref": "a", "name": "b", "purl": "pkg:npm/b@1", "components": [{"name": "c"}]}],
        "vulnerabilities": [
            {
                "id": "CVE-2024-0001",
                "references": [{"id": "GHSA-aaaa-bbbb-cccc"}],
                "ratings": [{"severity": "low", "method": "CVSSv3", "vector": "V", "score": 5}],
                "cwes": [79],
                "analysis": {"state": "in_triage", "response": ["update"]},
                "affects": [{"ref": "a"}],
            }
        ],
    },
    "github-dependabot": [
        {
            "number": 1,
            "state": "open",
            "dependency": {"package": {"name": "a"}, "manifest_path": "b"},
            "security_advisory": {
                "ghsa_id": "GHSA-aaaa-bbbb-cccc",
                "cwes": [{"cwe_id": "CWE-79"}],
                "cvss": {"vector_string": "V", "score": 5},
                "identifiers": [{"value": "CVE-2024-0001"}],
            },
            "security_vulnerability": {"severity": "low", "first_patched_version": {"identifier": "1"}},
            "html_url": "https://github.com/a/b/security/dependabot/1",
        },
        {
            "data": {
                "search": {"nodes": [{"name": "a", "vulnerabilityAlerts": {"nodes": [{"state": "OPEN"}]}}]}
            }
        },
    ],
}
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.just("9" * 400),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"a": [1]}),
)


def places(value: Value, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every value in a document but the document itself."""
    found: list[tuple[str | int, ...]] = [at] if at else []
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        found += places(member, (*at, key))
    return found


def replaced(value: Value, at: tuple[str | int, ...], strange: Value) -> Value:
    """Return the document with another value at a place."""
    if not at:
        return strange
    first, *rest = at
    if isinstance(value, dict):
        return {
            key: replaced(each, tuple(rest), strange) if key == first else each for key, each in value.items()
        }
    assert isinstance(value, list)
    return [replaced(each, tuple(rest), strange) if n == first else each for n, each in enumerate(value)]


def source_of(path: Path, document: Value) -> Source:
    """Write a document, and return it as a source."""
    path.write_bytes(msgspec.json.encode(document))
    return Source(path, "report", path.stat().st_size)


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_the_sound_document_is_read(tmp_path: Path, name: str) -> None:
    """So that what follows breaks something that matters."""
    parts = list(read_report(source_of(tmp_path / "a", DOCUMENTS[name]), scanner_named(name)))
    assert any(part.findings for part in parts if isinstance(part, AssetReport))


@pytest.mark.parametrize("name", list(DOCUMENTS))
@settings(max_examples=60)
@given(data=st.data())
def test_no_other_error_leaves_a_reader(name: str, data: st.DataObject) -> None:
    """A value of any type at any place: read, a problem, or refused by the product's own error."""
    document = DOCUMENTS[name]
    broken = replaced(document, data.draw(st.sampled_from(places(document))), data.draw(STRANGE))
    with TemporaryDirectory() as folder, suppress(MilepostError):
        for part in read_report(source_of(Path(folder) / "a", broken), scanner_named(name)):
            assert part is not None
