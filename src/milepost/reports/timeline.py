"""How items stood on past days, taken back from their history: open or ended, with which rating and date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from milepost.domain.plan_item import CLOSED_STATES, SETTLED_STATES, PlanItem, State

_ENDED: Final = frozenset({*CLOSED_STATES, "closed", "false_positive", "merged"})
"""The words of histories for items that are worked on no more; the last three are the register's."""
_WORDS: Final[dict[str, str]] = {
    State.CLOSED_COMPLETED: "closed",
    State.CLOSED_FALSE_POSITIVE: "false positive",
    State.MERGED_DUPLICATE: "merged",
}


class Turn(StrEnum):
    """What can happen to an item as a line of the plan."""

    FOUND = "found"
    ENDED = "ended"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an item on a day; `word` is the status that it had from then on."""

    item: PlanItem
    turn: Turn
    on: date
    word: str


def timeline(item: PlanItem) -> tuple[Event, ...]:
    """Return when an item was found, ended and came back, in order; turns alternate.

    Documents without a history tell the end by its date. An item without any date counts from the first day.
    """
    start = item.identified_date or item.created_date or date.min
    events = [Event(item, Turn.FOUND, start, "open")]
    for change in sorted(_status_changes(item), key=lambda each: each[0]):
        _turn(events, change[0], change[1])
    if (events[-1].turn is Turn.ENDED) != item.is_closed:
        known = item.closed_date or item.actual_completion_date if item.is_closed else None
        _turn(events, known or item.status_date or events[-1].on, item.status)
    return tuple(events)


def _status_changes(item: PlanItem) -> list[tuple[date, str]]:
    return [(each.on, each.after) for each in item.history if each.field == "status" and each.on]


def _turn(events: list[Event], on: date, word: str) -> None:
    """Add an event where the change ends the item or brings it back."""
    ended = word in _ENDED
    if ended == (events[-1].turn is Turn.ENDED):
        return
    turn = Turn.ENDED if ended else Turn.RETURNED
    events.append(Event(events[-1].item, turn, max(on, events[-1].on), status_words(word)))


def status_words(status: str) -> str:
    """Return a status as people read it."""
    return _WORDS.get(status) or status.replace("_", " ")


def open_on(events: tuple[Event, ...], day: date) -> bool:
    """Tell whether an item was on the plan and not ended at the end of a day."""
    before = [event for event in events if event.on <= day]
    return bool(before) and before[-1].turn is not Turn.ENDED


def value_on(item: PlanItem, name: str, now: str, day: date) -> str:
    """Return the value that a field had at the end of a day: that of now, with later changes taken back."""
    later = [each for each in item.history if each.field == name and each.on and each.on > day]
    return min(later, key=lambda each: each.on or date.max).before if later else now


def rating_on(item: PlanItem, day: date) -> str:
    """Return the rating that counted at the end of a day."""
    now = item.severity if item.severity != item.raw_severity else ""
    return value_on(item, "adjusted_severity", now, day) or item.raw_severity


def scheduled_on(item: PlanItem, day: date) -> date | None:
    """Return the scheduled date that held at the end of a day."""
    return day_of(value_on(item, "scheduled_date", str(item.scheduled_date or ""), day))


def carried_on(item: PlanItem, day: date) -> bool:
    """Tell whether the item's risk was accepted at the end of a day, or required by operations."""
    return value_on(item, "status", item.status, day) in SETTLED_STATES


def day_of(text: str) -> date | None:
    """Return the day of an ISO date; None for anything else."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
