"""A system of the register is checked with its history: what people decided is judged too."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.domain.errors import WrongUse
from milepost.domain.item import DeviationKind, SourceKind
from milepost.domain.plan_item import State
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.planning import Resource
from milepost.records.requests import Signature
from milepost.records.systems import System
from milepost.work.add_reference import add_reference
from milepost.work.checking.check_document import Asked
from milepost.work.checking.check_system import check_system, plan_of
from milepost.work.close_item import Closing, close_item
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.document_item import document_item
from milepost.work.edit_item import Edit, edit_item
from milepost.work.expose_assets import expose_assets
from milepost.work.lifecycle.accept_risk import Risk, decide_acceptance, request_acceptance
from milepost.work.obligations.oblige_system import NewObligation, oblige_system
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone, complete_milestone
from tests.work.conftest import TODAY, Importing
from tests.work.publications import kev, record
from tests.work.reports import Found, Host, Image, Package, nessus, trivy

LATER = TODAY + timedelta(days=200)


def new(system: System, name: str = "Telnet is open on sw-core-1") -> NewItem:
    """Return a weakness as a person reports it."""
    return NewItem(
        system.name,
        name,
        date(2026, 2, 1),
        "Ines",
        description="Telnet is open on sw-core-1.example.org, port 23, with a shared account.",
        source_kind=SourceKind.PENETRATION_TEST,
        source_name="Penetration test 2026",
        risk=Rating.MODERATE,
        controls="AC-17",
        responsible="Ana Diaz",
        affected_assets="sw-core-1.example.org",
        remediation_plan="Close the port and use SSH.",
    )


def rules(system: System, as_of: date = TODAY, **wishes: object) -> set[str]:
    """Return the rules that found something."""
    wanted = Asked(as_of=as_of, **wishes)  # type: ignore[arg-type] # named by the test
    return {each.rule.id for each in check_system(system.name, wanted).report.findings}


def test_what_a_person_left_out_is_found(system: System) -> None:
    """An item without milestones and resources is reported; with them it is not."""
    item = open_item(new(system), as_of=TODAY)
    assert {"C05", "C13"} <= rules(system)
    add_milestone(item, "Close port 23 on the switch", date(2026, 3, 20))
    add_milestone(item, "Verify with a scan that it is closed", date(2026, 4, 10))
    assert "C05" not in rules(system)


def test_a_late_item_is_reported_on_its_day(system: System) -> None:
    """The same register has a late item later: the day is given, not taken from the clock."""
    open_item(new(system), as_of=TODAY)
    assert not {"FR-R11", "T01"} & rules(system)
    assert {"FR-R11", "T01", "F01"} <= rules(system, LATER)


def test_the_history_is_judged(system: System) -> None:
    """A milestone past its date is reported until it is done."""
    item = open_item(new(system), as_of=TODAY)
    add_milestone(item, "Close port 23 on the switch", TODAY)
    assert "M07" in rules(system, TODAY + timedelta(days=5))
    complete_milestone(item, 1, person="Ana Diaz", as_of=TODAY)
    assert "M07" not in rules(system, TODAY + timedelta(days=5))


def test_a_moved_date_without_reason(system: System) -> None:
    """A scheduled date that moved is judged by the reason in the history."""
    open_item(new(system), as_of=TODAY)
    edit_item(Edit("V-1", {"scheduled_on": "2026-06-30"}, "Ines", "the vendor ships in June"), as_of=TODAY)
    assert "D03" not in rules(system)
    assert "D04" in rules(system)


def test_scans_are_part_of_it(system: System, importing: Importing, tmp_path: Path) -> None:
    """Imported items have assets, tool and rating; nothing about a document's cells applies."""
    host = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")
    importing(nessus(tmp_path / "a.nessus", host))
    plan = plan_of(system)
    assert all(item.assets for item in plan.items)
    assert {item.source_type for item in plan.items} == {"scan"}
    assert not {"I01", "I05", "C14", "C16"} & rules(system)


def test_the_register_takes_a_constant_number_of_statements(system: System) -> None:
    """Ten items cost as many statements as one."""

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            plan_of(system)
        return len(queries)

    open_item(new(system), as_of=TODAY)
    few = count()
    for number in range(9):
        open_item(replace(new(system), name=f"Weakness {number}"), as_of=TODAY)
    assert count() == few


def test_states_are_neutral(system: System) -> None:
    """An open item of the register is in progress in the neutral vocabulary."""
    open_item(new(system), as_of=TODAY)
    (item,) = plan_of(system).items
    assert (item.status, item.status_label) == (State.IN_PROGRESS, "open")
    assert item.original_scheduled_date == item.scheduled_date == date(2026, 5, 2)


def test_every_authority_of_the_system_judges(system: System) -> None:
    """A system that answers to two profiles is judged by both; the strictest days count."""
    oblige_system(system, NewObligation("hhs", TODAY), as_of=TODAY)
    checked = check_system(system.name, Asked(as_of=TODAY))
    assert checked.profiles == ["fedramp-rev5", "hhs"]


@pytest.mark.parametrize("rule", ["A01", "E01", "E02", "D01", "T07"])
def test_what_only_a_register_knows_is_judged(system: System, rule: str) -> None:
    """Approvals, evidence, verification and history are judged here, not set aside."""
    checked = check_system(system.name, Asked(as_of=TODAY))
    assert rule in {each.id for each in checked.report.judged}


