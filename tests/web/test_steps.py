"""An item's life in the browser: its page says what comes next, and each step has a form."""

from datetime import timedelta

import pytest
from django.test import Client

from milepost.domain.rating import Rating
from milepost.domain.transition import Move
from milepost.domain.transitions import TRANSITIONS
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.add_system import NewSystem, add_system
from milepost.work.lifecycle.take_step import can_be_taken
from milepost.work.open_item import NewItem, open_item

LATER = str(today() + timedelta(days=400))


@pytest.fixture
def item(system: System) -> Item:
    """Return an item that Ines opened, found ten days ago."""
    found = today() - timedelta(days=10)
    new = NewItem(system.name, "No MFA", found, "Ines", risk=Rating.MODERATE)
    return open_item(new, as_of=found)


def page(client: Client, item: Item) -> str:
    """Return the item's page."""
    return client.get(f"/systems/{item.system_id}/items/{item.identifier}/").content.decode()


def take(client: Client, item: Item, name: str, **fields: str) -> str:
    """Send the form of a step; return the page that comes back."""
    address = f"/systems/{item.system_id}/steps/{name}/{item.identifier}/"
    return client.post(address, fields, follow=True).content.decode()


def test_item_page_says_what_comes_next(client: Client, item: Item) -> None:
    """The page offers the steps that are ready, by whom, and says what the rest waits for."""
    shown = page(client, item)
    assert "What comes next" in shown
    assert f"/steps/claim_fixed/{item.identifier}/" in shown
    assert "the plan has no milestone" in shown
    assert "Nobody holds a role in this system yet" in shown


def test_fix_is_reported_verified_and_closed_in_the_browser(client: Client, item: Item) -> None:
    """Through three forms the item closes; its page then shows the closing record."""
    fixed = str(today() - timedelta(days=1))
    claim = {"person": "Sam", "evidence": "change.pdf", "completed_on": fixed, "evidence_on": fixed}
    assert "is remediated" in take(client, item, "claim_fixed", reason="switched on", **claim)
    refused = take(client, item, "verify_fix", person="sam", method="test")
    assert "cannot verify a fix that they worked on" in refused
    assert "waits for verification" in page(client, item).lower()
    assert "is verified" in take(client, item, "verify_fix", person="Vera", method="test", reason="seen")
    closed = take(client, item, "close_item", person="Olga")
    assert "Closing record" in closed
    assert "change.pdf" in closed
    assert "Nothing leads on" in closed


def test_accepted_risk_shows_its_last_day_and_comes_back(client: Client, item: Item) -> None:
    """While it waits and while it holds, the page says so; on a day after its end the item is back."""
    asked = {"threat": "a guest", "mitigations": "closed port", "residual_risk": "low", "until": LATER}
    take(client, item, "request_acceptance", person="Ines", reason="no fix", **asked)
    assert "Waits for a decision" in page(client, item)
    assert "is risk accepted" in take(client, item, "accept_risk", person="Omar")
    assert f"Up to {LATER}" in page(client, item)
    day = today() + timedelta(days=401)
    later = client.get(f"/systems/{item.system_id}/items/{item.identifier}/?as_of={day}").content.decode()
    assert "Came back by itself" in later
    register = client.get(f"/systems/{item.system_id}/register/?as_of={day}").content.decode()
    assert "Risk accepted</" not in register


def test_form_asks_for_what_the_step_needs(client: Client, item: Item) -> None:
    """What the table says that a step needs is a field that may not be empty."""
    refused = take(client, item, "request_extension", person="Sam")
    assert refused.count("This field is required") == 3
    assert "cannot be taken from there" in take(client, item, "verify_fix", person="Vera", method="test")


def test_transfer_leads_to_the_other_system(client: Client, item: Item) -> None:
    """Taken over, the page of the new item points at the old one, and the old at the new."""
    add_system(NewSystem("Quay", "fedramp-rev5", "moderate", item_prefix="Q-"), as_of=today())
    take(client, item, "request_transfer", person="Ines", reason="theirs", receiver="Quay")
    assert "Taken over from" in take(client, item, "accept_transfer", person="Theo")
    assert "Goes on as" in page(client, item)


@pytest.mark.parametrize(
    "step", [each for each in TRANSITIONS if each.move is not Move.LAPSE], ids=lambda each: each.name
)
def test_every_step_has_its_form(client: Client, item: Item, step: object) -> None:
    """Each step but merging has a page, and one that cannot be taken now says so instead of failing."""
    name = getattr(step, "name", "")
    answer = client.get(f"/systems/{item.system_id}/steps/{name}/{item.identifier}/")
    assert answer.status_code == (200 if name != "merge_item" else 404)
    assert can_be_taken(name) == (name != "merge_item")
    everything = {
        "person": "Vera",
        "reason": "because",
        "until": LATER,
        "evidence": "a.pdf",
        "method": "test",
        "rating": "Low",
        "mitigations": "m",
        "threat": "t",
        "residual_risk": "r",
        "receiver": "nowhere",
        "completed_on": str(today()),
        "evidence_on": str(today()),
    }
    sent = client.post(f"/systems/{item.system_id}/steps/{name}/{item.identifier}/", everything)
    assert sent.status_code in {302, 400, 404}
