"""The numbers behind the charts of a system, and what in it needs somebody's attention."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import Count

from milepost.domain.item import CLOSED_STATUSES, ENDED_STATUSES, OPEN_STATUSES, DeviationState
from milepost.domain.rating import Rating
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.planning import Deviation

AGES: Final = ((30, "0–30"), (90, "31–90"), (180, "91–180"))
"""Age buckets in days since detection: up to this many days, and how they are called."""
OLDEST: Final = "over 180"
BUCKETS: Final = (*(name for _, name in AGES), OLDEST)
RATINGS: Final = (Rating.HIGH, Rating.MODERATE, Rating.LOW, Rating.NONE)
VENDOR_DAYS: Final = 30
"""FedRAMP wants a vendor asked at least once a month (POA&M Template Completion Guide, Vendor Dependency)."""


class AgeBar(NamedTuple):
    """How many open items of each rating (in the order of `RATINGS`) fall into an age bucket."""

    bucket: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All items of the bucket."""
        return sum(self.counts)


class Month(NamedTuple):
    """Items detected and items closed in a month, and how many were open at its end."""

    first: date
    opened: int
    closed: int
    open_at_end: int


@dataclass(frozen=True, slots=True)
class Attention:
    """What waits for somebody, as counts."""

    vendor_checks: int
    pending_deviations: int
    unrated: int
    unanswered_imports: int


def open_by_age(system_id: int, as_of: date) -> list[AgeBar]:
    """Count open items by age and rating."""
    counts: Counter[tuple[str, str]] = Counter()
    rows = (
        Item.objects.filter(system=system_id, status__in=OPEN_STATUSES, detected_on__lte=as_of)
        .order_by()
        .values_list("rating", "detected_on")
        .annotate(Count("id"))
    )
    for rating, detected_on, items in rows:
        counts[_bucket((as_of - detected_on).days), rating] += items
    return [AgeBar(bucket, tuple(counts[bucket, rating] for rating in RATINGS)) for bucket in BUCKETS]


def _bucket(days: int) -> str:
    return next((name for most, name in AGES if days <= most), OLDEST)


def by_month(system_id: int, as_of: date, months: int = 12) -> list[Month]:
    """Count detected and closed items month by month up to the day of the view."""
    elsewhere = ENDED_STATUSES - CLOSED_STATUSES
    items = Item.objects.filter(system=system_id).exclude(status__in=elsewhere).order_by()
    opened = items.filter(detected_on__lte=as_of).values_list("detected_on").annotate(Count("id"))
    closed = (
        items.filter(status__in=CLOSED_STATUSES, completed_on__lte=as_of)
        .values_list("completed_on")
        .annotate(Count("id"))
    )
    firsts = _firsts(as_of, months)
    came, went = _monthly(dict(opened), firsts), _monthly(dict(closed), firsts)
    standing = came[None] - went[None]
    found = []
    for first in firsts:
        standing += came[first] - went[first]
        found.append(Month(first, came[first], went[first], standing))
    return found


def _firsts(as_of: date, months: int) -> list[date]:
    first = as_of.replace(day=1)
    found = [first]
    while len(found) < months:
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


def _monthly(by_day: dict[date, int], firsts: list[date]) -> Counter[date | None]:
    """Add days up to their months; None gathers what lies before the first one."""
    counts: Counter[date | None] = Counter()
    for day, items in by_day.items():
        counts[day.replace(day=1) if day >= firsts[0] else None] += items
    return counts


def attention(system_id: int, as_of: date) -> Attention:
    """Count what waits for somebody in a system."""
    opened = Item.objects.filter(system=system_id, status__in=OPEN_STATUSES)
    lately = as_of - timedelta(days=VENDOR_DAYS)
    waiting = opened.filter(vendor_dependency=True)
    return Attention(
        vendor_checks=waiting.exclude(vendor_checked_on__gte=lately).count(),
        pending_deviations=Deviation.objects.filter(
            item__system=system_id, item__status__in=OPEN_STATUSES, state=DeviationState.PENDING
        ).count(),
        unrated=opened.filter(rating=Rating.NONE).count(),
        unanswered_imports=Import.objects.filter(system=system_id, taken_as_clean=False).count(),
    )
