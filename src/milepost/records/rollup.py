"""What follows from the occurrences, kept on weaknesses and items for lists: counts, wording, first sight."""

from collections.abc import Iterable
from typing import NamedTuple

from milepost.records import bulk
from milepost.records.intake.digests import fitted
from milepost.records.items import Item
from milepost.records.wordings import facts_by_id


class _Sum(NamedTuple):
    """What the occurrences of one weakness add up to."""

    known: int
    open: int
    first_seen: int
    facts_id: int
    severity: int


def settle_weaknesses(weakness_ids: Iterable[int]) -> set[int]:
    """Bring weaknesses in line with their occurrences; return those of which nothing is left."""
    wanted = sorted(set(weakness_ids))
    sums: dict[int, _Sum] = {}
    rows = bulk.select(
        "SELECT o.weakness_id, o.open, o.facts_id, f.severity, f.digest, count(*), min(o.first_seen)"
        " FROM records_occurrence o JOIN records_facts f ON f.id = o.facts_id WHERE o.weakness_id IN ({})"
        " GROUP BY o.weakness_id, o.open, o.facts_id, f.severity, f.digest",
        wanted,
    )
    choices: dict[int, tuple[bool, int, int]] = {}
    for weakness_id, is_open, facts_id, severity, mark, count, first_seen in rows:
        choice = (bool(is_open), severity, mark)
        before = sums.get(weakness_id, _Sum(0, 0, first_seen, facts_id, severity))
        better = choice >= choices.get(weakness_id, choice)
        choices[weakness_id] = max(choice, choices.get(weakness_id, choice))
        sums[weakness_id] = _Sum(
            before.known + count,
            before.open + (count if is_open else 0),
            min(before.first_seen, first_seen),
            facts_id if better else before.facts_id,
            severity if better else before.severity,
        )
    _write_weaknesses(sums)
    return set(wanted) - sums.keys()


def _write_weaknesses(sums: dict[int, _Sum]) -> None:
    held = {
        row: tuple(values)
        for row, *values in bulk.select(
            "SELECT id, known_count, open_count, first_seen, facts_id FROM records_weakness WHERE id IN ({})",
            sums,
        )
    }
    changed = {
        row: total
        for row, total in sums.items()
        if held.get(row) != (total.known, total.open, total.first_seen, total.facts_id)
    }
    rewritten = {total.facts_id for row, total in changed.items() if held[row][3] != total.facts_id}
    facts = facts_by_id(rewritten)
    bulk.update(
        "records_weakness",
        ("known_count", "open_count", "first_seen", "facts_id"),
        ("integer", "integer", "bigint", "bigint"),
        [(*total[:4], row) for row, total in changed.items()],
    )
    bulk.update(
        "records_weakness",
        ("title", "severity"),
        ("text", "smallint"),
        [
            (fitted(text.title, 1000), total.severity, row)
            for row, total in changed.items()
            if (text := facts.get(total.facts_id)) is not None
        ],
    )


COVERED = (
    " FROM records_itemscope s JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " JOIN records_weakness w ON w.id = o.weakness_id"
    " WHERE (s.asset_id = o.asset_id OR (s.asset_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM records_itemscope x WHERE x.weakness_id = o.weakness_id AND x.asset_id = o.asset_id)))"
)


def settle_items(item_ids: Iterable[int]) -> set[int]:
    """Bring items in line with the occurrences that they cover; return those whose first sight moved."""
    wanted = sorted(set(item_ids))
    totals = {
        row: values
        for row, *values in bulk.select(
            "SELECT s.item_id, count(*), sum(CASE WHEN o.open THEN 1 ELSE 0 END),"
            " count(DISTINCT CASE WHEN o.open THEN o.asset_id END), min(o.first_seen), max(w.severity)"
            f"{COVERED} AND s.item_id IN ({{}}) GROUP BY s.item_id",
            wanted,
        )
    }
    titles: dict[int, dict[str, str]] = {}
    for row, source_id, title in bulk.select(
        "SELECT s.item_id, w.source_id, w.title FROM records_itemscope s"
        " JOIN records_weakness w ON w.id = s.weakness_id WHERE s.item_id IN ({})",
        wanted,
    ):
        titles.setdefault(row, {})[source_id] = title
    moved = set()
    for item in _changed(Item.objects.in_bulk(wanted), totals, titles):
        if item.first_seen is None or item.recurrence_of_id is not None:
            continue
        if totals[item.pk][3] != item.first_seen:
            moved.add(item.pk)
    return moved


def _changed(
    items: dict[int, Item], totals: dict[int, list[int]], titles: dict[int, dict[str, str]]
) -> list[Item]:
    """Write counts and titles of the items that changed; return all items that cover an occurrence.

    An item that took over others keeps the title of its own weakness.
    """
    changed = []
    for item in items.values():
        known, opened, assets, _, severity = totals.get(item.pk, (0, 0, 0, 0, item.severity))
        named = titles.get(item.pk, {})
        title = named.get(item.source_id) or max(named.values(), default=item.title)
        derived = (known, opened, assets, severity, title)
        if derived != (item.known_count, item.open_count, item.asset_count, item.severity, item.title):
            changed.append((*derived, item.pk))
    bulk.update(
        "records_item",
        ("known_count", "open_count", "asset_count", "severity", "title"),
        ("integer", "integer", "integer", "smallint", "text"),
        changed,
    )
    return [item for item in items.values() if item.pk in totals]


def ever_rated(weakness_ids: Iterable[int]) -> set[int]:
    """Return the weaknesses that some report rated above informational, whatever the latest says."""
    rows = bulk.select(
        "SELECT DISTINCT o.weakness_id FROM records_occurrence o"
        " JOIN records_sighting s ON s.occurrence_id = o.id JOIN records_facts f ON f.id = s.facts_id"
        " WHERE f.severity > 0 AND o.weakness_id IN ({})",
        sorted(weakness_ids),
    )
    return {row for (row,) in rows}
