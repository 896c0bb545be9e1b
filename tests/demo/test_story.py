"""The demonstration shows what it promises, and shows the same when it is made again."""

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from milepost.demo.estate import DOMAIN, tag
from milepost.demo.plans import INES, OMAR, VERA
from milepost.demo.story import Made, make_demo
from milepost.domain.item import OPEN_STATUSES, DeviationKind, DeviationState, ItemStatus
from milepost.work.explaining.explain_item import explain_item
from milepost.work.export_poam import export_poam
from milepost.work.finding_systems import by_name
from tests.demo.conftest import AS_OF, Lines, Looking
from tests.work.register_content import content

pytestmark = pytest.mark.django_db
SOON = AS_OF + timedelta(days=30)


def test_size(made: Made, lines: Lines) -> None:
    """The register fills some pages and no more: 45 to 70 items from 26 reports."""
    assert 45 <= made.items <= 70
    assert made.items == len(lines(""))
    assert made.imports == 26


def test_second_run_changes_nothing(made: Made) -> None:
    """Making it again, even on another day, says the same and leaves the register as it is."""
    system = by_name(made.system)
    before = content(system, numbers=True)
    assert make_demo(AS_OF) == made
    assert make_demo(AS_OF + timedelta(days=40)) == made
    assert content(system, numbers=True) == before


def test_overdue_and_due_soon(lines: Lines) -> None:
    """There is a High past its date that is being worked on, and others are due within thirty days."""
    late = [row for row in lines("") if row.overdue and row.rating == "High" and row.status == "in_progress"]
    soon = [row for row in lines("") if not row.overdue and AS_OF.isoformat() < row.due <= SOON.isoformat()]
    assert "33850" in {row.source_id for row in late}
    assert len([row for row in soon if row.status in OPEN_STATUSES]) >= 5


def test_vendor_dependency(looking: Looking) -> None:
    """An item waits for a vendor: product and a check-in within the last thirty days are named."""
    record = looking("156860").record
    assert record.vendor_dependency
    assert record.vendor_product
    assert record.vendor_checked_on
    assert AS_OF - timedelta(days=30) <= record.vendor_checked_on <= AS_OF


def test_deviations(looking: Looking) -> None:
    """A false positive and an operational requirement are approved by another person; one request waits."""
    decided = {
        "201194": (DeviationKind.FALSE_POSITIVE, DeviationState.APPROVED, OMAR),
        "157288": (DeviationKind.OPERATIONAL_REQUIREMENT, DeviationState.APPROVED, OMAR),
        "57608": (DeviationKind.RISK_ADJUSTMENT, DeviationState.PENDING, ""),
    }
    for weakness, expected in decided.items():
        (request,) = looking(weakness).deviations
        assert (request.kind, request.state, request.decided_by) == expected
        assert request.requested_by == INES
        assert request.rationale


def test_known_exploited(made: Made, looking: Looking) -> None:
    """CISA's date for a vulnerability that is exploited holds over FedRAMP's, and the item says so."""
    record = looking("CVE-2025-24813").record
    assert f"{record.kev_due_on}" == "2025-04-22"
    explanation = explain_item(record.identifier, made.system, as_of=AS_OF)
    assert explanation.due == record.kev_due_on
    assert any("CISA" in part.reason for part in explanation.parts)


def test_closed_with_evidence_and_verified(lines: Lines, looking: Looking) -> None:
    """Every closed item has evidence, and whoever verified it did nothing else on it."""
    closed = [row for row in lines("") if row.status == ItemStatus.CLOSED]
    assert len(closed) >= 10
    for row in closed:
        detail = looking(row.source_id)
        assert [document.kind for document in detail.documents] == ["Closure evidence"]
        by_vera = {change.field for change in detail.history.changes if change.person == VERA}
        assert by_vera == {"status", "completed_on"}


def test_one_came_back(lines: Lines) -> None:
    """TLS 1.0 was closed and is back: a new item with its own dates, the old one stays closed."""
    old, new = lines("104743")
    assert old.status == ItemStatus.CLOSED
    assert new.status == ItemStatus.OPEN
    assert new.detected > old.completed


def test_one_is_back_as_what_it_was(made: Made, lines: Lines, looking: Looking) -> None:
    """The new item points at the old one, and explains its detection date by it."""
    old, new = lines("104743")
    assert [link.identifier for link in looking("104743").recurrences] == [new.id]
    explanation = explain_item(new.id, made.system, as_of=AS_OF)
    assert any(old.id in part.reason for part in explanation.parts)


def test_severity_was_raised(looking: Looking) -> None:
    """A severity rose after the item opened: the original rating stays, the tool's new word is shown."""
    detail = looking("CVE-2023-45288")
    assert detail.record.original_risk == "Moderate"
    assert detail.record.native_severity == "MEDIUM"
    facts = detail.weaknesses[0].facts
    assert facts is not None
    assert facts.native_severity == "HIGH"


def test_merged_and_split(lines: Lines) -> None:
    """Two certificate findings are one item; the bastion has an item of its own, with the same dates."""
    assert [row.status for row in lines("57582")] == [ItemStatus.MERGED]
    assert [row.name for row in lines("51192")] == ["TLS certificate is not trusted"]
    whole, part = lines("187315")
    assert (whole.assets, part.assets) == (2, 1)
    assert (whole.detected, whole.scheduled) == (part.detected, part.scheduled)


def test_milestones_move_beside_their_originals(looking: Looking) -> None:
    """One milestone is done and another one moved, with its reason, while the first date stays."""
    done, moved, _ = looking("33850").milestones
    assert done.completed_on is not None
    assert moved.due_on > moved.original_due_on
    assert [change.reason for change in moved.changes if change.kind == "Update"] != [""]


def test_resources(looking: Looking) -> None:
    """Funding names its fiscal year, people their hours."""
    funding, people = looking("156860").resources
    assert funding.amount == 18000
    assert funding.fiscal_year == 2026
    assert people.hours == 60


def test_people_find_what_scanners_do_not(lines: Lines) -> None:
    """Some items were opened by hand, from a test, an assessment and a user."""
    sources = {row.source for row in lines("")}
    assert {"scan", "penetration_test", "self_assessment", "user_report"} <= sources


def test_hosts_are_known_by_their_names(lines: Lines, looking: Looking) -> None:
    """Hosts that were rebuilt with new addresses, even with one of each other, stay the hosts they were."""
    expected = {f"{name}.{DOMAIN}" for name in ("web-01", "web-02", "app-01", "app-02", "app-03")}
    assert lines("153953")[0].assets == len(expected)
    assert {place.asset for place in looking("153953").places.rows} == expected


def test_some_wait_for_verification(lines: Lines) -> None:
    """What the latest scans no longer show waits for evidence and a second person, and is not closed."""
    waiting = {row.source_id for row in lines("") if row.closure_candidate}
    assert waiting == {"15901", "58453", "83875", "CVE-2024-45491", "V-206412"}


def test_closed_rows_speak_of_their_time(made: Made, tmp_path: Path) -> None:
    """A closed row names the tag in which the weakness was last seen, and waits for nobody."""
    workbook = tmp_path / "poam.xlsx"
    export_poam(made.system, workbook, as_of=AS_OF)
    sheet = load_workbook(workbook)["Closed POA&M Items"]
    texts = {str(row[5]): " ".join(map(str, row)) for row in sheet.iter_rows(values_only=True)}
    closed = texts["CVE-2024-24790"]
    assert f"gateway:{tag(1, AS_OF)}" in closed
    assert tag(4, AS_OF) not in closed
    assert [text for text in texts.values() if "awaits verification" in text] == []
