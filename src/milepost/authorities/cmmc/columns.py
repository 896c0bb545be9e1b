"""Which column of a table means what, told by the words of its heading and not by its place."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Cell = object
"""What a cell holds: text, a number, a day, true or false, or nothing."""
Row = Sequence[Cell]
Words = tuple[str, ...]
_Test = Callable[[Words], bool]

_ASSESSED = frozenset({"requirement", "control", "practice", "req", "ctrl"})
_SOURCE = frozenset({"cmmc", "nist", "800", "171"})
_NUMBER = frozenset({"id", "identifier", "number", "no", "num", "ref", "reference"})
_BESIDE = frozenset(
    {"security", "sp", "rev", "revision", "r2", "level", "1", "2", "3", "l1", "l2", "l3", "affected"}
)
_OBJECTIVE = frozenset({"objective", "ao", "determination", "assessment", "statement"})
_RESULT = frozenset({"status", "result", "finding", "compliance", "met"})
_WHOSE = (
    _ASSESSED
    | _RESULT
    | {"implementation", "assessment", "current", "objective", "security", "is", "not", "overall"}
)
_ANSWER = frozenset(
    {"implemented", "compliant", "satisfied", "state", "assessment", "determination", "implementation"}
)
_POINTS = frozenset({"value", "weight", "weighting", "point", "pt"})
_WHAT_POINTS = _POINTS | {
    "requirement",
    "dod",
    "sprs",
    "nist",
    "score",
    "assessment",
    "methodology",
    "weighted",
    "full",
}
_TESTS: dict[str, tuple[_Test, ...]] = {
    "objective": (
        lambda words: _is_of(words, _OBJECTIVE | _NUMBER) and bool({"objective", "ao"} & set(words)),
        lambda words: _is_of(words, _OBJECTIVE | _NUMBER) and bool(_NUMBER & set(words)) and len(words) > 1,
    ),
    "requirement": (
        lambda words: _is_of(words, _ASSESSED | _SOURCE | _BESIDE | _NUMBER) and _names_and_numbers(words),
        lambda words: _is_of(words, _NUMBER) or words == ("sort", "as"),
        lambda words: _is_of(words, _ASSESSED | _SOURCE | _BESIDE) and bool(_ASSESSED & set(words)),
        lambda words: (
            _is_of(words, _SOURCE | _BESIDE) and bool(_SOURCE & set(words)) and words[-1] != "level"
        ),
    ),
    "result": (
        lambda words: _is_of(words, _WHOSE) and words[-1] in _RESULT,
        lambda words: _is_of(words, _ANSWER | {"is", "fully"}) and words[-1] in _ANSWER,
        lambda words: words == ("score",),
    ),
    "points": (
        lambda words: _is_of(words, _WHAT_POINTS) and words[-1] in _POINTS,
        lambda words: words in {("dod", "score"), ("sprs", "score")},
    ),
}


class Columns(NamedTuple):
    """The places of the columns in a row, from 0; -1 where there is none."""

    requirement: int
    objective: int
    result: int
    points: int


def columns_of(row: Row) -> Columns | None:
    """Read a row as headings; None where it does not name what is assessed and with what result."""
    headings = [heading_words(cell) for cell in row]
    places = {meaning: _place(headings, tests) for meaning, tests in _TESTS.items()}
    if places["requirement"] < 0:
        places["requirement"] = places["objective"]
    found = Columns(places["requirement"], places["objective"], places["result"], places["points"])
    is_header = found.requirement >= 0 and found.result >= 0 and found.requirement != found.result
    return found if is_header else None


def heading_words(cell: Cell) -> Words:
    """Return the words of a heading in lower case and singular, without what stands in parentheses.

    A single plural stays one: below “Controls” stand numbers of controls, not controls.
    """
    if not isinstance(cell, str):
        return ()
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", re.sub(r"\([^)]*\)", " ", cell))
    found = re.findall(r"[a-z0-9]+", parted.lower())
    if len(found) == 1 and found[0] not in {"points", "pts"}:
        return tuple(found)
    return tuple(_singular(word) for word in found)


def _singular(word: str) -> str:
    return word if word.endswith("us") or word in {"as", "is", "sprs"} else word.removesuffix("s")


def _is_of(words: Words, known: frozenset[str]) -> bool:
    return bool(words) and known.issuperset(words)


def _names_and_numbers(words: Words) -> bool:
    said = set(words)
    return not said.isdisjoint(_NUMBER) and not said.isdisjoint(_ASSESSED | _SOURCE)


def _place(headings: Sequence[Words], tests: tuple[_Test, ...]) -> int:
    for test in tests:
        for place, words in enumerate(headings):
            if test(words):
                return place
    return -1