def test_a_proper_closing_has_nothing_against_it(system: System) -> None:
    """Closed with evidence, verified by another person: none of the rules of evidence speaks."""
    open_item(new(system), as_of=TODAY)
    close_item(Closing("V-1", "Sam", "Vera", "change-4711.pdf", "patched", method="retest"), as_of=TODAY)
    (item,) = plan_of(system).items
    assert item.status is State.CLOSED_COMPLETED
    assert item.verification is not None
    assert item.verification.by == "Vera"
    assert [each.name for each in item.evidence] == ["change-4711.pdf"]
    assert not {"E01", "E02", "E03", "T04"} & rules(system, only=("E*", "T*"))


def test_deviations_of_the_register_are_judged(system: System) -> None:
    """A request that waits is pending, one that was approved is Yes, with its rationale and its decider."""
    item = open_item(new(system), as_of=TODAY)
    request = request_deviation(
        item,
        DeviationKind.RISK_ADJUSTMENT,
        "Only reachable from the jump host",
        person="Ines",
        adjusted_risk=Rating.LOW,
        as_of=TODAY,
    )
    assert plan_of(system).items[0].risk_adjustment == "Pending"
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY)
    (found,) = plan_of(system).items
    assert (found.risk_adjustment, found.adjusted_severity) == ("Yes", "Low")
    assert found.deviation is not None
    assert found.deviation.rationale == "Only reachable from the jump host"
    assert not {"S01L", "S03L", "FR-Q09", "FR-Q10"} & rules(system)


def test_an_accepted_risk_needs_the_official(system: System) -> None:
    """Accepted by somebody without the role it is reported; by the authorizing official it is not."""
    open_item(new(system), as_of=TODAY)
    reason = (
        "The switch is replaced with the building in July; until then only the jump host reaches it,"
        " and all of it is logged."
    )
    risk = Risk("V-1", reason, "An insider", "Jump host", "Low", date(2026, 7, 1), "Ines")
    request_acceptance(risk, as_of=TODAY)
    decide_acceptance("V-1", approve=True, person="Omar", as_of=TODAY)
    assert "A01" in rules(system)
    assert not {"A02", "A03", "A04", "A05", "A06"} & rules(system)
    assert "A03" in rules(system, date(2026, 7, 2))
    Signature.objects.update(roles="ao")
    assert "A01" not in rules(system)


def test_money_and_hours_are_resources(system: System) -> None:
    """An amount of a fiscal year is a cost, hours are words; together they state the resources."""
    item = open_item(new(system), as_of=TODAY)
    Resource.objects.create(item=item, kind="funding", amount=5000, fiscal_year=2026, text="licence")
    Resource.objects.create(item=item, kind="people", hours=12)
    (found,) = plan_of(system).items
    assert (found.cost_estimate, list(found.cost_by_year)) == (5000, [(2026, 5000)])
    assert found.resources_text == "$5,000.00 licence; 12 staff hours"
    assert "C13" not in rules(system)


def test_dates_of_cisa_that_scanners_named_are_used(system: System) -> None:
    """Without the catalog, the date that the register keeps of a CVE is judged."""
    item = open_item(replace(new(system), cves="CVE-2021-44228"), as_of=TODAY)
    Item.objects.filter(pk=item.pk).update(kev_due_on=TODAY - timedelta(days=1))
    assert {"K04", "FR-R12"} <= rules(system)


def test_directive_is_judged_by_what_the_register_knows(
    system: System, importing: Importing, tmp_path: Path
) -> None:
    """Under BOD 26-04 a check finds the date that passed and the missing triage, by CVE and asset."""
    importing(trivy(tmp_path / "scan.json", Image("shop", "1", (Package("CVE-2026-1111", "zlib"),))))
    oblige_system(system, NewObligation("cisa-bod-26-04", date(2026, 6, 10)), as_of=date(2026, 7, 1))
    unknown = _found(system, "K02")
    assert len(unknown) == 1
    assert "publicly exposed" in unknown[0]
    points = record(tmp_path / "cve.json", "CVE-2026-1111", automatable="yes", impact="total")
    catalog = kev(tmp_path / "kev.json", ("CVE-2026-1111", "2026-06-20", "2026-06-23"))
    for publication in (points, catalog):
        add_reference(publication, as_of=TODAY)
    expose_assets(system, ["shop"], exposed=True, as_of=TODAY)
    assert _found(system, "K02") == []
    assert "gives 3 days" in _found(system, "K01")[0]
    assert len(_found(system, "K03")) == 1
    assert len(_found(system, "K04")) == 1
    identifier = Item.objects.get(source_id="CVE-2026-1111").identifier
    document_item(identifier, "Forensic triage", "triage-7.pdf", person="Ines", as_of=TODAY)
    assert _found(system, "K03") == []
    with pytest.raises(WrongUse, match="kind and a name"):
        document_item(identifier, "", "triage-7.pdf", person="Ines", as_of=TODAY)


def _found(system: System, rule: str) -> list[str]:
    checked = check_system(system.name, Asked(as_of=date(2026, 7, 30), only=[rule]))
    return [each.what for each in checked.report.findings]
