"""What others publish of CVEs, written set by set: only what differs is touched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from milepost.records import bulk

_TYPES: Final = {
    "kev_added_on": "date",
    "kev_due_on": "date",
    "ransomware": "boolean",
    "automatable": "boolean",
    "technical_impact": "text",
    "epss": "double precision",
    "epss_percentile": "double precision",
}
_DEFAULTS: Final[Mapping[str, bulk.Value]] = {"ransomware": False, "technical_impact": ""}

Published = Mapping[str, Sequence[bulk.Value]]
"""By CVE, the values of the columns that a publication is about."""


def write(columns: Sequence[str], published: Published) -> int:
    """Bring what is known of CVEs in line with a publication; return how many of them differ now."""
    held = _held(columns)
    changed = [(*values, held[cve][0]) for cve, values in published.items() if _differs(held, cve, values)]
    bulk.update("records_knowncve", columns, [_TYPES[column] for column in columns], changed)
    fresh = [cve for cve in published if cve not in held]
    others = {name: value for name, value in _DEFAULTS.items() if name not in columns}
    bulk.insert(
        "records_knowncve",
        ("cve", *columns, *others),
        [(cve, *published[cve], *others.values()) for cve in fresh],
    )
    return len(changed) + len(fresh)


def forget(columns: Sequence[str], empty: Sequence[bulk.Value], kept: Iterable[str]) -> int:
    """Empty the columns of CVEs that a publication no longer names; return how many those are."""
    known = set(kept)
    rows = [
        (*empty, row) for cve, (row, values) in _held(columns).items() if cve not in known and any(values)
    ]
    bulk.update("records_knowncve", columns, [_TYPES[column] for column in columns], rows)
    return len(rows)


def _held(columns: Sequence[str]) -> dict[str, tuple[int, tuple[bulk.Value, ...]]]:
    rows = bulk.rows(f"SELECT id, cve, {', '.join(columns)} FROM records_knowncve")
    return {cve: (row, tuple(_plain(value) for value in values)) for row, cve, *values in rows}


def _plain(value: date | bulk.Value) -> bulk.Value:
    return value.isoformat() if isinstance(value, date) else value


def _differs(
    held: Mapping[str, tuple[int, Sequence[bulk.Value]]], cve: str, values: Sequence[bulk.Value]
) -> bool:
    return cve in held and tuple(held[cve][1]) != tuple(values)
