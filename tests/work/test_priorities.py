"""Priorities of a system: what they follow from in the register, and why each item stands where it stands."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.register_rows import fill
from milepost.domain.errors import RecordMissing
from milepost.domain.item import DeviationKind, ResourceKind
from milepost.domain.priority import Effort
from milepost.domain.rating import Rating
from milepost.domain.scale import Level
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_reference import add_reference
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.accept_risk import Risk, decide_acceptance, request_acceptance
from milepost.work.merge_items import merge_items
from milepost.work.open_item import NewItem, open_item
from milepost.work.own_profiles import add_profile
from milepost.work.plan_resources import NewResource, add_resource
from milepost.work.risk.prioritise_items import Line, prioritise_items
from tests.work.conftest import Importing
from tests.work.publications import epss, kev
from tests.work.reports import Image, Package, trivy

TODAY = date(2026, 3, 1)
Opening = Callable[..., Item]
OWN = """
name = "northwind"
title = "Northwind policy"
applies_to = "all systems of Northwind"
source = "Northwind policy 7"
[[version]]
version = "1"
effective_from = 2026-01-01
[version.facts]
risk_matrix = "{}"
"""


@pytest.fixture
def opening(system: System) -> Opening:
    """Return a way to open an item by hand ten days ago, with what a person says of it."""

    def run(title: str, risk: Rating = Rating.MODERATE, *, impact: str = "", cves: str = "") -> Item:
        found = TODAY - timedelta(days=10)
        new = NewItem(system.name, title, found, "Ines", risk=risk, impact=impact, cves=cves)
        return open_item(new, as_of=TODAY)

    return run


def plan(item: Item, *, hours: str = "", amount: str = "") -> None:
    """Plan hours of people for an item, or money."""
    kind = ResourceKind.PEOPLE if hours else ResourceKind.FUNDING
    needed = NewResource(
        item.identifier,
        kind,
        "for the fix",
        "Ines",
        hours=Decimal(hours) if hours else None,
        amount=Decimal(amount) if amount else None,
    )
    add_resource(needed, as_of=TODAY)


def lines(system: System, as_of: date = TODAY) -> dict[str, Line]:
    """Return the lines of a system by title, in order."""
    return {line.title: line for line in prioritise_items(system.name, as_of=as_of).lines}


def test_the_worse_risk_comes_before_the_quick_win(system: System, opening: Opening) -> None:
    """A long High project stands before an hour's Moderate work; the line says so."""
    plan(opening("Project", Rating.HIGH), hours="100")
    plan(opening("Quick"), hours="1")
    found = lines(system)
    assert list(found) == ["Project", "Quick"]
    assert found["Project"].because == f"before {found['Quick'].identifier}, because its risk is more urgent"
    assert found["Quick"].reason == "Moderate risk, 1 hour, due 2026-05-20: last"


def test_quick_work_comes_before_long_work_of_the_same_risk(system: System, opening: Opening) -> None:
    """Hours of people are added up; money and machines are no effort; without hours it comes last."""
    opening("Unknown")
    long, quick = opening("Long"), opening("Quick")
    for hours in ("30", "11"):
        plan(long, hours=hours)
    plan(quick, hours="7.5")
    plan(quick, amount="90000")
    spent = NewResource(quick.identifier, ResourceKind.TECHNOLOGY, "a test bed", "Ines", hours=Decimal(500))
    add_resource(spent, as_of=TODAY)
    found = lines(system)
    assert [(title, line.hours) for title, line in found.items()] == [
        ("Quick", 7.5),
        ("Long", 41.0),
        ("Unknown", None),
    ]
    counts = prioritise_items(system.name, as_of=TODAY).counts
    assert counts[Level.MODERATE, Effort.DAY] == counts[Level.MODERATE, Effort.PROJECT] == 1


def test_the_business_impact_changes_the_risk(system: System, opening: Opening) -> None:
    """A High weakness with a Very Low impact is a Very Low risk (SP 800-30, Table I-2)."""
    opening("Harmless", Rating.HIGH, impact="very-low")
    opening("Plain")
    found = lines(system)
    assert list(found) == ["Plain", "Harmless"]
    assert (found["Harmless"].risk, found["Harmless"].impact) == (Level.VERY_LOW, Level.VERY_LOW)
    assert (found["Plain"].risk, found["Plain"].impact) == (Level.MODERATE, None)


