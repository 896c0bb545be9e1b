"""The register's page: its address says all of it, and it stays small and quick to make."""

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bench.register_rows import fill
from milepost.domain.item import ItemKind, ItemStatus
from milepost.domain.rating import Rating
from milepost.records.queries.filters import Filter, Sort, SortKey
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.web.register_address import Asked, asked_by

_SETS = st.frozensets(st.sampled_from(ItemStatus)), st.frozensets(st.sampled_from(Rating))
FILTERS = st.builds(
    Filter,
    statuses=_SETS[0],
    ratings=_SETS[1],
    kinds=st.frozensets(st.sampled_from(ItemKind)),
    closure_candidates=st.booleans(),
    text=st.text(max_size=20).map(str.strip),
    asset=st.text(max_size=20).map(str.strip),
)
DUES = st.sampled_from([(False, None), (True, None), (False, 0), (False, 30)])


@given(FILTERS, DUES, st.builds(Sort, st.sampled_from(SortKey), st.booleans()))
def test_an_address_says_all_of_a_view(wanted: Filter, due: tuple[bool, int | None], sort: Sort) -> None:
    """Whatever is filtered and sorted, its address read again asks for the same."""
    wanted = Filter(
        wanted.statuses,
        wanted.ratings,
        wanted.kinds,
        *due,
        wanted.closure_candidates,
        wanted.text,
        wanted.asset,
    )
    asked = Asked(wanted, sort, "")
    assert asked_by(QueryDict(asked.query().encode("utf-8", "surrogatepass"))) == asked


@pytest.mark.parametrize("items", [10, 500])
def test_the_page_costs_little(client: Client, system: System, items: int) -> None:
    """At most ten statements and 150 kB, however many items there are."""
    fill(system, items=items, occurrences=items, as_of=today(), assets=10)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/systems/{system.pk}/register/?status=any")
    assert len(queries) <= 10
    assert len(answer.content) <= 150_000


def test_pages_lead_on_and_back(client: Client, system: System) -> None:
    """The links of the pager lead through the whole register and back to its first page."""
    fill(system, items=120, occurrences=120, as_of=today(), assets=10)
    address = f"/systems/{system.pk}/register/?status=any&sort=-severity"
    seen: list[str] = []
    pages = []
    while address:
        page = client.get(address).content.decode()
        pages.append(page)
        seen += re.findall(r'href="[^"]*/items/([^/]+)/', page)
        address = _link(page, "next")
    assert len(seen) == len(set(seen)) == 120
    assert len(pages) == 3
    back = client.get(_link(pages[2], "prev")).content.decode()
    assert _rows(back) == _rows(pages[1])


def _link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def _rows(page: str) -> list[str]:
    return re.findall(r'href="[^"]*/items/([^/]+)/', page)


def test_headings_say_how_the_list_runs(client: Client, system: System) -> None:
    """The column that orders the list says so to every reader, and its link turns the order."""
    fill(system, items=5, occurrences=5, as_of=today(), assets=2)
    page = client.get(f"/systems/{system.pk}/register/?sort=-detected").content.decode()
    assert re.search(r'aria-sort="descending"><a [^>]*href="[^"]*sort=detected"[^>]*>Detected', page)
    assert page.count('aria-sort="descending"') == 1


def test_filters_are_named_and_can_be_removed(client: Client, system: System) -> None:
    """What narrows the list stands above it in words; each part links to the list without it."""
    fill(system, items=40, occurrences=40, as_of=today(), assets=2)
    page = client.get(f"/systems/{system.pk}/register/?rating=High&due=overdue&q=ssl").content.decode()
    assert re.search(r'href="[^"]*\?q=ssl&amp;due=overdue"><span[^>]*>Remove filter </span>High', page)
    assert re.search(
        r'href="[^"]*\?rating=High&amp;due=overdue"><span[^>]*>Remove filter </span>Text: ssl', page
    )


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "rating=Purple",
        "kind=%00",
        "due=-1",
        "due=99999",
        "due=%D9%A3",
        "sort=owner",
        "sort=--due",
        "cursor=AAAA",
        "cursor=%F0%9F%92%A9",
    ],
)
def test_an_address_that_means_nothing_is_refused(client: Client, system: System, query: str) -> None:
    """A part of an address that means nothing is refused with a sentence, never guessed at."""
    answer = client.get(f"/systems/{system.pk}/register/?{query}")
    assert answer.status_code == 400
    assert "What helps" in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", '"', "!", "\x00", "a" * 5000, "' OR 1=1 --", "é", "💩"]
)
def test_any_text_can_be_searched(client: Client, system: System, text: str) -> None:
    """A search takes its text as it is: no sign in it has a meaning to the database."""
    fill(system, items=5, occurrences=5, as_of=today(), assets=2)
    for name in ("q", "asset"):
        answer = client.get(f"/systems/{system.pk}/register/", {name: text})
        assert answer.status_code == 200
        assert "No items here" in answer.content.decode() or text == "\x00"
