"""From what was stated about requirements and objectives to one finding for each requirement.

A requirement is judged on its objectives: one NOT MET objective makes it NOT MET, and N/A counts as MET
(32 CFR 170.24(b)). Of two contradicting statements the worse one holds, and the contradiction is reported.
What nobody stated counts as MET, as an assessment lists what is NOT MET; how much that is, is reported too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from milepost.authorities.cmmc.identifiers import Named
from milepost.authorities.cmmc.requirements import requirement_of
from milepost.domain.problem import Problem


class Finding(StrEnum):
    """What an assessment finds."""

    MET = "MET"
    NOT_MET = "NOT MET"
    NOT_APPLICABLE = "N/A"


class Part(StrEnum):
    """How far a NOT MET requirement is implemented; only two requirements cost less for a part."""

    UNSAID = "not said"
    PARTLY = "partly, as the rule describes it"
    NOT_AT_ALL = "not at all"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says about a requirement or objective; `finding` None: listed without a result."""

    named: Named
    finding: Finding | None
    part: Part = Part.UNSAID
    where: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The finding of one requirement; `objectives` are the NOT MET ones that were named."""

    finding: Finding
    partial: bool = False
    objectives: tuple[str, ...] = ()


NOTHING_STATED = Result(Finding.MET)


@dataclass(frozen=True, slots=True)
class Settled:
    """The results by NIST number, and what was contradictory or incomplete."""

    results: Mapping[str, Result]
    problems: tuple[Problem, ...]

    def of(self, number: str) -> Result:
        """Return the result of a requirement; MET where nothing was stated."""
        return self.results.get(number, NOTHING_STATED)


def settle(statements: Iterable[Statement]) -> Settled:
    """Judge each requirement on everything that was stated about it and its objectives."""
    grouped: dict[str, list[Statement]] = {}
    for statement in statements:
        grouped.setdefault(statement.named.number, []).append(statement)
    problems = [problem for number, said in grouped.items() for problem in _problems(number, said)]
    return Settled({number: _result(said) for number, said in grouped.items()}, tuple(problems))


def _result(said: list[Statement]) -> Result:
    if any(_is_not_met(each) for each in said):
        parts = {each.part for each in said}
        partial = Part.PARTLY in parts and Part.NOT_AT_ALL not in parts
        named = sorted({str(each.named) for each in said if each.named.letter and _is_not_met(each)})
        return Result(Finding.NOT_MET, partial, tuple(named))
    whole = {each.finding for each in said if not each.named.letter}
    none_applies = all(each.finding is Finding.NOT_APPLICABLE for each in said)
    if Finding.NOT_APPLICABLE in whole or (none_applies and not _unlisted(said)):
        return Result(Finding.NOT_APPLICABLE)
    return NOTHING_STATED


def _is_not_met(statement: Statement) -> bool:
    return statement.finding in {Finding.NOT_MET, None}


def _unlisted(said: list[Statement]) -> int:
    """Count the objectives that were not listed of a requirement that is only listed by objectives."""
    if any(not each.named.letter for each in said):
        return 0
    listed = {each.named.letter for each in said}
    return len(requirement_of(said[0].named.number).objectives) - len(listed)


def _problems(number: str, said: list[Statement]) -> Iterable[Problem]:
    places = ", ".join(dict.fromkeys(each.where for each in said if each.where)) or number
    for named in dict.fromkeys(each.named for each in said):
        findings = {each.finding or Finding.NOT_MET for each in said if each.named == named}
        if len(findings) > 1:
            both = " and ".join(sorted(findings))
            yield Problem(places, f"{named} is listed as {both}", _WORSE)
    whole = {each.finding for each in said if not each.named.letter}
    below = {each.finding for each in said if each.named.letter}
    if Finding.NOT_MET in below and whole and not any(map(_counts_as_not_met, whole)):
        yield Problem(places, f"{number} is listed as MET or N/A, and an objective of it as NOT MET", _WORSE)
    if not_said := [str(each.named) for each in said if each.finding is None]:
        what = f"{', '.join(not_said)} is listed without a result and counts as NOT MET"
        yield Problem(places, what, "state MET, NOT MET or N/A")
    unlisted = _unlisted(said)
    if unlisted and not any(map(_is_not_met, said)):
        yield Problem(places, f"{unlisted} objectives of {number} are not assessed and count as MET", _ALL)
    if number == "3.12.4" and Finding.NOT_APPLICABLE in whole:
        what = "a system security plan cannot be not applicable; it counts as MET here"
        yield Problem(places, what, "show the plan, or state NOT MET")


def _counts_as_not_met(finding: Finding | None) -> bool:
    return finding in {Finding.NOT_MET, None}


_WORSE = "it counts as NOT MET until one of the two is taken out"
_ALL = "state a result for each of the objectives"
