"""A register of any size, made up: believable spreads of status, rating, dates, assets and occurrences."""

import json
from datetime import date, timedelta
from typing import Final

from milepost.domain.item import ItemStatus
from milepost.domain.severity import Severity
from milepost.records import bulk
from milepost.records.systems import System

_DAY: Final = 86_400
_STATUSES: Final = (
    *([ItemStatus.OPEN] * 9),
    *([ItemStatus.IN_PROGRESS] * 4),
    *([ItemStatus.CLOSED] * 5),
    *(ItemStatus.REMEDIATED, ItemStatus.RISK_ACCEPTED),
)
_RATINGS: Final = (
    ("High", Severity.CRITICAL, 30),
    ("High", Severity.HIGH, 30),
    ("Moderate", Severity.MODERATE, 90),
    ("Moderate", Severity.MODERATE, 90),
    ("Low", Severity.LOW, 180),
    ("", Severity.UNRATED, 0),
)
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
    "information disclosure",
    "improper certificate validation",
    "use after free",
)


def fill(system: System, *, items: int, occurrences: int, as_of: date, assets: int = 1300) -> None:
    """Add items to a system, each with its weakness and its share of the occurrences, spread over assets."""
    asset_ids = bulk.allocate("records_asset", assets)
    weakness_ids = bulk.allocate("records_weakness", items)
    facts_ids = bulk.allocate("records_facts", items)
    item_ids = bulk.allocate("records_item", items)
    _assets(system, asset_ids, as_of)
    _weaknesses(system, weakness_ids, facts_ids, as_of)
    _items(system, item_ids, as_of)
    bulk.insert(
        "records_itemscope",
        ("id", "item_id", "weakness_id"),
        list(zip(bulk.allocate("records_itemscope", items), item_ids, weakness_ids, strict=True)),
    )
    _occurrences(asset_ids, weakness_ids, facts_ids, occurrences)
    system.last_number += items
    system.save(update_fields=["last_number"])


def _assets(system: System, ids: range | list[int], as_of: date) -> None:
    bulk.insert(
        "records_asset",
        ("id", "system_id", "name", "kind", "version"),
        [(row, system.pk, f"host-{place:05}.example", "host", "") for place, row in enumerate(ids)],
    )
    looked = _instant(as_of - timedelta(days=2))
    bulk.insert(
        "records_assessedscope",
        (
            "id",
            "system_id",
            "asset_id",
            "scope",
            "last_look",
            "last_tie",
            "tool",
            "version",
            "credentialed_once",
            "open_count",
        ),
        [
            (own, system.pk, row, "nessus", looked, "", "Nessus", "", True, 0)
            for own, row in zip(bulk.allocate("records_assessedscope", len(ids)), ids, strict=True)
        ],
    )


def _title(place: int) -> str:
    return (
        f"{_PRODUCTS[place % 8]} {place % 17}.{place % 9} < {place % 17}.{place % 9 + 1} {_FLAWS[place % 6]}"
    )


def _weaknesses(system: System, ids: range | list[int], facts_ids: range | list[int], as_of: date) -> None:
    bulk.insert(
        "records_facts",
        ("id", "system_id", "digest", "severity", "body"),
        [(row, system.pk, row, _rating(place)[1].rank, _facts(place)) for place, row in enumerate(facts_ids)],
    )
    bulk.insert(
        "records_weakness",
        (
            "id",
            "system_id",
            "name",
            "source_id",
            "kind",
            "title",
            "severity",
            "actionable",
            "facts_id",
            "first_seen",
            "known_count",
            "open_count",
        ),
        [
            (
                row,
                system.pk,
                f"nessus:{20_000 + row}",
                str(20_000 + row),
                "vulnerability",
                _title(place),
                _rating(place)[1].rank,
                True,
                facts_id,
                _instant(_detected(place, as_of)),
                0,
                0,
            )
            for place, (row, facts_id) in enumerate(zip(ids, facts_ids, strict=True))
        ],
    )


