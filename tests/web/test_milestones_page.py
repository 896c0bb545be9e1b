"""The milestones of a system: which are late, which slipped, and how they are drawn."""

import re
from datetime import date

import pytest
from django.test import Client

from milepost.records.items import Item
from milepost.records.planning import Milestone
from milepost.work.plan_milestones import add_milestone, complete_milestone
from tests.web.conftest import Register

DAY = date(2026, 4, 5)


@pytest.fixture
def path(register: Register) -> str:
    """Return the page's address on a day between the first milestone (22 March) and the second (11 April)."""
    return f"/systems/{register.system.pk}/milestones/?as_of={DAY}"


def test_late_and_slipped_are_marked(client: Client, path: str) -> None:
    """One is fourteen days late; the other was moved by ten days and is not late."""
    page = client.get(path).content.decode()
    assert "Vendor delivers the patch" in page
    assert '<span class="due--late">14 days late</span>' in page
    assert "slipped 10 days" in page
    assert re.findall(r'(Pending|Late|Slipped and pending|Done) <span class="views__count">(\d+)', page) == [
        ("Pending", "2"),
        ("Late", "1"),
        ("Slipped and pending", "1"),
        ("Done", "0"),
    ]


def test_the_drawing_says_what_the_list_says(client: Client, path: str, register: Register) -> None:
    """A screen reader hears each milestone with its days; the late one is a diamond."""
    page = client.get(path).content.decode()
    name = register.identifier
    assert f"{name} · 1: 2026-03-22, 14 d late" in page
    assert f"{name} · 2: 2026-04-11, first planned 2026-04-01, slipped 10 d" in page


def test_views_narrow_the_list(client: Client, path: str) -> None:
    """Only what is late, or only what slipped."""
    late = client.get(f"{path}&show=late").content.decode()
    slipped = client.get(f"{path}&show=slipped").content.decode()
    assert ("Vendor delivers" in late, "Patch is in" in late) == (True, False)
    assert ("Vendor delivers" in slipped, "Patch is in" in slipped) == (False, True)
    assert "No milestones here" in client.get(f"{path}&show=done").content.decode()


def test_what_was_done_late_says_so(client: Client, path: str, register: Register) -> None:
    """A milestone that was done after its day stands among the done ones, with how late it was."""
    item = Item.objects.get(identifier=register.identifier)
    complete_milestone(item, 1, person="Sam", as_of=date(2026, 3, 25))
    page = client.get(f"{path}&show=done").content.decode()
    assert 'Done <span class="date">2026-03-25</span> <span class="mark">3 days late</span>' in page


def test_long_lists_are_paged(client: Client, path: str, register: Register) -> None:
    """Twenty-five on a page; the next ones follow in the order of their days."""
    item = Item.objects.get(identifier=register.identifier)
    for day in range(1, 27):
        add_milestone(item, f"Step of day {day}", date(2026, 7, day))
    first, second = client.get(path).content.decode(), client.get(f"{path}&page=2").content.decode()
    assert "1 to 25" in first
    assert "Step of day 24" in second
    assert "26 to 28" in second
    assert Milestone.objects.count() == 28


def test_other_milestones_are_refused(client: Client, path: str) -> None:
    """A view that does not exist is refused with a sentence."""
    assert client.get(f"{path}&show=<script>").status_code == 400
