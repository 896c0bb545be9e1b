"""How many days past its date each overdue item is, by system."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from milepost.domain.item import OPEN_STATUSES
from milepost.records.items import Item
from milepost.records.systems import System


class OverdueSystem(NamedTuple):
    """A system with the days past due of each of its overdue items."""

    name: str
    impact: str
    days: tuple[int, ...]


def overdue_days(as_of: date) -> list[OverdueSystem]:
    """Return every system by name, with the days past due of its overdue items on a day."""
    late = Item.objects.filter(Q(excused_until=None) | Q(excused_until__lt=as_of), due_order__lt=as_of)
    rows = late.filter(status__in=OPEN_STATUSES).values_list("system_id", "due_order")
    days: defaultdict[int, list[int]] = defaultdict(list)
    for system_id, due in rows.iterator():
        days[system_id].append((as_of - due).days)
    return [
        OverdueSystem(name, impact, tuple(days[system_id]))
        for system_id, name, impact in System.objects.values_list("id", "name", "impact")
    ]
