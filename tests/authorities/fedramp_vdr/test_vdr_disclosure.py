"""Who reads what: agencies all of it, the public nothing that helps to exploit, and what is cut is said."""

import json
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.documents import format_named, read_document
from milepost.authorities.documents.contract import Writing
from milepost.domain.errors import WrongUse
from tests.authorities.fedramp_vdr.reports import detail, mrh, saved, schema_errors

SECRETS = ("parses untrusted", "web-1", "CVE-2026-0001", "edge", "vendor is late", "Isolated", "secret note")
OPEN = detail(
    affectedResources=["web-1"],
    cves=["CVE-2026-0001"],
    supplementaryRiskInformation="Filtered at the edge.",
    overdueStatus={"isOverdue": True, "explanation": "The vendor is late."},
    projectedNextReduction={"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 1, "x": "secret note"},
    providerNote="secret note",
)
OVER = detail("V-2", finalDisposition="Fully Mitigated", affectedResources=["web-1"])


def written(tmp_path: Path, audience: str) -> dict[str, object]:
    """Write a report for an audience into a base with things that nobody knows."""
    base = saved(tmp_path / "a.json", mrh([OPEN, OVER], [detail("V-3")]) | {"contact": "secret note"})
    out = tmp_path / "b.json"
    writing = Writing(as_of=date(2026, 8, 1), base=base, choices={"audience": audience})
    format_named("vdr-mrh").write(read_document(base), out, writing)
    tree: dict[str, object] = json.loads(out.read_text())
    return tree


def test_agencies_have_all_of_it(tmp_path: Path) -> None:
    """Nothing is cut, and nothing is said to be."""
    text = json.dumps(written(tmp_path, "agency"))
    assert all(secret in text for secret in SECRETS)
    assert "disclosure" not in text


def test_the_public_has_no_detail_that_helps_to_exploit(tmp_path: Path) -> None:
    """Of what is exploitable no wording, resources, CVEs, reasons, nothing unknown (VER-RPT-NID, -RPD)."""
    tree = written(tmp_path, "public")
    active = tree["activeVulnerabilities"]
    assert isinstance(active, list)
    still, over = active
    text = json.dumps([still, tree["acceptedVulnerabilities"], tree.get("contact", "")])
    assert [secret for secret in SECRETS if secret in text] == []
    assert (still["currentRating"], still["isInternetReachable"]) == (3, True)
    assert still["projectedNextReduction"] == {"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 1}
    assert over["vulnerabilityDescription"] == "The library parses untrusted input."
    assert "affectedResources" not in over


def test_what_is_cut_is_said(tmp_path: Path) -> None:
    """The report says for whom it is, by which rule, and how often what was cut; each vulnerability what."""
    tree = written(tmp_path, "public")
    disclosure = tree["disclosure"]
    assert isinstance(disclosure, dict)
    assert disclosure["audience"] == "public"
    assert "VER-RPT-NID" in disclosure["rule"]
    times = {each["member"]: each["times"] for each in disclosure["withheld"]}
    assert times == {
        "acceptanceRationale": 1,
        "affectedResources": 2,
        "contact": 1,
        "cves": 1,
        "overdueStatus.explanation": 1,
        "providerNote": 1,
        "supplementaryRiskInformation": 1,
        "vulnerabilityDescription": 2,
    }
    active = tree["activeVulnerabilities"]
    assert isinstance(active, list)
    assert active[1]["withheld"] == ["affectedResources"]


@pytest.mark.samples
def test_what_the_public_has_is_still_valid(tmp_path: Path) -> None:
    """A sentence stands where FedRAMP's schema demands a text."""
    assert schema_errors("mrh", written(tmp_path, "public")) == []


def test_an_unknown_audience_is_refused(tmp_path: Path) -> None:
    """Nobody gets a report by a slip of the pen."""
    with pytest.raises(WrongUse, match="press is no audience; use one of agency, public"):
        written(tmp_path, "press")
