"""The chains in the database: appending one event under the chain's lock, and reading them in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import connection

from milepost.ledger.events import FIRST, Deed, Event, moment, sealed
from milepost.ledger.merkle import Tree, unpacked
from milepost.records import bulk
from milepost.records.ledger import LedgerEvent, LedgerHead

_COLUMNS: Final = ("chain", "seq", "at", "actor", "via", "verb", "subject", "body", "prev", "hash")
_FETCHED: Final = 5_000
_SKEW: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the last event's time and hash, and the Merkle tree of all bodies."""

    at: str
    hash: bytes
    tree: Tree


def append(deed: Deed) -> Event:
    """Write an event at the end of its chain, in the caller's transaction.

    The lock of the chain is held to the end of that transaction, so that the order of the chain is the order
    of commits, without gaps. The time never goes back: a clock that lags more than 5 seconds is written down.
    """
    _lock(deed.chain)
    head = head_of(deed.chain) or Head("", FIRST, Tree())
    at, content = moment(deed.at), dict(deed.content)
    if head.at > at:
        if datetime.fromisoformat(head.at) - deed.at > _SKEW:
            content["clock"] = at
        at = head.at
    told = Deed(deed.chain, deed.verb, deed.subject, deed.actor, deed.via, deed.at, content)
    event = sealed(told, head.tree.size + 1, at, head.hash)
    LedgerEvent.objects.bulk_create([LedgerEvent(**event._asdict())])
    head.tree.grow(event.body)
    _keep(LedgerHead(event.chain, head.tree.size, event.at, event.hash, head.tree.packed()))
    return event


def _keep(head: LedgerHead) -> None:
    fields = ["size", "at", "hash", "peaks"]
    LedgerHead.objects.bulk_create(
        [head], update_conflicts=True, update_fields=fields, unique_fields=["chain"]
    )


def head_of(chain: str) -> Head | None:
    """Return where a chain stands; None where it has no event."""
    row = LedgerHead.objects.filter(chain=chain).first()
    if row is None:
        return None
    return Head(row.at, bytes(row.hash), unpacked(row.size, bytes(row.peaks)))


def events_of(chain: str) -> Iterator[Event]:
    """Yield the events of a chain as they are kept, in their order, a few thousand at a time."""
    rows = LedgerEvent.objects.filter(chain=chain).order_by("seq", "id").values_list(*_COLUMNS)
    for row in rows.iterator(_FETCHED):
        event = Event._make(row)
        yield event._replace(body=bytes(event.body), prev=bytes(event.prev), hash=bytes(event.hash))


def chains() -> list[str]:
    """Return the names of all chains."""
    kept = LedgerHead.objects.values_list("chain", flat=True)
    return sorted({*kept, *LedgerEvent.objects.order_by().values_list("chain", flat=True).distinct()})


def _lock(chain: str) -> None:
    """Hold the chain to the end of the transaction; on SQLite the transaction holds the whole file."""
    if bulk.on_postgresql():
        key = int.from_bytes(sha256(f"milepost ledger {chain}".encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
