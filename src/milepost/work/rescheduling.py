"""Dates of an item when its first sight moves: an older scan came in late, or the oldest was taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Min

from milepost.authorities.profiles import Own
from milepost.domain.item import ENDED_STATUSES, ItemKind
from milepost.domain.rating import Rating
from milepost.records.first_sights import first_sights
from milepost.records.items import Item, ItemChange
from milepost.records.systems import System
from milepost.work.opening import local_date, severity_of
from milepost.work.terms import Authorities


@dataclass(frozen=True, slots=True)
class Cause:
    """Why dates move: the import that brought an earlier sight, in words too, and the day it came."""

    import_id: int
    reason: str
    as_of: date


def follow_first_sight(
    system: System, item_ids: Iterable[int], cause: Cause | None, own: Own | None = None
) -> None:
    """Let detection date, original rating and the dates that follow from them come from the earliest sight.

    A scheduled date that a person set stays as it is. Without a cause nothing is written to the history: an
    import taken back takes its entries with it. `own` are the organisation's profiles, where they are known.
    """
    sights = first_sights(item_ids)
    known = Authorities(system, own)
    for item in Item.objects.filter(pk__in=sorted(sights), recurrence_of=None):
        sight = sights[item.pk]
        authority = known.of(item.opened_under)
        rated = authority.rate(severity_of(sight.severity))
        detected_on = local_date(sight.at, system.time_zone)
        scheduled_on = authority.scheduled(detected_on, rated.rating)
        values: dict[str, object] = {
            "detected_on": detected_on,
            "original_scheduled_on": scheduled_on,
            "original_risk": rated.rating,
            "native_severity": sight.native_severity,
        }
        if item.scheduled_on == item.original_scheduled_on:
            values["scheduled_on"] = scheduled_on
        item.first_seen = sight.at
        _set(item, values, cause)
    _follow_children(system, sights, cause, known)


def _follow_children(
    system: System, item_ids: Iterable[int], cause: Cause | None, known: Authorities
) -> None:
    """Let an item that gathers others be detected with the first of them."""
    gathering = Item.objects.filter(kind=ItemKind.CONSOLIDATED, children__in=sorted(item_ids)).distinct()
    for parent in gathering.exclude(status__in=ENDED_STATUSES):
        first_seen = parent.children.aggregate(first=Min("first_seen"))["first"]
        detected_on = local_date(first_seen, system.time_zone)
        authority = known.of(parent.opened_under)
        scheduled_on = authority.scheduled(detected_on, Rating(parent.original_risk))
        values: dict[str, object] = {"detected_on": detected_on, "original_scheduled_on": scheduled_on}
        if parent.scheduled_on == parent.original_scheduled_on:
            values["scheduled_on"] = scheduled_on
        parent.first_seen = first_seen
        _set(parent, values, cause)


def _set(item: Item, values: dict[str, object], cause: Cause | None) -> None:
    changes = []
    for name, after in values.items():
        before = getattr(item, name)
        if before != after:
            setattr(item, name, after)
            changes.append((name, str(before or ""), str(after or "")))
    item.save()
    if cause is not None:
        ItemChange.objects.bulk_create(_entry(item, change, cause) for change in changes)


def _entry(item: Item, change: tuple[str, str, str], cause: Cause) -> ItemChange:
    name, before, after = change
    return ItemChange(
        item=item,
        at=datetime.combine(cause.as_of, time(), tzinfo=UTC),
        field=name,
        before=before,
        after=after,
        reason=cause.reason,
        source_import=cause.import_id,
    )
