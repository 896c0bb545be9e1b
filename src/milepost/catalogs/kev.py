"""CISA's catalog of known exploited vulnerabilities, read from CISA's own JSON file."""

from dataclasses import dataclass
from datetime import date

import msgspec

from milepost.domain.errors import DamagedInput

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is read; the catalog of 2026 has about one and a half million."""


@dataclass(frozen=True, slots=True)
class KevEntry:
    """An entry: the day it was made, the day by which to act, and whether ransomware uses it."""

    cve: str
    added_on: date
    due_on: date
    ransomware: bool


@dataclass(frozen=True, slots=True)
class KevCatalog:
    """The catalog in one version: `2026.07.23`."""

    version: str
    entries: tuple[KevEntry, ...]


class _Vulnerability(msgspec.Struct, rename="camel"):
    cve: str = msgspec.field(name="cveID")
    date_added: date
    due_date: date
    known_ransomware_campaign_use: str = "Unknown"


class _Catalog(msgspec.Struct, rename="camel"):
    vulnerabilities: list[_Vulnerability]
    catalog_version: str = ""
    count: int | None = None


def looks_like_kev(head: bytes) -> bool:
    """Tell whether a file begins like CISA's catalog."""
    return b'"catalogVersion"' in head


def read_kev(body: bytes, name: str) -> KevCatalog:
    """Read the catalog.

    Raises:
        DamagedInput: it is no such catalog, or has fewer entries than it says.
    """
    try:
        catalog = msgspec.json.decode(body, type=_Catalog)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedInput(
            f"this is no catalog of known exploited vulnerabilities: {error}",
            where=name,
            fix="take CISA's JSON file as it is published",
        ) from error
    if catalog.count not in {None, len(catalog.vulnerabilities)}:
        raise DamagedInput(
            f"the catalog says {catalog.count} entries and has {len(catalog.vulnerabilities)}",
            where=name,
            fix="fetch the file again",
        )
    return KevCatalog(catalog.catalog_version, tuple(_entry(each) for each in catalog.vulnerabilities))


def _entry(found: _Vulnerability) -> KevEntry:
    ransomware = found.known_ransomware_campaign_use.strip().casefold() == "known"
    return KevEntry(found.cve.strip().upper(), found.date_added, found.due_date, ransomware)
