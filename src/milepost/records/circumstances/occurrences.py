"""The open occurrences of one item with what the date of each follows from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from milepost.domain.circumstances import Place
from milepost.records import bulk
from milepost.records.circumstances.choice import Choice
from milepost.records.circumstances.vulnerabilities import of_weaknesses
from milepost.records.circumstances.zones import local_day
from milepost.records.items import Item
from milepost.records.queries.item_places import COVERED

_ROWS: Final = (
    "SELECT a.name, p.locator, w.source_id, a.exposed, p.first_seen, p.weakness_id FROM (SELECT o.*"
    f"{COVERED} AND o.open) p JOIN records_asset a ON a.id = p.asset_id"
    " JOIN records_weakness w ON w.id = p.weakness_id ORDER BY a.name, w.source_id, p.locator, p.id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One weakness at one place on one asset, open, with the place as rules on dates see it."""

    asset: str
    locator: str
    source_id: str
    place: Place


def open_occurrences(item: Item, most: int) -> Iterator[Occurrence]:
    """Yield the open occurrences of an item by asset, at most so many."""
    known = of_weaknesses(Choice("id", [item.pk], each_place=True))
    rows: Iterable[bulk.Found] = bulk.rows(_ROWS, item.pk, most)
    for asset, locator, source_id, exposed, first_seen, weakness_id in rows:
        place = Place(
            local_day(first_seen, item.system.time_zone),
            tuple(known.by_weakness.get(weakness_id, ())),
            exposed=None if exposed is None else bool(exposed),
        )
        yield Occurrence(asset, locator, source_id, place)
