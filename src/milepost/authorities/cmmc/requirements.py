"""What each level asks for: its requirements, their points, and what a plan may hold of them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from milepost.authorities.cmmc.rules import RULES, Level
from milepost.catalogs import nist_800_171

_FOLDER = Path(__file__).parent


class Deferral(StrEnum):
    """Whether a NOT MET requirement may stand on the POA&M of an assessment."""

    ALLOWED = "allowed"
    WHEN_PARTIAL = "allowed when partly implemented"
    POINTS = "never: worth more than one point"
    NAMED = "never: named in the rule"
    NO_PLAN = "never: Level 1 permits no POA&M"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a level.

    `number` is that of NIST (`3.1.1`, `3.1.2e`; at Level 1 the Roman number), `identifier` the official name
    (`AC.L2-3.1.1`), `points` what NOT MET costs (None where nothing is deducted: Level 1, and the system
    security plan, without which there is no score), `partial_points` what it costs where the rule knows a
    part, `parts` the NIST numbers that it is assessed by, `objectives` the determination statements of those.
    """

    number: str
    identifier: str
    family: str
    title: str
    points: int | None
    partial_points: int | None
    deferral: Deferral
    parts: tuple[str, ...]
    objectives: tuple[str, ...]


class _Values(msgspec.Struct):
    full: dict[int, tuple[str, ...]]
    partial: dict[str, int]


class _Named(msgspec.Struct):
    identifier: str
    title: str
    numbers: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()


class _Names(msgspec.Struct):
    requirements: tuple[_Named, ...]


_VALUES = msgspec.json.decode((_FOLDER / "values.json").read_bytes(), type=_Values)
_POINTS = {number: points for points, numbers in _VALUES.full.items() for number in numbers}


_OBJECTIVES = {
    each.number: tuple(f"{each.number}[{letter}]" for letter in each.letters)
    for each in nist_800_171.REQUIREMENTS.values()
}
_DEFERRALS = {
    **{
        number: Deferral.ALLOWED if points <= RULES.deferred_points else Deferral.POINTS
        for number, points in _POINTS.items()
    },
    **dict.fromkeys(RULES.deferred_when_partial, Deferral.WHEN_PARTIAL),
    **dict.fromkeys(RULES.levels[Level.TWO].never_deferred, Deferral.NAMED),
}
_LEVEL_1 = {
    named.identifier.rpartition(".")[2]: Requirement(
        named.identifier.rpartition(".")[2],
        named.identifier,
        named.identifier[:2],
        named.title,
        None,
        None,
        Deferral.NO_PLAN,
        named.numbers,
        tuple(objective for number in named.numbers for objective in _OBJECTIVES[number]),
    )
    for named in msgspec.json.decode((_FOLDER / "level1.json").read_bytes(), type=_Names).requirements
}
_LEVEL_2 = {
    each.number: Requirement(
        each.number,
        f"{each.family}.L2-{each.number}",
        each.family,
        each.title,
        _POINTS.get(each.number),
        _VALUES.partial.get(each.number),
        _DEFERRALS[each.number],
        (each.number,),
        _OBJECTIVES[each.number],
    )
    for each in nist_800_171.REQUIREMENTS.values()
}
_LEVEL_3 = {
    number: Requirement(
        number,
        named.identifier,
        named.identifier[:2],
        named.title,
        1,
        None,
        Deferral.NAMED if number in RULES.levels[Level.THREE].never_deferred else Deferral.ALLOWED,
        (number,),
        tuple(f"{number}[{letter}]" for letter in named.objectives),
    )
    for named in msgspec.json.decode((_FOLDER / "level3.json").read_bytes(), type=_Names).requirements
    for number in (named.identifier.partition("-")[2],)
}

REQUIREMENTS: dict[Level, dict[str, Requirement]] = {
    Level.ONE: _LEVEL_1,
    Level.TWO: _LEVEL_2,
    Level.THREE: _LEVEL_3,
}
"""The requirements of each level by number: 15, 110 and 24, in the publication's order."""


def requirement_of(number: str) -> Requirement:
    """Return the Level 2 or Level 3 requirement with that NIST number, such as `3.1.1` or `3.1.2e`."""
    level = Level.THREE if number.endswith("e") else Level.TWO
    return REQUIREMENTS[level][number]


def values_of(number: str) -> frozenset[int]:
    """Return the deductions that the rule knows for a requirement; empty where it has none."""
    requirement = requirement_of(number)
    return frozenset(v for v in (requirement.points, requirement.partial_points) if v is not None)
