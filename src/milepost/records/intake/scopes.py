"""What is open by scope, and what of it an import did not look at."""

from collections import Counter
from collections.abc import Iterable

from milepost.records import bulk


def open_by_scope(system_id: int) -> Counter[str]:
    """Return how many occurrences are open on hosts in each scope of a system.

    A scan of hosts is expected to look at all of them; a report on one image says nothing about the others.
    """
    rows = bulk.select(
        "SELECT s.scope, sum(s.open_count) FROM records_assessedscope s"
        " JOIN records_asset a ON a.id = s.asset_id"
        " WHERE a.kind = 'host' AND s.system_id IN ({}) GROUP BY s.scope",
        [system_id],
    )
    return Counter({scope: int(total) for scope, total in rows})


def untested_weaknesses(system_id: int, scopes: Iterable[str], assets: set[int], known: set[int]) -> set[int]:
    """Return weaknesses open in these scopes on hosts that an import did not look at, without the known."""
    unseen = [
        asset_id
        for (asset_id,) in bulk.select(
            "SELECT DISTINCT s.asset_id FROM records_assessedscope s"
            " JOIN records_asset a ON a.id = s.asset_id WHERE a.kind = 'host'"
            " AND s.system_id = %s AND s.open_count > 0 AND s.scope IN ({})",
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
