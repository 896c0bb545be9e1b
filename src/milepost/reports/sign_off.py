"""The sign-off of a document: who attests what, in which role, when, of which exact bytes, kept where.

What a record has to name is what the user's process asks for (attestor, UTC time, SHA-256, place), with the
role held at that moment and the statement, after NIST SP 800-53 rev. 5, AU-10.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec

from milepost.domain.errors import DamagedInput, WrongUse

VERSION: Final = 1
_NAMES: Final = "person, title, organisation, role, location"


class Attestor(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs: name, title, organisation, the role held at that moment, and how the role is known."""

    name: str
    title: str
    organisation: str
    role: str
    role_known_by: str = "as the attestor stated"


class SignedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The exact version that is signed: file name, SHA-256 and number of its bytes, and where it is kept."""

    name: str
    sha256: str
    size: int
    location: str


class SignOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-off; `signed_at` is RFC 3339 in UTC. `seal` is the SHA-256 of the rest (RFC 8785).

    `checkpoint` is that of the ledger when it was signed, if a register was asked; it is signed by itself.
    """

    record: str = "milepost sign-off"
    version: int = VERSION
    document: SignedDocument
    attestor: Attestor
    statement: str
    signed_at: str
    seal: str = ""
    checkpoint: str = ""


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """What a person attests: the file's name, where it is kept, and the statement."""

    name: str
    location: str
    statement: str


def sign_off(data: bytes, attested: Attested, attestor: Attestor, *, at: datetime) -> SignOff:
    """Return the record of a sign-off of these bytes.

    Raises:
        WrongUse: something that the record has to name is missing, or the time has no zone.
    """
    named = (attestor.name, attestor.title, attestor.organisation, attestor.role, attested.location)
    if not all(each.strip() for each in named):
        raise WrongUse(
            "a sign-off names who, in which role, and where the document is kept", fix=f"give {_NAMES}"
        )
    if at.tzinfo is None:
        raise WrongUse("a sign-off has its time in UTC", fix="give a time with its zone")
    digest = hashlib.sha256(data).hexdigest()
    document = SignedDocument(name=attested.name, sha256=digest, size=len(data), location=attested.location)
    signed_at = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    found = SignOff(document=document, attestor=attestor, statement=attested.statement, signed_at=signed_at)
    return msgspec.structs.replace(found, seal=seal_of(found))


def seal_of(record: SignOff) -> str:
    """Return the SHA-256 of a record without its seal: keys sorted, no spaces, UTF-8 (RFC 8785)."""
    bare = msgspec.structs.asdict(msgspec.structs.replace(record, seal=""))
    del bare["checkpoint"]
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def as_json(record: SignOff) -> bytes:
    """Return a record as a JSON document."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def from_json(data: bytes, where: str) -> SignOff:
    """Return the record of a JSON document.

    Raises:
        DamagedInput: it is no sign-off record.
    """
    try:
        record = msgspec.json.decode(data, type=SignOff)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedInput(
            f"this is no sign-off record: {error}", where=where, fix="give its JSON file"
        ) from error
    if record.version != VERSION:
        raise DamagedInput(f"version {record.version} is not known", where=where, fix="use a newer Milepost")
    return record


def as_markdown(record: SignOff) -> str:
    """Return a record as Markdown; what people wrote stands as text, whatever signs are in it."""
    document, attestor = record.document, record.attestor
    rows = (
        ("Document", document.name),
        ("SHA-256", document.sha256),
        ("Size", f"{document.size} bytes"),
        ("Stored location", document.location),
        ("Attestor", attestor.name),
        ("Title", attestor.title),
        ("Organisation", attestor.organisation),
        ("Role at that moment", f"{attestor.role} ({attestor.role_known_by})"),
        ("Signed at (UTC)", record.signed_at),
        ("Statement", record.statement),
        ("Seal of this record", record.seal),
    )
    lines = [f"# Sign-off of {_escaped(document.name)}", "", "| Field | Content |", "|---|---|"]
    lines += [f"| {name} | {_escaped(value)} |" for name, value in rows]
    lines += ["", "Any change of the document after this time voids the sign-off."]
    if record.checkpoint:
        lines += ["", "The ledger's checkpoint when it was signed:", "", *_indented(record.checkpoint)]
    return "\n".join([*lines, ""])


def _indented(text: str) -> list[str]:
    """Return lines that Markdown takes as they are."""
    return [f"    {_printable(line)}".rstrip() for line in text.splitlines()]


def _printable(line: str) -> str:
    return "".join(sign for sign in line if sign.isprintable())


def _escaped(text: str) -> str:
    """Return text that Markdown takes as text, in one line."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~&$^=:" else sign for sign in flat)


def faults(record: SignOff, data: bytes | None, markdown: str | None) -> tuple[str, ...]:
    """Return why a sign-off is void; nothing where it holds.

    The seal shows a slip or a clumsy change of the record itself; whoever changes both can seal anew, so keep
    the record where others cannot write.
    """
    found = []
    if record.seal != seal_of(record):
        found.append("the record itself was changed after it was sealed")
    if data is None:
        found.append(f"the document {record.document.name} is not there")
    elif (digest := hashlib.sha256(data).hexdigest()) != record.document.sha256:
        found.append(
            f"the document was changed: its SHA-256 is {digest}, signed was {record.document.sha256}"
        )
    if markdown is not None and markdown != as_markdown(record):
        found.append("the Markdown beside the record says something else")
    return tuple(found)
