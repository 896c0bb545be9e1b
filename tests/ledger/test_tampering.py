"""Whoever may write everything in the database, and takes the guards away, is found out."""

import random
from dataclasses import dataclass
from hashlib import sha256

import pytest
from django.db import connection

from milepost.ledger.chain import Head, events_of, head_of
from milepost.ledger.checkpoint import checkpoint_in, checkpoint_of
from milepost.ledger.events import Event, hashed
from milepost.ledger.merkle import Tree
from milepost.ledger.signing import public_key
from milepost.ledger.verifying import verdict_on, verify
from milepost.records import bulk
from tests.ledger.conftest import EVENTS

ROUNDS = 1_000
_TEXTS = ("at", "actor", "via", "verb", "subject")
_BYTES = ("body", "prev", "hash")


@dataclass
class Tampering:
    """What was done to a list of events, and the first number that is not as it was."""

    events: list[Event]
    first: int


def _edited(events: list[Event], chance: random.Random) -> Tampering:
    place = chance.randrange(len(events))
    name = chance.choice((*_TEXTS, *_BYTES))
    value = getattr(events[place], name)
    if isinstance(value, bytes):
        spot = chance.randrange(len(value))
        value = value[:spot] + bytes([value[spot] ^ 1 << chance.randrange(8)]) + value[spot + 1 :]
    else:
        value = value + "x"
    events[place] = events[place]._replace(**{name: value})
    return Tampering(events, place + 1)


def _rehashed(events: list[Event], chance: random.Random) -> Tampering:
    """Change a body, and give the event the hash that fits; the next one does not follow any more."""
    place = chance.randrange(len(events))
    event = events[place]
    body = event.body.replace(b"Harbor", b"Harbour").replace(b'"actor":"', b'"actor":"x')
    changed = event._replace(body=body, actor="x" + event.actor, hash=hashed(event.prev, body))
    events[place] = changed
    return Tampering(events, min(place + 2, len(events)))


def _deleted(events: list[Event], chance: random.Random) -> Tampering:
    place = chance.randrange(len(events))
    del events[place]
    return Tampering(events, place + 1)


def _inserted(events: list[Event], chance: random.Random) -> Tampering:
    place = chance.randrange(len(events) + 1)
    prev = events[place - 1].hash if place else bytes(32)
    model = events[place - 1]
    body = model.body.replace(b'"seq":%d' % model.seq, b'"seq":%d' % (place + 1))
    forged = model._replace(seq=place + 1, body=body, prev=prev, hash=sha256(prev + body).digest())
    events.insert(place, forged)
    return Tampering(events, place + 1)


def _swapped(events: list[Event], chance: random.Random) -> Tampering:
    one, other = sorted(chance.sample(range(len(events)), 2))
    first, second = events[one], events[other]
    events[one], events[other] = second._replace(seq=first.seq), first._replace(seq=second.seq)
    return Tampering(events, one + 1)


_WAYS = (_edited, _rehashed, _deleted, _inserted, _swapped)


def test_every_tampering_is_found_at_its_first_event(chain: str) -> None:
    """Of 1,000 random edits, removals, insertions and swaps, each is found and its number named."""
    sound, head = list(events_of(chain)), head_of(chain)
    chance = random.Random(6962)  # noqa: S311 - what is tampered with is drawn by lot, the same each time
    for number in range(ROUNDS):
        done = _WAYS[number % len(_WAYS)](list(sound), chance)
        verdict = verdict_on(chain, done.events, head)
        assert not verdict.holds, number
        assert verdict.broken == done.first, (number, verdict)
    assert verdict_on(chain, sound, head).holds


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE records_ledgerevent SET subject = 'V-9' WHERE chain = %s AND seq = 7", 7),
        ("DELETE FROM records_ledgerevent WHERE chain = %s AND seq = 7", 7),
        ("DELETE FROM records_ledgerevent WHERE chain = %s AND seq = 20", 20),
        ("UPDATE records_ledgerhead SET size = 19 WHERE chain = %s", 20),
    ],
)
def test_statements_of_a_superuser_are_found(chain: str, statement: str, broken: int) -> None:
    """What is done in the database itself, once the triggers are gone, is found as well."""
    _unguard()
    for _ in bulk.rows(f"{statement} RETURNING 1", chain):
        pass
    assert verify(chain).broken == broken


def test_a_rewritten_past_is_found_by_any_older_checkpoint(chain: str) -> None:
    """Cutting the end off, or writing all anew, with a head that fits, contradicts what was given away."""
    old = checkpoint_in(checkpoint_of(chain), "an export")
    events = list(events_of(chain))
    cut = verdict_on(chain, events[:-1], _head_after(events[:-1]), old, public_key())
    assert (cut.broken, cut.size) == (EVENTS, EVENTS - 1)
    anew = [events[0]._replace(body=events[0].body.replace(b"No lock", b"A lock!"))]
    anew[0] = anew[0]._replace(hash=hashed(anew[0].prev, anew[0].body))
    for event in events[1:]:
        anew.append(event._replace(prev=anew[-1].hash, hash=hashed(anew[-1].hash, event.body)))
    assert verdict_on(chain, anew, _head_after(anew)).holds
    found = verdict_on(chain, anew, _head_after(anew), old, public_key())
    assert "are not those" in found.reason


def _head_after(events: list[Event]) -> Head:
    tree = Tree()
    for event in events:
        tree.grow(event.body)
    return Head(events[-1].at, events[-1].hash, tree)


def _unguard() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE records_ledgerevent DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER ledger_no_update")
            cursor.execute("DROP TRIGGER ledger_no_delete")
