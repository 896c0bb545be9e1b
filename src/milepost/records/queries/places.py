"""Where items stand in an order: the first places after a cursor, at the same cost at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from milepost.records.queries.facets import Group
from milepost.records.queries.filters import Cursor, Sort, SortKey
from milepost.records.queries.searching import Condition

if TYPE_CHECKING:
    from milepost.records.bulk import Value

COUNTED: Final = 10_001
"""A search that finds this many is not counted any further."""

_COLUMNS: Final = {
    SortKey.DUE: "due_order",
    SortKey.NUMBER: "number",
    SortKey.SEVERITY: "severity",
    SortKey.DETECTED: "detected_on",
}


class Place(NamedTuple):
    """An item's place in an order."""

    key: int | str
    row: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose places are asked for: groups of a system, narrowed, in an order, from a cursor on."""

    system_id: int
    found: Sequence[Group]
    narrowing: Condition
    order: Sort
    begin: Cursor | None
    limit: int

    @property
    def column(self) -> str:
        """The column of the order."""
        return _COLUMNS[self.order.key]

    @property
    def way(self) -> str:
        """The direction of the order, in SQL."""
        return "DESC" if self.order.descending else "ASC"

    @property
    def after(self) -> Condition:
        """Begin after the cursor, in the form that an index serves as one range on both databases."""
        if self.begin is None:
            return Condition()
        sign = "<" if self.order.descending else ">"
        place = self.begin.place if isinstance(self.begin.place, int) else str(self.begin.place)
        text = f" AND {self.column} {sign}= %s AND ({self.column} {sign} %s OR id {sign} %s)"
        return Condition(text, (place, place, self.begin.row))


def merged(asked: Asked) -> list[Place]:
    """Merge the first places of each group's index range."""
    if not asked.found:
        return []
    ordered = f" ORDER BY {asked.column} {asked.way}, id {asked.way} LIMIT {asked.limit:d}"
    branch = (
        f"SELECT {asked.column} AS place, id FROM records_item"
        " WHERE system_id = %s AND status = %s AND rating = %s AND kind = %s"
        f"{asked.after.text}{asked.narrowing.text}{ordered}"
    )
    branches = " UNION ALL ".join(
        f"SELECT * FROM ({branch}) AS part{number}" for number in range(len(asked.found))
    )
    rest = (*asked.after.values, *asked.narrowing.values)
    values: list[Value] = [
        value
        for group in asked.found
        for value in (asked.system_id, group.status, group.rating, group.kind, *rest)
    ]
    statement = f"{branches} ORDER BY 1 {asked.way}, 2 {asked.way} LIMIT {asked.limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Place(_key(key), row) for key, row in cursor.fetchall()]


def count(asked: Asked) -> int:
    """Count what is asked for, wherever it stands in the order."""
    if not asked.found:
        return 0
    where, values = _fits(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM records_item{where}", values)
        return int(cursor.fetchone()[0])


class Found(NamedTuple):
    """What a search found: the places, and how many in all, at most `COUNTED`."""

    places: list[Place]
    total: int


def searched(asked: Asked) -> Found:
    """Look at each item once; where very many fit, take the places from the index ranges instead."""
    fits = _fitting(asked)
    if len(fits) >= COUNTED:
        return Found(merged(asked), COUNTED)
    fits.sort(reverse=asked.order.descending)
    if asked.begin is not None:
        begin = Place(_key(asked.begin.place), asked.begin.row)
        beyond = begin.__gt__ if asked.order.descending else begin.__lt__
        return Found([place for place in fits if beyond(place)][: asked.limit], len(fits))
    return Found(fits[: asked.limit], len(fits))


def _fitting(asked: Asked) -> list[Place]:
    if not asked.found:
        return []
    where, values = _fits(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked.column}, id FROM records_item{where} LIMIT {COUNTED}", values)
        return [Place(_key(key), row) for key, row in cursor.fetchall()]


def _fits(asked: Asked) -> Condition:
    """Return all that is asked, but for the cursor."""
    asked_for = Condition(" WHERE system_id = %s", (asked.system_id,))
    for place, column in enumerate(("status", "rating", "kind")):
        values = sorted({str(group[place]) for group in asked.found})
        marks = ", ".join(["%s"] * len(values))
        asked_for = asked_for.also(Condition(f" AND {column} IN ({marks})", tuple(values)))
    return asked_for.also(asked.narrowing)


def _key(value: object) -> int | str:
    """Return a place as both databases compare it: a number, or a day as text."""
    return value if isinstance(value, int) else str(value)
