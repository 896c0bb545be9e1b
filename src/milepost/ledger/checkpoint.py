"""Checkpoints: how far a chain went and its Merkle root, signed, as text after C2SP tlog-checkpoint.

milepost/system-1
12
<base64 of the root>
time 2026-03-01T09:30:00.000000Z

— milepost <base64 of key id and signature>
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from milepost.domain.errors import DamagedInput
from milepost.ledger.chain import head_of
from milepost.ledger.signing import KEY_NAME, is_signed, key_id, public_key, sign

_ORIGIN: Final = "milepost/"
_TIME: Final = "time "
_SHAPE: Final = re.compile(
    rf"{_ORIGIN}(?P<chain>[a-z]+(?:-[0-9]+)?)\n(?P<size>0|[1-9][0-9]{{0,17}})\n(?P<root>[A-Za-z0-9+/]{{43}}=)\n"
    rf"{_TIME}(?P<at>[0-9T:.Z-]{{20,27}})\n\n— {KEY_NAME} (?P<signature>[A-Za-z0-9+/]{{91}}=)"
)
_KEY_ID: Final = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint as it was read; `text` is what its signature stands for."""

    chain: str
    size: int
    root: bytes
    at: str
    text: bytes
    key_id: bytes
    signature: bytes


def checkpoint_of(chain: str) -> str:
    """Return the checkpoint of a chain as it stands; empty where it has no event.

    Its time is that of the last event: as long as nothing happens, it stays the same to the byte.
    """
    head = head_of(chain)
    if head is None:
        return ""
    root = base64.b64encode(head.tree.root).decode()
    text = f"{_ORIGIN}{chain}\n{head.tree.size}\n{root}\n{_TIME}{head.at}\n"
    signed = base64.b64encode(key_id(public_key()) + sign(text.encode())).decode()
    return f"{text}\n— {KEY_NAME} {signed}\n"


def read_checkpoints(text: str) -> list[Checkpoint]:
    """Return every checkpoint that stands in a text, in its order."""
    return [_read(found) for found in _SHAPE.finditer(text.replace("\r\n", "\n"))]


def checkpoint_in(text: str, where: str) -> Checkpoint:
    """Return the one checkpoint of a text.

    Raises:
        DamagedInput: there is none.
    """
    found = read_checkpoints(text)
    if not found:
        raise DamagedInput("no checkpoint stands in it", where=where, fix="give an export as it was sent")
    return found[0]


def signed_by(checkpoint: Checkpoint, public: bytes) -> bool:
    """Tell whether a key signed a checkpoint."""
    named = checkpoint.key_id == key_id(public)
    return named and is_signed(checkpoint.text, checkpoint.signature, public)


def _read(found: re.Match[str]) -> Checkpoint:
    try:
        signed, root = (base64.b64decode(found[name], validate=True) for name in ("signature", "root"))
    except binascii.Error as error:
        raise DamagedInput("the checkpoint is not whole", fix="give an export as it was sent") from error
    text = found[0].partition("\n\n")[0] + "\n"
    return Checkpoint(
        chain=found["chain"],
        size=int(found["size"]),
        root=root,
        at=found["at"],
        text=text.encode(),
        key_id=signed[:_KEY_ID],
        signature=signed[_KEY_ID:],
    )
