"""What the words in a cell mean: states, ratings, kinds of source; which of them are other words for it."""

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from milepost.domain.plan_item import State

NOTHING = frozenset({"n/a", "na", "none", "-", "--", "—", "–", "n.a.", "null", "not applicable", "nil", "."})
"""Words that say that a cell is empty; in a column of states "not applicable" is a state."""
_BLANKS = re.compile(r"[\W_]+")
_MARKS = re.compile(r"^[^\w]+")


class Meaning(NamedTuple):
    """What a word means, and whether it is another word for it than the lists have."""

    value: str
    alias: bool = False


class _Lists(msgspec.Struct):
    exact: dict[str, str]
    alias: dict[str, str]


class _Words(msgspec.Struct):
    status: _Lists
    severity: _Lists
    source: dict[str, list[str]]


@cache
def _words() -> _Words:
    text = (resources.files(__package__) / "words.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=_Words)


def folded(text: str) -> str:
    """Return words without what people change in them: capitals, blanks, punctuation."""
    return _BLANKS.sub(" ", text).strip().casefold()


@cache
def state_of(label: str) -> Meaning:
    """Return the state that a status names; none for a word that no list has."""
    return _meaning(_words().status, label.split("\n", maxsplit=1)[0])


@cache
def rating_of(label: str) -> Meaning:
    """Return the rating that a severity names; none for a word that no list has."""
    return _meaning(_words().severity, label)


def _meaning(lists: _Lists, label: str) -> Meaning:
    word = folded(_MARKS.sub("", label))
    if word in lists.exact:
        return Meaning(lists.exact[word])
    if word in lists.alias:
        return Meaning(lists.alias[word], alias=True)
    first = word.split(" ", maxsplit=1)[0]
    return Meaning(lists.exact.get(first, ""), alias=True) if first in lists.exact else Meaning("")


def state(value: str) -> State:
    """Return a state by its name."""
    return State(value)


@cache
def source_type_of(words: str) -> str:
    """Return the kind of source that some words name: scan, pentest, config, assessment, audit or other."""
    text = f" {words.casefold()} "
    kinds = _words().source
    for kind in ("pentest", "audit", "scan", "config", "assessment"):
        if any(word in text for word in kinds[kind]):
            return kind
    return "other" if words.strip() else ""
