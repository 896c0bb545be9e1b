"""Signing a document off, and finding out later whether the sign-off still holds; a register may seal it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import InputRefused, StateConflict
from milepost.reports.sign_off import (
    Attested,
    Attestor,
    SignOff,
    as_json,
    as_markdown,
    faults,
    from_json,
    sign_off,
)

STATEMENT: Final = "I have reviewed this document; to the best of my knowledge it is complete and true."
LARGEST: Final = 1 << 30
"""The most bytes of a document that can be signed."""
_UNSAFE: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A document to be signed off, and the folder of its records."""

    path: Path
    attestor: Attestor
    location: str
    folder: Path
    statement: str = STATEMENT
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off with the files that hold it."""

    record: SignOff
    json_file: Path
    markdown_file: Path


@dataclass(frozen=True, slots=True)
class SignOffState:
    """A sign-off as it stands now; `faults` say why it is void."""

    record: SignOff
    document: Path
    faults: tuple[str, ...]


def sign_document(signing: Signing, *, at: datetime) -> Signed:
    """Write the sign-off record of a document's exact bytes, as JSON and as Markdown.

    Raises:
        InputRefused: the document cannot be read.
        StateConflict: the same sign-off has been written already.
    """
    data = _content(signing.path)
    attested = Attested(name=signing.path.name, location=signing.location, statement=signing.statement)
    record = sign_off(data, attested, signing.attestor, at=at)
    record = msgspec.structs.replace(record, checkpoint=signing.checkpoint)
    stem = _UNSAFE.sub("-", f"{signing.path.name}.sign-off.{signing.attestor.name}.{at:%Y%m%dT%H%M%SZ}")
    files = (signing.folder / f"{stem}.json", signing.folder / f"{stem}.md")
    if any(each.exists() for each in files):
        raise StateConflict(
            "this sign-off is there already", where=str(files[0]), fix="it is never overwritten"
        )
    signing.folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(files, (as_json(record), as_markdown(record).encode()), strict=True):
        with saved(path) as file:
            file.write(content)
    return Signed(record, *files)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise InputRefused("the document is larger than 1 GB", where=str(path), fix="sign its parts")
        return path.read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}", where=str(path), fix="give a file") from error


def check_sign_off(record_file: Path, document: Path | None = None) -> SignOffState:
    """Tell whether a sign-off holds: the document's bytes, the record's seal, the Markdown beside it.

    Without a document, the one of that name beside the record is taken, else the stored location.

    Raises:
        InputRefused: the record cannot be read or is none.
    """
    record = from_json(_content(record_file), str(record_file))
    found = document or _found(record, record_file)
    markdown = record_file.with_suffix(".md")
    data = _content(found) if found.is_file() else None
    said = _content(markdown).decode(errors="replace") if markdown.is_file() else None
    return SignOffState(record, found, faults(record, data, said))


def _found(record: SignOff, record_file: Path) -> Path:
    """Return where the document is likely to be; only a plain name is looked for beside the record."""
    beside = record_file.parent / Path(record.document.name).name
    stored = Path(record.document.location)
    inside = stored / beside.name if stored.is_dir() else stored
    return beside if beside.is_file() else inside
