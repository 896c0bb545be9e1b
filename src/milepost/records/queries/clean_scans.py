"""Since when scans show that an item is gone: the covering looks at every place where it was."""

from collections.abc import Iterable
from typing import NamedTuple

from milepost.domain.presence import EVERYTHING, Tested, retests
from milepost.records import bulk
from milepost.records.intake.looks import tested_from
from milepost.records.item_totals import COVERED


class _Gone(NamedTuple):
    """A weakness on one asset within one scope, and the first look that did not see it any more."""

    asset_id: int
    scope: str
    source_id: str
    gone_at: int


class _Covering(NamedTuple):
    """A look at an asset: when, how deep, and what it tested."""

    at: int
    credentialed: bool | None
    tested: Tested


def clean_since(item_id: int) -> int | None:
    """Return the instant (seconds since 1970 UTC) up to which covering looks show every place as gone.

    None where the item has no occurrence, or one is open.
    """
    gone = _gone(item_id)
    if not gone:
        return None
    looks = _looks({(each.asset_id, each.scope) for each in gone})
    return min(_last_clean(each, looks.get((each.asset_id, each.scope), ())) for each in gone)


def _gone(item_id: int) -> list[_Gone]:
    rows = bulk.select(
        "SELECT o.asset_id, o.scope, w.source_id, max(o.gone_at), sum(CASE WHEN o.open THEN 1 ELSE 0 END)"
        f"{COVERED} AND s.item_id IN ({{}}) GROUP BY o.asset_id, o.scope, w.source_id",
        [item_id],
    )
    found = list(rows)
    if any(opened or gone_at is None for *_, gone_at, opened in found):
        return []
    return [_Gone(asset_id, scope, source_id, gone_at) for asset_id, scope, source_id, gone_at, _ in found]


def _looks(places: Iterable[tuple[int, str]]) -> dict[tuple[int, str], list[_Covering]]:
    wanted = set(places)
    tested: dict[int, Tested] = {}
    found: dict[tuple[int, str], list[_Covering]] = {}
    for asset_id, scope, at, credentialed, tested_id, body in bulk.select(
        "SELECT c.asset_id, c.scope, c.at, c.credentialed, c.tested_id, t.body FROM records_coverage c"
        " LEFT JOIN records_testedids t ON t.id = c.tested_id WHERE c.asset_id IN ({})",
        sorted({asset_id for asset_id, _ in wanted}),
    ):
        if (asset_id, scope) not in wanted:
            continue
        if tested_id is not None and tested_id not in tested:
            tested[tested_id] = tested_from(bytes(body))
        limits = EVERYTHING if tested_id is None else tested[tested_id]
        answer = None if credentialed is None else bool(credentialed)
        found.setdefault((asset_id, scope), []).append(_Covering(at, answer, limits))
    return found


def _last_clean(gone: _Gone, looks: Iterable[_Covering]) -> int:
    """Return the last look that shows a place as gone; at least the one that first did."""
    known = list(looks)
    deep = any(look.credentialed is True for look in known)
    later = (
        look.at
        for look in known
        if look.at > gone.gone_at
        and retests(credentialed=look.credentialed, before=deep, covers=look.tested.covers(gone.source_id))
    )
    return max(later, default=gone.gone_at)
