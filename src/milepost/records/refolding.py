"""Assets folded anew from all their stored looks: after a late scan, and after an import is taken back."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from milepost.domain.presence import EVERYTHING, Look, Presence, Tested, fold
from milepost.records import bulk
from milepost.records.intake.assets import AssetNamed
from milepost.records.intake.looks import tested_from, unpacked

_BATCH = 200
Standing = tuple[int, str, int, str, str, str, bool, int]


class _Stored(NamedTuple):
    """One row of coverage as it is folded."""

    asset_id: int
    scope: str
    look: Look
    tool: str
    named: AssetNamed


def refold(asset_ids: Iterable[int]) -> None:
    """Compute occurrences, standings and names of some assets from their looks alone.

    Occurrences that no look saw are removed; an asset that no look sees any more is removed with them.
    """
    remaining = iter(sorted(set(asset_ids)))
    while batch := list(islice(remaining, _BATCH)):
        _refold(batch)


def _refold(asset_ids: list[int]) -> None:
    lines: dict[tuple[int, str], list[_Stored]] = {}
    for stored in _stored(asset_ids):
        lines.setdefault((stored.asset_id, stored.scope), []).append(stored)
    source_ids = {
        int(row): str(name)
        for row, name in bulk.select(
            "SELECT o.id, w.source_id FROM records_occurrence o"
            " JOIN records_weakness w ON w.id = o.weakness_id WHERE o.asset_id IN ({})",
            asset_ids,
        )
    }
    presences: dict[int, Presence] = {}
    standings = []
    for (asset_id, scope), line in lines.items():
        folded = fold(_merged(each.look for each in line), source_ids)
        presences.update(folded)
        standings.append(_standing(asset_id, scope, line, sum(each.open for each in folded.values())))
    _remove([row for row in source_ids if row not in presences])
    _remove_unseen(
        {row for line in lines.values() for each in line for row in each.look.seen.values()}, presences
    )
    _write_presences(presences)
    _write_standings(asset_ids, standings)
    _write_names(asset_ids, lines)


def _stored(asset_ids: list[int]) -> Iterator[_Stored]:
    tested: dict[int, Tested] = {}
    rows = bulk.select(
        "SELECT c.asset_id, c.scope, c.at, c.tie, c.tool, c.credentialed, c.seen, c.asset_named, c.tested_id,"
        " t.body FROM records_coverage c LEFT JOIN records_testedids t ON t.id = c.tested_id"
        " WHERE c.asset_id IN ({})",
        asset_ids,
    )
    for asset_id, scope, at, tie, tool, credentialed, seen, named, tested_id, body in rows:
        if tested_id is not None and tested_id not in tested:
            tested[tested_id] = tested_from(bytes(body))
        limits = EVERYTHING if tested_id is None else tested[tested_id]
        answer = None if credentialed is None else bool(credentialed)
        look = Look(at, tie, answer, limits, unpacked(bytes(seen)))
        yield _Stored(asset_id, scope, look, tool, msgspec.json.decode(named, type=AssetNamed))


def _merged(looks: Iterable[Look]) -> list[Look]:
    """Join the looks of one file at one instant: an asset may come in several parts of a report."""
    merged: dict[tuple[int, str], Look] = {}
    for look in looks:
        other = merged.get((look.at, look.tie))
        merged[look.at, look.tie] = look._replace(seen={**other.seen, **look.seen}) if other else look
    return list(merged.values())


def _standing(asset_id: int, scope: str, line: list[_Stored], open_count: int) -> Standing:
    latest = max(line, key=lambda each: (each.look.at, each.look.tie))
    credentialed = any(each.look.credentialed is True for each in line)
    look = latest.look
    return asset_id, scope, look.at, look.tie, latest.tool, latest.named.version, credentialed, open_count


def _remove(occurrence_ids: list[int]) -> None:
    bulk.execute("DELETE FROM records_sighting WHERE occurrence_id IN ({})", occurrence_ids)
    bulk.execute("DELETE FROM records_occurrence WHERE id IN ({})", occurrence_ids)


def _remove_unseen(sightings: set[int], presences: dict[int, Presence]) -> None:
    """Remove wordings of the remaining occurrences that no look has any more."""
    held = bulk.select("SELECT id FROM records_sighting WHERE occurrence_id IN ({})", sorted(presences))
    unseen = [row for (row,) in held if row not in sightings]
    bulk.execute("DELETE FROM records_sighting WHERE id IN ({})", unseen)


def _write_presences(presences: dict[int, Presence]) -> None:
    sightings = {
        row: (facts_id, output_digest)
        for row, facts_id, output_digest in bulk.select(
            "SELECT id, facts_id, output_digest FROM records_sighting WHERE id IN ({})",
            sorted(presence.sighting for presence in presences.values()),
        )
    }
    reported: dict[int, int] = dict(
        bulk.select(
            "SELECT occurrence_id, min(first_seen) FROM records_sighting WHERE first_seen IS NOT NULL"
            " AND occurrence_id IN ({}) GROUP BY occurrence_id",
            sorted(presences),
        )
    )
    bulk.update(
        "records_occurrence",
        ("open", "gone_at", "first_seen", "sighting_id", "facts_id", "output_digest"),
        ("boolean", "bigint", "bigint", "bigint", "bigint", "bigint"),
        [
            (
                presence.open,
                presence.gone_at,
                min(presence.first_seen, reported.get(row, presence.first_seen)),
                presence.sighting,
                *sightings[presence.sighting],
                row,
            )
            for row, presence in sorted(presences.items())
        ],
    )


def _write_standings(asset_ids: list[int], standings: list[Standing]) -> None:
    systems: dict[int, int] = dict(
        bulk.select("SELECT id, system_id FROM records_asset WHERE id IN ({})", asset_ids)
    )
    bulk.execute("DELETE FROM records_assessedscope WHERE asset_id IN ({})", asset_ids)
    bulk.insert(
        "records_assessedscope",
        (
            *("system_id", "asset_id", "scope", "last_look", "last_tie", "tool", "version"),
            *("credentialed_once", "open_count"),
        ),
        [(systems[standing[0]], *standing) for standing in standings],
    )


def _write_names(asset_ids: list[int], lines: dict[tuple[int, str], list[_Stored]]) -> None:
    by_asset: dict[int, list[_Stored]] = {}
    for (asset_id, _), line in lines.items():
        by_asset.setdefault(asset_id, []).extend(line)
    newest = {
        asset_id: max(stored, key=lambda each: (each.look.at, each.look.tie, each.scope)).named
        for asset_id, stored in by_asset.items()
    }
    bulk.update(
        "records_asset",
        ("name", "version"),
        ("text", "text"),
        [(named.name, named.version, asset_id) for asset_id, named in newest.items()],
    )
    named = {
        (asset_id, *identifier)
        for asset_id, stored in by_asset.items()
        for each in stored
        for identifier in each.named.identifiers
    }
    held = bulk.select(
        "SELECT id, asset_id, kind, value FROM records_assetidentifier WHERE asset_id IN ({})", asset_ids
    )
    unnamed = [row for row, *identifier in held if tuple(identifier) not in named]
    bulk.execute("DELETE FROM records_assetidentifier WHERE id IN ({})", unnamed)
    unseen = [asset_id for asset_id in asset_ids if asset_id not in by_asset]
    bulk.execute("DELETE FROM records_itemscope WHERE asset_id IN ({})", unseen)
    bulk.execute("DELETE FROM records_asset WHERE id IN ({})", unseen)
