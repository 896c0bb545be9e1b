"""Writing a batch of compared looks: a statement for each kind of row, and only what changed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from milepost.domain.matching import Key, Known, Seen
from milepost.domain.presence import Tested
from milepost.records import bulk
from milepost.records.intake.digests import fitted
from milepost.records.intake.effect import Look, Source
from milepost.records.intake.looks import TestedIntake, packed


class _New(NamedTuple):
    """An occurrence that the register did not have, with the keys allotted to it and its sighting."""

    look: Look
    key: Key
    sight: Seen
    id: int
    sighting_id: int


class _Reworded(NamedTuple):
    """A held occurrence in a new wording, with the key allotted to its sighting."""

    look: Look
    held: Known
    sight: Seen
    sighting_id: int


def write(looks: Sequence[Look], source: Source, tested: TestedIntake) -> None:
    """Write a batch: occurrences, sightings, what is gone or changed, coverage, standings."""
    new, reworded = _allotted(looks)
    _insert_occurrences(new)
    _insert_sightings([*_sightings(new, reworded)])
    _update_occurrences(looks, reworded)
    _insert_coverage(looks, _pairs(looks, new, reworded), source, tested)
    _write_standings([look for look in looks if not look.late], source)


def _allotted(looks: Sequence[Look]) -> tuple[list[_New], list[_Reworded]]:
    new = [
        (look, key, sight)
        for look in sorted(looks, key=lambda each: (each.asset_id, each.scope))
        for key, sight in sorted(look.comparison.new)
    ]
    reworded = [(look, held, sight) for look in looks for _, held, sight in look.reworded()]
    ids = bulk.allocate("records_occurrence", len(new))
    sightings = bulk.allocate("records_sighting", len(new) + len(reworded))
    return (
        [_New(*each, row, sighting) for each, row, sighting in zip(new, ids, sightings, strict=False)],
        [_Reworded(*each, row) for each, row in zip(reworded, sightings[len(new) :], strict=True)],
    )


def _insert_occurrences(new: list[_New]) -> None:
    bulk.insert(
        "records_occurrence",
        (
            *("id", "asset_id", "weakness_id", "scope", "locator", "open", "first_seen"),
            *("facts_id", "output_digest", "sighting_id"),
        ),
        [
            (
                row,
                look.asset_id,
                key.weakness_id,
                look.scope,
                key.locator,
                True,
                _earlier(look.at, sight.first_seen),
                sight.facts_id,
                sight.output_digest,
                sighting_id,
            )
            for look, key, sight, row, sighting_id in new
        ],
    )


def _sightings(new: list[_New], reworded: list[_Reworded]) -> Iterator[tuple[int, int, Look, Seen]]:
    for look, _, sight, row, sighting_id in new:
        yield sighting_id, row, look, sight
    for look, held, sight, sighting_id in reworded:
        yield sighting_id, held.id, look, sight


def _insert_sightings(sightings: list[tuple[int, int, Look, Seen]]) -> None:
    bulk.insert(
        "records_sighting",
        ("id", "occurrence_id", "facts_id", "output_digest", "output", "asset_version", "first_seen"),
        [
            (
                row,
                occurrence_id,
                sight.facts_id,
                sight.output_digest,
                sight.output,
                look.version,
                sight.first_seen,
            )
            for row, occurrence_id, look, sight in sightings
        ],
    )


def _update_occurrences(looks: Sequence[Look], reworded: list[_Reworded]) -> None:
    again = [
        (
            True,
            None,
            _earlier(held.first_seen, sight.first_seen),
            sight.facts_id,
            sight.output_digest,
            sighting_id,
            held.id,
        )
        for look, held, sight, sighting_id in reworded
        if not look.late
    ]
    gone = [
        (False, look.at, held.first_seen, held.facts_id, held.output_digest, held.sighting_id, held.id)
        for look in looks
        for _, held in look.comparison.missing
    ]
    bulk.update(
        "records_occurrence",
        ("open", "gone_at", "first_seen", "facts_id", "output_digest", "sighting_id"),
        ("boolean", "bigint", "bigint", "bigint", "bigint", "bigint"),
        [*again, *gone],
    )


def _pairs(looks: Sequence[Look], new: list[_New], reworded: list[_Reworded]) -> list[list[tuple[int, int]]]:
    pairs = {
        id(look): [(held.id, held.sighting_id) for _, held in look.comparison.persisting] for look in looks
    }
    for each in new:
        pairs[id(each.look)].append((each.id, each.sighting_id))
    for rewording in reworded:
        pairs[id(rewording.look)].append((rewording.held.id, rewording.sighting_id))
    return [pairs[id(look)] for look in looks]


def _insert_coverage(
    looks: Sequence[Look], pairs: list[list[tuple[int, int]]], source: Source, tested: TestedIntake
) -> None:
    bulk.insert(
        "records_coverage",
        (
            "source_id",
            "asset_id",
            "scope",
            "at",
            "tie",
            "tool",
            "credentialed",
            "tested_id",
            "asset_named",
            "seen",
        ),
        [
            (
                source.import_id,
                look.asset_id,
                look.scope,
                look.at,
                source.sha256,
                fitted(look.coverage.tool, 300),
                look.coverage.credentialed,
                tested.row(Tested(look.coverage.assessed, look.coverage.unassessed)),
                look.named,
                packed(seen),
            )
            for look, seen in zip(looks, pairs, strict=True)
        ],
    )


def _write_standings(looks: list[Look], source: Source) -> None:
    values = ("last_look", "last_tie", "tool", "version", "credentialed_once", "open_count")
    bulk.insert(
        "records_assessedscope",
        ("system_id", "asset_id", "scope", *values),
        [
            (source.system_id, look.asset_id, look.scope, *_standing(look, source))
            for look in looks
            if look.standing is None
        ],
    )
    held = [look for look in looks if look.standing is not None]
    bulk.update(
        "records_assessedscope",
        values,
        ("bigint", "text", "text", "text", "boolean", "integer"),
        [(*_standing(look, source), look.standing.id) for look in held if look.standing is not None],
    )
    bulk.update(
        "records_asset",
        ("name", "version"),
        ("text", "text"),
        [(look.name, look.version, look.asset_id) for look in looks if look.renames],
    )


def _standing(look: Look, source: Source) -> tuple[int, str, str, str, bool, int]:
    before = look.standing is not None and look.standing.credentialed_once
    credentialed = before or look.coverage.credentialed is True
    return (
        look.at,
        source.sha256,
        fitted(look.coverage.tool, 300),
        look.version,
        credentialed,
        _open_now(look),
    )


def _open_now(look: Look) -> int:
    found = look.comparison
    return sum(
        len(each)
        for each in (
            *(found.new, found.persisting, found.refreshed, found.changed),
            *(found.reappeared, found.not_retested),
        )
    )


def _earlier(at: int, reported: int | None) -> int:
    return at if reported is None else min(at, reported)
