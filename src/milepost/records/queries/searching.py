"""What a filter asks of items beyond status, rating and kind, as conditions in SQL."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db import connection

from milepost.records import bulk
from milepost.records.bulk import Value
from milepost.records.queries.filters import Filter

_FEW_ASSETS: Final = 10


class Condition(NamedTuple):
    """A condition in SQL, beginning with AND, and its parameters."""

    text: str = ""
    values: tuple[Value, ...] = ()

    def also(self, other: "Condition") -> "Condition":
        """Return both conditions as one."""
        return Condition(self.text + other.text, self.values + other.values)


def dates(wanted: Filter, as_of: date) -> Condition:
    """Return what a filter asks of due dates and of sight; an index serves these."""
    asked = Condition()
    if wanted.overdue:
        late = " AND due_order < %s AND (excused_until IS NULL OR excused_until < %s)"
        asked = asked.also(Condition(late, (str(as_of), str(as_of))))
    if wanted.due_within is not None:
        until = as_of + timedelta(days=wanted.due_within)
        asked = asked.also(Condition(" AND due_order >= %s AND due_order <= %s", (str(as_of), str(until))))
    if wanted.closure_candidates:
        asked = asked.also(Condition(" AND open_count = 0 AND known_count > 0"))
    return asked


def search(system_id: int, wanted: Filter) -> Condition:
    """Return what a filter asks of texts and assets; each item has to be looked at for these."""
    asked = Condition()
    if wanted.text:
        asked = asked.also(_any_like(("identifier", "source_id", "title", "name"), wanted.text))
    if wanted.asset:
        asked = asked.also(_on_asset(system_id, wanted.asset))
    return asked


def _any_like(columns: Sequence[str], text: str) -> Condition:
    tests = " OR ".join(f"{column} {_like()}" for column in columns)
    return Condition(f" AND ({tests})", (_pattern(text),) * len(columns))


def _like() -> str:
    return f"{'ILIKE' if bulk.on_postgresql() else 'LIKE'} %s ESCAPE '!'"


def _pattern(text: str) -> str:
    escaped = text.replace("\x00", "").replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _on_asset(system_id: int, text: str) -> Condition:
    """Find items on assets by name: from the assets where these are few, else from each item."""
    pattern = _pattern(text)
    assets = _assets(system_id, pattern)
    by_hand = f"affected_assets {_like()}"
    if not assets:
        return Condition(f" AND {by_hand}", (pattern,))
    if len(assets) <= _FEW_ASSETS:
        marks = ", ".join(["%s"] * len(assets))
        seen = f"id IN (SELECT s.item_id {_SEEN} AND o.asset_id IN ({marks}))"
        return Condition(f" AND ({by_hand} OR {seen})", (pattern, *assets))
    seen = (
        f"EXISTS (SELECT 1 {_SEEN} AND s.item_id = records_item.id AND EXISTS (SELECT 1 FROM records_asset a"
        f" WHERE a.id = o.asset_id AND a.name {_like()}))"
    )
    return Condition(f" AND ({by_hand} OR {seen})", (pattern, pattern))


def _assets(system_id: int, pattern: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM records_asset WHERE system_id = %s AND name {_like()} LIMIT {_FEW_ASSETS + 1}",
            [system_id, pattern],
        )
        return [row for (row,) in cursor.fetchall()]


_SEEN: Final = (
    "FROM records_itemscope s JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " WHERE (s.asset_id = o.asset_id OR (s.asset_id IS NULL AND NOT EXISTS (SELECT 1 FROM records_itemscope x"
    " WHERE x.weakness_id = o.weakness_id AND x.asset_id = o.asset_id)))"
)
