"""Writing down what people change on an item: who, when, from what to what, and why."""

from datetime import UTC, date, datetime, time

from milepost.records.items import Item, ItemChange


def record(item: Item, changes: dict[str, tuple[str, str]], *, person: str, reason: str, as_of: date) -> None:
    """Write one entry for each changed field, given as (before, after)."""
    at = datetime.combine(as_of, time(), tzinfo=UTC)
    ItemChange.objects.bulk_create(
        ItemChange(item=item, at=at, person=person, field=name, before=before, after=after, reason=reason)
        for name, (before, after) in changes.items()
    )
