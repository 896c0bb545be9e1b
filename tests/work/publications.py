"""Small self-made publications: CISA's catalog, a CVE record with decision points, EPSS scores."""

import json
from pathlib import Path


def kev(path: Path, *entries: tuple[str, str, str], version: str = "2026.12.01") -> Path:
    """Write a catalog; an entry is (CVE, date added, due date)."""
    document = {
        "title": "Catalog",
        "catalogVersion": version,
        "dateReleased": "2026-12-01T00:00:00Z",
        "count": len(entries),
        "vulnerabilities": [
            {"cveID": cve, "dateAdded": added, "dueDate": due, "knownRansomwareCampaignUse": "Known"}
            for cve, added, due in entries
        ],
    }
    path.write_text(json.dumps(document))
    return path


def record(path: Path, cve: str, **options: str) -> Path:
    """Write a CVE record with CISA's decision points, such as `automatable="yes"`."""
    names = {"automatable": "Automatable", "impact": "Technical Impact", "exploitation": "Exploitation"}
    content = {"id": cve, "options": [{names[key]: value} for key, value in options.items()]}
    document = {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": cve},
        "containers": {
            "cna": {"metrics": [{"cvssV3_1": {"baseScore": 9.8}}]},
            "adp": [
                {
                    "title": "CISA ADP Vulnrichment",
                    "metrics": [{"other": {"type": "ssvc", "content": content}}],
                }
            ],
        },
    }
    path.write_text(json.dumps(document))
    return path


def epss(path: Path, *scores: tuple[str, float, float]) -> Path:
    """Write scores of a day; each is (CVE, probability, percentile)."""
    lines = [f"{cve},{probability},{percentile}" for cve, probability, percentile in scores]
    head = "#model_version:v2026.03.01,score_date:2026-12-01T00:00:00+0000"
    path.write_text("\n".join([head, "cve,epss,percentile", *lines]) + "\n")
    return path
