"""The page of priorities: the order with its reasons, page by page, and the picture of risk and effort."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.register_rows import fill
from milepost.domain.rating import Rating
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.open_item import NewItem, open_item
from milepost.work.risk.prioritise_items import prioritise_items
from tests.web.conftest import Register


def shown(client: Client, address: str) -> str:
    """Return a page as text."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def items(page: str) -> list[str]:
    """Return the identifiers of the items that a page links to, in order."""
    return re.findall(r'href="[^"]*/items/([^/]+)/', page)


def test_pages_lead_through_the_order(client: Client, system: System) -> None:
    """Fifty to a page, in the order of the verb; the links lead to the end and back."""
    fill(system, items=200, occurrences=200, as_of=today(system.time_zone), assets=10)
    order = prioritise_items(system.name, as_of=today(system.time_zone))
    address, pages = f"/systems/{system.pk}/priorities/", []
    while address:
        page = shown(client, address)
        pages.append(page)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(link[1]) if link else ""
    assert [name for page in pages for name in items(page)] == [line.identifier for line in order.lines]
    assert [len(items(page)) for page in pages[:-1]] == [50] * (len(pages) - 1)
    back = re.search(r'rel="prev" href="([^"]+)"', pages[1])
    assert back
    assert items(shown(client, unescape(back[1]))) == items(pages[0])


def test_every_line_says_why(client: Client, register: Register) -> None:
    """Each item says why it stands before the next; the last one says that it is the last."""
    page = shown(client, f"/systems/{register.system.pk}/priorities/")
    found = items(page)
    for name, following in pairwise(found):
        assert re.search(rf"/items/{name}/.*?Before {following}, because ", page, re.DOTALL)
    assert page.count('<span class="quiet under">Last') == 1
    assert 'aria-current="page">Priorities' in page


def test_the_picture_counts_every_item(client: Client, system: System) -> None:
    """The table of risk by effort adds up to all items in the order."""
    fill(system, items=60, occurrences=60, as_of=today(system.time_zone), assets=5)
    page = shown(client, f"/systems/{system.pk}/priorities/")
    cells = re.findall(r'class="grid__cell grid__cell--[0-4]">(\d+)<', page)
    total = prioritise_items(system.name, as_of=today(system.time_zone)).total
    assert sum(map(int, cells)) == sum(map(int, re.findall(r'class="grid__all">(\d+)<', page))) == total


@pytest.mark.parametrize("count", [5, 300])
def test_the_page_costs_little(client: Client, system: System, count: int) -> None:
    """At most fourteen statements and 150 kB, however many items there are."""
    fill(system, items=count, occurrences=count, as_of=today(system.time_zone), assets=5)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/systems/{system.pk}/priorities/")
    assert len(queries) <= 14
    assert len(answer.content) <= 150_000


def test_nothing_to_do_is_said(client: Client, system: System) -> None:
    """A system without open items says so and leads on."""
    page = shown(client, f"/systems/{system.pk}/priorities/")
    assert "Nothing to work on" in page
    assert f'/systems/{system.pk}/imports/new/"' in page


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=%D9%A3", "page=", "page=1"])
def test_a_page_that_is_none_is_the_first(client: Client, register: Register, query: str) -> None:
    """An address that names no page shows the beginning."""
    home = f"/systems/{register.system.pk}/priorities/"
    assert items(shown(client, f"{home}?{query}")) == items(shown(client, home))


def test_a_page_beyond_the_end_leads_back(client: Client, register: Register) -> None:
    """Behind the last page there is a link to the first."""
    page = shown(client, f"/systems/{register.system.pk}/priorities/?page=99")
    assert "The order ends before this page" in page
    assert items(page) == []


def test_an_impact_that_is_no_level_is_shown(client: Client, system: System) -> None:
    """What could not be read stands below the order, as text and never as markup."""
    day = today(system.time_zone) - timedelta(days=3)
    told = NewItem(system.name, "Gate", day, "Ines", risk=Rating.LOW, impact="<b>bad</b>")
    open_item(told, as_of=day)
    page = shown(client, f"/systems/{system.pk}/priorities/")
    assert "Impacts that could not be read" in page
    assert "&lt;b&gt;bad&lt;/b&gt;" in page
    assert "<b>bad" not in page


def test_the_day_is_carried_on(client: Client, system: System) -> None:
    """Looked at as of a day, dates are judged on that day, and the links keep it."""
    fill(system, items=150, occurrences=150, as_of=today(system.time_zone), assets=5)
    page = shown(client, f"/systems/{system.pk}/priorities/?as_of=2026-01-20")
    assert re.search(r'rel="next" href="[^"]*as_of=2026-01-20', page)
    assert client.get(f"/systems/{system.pk + 1}/priorities/").status_code == 404
