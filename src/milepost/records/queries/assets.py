"""The assets of a system, with what dates ask of them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Count, Q

from milepost.records.assets import Asset

PAGE: Final = 100
"""Assets on a page."""
EXPOSURES: Final[Mapping[str, bool | None]] = {"exposed": True, "internal": False, "unknown": None}
"""What can be said of an asset's exposure, by the word of addresses."""


class AssetRow(NamedTuple):
    """An asset; `exposed` None where nobody said."""

    name: str
    kind: str
    version: str
    exposed: bool | None


class AssetPage(NamedTuple):
    """A page of assets; `counts` are those of all that fit the text, by exposure, `total` those that fit."""

    rows: list[AssetRow]
    total: int
    counts: Mapping[str, int]
    page: int
    pages: int


def asset_rows(system_id: int) -> list[AssetRow]:
    """Return the assets of a system by name."""
    rows = Asset.objects.filter(system=system_id).order_by("name", "pk")
    return [AssetRow(*row) for row in rows.values_list(*AssetRow._fields)]


def asset_page(system_id: int, *, text: str = "", exposure: str = "", page: int = 1) -> AssetPage:
    """Return a page of the assets whose name holds a text, of one exposure (`EXPOSURES`) or all, by name."""
    named = Asset.objects.filter(system=system_id, name__icontains=text)
    numbers = dict(named.order_by().values_list("exposed").annotate(number=Count("pk")))
    counts = {name: numbers.get(exposed, 0) for name, exposed in EXPOSURES.items()}
    total = counts[exposure] if exposure else sum(counts.values())
    pages = max(-(-total // PAGE), 1)
    shown = min(page, pages)
    wanted = named.filter(_condition(exposure)) if exposure else named
    rows = wanted.order_by("name", "pk").values_list(*AssetRow._fields)[(shown - 1) * PAGE : shown * PAGE]
    return AssetPage([AssetRow(*row) for row in rows], total, counts, shown, pages)


def _condition(exposure: str) -> Q:
    exposed = EXPOSURES[exposure]
    return Q(exposed__isnull=True) if exposed is None else Q(exposed=exposed)
