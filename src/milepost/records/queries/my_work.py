"""What concerns one person in all systems: their items, milestones and requests, and who people are."""

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import connection

from milepost.domain.deadline import is_overdue
from milepost.domain.item import OPEN_STATUSES, ItemStatus
from milepost.domain.roles import HeldRole, Role, folded
from milepost.records import bulk
from milepost.records.item_versions import all_versions
from milepost.records.items import UNDATED
from milepost.records.people import SystemRole

MOST: Final = 100
"""Lines of each list."""
_PEOPLE: Final = 500


class ItemLine(NamedTuple):
    """An item with its dates; `days_left` below zero is past."""

    system_id: int
    system: str
    identifier: str
    title: str
    rating: str
    status: str
    due_on: date | None
    days_left: int | None
    overdue: bool


class StepLine(NamedTuple):
    """A milestone that is not done, of an item."""

    system_id: int
    system: str
    identifier: str
    number: int
    text: str
    due_on: date
    days_left: int
    slipped: bool


class EndLine(NamedTuple):
    """An approved decision that ends: what it decided, on which item."""

    system_id: int
    system: str
    identifier: str
    title: str
    kind: str
    ends: date
    days_left: int


class WaitingLine(NamedTuple):
    """A request or a reported fix that waits: of which kind, asked by whom and when.

    `decided_in` is the system whose people decide, `responsible` who answers for the item; a fix is asked for
    by those who made and reported it.
    """

    system_id: int
    system: str
    identifier: str
    title: str
    kind: str
    by: str
    also_by: str
    on: date
    decided_in: int
    responsible: str


def people() -> list[str]:
    """Return everybody who answers for an open item or holds a role, by name."""
    held = SystemRole.objects.order_by().values_list("person", flat=True).distinct()
    named = {folded(each): each for each in (*held, *_responsible(_database(), all_versions()))}
    return sorted(named.values(), key=str.casefold)[:_PEOPLE]


def items_of(person: str, as_of: date) -> list[ItemLine]:
    """Return the open items that a person answers for, those due first first, at most `MOST`."""
    return list(_items(_database(), all_versions(), person, as_of))


def steps_of(person: str, until: date, as_of: date) -> list[StepLine]:
    """Return the milestones of a person's items that are not done and due up to a day."""
    found = bulk.rows(_STEPS, _same(person), *sorted(OPEN_STATUSES), str(until))
    return [_step(row, as_of) for row in found]


def ends_for(person: str, until: date, as_of: date) -> list[EndLine]:
    """Return the approved decisions up to a day on items of a person, or that the person asked for."""
    values = (str(until), *[_same(person)] * 2, *sorted(OPEN_STATUSES))
    return sorted((_end(row, as_of) for row in bulk.rows(_ENDS, *values * 2)), key=lambda line: line.ends)


def waiting() -> list[WaitingLine]:
    """Return every request without a decision and every fix without a judgement, the oldest first."""
    values: list[bulk.Value] = [*sorted(OPEN_STATUSES)] * len(_PENDING)
    rows = bulk.rows(_WAITING, *values, ItemStatus.REMEDIATED.value)
    return sorted(map(_waits, rows), key=lambda line: (line.on, line.identifier))


def _waits(row: bulk.Found) -> WaitingLine:
    system_id, system, item, title, kind, by, also_by, on, decided_in, responsible = row
    day = date.fromisoformat(on)
    return WaitingLine(system_id, system, item, title, kind, by, also_by, day, decided_in, responsible)


def roles_in_systems() -> dict[int, list[HeldRole]]:
    """Return who holds which role, by system; a system without any is not there."""
    found: dict[int, list[HeldRole]] = {}
    for row in SystemRole.objects.all():
        held = HeldRole(row.person, Role(row.role), row.since, row.until)
        found.setdefault(row.system_id, []).append(held)
    return found


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _same(person: str) -> str:
    return person.strip().lower()


