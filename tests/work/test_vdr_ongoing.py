"""FedRAMP's quarterly Ongoing Certification Report: what is stated, and what the register counts."""

import json
from datetime import date
from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput, NotAllowed
from milepost.records.systems import System
from milepost.work.vdr.write_ongoing import OngoingOrder, write_ongoing
from tests.authorities.fedramp_vdr.reports import URI, schema_errors
from tests.work.test_vdr_reports import evaluated, opened, system

__all__ = ["system"]

pytestmark = pytest.mark.django_db
LAST = date(2027, 3, 31)
STATED: dict[str, object] = {
    "certificationDataChanges": ["A second region"],
    "plannedCertificationDataChanges": {"planningHorizonThrough": "2027-06-30", "changes": []},
    "transformativeChanges": [],
    "updatedRecommendations": [],
    "activeAgencies": ["Example Agency"],
    "reportableIncidents": {"incidents": []},
    "feedback": "Write to us.",
}


def written(tmp_path: Path, stated: object = STATED, package: str = URI) -> dict[str, object]:
    """Write the report of a quarter and return it."""
    statement, out = tmp_path / "statement.json", tmp_path / "ongoing.json"
    statement.write_text(json.dumps(stated))
    order = OngoingOrder(
        system="Harbor", first=date(2027, 1, 1), last=LAST, statement=statement, out=out, package=package
    )
    write_ongoing(order, as_of=LAST)
    tree: dict[str, object] = json.loads(out.read_text())
    return tree


def test_the_register_counts_what_is_accepted(system: System, tmp_path: Path) -> None:
    """After 192 days two are accepted (VER-TFR-MAV); they are counted by rating and not described."""
    for name, impact in (("Old TLS", 3), ("Weak keys", 4)):
        evaluated(opened(system, name), impact, date(2026, 7, 8))
    tree = written(tmp_path)
    assert tree["acceptedVulnerabilities"] == "2 vulnerabilities are accepted: 1 N4, 1 N3."
    assert tree["reportPeriod"] == {"from": "2027-01-01", "to": "2027-03-31"}
    assert {name: tree[name] for name in STATED} == STATED


@pytest.mark.usefixtures("system")
def test_the_report_is_valid(tmp_path: Path) -> None:
    """By FedRAMP's own schema, with nothing accepted and nothing planned."""
    assert schema_errors("ongoing", written(tmp_path)) == []


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("name", [name for name in STATED if name != "feedback"])
def test_what_is_not_stated_is_not_denied(tmp_path: Path, name: str) -> None:
    """A missing member is refused with its name and rule, and nothing is written."""
    stated = {key: value for key, value in STATED.items() if key != name}
    with pytest.raises(NotAllowed, match=rf"{name}.*CCM-OCR-AVL"):
        written(tmp_path, stated)
    assert not (tmp_path / "ongoing.json").exists()


@pytest.mark.usefixtures("system")
def test_a_report_needs_its_address_and_an_object(tmp_path: Path) -> None:
    """Neither is made up."""
    with pytest.raises(NotAllowed, match="certificationPackageOverviewUri is missing"):
        written(tmp_path, package="")
    with pytest.raises(DamagedInput, match="no JSON object"):
        written(tmp_path, ["a list"])
