"""What is open by scope, and what of it an import did not look at."""

from collections import Counter
from collections.abc import Iterable

from milepost.records import bulk


def open_by_scope(system_id: int) -> Counter[str]:
    """Return how many occurrences are open in each scope of a system."""
    rows = bulk.select(
        "SELECT scope, sum(open_count) FROM records_assessedscope WHERE system_id IN ({}) GROUP BY scope",
        [system_id],
    )
    return Counter({scope: int(total) for scope, total in rows})


def untested_weaknesses(system_id: int, scopes: Iterable[str], assets: set[int], known: set[int]) -> set[int]:
    """Return weaknesses open in these scopes on assets that an import did not look at, without the known."""
    unseen = [
        asset_id
        for (asset_id,) in bulk.select(
            "SELECT DISTINCT asset_id FROM records_assessedscope WHERE system_id = %s AND open_count > 0"
            " AND scope IN ({})",
            sorted(scopes),
            system_id,
        )
        if asset_id not in assets
    ]
    rows = bulk.select(
        "SELECT DISTINCT weakness_id, scope FROM records_occurrence WHERE open AND asset_id IN ({})", unseen
    )
    wanted = set(scopes)
    return {weakness_id for weakness_id, scope in rows if scope in wanted} - known
