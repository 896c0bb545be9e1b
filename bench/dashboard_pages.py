"""The dashboards of a large register, measured in the server alone as its register's page is.

Run by itself (`python -m bench.inside dashboard_pages pages`) it prints one JSON line for the register that
the environment names, whose first system is measured. The first look after an item changed counts anew; it
is measured apart.
"""

import time
from statistics import quantiles

from django.db import connection
from django.test import Client

from bench.counting import counted
from bench.register_page import AS_OF, analyzed, milliseconds, page
from bench.timing import Measured
from milepost.records.items import Item
from milepost.records.systems import System

ROUNDS = 20
PERSON = "Sam Okafor"
_SHARE = 500


def pages() -> Measured:
    """Measure the pages: milliseconds, processor time, the first look, the largest size, statements."""
    system = System.objects.order_by("id")[0]
    mine = Item.objects.filter(system=system).order_by("id").values_list("pk", flat=True)[:_SHARE]
    Item.objects.filter(pk__in=list(mine)).update(responsible=PERSON)
    analyzed()
    home = f"/systems/{system.pk}/"
    addresses = [f"{path}?as_of={AS_OF}" for path in ("/", home, f"{home}milestones/")]
    addresses.append(f"/my-work/?person={PERSON.replace(' ', '+')}&as_of={AS_OF}")
    client = Client(HTTP_HOST="localhost")
    first, statements, sizes = [], [], []
    for address in addresses:
        _changed(system)
        begin = time.process_time()
        with counted(connection) as counter:
            sizes.append(len(page(client, address)))
        first.append((time.process_time() - begin) * 1000)
        statements.append(counter.statements)
    begin = time.process_time()
    times = [milliseconds(client, address) for _ in range(ROUNDS) for address in addresses]
    processor = (time.process_time() - begin) * 1000 / len(times)
    return {
        "p50": quantiles(times, n=20)[9],
        "p95": quantiles(times, n=20)[18],
        "slowest": max(times),
        "processor": processor,
        "first": max(first),
        "bytes": max(sizes),
        "statements": max(statements),
    }


def _changed(system: System) -> None:
    """Change an item, so that nothing that was counted holds any more."""
    Item.objects.filter(system=system, number=1).update(status_on=AS_OF)
