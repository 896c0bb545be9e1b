"""Writing down what people change on an item: who, when, from what to what, and why."""

from datetime import UTC, date, datetime, time

from milepost.records.items import Item, ItemChange
from milepost.work.recording import telling


def record(
    item: Item,
    changes: dict[str, tuple[str, str]],
    *,
    person: str,
    reason: str,
    as_of: date,
    decides: bool = False,
) -> None:
    """Write one entry for each changed field, given as (before, after).

    `decides` marks what is a decision about others' work, not work on the item.
    """
    told = telling()
    told.about_item(item)
    told.reason = told.reason or reason
    told.person, told.as_of = told.person or person, told.as_of or as_of
    for name, (before, after) in changes.items():
        told.changed(name, before, after, item.identifier)
    at = datetime.combine(as_of, time(), tzinfo=UTC)
    ItemChange.objects.bulk_create(
        ItemChange(
            item=item,
            at=at,
            person=person,
            field=name,
            before=before,
            after=after,
            reason=reason,
            decides=decides,
        )
        for name, (before, after) in changes.items()
    )
