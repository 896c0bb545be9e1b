"""Verifying, showing and exporting the ledger; none of it writes an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from django.db.models import Q

from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import RecordMissing, WrongUse
from milepost.ledger import verify as verifier
from milepost.ledger.chain import chains, events_of
from milepost.ledger.checkpoint import checkpoint_of
from milepost.ledger.events import INSTALLATION, chain_of
from milepost.ledger.signing import public_key, verifier_key
from milepost.ledger.verifying import Verdict, verify
from milepost.records.ledger import LedgerEvent
from milepost.work import finding_systems
from milepost.work.history.carrying import checkpoint_in_file


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a list shows it; `body` is all that it says."""

    seq: int
    at: str
    actor: str
    via: str
    verb: str
    subject: str
    hash: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """Some events of a chain, the newest first, and how many there are in all."""

    lines: Sequence[Line]
    total: int


def chain_named(system: str) -> str:
    """Return the chain of a system; without a name that of the installation.

    Raises:
        RecordMissing: there is no such system.
    """
    return chain_of(finding_systems.by_name(system).pk) if system else INSTALLATION


def verify_ledger(system: str = "", against: Path | None = None) -> list[Verdict]:
    """Verify a system's chain, or every chain; an older checkpoint tells which chain it is of.

    Raises:
        RecordMissing: there is no such system.
        InputRefused: no checkpoint stands in the file.
        WrongUse: the checkpoint is of another chain than the system's.
    """
    if against is None:
        return [verify(chain) for chain in ([chain_named(system)] if system else chains())]
    old = checkpoint_in_file(against)
    if system and chain_named(system) != old.chain:
        fix = "leave --system away, or give a checkpoint of this system"
        raise WrongUse(f"the checkpoint is of the chain {old.chain}", where=against.name, fix=fix)
    return [verify(old.chain, old, public_key())]


def ledger_page(chain: str, *, first: int = 1, most: int = 50, subject: str = "") -> Page:
    """Return a page of a chain, the newest event first; `subject` takes those about one item alone."""
    rows = LedgerEvent.objects.filter(chain=chain)
    if subject:
        among = Q(subject=subject) | Q(subject__startswith=f"{subject}, ")
        rows = rows.filter(
            among | Q(subject__endswith=f", {subject}") | Q(subject__contains=f", {subject}, ")
        )
    found = rows.order_by("-seq")[first - 1 : first - 1 + most]
    return Page([_line(row) for row in found], rows.count())


def checkpoint_named(system: str) -> str:
    """Return the checkpoint of a chain as it stands.

    Raises:
        RecordMissing: there is no such system, or nothing has happened in it yet.
    """
    text = checkpoint_of(chain_named(system))
    if not text:
        raise RecordMissing("the ledger has no event yet", where=system, fix="do something first")
    return text


def export_ledger(folder: Path) -> dict[str, int]:
    """Write every chain as bytes with its checkpoint, the public key, and a verifier that needs no Milepost.

    Raises:
        WrongUse: the folder cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        what = f"the folder cannot be made ({error.strerror})"
        raise WrongUse(what, where=str(folder), fix="name one whose parent exists") from error
    counts = {chain: _export(folder, chain) for chain in chains()}
    _write(folder / "ledger.key", f"{verifier_key(public_key())}\n")
    _write(folder / "verify.py", Path(verifier.__file__).read_text(encoding="utf-8"))
    return counts


def _export(folder: Path, chain: str) -> int:
    count = 0
    with saved(folder / f"{chain}.events") as file:
        for event in events_of(chain):
            count += 1
            file.write(event.hash.hex().encode() + b" " + event.body + b"\n")
    _write(folder / f"{chain}.checkpoint", checkpoint_of(chain))
    return count


def _write(path: Path, text: str) -> None:
    with saved(path) as file:
        file.write(text.encode())


def _line(row: LedgerEvent) -> Line:
    body = bytes(row.body)
    try:
        said = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        said = {}
    return Line(row.seq, row.at, row.actor, row.via, row.verb, row.subject, bytes(row.hash).hex(), said)
