"""FedRAMP's 2026 reports from the register: ratings with history, delays, acceptance by time, audiences."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.domain.circumstances import Evaluation
from milepost.domain.errors import NotAllowed, RecordMissing, StateConflict, WrongUse
from milepost.domain.item import SourceKind
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.close_item import Closing, close_item
from milepost.work.date_item import evaluate_item
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.accept_risk import Risk, decide_acceptance, request_acceptance
from milepost.work.lifecycle.extend import NewDate, request_extension
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone
from milepost.work.vdr.write_report import ReportOrder, ReportWritten, write_report
from tests.authorities.fedramp_vdr.reports import URI, schema_errors

pytestmark = pytest.mark.django_db
DETECTED = date(2026, 7, 6)
JULY = (date(2026, 7, 1), date(2026, 7, 31))


@pytest.fixture
def system(db: None) -> System:
    """Return a system of class C."""
    del db
    return add_system(NewSystem("Harbor", "fedramp-vdr", "C", provider="Port"), as_of=date(2026, 7, 5))


def opened(system: System, name: str = "Old TLS", on: date = DETECTED) -> Item:
    """Return an item found by a penetration test."""
    new = NewItem(
        system.name,
        name,
        on,
        "Ines",
        description=f"{name} is weak.",
        source_kind=SourceKind.PENETRATION_TEST,
        source_name="Test 7",
        affected_assets="web-1",
        cves="CVE-2026-0001",
    )
    return open_item(new, as_of=on)


def evaluated(item: Item, impact: int, on: date, *, reachable: bool = True, likely: bool = True) -> None:
    """Evaluate an item at nine o'clock of a day."""
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    evaluation = Evaluation(at, impact, internet_reachable=reachable, likely_exploitable=likely)
    evaluate_item(item, evaluation, person="Ines", as_of=on, reason="seen in the logs")


def write(
    tmp_path: Path,
    report: str,
    period: tuple[date | None, date] = JULY,
    *,
    audience: str = "agency",
    package: str = URI,
) -> tuple[dict[str, object], ReportWritten]:
    """Write a report and return what stands in it."""
    out = tmp_path / f"{report}.json"
    first, last = period
    order = ReportOrder(
        system="Harbor", report=report, first=first, last=last, out=out, audience=audience, package=package
    )
    done = write_report(order, as_of=last)
    tree: dict[str, object] = json.loads(out.read_text())
    return tree, done


def listed(tree: dict[str, object], name: str = "vulnerabilities") -> list[dict[str, object]]:
    """Return a list of a report."""
    found = tree[name]
    assert isinstance(found, list)
    return found


def test_ratings_come_with_their_history(system: System, tmp_path: Path) -> None:
    """Every rating, each completed reduction, the first evaluation, the present standing (VER-RPT-VDT)."""
    item = opened(system)
    for impact, on in ((4, DETECTED), (5, date(2026, 7, 7)), (3, date(2026, 7, 9))):
        evaluated(item, impact, on)
    (found,) = listed(write(tmp_path, "vdt")[0])
    assert found["detection"] == {"detectedAt": "2026-07-06T00:00:00Z", "detectionSource": "Test 7"}
    assert found["evaluationCompletedAt"] == "2026-07-06T09:00:00Z"
    assert found["currentRating"] == 3
    assert found["painHistory"] == [
        {"evaluatedAt": "2026-07-06T09:00:00Z", "rating": 4},
        {"evaluatedAt": "2026-07-07T09:00:00Z", "rating": 5},
        {"evaluatedAt": "2026-07-09T09:00:00Z", "rating": 3},
    ]
    assert found["painReductions"] == [{"reducedAt": "2026-07-09T09:00:00Z", "rating": 3}]
    assert (found["affectedResources"], found["cves"]) == (["web-1"], ["CVE-2026-0001"])


def test_a_milestone_that_names_a_rating_is_the_next_reduction(system: System, tmp_path: Path) -> None:
    """`Reduce to N2` by its day; it is expected after the rule's day, and so likely to become overdue."""
    item = opened(system)
    evaluated(item, 4, date(2026, 7, 30))
    add_milestone(item, "Reduce to N2 by a filter", date(2026, 8, 20))
    (found,) = listed(write(tmp_path, "vdt")[0])
    assert found["projectedNextReduction"] == {"estimatedAt": "2026-08-20T23:59:59Z", "targetRating": 2}
    overdue = found["overdueStatus"]
    assert isinstance(overdue, dict)
    assert overdue["isOverdue"] is False
    assert "expected on 2026-08-20" in overdue["explanation"]


