"""Opening items for what scans found: one number once and for all, dates by the authority's rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from milepost.authorities import authority_of
from milepost.authorities.authority import Authority
from milepost.domain import finding
from milepost.domain.finding import WeaknessKind
from milepost.domain.item import DeviationKind, DeviationState, Grouping, ItemKind, ItemStatus, SourceKind
from milepost.domain.severity import Severity
from milepost.records import bulk, rollup
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.records.wordings import facts_by_id

_BY_RANK = {severity.rank: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Opening:
    """What one import opened: items for weaknesses, and whether one that gathers configuration findings."""

    rows: frozenset[int] = frozenset()
    consolidated: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan that opens items: its import, its instant (a recurrence counts from it), the day of opening.

    `late` says that the register has newer scans, which may have lowered what this one rates.
    """

    import_id: int
    seen_at: int
    as_of: date
    late: bool


class _Weakness(NamedTuple):
    """What opening an item needs of a weakness."""

    id: int
    name: str
    source_id: str
    kind: str
    title: str
    severity: int
    first_seen: int
    open_count: int
    facts_id: int


class _Scope(NamedTuple):
    """The scope by which an item covers a weakness, and the status of that item."""

    id: int
    asset_id: int | None
    item_id: int
    status: str


class _Place(NamedTuple):
    """A weakness in the whole system or on one asset, and the scope of the item that covers it, if any."""

    weakness: _Weakness
    asset_id: int | None
    first_seen: int
    open: bool
    scope: _Scope | None = None


def severity_of(rank: int) -> Severity:
    """Return the severity that has this rank."""
    return _BY_RANK[rank]


