"""What is planned and remarked on many items at once: one statement for each kind of row."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from milepost.records import bulk
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
    for change in bulk.objects(MilestoneChange, _CHANGES, ids):
        changes[change.milestone_id].append(change)
    named = {row for item in items for row in (item.recurrence_of_id, item.parent_id) if row is not None}
    return Planned(
        _by_item(Milestone, "number", ids),
        changes,
        _by_item(Resource, "id", ids),
        _by_item(Deviation, "requested_on, id", ids),
        _by_item(SupportingDocument, "id", ids),
        _by_item(Comment, '"on", id', ids),
        dict(bulk.select("SELECT id, identifier FROM records_item WHERE id IN ({})", sorted(named))),
    )


_CHANGES = (
    "SELECT c.* FROM records_milestonechange c JOIN records_milestone m ON m.id = c.milestone_id"
    ' WHERE m.item_id IN ({}) ORDER BY c."on", c.id'
)

_Row = TypeVar("_Row", Milestone, Resource, Deviation, SupportingDocument, Comment)


def _by_item(model: type[_Row], order: str, item_ids: Sequence[int]) -> dict[int, list[_Row]]:
    """Return the rows of some items in an order, by the item that they belong to."""
    statement = f"SELECT * FROM {model._meta.db_table} WHERE item_id IN ({{}}) ORDER BY {order}"
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in bulk.objects(model, statement, item_ids):
        found[row.item_id].append(row)
    return found
