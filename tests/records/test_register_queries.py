"""The register as lists read it: every item exactly once in any order, and counts that agree with it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bench.register_rows import fill
from milepost.domain.errors import WrongUse
from milepost.domain.item import OPEN_STATUSES, ItemKind, ItemStatus
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.queries.filters import Cursor, Filter, Sort, SortKey
from milepost.records.queries.register import Page, RegisterRow, register_page
from milepost.records.queries.systems import system_rows
from milepost.records.systems import System

TODAY = date(2026, 11, 21)
SORTS = [Sort(key, descending=way) for key in SortKey for way in (False, True)]
EVERYTHING = Filter(statuses=frozenset())
FILTERS = st.builds(
    Filter,
    statuses=st.frozensets(st.sampled_from(ItemStatus)),
    ratings=st.frozensets(st.sampled_from(Rating)),
    kinds=st.frozensets(st.sampled_from(ItemKind)),
    overdue=st.booleans(),
    due_within=st.none() | st.integers(0, 200),
    closure_candidates=st.booleans(),
    text=st.sampled_from(["", "", "ssl", "V-1", "20017", "%", "_", "'"]),
    asset=st.sampled_from(["", "", "host-0000", "host-00017.example", "none"]),
)


@pytest.fixture
def system(db: None) -> System:
    """Return a system with 130 items of every status, rating and kind."""
    del db
    return filled(130)


def filled(items: int) -> System:
    """Return a new system with so many items."""
    system = System.objects.create(name="Harbor", authority="fedramp-rev5", impact="low", created_on=TODAY)
    fill(system, items=items, occurrences=items * 3, as_of=TODAY, assets=40)
    return system


def pages(system: System, wanted: Filter, sort: Sort, size: int) -> Iterator[Page]:
    """Turn the pages from the first to the last."""
    page = register_page(system.pk, wanted, sort, as_of=TODAY, size=size)
    yield page
    while page.next:
        page = register_page(system.pk, wanted, sort, page.next, as_of=TODAY, size=size)
        yield page


def fits(row: RegisterRow, wanted: Filter) -> bool:
    """Tell in plain words what a filter asks of a row, the asset apart."""
    asked = (
        not wanted.statuses or row.status in wanted.statuses,
        not wanted.ratings or row.rating in wanted.ratings,
        not wanted.kinds or row.kind in wanted.kinds,
        not wanted.overdue or row.overdue,
        wanted.due_within is None or (row.days_left is not None and 0 <= row.days_left <= wanted.due_within),
        not wanted.closure_candidates or row.closure_candidate,
        wanted.text.lower() in f"{row.identifier}\n{row.source_id}\n{row.title}".lower(),
    )
    return all(asked)


class EveryView(TestCase):
    """Properties that hold for every filter and order, over one register."""

    system: System

    @classmethod
    def setUpTestData(cls) -> None:
        """Make the register once."""
        cls.system = filled(130)

    @settings(max_examples=60)
    @given(FILTERS, st.sampled_from(SORTS), st.integers(1, 60))
    def test_a_filter_finds_what_it_says(self, wanted: Filter, sort: Sort, size: int) -> None:
        """The pages of a filter hold exactly the rows that fit it, in order, and the total counts them."""
        everything = [row for page in pages(self.system, EVERYTHING, sort, 200) for row in page.rows]
        turned = list(pages(self.system, wanted, sort, size))
        found = [row for page in turned for row in page.rows]
        if not wanted.asset:
            assert [row.identifier for row in found] == [
                row.identifier for row in everything if fits(row, wanted)
            ]
        assert [row for row in found if not fits(row, wanted)] == []
        assert {page.total for page in turned} == {len(found)}

    @settings(max_examples=40)
    @given(FILTERS, st.sampled_from(SORTS), st.integers(1, 60))
    def test_going_back_shows_the_same_pages(self, wanted: Filter, sort: Sort, size: int) -> None:
        """From the last page back to the first, each page holds what it held on the way there."""
        there = list(pages(self.system, wanted, sort, size))
        back = [there[-1]]
        while back[-1].previous:
            back.append(
                register_page(self.system.pk, wanted, sort, back[-1].previous, as_of=TODAY, size=size)
            )
        assert [page.rows for page in back[::-1]] == [page.rows for page in there]

    @settings(max_examples=80)
    @given(st.sampled_from(SORTS), st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.hex()))
    def test_a_hostile_cursor_is_refused(self, sort: Sort, text: str) -> None:
        """Whatever stands in an address, it is a place of this order or is refused with a sentence."""
        with suppress(WrongUse):
            register_page(self.system.pk, EVERYTHING, sort, text, as_of=TODAY)


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
def test_every_item_comes_once(system: System, sort: Sort) -> None:
    """Paging through an order meets every item exactly once."""
    seen = Counter(row.identifier for page in pages(system, EVERYTHING, sort, 17) for row in page.rows)
    assert seen == Counter(Item.objects.filter(system=system).values_list("identifier", flat=True))


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("due", 7, 1).written(),
        Cursor("-due", TODAY, 1).written(),
        Cursor("number", TODAY, 1).written(),
        "W10",
        "WyJkdWUiLCAiMjAyNi0wMS0wMSIsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OTksIGZhbHNlXQ",
        "W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tb",
        "é",
    ],
)
def test_a_cursor_of_elsewhere_is_refused(system: System, cursor: str) -> None:
    """A cursor of another order, a forged one and a torn one are refused."""
    with pytest.raises(WrongUse, match="does not lead to a page"):
        register_page(system.pk, EVERYTHING, Sort(), cursor, as_of=TODAY)


def test_counts_beside_the_list_agree_with_it(system: System) -> None:
    """What a choice counts is what it finds."""
    facets = register_page(system.pk, Filter(), Sort(), as_of=TODAY).facets

    def found(**wishes: object) -> int:
        return register_page(system.pk, Filter(**wishes), Sort(), as_of=TODAY).total  # type: ignore[arg-type] # by name

    assert facets.open == found()
    assert facets.overdue == found(overdue=True)
    assert facets.due_within == found(due_within=30)
    assert facets.closure_candidates == found(closure_candidates=True)
    assert facets.closed == found(statuses=frozenset({ItemStatus.CLOSED}))
    assert facets.ratings == {rating: found(ratings=frozenset({Rating(rating)})) for rating in facets.ratings}
    assert facets.kinds == {kind: found(kinds=frozenset({ItemKind(kind)})) for kind in facets.kinds}
    assert facets.statuses == {
        status: found(statuses=frozenset({ItemStatus(status)})) for status in facets.statuses
    }


def test_the_earlier_date_counts(system: System) -> None:
    """An item is due on the earlier of its scheduled date and CISA's, and is late the day after."""
    item = Item.objects.filter(system=system, status=ItemStatus.OPEN)[0]
    item.scheduled_on, item.kev_due_on = TODAY + timedelta(days=50), TODAY - timedelta(days=1)
    item.save()
    page = register_page(system.pk, Filter(text=item.identifier, overdue=True), Sort(), as_of=TODAY)
    [row] = [row for row in page.rows if row.identifier == item.identifier]
    assert (row.due_on, row.days_left, row.overdue) == (item.kev_due_on, -1, True)
    the_day_before = register_page(system.pk, Filter(text=item.identifier), Sort(), as_of=item.kev_due_on)
    assert not next(row for row in the_day_before.rows if row.identifier == item.identifier).overdue


