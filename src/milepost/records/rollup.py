"""What follows from the occurrences, kept on weaknesses and items for lists: counts, wording, first sight."""

from collections.abc import Iterable
from typing import NamedTuple

from milepost.records import bulk, known_cves
from milepost.records.intake.digests import fitted
from milepost.records.item_totals import Total, covered_by, totals_of
from milepost.records.wordings import Weight, Wordings


class _Sum(NamedTuple):
    """What the occurrences of one weakness add up to."""

    known: int
    open: int
    first_seen: int
    facts_id: int
    severity: int


def settle_weaknesses(weakness_ids: Iterable[int], wordings: Wordings) -> set[int]:
    """Bring weaknesses in line with their occurrences; return those of which nothing is left."""
    wanted = sorted(set(weakness_ids))
    sums: dict[int, _Sum] = {}
    rows = list(
        bulk.select(
            "SELECT weakness_id, open, facts_id, count(*), min(first_seen) FROM records_occurrence"
            " WHERE weakness_id IN ({}) GROUP BY weakness_id, open, facts_id",
            wanted,
        )
    )
    weights = wordings.weights(facts_id for _, _, facts_id, _, _ in rows)
    choices: dict[int, tuple[bool, Weight]] = {}
    for weakness_id, is_open, facts_id, count, first_seen in rows:
        weight = weights[facts_id]
        severity, choice = weight[0], (bool(is_open), weight)
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
    _write_weaknesses(sums, wordings)
    return set(wanted) - sums.keys()


def _write_weaknesses(sums: dict[int, _Sum], wordings: Wordings) -> None:
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
    facts = wordings.facts(rewritten)
    known_cves.rewrite(
        {row: facts[total.facts_id] for row, total in changed.items() if total.facts_id in rewritten}
    )
    counts = ("known_count", "open_count", "first_seen", "facts_id")
    types = ("integer", "integer", "bigint", "bigint")
    bulk.update(
        "records_weakness",
        counts,
        types,
        [(*total[:4], row) for row, total in changed.items() if total.facts_id not in facts],
    )
    bulk.update(
        "records_weakness",
        (*counts, "title", "severity"),
        (*types, "text", "smallint"),
        [
            (*total[:4], fitted(facts[total.facts_id].title, 1000), total.severity, row)
            for row, total in changed.items()
            if total.facts_id in facts
        ],
    )


class _Held(NamedTuple):
    """What an item holds of what its occurrences add up to, and what tells whether its first sight moved."""

    known: int
    open: int
    assets: int
    severity: int
    title: str
    source_id: str
    first_seen: int | None
    recurrence_of: int | None


def settle_items(item_ids: Iterable[int]) -> set[int]:
    """Bring items in line with the occurrences that they cover; return those whose first sight moved.

    An item that took over others keeps the title of its own weakness.
    """
    wanted = sorted(set(item_ids))
    covered = covered_by(wanted)
    totals = totals_of(covered)
    changed: list[bulk.Row] = []
    moved = set()
    for row, held in _held(wanted).items():
        total = totals.get(row, Total(0, 0, 0, 0, held.severity))
        named = {each.source_id: each.title for each in covered.get(row, ())}
        title = named.get(held.source_id) or max(named.values(), default=held.title)
        derived = (total.known, total.open, total.assets, total.severity, title)
        if derived != held[: len(derived)]:
            changed.append((*derived, row))
        dated = held.first_seen is not None and held.recurrence_of is None
        if dated and row in totals and total.first_seen != held.first_seen:
            moved.add(row)
    bulk.update(
        "records_item",
        ("known_count", "open_count", "asset_count", "severity", "title"),
        ("integer", "integer", "integer", "smallint", "text"),
        changed,
    )
    return moved


def _held(item_ids: list[int]) -> dict[int, _Held]:
    rows = bulk.select(
        "SELECT id, known_count, open_count, asset_count, severity, title, source_id, first_seen,"
        " recurrence_of_id FROM records_item WHERE id IN ({})",
        item_ids,
    )
    return {row: _Held(*values) for row, *values in rows}


def ever_rated(weakness_ids: Iterable[int]) -> set[int]:
    """Return the weaknesses that some report rated above informational, whatever the latest says."""
    rows = bulk.select(
        "SELECT DISTINCT o.weakness_id FROM records_occurrence o"
        " JOIN records_sighting s ON s.occurrence_id = o.id JOIN records_facts f ON f.id = s.facts_id"
        " WHERE f.severity > 0 AND o.weakness_id IN ({})",
        sorted(weakness_ids),
    )
    return {row for (row,) in rows}
