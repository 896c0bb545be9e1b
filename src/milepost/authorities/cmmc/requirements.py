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


def _level_1() -> dict[str, Requirement]:
    names = msgspec.json.decode((_FOLDER / "level1.json").read_bytes(), type=_Names)
    return {
        named.identifier.rpartition(".")[2]: Requirement(
            named.identifier.rpartition(".")[2],
            named.identifier,
            named.identifier[:2],
            named.title,
            None,
            None,
            Deferral.NO_PLAN,
            named.numbers,
            tuple(o for number in named.numbers for o in _objectives(nist_800_171.REQUIREMENTS[number])),
        )
        for named in names.requirements
    }


def _level_2() -> dict[str, Requirement]:
    return {
        each.number: Requirement(
            each.number,
            f"{each.family}.L2-{each.number}",
            each.family,
            each.title,
            _POINTS.get(each.number),
            _VALUES.partial.get(each.number),
            _deferral_2(each.number),
            (each.number,),
            _objectives(each),
        )
        for each in nist_800_171.REQUIREMENTS.values()
    }


def _level_3() -> dict[str, Requirement]:
    names = msgspec.json.decode((_FOLDER / "level3.json").read_bytes(), type=_Names)
    return {
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
        for named in names.requirements
        for number in (named.identifier.partition("-")[2],)
    }


def _deferral_2(number: str) -> Deferral:
    if number in RULES.levels[Level.TWO].never_deferred:
        return Deferral.NAMED
    if number in RULES.deferred_when_partial:
        return Deferral.WHEN_PARTIAL
    return Deferral.ALLOWED if _POINTS[number] <= RULES.deferred_points else Deferral.POINTS


def _objectives(requirement: nist_800_171.Requirement) -> tuple[str, ...]:
    return tuple(f"{requirement.number}[{letter}]" for letter in requirement.letters)


REQUIREMENTS: dict[Level, dict[str, Requirement]] = {
    Level.ONE: _level_1(),
    Level.TWO: _level_2(),
    Level.THREE: _level_3(),
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
