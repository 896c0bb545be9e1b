"""What to work on first in a system: its open items in order, each with why it stands before the next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.authorities.profiles import profile_of
from milepost.domain.deadline import is_overdue
from milepost.domain.errors import InputRefused
from milepost.domain.item import LAPSING_STATUSES
from milepost.domain.priority import Effort, Priority, Work, prioritise, spread
from milepost.domain.problem import Problem
from milepost.domain.profile import Profile
from milepost.domain.rating import Rating
from milepost.domain.scale import Level, level_of, read_level
from milepost.domain.severity import Severity
from milepost.records.queries.priorities import OpenItem, open_items
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.own_profiles import own_profiles
from milepost.work.risk.choosing_tables import ChosenTable, table_of
from milepost.work.terms import answering

_SEVERITIES: Final = {
    Rating.VERY_HIGH: Severity.CRITICAL,
    Rating.CRITICAL: Severity.CRITICAL,
    Rating.HIGH: Severity.HIGH,
    Rating.MODERATE: Severity.MODERATE,
    Rating.LOW: Severity.LOW,
    Rating.VERY_LOW: Severity.INFO,
    Rating.NONE: Severity.UNRATED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """An item in its place; `risk` is None where nobody has rated it, `impact` where nobody stated one.

    `excused_until` is the day until which waiting for a vendor excuses it, where that counts. `reason` has
    all in words; `because` only why it stands before the next.
    """

    place: int
    identifier: str
    title: str
    status: str
    rating: str
    impact: Level | None
    risk: Level | None
    hours: float | None
    due_on: date | None
    days_left: int | None
    overdue: bool
    excused_until: date | None
    known_exploited: bool
    epss: float | None
    responsible: str
    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Priorities:
    """Some places of a system's order; `counts` and `total` are of all that is in it.

    `held` counts open items that are left out because a decision for a time holds: nobody works on them.
    `problems` are impacts that are no level, of any item in the order.
    """

    system: str
    as_of: date
    table: ChosenTable
    lines: tuple[Line, ...]
    total: int
    held: int
    counts: Counter[tuple[Level | None, Effort]]
    problems: tuple[Problem, ...]


def prioritise_items(system: str, *, as_of: date, first: int = 1, most: int | None = None) -> Priorities:
    """Put the open items of a system in order on a day; `most` places from the place `first` on.

    Raises:
        RecordMissing: there is no such system.
    """
    found = finding_systems.by_name(system)
    table = table_of(_profiles(found, as_of), five_levels=True)
    items: dict[str, OpenItem] = {}
    works: list[Work] = []
    problems: list[Problem] = []
    held = 0
    for item in open_items(found.pk, as_of):
        if item.status in LAPSING_STATUSES:
            held += 1
            continue
        items[item.identifier] = item
        works.append(_work(item, as_of, problems))
    places = prioritise(works, table.matrix, as_of, first=first, most=most)
    return Priorities(
        system=found.name,
        as_of=as_of,
        table=table,
        lines=tuple(_line(each, items[each.work.name], as_of) for each in places),
        total=len(works),
        held=held,
        counts=spread(works, table.matrix),
        problems=tuple(sorted(problems)),
    )


def _profiles(system: System, as_of: date) -> Iterable[Profile]:
    own = own_profiles()
    for each in answering(system):
        yield profile_of(each.profile, on=max(as_of, each.since), own=own)


def _work(item: OpenItem, as_of: date, problems: list[Problem]) -> Work:
    return Work(
        name=item.identifier,
        severity=_SEVERITIES[Rating(item.rating)],
        business_impact=_impact(item, problems),
        hours=item.hours,
        due=_late_after(item, as_of),
        known_exploited=item.known_exploited,
        epss=item.epss,
        epss_percentile=item.epss_percentile,
    )


def _late_after(item: OpenItem, as_of: date) -> date | None:
    """Return the day after which an item is late; where waiting for a vendor excuses it, that day."""
    passed = is_overdue(item.due_on, completed=None, as_of=as_of)
    if passed and item.excused_until is not None and item.excused_until >= as_of:
        return item.excused_until
    return item.due_on


def _impact(item: OpenItem, problems: list[Problem]) -> Level | None:
    """Read the business impact that somebody stated; what cannot be read is said, and counts as none."""
    if not item.impact.strip():
        return None
    try:
        return read_level(item.impact)
    except InputRefused as refused:
        problems.append(Problem(f"{item.identifier}, impact", refused.what, refused.fix))
        return None


def _line(priority: Priority, item: OpenItem, as_of: date) -> Line:
    work = priority.work
    return Line(
        place=priority.place,
        identifier=item.identifier,
        title=item.title,
        status=item.status,
        rating=item.rating,
        impact=work.business_impact,
        risk=None if level_of(work.severity) is None else priority.risk,
        hours=item.hours,
        due_on=work.due,
        days_left=None if work.due is None else (work.due - as_of).days,
        overdue=is_overdue(work.due, completed=None, as_of=as_of),
        excused_until=item.excused_until if work.due != item.due_on else None,
        known_exploited=item.known_exploited,
        epss=item.epss,
        responsible=item.responsible,
        reason=priority.reason,
        because=priority.because,
    )
