"""What the columns of a table of findings can mean, and the words by which they are known."""

import re
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from milepost.domain.severity import Severity

IDENTITY = ("id", "cves")
"""Without one of these nothing tells a finding from the next month's."""
NAMES = ("title", "description")
DATES = frozenset({"first_seen", "due"})
SEVERAL = frozenset({"id", "notes"})
"""Fields that may have more columns than one: joined to one identifier, or listed."""
_BLANKS = re.compile(r"[\W_]+")


class State(StrEnum):
    """What a column of states says of a finding."""

    OPEN = "open"
    CLOSED = "closed"
    SUPPRESSED = "suppressed"
    UNTESTED = "untested"


class Field(NamedTuple):
    """A field: its name, its name for people, and the headings that mean it, the surest first."""

    name: str
    title: str
    headings: tuple[str, ...]


class _Known(msgspec.Struct):
    title: str
    headings: tuple[str, ...]


class _Words(msgspec.Struct):
    states: dict[State, list[str]]
    severities: dict[Severity, list[str]]


def folded(text: str) -> str:
    """Return words without what people change in them: capitals, blanks, punctuation."""
    return _BLANKS.sub(" ", text).strip().casefold()


@cache
def fields() -> dict[str, Field]:
    """Return every field by its name, in the order in which people are asked for them."""
    known = msgspec.toml.decode(_text("fields.toml"), type=dict[str, _Known])
    return {name: Field(name, each.title, each.headings) for name, each in known.items()}


@cache
def headings() -> dict[str, tuple[str, int]]:
    """Return the field of each known heading, and how sure it is (0: the surest)."""
    return {
        heading: (field.name, rank)
        for field in reversed(fields().values())
        for rank, heading in enumerate(field.headings)
    }


@cache
def states() -> dict[str, State]:
    """Return what each word in a column of states means."""
    return {word: state for state, words in _words().states.items() for word in words}


@cache
def severities() -> dict[str, Severity]:
    """Return the severity that each word means."""
    return {word: severity for severity, words in _words().severities.items() for word in words}


@cache
def _words() -> _Words:
    return msgspec.toml.decode(_text("words.toml"), type=_Words)


def _text(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")