@lru_cache(maxsize=1 << 12)
def local_date(instant: int, time_zone: str) -> date:
    """Return the day of an instant (seconds since 1970 UTC) in a time zone."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(time_zone)).date()


def open_items(system: System, weakness_ids: Iterable[int], returned: set[int], scan: Scan) -> Opening:
    """Open an item for each weakness that has none, or whose closed item it `returned` from.

    Informational findings and what the tool itself calls not affected open none. What was seen and is gone
    opens one too: an older scan that comes in late opens what it would have opened in time.
    """
    rated = rollup.ever_rated(weakness_ids) if scan.late else weakness_ids
    weaknesses = _weaknesses(rated, least=0 if scan.late else 1)
    places = _places(system, weaknesses)
    excused = _excused(places)
    places = [place for place in places if _needs_item(place, returned, excused)]
    if not places:
        return Opening()
    places.sort(key=lambda each: (-each.weakness.severity, each.weakness.name, each.asset_id or 0))
    authority = authority_of(system.authority)
    parent, consolidated = _consolidated(system, authority, places, scan)
    facts = facts_by_id(place.weakness.facts_id for place in places)
    items = [_item(system, authority, place, facts[place.weakness.facts_id], scan) for place in places]
    for item in items:
        item.parent = parent if item.kind == ItemKind.CONFIGURATION else None
    system.save(update_fields=["last_number"])
    bulk.number(items)
    _assign(items, places)
    rollup.add_up(items)
    bulk.insert_objects(items)
    return Opening(frozenset(item.pk for item in items), consolidated)


def _weaknesses(rows: Iterable[int], *, least: int) -> dict[int, _Weakness]:
    found = bulk.select(
        "SELECT id, name, source_id, kind, title, severity, first_seen, open_count, facts_id"
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
        _Place(each, None, each.first_seen, each.open_count > 0, scopes.get((each.id, None)))
        for each in weaknesses.values()
        if each.id not in by_asset
    ]
    for weakness_id, asset_id, first_seen, opened in bulk.select(_BY_ASSET, sorted(by_asset)):
        scope = scopes.get((weakness_id, asset_id), scopes.get((weakness_id, None)))
        places.append(_Place(weaknesses[weakness_id], asset_id, first_seen, opened > 0, scope))
    return places


_SCOPES = (
    "SELECT s.weakness_id, s.id, s.asset_id, s.item_id, i.status FROM records_itemscope s"
    " JOIN records_item i ON i.id = s.item_id WHERE s.weakness_id IN ({})"
)
_BY_ASSET = (
    "SELECT weakness_id, asset_id, min(first_seen), sum(CASE WHEN open THEN 1 ELSE 0 END)"
    " FROM records_occurrence WHERE weakness_id IN ({}) GROUP BY weakness_id, asset_id"
)


def _excused(places: Iterable[_Place]) -> set[int]:
    """Return the closed items of these places whose finding is an approved false positive."""
    closed = {each.scope.item_id for each in places if each.scope and each.scope.status == ItemStatus.CLOSED}
    approved = Deviation.objects.filter(
        item__in=closed, kind=DeviationKind.FALSE_POSITIVE, state=DeviationState.APPROVED
    )
    return set(approved.values_list("item", flat=True)) if closed else set()


def _needs_item(place: _Place, returned: set[int], excused: set[int]) -> bool:
    if place.scope is None:
        return True
    if place.scope.status != ItemStatus.CLOSED or not place.open or place.weakness.id not in returned:
        return False
    return place.scope.item_id not in excused


def _consolidated(
    system: System, authority: Authority, places: Sequence[_Place], scan: Scan
) -> tuple[Item | None, int]:
    """Find or open the one item under which the authority wants configuration findings gathered."""
    gathers = authority.consolidated_control
    if not gathers or not any(_kind(place.weakness) == ItemKind.CONFIGURATION for place in places):
        return None, 0
    held = (
        Item.objects.filter(system=system, kind=ItemKind.CONSOLIDATED)
        .exclude(status=ItemStatus.CLOSED)
        .first()
    )
    if held is not None:
        return held, 0
    detected = min(place.first_seen for place in places)
    item = _numbered(system, detected, scan)
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
    return item, 1


def _item(system: System, authority: Authority, place: _Place, facts: finding.Facts, scan: Scan) -> Item:
    item = _numbered(system, place.first_seen if place.scope is None else scan.seen_at, scan)
    severity = severity_of(place.weakness.severity)
    rated = authority.rate(severity)
    item.kind = _kind(place.weakness)
    item.source_id = place.weakness.source_id
    item.controls = authority.scan_control(facts.kind)
    item.original_risk = rated.rating
    item.native_severity = facts.native_severity
    item.scheduled_on = item.original_scheduled_on = authority.scheduled(item.detected_on, rated.rating)
    item.kev_due_on = date.fromisoformat(facts.kev_due) if facts.kev_due else None
    item.recurrence_of_id = place.scope.item_id if place.scope else None
    item.title = place.weakness.title
    item.severity = place.weakness.severity
    return item


def _numbered(system: System, first_seen: int, scan: Scan) -> Item:
    system.last_number += 1
    return Item(
        system=system,
        number=system.last_number,
        identifier=f"{system.item_prefix}{system.last_number}",
        first_seen=first_seen,
        detected_on=local_date(first_seen, system.time_zone),
        opened_on=scan.as_of,
        opened_by=scan.import_id,
        status_on=scan.as_of,
    )


def _kind(weakness: _Weakness) -> ItemKind:
    configuration = weakness.kind == WeaknessKind.CONFIGURATION
    return ItemKind.CONFIGURATION if configuration else ItemKind.WEAKNESS


def _assign(items: list[Item], places: list[_Place]) -> None:
    """Give each item its scope; a recurrence takes over the scope of the closed item.

    The database looks only at the end of the transaction whether the items are there.
    """
    fresh: list[bulk.Row] = []
    taken: list[bulk.Row] = []
    for item, place in zip(items, places, strict=True):
        if place.scope is not None and place.scope.asset_id == place.asset_id:
            taken.append((item.pk, place.scope.id))
        else:
            fresh.append((item.pk, place.weakness.id, place.asset_id))
    bulk.update("records_itemscope", ("item_id",), ("bigint",), taken)
    bulk.insert("records_itemscope", ("item_id", "weakness_id", "asset_id"), fresh)
