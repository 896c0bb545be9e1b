"""What to work on first: a total order over open work, with the reason for every place in words.

The order is Milepost's own; no authority prescribes one. What comes first in this list decides, and only
between equals does the next count:

1. urgency: the level of risk for severity and business impact, one level up if known to be exploited
2. overdue work before work that is not
3. work on what is known to be exploited
4. quick wins first: a day's work before a week's, that before a longer project, that before unknown effort
5. the earlier due date; no date last
6. the higher probability of exploitation (EPSS)
7. fewer hours, then the worse severity, then the greater business impact, then the name

So work that is at least as bad as other work in every respect (severity, business impact stated for both or
neither, exploited, EPSS, as early, as little effort) never comes after it, unless nothing but the name tells
the two apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import pairwise, starmap
from typing import NamedTuple

from milepost.domain.deadline import is_overdue
from milepost.domain.errors import InputRefused
from milepost.domain.risk_matrix import RiskMatrix
from milepost.domain.scale import Level, level_of
from milepost.domain.severity import Severity

DAY_HOURS = 8
WEEK_HOURS = 40


class Effort(IntEnum):
    """How long work takes: up to a person's day, up to their week, longer, or nobody knows."""

    DAY = 0
    WEEK = 1
    PROJECT = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Work:
    """Open work as far as its place in the order depends on it; `name` is unique, like an item's number.

    `severity` is the one that holds now, after adjustments. `business_impact` is None where nobody has
    stated one; the severity alone is the risk then. `hours` is the effort in hours of people's work.
    `known_exploited` means listed in CISA's catalog (KEV); `epss` is FIRST's probability from 0 to 1 that the
    weakness is exploited within 30 days, `epss_percentile` its share of all weaknesses at or below, 0 to 1.
    Neither changes a rating; they serve the order alone.

    Raises:
        InputRefused: hours are negative, or a probability or percentile is not between 0 and 1.
    """

    name: str
    severity: Severity
    business_impact: Level | None = None
    hours: float | None = None
    due: date | None = None
    known_exploited: bool = False
    epss: float | None = None
    epss_percentile: float | None = None

    def __post_init__(self) -> None:
        for what, share in (("EPSS", self.epss), ("EPSS percentile", self.epss_percentile)):
            if share is not None and not 0 <= share <= 1:
                raise InputRefused(f"{share} is no {what}", where=self.name, fix="give a value from 0 to 1")
        if self.hours is not None and not self.hours >= 0:
            raise InputRefused(
                f"{self.hours} hours is no effort", where=self.name, fix="give 0 or more hours, or none"
            )

    @property
    def effort(self) -> Effort:
        """How long it takes, roughly: quick work is told from projects, not one hour from the next."""
        if self.hours is None:
            return Effort.UNKNOWN
        if self.hours <= DAY_HOURS:
            return Effort.DAY
        return Effort.WEEK if self.hours <= WEEK_HOURS else Effort.PROJECT


@dataclass(frozen=True, slots=True)
class Priority:
    """The place of a piece of work, from 1, and the level of its risk.

    `facts` are what its place follows from in words, `because` says why it stands before the next.
    """

    place: int
    work: Work
    risk: Level
    facts: str
    because: str

    @property
    def reason(self) -> str:
        """Return the facts, and why it stands before the next."""
        return f"{self.facts}: {self.because}"


class _Key(NamedTuple):
    """What decides, in this order; smaller comes first. The fields stand beside `_BECAUSE`."""

    urgency: int
    not_overdue: bool
    not_exploited: bool
    effort: Effort
    due: date
    epss: float
    hours: float
    severity: int
    impact: int
    name: str


_BECAUSE = (
    "its risk is more urgent",
    "it is overdue",
    "it is known to be exploited",
    "it takes less effort",
    "it is due earlier",
    "it is more likely to be exploited",
    "it takes fewer hours",
    "its severity is worse",
    "its business impact is greater",
    "nothing but the name tells them apart",
)


