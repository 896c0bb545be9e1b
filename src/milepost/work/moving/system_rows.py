"""The rows of a system, whatever table they stand in, and how they refer to each other."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django.apps import apps
from django.db import models

from milepost.domain.item import RequestKind
from milepost.records.closing import Fix
from milepost.records.column_mappings import ColumnMapping
from milepost.records.deadlines import DeadlineResult, KnownCve, ReferenceFile
from milepost.records.evidence import Content
from milepost.records.findings import Occurrence, Sighting
from milepost.records.imports import Coverage, Import
from milepost.records.intake.looks import packed, unpacked
from milepost.records.items import Item, ItemChange
from milepost.records.ledger import LedgerEvent, LedgerHead
from milepost.records.planning import Deviation
from milepost.records.profiles import OwnProfile
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Signature, Transfer
from milepost.records.systems import ItemVersion, System
from milepost.work.lifecycle.cases import GRANTS

Table = type[models.Model]
Row = dict[str, Any]  # the columns of any table
Shift = Mapping[Table, int]
"""By how much the ids of each table grow in the installation that a system comes to."""

STAY_BEHIND: Final[tuple[Table, ...]] = (
    *(ColumnMapping, ItemVersion, KnownCve, ReferenceFile, Transfer),
    *(LedgerEvent, LedgerHead),
)
"""Of the installation, not of a system; transfers lead to other systems, and are told apart.

Events are bound to the chain that they stand in; the new chain begins with the checkpoint of the old one.
"""
GO_ALONG: Final[tuple[Table, ...]] = (Content, OwnProfile)
"""Shared with other systems: what is there already in the other installation is taken."""
_UNBOUND: Final[Mapping[tuple[Table, str], Table]] = {
    (Item, "opened_by"): Import,
    (ItemChange, "source_import"): Import,
    (DeadlineResult, "source_import"): Import,
    (Occurrence, "sighting_id"): Sighting,
}
"""Columns that hold ids without the database knowing."""
_SIGNED: Final[Mapping[str, Table]] = {
    "close_item": Fix,
    GRANTS[RequestKind.PLAN]: PlanSubmission,
    GRANTS[RequestKind.EXTENSION]: Extension,
    GRANTS[RequestKind.RISK_ACCEPTANCE]: Acceptance,
    GRANTS[RequestKind.FALSE_POSITIVE]: Deviation,
    GRANTS[RequestKind.OPERATIONAL_REQUIREMENT]: Deviation,
    GRANTS[RequestKind.RISK_ADJUSTMENT]: Deviation,
}
"""What a signature to each decision is about; one to a transfer stays behind with it."""


def moved_tables() -> dict[str, Table]:
    """Return every table whose rows belong to one system, by the name of its model."""
    every = apps.get_app_config("records").get_models()
    return {each.__name__.lower(): each for each in every if each not in (*STAY_BEHIND, *GO_ALONG)}


def rows_of(table: Table, system: System) -> Iterator[Row]:
    """Yield the rows of a table that belong to a system, in the order in which they were written."""
    found = models.QuerySet[models.Model](table).filter(**{_way_to_system(table): system.pk}).order_by("pk")
    if table is Signature:
        found = found.filter(decision__in=_SIGNED)
    names = [field.attname for field in _fields(table)]
    for values in found.values_list(*names).iterator(chunk_size=2_000):
        yield dict(zip(names, values, strict=True))


def shifted(table: Table, row: Row, shift: Shift) -> models.Model:
    """Return a row as it stands in the other installation: its ids, and those that it refers to, moved on."""
    values = {field.attname: field.to_python(row[field.attname]) for field in _fields(table)}
    values["id"] += shift[table]
    for field in _fields(table):
        target = _UNBOUND.get((table, field.attname)) or field.related_model
        if target in shift and values[field.attname] is not None:
            values[field.attname] += shift[cast("Table", target)]
    if table is Signature:
        values["subject"] += shift[_SIGNED[values["decision"]]]
    if table is Coverage:
        pairs = unpacked(bytes(values["seen"])).items()
        values["seen"] = packed((seen + shift[Occurrence], at + shift[Sighting]) for seen, at in pairs)
    return table(**values)


def _fields(table: Table) -> "list[models.Field[Any, Any]]":
    return [field for field in table._meta.concrete_fields if not field.generated]


def _way_to_system(table: Table, seen: frozenset[Table] = frozenset()) -> str:
    """Return how a table leads to its system, such as `milestone__item__system`; empty if it does not."""
    if table is System:
        return "pk"
    for field in table._meta.concrete_fields:
        target = field.related_model
        if field.null or not isinstance(target, type) or target in seen or target is table:
            continue
        if way := _way_to_system(target, seen | {table}):
            return field.name if way == "pk" else f"{field.name}__{way}"
    return ""
