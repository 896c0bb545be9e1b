"""Reports of our own making, and the whole contract held against them."""

from pathlib import Path

import msgspec

from milepost.scanners.contract.judging import judge
from tests.scanners.reading import Reading, read_text

Json = dict[str, object]


def broken_clauses(folder: Path, text: str, places: int = 300) -> list[str]:
    """Return what of the contract a report's reader does not keep, whatever is broken in the report."""
    path = folder / "specimen.txt"
    path.write_bytes(text.encode())
    judgement = judge(path, places=places, isolated=False)
    return [str(verdict.document()) for verdict in judgement.broken()]


def json(document: object) -> str:
    """Return a document as text."""
    return msgspec.json.encode(document).decode()


def read_json(folder: Path, document: object) -> Reading:
    """Write a document and read it."""
    return read_text(folder, json(document))


def member(document: Json, name: str) -> Json:
    """Return a member that is an object."""
    return msgspec.convert(document[name], Json)
