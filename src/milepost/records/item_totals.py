"""What the occurrences that items cover add up to: the counts, the first sight and the severity of an item."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from milepost.records import bulk

COVERED = (
    " FROM records_itemscope s JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " JOIN records_weakness w ON w.id = o.weakness_id"
    " WHERE (s.asset_id = o.asset_id OR (s.asset_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM records_itemscope x WHERE x.weakness_id = o.weakness_id AND x.asset_id = o.asset_id)))"
)


class Total(NamedTuple):
    """The sum of one item: known and open occurrences, assets they are open on, first sight, severity."""

    known: int
    open: int
    assets: int
    first_seen: int
    severity: int


def totals_of(item_ids: Sequence[int]) -> dict[int, Total]:
    """Return the totals of items that cover an occurrence; their weaknesses are settled before."""
    rows = bulk.select(
        "SELECT DISTINCT s.item_id FROM records_itemscope s JOIN records_itemscope x"
        " ON x.weakness_id = s.weakness_id AND x.asset_id IS NOT NULL WHERE s.item_id IN ({})",
        item_ids,
    )
    split = {row for (row,) in rows}
    whole = [row for row in item_ids if row not in split]
    return _by_weakness(whole) | _by_occurrence(sorted(split))


def _by_weakness(item_ids: Sequence[int]) -> dict[int, Total]:
    """Add up items whose weaknesses are theirs on every asset: all but the assets stands on the weakness."""
    assets: dict[int, int] = dict(
        bulk.select(
            "SELECT s.item_id, count(DISTINCT o.asset_id) FROM records_itemscope s JOIN records_occurrence o"
            " ON o.weakness_id = s.weakness_id WHERE o.open AND s.item_id IN ({}) GROUP BY s.item_id",
            item_ids,
        )
    )
    rows = bulk.select(
        "SELECT s.item_id, sum(w.known_count), sum(w.open_count), min(w.first_seen), max(w.severity)"
        " FROM records_itemscope s JOIN records_weakness w ON w.id = s.weakness_id"
        " WHERE w.known_count > 0 AND s.item_id IN ({}) GROUP BY s.item_id",
        item_ids,
    )
    return {
        row: Total(int(known), int(opened), assets.get(row, 0), first_seen, severity)
        for row, known, opened, first_seen, severity in rows
    }


def _by_occurrence(item_ids: Iterable[int]) -> dict[int, Total]:
    """Add up items that share a weakness with others, asset by asset."""
    rows = bulk.select(
        "SELECT s.item_id, count(*), sum(CASE WHEN o.open THEN 1 ELSE 0 END),"
        " count(DISTINCT CASE WHEN o.open THEN o.asset_id END), min(o.first_seen), max(w.severity)"
        f"{COVERED} AND s.item_id IN ({{}}) GROUP BY s.item_id",
        item_ids,
    )
    return {row: Total(*values) for row, *values in rows}
