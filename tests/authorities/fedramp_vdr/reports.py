"""Small reports of our own making, and FedRAMP's schemas with their defects worked round."""

import json
from pathlib import Path

import jsonschema_rs

from tests.samples import sample

URI = "https://harbor.example/package.json"
PERIOD = {"from": "2026-07-01T00:00:00Z", "to": "2026-07-31T23:59:59Z"}
SCHEMAS = {
    "vdt": "fedramp-vulnerability-detail-report-schema-2026-06-24.json",
    "avi": "fedramp-accepted-vulnerability-info-schema-2026-06-24.json",
    "mrh": "fedramp-historical-ver-activity-schema-2026-06-24.json",
    "ongoing": "fedramp-ongoing-certification-report-schema-2026-06-24.json",
}
_SHARED = "fedramp-common-definitions-schema-2026-06-24.json"
_ADDRESS = "https://fedramp.gov/schemas/"


def detail(identifier: str = "V-1", /, **more: object) -> dict[str, object]:
    """Return a vulnerability with all that FedRAMP demands, and more."""
    return {
        "providerTrackingId": identifier,
        "detection": {"detectedAt": "2026-07-02T08:15:00+02:00", "detectionSource": "Nessus"},
        "vulnerabilityDescription": "The library parses untrusted input.",
        "evaluationCompletedAt": "2026-07-03T09:00:00Z",
        "isInternetReachable": True,
        "isLikelyExploitable": False,
        "currentRating": 3,
        **more,
    }


def vdt(*details: dict[str, object], **more: object) -> dict[str, object]:
    """Return a report of vulnerability details."""
    return {
        "certificationPackageOverviewUri": URI,
        "reportPeriod": dict(PERIOD),
        "vulnerabilities": list(details),
        **more,
    }


def accepted(*details: dict[str, object], rationale: str = "Isolated by design.") -> list[dict[str, object]]:
    """Return accepted vulnerabilities."""
    return [{"vulnerabilityDetail": each, "acceptanceRationale": rationale} for each in details]


def avi(*details: dict[str, object], **more: object) -> dict[str, object]:
    """Return a report of accepted vulnerabilities."""
    return {
        "certificationPackageOverviewUri": URI,
        "reportPeriod": dict(PERIOD),
        "acceptedVulnerabilities": accepted(*details),
        **more,
    }


def mrh(active: list[dict[str, object]], carried: list[dict[str, object]]) -> dict[str, object]:
    """Return a historical report."""
    return {
        "certificationPackageOverviewUri": URI,
        "generatedAt": "2026-08-01T00:00:00Z",
        "activeVulnerabilities": active,
        "acceptedVulnerabilities": accepted(*carried),
    }


def saved(path: Path, tree: object) -> Path:
    """Write a report."""
    path.write_text(json.dumps(tree, indent=2), encoding="utf-8")
    return path


def schema_errors(report: str, tree: object) -> list[str]:
    """Return what FedRAMP's own schema finds, with the addresses in it mended (`.json/$defs`: no `#`)."""
    shared = json.loads(_mended(_SHARED))
    registry = jsonschema_rs.Registry([(_ADDRESS + _SHARED, shared)])
    schema = json.loads(_mended(SCHEMAS[report]))
    validator = jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=True)
    return [error.message for error in validator.iter_errors(tree)]


def _mended(name: str) -> str:
    text = (sample("fedramp/cr26") / name).read_text(encoding="utf-8")
    return text.replace(f"{_SHARED}/$defs", f"{_SHARED}#/$defs")