def test_an_impact_that_is_no_level_is_said(system: System, opening: Opening) -> None:
    """An impact in other words counts as not stated, and the answer names item, text and way out."""
    item = opening("Vague", Rating.HIGH, impact="quite bad")
    found = prioritise_items(system.name, as_of=TODAY)
    assert (found.lines[0].risk, found.lines[0].impact) == (Level.HIGH, None)
    (problem,) = found.problems
    assert problem.where == f"{item.identifier}, impact"
    assert "'quite bad' is no level" in problem.what
    assert "Moderate" in problem.fix


def test_what_nobody_rated_has_no_risk(system: System, opening: Opening) -> None:
    """An unrated item stands last and says that it is unrated."""
    opening("Unrated", Rating.NONE)
    opening("Slight", Rating.LOW)
    found = lines(system)
    assert list(found) == ["Slight", "Unrated"]
    assert found["Unrated"].risk is None
    assert found["Unrated"].reason.startswith("unrated, ")


def test_an_approved_adjustment_counts(system: System, opening: Opening) -> None:
    """The rating that counts is the adjusted one, from the approval on."""
    item = opening("Shielded", Rating.HIGH)
    opening("Plain")
    asked = request_deviation(
        item,
        DeviationKind.RISK_ADJUSTMENT,
        "Behind a gateway",
        person="Ines",
        as_of=TODAY,
        adjusted_risk=Rating.MODERATE,
    )
    assert lines(system)["Shielded"].risk is Level.HIGH
    decide_deviation(asked, approve=True, person="Olga", as_of=TODAY, reason="Seen")
    assert lines(system)["Shielded"].risk is Level.MODERATE


def test_what_is_published_of_cves_counts(
    system: System, opening: Opening, importing: Importing, tmp_path: Path
) -> None:
    """CISA's catalog and the highest EPSS of all CVEs count, named by a tool or written by a person."""
    scanned = (
        Package("CVE-2024-1", "zlib", severity="MEDIUM"),
        Package("CVE-2024-1000", "xz", severity="MEDIUM"),
    )
    importing(trivy(tmp_path / "scan.json", Image("shop/web", "1", scanned)))
    opening("By hand", cves="CVE-2024-2000, cve-2024-3000")
    scores = (("CVE-2024-1000", 0.2, 0.6), ("CVE-2024-2000", 0.1, 0.5), ("CVE-2024-3000", 0.4, 0.8))
    add_reference(epss(tmp_path / "epss.csv", *scores), as_of=TODAY)
    add_reference(kev(tmp_path / "kev.json", ("CVE-2024-2000", "2026-02-01", "2026-04-01")), as_of=TODAY)
    found = prioritise_items(system.name, as_of=TODAY).lines
    assert [(line.known_exploited, line.epss) for line in found] == [(True, 0.4), (False, 0.2), (False, None)]
    assert "known exploited, EPSS 0.400" in found[0].reason
    assert found[1].because.endswith("because it is more likely to be exploited")


def test_of_several_cves_the_worst_counts(system: System, importing: Importing, tmp_path: Path) -> None:
    """An item that covers two weaknesses has the higher EPSS of the two."""
    scanned = tuple(Package(cve, "zlib") for cve in ("CVE-2024-1000", "CVE-2024-2000"))
    importing(trivy(tmp_path / "scan.json", Image("shop/web", "1", scanned)))
    merge_items("V-1", "V-2", reason="one upgrade", person="Ines", as_of=TODAY, system=system.name)
    scores = (("CVE-2024-1000", 0.2, 0.6), ("CVE-2024-2000", 0.7, 0.9))
    add_reference(epss(tmp_path / "epss.csv", *scores), as_of=TODAY)
    (line,) = prioritise_items(system.name, as_of=TODAY).lines
    assert (line.epss, "EPSS percentile 0.900" in line.reason) == (0.7, True)