def _facts(place: int) -> str:
    return json.dumps(
        {
            "source": "nessus",
            "source_id": str(20_000 + place),
            "title": _title(place),
            "severity": _rating(place)[1].value,
            "description": "The remote host runs a version that is affected by a flaw. " * 4,
            "solution": "Upgrade to the fixed version.",
        }
    )


def _items(system: System, ids: range | list[int], as_of: date) -> None:
    blank = ("", "", "", "", "", "", "", "", "", "", "", "")
    columns = (
        "id",
        "system_id",
        "number",
        "identifier",
        "kind",
        "source_kind",
        "source_id",
        "first_seen",
        "detected_on",
        "opened_on",
        "original_risk",
        "native_severity",
        "original_scheduled_on",
        "status",
        "status_on",
        "scheduled_on",
        "completed_on",
        "kev_due_on",
        "title",
        "severity",
        "open_count",
        "known_count",
        "asset_count",
        "vendor_dependency",
        "controls",
        "source_name",
        "name",
        "description",
        "adjusted_risk",
        "likelihood",
        "impact",
        "compensating_controls",
        "remediation_plan",
        "responsible",
        "supporting_parties",
        "point_of_contact",
        "affected_assets",
        "cves",
        "vendor_product",
    )
    bulk.insert(
        "records_item",
        columns,
        [(*_item(system, place, row, as_of), *blank, "", "") for place, row in enumerate(ids)],
    )


def _item(system: System, place: int, row: int, as_of: date) -> tuple[bulk.Value, ...]:
    rating, severity, days = _rating(place)
    status = _STATUSES[place * 7 % 20]
    detected = _detected(place, as_of)
    due = f"{detected + timedelta(days=days)}" if days else None
    closed = f"{detected + timedelta(days=days // 2)}" if status == ItemStatus.CLOSED else None
    kev = f"{detected + timedelta(days=14)}" if place % 40 == 0 else None
    gone = status == ItemStatus.CLOSED or place % 25 == 3
    number = system.last_number + place + 1
    return (
        row,
        system.pk,
        number,
        f"{system.item_prefix}{number}",
        "configuration" if place % 10 == 9 else "weakness",
        "scan",
        str(20_000 + place),
        _instant(detected),
        str(detected),
        str(as_of),
        rating,
        severity.value.title(),
        due,
        str(status),
        str(as_of),
        due,
        closed,
        kev,
        _title(place),
        severity.rank,
        0 if gone else 10,
        10,
        0 if gone else 10,
        place % 50 == 7,
        "RA-5",
    )


def _rating(place: int) -> tuple[str, Severity, int]:
    return _RATINGS[place * 5 % 6]


def _detected(place: int, as_of: date) -> date:
    return as_of - timedelta(days=place * 37 % 400)


def _instant(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _DAY


def _occurrences(
    assets: range | list[int], weaknesses: range | list[int], facts: range | list[int], count: int
) -> None:
    share, batch = max(1, count // len(weaknesses)), 20_000
    for start in range(0, len(weaknesses), batch):
        part = list(zip(weaknesses, facts, strict=True))[start : start + batch]
        rows = [
            (
                assets[(place * 31 + copy * 97) % len(assets)],
                weakness,
                "nessus",
                f"{copy}/tcp",
                True,
                0,
                facts_id,
                0,
                0,
            )
            for place, (weakness, facts_id) in enumerate(part, start)
            for copy in range(share)
        ]
        bulk.insert(
            "records_occurrence",
            (
                "id",
                "asset_id",
                "weakness_id",
                "scope",
                "locator",
                "open",
                "first_seen",
                "facts_id",
                "output_digest",
                "sighting_id",
            ),
            [
                (own, *row)
                for own, row in zip(bulk.allocate("records_occurrence", len(rows)), rows, strict=True)
            ],
        )
