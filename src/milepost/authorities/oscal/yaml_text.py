"""YAML in and out: read by typst's parser, written as blocks, with quotes where a text could be mistaken.

The parser limits depth and the repetition of anchors, knows no types beyond JSON's, and opens no other file.
A comment is no part of the data and is not kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import typst

from milepost.authorities.oscal.json_text import parsed, read_bytes
from milepost.authorities.oscal.nodes import Node
from milepost.authorities.oscal.structure import ROOT, structure
from milepost.domain.errors import DamagedInput, HostileInput
from milepost.domain.problem import Problem

MAX_SIZE: Final = 64 << 20
"""The most bytes of a YAML document."""
_PROGRAM: Final = b'#metadata(yaml("plan.yaml"))<plan>'
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./@()+-]*(?: [A-Za-z0-9_./@()+-]+)*")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_LIMITS: Final = ("repetition limit", "recursion limit")


def read_yaml(path: Path, name: str, model: str = ROOT) -> tuple[Node, list[Problem]]:
    """Read a YAML document; numbers and answers where the model has texts become texts, and are told.

    Raises:
        InputRefused: it cannot be read, is no YAML mapping, or is built to do harm.
    """
    data = read_bytes(path, name, MAX_SIZE)
    try:
        data.decode()
        found = _query({"main.typ": _PROGRAM, "plan.yaml": data})
        tree = parsed(found.encode(), name)
    except UnicodeDecodeError as error:
        raise DamagedInput("the text is not UTF-8", where=name, fix="save it as UTF-8") from error
    except RuntimeError as error:
        raise _refusal(str(error), name) from error
    problems: list[Problem] = []
    root = tree.get(model)
    if isinstance(root, dict):
        _settle(root, model, f"{name}, {model}", problems)
    return tree, problems


def _query(files: dict[str, bytes]) -> str:
    """Return what typst reads, as JSON; the files exist in memory only."""
    return typst.query(  # type: ignore[type-var] # its stubs forget files in memory
        files, "<plan>", field="value", one=True, ignore_system_fonts=True
    )


def _refusal(said: str, name: str) -> DamagedInput | HostileInput:
    if any(limit in said for limit in _LIMITS):
        what = "the document repeats or nests beyond what a plan needs"
        return HostileInput(what, where=name, fix="write it without anchors, or export it as JSON")
    cause = said.partition("failed to parse YAML")[2].strip(" ()") or said
    return DamagedInput(f"not well-formed YAML: {cause}", where=name, fix="export the document again")


def _settle(parent: Node, kind: str, path: str, problems: list[Problem]) -> None:
    """Turn what YAML took for a number or an answer back into a text where the model has texts."""
    for name, value in parent.items():
        each = structure()[kind].get(name)
        if each is None:
            continue
        if each.is_node:
            for position, item in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(item, dict):
                    _settle(item, each.of, f"{path}.{name}[{position}]", problems)
        elif isinstance(value, bool | int | float) and each.kind != "flag-integer":
            parent[name] = _as_text(value)
            what = f"{parent[name]} is written without quotes and read as a text"
            problems.append(Problem(f"{path}.{name}", what, "put it in quotes"))


def _as_text(value: float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def written_yaml(tree: Node) -> bytes:
    """Return a document as YAML in blocks, which any parser of YAML 1.1 or 1.2 reads as the same data."""
    return "".join(f"{line}\n" for line in _mapping(tree, "")).encode()


def _mapping(found: Node, indent: str) -> Iterator[str]:
    for name, value in found.items():
        yield from _entry(f"{indent}{_scalar(name)}:", value, f"{indent}  ")


def _entry(head: str, value: object, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield head
        yield from _mapping(value, indent)
    elif isinstance(value, list) and value:
        yield head
        for each in value:
            yield from _listed(each, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _listed(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        first, *others = _mapping(value, f"{indent}  ")
        yield f"{indent}- {first.lstrip(' ')}"
        yield from others
    elif isinstance(value, list) and value:
        yield f"{indent}-"
        for each in value:
            yield from _listed(each, f"{indent}  ")
    else:
        yield f"{indent}- {_scalar(value)}"


def _scalar(value: object) -> str:
    """Return a text plainly if nothing could mistake it, else as JSON, which is YAML too."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return msgspec.json.encode(value).decode().translate(_ESCAPED)


_ESCAPED: Final = {
    code: f"\\u{code:04x}" for code in [*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF]
}
