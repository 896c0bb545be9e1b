"""The register: one page of a system's items, the same cost at any depth.

The columns that filters choose by lead every index (`records.items`), so a page is the merge of a few index
ranges, one for each group of status, rating and kind that has items; only its own rows are then read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from milepost.domain.deadline import is_overdue
from milepost.domain.item import OPEN_STATUSES
from milepost.domain.severity import Severity
from milepost.records.items import UNDATED, Item
from milepost.records.planning import Deviation
from milepost.records.queries.facets import Facets, Group, chosen, facets, groups, number_of
from milepost.records.queries.filters import Cursor, Filter, Sort, cursor_from
from milepost.records.queries.places import COUNTED, Asked, Found, Place, count, merged, searched
from milepost.records.queries.present_status import present_status
from milepost.records.queries.searching import dates, search
from milepost.records.queries.systems import DUE_SOON

LARGEST_PAGE: Final = 200
"""Rows of the longest page."""

_SEVERITIES: Final = {severity.rank: severity for severity in Severity}


class RegisterRow(NamedTuple):
    """One line of the register; `deviations` are (kind, state); `days_left` below zero is overdue."""

    id: int
    identifier: str
    title: str
    kind: str
    status: str
    rating: str
    original_risk: str
    severity: Severity
    native_severity: str
    source_id: str
    controls: str
    detected_on: date
    due_on: date | None
    days_left: int | None
    overdue: bool
    kev: bool
    vendor_dependency: bool
    closure_candidate: bool
    open_count: int
    asset_count: int
    responsible: str
    deviations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the register; `next` and `previous` are cursors for an address, empty at the ends.

    `total` counts what the filter finds, up to `COUNTED` where a text or an asset is searched
    (`total_capped`).
    """

    rows: list[RegisterRow]
    next: str
    previous: str
    total: int
    total_capped: bool
    facets: Facets


def register_page(
    system_id: int,
    wanted: Filter,
    sort: Sort,
    cursor: str = "",
    *,
    as_of: date,
    size: int = 50,
) -> Page:
    """Return a page of the items that a filter finds, in an order, after or before a cursor.

    Raises:
        WrongUse: the cursor is no place in this order.
    """
    begin = cursor_from(cursor, sort) if cursor else None
    backwards = begin is not None and begin.back
    limit = min(size, LARGEST_PAGE)
    counted = groups(system_id, as_of, DUE_SOON if wanted.due_within is None else wanted.due_within)
    found, total = _found(
        system_id, wanted, counted, sort.turned() if backwards else sort, begin, limit + 1, as_of
    )
    more, places = len(found) > limit, found[:limit]
    if backwards:
        places.reverse()
    return Page(
        rows=_rows(places, as_of),
        next=_cursor(places[-1:], sort, back=False) if more or backwards else "",
        previous=_cursor(places[:1], sort, back=True) if (more if backwards else begin) else "",
        total=total,
        total_capped=total >= COUNTED and bool(wanted.text or wanted.asset),
        facets=facets(counted, wanted),
    )


def _found(
    system_id: int,
    wanted: Filter,
    counted: list[Group],
    order: Sort,
    begin: Cursor | None,
    limit: int,
    as_of: date,
) -> Found:
    """Return the places of a page, and how many a filter finds in all."""
    found = chosen(counted, wanted)
    narrowing = dates(wanted, as_of)
    asked = Asked(system_id, found, narrowing.also(search(system_id, wanted)), order, begin, limit)
    if wanted.text or wanted.asset:
        return searched(asked)
    total = number_of(found, wanted)
    return Found(merged(asked), count(asked) if total is None else total)


def _cursor(places: Sequence[Place], sort: Sort, *, back: bool) -> str:
    if not places:
        return ""
    key, row = places[0]
    return Cursor(sort.name, key if isinstance(key, int) else date.fromisoformat(key), row, back).written()


def _rows(places: Sequence[Place], as_of: date) -> list[RegisterRow]:
    ids = [place.row for place in places]
    items = Item.objects.in_bulk(ids)
    deviations: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for item_id, kind, state in Deviation.objects.filter(item__in=ids).values_list(
        "item_id", "kind", "state"
    ):
        deviations[item_id].append((kind, state))
    return [_row(items[row], deviations[row], as_of) for row in ids if row in items]


def _row(item: Item, deviations: Sequence[tuple[str, str]], as_of: date) -> RegisterRow:
    due = None if item.due_order == UNDATED else item.due_order
    status = present_status(item, as_of)
    is_open = status in OPEN_STATUSES
    return RegisterRow(
        id=item.pk,
        identifier=item.identifier,
        title=item.name or item.title,
        kind=item.kind,
        status=status.value,
        rating=item.rating,
        original_risk=item.original_risk,
        severity=_SEVERITIES[item.severity],
        native_severity=item.native_severity,
        source_id=item.source_id,
        controls=item.controls,
        detected_on=item.detected_on,
        due_on=due,
        days_left=(due - as_of).days if due and is_open else None,
        overdue=is_open
        and is_overdue(due, completed=item.completed_on, as_of=as_of, excused_until=item.excused_until),
        kev=item.kev_due_on is not None,
        vendor_dependency=item.vendor_dependency,
        closure_candidate=is_open and item.open_count == 0 and item.known_count > 0,
        open_count=item.open_count,
        asset_count=item.asset_count,
        responsible=item.responsible,
        deviations=tuple(deviations),
    )
