"""Opening items for what scans found: one number once and for all, dates by the authority's rule."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from milepost.authorities.authority import Authority
from milepost.authorities.finding_controls import controls_named
from milepost.authorities.profiles import Own
from milepost.domain import finding
from milepost.domain.finding import WeaknessKind
from milepost.domain.item import (
    CLOSED_STATUSES,
    ENDED_STATUSES,
    DeviationKind,
    DeviationState,
    Grouping,
    ItemKind,
    ItemStatus,
    SourceKind,
)
from milepost.domain.severity import Severity
from milepost.records import bulk, new_items, rollup
from milepost.records.item_totals import open_assets
from milepost.records.items import Item
from milepost.records.new_items import NewItem
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.records.wordings import Wordings
from milepost.work.terms import Authorities, opened_under

_COME_BACK = CLOSED_STATUSES | {ItemStatus.CANCELLED}
"""Items that a new sight opens another one after; what merged or was handed over goes on elsewhere."""

_CONTROLS = 30
"""The most controls that an item names; a rule with more is about everything."""

_BY_RANK = {severity.rank: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Opening:
    """What one import opened: items for weaknesses, and whether one that gathers configuration findings."""

    rows: frozenset[int] = frozenset()
    consolidated: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan that opens items: its import, its instant (a recurrence counts from it), the day of opening.

    `late` says that the register has newer scans, which may have lowered what this one rates; `source_kind`
    is the activity that it comes from.
    """

    import_id: int
    seen_at: int
    as_of: date
    late: bool
    source_kind: str = SourceKind.SCAN


class _Weakness(NamedTuple):
    """What opening an item needs of a weakness."""

    id: int
    name: str
    source_id: str
    kind: str
    title: str
    severity: int
    first_seen: int
    known_count: int
    open_count: int
    facts_id: int


class _Scope(NamedTuple):
    """The scope by which an item covers a weakness, and the status of that item."""

    id: int
    asset_id: int | None
    item_id: int
    status: str


class _Place(NamedTuple):
    """A weakness in the whole system or on one asset, and the scope of the item that covers it, if any.

    `known` and `open` count its occurrences there.
    """

    weakness: _Weakness
    asset_id: int | None
    first_seen: int
    known: int
    open: int
    scope: _Scope | None = None


def severity_of(rank: int) -> Severity:
    """Return the severity that has this rank."""
    return _BY_RANK[rank]


