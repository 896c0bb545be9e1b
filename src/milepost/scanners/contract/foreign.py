"""Tiny files of every format, none of which any other format's reader may take for its own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILES = Path(__file__).with_name("foreign.toml")


class ForeignFile(NamedTuple):
    """The beginning of a file: which scanner reads it (empty: none does), what it is, its text."""

    scanner: str
    title: str
    text: str


@cache
def foreign_files() -> tuple[ForeignFile, ...]:
    """Return one tiny file or more of every format, and of some that are no report at all."""
    entries: list[dict[str, str]] = tomllib.loads(_FILES.read_text(encoding="utf-8"))["file"]
    return tuple(ForeignFile(entry["scanner"], entry["title"], entry["text"]) for entry in entries)
