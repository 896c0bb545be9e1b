"""Systems at a glance: how many items are open, overdue, due soon, and when each was last scanned."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When

from milepost.domain.errors import RecordMissing
from milepost.domain.item import CLOSED_STATUSES, OPEN_STATUSES
from milepost.records.imports import Import
from milepost.records.items import UNDATED, Item
from milepost.records.systems import System

DUE_SOON = 30
"""Days ahead within which an item counts as due soon."""


class SystemRow(NamedTuple):
    """A system with its numbers; `last_scan` in seconds since 1970 UTC, None before the first import."""

    id: int
    name: str
    authority: str
    impact: str
    time_zone: str
    open: int
    overdue: int
    due_soon: int
    closed: int
    items_without_date: int
    last_scan: int | None


class SystemCard(NamedTuple):
    """What every page of a system shows of it."""

    id: int
    name: str
    authority: str
    impact: str
    provider: str
    point_of_contact: str
    time_zone: str
    grouping: str
    item_prefix: str
    created_on: date


class SystemName(NamedTuple):
    """A system to switch to."""

    id: int
    name: str


class _Counts(NamedTuple):
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    closed: int = 0
    undated: int = 0

    def plus(self, *more: int) -> "_Counts":
        return _Counts(*(ours + theirs for ours, theirs in zip(self, more, strict=True)))


def system_rows(as_of: date) -> list[SystemRow]:
    """Return all systems by name, with three statements however many there are."""
    counts = _counts(as_of)
    scans = dict(Import.objects.order_by().values_list("system_id").annotate(last=Max("scanned_at")))
    systems = System.objects.values_list("id", "name", "authority", "impact", "time_zone")
    return [
        SystemRow(row, name, authority, impact, zone, *counts[row], scans.get(row))
        for row, name, authority, impact, zone in systems
    ]


def system_card(system_id: int) -> SystemCard:
    """Return a system.

    Raises:
        RecordMissing: there is none of this number.
    """
    found = System.objects.filter(pk=system_id).values_list(*SystemCard._fields).first()
    if found is None:
        raise RecordMissing("there is no such system", fix="choose one from the list of systems")
    return SystemCard(*found)


def item_count(system_id: int) -> int:
    """Return how many items a system has, closed ones included."""
    return Item.objects.filter(system=system_id).count()


def system_names(limit: int = 50) -> list[SystemName]:
    """Return the first systems by name."""
    return [SystemName(*row) for row in System.objects.values_list("id", "name")[:limit]]


def _counts(as_of: date) -> defaultdict[int, _Counts]:
    soon = as_of + timedelta(days=DUE_SOON)
    groups = (
        Item.objects.order_by()
        .values_list("system_id", "status")
        .annotate(
            items=Count("id"),
            late=_number(Q(due_order__lt=as_of) & (Q(excused_until=None) | Q(excused_until__lt=as_of))),
            soon=_number(Q(due_order__gte=as_of, due_order__lte=soon)),
            undated=_number(Q(due_order=UNDATED)),
        )
    )
    counts: defaultdict[int, _Counts] = defaultdict(_Counts)
    for system_id, status, items, late, near, undated in groups:
        if status in OPEN_STATUSES:
            counts[system_id] = counts[system_id].plus(items, late, near, 0, undated)
        elif status in CLOSED_STATUSES:
            counts[system_id] = counts[system_id].plus(0, 0, 0, items, 0)
    return counts


def _number(condition: Q) -> Sum:
    return Sum(Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()))
