"""All systems beside each other: what is open by rating, late, near, moving this month, and comes next."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from milepost.domain.item import CLOSED_STATUSES, OPEN_STATUSES
from milepost.domain.rating import GROUPS
from milepost.records import bulk
from milepost.records.imports import Import
from milepost.records.item_versions import all_versions
from milepost.records.queries.systems import DUE_SOON
from milepost.records.systems import System


class Counts(NamedTuple):
    """What is counted of the items of a system; `ratings` of open ones in the order of `GROUPS`.

    `found` and `ended` are those of the running month; `next_due` is the next date of an open item.
    """

    ratings: tuple[int, ...] = (0,) * len(GROUPS)
    overdue: int = 0
    due_soon: int = 0
    closed: int = 0
    found: int = 0
    ended: int = 0
    next_due: date | None = None

    @property
    def open(self) -> int:
        """All open items."""
        return sum(self.ratings)


class Line(NamedTuple):
    """A system with its numbers, and the days on which a milestone or a decision comes due next.

    `last_scan` is in seconds since 1970 UTC, None before the first import.
    """

    id: int
    name: str
    authority: str
    impact: str
    time_zone: str
    counts: Counts
    next_milestone: date | None
    next_expiry: date | None
    last_scan: int | None


def portfolio(as_of: date) -> list[Line]:
    """Return all systems by name, with as many statements for many as for one."""
    counts = _counted(str(connection.settings_dict["NAME"]), all_versions(), as_of)
    scans = dict(Import.objects.order_by().values_list("system_id").annotate(last=Max("scanned_at")))
    ahead = _ahead(as_of)
    systems = System.objects.values_list("id", "name", "authority", "impact", "time_zone")
    return [
        Line(
            *row,
            counts.get(row[0], Counts()),
            ahead.get((row[0], "milestone")),
            ahead.get((row[0], "expiry")),
            scans.get(row[0]),
        )
        for row in systems
    ]


@lru_cache(maxsize=8)
def _counted(_database: str, _versions: tuple[tuple[int, int], ...], as_of: date) -> dict[int, Counts]:
    """Count the items of all systems: kept until an item of one of them changes."""
    today, soon, first = str(as_of), str(as_of + timedelta(days=DUE_SOON)), str(as_of.replace(day=1))
    values = (*[today] * 2, today, soon, today, first, today, first, today)
    groups: defaultdict[int, list[bulk.Found]] = defaultdict(list)
    for system_id, *row in bulk.rows(_COUNTS, *values):
        groups[system_id].append(tuple(row))
    return {system_id: _added_up(rows) for system_id, rows in groups.items()}


def _added_up(rows: Sequence[bulk.Found]) -> Counts:
    opened = [row for row in rows if row[0] in OPEN_STATUSES]
    closed = [row for row in rows if row[0] in CLOSED_STATUSES]
    dates = [row[5] for row in opened if row[5]]
    return Counts(
        tuple(sum(row[2] for row in opened if row[1] in group) for group in GROUPS),
        sum(row[3] for row in opened),
        sum(row[4] for row in opened),
        sum(row[2] for row in closed),
        sum(row[6] for row in (*opened, *closed)),
        sum(row[7] for row in closed),
        date.fromisoformat(min(dates)) if dates else None,
    )


_COUNTS = (
    "SELECT system_id, status, rating, count(*),"
    " count(*) FILTER (WHERE due_order < %s AND (excused_until IS NULL OR excused_until < %s)),"
    " count(*) FILTER (WHERE due_order >= %s AND due_order <= %s),"
    " CAST(min(due_order) FILTER (WHERE due_order >= %s AND due_order < '9999-12-31') AS text),"
    " count(*) FILTER (WHERE detected_on >= %s AND detected_on <= %s),"
    " count(*) FILTER (WHERE completed_on >= %s AND completed_on <= %s)"
    " FROM records_item GROUP BY system_id, status, rating"
)


def _ahead(as_of: date) -> dict[tuple[int, str], date]:
    """Return the next day of each kind for each system; the kinds are milestone and expiry."""
    found: dict[tuple[int, str], date] = {}
    opened = sorted(OPEN_STATUSES)
    for system_id, kind, day in bulk.rows(_AHEAD, *[str(as_of), *opened] * 3):
        key, on = (system_id, kind), date.fromisoformat(day)
        found[key] = min(found.get(key, on), on)
    return found


def _next(kind: str, table: str, column: str, condition: str) -> str:
    return (
        f"SELECT i.system_id, '{kind}', CAST(min(r.{column}) AS text)"
        f" FROM {table} r CROSS JOIN records_item i WHERE i.id = r.item_id"
        f" AND {condition} AND r.{column} >= %s AND i.status IN ({_OPEN}) GROUP BY 1"
    )


_OPEN = ", ".join(["%s"] * len(OPEN_STATUSES))
_AHEAD = " UNION ALL ".join(
    (
        _next("milestone", "records_milestone", "due_on", "r.status = 'planned'"),
        _next("expiry", "records_deviation", "assess_on", "r.state = 'approved'"),
        _next("expiry", "records_acceptance", "expires_on", "r.state = 'approved'"),
    )
)
