"""How long the server needs for a page of the register at any depth: one JSON line, on the database that is set.

Django's test client measures the server alone. 100,000 items and 1,000,000 occurrences are made on first use.
"""

import json
import os
import sys
import time
from datetime import date
from statistics import quantiles
from typing import Final

import django
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from bench.counting import counted

ITEMS: Final = 100_000
OCCURRENCES: Final = 1_000_000
DEPTHS: Final = (0.0, 0.1, 0.5, 0.9, 0.999)
ROUNDS: Final = 8
AS_OF: Final = date(2026, 11, 21)
VIEWS: Final = (
    "",
    "&sort=number",
    "&sort=-severity",
    "&sort=detected",
    "&due=overdue&sort=-severity",
    "&rating=High&kind=configuration",
)


def main(items: int = ITEMS, occurrences: int = OCCURRENCES) -> dict[str, object]:
    """Measure; return times in milliseconds, sizes in bytes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    system_id = _system(items, occurrences)
    addresses = _addresses(system_id)
    client = Client(HTTP_HOST="localhost")
    sizes = [len(client.get(address).content) for address in addresses]
    times = [_milliseconds(client, address) for _ in range(ROUNDS) for address in addresses]
    with counted(connection) as counter:
        client.get(addresses[0])
    return {
        "benchmark": "register",
        "database": connection.vendor,
        "items": items,
        "occurrences": occurrences,
        "pages": len(times),
        "p50_ms": round(quantiles(times, n=20)[9], 1),
        "p95_ms": round(quantiles(times, n=20)[18], 1),
        "slowest_ms": round(max(times), 1),
        "search_ms": round(
            min(_milliseconds(client, f"/systems/{system_id}/register/?q=V-77777") for _ in range(3)), 1
        ),
        "html_bytes": max(sizes),
        "statements": counter.statements,
    }


def _system(items: int, occurrences: int) -> int:
    from bench.register_rows import fill
    from milepost.records.systems import System

    name = f"Register of {items} items"
    made = System.objects.filter(name=name).first()
    if made is None:
        with transaction.atomic():
            made = System.objects.create(
                name=name, authority="fedramp-rev5", impact="moderate", created_on=AS_OF
            )
            fill(made, items=items, occurrences=occurrences, as_of=AS_OF)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return int(made.pk)


def _addresses(system_id: int) -> list[str]:
    """Return the first page of each view, and pages of the whole list at each depth."""
    from milepost.records.items import Item
    from milepost.records.queries.filters import Cursor

    home = f"/systems/{system_id}/register/?as_of={AS_OF}"
    rows = Item.objects.filter(system=system_id).order_by("due_order", "id").values_list("due_order", "id")
    count = rows.count()
    deep = [Cursor("due", *rows[int((count - 1) * depth)]).written() for depth in DEPTHS]
    return [f"{home}{view}" for view in VIEWS] + [f"{home}&status=any&cursor={cursor}" for cursor in deep]


def _milliseconds(client: Client, address: str) -> float:
    begin = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - begin) * 1000
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}")
    return taken


if __name__ == "__main__":
    print(json.dumps(main(*(int(each) for each in sys.argv[1:]))))
