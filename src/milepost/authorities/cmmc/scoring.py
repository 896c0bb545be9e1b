"""What NOT MET requirements cost, by our own points, and the score that is left (32 CFR 170.24(c))."""

from collections.abc import Iterable
from dataclasses import dataclass

from milepost.authorities.cmmc.requirements import REQUIREMENTS, Requirement
from milepost.authorities.cmmc.results import Finding, Result, Settled
from milepost.authorities.cmmc.rules import RULES, Level, cite
from milepost.domain.ruling import Citation

SECTIONS = {Level.ONE: "170.24(c)(1)", Level.TWO: "170.24(c)(2)", Level.THREE: "170.24(c)(3)"}
"""Where the scoring of each level stands."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A NOT MET requirement: what it costs (None where the rule gives no points), why, and the source."""

    requirement: Requirement
    result: Result
    points: int | None
    reason: str
    citation: Citation


def result_of(requirement: Requirement, settled: Settled) -> Result:
    """Return the result of a requirement: NOT MET if one of the parts is, N/A only if all parts are."""
    parts = [settled.of(number) for number in requirement.parts]
    failing = [part for part in parts if part.finding is Finding.NOT_MET]
    if failing:
        objectives = tuple(objective for part in failing for objective in part.objectives)
        return Result(Finding.NOT_MET, all(part.partial for part in failing), objectives)
    all_out = all(part.finding is Finding.NOT_APPLICABLE for part in parts)
    return Result(Finding.NOT_APPLICABLE if all_out else Finding.MET)


def shortfalls(level: Level, settled: Settled) -> tuple[Shortfall, ...]:
    """Return the NOT MET requirements of a level in order, each once, however many objectives fail."""
    found = ((each, result_of(each, settled)) for each in REQUIREMENTS[level].values())
    return tuple(
        _shortfall(level, each, result) for each, result in found if result.finding is Finding.NOT_MET
    )


def score(level: Level, short: Iterable[Shortfall], *, ssp_in_place: bool) -> int | None:
    """Return the score: the maximum less the points of all that is NOT MET; it can be negative at Level 2.

    None at Level 1, which is MET or NOT MET as a whole, and without a system security plan: such an
    assessment cannot be completed (170.24(c)(2)).
    """
    listed = tuple(short)
    missing = any(each.requirement.number == RULES.system_security_plan for each in listed)
    if missing or not ssp_in_place:
        return None
    return points_left(level, listed)


def points_left(level: Level, short: Iterable[Shortfall]) -> int | None:
    """Return what is left of the maximum, whether or not there is a security plan; None at Level 1."""
    maximum = RULES.levels[level].maximum
    return None if maximum is None else maximum - sum(each.points or 0 for each in short)


def _shortfall(level: Level, requirement: Requirement, result: Result) -> Shortfall:
    citation = cite(SECTIONS[level])
    if requirement.points is None:
        return Shortfall(requirement, result, None, _without_points(level), citation)
    if result.partial and requirement.partial_points is not None:
        reason = f"NOT MET in part: {requirement.partial_points} points by the exception for this requirement"
        return Shortfall(requirement, result, requirement.partial_points, reason, citation)
    unit = "point" if requirement.points == 1 else "points"
    reason = f"NOT MET: {requirement.points} {unit}, once, and a plan of action gives none back"
    return Shortfall(requirement, result, requirement.points, reason, citation)


def _without_points(level: Level) -> str:
    if level is Level.ONE:
        return "NOT MET: Level 1 is MET or NOT MET as a whole"
    return "NOT MET: without a system security plan the assessment cannot be completed"
