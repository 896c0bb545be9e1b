"""Which column of a table means what: a mapping as people make it, and the headings that it is for."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from milepost.domain.errors import WrongUse
from milepost.scanners.sheets.fields import IDENTITY, SEVERAL, fields, folded

TABLE = "table"
"""The short name of the reader for tables."""
DAY_ORDERS = ("month first", "day first")
_BROKEN = "save the mapping again: milepost columns save FILE --map FIELD=COLUMN"


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping.

    `fields` gives each field its headings (several only for an identifier made of parts, and for notes).
    `severities` lays the table's own words (folded) on the common scale, by the names of `Severity`.
    `day_order` settles dates like 01/02/2026 where the column itself does not. `source` names what gave the
    findings their identifiers: the same identifier of another source is another weakness.
    """

    name: str
    headings: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    severities: dict[str, str] = field(default_factory=dict)
    day_order: str = ""
    source: str = ""

    @property
    def fingerprint(self) -> str:
        """The mark of the headings that this mapping is for."""
        return fingerprint(self.headings)

    def as_json(self) -> str:
        """Return the mapping as it is kept."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True, slots=True)
class TableWishes:
    """What is asked of a table: its columns, and over them the source and the order of dates."""

    columns: Columns | None = None
    source: str = ""
    day_order: str = ""

    def as_json(self) -> str:
        """Return what is asked as one text."""
        return msgspec.json.encode(self).decode()


def wishes_from(text: str) -> TableWishes:
    """Return what was asked, from one text."""
    return msgspec.json.decode(text, type=TableWishes)


def columns_from(text: str) -> Columns:
    """Return a mapping that was kept.

    Raises:
        WrongUse: it is none.
    """
    try:
        return msgspec.json.decode(text, type=Columns)
    except msgspec.DecodeError as error:
        raise WrongUse(f"this is no mapping of columns ({error})", fix=_BROKEN) from error


def fingerprint(headings: Iterable[str]) -> str:
    """Return the mark of some headings, whatever their capitals, blanks and punctuation."""
    return hashlib.sha256("\n".join(map(folded, headings)).encode()).hexdigest()


def mapped(headings: Sequence[str], given: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Check what a person says of columns, (field, heading) by (field, heading).

    Raises:
        WrongUse: there is no such field or column, or a field is given two columns that takes one.
    """
    by_name = {folded(heading): heading for heading in headings}
    found: dict[str, tuple[str, ...]] = {}
    for name, heading in given:
        if name not in fields():
            what = f"there is no field {name}"
            raise WrongUse(what, fix=f"give one of: {', '.join(fields())}")
        column = by_name.get(folded(heading))
        if column is None:
            what = f"the table has no column “{heading}”"
            raise WrongUse(what, fix=f"give one of: {', '.join(filter(None, headings))}")
        if name in found and name not in SEVERAL:
            what = f"the field {name} takes one column"
            raise WrongUse(what, fix=f"leave one of them out: {found[name][0]}, {column}")
        found[name] = (*found.get(name, ()), column)
    return found


def missing(found: Iterable[str]) -> str:
    """Say what a mapping lacks to be used; empty where it lacks nothing."""
    if not set(found) & set(IDENTITY):
        return "no column identifies a finding: neither an identifier (id) nor a CVE (cves)"
    return ""
