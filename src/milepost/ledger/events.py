"""What an event is: who did what to which subject, when, in which place of which chain, as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from milepost.ledger.canonical import Content, canonical

FIRST: Final = bytes(32)
"""What stands before the first event of a chain."""
INSTALLATION: Final = "installation"
"""The chain of what concerns no single system: profiles, references, new systems, mappings of columns."""
_SYSTEM: Final = "system-"


def chain_of(system_id: int) -> str:
    """Return the name of a system's chain."""
    return f"{_SYSTEM}{system_id}"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be written down; `content` are further members of the body, beside those that all have."""

    chain: str
    verb: str
    subject: str
    actor: str
    via: str
    at: datetime
    content: Mapping[str, Content] = field(default_factory=dict)


class Event(NamedTuple):
    """An event as it is kept; `prev` is the hash of the one before."""

    chain: str
    seq: int
    at: str
    actor: str
    via: str
    verb: str
    subject: str
    body: bytes
    prev: bytes
    hash: bytes


class Said(msgspec.Struct, frozen=True):
    """What every body repeats."""

    chain: str
    seq: int
    at: str
    actor: str
    via: str
    verb: str
    subject: str


def moment(at: datetime) -> str:
    """Return an instant as events hold it: RFC 3339 in UTC, microseconds, so that texts sort as times."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def sealed(deed: Deed, seq: int, at: str, prev: bytes) -> Event:
    """Return the event of a deed in its place of the chain."""
    said = Said(deed.chain, seq, at, deed.actor, deed.via, deed.verb, deed.subject)
    body = canonical({**deed.content, **msgspec.structs.asdict(said)})
    return Event(**msgspec.structs.asdict(said), body=body, prev=prev, hash=hashed(prev, body))


def hashed(prev: bytes, body: bytes) -> bytes:
    """Return the hash that binds an event to all before it."""
    return sha256(prev + body).digest()
