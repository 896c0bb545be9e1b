"""Mappings of columns: saved once for tables with the same headings, and used by themselves next time."""

from collections.abc import Iterable, Mapping
from datetime import date

from milepost.domain.errors import RecordMissing, StateConflict, WrongUse
from milepost.domain.item import SourceKind
from milepost.domain.severity import Severity
from milepost.records.column_mappings import ColumnMapping
from milepost.scanners.isolation import surveyed
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.columns import (
    DAY_ORDERS,
    Columns,
    TableWishes,
    columns_from,
    mapped,
    missing,
)
from milepost.scanners.sheets.fields import folded
from milepost.scanners.sheets.surveyed import Survey
from milepost.work.recording import recorded

_LONGEST = 200


def wishes_for(source: Source, name: str, detector: str, kind: SourceKind) -> TableWishes:
    """Return how a table is read: by the mapping of this name, else by the one saved for its headings.

    Raises:
        RecordMissing: there is no mapping of this name.
        InputRefused: the table cannot be taken.
    """
    columns = mapping_named(name) if name else mapping_for(surveyed(source.path, source.name).fingerprint)
    told = (
        "" if kind is SourceKind.SCAN or (columns and columns.source) else kind.replace("_", " ").capitalize()
    )
    return TableWishes(columns, detector or told)


def mapping_for(fingerprint: str) -> Columns | None:
    """Return the mapping saved for some headings; None where there is none."""
    found = ColumnMapping.objects.filter(fingerprint=fingerprint).first()
    return columns_from(found.body) if found else None


def mapping_named(name: str) -> Columns:
    """Return a mapping.

    Raises:
        RecordMissing: there is none of this name.
    """
    found = ColumnMapping.objects.filter(name=name).first()
    if found is None:
        raise RecordMissing(f"there is no mapping named {name}", fix="see milepost columns list")
    return columns_from(found.body)


def mappings() -> list[Columns]:
    """Return every saved mapping, by name."""
    return [columns_from(body) for body in ColumnMapping.objects.values_list("body", flat=True)]


def mapping_of(
    survey: Survey,
    given: Iterable[tuple[str, str]],
    *,
    name: str = "",
    severities: Mapping[str, str] | None = None,
    day_order: str = "",
    source: str = "",
) -> Columns:
    """Put a mapping together: what the headings suggest, and over it what is given.

    An empty heading takes a field out. Without a name, the file's own without its ending is taken.

    Raises:
        WrongUse: a field, column, severity or order is none, or nothing identifies a finding.
    """
    pairs = list(given)
    named = {field for field, _ in pairs}
    own = mapped(survey.headings, [(field, heading) for field, heading in pairs if heading])
    used = {folded(heading) for headings in own.values() for heading in headings}
    suggested = {
        each.field: (each.heading,)
        for each in survey.suggestions
        if each.field not in named and folded(each.heading) not in used
    }
    fields = suggested | own
    if lacks := missing(fields):
        raise WrongUse(lacks, where=survey.name, fix="say which column does: --map id=COLUMN")
    if day_order not in {"", *DAY_ORDERS}:
        raise WrongUse(f"{day_order} is no order of dates", fix=f"give one of: {', '.join(DAY_ORDERS)}")
    return Columns(
        name=(name or survey.name.rpartition("/")[2].rpartition(".")[0] or survey.name)[:_LONGEST],
        headings=survey.headings,
        fields=fields,
        severities=scale(severities or {}),
        day_order=day_order,
        source=source,
    )


def save_mapping(columns: Columns, *, as_of: date) -> None:
    """Save a mapping; the one that its headings had before is replaced.

    Raises:
        StateConflict: a mapping for other headings has this name.
    """
    with recorded("save_mapping", as_of=as_of) as told:
        held = ColumnMapping.objects.filter(name=columns.name).first()
        if held is not None and held.fingerprint != columns.fingerprint:
            what = f"the mapping {columns.name} is for other headings"
            raise StateConflict(what, fix="give this one another name, or remove that one")
        told.subjects.append(columns.name)
        told.changed("mapping", held.body if held else "", columns.as_json())
        ColumnMapping.objects.update_or_create(
            fingerprint=columns.fingerprint,
            defaults={"name": columns.name, "body": columns.as_json(), "saved_on": as_of},
        )


def remove_mapping(name: str) -> None:
    """Remove a mapping; what was imported by it stays.

    Raises:
        RecordMissing: there is none of this name.
    """
    with recorded("remove_mapping") as told:
        told.subjects.append(name)
        told.changed("mapping", mapping_named(name).as_json(), "")
        ColumnMapping.objects.filter(name=name).delete()


def scale(given: Mapping[str, str]) -> dict[str, str]:
    """Check the words of a scale: (the table's word, the severity that it means).

    Raises:
        WrongUse: there is no such severity.
    """
    for word, severity in given.items():
        if severity not in set(Severity):
            levels = ", ".join(Severity)
            raise WrongUse(f"{severity} (for {word}) is no severity", fix=f"give one of: {levels}")
    return {folded(word): severity for word, severity in given.items()}
