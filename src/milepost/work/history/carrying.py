"""Putting the ledger's checkpoint into what leaves the register, or beside it, and finding it there again."""

import base64
import binascii
import re
from pathlib import Path
from typing import Final

from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.stamping import custom_texts, stamp
from milepost.domain.errors import DamagedInput, InputRefused
from milepost.ledger.checkpoint import Checkpoint, checkpoint_of, read_checkpoints
from milepost.ledger.events import chain_of
from milepost.records.systems import System
from milepost.work import finding_systems

PROPERTY: Final = "Milepost ledger checkpoint"
FACT: Final = "ledger_checkpoint"
"""What documents of plans call it; OSCAL carries it as a property in our own namespace."""
SUFFIX: Final = ".checkpoint"
_MARK: Final = "milepost-checkpoint:"
_TOKEN: Final = re.compile(_MARK + r"([A-Za-z0-9+/]{40,4000}={0,2})")
_STAMPED: Final = frozenset({".xlsx", ".docx"})
_ZIP: Final = b"PK\x03\x04"
_LARGEST: Final = 256 << 20


def checkpoint_for(system: System) -> str:
    """Return the checkpoint of a system's chain; empty where nothing has happened yet."""
    return checkpoint_of(chain_of(system.pk))


def token_for(system: System) -> str:
    """Return the checkpoint as one word, for places that hold no lines."""
    text = checkpoint_for(system)
    return _MARK + base64.b64encode(text.encode()).decode() if text else ""


def carry(out: Path, system: System, *, base: Path | None = None) -> None:
    """Put the checkpoint into a workbook or Word document of our own; a filled one stays as it is."""
    if base is None and out.suffix.casefold() in _STAMPED and (token := token_for(system)):
        stamp(out, PROPERTY, token)


def provide(out: Path, system_name: str, base: Path | None = None) -> Path | None:
    """Put the checkpoint into a document that carries none yet, or beside it; return the file beside.

    None where the document carries it, or nothing has happened in the system yet.
    """
    system = finding_systems.by_name(system_name)
    text = checkpoint_for(system)
    if text and not _carries(out, text):
        carry(out, system, base=base)
    if not text or _carries(out, text):
        return None
    place = out.with_name(out.name + SUFFIX)
    with saved(place) as file:
        file.write(text.encode())
    return place


def _carries(out: Path, text: str) -> bool:
    """Tell whether a document carries this very checkpoint, not only that of an earlier export."""
    return any(text.encode().startswith(each.text) for each in found_in(out))


def checkpoint_in_file(path: Path) -> Checkpoint:
    """Return the checkpoint that a document carries, or that a file is.

    Raises:
        InputRefused: the file cannot be read, or no checkpoint stands in it.
    """
    found = found_in(path)
    if not found:
        fix = f"give an export, or the {SUFFIX} file beside it"
        raise InputRefused("no checkpoint stands in it", where=path.name, fix=fix)
    return found[0]


def found_in(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file: lines, words, properties of office documents.

    Raises:
        InputRefused: the file cannot be read.
    """
    text = _text_of(path)
    spelled = text.replace("\\n", "\n").replace("\\u2014", "\u2014")
    plain = [_spelled_out(word) for word in _TOKEN.findall(text)]
    return [each for candidate in (*plain, text, spelled) for each in read_checkpoints(candidate)]


def _spelled_out(word: str) -> str:
    try:
        return base64.b64decode(word, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise DamagedInput("it is larger than 256 MB", where=path.name, fix="give the .checkpoint file")
        with path.open("rb") as file:
            head = file.read(len(_ZIP))
            content = b"" if head == _ZIP else head + file.read()
    except OSError as error:
        raise InputRefused(
            f"it cannot be read: {error.strerror}", where=path.name, fix="name a file"
        ) from error
    return "\n".join(custom_texts(path)) if head == _ZIP else content.decode("utf-8", "replace")
