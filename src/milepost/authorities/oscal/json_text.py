"""JSON in and out: strict UTF-8, within limits, no key twice; what is not understood stays what it is."""

import json
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.oscal.nodes import Node
from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused, OversizedInput

MAX_SIZE: Final = 512 << 20
"""The most bytes of a document."""
MAX_DEPTH: Final = 100
"""The most levels of objects and lists."""
_BOM: Final = b"\xef\xbb\xbf"
_TOO_DEEP: Final = b"\n" + b" " * (MAX_DEPTH + 1)
_KEY: Final = b'":'
_AGAIN: Final = "export the document again"


def read_bytes(path: Path, name: str, limit: int = MAX_SIZE) -> bytes:
    """Return the bytes of a document without its byte order mark.

    Raises:
        InputRefused: it cannot be read, is empty or too large.
    """
    try:
        if path.stat().st_size > limit:
            what = f"the document has more than {limit >> 20} MiB"
            raise OversizedInput(what, where=name, fix="split it, or take large attachments out")
        data = path.read_bytes()
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=name, fix="check its name and that you may read it") from error
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise EmptyInput("the file is empty", where=name, fix="choose the filled plan")
    return data


def read_json(path: Path, name: str) -> Node:
    """Read a JSON document.

    Raises:
        InputRefused: it cannot be read, is no JSON object, says a key twice, or nests deeper than 100 levels.
    """
    return parsed(read_bytes(path, name), name)


def parsed(data: bytes, name: str) -> Node:
    """Return the object that a JSON text says; see `read_json`."""
    try:
        laid_out = msgspec.json.format(data, indent=1)
        refuse_depth(laid_out, name)
        tree = msgspec.json.decode(data)
        again = msgspec.json.encode(tree)
    except RecursionError as error:
        raise _too_deep(name) from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise DamagedInput(f"not well-formed JSON: {error}", where=name, fix=_AGAIN) from error
    if not isinstance(tree, dict):
        raise DamagedInput("the document is no JSON object", where=name, fix=_AGAIN)
    if laid_out.count(_KEY) != again.count(_KEY):
        _refuse_repeated(data, name)
    return tree


def refuse_depth(laid_out: bytes, name: str) -> None:
    """Refuse a text, indented by one blank a level, that nests deeper than `MAX_DEPTH`.

    Raises:
        HostileInput: it does.
    """
    if _TOO_DEEP in laid_out:
        raise _too_deep(name)


def _too_deep(name: str) -> HostileInput:
    what = f"the document nests deeper than {MAX_DEPTH} levels"
    return HostileInput(what, where=name, fix="a plan needs no more than twenty")


def _refuse_repeated(data: bytes, name: str) -> None:
    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        told = dict(found)
        if len(told) != len(found):
            again = next(key for position, (key, _) in enumerate(found) if key in dict(found[:position]))
            raise DamagedInput(f"the key {again} stands twice in an object", where=name, fix=_AGAIN)
        return told

    json.loads(data, object_pairs_hook=pairs)


def written_json(tree: Node) -> bytes:
    """Return a document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(tree), indent=2) + b"\n"
