"""A register of any size, made up: believable spreads of status, rating, dates, assets and occurrences."""

from datetime import date, timedelta
from typing import Final

import msgspec

from milepost.domain import finding
from milepost.domain.item import ItemKind, ItemStatus
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity
from milepost.records import bulk
from milepost.records.assets import AssessedScope, Asset
from milepost.records.findings import Facts, Weakness
from milepost.records.items import Item, ItemScope
from milepost.records.systems import System

_BATCH: Final = 5_000
_DAY: Final = 86_400
_STATUSES: Final = (
    *([ItemStatus.OPEN] * 9),
    *([ItemStatus.IN_PROGRESS] * 4),
    *([ItemStatus.CLOSED] * 5),
    *(ItemStatus.REMEDIATED, ItemStatus.RISK_ACCEPTED),
)
_RATINGS: Final = (
    *((Rating.HIGH, Severity.CRITICAL, 30), (Rating.HIGH, Severity.HIGH, 30)),
    *((Rating.MODERATE, Severity.MODERATE, 90), (Rating.MODERATE, Severity.MODERATE, 90)),
    *((Rating.LOW, Severity.LOW, 180), (Rating.NONE, Severity.UNRATED, 0)),
)
_GONE, _CONFIGURATION, _EXPLOITED, _VENDOR = (25, 3), (10, 9), (40, 0), (50, 7)
_PRODUCTS: Final = (
    "OpenSSL",
    "Apache HTTP Server",
    "PostgreSQL",
    "Linux kernel",
    "OpenSSH",
    "curl",
    "nginx",
    "glibc",
)
_FLAWS: Final = (
    "buffer overflow",
    "denial of service",
    "privilege escalation",
    "disclosure",
    "use after free",
)


def fill(system: System, *, items: int, occurrences: int, as_of: date, assets: int = 1300) -> None:
    """Add items to a system, each with its weakness and its share of the occurrences, spread over assets."""
    hosts = [Asset(system=system, name=f"host-{place:05}.example", kind="host") for place in range(assets)]
    Asset.objects.bulk_create(hosts, _BATCH)
    looked = _instant(as_of - timedelta(days=2))
    AssessedScope.objects.bulk_create(
        [
            AssessedScope(system=system, asset=host, scope="nessus", last_look=looked, tool="Nessus")
            for host in hosts
        ],
        _BATCH,
    )
    weaknesses = _weaknesses(system, items, as_of)
    lines = [_item(system, place, as_of) for place in range(items)]
    Item.objects.bulk_create(lines, _BATCH)
    pairs = zip(lines, weaknesses, strict=True)
    ItemScope.objects.bulk_create(
        [ItemScope(item=item, weakness=weakness) for item, weakness in pairs], _BATCH
    )
    _occurrences([host.pk for host in hosts], weaknesses, occurrences // items)
    system.last_number += items
    system.save(update_fields=["last_number"])


def _weaknesses(system: System, count: int, as_of: date) -> list[Weakness]:
    facts = [_facts(system, place) for place in range(count)]
    Facts.objects.bulk_create(facts, _BATCH)
    weaknesses = [_weakness(system, place, each, as_of) for place, each in enumerate(facts)]
    Weakness.objects.bulk_create(weaknesses, _BATCH)
    return weaknesses


def _facts(system: System, place: int) -> Facts:
    severity = _rating(place)[1]
    said = finding.Facts(
        "nessus",
        str(20_000 + place),
        _title(place),
        severity,
        description="The remote host runs a version that is affected by a flaw. " * 4,
        solution="Upgrade to the fixed version.",
    )
    return Facts(system=system, digest=place, severity=severity.rank, body=msgspec.json.encode(said).decode())


def _weakness(system: System, place: int, facts: Facts, as_of: date) -> Weakness:
    return Weakness(
        system=system,
        name=f"nessus:{20_000 + place}",
        source_id=str(20_000 + place),
        kind="vulnerability",
        title=_title(place),
        severity=facts.severity,
        facts=facts,
        first_seen=_instant(_detected(place, as_of)),
    )


def _title(place: int) -> str:
    return (
        f"{_PRODUCTS[place % 8]} {place % 17}.{place % 9} < {place % 17}.{place % 9 + 1} {_FLAWS[place % 5]}"
    )


def _item(system: System, place: int, as_of: date) -> Item:
    rating, severity, days = _rating(place)
    status = _STATUSES[place * 7 % 20]
    detected = _detected(place, as_of)
    due = detected + timedelta(days=days) if days else None
    seen = 0 if status == ItemStatus.CLOSED or _falls(place, _GONE) else 10
    number = system.last_number + place + 1
    return Item(
        system=system,
        number=number,
        identifier=f"{system.item_prefix}{number}",
        kind=ItemKind.CONFIGURATION if _falls(place, _CONFIGURATION) else ItemKind.WEAKNESS,
        source_id=str(20_000 + place),
        first_seen=_instant(detected),
        detected_on=detected,
        opened_on=as_of,
        original_risk=rating,
        native_severity=severity.value,
        original_scheduled_on=due,
        scheduled_on=due,
        status=status,
        status_on=as_of,
        completed_on=detected + timedelta(days=days // 2) if status == ItemStatus.CLOSED else None,
        kev_due_on=detected + timedelta(days=14) if _falls(place, _EXPLOITED) else None,
        vendor_dependency=_falls(place, _VENDOR),
        title=_title(place),
        severity=severity.rank,
        open_count=seen,
        known_count=10,
        asset_count=seen,
    )


def _falls(place: int, every: tuple[int, int]) -> bool:
    """Tell whether a place is one of every so many."""
    return place % every[0] == every[1]


def _rating(place: int) -> tuple[Rating, Severity, int]:
    return _RATINGS[place * 5 % 6]


def _detected(place: int, as_of: date) -> date:
    return as_of - timedelta(days=place * 37 % 400)


def _instant(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _DAY


def _occurrences(assets: list[int], weaknesses: list[Weakness], share: int) -> None:
    columns = ("id", "asset_id", "weakness_id", "scope", "locator", "open", "first_seen", "facts_id")
    for start in range(0, len(weaknesses), _BATCH):
        rows = [
            (
                assets[(place * 31 + copy * 97) % len(assets)],
                each.pk,
                "nessus",
                f"{copy}/tcp",
                True,
                0,
                each.facts_id,
            )
            for place, each in enumerate(weaknesses[start : start + _BATCH], start)
            for copy in range(share)
        ]
        ids = bulk.allocate("records_occurrence", len(rows))
        bulk.insert(
            "records_occurrence",
            (*columns, "output_digest", "sighting_id"),
            [(own, *row, 0, 0) for own, row in zip(ids, rows, strict=True)],
        )