@lru_cache(maxsize=4)
def _responsible(_database: str, _versions: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Return who answers for open items; kept, as counts are, until an item changes."""
    found = bulk.rows(_RESPONSIBLE, *sorted(OPEN_STATUSES))
    return tuple(name for (name,) in found)


@lru_cache(maxsize=256)
def _items(
    _database: str, _versions: tuple[tuple[int, int], ...], person: str, as_of: date
) -> tuple[ItemLine, ...]:
    return tuple(_item(row, as_of) for row in bulk.rows(_ITEMS, _same(person), *sorted(OPEN_STATUSES)))


def _item(row: bulk.Found, as_of: date) -> ItemLine:
    system_id, system, item, title, rating, status, due, excused = row
    day = date.fromisoformat(due)
    due_on = None if day == UNDATED else day
    until = date.fromisoformat(excused) if excused else None
    late = is_overdue(due_on, completed=None, as_of=as_of, excused_until=until)
    left = (due_on - as_of).days if due_on else None
    return ItemLine(system_id, system, item, title, rating, status, due_on, left, late)


def _step(row: bulk.Found, as_of: date) -> StepLine:
    system_id, system, item, number, said, due, first = row
    day = date.fromisoformat(due)
    return StepLine(system_id, system, item, number, said, day, (day - as_of).days, due > first)


def _end(row: bulk.Found, as_of: date) -> EndLine:
    system_id, system, item, title, kind, ends = row
    day = date.fromisoformat(ends)
    return EndLine(system_id, system, item, title, kind, day, (day - as_of).days)


_OPEN: Final = f"i.status IN ({', '.join(['%s'] * len(OPEN_STATUSES))})"
_TITLE: Final = "CASE WHEN i.name = '' THEN i.title ELSE i.name END"
_NAMED: Final = "i.system_id, s.name, i.identifier"
_JOINED: Final = "records_item i JOIN records_system s ON s.id = i.system_id"
_THEIRS: Final = "lower(trim(i.responsible)) = %s"

_RESPONSIBLE: Final = (
    "SELECT DISTINCT trim(i.responsible) FROM records_item i"
    f" WHERE i.responsible <> '' AND {_OPEN} ORDER BY 1 LIMIT {_PEOPLE}"
)
_ITEMS: Final = (
    f"SELECT {_NAMED}, {_TITLE}, i.rating, i.status, CAST(i.due_order AS text), CAST(i.excused_until AS text)"
    f" FROM {_JOINED} WHERE {_THEIRS} AND {_OPEN} ORDER BY i.due_order, i.id LIMIT {MOST}"
)
_STEPS: Final = (
    f"SELECT {_NAMED}, m.number, m.text, CAST(m.due_on AS text), CAST(m.original_due_on AS text)"
    f" FROM {_JOINED} JOIN records_milestone m ON m.item_id = i.id"
    f" WHERE {_THEIRS} AND {_OPEN} AND m.status = 'planned' AND m.due_on <= %s"
    f" ORDER BY m.due_on, m.id LIMIT {MOST}"
)


# SQLite begins with the table on the left of CROSS JOIN: few are asked for beside many items.
def _beside(table: str) -> str:
    return (
        f"FROM {table} r CROSS JOIN records_item i CROSS JOIN records_system s"
        " WHERE i.id = r.item_id AND s.id = i.system_id"
    )


def _ending(table: str, kind: str, column: str) -> str:
    return (
        f"SELECT {_NAMED}, {_TITLE}, {kind}, CAST(r.{column} AS text) {_beside(table)}"
        f" AND r.state = 'approved' AND r.{column} <= %s"
        f" AND ({_THEIRS} OR lower(trim(r.requested_by)) = %s) AND {_OPEN}"
    )


def _asked(table: str, kind: str, decided_in: str = "i.system_id") -> str:
    return (
        f"SELECT {_NAMED}, {_TITLE}, {kind}, r.requested_by, '', CAST(r.requested_on AS text), {decided_in},"
        f" i.responsible {_beside(table)} AND r.state = 'pending' AND {_OPEN}"
    )


_ENDS: Final = " UNION ALL ".join(
    (
        _ending("records_deviation", "r.kind", "assess_on"),
        _ending("records_acceptance", "'risk_acceptance'", "expires_on"),
    )
)
_PENDING: Final = (
    _asked("records_deviation", "r.kind"),
    _asked("records_acceptance", "'risk_acceptance'"),
    _asked("records_extension", "'extension'"),
    _asked("records_plansubmission", "'plan'"),
    _asked("records_transfer", "'transfer'", "r.receiver_id"),
)
_FIXES: Final = (
    f"SELECT {_NAMED}, {_TITLE}, 'fix', r.fixed_by, r.reported_by, CAST(r.reported_on AS text), i.system_id,"
    f" i.responsible {_beside('records_fix')} AND r.outcome = '' AND i.status = %s"
)
_WAITING: Final = " UNION ALL ".join((*_PENDING, _FIXES))
