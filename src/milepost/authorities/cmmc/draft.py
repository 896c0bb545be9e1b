"""What a file says about an assessment, before it is completed by what the caller knows and judged."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from milepost.authorities.cmmc.closeout import Closeout
from milepost.authorities.cmmc.identifiers import Named, of_first_edition
from milepost.authorities.cmmc.operational_plan import Origin
from milepost.authorities.cmmc.requirements import REQUIREMENTS, values_of
from milepost.authorities.cmmc.results import Finding, Statement, settle
from milepost.authorities.cmmc.rules import RULES, Kind, Level
from milepost.authorities.cmmc.verdict import Assessment, Verdict
from milepost.domain.errors import InputRefused
from milepost.domain.problem import Problem


class GivenPoints(NamedTuple):
    """The points that a file gives a requirement; they are compared, never used."""

    named: Named
    points: int
    where: str


class Override(NamedTuple):
    """Points of a file that the rule does not have: `holds` is what it has, None where it gives none."""

    identifier: str
    given: int
    holds: int | None
    where: str


@dataclass(slots=True)
class Draft:
    """What was read; None where the file is silent. `name` is how people know the file."""

    name: str
    level: Level | None = None
    kind: Kind | None = None
    ssp_in_place: bool | None = None
    status_date: date | None = None
    level2_final: bool | None = None
    as_of: date | None = None
    closeout: Closeout | None = None
    statements: list[Statement] = field(default_factory=list)
    points: list[GivenPoints] = field(default_factory=list)
    elsewhere: list[tuple[Named, Origin]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note_edition(self, text: str, where: str) -> None:
        """Say how practices of CMMC 1.0 in a text were read."""
        if read := of_first_edition(text):
            self.note(read, "name it as today, as AC.L2-3.1.1", where)

    def note(self, what: str, fix: str, where: str = "") -> None:
        """Add a problem; without a place it concerns the whole file."""
        self.problems.append(Problem(where or self.name, what, fix))


class Given(NamedTuple):
    """What the caller states beside the file; it goes before what the file says."""

    level: Level | None = None
    kind: Kind | None = None
    ssp_in_place: bool | None = None
    status_date: date | None = None


class Completed(NamedTuple):
    """An assessment that can be judged, the points that were overridden, and every problem."""

    assessment: Assessment
    overrides: tuple[Override, ...]
    problems: tuple[Problem, ...]


_NOTHING = Given()
_NAMED = 20


def completed(draft: Draft, given: Given = _NOTHING) -> Completed:
    """Complete a draft by what the caller states and by the defaults, each of which is reported.

    Raises:
        InputRefused: the kind of assessment does not exist at the level, or the closeout precedes the status.
    """
    level = _level(draft, given)
    statements = _of_level(draft, level)
    settled = settle(statements)
    draft.problems.extend(settled.problems)
    status_date = given.status_date or draft.status_date
    if draft.closeout and status_date and draft.closeout.posted_on < status_date:
        what = f"the closeout of {draft.closeout.posted_on} precedes the status date {status_date}"
        raise InputRefused(what, where=draft.name, fix="correct one of the two dates")
    if draft.closeout and status_date is None:
        draft.note("a closeout is given without a status date, so it cannot be judged", "give status_date")
    ssp = given.ssp_in_place if given.ssp_in_place is not None else draft.ssp_in_place
    assessment = Assessment(
        level,
        _kind(draft, given, level),
        settled,
        ssp_in_place=ssp is not False,
        status_date=status_date,
        level2_final=_level2_final(draft, level),
        closeout=draft.closeout,
        elsewhere=tuple(draft.elsewhere),
    )
    return Completed(assessment, overrides(draft), tuple(dict.fromkeys(draft.problems)))


def overrides(draft: Draft) -> tuple[Override, ...]:
    """Return the points of a file that the rule does not have for the requirement, each requirement once."""
    wrong: dict[str, Override] = {}
    for given in draft.points:
        known = values_of(given.named.number)
        if given.points not in known:
            level = Level.THREE if given.named.number.endswith("e") else Level.TWO
            requirement = REQUIREMENTS[level][given.named.number]
            wrong.setdefault(
                given.named.number,
                Override(requirement.identifier, given.points, requirement.points, given.where),
            )
    return tuple(wrong.values())


def _level(draft: Draft, given: Given) -> Level:
    stated = given.level or draft.level
    if stated is not None:
        return stated
    enhanced = any(each.named.number.endswith("e") for each in draft.statements)
    level = Level.THREE if enhanced else Level.TWO
    draft.note(f"no level is given; it is judged at Level {level}", "give the level")
    return level


def _kind(draft: Draft, given: Given, level: Level) -> Kind:
    stated = given.kind or draft.kind
    known = tuple(RULES.levels[level].by)
    if stated in known:
        return stated
    if len(known) == 1:
        if stated is not None:
            draft.note(f"Level {level} is never assessed by {stated}", f"the status is that of {known[0]}")
        return known[0]
    if stated is not None:
        what = f"Level {level} is not assessed by {stated}"
        raise InputRefused(what, where=draft.name, fix=f"give {' or '.join(known)}")
    draft.note(
        "it is not said who assessed; it is taken as a self-assessment", "give the kind: self or c3pao"
    )
    return Kind.SELF


def _level2_final(draft: Draft, level: Level) -> bool:
    if level is not Level.THREE:
        return bool(draft.level2_final)
    below = [str(each.named) for each in draft.statements if _fails_level_2(each)]
    if below:
        draft.note(
            f"{', '.join(below[:_NAMED])} is NOT MET, so Final Level 2 (C3PAO) does not stand",
            "reach it first; Level 3 requirements end in e, as 3.11.1e",
        )
        return False
    if draft.level2_final is None:
        draft.note(
            "it is not said whether Final Level 2 (C3PAO) is held; it counts as not held", "give level2_final"
        )
    return bool(draft.level2_final)


def _fails_level_2(statement: Statement) -> bool:
    failing = statement.finding in {Finding.NOT_MET, None}
    return failing and not statement.named.number.endswith("e")


def _of_level(draft: Draft, level: Level) -> list[Statement]:
    """Keep what the level asks for; what belongs to another level is reported, as it decides nothing here."""
    asked = {part for each in REQUIREMENTS[level].values() for part in each.parts}
    kept = [each for each in draft.statements if each.named.number in asked]
    beside = [
        str(each.named) for each in draft.statements if each.named.number not in asked and _is_failing(each)
    ]
    if beside and level is not Level.THREE:
        listed = ", ".join(list(dict.fromkeys(beside))[:_NAMED])
        draft.note(f"Level {level} does not ask for {listed}, which decides nothing here", "check the level")
    return kept


def _is_failing(statement: Statement) -> bool:
    return statement.finding in {Finding.NOT_MET, None}


def beside(verdict: Verdict, name: str, as_of: date) -> tuple[Problem, ...]:
    """Return what a verdict leaves unused: days still to come, and a closeout of nothing."""
    assessment = verdict.assessment
    posted = assessment.closeout.posted_on if assessment.closeout else None
    days = (("the status date", assessment.status_date), ("the closeout", posted))
    found = [
        Problem(name, f"{what}, {day}, is still to come on {as_of}", "judge it as of a later day")
        for what, day in days
        if day is not None and day > as_of
    ]
    if assessment.closeout and assessment.status_date and verdict.clock is None:
        what = "there is no Conditional status to close out, so the closeout decides nothing"
        found.append(Problem(name, what, "take it out, or check what is NOT MET"))
    return tuple(found)


def day_to_judge(draft: Draft, assessment: Assessment, today: date) -> date:
    """Return the day to judge on where nobody asks for one: that of the file, else today or its last day."""
    told = (assessment.status_date, assessment.closeout.posted_on if assessment.closeout else None)
    return draft.as_of or max([today, *(day for day in told if day)])
