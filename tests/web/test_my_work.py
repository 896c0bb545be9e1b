"""My work: what one person answers for, and what waits for them to verify or decide."""

import html
from datetime import date

import pytest
from django.test import Client

from milepost.domain.roles import Role
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.lifecycle.accept_risk import Risk, decide_acceptance, request_acceptance
from milepost.work.lifecycle.assign_role import Assignment, assign_role
from milepost.work.lifecycle.fix import Claim, claim_fixed
from milepost.work.my_work import MyWork, my_work
from milepost.work.plan_milestones import add_milestone
from tests.web.moving_register import TODAY, move


@pytest.fixture
def moving(system: System) -> System:
    """Return a system in which Sam answers for everything: V-2 overdue, V-3 due in July, V-4 in August."""
    move(system)
    return system


def identifiers(found: MyWork, name: str) -> list[str]:
    """Return the identifiers in one of the lists."""
    return [line.identifier for line in getattr(found, name)]


def test_items_stand_by_their_dates(moving: System) -> None:
    """Overdue, due within thirty days, later; closed ones and those of others are not there."""
    found = my_work("Sam", as_of=TODAY)
    assert identifiers(found, "overdue") == ["V-2"]
    assert identifiers(found, "soon") == ["V-3"]
    assert identifiers(found, "later") == ["V-4"]
    assert not my_work("Dana", as_of=TODAY).overdue
    assert moving.name == found.overdue[0].system


def test_names_are_compared_as_people_write_them(moving: System) -> None:
    """Case and outer spaces do not make another person."""
    assert moving.pk
    assert identifiers(my_work(" sam ", as_of=TODAY), "overdue") == ["V-2"]


def test_milestones_are_those_of_ones_items(moving: System) -> None:
    """A milestone within thirty days is there, a later one is not."""
    item = Item.objects.get(system=moving, identifier="V-4")
    add_milestone(item, "Licences are bought", date(2026, 7, 1))
    add_milestone(item, "Rolled out", date(2026, 8, 1))
    found = my_work("Sam", as_of=TODAY).milestones
    assert [(line.text, line.days_left) for line in found] == [("Licences are bought", 16)]


def test_a_fix_waits_for_somebody_else(moving: System) -> None:
    """Whoever reported it only waits; where roles are kept, only a verifier or a manager may judge."""
    claim_fixed(Claim("V-3", "Sam", "change-1.pdf", done="patched"), as_of=TODAY)
    assert identifiers(my_work("Sam", as_of=TODAY), "to_verify") == []
    assert identifiers(my_work("Sam", as_of=TODAY), "asked") == ["V-3"]
    assert identifiers(my_work("Vera", as_of=TODAY), "to_verify") == ["V-3"]
    for person, role in (("Vera", Role.VERIFIER), ("Ines", Role.ISSO)):
        assign_role(Assignment(moving.name, person, role, "Omar"), as_of=TODAY)
    assert identifiers(my_work("Vera", as_of=TODAY), "to_verify") == ["V-3"]
    assert identifiers(my_work("Ines", as_of=TODAY), "to_verify") == []


def test_a_request_waits_for_those_who_decide(moving: System) -> None:
    """The acceptance of a risk waits for the authorizing official, and never for who asked for it."""
    risk = Risk("V-4", "no fix exists", "a guest", "port closed", "low", date(2026, 8, 1), "Ines")
    request_acceptance(risk, as_of=TODAY)
    for person, role in (("Omar", Role.AO), ("Ines", Role.ISSO)):
        assign_role(Assignment(moving.name, person, role, "Adam"), as_of=TODAY)
    assert identifiers(my_work("Omar", as_of=TODAY), "to_decide") == ["V-4"]
    assert identifiers(my_work("Ines", as_of=TODAY), "to_decide") == []
    assert identifiers(my_work("Ines", as_of=TODAY), "asked") == ["V-4"]


def test_decisions_that_end_are_announced(moving: System) -> None:
    """An accepted risk that ends soon concerns who asked for it and who answers for the item."""
    risk = Risk("V-4", "no fix exists", "a guest", "port closed", "low", date(2026, 8, 1), "Ines")
    request_acceptance(risk, as_of=TODAY)
    decide_acceptance("V-4", approve=True, person="Omar", as_of=TODAY)
    for person in ("Ines", "Sam"):
        assert identifiers(my_work(person, as_of=TODAY), "ending") == ["V-4"], person
    assert identifiers(my_work("Omar", as_of=TODAY), "ending") == []
    assert my_work("Sam", as_of=date(2026, 4, 1)).ending == []
    assert moving.pk


def test_the_page_offers_people_and_shows_their_work(client: Client, moving: System) -> None:
    """Without a name it lists those who answer for something; with one, what concerns that person."""
    asked = client.get("/my-work/").content.decode()
    assert '<a href="/my-work/?person=Sam">Sam</a>' in asked
    page = client.get("/my-work/", {"person": "Sam", "as_of": str(TODAY)}).content.decode()
    assert "Work of Sam" in page
    assert "16 days overdue" in page
    assert f'href="/systems/{moving.pk}/items/V-2/?as_of={TODAY}"' in page


def test_a_hostile_name_is_text(client: Client, moving: System) -> None:
    """Whatever stands in the address or in an item is shown as it is, and makes no element."""
    name = '"><script>alert(1)</script>'
    Item.objects.filter(system=moving).update(responsible=name, name=name)
    page = client.get("/my-work/", {"person": name, "as_of": str(TODAY)}).content.decode()
    assert "<script>alert" not in page
    assert html.escape(name) in page
    assert "V-2" in page
