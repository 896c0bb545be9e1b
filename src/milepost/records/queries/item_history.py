"""What happened to an item: what people changed, and what each import found out about it."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from milepost.records.imports import ImportedWeakness
from milepost.records.items import Item, ItemChange, ItemScope

SHOWN: Final = 100
"""The newest entries of each sort that are shown."""


class FieldChange(NamedTuple):
    """One field that changed; `person` is empty where an import did it."""

    at: datetime
    person: str
    field: str
    before: str
    after: str
    reason: str
    source_import: int | None


class Sight(NamedTuple):
    """What one import found out about a weakness of the item; `changes` are (field, before, after)."""

    at: datetime
    number: int
    file_name: str
    format: str
    weakness: str
    outcome: str
    occurrences: dict[str, int]
    changes: tuple[tuple[str, str, str], ...]
    opened: bool


class History(NamedTuple):
    """The newest entries, and how many there are in all."""

    changes: list[FieldChange]
    change_count: int
    sights: list[Sight]
    sight_count: int


def history_of(item: Item) -> History:
    """Return the newest of what people and imports did to an item."""
    changes = ItemChange.objects.filter(item=item)
    weaknesses = ItemScope.objects.filter(item=item).values("weakness")
    sights = (
        ImportedWeakness.objects.filter(weakness__in=weaknesses)
        .select_related("source", "weakness")
        .order_by("-source__scanned_at", "-source_id", "weakness__name")
    )
    return History(
        [_change(change) for change in changes[:SHOWN]],
        changes.count(),
        [_sight(line, item.opened_by) for line in sights[:SHOWN]],
        sights.count(),
    )


def _change(change: ItemChange) -> FieldChange:
    return FieldChange(
        change.at,
        change.person,
        change.field,
        change.before,
        change.after,
        change.reason,
        change.source_import,
    )


def _sight(line: ImportedWeakness, opened_by: int | None) -> Sight:
    source = line.source
    return Sight(
        at=datetime.fromtimestamp(source.scanned_at, UTC),
        number=source.pk,
        file_name=source.file_name,
        format=source.format,
        weakness=line.weakness.name,
        outcome=line.outcome,
        occurrences=line.occurrences,
        changes=tuple((str(name), str(before), str(after)) for name, before, after in line.changes),
        opened=source.pk == opened_by,
    )
