"""How many items there are of each status, rating and kind: one count of the index serves every number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from milepost.domain.item import CLOSED_STATUSES, OPEN_STATUSES
from milepost.records import bulk
from milepost.records.item_versions import version_of
from milepost.records.queries.filters import Filter


class Group(NamedTuple):
    """Items of one status, rating and kind; dates matter only where the status is an open one."""

    status: str
    rating: str
    kind: str
    items: int
    overdue: int
    due_within: int
    undated: int
    closure_candidates: int

    @property
    def is_open(self) -> bool:
        """Whether these items still wait for something."""
        return self.status in OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts beside a list: by status, rating and kind as the other choices narrow them, and in all."""

    statuses: dict[str, int]
    ratings: dict[str, int]
    kinds: dict[str, int]
    open: int
    overdue: int
    due_within: int
    undated: int
    closed: int
    closure_candidates: int


def groups(system_id: int, as_of: date, within: int) -> list[Group]:
    """Count the items of a system; `within` is in days.

    A count is kept until an item of the system changes: counting a hundred thousand takes longer than all
    else on a page.
    """
    return list(
        _counted(str(connection.settings_dict["NAME"]), system_id, version_of(system_id), as_of, within)
    )


@lru_cache(maxsize=256)
def _counted(_database: str, system_id: int, _version: int, as_of: date, within: int) -> tuple[Group, ...]:
    today, until = str(as_of), str(as_of + timedelta(days=within))
    rows = bulk.rows(_GROUPS, *[today] * 7, *[until] * 3, system_id)
    counts: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    for status, kind, adjusted, original, *numbers in rows:
        line = counts[status, adjusted or original, kind]
        line[:] = [held + number for held, number in zip(line, numbers, strict=True)]
    return tuple(_group(*names, *numbers) for names, numbers in sorted(counts.items()))


def _group(status: str, rating: str, kind: str, *numbers: int) -> Group:
    items, late, passed, by_then, undated, candidates = numbers
    if status not in OPEN_STATUSES:
        return Group(status, rating, kind, items, 0, 0, 0, 0)
    return Group(status, rating, kind, items, late, by_then - passed, undated, candidates)


# Plain columns, not the computed ones: SQLite answers from an index alone only if none in it is computed.
_GROUPS = (
    "SELECT status, kind, adjusted_risk, original_risk, count(*),"
    " count(*) FILTER (WHERE (scheduled_on < %s OR kev_due_on < %s OR rule_due_on < %s)"
    " AND (excused_until IS NULL OR excused_until < %s)),"
    " count(*) FILTER (WHERE scheduled_on < %s OR kev_due_on < %s OR rule_due_on < %s),"
    " count(*) FILTER (WHERE scheduled_on <= %s OR kev_due_on <= %s OR rule_due_on <= %s),"
    " count(*) FILTER (WHERE scheduled_on IS NULL AND kev_due_on IS NULL AND rule_due_on IS NULL),"
    " count(*) FILTER (WHERE open_count = 0 AND known_count > 0)"
    " FROM records_item WHERE system_id = %s GROUP BY status, kind, adjusted_risk, original_risk"
)


def chosen(all_groups: Iterable[Group], wanted: Filter) -> list[Group]:
    """Return the groups that a filter can find items in."""
    return [group for group in all_groups if all(_fits(group, wanted).values()) and _number(group, wanted)]


def number_of(found: Iterable[Group], wanted: Filter) -> int | None:
    """Count what a filter finds; None where the index cannot tell."""
    if wanted.overdue + (wanted.due_within is not None) + wanted.closure_candidates > 1:
        return None
    return sum(_number(group, wanted) for group in found)


def facets(all_groups: list[Group], wanted: Filter) -> Facets:
    """Count beside a list: each choice counts what it would find with the other choices kept."""
    opened = [group for group in all_groups if group.is_open]
    return Facets(
        statuses=_by("status", lambda group: group.status, all_groups, wanted),
        ratings=_by("rating", lambda group: group.rating, all_groups, wanted),
        kinds=_by("kind", lambda group: group.kind, all_groups, wanted),
        open=sum(group.items for group in opened),
        overdue=sum(group.overdue for group in opened),
        due_within=sum(group.due_within for group in opened),
        undated=sum(group.undated for group in opened),
        closed=sum(group.items for group in all_groups if group.status in CLOSED_STATUSES),
        closure_candidates=sum(group.closure_candidates for group in opened),
    )


def _by(
    dimension: str, name: Callable[[Group], str], all_groups: list[Group], wanted: Filter
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for group in all_groups:
        others = {each: fits for each, fits in _fits(group, wanted).items() if each != dimension}
        if all(others.values()):
            counts[name(group)] += _number(group, wanted)
    return dict(counts)


def _fits(group: Group, wanted: Filter) -> dict[str, bool]:
    return {
        "status": not wanted.statuses or group.status in wanted.statuses,
        "rating": not wanted.ratings or group.rating in wanted.ratings,
        "kind": not wanted.kinds or group.kind in wanted.kinds,
    }


def _number(group: Group, wanted: Filter) -> int:
    """Count a group's items; where several conditions meet, the largest number that is possible."""
    numbers = [group.items]
    if wanted.overdue:
        numbers.append(group.overdue)
    if wanted.due_within is not None:
        numbers.append(group.due_within)
    if wanted.closure_candidates:
        numbers.append(group.closure_candidates)
    return min(numbers)
