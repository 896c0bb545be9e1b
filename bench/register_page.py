"""Pages of the register at any depth, measured in the server alone: Django's test client, warmed.

Run by itself (`python -m bench.inside register_page pages`) it prints one JSON line for the register that the
environment names, whose first system is measured.
"""

import time
from datetime import date
from http import HTTPStatus
from statistics import quantiles
from typing import Final

from django.db import connection
from django.test import Client

from bench.counting import counted
from bench.timing import Measured
from milepost.records.items import Item
from milepost.records.queries.filters import Cursor
from milepost.records.systems import System

DEPTHS: Final = (0.0, 0.1, 0.5, 0.9, 0.999)
ROUNDS: Final = 8
AS_OF: Final = date(2026, 3, 1)
VIEWS: Final = (
    *("", "&sort=number", "&sort=-severity", "&sort=detected"),
    *("&due=overdue&sort=-severity", "&rating=High&kind=configuration"),
)


class NoPage(Exception):
    """An address did not answer with a page."""


def pages() -> Measured:
    """Measure the pages: milliseconds (median, 95th percentile), the largest size, the most statements."""
    system = System.objects.order_by("id")[0]
    home = f"/systems/{system.pk}/register/?as_of={AS_OF}"
    addresses = [f"{home}{view}" for view in VIEWS]
    addresses += [f"{home}&status=any&cursor={cursor}" for cursor in _cursors(system)]
    analyzed()
    client = Client(HTTP_HOST="localhost")
    sizes = [len(page(client, address)) for address in addresses]
    statements = [_statements(client, address) for address in addresses]
    begin = time.process_time()
    times = [milliseconds(client, address) for _ in range(ROUNDS) for address in addresses]
    processor = (time.process_time() - begin) * 1000 / len(times)
    searches = [milliseconds(client, f"{home}&q=V-77777") for _ in range(ROUNDS)]
    return {
        "items": Item.objects.filter(system=system).count(),
        "p50": quantiles(times, n=20)[9],
        "p95": quantiles(times, n=20)[18],
        "slowest": max(times),
        "processor": processor,
        "search": quantiles(searches, n=20)[9],
        "bytes": max(sizes),
        "statements": max(statements),
    }


def _cursors(system: System) -> list[str]:
    """Return places of the whole list at each depth."""
    rows = Item.objects.filter(system=system).order_by("due_order", "id").values_list("due_order", "id")
    last = rows.count() - 1
    return [Cursor("due", *rows[int(last * depth)]).written() for depth in DEPTHS]


def analyzed() -> None:
    """Let PostgreSQL look at the tables, as it does by itself within minutes of so large a change."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def page(client: Client, address: str) -> bytes:
    """Return a page.

    Raises:
        NoPage: the address did not answer with one.
    """
    answer = client.get(address)
    if answer.status_code != HTTPStatus.OK:
        raise NoPage(f"{address} answered {answer.status_code}")
    return bytes(answer.content)


def _statements(client: Client, address: str) -> int:
    with counted(connection) as counter:
        page(client, address)
    return counter.statements


def milliseconds(client: Client, address: str) -> float:
    """Return how long a page took."""
    begin = time.perf_counter()
    page(client, address)
    return (time.perf_counter() - begin) * 1000