def test_items_without_a_date_come_last(system: System) -> None:
    """An item without a due date is never overdue and closes the list that runs by due date."""
    rows = [row for page in pages(system, Filter(), Sort(), 50) for row in page.rows]
    undated = [row for row in rows if row.due_on is None]
    assert undated
    assert rows[-len(undated) :] == undated
    assert not any(row.overdue for row in undated)


def test_an_adjusted_rating_is_the_one_that_counts(system: System) -> None:
    """A list by rating goes by the adjusted rating where there is one."""
    item = Item.objects.filter(system=system, status=ItemStatus.OPEN, original_risk=Rating.HIGH)[0]
    Item.objects.filter(pk=item.pk).update(adjusted_risk=Rating.LOW)
    low = register_page(
        system.pk, Filter(ratings=frozenset({Rating.LOW}), text=item.identifier), Sort(), as_of=TODAY
    )
    assert item.identifier in {row.identifier for row in low.rows}


def test_an_asset_leads_to_its_items(system: System) -> None:
    """Searching an asset finds the items that were seen on it, whether one asset fits or many."""
    one = register_page(system.pk, Filter(asset="HOST-00007"), Sort(), as_of=TODAY)
    many = register_page(system.pk, Filter(asset="host-"), Sort(), as_of=TODAY)
    assert 0 < one.total < many.total
    assert many.total == Item.objects.filter(system=system, status__in=OPEN_STATUSES).count()


@pytest.mark.parametrize("items", [10, 500])
def test_statements_do_not_grow(db: None, items: int) -> None:
    """A page costs the same few statements however many items there are."""
    del db
    system = filled(items)
    with CaptureQueriesContext(connection) as queries:
        register_page(system.pk, Filter(text="ssl"), Sort(), as_of=TODAY)
    assert len(queries) <= 5


def test_systems_count_what_the_register_counts(system: System) -> None:
    """The list of systems shows the numbers of each register, with three statements in all."""
    System.objects.create(name="Empty", authority="fedramp-rev5", impact="low", created_on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        empty, harbor = system_rows(TODAY)
    facets = register_page(system.pk, Filter(), Sort(), as_of=TODAY).facets
    assert len(queries) == 3
    assert (empty.open, empty.closed, empty.last_scan) == (0, 0, None)
    assert (harbor.open, harbor.overdue, harbor.due_soon) == (facets.open, facets.overdue, facets.due_within)
    assert (harbor.closed, harbor.items_without_date) == (facets.closed, facets.undated)