@lru_cache(maxsize=1 << 12)
def local_date(instant: int, time_zone: str) -> date:
    """Return the day of an instant (seconds since 1970 UTC) in a time zone."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(time_zone)).date()


def open_items(
    system: System, weakness_ids: Iterable[int], returned: set[int], scan: Scan, wordings: Wordings, own: Own
) -> Opening:
    """Open an item for each weakness that has none, or whose closed item it `returned` from.

    Informational findings and what the tool itself calls not affected open none. What was seen and is gone
    opens one too: an older scan that comes in late opens what it would have opened in time. `own` are the
    organisation's profiles.
    """
    rated = rollup.ever_rated(weakness_ids) if scan.late else weakness_ids
    weaknesses = _weaknesses(rated, least=0 if scan.late else 1)
    places = _places(system, weaknesses)
    excused = _excused(places)
    places = [place for place in places if _needs_item(place, returned, excused)]
    if not places:
        return Opening()
    places.sort(key=lambda each: (-each.weakness.severity, each.weakness.name, each.asset_id or 0))
    base = _opened(system, scan, own)
    authority = Authorities(system, own).of(base.opened_under)
    parent, consolidated = _consolidated(system, authority, places, copy(base))
    facts = wordings.facts(place.weakness.facts_id for place in places)
    assets = open_assets(place.weakness.id for place in places if place.asset_id is None)
    items = [_item(system, authority, place, facts[place.weakness.facts_id], scan) for place in places]
    for item, place in zip(items, places, strict=True):
        item.parent_id = parent if item.kind == ItemKind.CONFIGURATION else None
        item.asset_count = assets.get(place.weakness.id, 0) if place.asset_id is None else int(place.open > 0)
    system.save(update_fields=["last_number"])
    new_items.number(items)
    new_items.insert(items, base)
    _assign(items, places)
    return Opening(frozenset(item.id for item in items), consolidated)


def _weaknesses(rows: Iterable[int], *, least: int) -> dict[int, _Weakness]:
    found = bulk.select(
        "SELECT id, name, source_id, kind, title, severity, first_seen, known_count, open_count, facts_id"
        " FROM records_weakness WHERE known_count > 0 AND severity >= %s AND id IN ({})",
        sorted(rows),
        least,
    )
    return {each.id: each for each in map(_Weakness._make, found)}


def _places(system: System, weaknesses: dict[int, _Weakness]) -> list[_Place]:
    """List where weaknesses were seen, by asset where items are kept so, each with the scope that governs."""
    scopes: dict[tuple[int, int | None], _Scope] = {}
    for weakness_id, row, asset_id, item_id, status in bulk.select(_SCOPES, weaknesses):
        scopes[weakness_id, asset_id] = _Scope(row, asset_id, item_id, status)
    by_asset = {weakness_id for weakness_id, asset_id in scopes if asset_id is not None}
    if system.grouping == Grouping.ASSET:
        by_asset = {each for each in weaknesses if (each, None) not in scopes or each in by_asset}
    places = [
        _Place(each, None, each.first_seen, each.known_count, each.open_count, scopes.get((each.id, None)))
        for each in weaknesses.values()
        if each.id not in by_asset
    ]
    for weakness_id, asset_id, first_seen, known, opened in bulk.select(_BY_ASSET, sorted(by_asset)):
        scope = scopes.get((weakness_id, asset_id), scopes.get((weakness_id, None)))
        places.append(_Place(weaknesses[weakness_id], asset_id, first_seen, known, opened, scope))
    return places


_SCOPES = (
    "SELECT s.weakness_id, s.id, s.asset_id, s.item_id, i.status FROM records_itemscope s"
    " JOIN records_item i ON i.id = s.item_id WHERE s.weakness_id IN ({})"
)
_BY_ASSET = (
    "SELECT weakness_id, asset_id, min(first_seen), count(*), sum(CASE WHEN open THEN 1 ELSE 0 END)"
    " FROM records_occurrence WHERE weakness_id IN ({}) GROUP BY weakness_id, asset_id"
)


def _excused(places: Iterable[_Place]) -> set[int]:
    """Return the closed items of these places whose finding is an approved false positive."""
    closed = {each.scope.item_id for each in places if each.scope and each.scope.status in CLOSED_STATUSES}
    approved = Deviation.objects.filter(
        item__in=closed, kind=DeviationKind.FALSE_POSITIVE, state=DeviationState.APPROVED
    )
    return set(approved.values_list("item", flat=True)) if closed else set()


def _needs_item(place: _Place, returned: set[int], excused: set[int]) -> bool:
    if place.scope is None:
        return True
    if place.scope.status not in _COME_BACK or not place.open or place.weakness.id not in returned:
        return False
    return place.scope.item_id not in excused


def _consolidated(
    system: System, authority: Authority, places: Sequence[_Place], item: Item
) -> tuple[int | None, int]:
    """Find the one item under which the authority wants configuration findings gathered, or open `item`."""
    gathers = authority.consolidated_control
    if not gathers or not any(_kind(place.weakness) == ItemKind.CONFIGURATION for place in places):
        return None, 0
    held = (
        Item.objects.filter(system=system, kind=ItemKind.CONSOLIDATED)
        .exclude(status__in=ENDED_STATUSES)
        .first()
    )
    if held is not None:
        return held.pk, 0
    item.number, item.identifier = _next_number(system)
    item.first_seen = min(place.first_seen for place in places)
    item.detected_on = local_date(item.first_seen, system.time_zone)
    rated = authority.rate(Severity.MODERATE)
    item.kind = ItemKind.CONSOLIDATED
    item.name = f"Configuration findings ({gathers})"
    item.description = (
        "Gathers every configuration finding of the system; it stays open until all are closed."
    )
    item.controls = gathers
    item.source_kind = SourceKind.CONTINUOUS_MONITORING
    item.original_risk = rated.rating
    item.scheduled_on = item.original_scheduled_on = authority.scheduled(item.detected_on, rated.rating)
    item.save()
    return item.pk, 1


def _item(system: System, authority: Authority, place: _Place, facts: finding.Facts, scan: Scan) -> NewItem:
    weakness = place.weakness
    first_seen = place.first_seen if place.scope is None else scan.seen_at
    detected_on = local_date(first_seen, system.time_zone)
    rated = authority.rate(severity_of(weakness.severity))
    number, identifier = _next_number(system)
    return NewItem(
        number=number,
        identifier=identifier,
        kind=_kind(weakness),
        source_id=weakness.source_id,
        first_seen=first_seen,
        detected_on=detected_on,
        scheduled_on=authority.scheduled(detected_on, rated.rating),
        kev_due_on=date.fromisoformat(facts.kev_due) if facts.kev_due else None,
        original_risk=rated.rating,
        native_severity=facts.native_severity,
        controls=_controls(authority, facts),
        title=weakness.title,
        severity=weakness.severity,
        known_count=place.known,
        open_count=place.open,
        asset_count=0,
        recurrence_of_id=place.scope.item_id if place.scope else None,
    )


def _controls(authority: Authority, facts: finding.Facts) -> str:
    named = controls_named(facts)
    return ", ".join(named.controls[:_CONTROLS]) if named else authority.scan_control(facts.kind)


def _opened(system: System, scan: Scan, own: Own) -> Item:
    """Return an unsaved item with what all items opened by this scan have in common."""
    return Item(
        system=system,
        opened_on=scan.as_of,
        opened_by=scan.import_id,
        source_kind=scan.source_kind,
        opened_under=opened_under(system, as_of=scan.as_of, own=own),
        status_on=scan.as_of,
    )


def _next_number(system: System) -> tuple[int, str]:
    system.last_number += 1
    return system.last_number, f"{system.item_prefix}{system.last_number}"


def _kind(weakness: _Weakness) -> ItemKind:
    configuration = weakness.kind == WeaknessKind.CONFIGURATION
    return ItemKind.CONFIGURATION if configuration else ItemKind.WEAKNESS


def _assign(items: list[NewItem], places: list[_Place]) -> None:
    """Give each item its scope; a recurrence takes over the scope of the closed item.

    The items are in their table before: SQLite looks whether each new one is what a scope still lacks.
    """
    fresh: list[bulk.Row] = []
    taken: list[bulk.Row] = []
    for item, place in zip(items, places, strict=True):
        if place.scope is not None and place.scope.asset_id == place.asset_id:
            taken.append((item.id, place.scope.id))
        else:
            fresh.append((item.id, place.weakness.id, place.asset_id))
    bulk.update("records_itemscope", ("item_id",), ("bigint",), taken)
    bulk.insert("records_itemscope", ("item_id", "weakness_id", "asset_id"), fresh)
