"""Where items are seen, summed up for rules that look at each asset: since when, and how exposed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from milepost.domain.circumstances import Place
from milepost.records import bulk
from milepost.records.circumstances.choice import Choice
from milepost.records.circumstances.vulnerabilities import Known
from milepost.records.circumstances.zones import local_day

_SPLIT: Final = "SELECT weakness_id FROM records_itemscope WHERE asset_id IS NOT NULL"


def places_of(choice: Choice, known: Known, zones: Mapping[int, str]) -> dict[int, list[Place]]:
    """Return the places of each item: one for all its occurrences that agree in what a date follows from."""
    if not choice.each_place:
        return {}
    items = _items_by_scope(choice)
    found: dict[int, list[Place]] = defaultdict(list)
    for weakness_id, asset_id, exposed, first_seen, count in _sums(choice):
        owner = items.get((weakness_id, asset_id)) or items.get((weakness_id, None))
        if owner is None:
            continue
        item_id, system_id = owner
        found[item_id].append(
            Place(
                local_day(first_seen, zones[system_id]),
                tuple(known.by_weakness.get(weakness_id, ())),
                count,
                exposed=None if exposed is None else bool(exposed),
            )
        )
    return found


def exposure(places: Iterable[Place]) -> bool | None:
    """Return whether any place is exposed; None where that cannot be told of one of them."""
    answers = {place.exposed for place in places}
    if True in answers:
        return True
    return None if not answers or None in answers else False


def _items_by_scope(choice: Choice) -> dict[tuple[int, int | None], tuple[int, int]]:
    rows = bulk.select(
        "SELECT s.weakness_id, s.asset_id, i.id, i.system_id FROM records_itemscope s"
        f" JOIN records_item i ON i.id = s.item_id WHERE i.{choice.column} IN ({{}})",
        choice.keys,
    )
    return {(weakness, asset): (item, system) for weakness, asset, item, system in rows}


def _sums(choice: Choice) -> Iterable[bulk.Found]:
    """Sum up open occurrences by weakness and exposure; by asset, too, where items share a weakness."""
    shared = f"o.weakness_id IN ({_SPLIT})"
    yield from bulk.select(
        "SELECT o.weakness_id, NULL, a.exposed, min(o.first_seen), count(*) FROM records_occurrence o"
        f" JOIN records_asset a ON a.id = o.asset_id WHERE o.open AND NOT {shared} AND {choice.weaknesses}"
        " GROUP BY o.weakness_id, a.exposed",
        choice.keys,
    )
    yield from bulk.select(
        "SELECT o.weakness_id, o.asset_id, a.exposed, min(o.first_seen), count(*) FROM records_occurrence o"
        f" JOIN records_asset a ON a.id = o.asset_id WHERE o.open AND {shared} AND {choice.weaknesses}"
        " GROUP BY o.weakness_id, o.asset_id, a.exposed",
        choice.keys,
    )
