"""The assets of a system as its scans know them, for the inventory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from milepost.authorities.fedramp.inventory_workbook import ScannedAsset
from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.records.assets import AssessedScope, Asset, AssetIdentifier
from milepost.records.systems import System

_TYPES = {
    AssetKind.HOST: "Host",
    AssetKind.IMAGE: "Container image",
    AssetKind.CODE: "Code base",
    AssetKind.APPLICATION: "Web application",
    AssetKind.RESOURCE: "Cloud resource",
}


class _Named(NamedTuple):
    kind: str
    value: str


def scanned_assets(system: System) -> list[ScannedAsset]:
    """Return the assets of a system by name; three statements."""
    names: defaultdict[int, list[_Named]] = defaultdict(list)
    identifiers = AssetIdentifier.objects.filter(system=system).order_by("kind", "value")
    for asset_id, kind, value in identifiers.values_list("asset_id", "kind", "value"):
        names[asset_id].append(_Named(kind, value))
    looks: defaultdict[int, list[AssessedScope]] = defaultdict(list)
    for scope in AssessedScope.objects.filter(system=system):
        looks[scope.asset_id].append(scope)
    assets = Asset.objects.filter(system=system).order_by("name", "pk")
    return [_asset(each, names[each.pk], looks[each.pk]) for each in assets]


def _asset(asset: Asset, named: Sequence[_Named], looks: Sequence[AssessedScope]) -> ScannedAsset:
    by_kind: Mapping[str, list[str]] = _by_kind(named)
    last = max((look.last_look for look in looks), default=None)
    return ScannedAsset(
        name=str(asset),
        names=(asset.name, *(each.value for each in named)),
        addresses=tuple(by_kind.get(IdentifierKind.IP, ())),
        dns_name=next(iter(by_kind.get(IdentifierKind.FQDN, ())), ""),
        kind=_TYPES.get(AssetKind(asset.kind), asset.kind),
        product=str(asset) if asset.kind == AssetKind.IMAGE else "",
        exposed=asset.exposed,
        last_look=_day(last) if last is not None else None,
        credentialed=any(look.credentialed_once for look in looks) if asset.kind == AssetKind.HOST else None,
    )


def _by_kind(named: Iterable[_Named]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in named:
        found[each.kind].append(each.value)
    return found


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, tz=UTC).date()
