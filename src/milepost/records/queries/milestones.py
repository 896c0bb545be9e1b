"""The milestones of a system in the order of their dates: which are late, which slipped, what was done."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from milepost.domain.item import OPEN_STATUSES, MilestoneStatus
from milepost.records import bulk

PAGE: Final = 25
"""Milestones on a page."""


class Which(StrEnum):
    """Which milestones of open items are looked at."""

    PENDING = "pending"
    LATE = "late"
    SLIPPED = "slipped"
    DONE = "done"


class MilestoneLine(NamedTuple):
    """A milestone with its item; `late` and `slipped` are in days, 0 for neither.

    Late is a pending one whose day has passed, or one that was done after its day; slipped is one whose day
    was moved to a later one.
    """

    item: str
    title: str
    responsible: str
    number: int
    text: str
    first_due: date
    due: date
    done: bool
    done_on: date | None
    late: int
    slipped: int


class MilestonePage(NamedTuple):
    """A page of milestones, how many there are of each kind, and whether more follow."""

    lines: list[MilestoneLine]
    counts: dict[Which, int]
    more: bool


def milestone_page(system_id: int, which: Which, as_of: date, page: int) -> MilestonePage:
    """Return a page of the milestones of a system's open items, with two statements."""
    opened = sorted(OPEN_STATUSES)
    values: list[bulk.Value] = [system_id, *opened, *([str(as_of)] if which is Which.LATE else [])]
    order = f"ORDER BY {_ORDERS[which]}, m.id LIMIT {PAGE + 1} OFFSET {(page - 1) * PAGE:d}"
    found = list(bulk.rows(f"{_LINES} AND {_WHICH[which]} {order}", *values))
    counts = next(iter(bulk.rows(_COUNTS, str(as_of), system_id, *opened)))
    return MilestonePage(
        [_line(row, as_of) for row in found[:PAGE]],
        dict(zip(Which, counts, strict=True)),
        len(found) > PAGE,
    )


def _line(row: bulk.Found, as_of: date) -> MilestoneLine:
    item, title, responsible, number, text, first_due, due_on, completed_on, status = row
    first, due = date.fromisoformat(first_due), date.fromisoformat(due_on)
    done_on = date.fromisoformat(completed_on) if completed_on else None
    done = status == MilestoneStatus.COMPLETED
    late = ((done_on or due) if done else as_of) - due
    slipped = max((due - first).days, 0)
    return MilestoneLine(
        item, title, responsible, number, text, first, due, done, done_on, max(late.days, 0), slipped
    )


_OPEN: Final = ", ".join(["%s"] * len(OPEN_STATUSES))
_FROM: Final = (
    " FROM records_milestone m CROSS JOIN records_item i WHERE i.id = m.item_id"
    f" AND i.system_id = %s AND i.status IN ({_OPEN})"
)
_LINES: Final = (
    "SELECT i.identifier, CASE WHEN i.name = '' THEN i.title ELSE i.name END, i.responsible, m.number,"
    " m.text, CAST(m.original_due_on AS text), CAST(m.due_on AS text), CAST(m.completed_on AS text), m.status"
    f"{_FROM}"
)
_PLANNED: Final = "m.status = 'planned'"
_WHICH: Final = {
    Which.PENDING: _PLANNED,
    Which.LATE: f"{_PLANNED} AND m.due_on < %s",
    Which.SLIPPED: f"{_PLANNED} AND m.due_on > m.original_due_on",
    Which.DONE: "m.status <> 'planned'",
}
_ORDERS: Final = dict.fromkeys(Which, "m.due_on") | {Which.DONE: "m.completed_on DESC"}
_COUNTS: Final = (
    f"SELECT count(*) FILTER (WHERE {_PLANNED}), count(*) FILTER (WHERE {_WHICH[Which.LATE]}),"
    f" count(*) FILTER (WHERE {_WHICH[Which.SLIPPED]}), count(*) FILTER (WHERE {_WHICH[Which.DONE]}){_FROM}"
)
