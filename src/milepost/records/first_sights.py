"""Since when items are known and how bad they were then, from the stored looks alone."""

from collections.abc import Iterable
from typing import NamedTuple

from milepost.domain import finding
from milepost.records import bulk
from milepost.records.intake.looks import unpacked
from milepost.records.item_totals import COVERED
from milepost.records.wordings import facts_by_id

_ASSETS_AT_ONCE = 200
_NOTHING = (0, 0, 0)


class FirstSight(NamedTuple):
    """The earliest sight of what an item covers (seconds since 1970 UTC), and the rating behind its dates.

    `severity` and `native_severity` are the worst that the first report to rate it above informational said.
    """

    at: int
    severity: int
    native_severity: str


class _Told(NamedTuple):
    """What one report said of an item: its earliest look, the worst wording in it."""

    at: int
    severity: int
    digest: int
    facts_id: int


def first_sights(item_ids: Iterable[int]) -> dict[int, FirstSight]:
    """Find the first sight of each item that covers occurrences."""
    rows = list(
        bulk.select(
            f"SELECT s.item_id, o.id, o.asset_id, o.first_seen{COVERED} AND s.item_id IN ({{}})",
            sorted(item_ids),
        )
    )
    item_of = {occurrence: item_id for item_id, occurrence, _, _ in rows}
    earliest: dict[int, int] = {}
    for item_id, _, _, first_seen in rows:
        earliest[item_id] = min(first_seen, earliest.get(item_id, first_seen))
    told = _told(item_of, sorted({asset_id for _, _, asset_id, _ in rows}))
    first = {item_id: min(reports.values()) for item_id, reports in told.items()}
    facts = facts_by_id(each.facts_id for each in first.values())
    return {item_id: _sight(at, first.get(item_id), facts) for item_id, at in earliest.items()}


def _told(item_of: dict[int, int], asset_ids: list[int]) -> dict[int, dict[str, _Told]]:
    """Return what each report said of each item, without what it called informational."""
    severities = {
        row: worst
        for row, *worst in bulk.select(
            "SELECT s.id, f.severity, f.digest, f.id FROM records_sighting s"
            " JOIN records_facts f ON f.id = s.facts_id WHERE s.occurrence_id IN ({})",
            sorted(item_of),
        )
    }
    told: dict[int, dict[str, _Told]] = {}
    for start in range(0, len(asset_ids), _ASSETS_AT_ONCE):
        looks = bulk.select(
            "SELECT at, tie, seen FROM records_coverage WHERE asset_id IN ({})",
            asset_ids[start : start + _ASSETS_AT_ONCE],
        )
        for at, tie, seen in looks:
            for occurrence, sighting in unpacked(bytes(seen)).items():
                worst = severities.get(sighting, _NOTHING)
                if worst[0] and occurrence in item_of:
                    reports = told.setdefault(item_of[occurrence], {})
                    reports[tie] = _worse(reports.get(tie), _Told(at, *worst))
    return told


def _worse(first: _Told | None, second: _Told) -> _Told:
    if first is None:
        return second
    return _Told(min(first.at, second.at), *max(first[1:], second[1:]))


def _sight(at: int, told: _Told | None, facts: dict[int, finding.Facts]) -> FirstSight:
    if told is None:
        return FirstSight(at, 0, "")
    return FirstSight(at, told.severity, facts[told.facts_id].native_severity)
