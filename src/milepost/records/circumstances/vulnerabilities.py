"""What is published of the CVEs that items and their weaknesses name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from milepost.domain.circumstances import KnownVulnerability, TechnicalImpact
from milepost.records import bulk
from milepost.records.circumstances.choice import Choice

_PUBLISHED = "k.kev_added_on, k.kev_due_on, k.automatable, k.technical_impact"


@dataclass(frozen=True, slots=True)
class Known:
    """The vulnerabilities of each item and of each weakness."""

    by_item: dict[int, list[KnownVulnerability]]
    by_weakness: dict[int, list[KnownVulnerability]]


def of_weaknesses(choice: Choice) -> Known:
    """Return the vulnerabilities of the items of a choice: all, or only those in CISA's catalog.

    Rules that look at each asset ask about every CVE; the others only about its date in the catalog.
    """
    join = "LEFT JOIN" if choice.each_place else "JOIN"
    listed = "" if choice.each_place else " AND k.kev_due_on IS NOT NULL"
    rows: Iterable[bulk.Found] = bulk.select(
        f"SELECT s.item_id, s.weakness_id, n.cve, {_PUBLISHED} FROM records_itemscope s"
        " JOIN records_weaknesscve n ON n.weakness_id = s.weakness_id"
        f" {join} records_knowncve k ON k.cve = n.cve{listed}"
        f" JOIN records_item i ON i.id = s.item_id WHERE i.{choice.column} IN ({{}})",
        choice.keys,
    )
    known: dict[str, KnownVulnerability] = {}
    items: dict[int, dict[str, KnownVulnerability]] = defaultdict(dict)
    weaknesses: dict[int, dict[str, KnownVulnerability]] = defaultdict(dict)
    for item_id, weakness_id, cve, *published in rows:
        each = known.get(cve) or known.setdefault(cve, _known(cve, *published))
        items[item_id][cve] = weaknesses[weakness_id][cve] = each
    return Known(_listed(items), _listed(weaknesses))


def named(cves: Iterable[str]) -> dict[str, KnownVulnerability]:
    """Return what is published of some CVEs; nothing is known of those that nobody publishes."""
    wanted = sorted(set(cves))
    rows: Iterable[bulk.Found] = bulk.select(
        f"SELECT k.cve, {_PUBLISHED} FROM records_knowncve k WHERE k.cve IN ({{}})", wanted
    )
    known = {cve: _known(cve, *published) for cve, *published in rows}
    return {cve: known.get(cve) or KnownVulnerability(cve) for cve in wanted}


def _known(
    cve: str,
    added_on: date | str | None,
    due_on: date | str | None,
    automatable: bool | int | None,  # noqa: FBT001 - a column of a row
    impact: str | None,
) -> KnownVulnerability:
    return KnownVulnerability(
        cve,
        _day(added_on),
        _day(due_on),
        None if automatable is None else bool(automatable),
        TechnicalImpact(impact) if impact else None,
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _listed(named_by: dict[int, dict[str, KnownVulnerability]]) -> dict[int, list[KnownVulnerability]]:
    return {row: list(each.values()) for row, each in named_by.items()}
