"""The verdict on an assessment as of a day: score, what blocks, status and dates, each with its reason."""

from dataclasses import dataclass, field
from datetime import date

from milepost.authorities.cmmc.affirmation import Affirmation, affirmations
from milepost.authorities.cmmc.closeout import Clock, Closeout, Course, clock
from milepost.authorities.cmmc.eligibility import Block, blocks
from milepost.authorities.cmmc.identifiers import Named
from milepost.authorities.cmmc.operational_plan import Origin
from milepost.authorities.cmmc.results import Settled
from milepost.authorities.cmmc.rules import RULES, Kind, Level, reaches_threshold
from milepost.authorities.cmmc.scoring import Shortfall, points_left, score, shortfalls
from milepost.authorities.cmmc.validity import next_assessment_due, retain_until


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment: its level, who made it, what it found, and what is known around it.

    `level2_final` says whether Final Level 2 (C3PAO) is held, which Level 3 builds on. `elsewhere` are
    deficiencies that belong on other plans and take no points.
    """

    level: Level
    kind: Kind
    settled: Settled
    ssp_in_place: bool = True
    status_date: date | None = None
    level2_final: bool = False
    closeout: Closeout | None = None
    elsewhere: tuple[tuple[Named, Origin], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an assessment on a day.

    `eligible` says whether the results allow Conditional (so does a full score); `status` is the name as the
    rule has it; `clock` is there for a Conditional status with a date, also after it was closed or expired.
    """

    assessment: Assessment
    short: tuple[Shortfall, ...]
    score: int | None
    points: int | None
    score_ok: bool
    blocking: tuple[Block, ...]
    eligible: bool
    final: bool
    status: str
    clock: Clock | None
    retain_until: date | None
    next_assessment_due: date | None
    affirmations: tuple[Affirmation, ...]


def judge(assessment: Assessment, *, as_of: date) -> Verdict:
    """Judge an assessment as of a day (32 CFR 170.15 to 170.24).

    Level 1 is Final only if everything is MET and is never Conditional. Levels 2 and 3 are Final if
    everything is MET, Conditional if the score reaches 80 percent and nothing blocks, else without status.
    """
    level = assessment.level
    short = shortfalls(level, assessment.settled)
    blocking = blocks(
        level, short, ssp_in_place=assessment.ssp_in_place, level2_final=assessment.level2_final
    )
    reached = score(level, short, ssp_in_place=assessment.ssp_in_place)
    score_ok = reaches_threshold(reached, RULES.levels[level].maximum)
    eligible = score_ok and not blocking
    running = _clock(assessment, as_of) if eligible and short else None
    course = running.course if running else None
    final = (not short and not blocking) or course is Course.CLOSED
    status = _status(assessment, final=final, conditional=eligible and course is not Course.EXPIRED)
    dated = assessment.status_date if final or eligible else None
    return Verdict(
        assessment,
        short,
        reached,
        points_left(level, short),
        score_ok,
        blocking,
        eligible,
        final,
        status,
        running,
        retain_until(dated) if dated else None,
        next_assessment_due(level, dated) if dated and status != RULES.no_status else None,
        _affirmations(assessment, status, final=final, closed=course is Course.CLOSED),
    )


def _clock(assessment: Assessment, as_of: date) -> Clock | None:
    if assessment.status_date is None:
        return None
    return clock(assessment.status_date, assessment.closeout, as_of=as_of)


def _status(assessment: Assessment, *, final: bool, conditional: bool) -> str:
    names = RULES.levels[assessment.level].by[assessment.kind]
    if final:
        return names.final
    return names.conditional if conditional and names.conditional else RULES.no_status


def _affirmations(
    assessment: Assessment, status: str, *, final: bool, closed: bool
) -> tuple[Affirmation, ...]:
    if assessment.status_date is None:
        return ()
    posted = assessment.closeout.posted_on if closed and assessment.closeout else None
    conditional = status == RULES.levels[assessment.level].by[assessment.kind].conditional
    return affirmations(
        assessment.level, assessment.status_date, conditional=conditional, final=final, closed_on=posted
    )