@pytest.mark.parametrize(("last", "late"), [(date(2026, 7, 10), False), (date(2026, 7, 11), True)])
def test_what_is_past_its_timeframe_is_overdue(
    system: System, tmp_path: Path, last: date, *, late: bool
) -> None:
    """Class C, N4, reachable and likely: four days from evaluation, the last included (VDR-TFR-PVR)."""
    evaluated(opened(system), 4, DETECTED)
    tree, done = write(tmp_path, "vdt", (JULY[0], last))
    status = listed(tree)[0]["overdueStatus"]
    assert isinstance(status, dict)
    assert status["isOverdue"] is late
    assert [each.where for each in done.problems] == (["V-1"] if late else [])


@pytest.mark.parametrize(("last", "late"), [(date(2026, 7, 11), False), (date(2026, 7, 12), True)])
def test_an_evaluation_can_be_overdue(system: System, tmp_path: Path, last: date, *, late: bool) -> None:
    """Class C evaluates within five days of detection (VER-TFR-EVU)."""
    opened(system)
    status = listed(write(tmp_path, "vdt", (JULY[0], last))[0])[0]["overdueStatus"]
    assert isinstance(status, dict)
    assert status["isOverdue"] is late


def test_a_delay_is_explained_in_the_providers_words(system: System, tmp_path: Path) -> None:
    """What was said when more time was asked for, with the rule beside; then nothing is left to be said."""
    item = opened(system)
    evaluated(item, 4, DETECTED)
    edit_item(Edit(item.identifier, {"scheduled_on": "2026-08-10"}, "Ines"), as_of=date(2026, 7, 8))
    asked = NewDate(
        item.identifier, date(2026, 9, 1), "The new appliance is not delivered.", "a filter", "Ines"
    )
    request_extension(asked, as_of=date(2026, 7, 20))
    tree, done = write(tmp_path, "vdt")
    status = listed(tree)[0]["overdueStatus"]
    assert isinstance(status, dict)
    assert status["explanation"].startswith("The new appliance is not delivered. By the rule: class C, N4")
    assert done.problems == ()


@pytest.mark.parametrize("days", [192, 193])
def test_after_192_days_it_is_accepted(system: System, tmp_path: Path, days: int) -> None:
    """Counted from the first evaluation, whatever was evaluated since (VER-TFR-MAV, MUST)."""
    item = opened(system)
    evaluated(item, 4, DETECTED, reachable=False, likely=False)
    last = DETECTED + timedelta(days=days)
    evaluated(item, 2, last - timedelta(days=10), reachable=False, likely=False)
    period = (last - timedelta(days=30), last)
    tree, _ = write(tmp_path, "avi", period)
    over = days > 192
    assert len(listed(tree, "acceptedVulnerabilities")) == int(over)
    assert len(listed(write(tmp_path, "vdt", period)[0])) == int(not over)
    if over:
        why = listed(tree, "acceptedVulnerabilities")[0]["acceptanceRationale"]
        assert why == (
            "Not fully mitigated or remediated within 192 days of its evaluation on 2026-07-06 (VER-TFR-MAV)."
        )


def test_what_will_not_be_done_in_192_days_is_accepted_now(system: System, tmp_path: Path) -> None:
    """The rule speaks of what is not or will not be mitigated in time: a plan beyond that says so."""
    item = opened(system)
    evaluated(item, 2, DETECTED)
    edit_item(Edit(item.identifier, {"scheduled_on": "2027-03-01"}, "Ines"), as_of=date(2026, 7, 8))
    (found,) = listed(write(tmp_path, "avi")[0], "acceptedVulnerabilities")
    assert "its completion is planned for 2027-03-01" in str(found["acceptanceRationale"])


def test_a_closed_item_is_remediated_and_before_that_active(system: System, tmp_path: Path) -> None:
    """A report of a day before the closing knows nothing of it."""
    item = opened(system)
    evaluated(item, 2, DETECTED)
    closing = Closing(item.identifier, "Sam", "Vera", "scan.pdf", "gone", method="retest")
    close_item(closing, as_of=date(2026, 7, 20))
    (now,) = listed(write(tmp_path, "vdt")[0])
    assert (now["finalDisposition"], now["isRemediated"]) == ("Fully Mitigated", True)
    assert "overdueStatus" not in now
    (before,) = listed(write(tmp_path, "vdt", (JULY[0], date(2026, 7, 19)))[0])
    assert "finalDisposition" not in before


