"""The demonstration system, made once for all tests of a module, and taken away after them."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from milepost.demo.story import Made, make_demo
from milepost.records.queries.items import ItemDetail, item_detail
from milepost.records.queries.listing import ItemLine
from milepost.work.finding_systems import by_name
from milepost.work.list_items import list_items

AS_OF = date(2026, 6, 1)
Lines = Callable[[str], list[ItemLine]]
Looking = Callable[[str], ItemDetail]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Return what `make_demo` says after its first run."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_demo(AS_OF)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def lines(made: Made) -> Lines:
    """Return the items of a weakness, by number; all for an empty name."""
    rows = list_items(made.system, (), as_of=AS_OF)
    return lambda source_id: [row for row in rows if row.source_id == source_id or not source_id]


@pytest.fixture(scope="module")
def looking(made: Made, lines: Lines) -> Looking:
    """Return everything about the first item of a weakness."""
    system = by_name(made.system)
    return lambda source_id: item_detail(system.pk, lines(source_id)[0].id, AS_OF)
