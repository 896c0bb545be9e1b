"""Saying of assets whether people outside can reach them: dates that depend on it follow."""

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase

from milepost.domain.errors import RecordMissing
from milepost.records.assets import Asset
from milepost.records.systems import System
from milepost.work.due_dates import Cause, Recomputed, recompute_systems
from milepost.work.recording import recorded


def expose_assets(
    system: System, names: Sequence[str], *, exposed: bool | None, as_of: date
) -> tuple[tuple[str, ...], Recomputed]:
    """Say of assets, by name or pattern (`web-*`), that they are publicly exposed, internal, or not known.

    Returns the names of the assets that changed, and what became of the due dates.

    Raises:
        RecordMissing: a name or pattern means no asset of the system.
    """
    with recorded("expose_assets", as_of=as_of, system=system) as told:
        known = list(Asset.objects.filter(system=system).order_by("name", "pk"))
        wanted: dict[int, Asset] = {}
        for pattern in names:
            matching = {asset.pk: asset for asset in known if _fits(asset.name, pattern)}
            if not matching:
                raise RecordMissing(
                    f"no asset goes by {pattern}", where=system.name, fix="list them with milepost asset list"
                )
            wanted |= matching
        changed = [asset for asset in wanted.values() if asset.exposed is not exposed]
        Asset.objects.filter(pk__in=[asset.pk for asset in changed]).update(exposed=exposed)
        for asset in changed:
            told.changed("exposed", asset.exposed, exposed, asset.name)
        told.nothing()
        said = {True: "publicly exposed", False: "internal", None: "of unknown exposure"}[exposed]
        cause = Cause(f"{len(changed)} assets are {said}", as_of)
        return tuple(asset.name for asset in changed), recompute_systems([system] if changed else [], cause)


def _fits(name: str, pattern: str) -> bool:
    """Tell whether a pattern means an asset; a name that happens to look like a pattern means itself."""
    return name == pattern or fnmatchcase(name, pattern)
