"""From the assets that a report names to the rows that hold them, with all names gathered over the years."""

from collections.abc import Iterable, Sequence

import msgspec

from milepost.domain import finding
from milepost.domain.finding import Identifier, IdentifierKind
from milepost.domain.identity import AssetMatch, KnownAsset, match_asset
from milepost.domain.problem import Problem
from milepost.records import bulk
from milepost.records.intake.digests import fitted


class AssetIntake:
    """Finds or makes the assets of one import; ambiguous ones become assets of their own and are reported."""

    def __init__(self, system_id: int) -> None:
        """Start with an empty memory for one import into one system."""
        self._system_id = system_id
        self._known: dict[int, KnownAsset] = {}
        self._by_value: dict[str, set[int]] = {}
        self._named: dict[int, tuple[str, str]] = {}
        self.problems: list[Problem] = []

    def learn(self, assets: Sequence[finding.Asset]) -> list[int]:
        """Return the row of each asset, in order, making those that are new."""
        self._load({value for asset in assets for _, value in _identifiers(asset)})
        ids = bulk.reserve("records_asset", len(assets))
        newcomers: list[tuple[int, finding.Asset]] = []
        names: list[tuple[int, Identifier]] = []
        result = []
        for asset in assets:
            asset_id = self._match(asset).asset_id
            if asset_id is None:
                asset_id = next(ids)
                newcomers.append((asset_id, asset))
            names.extend((asset_id, each) for each in self._gain(asset_id, asset))
            result.append(asset_id)
        self._insert(newcomers, names)
        return result

    def renamed(self, asset_id: int, name: str, version: str) -> bool:
        """Tell whether the register has an asset by another name or version; from now on it has this one."""
        before = self._named.get(asset_id)
        self._named[asset_id] = name, version
        return before != (name, version)

    def _load(self, values: set[str]) -> None:
        rows = bulk.select(
            "SELECT DISTINCT asset_id FROM records_assetidentifier WHERE system_id = %s AND value IN ({})",
            sorted(values - self._by_value.keys()),
            self._system_id,
        )
        near = sorted(asset_id for (asset_id,) in rows)
        kinds: dict[int, str] = {}
        for asset_id, kind, name, version in bulk.select(_ASSETS, near):
            kinds[asset_id] = kind
            self._named[asset_id] = name, version
        for asset_id, kind, value in bulk.select(_IDENTIFIERS, near):
            self._remember(asset_id, kinds[asset_id], [Identifier(IdentifierKind(kind), value)])

    def _remember(self, asset_id: int, kind: str, identifiers: Iterable[Identifier]) -> None:
        known = self._known.get(asset_id)
        held = known.identifiers if known else frozenset()
        self._known[asset_id] = KnownAsset(asset_id, kind, held | frozenset(identifiers))
        for identifier in identifiers:
            self._by_value.setdefault(identifier.value, set()).add(asset_id)

    def _match(self, asset: finding.Asset) -> AssetMatch:
        near = {each for _, value in _identifiers(asset) for each in self._by_value.get(value, ())}
        match = match_asset(_fitted(asset), (self._known[each] for each in sorted(near)))
        if match.rivals:
            self.problems.append(_ambiguous(asset, match))
        return match

    def _gain(self, asset_id: int, asset: finding.Asset) -> list[Identifier]:
        known = self._known.get(asset_id)
        held = known.identifiers if known else frozenset()
        gained = [each for each in dict.fromkeys(_identifiers(asset)) if each not in held]
        self._remember(asset_id, asset.kind.value, gained)
        return gained

    def _insert(
        self, newcomers: list[tuple[int, finding.Asset]], names: list[tuple[int, Identifier]]
    ) -> None:
        bulk.insert(
            "records_asset",
            ("id", "system_id", "name", "kind", "version"),
            [
                (
                    asset_id,
                    self._system_id,
                    fitted(asset.name, 500),
                    asset.kind.value,
                    fitted(asset.version, 200),
                )
                for asset_id, asset in newcomers
            ],
        )
        bulk.insert(
            "records_assetidentifier",
            ("system_id", "asset_id", "kind", "value"),
            [(self._system_id, asset_id, each.kind.value, each.value) for asset_id, each in names],
        )


_ASSETS = "SELECT id, kind, name, version FROM records_asset WHERE id IN ({})"
_IDENTIFIERS = "SELECT asset_id, kind, value FROM records_assetidentifier WHERE asset_id IN ({})"


class AssetNamed(msgspec.Struct):
    """An asset as one report named it, kept with the report's look at it."""

    name: str
    version: str
    identifiers: list[tuple[str, str]]


def asset_named(asset: finding.Asset) -> str:
    """Return the asset as this report names it, as JSON."""
    identifiers = [(each.kind.value, each.value) for each in _identifiers(asset)]
    named = AssetNamed(fitted(asset.name, 500), fitted(asset.version, 200), identifiers)
    return msgspec.json.encode(named).decode()


def _identifiers(asset: finding.Asset) -> list[Identifier]:
    given = asset.identifiers or (Identifier(IdentifierKind.NAME, asset.name.lower()),)
    return [Identifier(each.kind, fitted(each.value, 500)) for each in given]


def _fitted(asset: finding.Asset) -> finding.Asset:
    return finding.Asset(asset.name, asset.kind, tuple(_identifiers(asset)), asset.version)


def _ambiguous(asset: finding.Asset, match: AssetMatch) -> Problem:
    return Problem(
        where=asset.name,
        what=f"cannot tell which asset is meant: {match.reason}",
        fix="it is kept as an asset of its own; name it with --asset or scan with a host name",
    )