def prioritise(
    works: Iterable[Work], matrix: RiskMatrix, as_of: date, *, first: int = 1, most: int | None = None
) -> tuple[Priority, ...]:
    """Put work in order on a day; `matrix` has the five levels: of severity as rows, of impact as columns.

    The same works in any order come out in the same order. Unrated work counts as Very Low until it is rated.
    Only `most` places from the place `first` on are put into words; all without a limit.

    Raises:
        InputRefused: two works have the same name, or the matrix lacks a level or has a side that lowers.
    """
    risks = _risks(matrix)
    named = _by_name(works)
    keys = sorted(_key(work, risks, as_of) for work in named.values())
    end = len(keys) if most is None else min(first - 1 + most, len(keys))
    reasons = [*starmap(_before, pairwise(keys[first - 1 : end + 1])), "last"]
    return tuple(
        _priority(place, named[key.name], risks, reason, as_of)
        for place, (key, reason) in enumerate(zip(keys[first - 1 : end], reasons, strict=False), start=first)
    )


def spread(works: Iterable[Work], matrix: RiskMatrix) -> Counter[tuple[Level | None, Effort]]:
    """Count work by the level of its risk, None for what nobody has rated, and by its effort.

    Raises:
        InputRefused: the matrix lacks a level or has a side that lowers.
    """
    risks = _risks(matrix)
    return Counter(
        (None if level_of(work.severity) is None else _risk(work, risks), work.effort) for work in works
    )


_Risks = Mapping[tuple[Severity, Level | None], Level]
"""The risk for each severity and business impact: looked up once, however much work there is."""


def _risks(matrix: RiskMatrix) -> _Risks:
    if matrix.rows.lowers or matrix.columns.lowers:
        raise InputRefused(
            "more on one of its sides means less risk",
            where=matrix.name,
            fix="take a table of risk by impact",
        )
    levels = {severity: level_of(severity) or Level.VERY_LOW for severity in Severity}
    stated = {
        (severity, impact): matrix.look_up(level, impact).level
        for severity, level in levels.items()
        for impact in Level
    }
    return stated | {(severity, None): level for severity, level in levels.items()}


def _risk(work: Work, risks: _Risks) -> Level:
    return risks[work.severity, work.business_impact]


def _by_name(works: Iterable[Work]) -> dict[str, Work]:
    works = tuple(works)
    named = {work.name: work for work in works}
    if len(named) < len(works):
        name = next(work.name for work in works if work is not named[work.name])
        raise InputRefused("two works have this name", where=name, fix="name each once")
    return named


def _key(work: Work, risks: _Risks, as_of: date) -> _Key:
    return _Key(
        urgency=-(_risk(work, risks).rank + work.known_exploited),
        not_overdue=not is_overdue(work.due, completed=None, as_of=as_of),
        not_exploited=not work.known_exploited,
        effort=work.effort,
        due=work.due or date.max,
        epss=-(work.epss or 0.0),
        hours=work.hours or 0.0,
        severity=-work.severity.rank,
        impact=-(work.business_impact.rank if work.business_impact else 0),
        name=work.name,
    )


def _priority(place: int, work: Work, risks: _Risks, because: str, as_of: date) -> Priority:
    risk = _risk(work, risks)
    return Priority(place, work, risk, _in_words(work, risk, as_of), because)


def _before(key: _Key, following: _Key) -> str:
    decides = next(
        place for place, parts in enumerate(zip(key, following, strict=True)) if parts[0] != parts[1]
    )
    return f"before {following.name}, because {_BECAUSE[decides]}"


def _in_words(work: Work, risk: Level, as_of: date) -> str:
    words = ["unrated" if level_of(work.severity) is None else f"{risk} risk"]
    if work.known_exploited:
        words.append("known exploited")
    if work.epss is not None:
        words.append(f"EPSS {work.epss:.3f}")
    if work.epss_percentile is not None:
        words.append(f"EPSS percentile {work.epss_percentile:.3f}")
    words.append(_effort_in_words(work.hours))
    if work.due is not None:
        overdue = is_overdue(work.due, completed=None, as_of=as_of)
        words.append(f"{'overdue since' if overdue else 'due'} {work.due:%Y-%m-%d}")
    return ", ".join(words)


def _effort_in_words(hours: float | None) -> str:
    if hours is None:
        return "effort unknown"
    return "1 hour" if hours == 1 else f"{hours:g} hours"
