"""The documents that profiles rest on, by id: what each is, where it was read, how near to the original."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "sources.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """A document: its title, where it was read, and its standing.

    `kind` is primary (the document itself), primary-quoted, primary-partial or primary-derived (parts or
    quotations of it), implementation (a program that follows it), practice, secondary (told by others) or
    unverified.
    """

    id: str
    title: str
    at: str
    kind: str


@cache
def sources() -> dict[str, Source]:
    """Return all sources by id."""
    stated = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Source(name, row["title"], row["at"], row["kind"]) for name, row in stated.items()}
