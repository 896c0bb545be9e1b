"""Inside a home: a long chain filled by plain SQL, verified, and appended to."""

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from milepost.ledger.chain import append, chains
from milepost.ledger.events import FIRST, Deed, Event, hashed, moment, sealed
from milepost.ledger.merkle import Tree
from milepost.ledger.verifying import verify
from milepost.records import bulk
from milepost.records.ledger import LedgerHead

if TYPE_CHECKING:
    from milepost.ledger.canonical import Content

CHAIN = "system-1"
_START = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 20_000
_APPENDED = 1_000
_MADE = 10
_ITEMS = 5_000
_ACTOR = "Ines Moreau"
_COLUMNS = Event._fields


def fill(wanted: str) -> dict[str, float]:
    """Write a chain of as many events as a register may gather in years."""
    count = int(wanted)
    tree, last, at = Tree(), FIRST, ""
    waiting: list[Event] = []
    with transaction.atomic():
        for number in range(1, count + 1):
            at = moment(_START + timedelta(seconds=number))
            event = _event(number, at, last)
            tree.grow(event.body)
            last = event.hash
            waiting.append(event)
            if len(waiting) == _BATCH or number == count:
                bulk.insert("records_ledgerevent", _COLUMNS, waiting)
                waiting = []
        LedgerHead.objects.create(chain=CHAIN, size=count, at=at, hash=last, peaks=tree.packed())
    return {"events": count}


def _event(number: int, at: str, last: bytes) -> Event:
    """Return an event as `sealed` would make it, without its care: the members stand in order here."""
    model = sealed(_deed(number), number, at, last) if number <= _MADE else None
    item, place = f"V-{number % _ITEMS}", f'"seq":{number},"subject":"V-{number % _ITEMS}"'
    body = (
        f'{{"actor":"{_ACTOR}","as_of":"2026-01-01","at":"{at}","chain":"{CHAIN}","changes":[{{"field":'
        f'"responsible","item":"{item}","new":"Sam Okafor","old":"{_ACTOR}"}}],"reason":"handed over",'
        f'{place},"verb":"edit_item","via":"cli"}}'
    ).encode()
    if model is not None and model.body != body:
        raise ValueError("the form of events has changed; change it here")
    return Event(CHAIN, number, at, _ACTOR, "cli", "edit_item", item, body, last, hashed(last, body))


def verify_all() -> dict[str, float]:
    """Verify the chain as a fresh process does."""
    wall, processor = time.perf_counter(), time.process_time()
    found = verify(CHAIN)
    if not found.holds or CHAIN not in chains():
        raise ValueError(found.reason)
    used = time.process_time() - processor
    return {"events": found.size, "processor": used, "wall": time.perf_counter() - wall}


def append_some() -> dict[str, float]:
    """Append events to the long chain, each in a transaction of its own."""
    wall, processor = time.perf_counter(), time.process_time()
    for number in range(_APPENDED):
        with transaction.atomic():
            append(_deed(number))
    used = time.process_time() - processor
    return {"microseconds": used / _APPENDED * 1e6, "rate": _APPENDED / (time.perf_counter() - wall)}


def _deed(number: int) -> Deed:
    item = f"V-{number % _ITEMS}"
    change: dict[str, Content] = {
        "field": "responsible",
        "item": item,
        "new": "Sam Okafor",
        "old": "Ines Moreau",
    }
    content: dict[str, Content] = {"as_of": "2026-01-01", "reason": "handed over", "changes": [change]}
    return Deed(CHAIN, "edit_item", item, _ACTOR, "cli", _START, content)
