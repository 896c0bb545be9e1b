"""How a system stands and how it came to that: items counted by month, age, risk and control.

Each count is kept until an item of the system changes, as those of lists are (`facets`).
"""

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import connection

from milepost.domain.item import CLOSED_STATUSES, ENDED_STATUSES, OPEN_STATUSES
from milepost.records import bulk
from milepost.records.item_versions import version_of

NEVER: Final = "9999-12"
"""Stands for a month that never comes."""
AHEAD: Final = "+"
"""Follows the month of a planned date that is still to come: it sorts after the month that runs."""


class Course(NamedTuple):
    """How many items went the same way, by months such as 2026-03; `NEVER` where it did not happen.

    `due` is the earliest of the present dates, `planned` the date first planned, `excused` the month up to
    which they are not late all the same (empty: none).
    """

    detected: str
    ended: str
    due: str
    planned: str
    excused: str
    recurrence: bool
    items: int


class Fixed(NamedTuple):
    """How many items of a rating took so many days from detection to closing."""

    rating: str
    days: int
    items: int


class Exposure(NamedTuple):
    """How many open items have the same rating, age in days, likelihood, impact and controls.

    The age is the class that it falls into, from 0 for the youngest. `unasked` wait for a vendor whom nobody
    asked of late.
    """

    rating: str
    age: int
    likelihood: str
    impact: str
    controls: str
    items: int
    unasked: int


class Standing(NamedTuple):
    """Everything that is counted of a system as of a day."""

    courses: tuple[Course, ...]
    fixed: tuple[Fixed, ...]
    exposures: tuple[Exposure, ...]


class Days(NamedTuple):
    """What counts are made for.

    That is the day itself, the first day whose closings count for the time to fix, the first days of the age
    classes (the youngest first), and the day since which a vendor should have been asked.
    """

    as_of: date
    closed_since: date
    ages: tuple[date, date, date]
    asked_since: date


def standing(system_id: int, days: Days) -> Standing:
    """Count the items of a system."""
    return _counted(str(connection.settings_dict["NAME"]), system_id, version_of(system_id), days)


@lru_cache(maxsize=64)
def _counted(_database: str, system_id: int, _version: int, days: Days) -> Standing:
    found = list(bulk.rows(_STATEMENT, *_values(system_id, days)))
    return Standing(
        tuple(_course(row) for row in found if row[0] == "course"),
        tuple(Fixed(row[1], _between(row[2], row[3]), row[7]) for row in found if row[0] == "fixed"),
        tuple(_exposure(row) for row in found if row[0] == "open"),
    )


def _values(system_id: int, days: Days) -> list[bulk.Value]:
    closed, elsewhere = sorted(CLOSED_STATUSES), sorted(ENDED_STATUSES - CLOSED_STATUSES)
    today = str(days.as_of)
    course: list[bulk.Value] = [*closed, today, today, system_id, today, *elsewhere]
    fixed: list[bulk.Value] = [system_id, str(days.closed_since), today]
    ages: list[bulk.Value] = [*map(str, days.ages), str(days.asked_since), system_id, today]
    return [*course, *fixed, *ages, *sorted(OPEN_STATUSES)]


def _course(row: bulk.Found) -> Course:
    _, detected, ended, due, planned, excused, recurrence, items = row
    return Course(detected, ended, due, planned, excused, recurrence == "1", items)


def _exposure(row: bulk.Found) -> Exposure:
    _, rating, age, likelihood, impact, controls, unasked, items = row
    return Exposure(rating, int(age), likelihood, impact, controls, items, int(unasked))


def _between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _marks(statuses: frozenset[str]) -> str:
    return ", ".join(["%s"] * len(statuses))


def _month(column: str) -> str:
    return f"substr(CAST({column} AS text), 1, 7)"


_ENDED = "coalesce(completed_on, status_on)"
_PLANNED = "coalesce(original_scheduled_on, scheduled_on)"

# Items that ended elsewhere (merged, cancelled, transferred) never were lines of their own.
_COURSES = (
    f"SELECT 'course', {_month('detected_on')},"
    f" CASE WHEN status IN ({_marks(CLOSED_STATUSES)}) AND {_ENDED} <= %s"
    f" THEN {_month(_ENDED)} ELSE '{NEVER}' END,"
    f" {_month('due_order')}, coalesce({_month(_PLANNED)}"
    f" || CASE WHEN {_PLANNED} > %s THEN '{AHEAD}' ELSE '' END, '{NEVER}'),"
    f" coalesce({_month('excused_until')}, ''),"
    " CASE WHEN recurrence_of_id IS NULL THEN '0' ELSE '1' END, count(*)"
    " FROM records_item WHERE system_id = %s AND detected_on <= %s"
    f" AND status NOT IN ({_marks(ENDED_STATUSES - CLOSED_STATUSES)}) GROUP BY 2, 3, 4, 5, 6, 7"
)
_FIXED = (
    f"SELECT 'fixed', rating, CAST(detected_on AS text), CAST({_ENDED} AS text), '', '', '', count(*)"
    f" FROM records_item WHERE system_id = %s AND status = 'closed' AND {_ENDED} >= %s AND {_ENDED} <= %s"
    " GROUP BY 2, 3, 4"
)
_EXPOSURES = (
    "SELECT 'open', rating, CASE WHEN detected_on >= %s THEN '0' WHEN detected_on >= %s THEN '1'"
    " WHEN detected_on >= %s THEN '2' ELSE '3' END, likelihood, impact, controls, CAST(count(*) FILTER"
    " (WHERE vendor_dependency AND (vendor_checked_on IS NULL OR vendor_checked_on < %s)) AS text), count(*)"
    " FROM records_item WHERE system_id = %s AND detected_on <= %s"
    f" AND status IN ({_marks(OPEN_STATUSES)}) GROUP BY 2, 3, 4, 5, 6"
)
_STATEMENT = f"{_COURSES} UNION ALL {_FIXED} UNION ALL {_EXPOSURES}"