def test_only_activity_of_the_period_is_reported_and_the_history_has_all(
    system: System, tmp_path: Path
) -> None:
    """VER-RPT-PER speaks of activity since the last report; VER-TFR-MRH of everything."""
    evaluated(opened(system), 1, DETECTED)
    evaluated(opened(system, "Weak keys", date(2026, 8, 3)), 1, date(2026, 8, 4))
    august = (date(2026, 8, 1), date(2026, 8, 31))
    tree, done = write(tmp_path, "vdt", august)
    assert [each["providerTrackingId"] for each in listed(tree)] == ["V-2"]
    assert done.without_activity == 1
    history, _ = write(tmp_path, "mrh", (None, date(2026, 8, 31)))
    assert len(listed(history, "activeVulnerabilities")) == 2
    assert history["generatedAt"] == "2026-08-31T23:59:59Z"
    july, _ = write(tmp_path, "mrh", (None, JULY[1]))
    assert len(listed(july, "activeVulnerabilities")) == 1


@pytest.mark.samples
@pytest.mark.parametrize("audience", ["agency", "public"])
@pytest.mark.parametrize("report", ["vdt", "avi", "mrh"])
def test_every_report_is_valid_by_fedramps_schema(
    system: System, tmp_path: Path, report: str, audience: str
) -> None:
    """With delays, acceptance by time and reductions, for either audience."""
    evaluated(opened(system), 4, DETECTED)
    old = opened(system, "Weak keys")
    evaluated(old, 5, DETECTED)
    evaluated(old, 2, date(2026, 7, 8))
    edit_item(Edit(old.identifier, {"scheduled_on": "2027-03-01"}, "Ines"), as_of=date(2026, 7, 8))
    tree, _ = write(tmp_path, report, audience=audience)
    assert schema_errors(report, tree) == []


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_the_monthly_report_says_no_more_than_its_audience_may_know(
    system: System, tmp_path: Path, ending: str
) -> None:
    """Agencies read what is weak; the public reads that it is withheld."""
    evaluated(opened(system), 5, DETECTED)
    texts = {}
    for audience in ("agency", "public"):
        out = tmp_path / f"{audience}{ending}"
        order = ReportOrder(
            system="Harbor", report="monthly", first=JULY[0], last=JULY[1], out=out, audience=audience
        )
        write_report(order, as_of=JULY[1])
        texts[audience] = out.read_text()
    assert "Old TLS" in texts["agency"]
    assert "Old TLS" not in texts["public"]
    assert "VER-RPT-NID" in texts["public"]
    assert all("V-1" in text or r"V-1" in text for text in texts.values())


def test_any_number_of_items_takes_the_same_statements(system: System, tmp_path: Path) -> None:
    """One item or ten: gathering asks the database as often."""
    counts = []
    for more in (1, 9):
        for number in range(more):
            evaluated(opened(system, f"Weak {more}.{number}"), 3, DETECTED)
        with CaptureQueriesContext(connection) as asked:
            write(tmp_path, "mrh", (None, JULY[1]))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_wrong_orders_are_refused(system: System, tmp_path: Path) -> None:
    """No address, no beginning, an end to come, a system of another authority or none, an unknown ending."""
    with pytest.raises(NotAllowed, match="no address of the Certification Package Overview"):
        write(tmp_path, "vdt", package="")
    with pytest.raises(WrongUse, match="needs the first day"):
        write(tmp_path, "vdt", (None, JULY[1]))
    with pytest.raises(WrongUse, match="before it begins"):
        write(tmp_path, "vdt", (JULY[1], JULY[0]))
    order = ReportOrder(
        system="Harbor", report="monthly", first=JULY[0], last=JULY[1], out=tmp_path / "a.pdf", package=URI
    )
    with pytest.raises(WrongUse, match="neither Markdown nor HTML"):
        write_report(order, as_of=JULY[1])
    with pytest.raises(WrongUse, match="is to come"):
        write_report(order, as_of=JULY[0])
    System.objects.filter(pk=system.pk).update(authority="fedramp-rev5", impact="moderate")
    with pytest.raises(StateConflict, match="move-to-vdr"):
        write(tmp_path, "vdt")
    system.delete()
    with pytest.raises(RecordMissing):
        write(tmp_path, "vdt")
    assert not list(tmp_path.iterdir())


def test_an_accepted_risk_says_why(system: System, tmp_path: Path) -> None:
    """What an official accepted stands on the other list with the reason that was given for it."""
    item = opened(system)
    evaluated(item, 2, DETECTED)
    risk = Risk(item.identifier, "No fix exists.", "a guest", "port closed", "low", date(2026, 9, 1), "Ines")
    request_acceptance(risk, as_of=date(2026, 7, 8))
    decide_acceptance(item.identifier, approve=True, person="Olga", as_of=date(2026, 7, 9))
    (found,) = listed(write(tmp_path, "avi")[0], "acceptedVulnerabilities")
    assert found["acceptanceRationale"] == "No fix exists."
    assert listed(write(tmp_path, "vdt")[0]) == []
