"""Verifying a chain: every event is hashed anew, from the first on; nothing that was kept is trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from milepost.ledger.chain import Head, events_of, head_of
from milepost.ledger.checkpoint import Checkpoint, signed_by
from milepost.ledger.events import FIRST, Event, Said, hashed
from milepost.ledger.merkle import EMPTY, Tree

_BODY: Final = msgspec.json.Decoder(Said)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many events are sound, the first number that is not, and why."""

    chain: str
    size: int
    broken: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.reason


def verify(chain: str, against: Checkpoint | None = None, public: bytes = b"") -> Verdict:
    """Verify a chain in the database, and that an older checkpoint is its own past."""
    return verdict_on(chain, events_of(chain), head_of(chain), against, public)


def verdict_on(
    chain: str,
    events: Iterable[Event],
    head: Head | None,
    against: Checkpoint | None = None,
    public: bytes = b"",
) -> Verdict:
    """Verify events in their order; `head` is where the database says that the chain stands."""
    tree, last, at = Tree(), FIRST, ""
    past = EMPTY if against and not against.size else b""
    for seq, event in enumerate(events, 1):
        reason = _fault(chain, seq, event, last, at)
        if reason:
            return Verdict(chain, seq - 1, min(seq, event.seq), reason)
        tree.grow(event.body)
        last, at = event.hash, event.at
        if against is not None and seq == against.size:
            past = tree.root
    if against is not None and (reason := _contradiction(against, tree.size, past, public)):
        return Verdict(chain, tree.size, tree.size + 1 if tree.size < against.size else None, reason)
    return _against_head(chain, tree, last, head)


def _fault(chain: str, seq: int, event: Event, last: bytes, at: str) -> str:
    """Say what is wrong with an event that has to be number `seq` after the hash `last`; empty if nothing."""
    if event.seq != seq:
        return f"number {seq} is missing, the next is {event.seq}" if event.seq > seq else "it is there twice"
    if event.prev != last:
        return "it does not follow from the event before it"
    if hashed(event.prev, event.body) != event.hash:
        return "its hash is not that of its content"
    return _unlike(chain, event, at)


def _unlike(chain: str, event: Event, at: str) -> str:
    """Say where the columns of an event differ from its content; empty if nowhere."""
    try:
        said = _BODY.decode(event.body)
    except msgspec.DecodeError:
        return "its content cannot be read"
    kept = (event.chain, event.seq, event.at, event.actor, event.via, event.verb, event.subject)
    if (said.chain, said.seq, said.at, said.actor, said.via, said.verb, said.subject) != kept:
        return "its columns say something else than its content"
    if said.chain != chain:
        return f"it is of the chain {said.chain}"
    return "its time lies before that of the event before it" if said.at < at else ""


def _contradiction(against: Checkpoint, size: int, past: bytes, public: bytes) -> str:
    if not signed_by(against, public):
        return "the checkpoint was not signed with this key"
    if size < against.size:
        return f"the checkpoint of {against.at} knew {against.size} events, and {size} are left"
    if past != against.root:
        return f"the first {against.size} events are not those that the checkpoint of {against.at} stands for"
    return ""


def _against_head(chain: str, tree: Tree, last: bytes, head: Head | None) -> Verdict:
    kept = (head.tree.size, head.hash, head.tree.root) if head else (0, FIRST, EMPTY)
    if kept == (tree.size, last, tree.root):
        return Verdict(chain, tree.size)
    if kept[0] > tree.size:
        what = f"the register wrote {kept[0]} events, and {tree.size} are left"
        return Verdict(chain, tree.size, tree.size + 1, what)
    if kept[0] < tree.size:
        what = f"the register wrote {kept[0]} events, and there are {tree.size}"
        return Verdict(chain, kept[0], kept[0] + 1, what)
    return Verdict(chain, tree.size - 1, tree.size, "the last event is not the one that the register wrote")