def test_an_accepted_risk_is_set_aside_until_it_comes_back(system: System, opening: Opening) -> None:
    """Nobody works on an accepted risk: it is counted apart, and stands in the order again after its day."""
    item = opening("Carried")
    until = TODAY + timedelta(days=30)
    risk = Risk(item.identifier, "Too costly", "Misuse, low", "A gateway", "Low", until, "Ines", system.name)
    request_acceptance(risk, as_of=TODAY)
    decide_acceptance(item.identifier, approve=True, person="Olga", as_of=TODAY, system=system.name)
    during = prioritise_items(system.name, as_of=until)
    assert (during.lines, during.total, during.held) == ((), 0, 1)
    after = prioritise_items(system.name, as_of=until + timedelta(days=1))
    assert ([line.status for line in after.lines], after.held) == (["open"], 0)


def test_waiting_for_an_asked_vendor_is_not_late(system: System, opening: Opening) -> None:
    """A passed date is excused for 30 days after the vendor was asked (guide, columns P to R)."""
    item = opening("Waits", Rating.LOW)
    late = item.scheduled_on
    assert late
    asked = late - timedelta(days=5)
    values = {"vendor_dependency": "yes", "vendor_product": "Gateway", "vendor_checked_on": str(asked)}
    edit_item(Edit(item.identifier, values, "Ines", "asked", system.name), as_of=asked)
    excused = asked + timedelta(days=30)
    for day, is_late in (
        (late + timedelta(days=1), False),
        (excused, False),
        (excused + timedelta(days=1), True),
    ):
        line = lines(system, day)["Waits"]
        assert (line.overdue, line.excused_until) == (is_late, None if is_late else excused)


def test_the_table_is_that_of_the_profile(system: System) -> None:
    """A system under eMASS is judged by DoD's table; FedRAMP names none, so SP 800-30 holds."""
    navy = add_system(NewSystem("Navy", "emass", "moderate"), as_of=TODAY)
    found = prioritise_items(navy.name, as_of=TODAY).table
    assert (found.matrix.name, found.confirmed) == ("dod_residual_risk", True)
    found = prioritise_items(system.name, as_of=TODAY).table
    assert (found.matrix.name, found.confirmed) == ("nist_sp800_30r1_risk", False)
    assert found.reason == "no profile of the system names a table that fits"


@pytest.mark.parametrize(
    ("table", "said"),
    [("nist_sp800_66r2_risk", "has not all five levels"), ("house_table", "is not known")],
)
def test_a_table_that_does_not_fit_is_passed_over(db: None, tmp_path: Path, table: str, said: str) -> None:
    """An own profile's table with three levels, or one that Milepost does not have, is not used, and said."""
    del db
    file = tmp_path / "own.toml"
    file.write_text(OWN.format(table), encoding="utf-8")
    add_profile(file, person="Ines", as_of=TODAY)
    own = add_system(NewSystem("Own", "northwind", "moderate"), as_of=TODAY)
    found = prioritise_items(own.name, as_of=TODAY).table
    assert found.matrix.name == "nist_sp800_30r1_risk"
    assert f"the table {table} of northwind@1 {said}" in found.reason


def test_a_part_of_the_order_is_that_part_of_the_whole(system: System) -> None:
    """Any page of the order has the same lines, places and reasons as the whole order has there."""
    fill(system, items=60, occurrences=60, as_of=TODAY, assets=5)
    whole = prioritise_items(system.name, as_of=TODAY)
    parts = [prioritise_items(system.name, as_of=TODAY, first=first, most=20) for first in (1, 21, 41, 61)]
    assert tuple(line for part in parts for line in part.lines) == whole.lines
    assert [line.place for line in whole.lines] == list(range(1, whole.total + 1))
    assert {part.total for part in parts} == {whole.total} == {sum(whole.counts.values())}


@pytest.mark.parametrize("items", [5, 400])
def test_the_order_takes_few_statements(system: System, items: int) -> None:
    """Nine statements at most, however many items there are."""
    fill(system, items=items, occurrences=items, as_of=TODAY, assets=5)
    with CaptureQueriesContext(connection) as queries:
        prioritise_items(system.name, as_of=TODAY)
    assert len(queries) <= 9


def test_an_unknown_system_is_refused(db: None) -> None:
    """The refusal names the system."""
    del db
    with pytest.raises(RecordMissing, match="no system named Nowhere"):
        prioritise_items("Nowhere", as_of=TODAY)
