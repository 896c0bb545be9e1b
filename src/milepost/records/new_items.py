"""Items that one import opens: what differs between them as plain values, all else once for all.

Thousands of model objects would take longer than everything else at such an import.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from operator import attrgetter

from milepost.records import bulk
from milepost.records.items import Item


@dataclass(slots=True)
class NewItem:
    """What differs between items opened together; `scheduled_on` is the original date too."""

    number: int
    identifier: str
    kind: str
    source_id: str
    first_seen: int
    detected_on: date
    scheduled_on: date | None
    kev_due_on: date | None
    original_risk: str
    native_severity: str
    controls: str
    title: str
    severity: int
    known_count: int
    open_count: int
    asset_count: int
    recurrence_of_id: int | None
    parent_id: int | None = None
    id: int = 0


_COLUMNS = tuple(field.name for field in fields(NewItem))
_DATES = ("detected_on", "scheduled_on", "kev_due_on")
_PLAIN = tuple(name for name in _COLUMNS if name not in _DATES)


def number(items: Sequence[NewItem]) -> None:
    """Give new items their keys."""
    for key, item in zip(bulk.allocate("records_item", len(items)), items, strict=True):
        item.id = key


def insert(items: Iterable[NewItem], alike: Item) -> None:
    """Insert numbered items; `alike` is an unsaved item that has what all of them have in common."""
    common = bulk.columns_of(alike)
    names = (*_PLAIN, *_DATES, "original_scheduled_on")
    rest = {name: value for name, value in common.items() if name not in names}
    values = tuple(rest.values())
    plain = attrgetter(*_PLAIN)
    rows = [
        (
            *plain(item),
            _day(item.detected_on),
            _day(item.scheduled_on),
            _day(item.kev_due_on),
            _day(item.scheduled_on),
            *values,
        )
        for item in items
    ]
    bulk.insert("records_item", (*names, *rest), rows)


@lru_cache(maxsize=1 << 12)
def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
