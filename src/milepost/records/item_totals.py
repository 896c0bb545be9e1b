"""What the occurrences that an item covers add up to: counts, first sight, severity.

An import has just filled the tables, and PostgreSQL knows nothing of what is in them: each statement keeps to
one table, so that no wrong guess can make it slow. Only items that share a weakness need a join.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
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


class CoveredWeakness(NamedTuple):
    """A weakness that an item covers, with its own sums over all assets."""

    id: int
    source_id: str
    title: str
    known: int
    open: int
    first_seen: int
    severity: int


Covered = Mapping[int, Sequence[CoveredWeakness]]


def covered_by(item_ids: Sequence[int]) -> dict[int, list[CoveredWeakness]]:
    """Return the weaknesses of each item that covers any."""
    scopes = list(
        bulk.select("SELECT item_id, weakness_id FROM records_itemscope WHERE item_id IN ({})", item_ids)
    )
    rows = bulk.select(
        "SELECT id, source_id, title, known_count, open_count, first_seen, severity FROM records_weakness"
        " WHERE id IN ({})",
        sorted({weakness_id for _, weakness_id in scopes}),
    )
    weaknesses = {each.id: each for each in map(CoveredWeakness._make, rows)}
    found: dict[int, list[CoveredWeakness]] = {}
    for item_id, weakness_id in scopes:
        found.setdefault(item_id, []).append(weaknesses[weakness_id])
    return found


def totals_of(covered: Covered) -> dict[int, Total]:
    """Return the totals of items that cover an occurrence; their weaknesses are settled before."""
    rows = bulk.select(
        "SELECT DISTINCT weakness_id FROM records_itemscope"
        " WHERE asset_id IS NOT NULL AND weakness_id IN ({})",
        sorted({each.id for each in chain.from_iterable(covered.values())}),
    )
    shared = {row for (row,) in rows}
    split = sorted(row for row, several in covered.items() if any(each.id in shared for each in several))
    known = {row: [each for each in several if each.known] for row, several in covered.items()}
    whole = {row: several for row, several in known.items() if several}
    return _by_weakness(whole) | _by_occurrence(split)


def _by_weakness(covered: Covered) -> dict[int, Total]:
    """Add up items whose weaknesses are theirs on every asset: all but the assets stands on the weakness."""
    assets = _open_assets(covered)
    return {
        row: Total(
            sum(each.known for each in several),
            sum(each.open for each in several),
            assets.get(row, 0),
            min(each.first_seen for each in several),
            max(each.severity for each in several),
        )
        for row, several in covered.items()
    }


def open_assets(weakness_ids: Iterable[int]) -> dict[int, int]:
    """Count the assets on which each weakness is open; none where it is open nowhere."""
    return dict(
        bulk.select(
            "SELECT weakness_id, count(DISTINCT asset_id) FROM records_occurrence"
            " WHERE open AND weakness_id IN ({}) GROUP BY weakness_id",
            sorted(weakness_ids),
        )
    )


def _open_assets(covered: Covered) -> dict[int, int]:
    """Count the assets on which any weakness of an item is open."""
    alone = {several[0].id: row for row, several in covered.items() if len(several) == 1}
    counts = {alone[weakness_id]: count for weakness_id, count in open_assets(alone).items()}
    together = {row: several for row, several in covered.items() if len(several) > 1}
    item_of = {each.id: row for row, several in together.items() for each in several}
    assets: dict[int, set[int]] = {}
    for weakness_id, asset_id in bulk.select(
        "SELECT DISTINCT weakness_id, asset_id FROM records_occurrence WHERE open AND weakness_id IN ({})",
        sorted(item_of),
    ):
        assets.setdefault(item_of[weakness_id], set()).add(asset_id)
    return counts | {row: len(each) for row, each in assets.items()}


def _by_occurrence(item_ids: Sequence[int]) -> dict[int, Total]:
    """Add up items that share a weakness with others, asset by asset."""
    rows = bulk.select(
        "SELECT s.item_id, count(*), sum(CASE WHEN o.open THEN 1 ELSE 0 END),"
        " count(DISTINCT CASE WHEN o.open THEN o.asset_id END), min(o.first_seen), max(w.severity)"
        f"{COVERED} AND s.item_id IN ({{}}) GROUP BY s.item_id",
        item_ids,
    )
    return {row: Total(*values) for row, *values in rows}
