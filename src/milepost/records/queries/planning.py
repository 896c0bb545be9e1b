"""What is planned and remarked on many items at once: one statement for each kind of row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from milepost.records.items import Item
from milepost.records.planning import (
    Comment,
    Deviation,
    Milestone,
    MilestoneChange,
    Resource,
    SupportingDocument,
)


class Planned(NamedTuple):
    """Rows by the item they belong to, milestone changes by their milestone, identifiers by item row."""

    milestones: dict[int, list[Milestone]]
    changes: dict[int, list[MilestoneChange]]
    resources: dict[int, list[Resource]]
    deviations: dict[int, list[Deviation]]
    documents: dict[int, list[SupportingDocument]]
    comments: dict[int, list[Comment]]
    identifiers: dict[int, str]


def planned(items: Sequence[Item]) -> Planned:
    """Return everything planned and remarked on some items, in the order in which people see it."""
    ids = [item.pk for item in items]
    changes: dict[int, list[MilestoneChange]] = defaultdict(list)
    for change in MilestoneChange.objects.filter(milestone__item__in=ids):
        changes[change.milestone_id].append(change)
    named = {row for item in items for row in (item.recurrence_of_id, item.parent_id) if row is not None}
    return Planned(
        _by_item(Milestone.objects.filter(item__in=ids)),
        changes,
        _by_item(Resource.objects.filter(item__in=ids).order_by("pk")),
        _by_item(Deviation.objects.filter(item__in=ids)),
        _by_item(SupportingDocument.objects.filter(item__in=ids).order_by("pk")),
        _by_item(Comment.objects.filter(item__in=ids)),
        dict(Item.objects.filter(pk__in=named).values_list("pk", "identifier")),
    )


class _OfItem(Protocol):
    item_id: int


Row = TypeVar("Row", bound=_OfItem)


def _by_item(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found
