"""The numbers behind the charts: open by rating over months, age of what is open, and the burn-down."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.plan_item import PlanItem
from milepost.domain.rating import Rating
from milepost.reports.movements import Movements
from milepost.reports.periods import month_end, moved
from milepost.reports.timeline import Event, Turn, rating_on

HIGH: Final = "High and above"
NOT_RATED: Final = "Not rated"
GROUPS: Final = (HIGH, "Moderate", "Low and below", NOT_RATED)
"""The ratings of all authorities in the groups of a chart, worst first."""
_WORDS: Final = {
    **dict.fromkeys(("very high", "critical", "high", "cat i", "i"), GROUPS[0]),
    **dict.fromkeys(("moderate", "medium", "cat ii", "ii"), GROUPS[1]),
    **dict.fromkeys(("low", "very low", "cat iii", "iii"), GROUPS[2]),
}
AGES: Final = ((30, "0–30"), (90, "31–90"), (180, "91–180"))
"""Age classes in days since detection, up to and with the number."""
OLDEST: Final = "over 180"
MONTHS: Final = 12
AHEAD: Final = 6


@dataclass(frozen=True, slots=True)
class Level:
    """What was open at the end of a month; `remaining` is what would be by the dates first planned.

    For months to come `open` is None and `remaining` follows from the present dates of what is open.
    """

    day: date
    open: int | None
    remaining: int


def group_of(rating: str) -> str:
    """Return the group of a rating's word in whatever scale."""
    return _WORDS.get(rating.strip().casefold(), NOT_RATED)


def by_rating(items: Iterable[PlanItem], day: date) -> tuple[int, ...]:
    """Count items by group of rating, in the order of `GROUPS`."""
    counted = Counter(group_of(rating_on(item, day)) for item in items)
    return tuple(counted[group] for group in GROUPS)


def month_ends(as_of: date, months: int = MONTHS) -> list[date]:
    """Return the last days of the months up to a day, which stands for the month that runs."""
    firsts = (moved(as_of.year, as_of.month, back) for back in range(1 - months, 1))
    return [min(month_end(first), as_of) for first in firsts]


def open_by_month(moves: Movements) -> list[tuple[date, tuple[int, ...]]]:
    """Count what was open at the end of each of twelve months, by group of rating."""
    return [(day, by_rating(moves.open(day), day)) for day in month_ends(moves.subject.as_of)]


def open_by_age(items: Sequence[PlanItem], as_of: date) -> list[tuple[str, tuple[int, ...]]]:
    """Count open items by class of age and group of rating; those without a date are told apart."""
    classes: dict[str, list[PlanItem]] = {name: [] for name in (*(name for _, name in AGES), OLDEST)}
    undated: list[PlanItem] = []
    for item in items:
        found = item.identified_date
        (classes[_age((as_of - found).days)] if found else undated).append(item)
    rows = [(name, by_rating(members, as_of)) for name, members in classes.items()]
    return rows + ([("no date", by_rating(undated, as_of))] if undated else [])


def _age(days: int) -> str:
    return next((name for most, name in AGES if days <= most), OLDEST)


def burn_down(moves: Movements) -> list[Level]:
    """Return what was open month by month beside what the first dates promised, and what the dates promise.

    An item without a date is promised by no month and remains.
    """
    as_of = moves.subject.as_of
    past = [
        Level(day, len(moves.open(day)), sum(_promised(each, day) for each in moves.timelines))
        for day in month_ends(as_of)
    ]
    return past + [_ahead(moves, moved(as_of.year, as_of.month, step)) for step in range(1, AHEAD + 1)]


def _promised(events: tuple[Event, ...], day: date) -> bool:
    """Tell whether an item was there on a day and its first date had not come."""
    item = events[0].item
    due = item.original_scheduled_date or item.scheduled_date
    return events[0].on <= day and (due is None or due > day)


def _ahead(moves: Movements, first: date) -> Level:
    day = month_end(first)
    left = sum(item.scheduled_date is None or item.scheduled_date > day for item in moves.open_now)
    return Level(day, None, left)


def days_to_end(events: Iterable[tuple[Event, ...]], ended: Sequence[Event]) -> dict[str, list[int]]:
    """Return the days from detection to the end, by group of rating, of items that ended."""
    starts = {id(each[0].item): each[0] for each in events}
    found: dict[str, list[int]] = {group: [] for group in GROUPS}
    for event in ended:
        start = starts[id(event.item)]
        if start.turn is Turn.FOUND and start.on != date.min:
            found[group_of(rating_on(event.item, event.on))].append((event.on - start.on).days)
    return found


def rank_of(item: PlanItem, day: date) -> int:
    """Return the place of an item's rating for sorting: the worst first."""
    return GROUPS.index(group_of(rating_on(item, day) or Rating.NONE))
