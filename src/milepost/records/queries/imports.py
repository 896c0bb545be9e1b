"""What was imported: the files of a system, and what each found out."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count

from milepost.domain.errors import RecordMissing
from milepost.domain.matching import Outcome
from milepost.domain.problem import Problem
from milepost.records.imports import Bundle, Coverage, Import, ImportedWeakness
from milepost.records.items import ItemScope
from milepost.records.systems import System

SHOWN: Final = 200
"""Weaknesses listed under each outcome."""


class ImportRow(NamedTuple):
    """One import as a line.

    `scanned_on` is a day in the system's zone, `scanned_at` are seconds since 1970 UTC. `bundle` is the
    number of the files that it came with, None where it came alone.
    """

    number: int
    scanned_on: date
    scanned_at: int
    imported_at: datetime
    format: str
    file_name: str
    tool: str
    taken_as_clean: bool
    occurrences: dict[str, int]
    weaknesses: dict[str, int]
    items: dict[str, int]
    statements: dict[str, int]
    problems: int
    question: str
    source_kind: str
    bundle: int | None
    bundle_name: str


class ImportedLine(NamedTuple):
    """One weakness in an import; `changes` are (field, before, after), `items` identifiers."""

    outcome: str
    name: str
    title: str
    occurrences: dict[str, int]
    changes: tuple[tuple[str, str, str], ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """The weaknesses of one outcome: how many there are, and the first of them."""

    outcome: Outcome
    count: int
    lines: list[ImportedLine]


@dataclass(frozen=True, slots=True)
class ImportDetail:
    """An import with all that it found out and what could not be read."""

    row: ImportRow
    system_id: int
    sha256: str
    assets: int
    groups: list[OutcomeGroup]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class BundleDetail:
    """Files that came together: an import for each that was taken, and what was not taken."""

    number: int
    system_id: int
    name: str
    imported_at: datetime
    rows: list[ImportRow]
    problems: list[Problem]

    @property
    def items(self) -> Counter[str]:
        """What all of its imports did to items."""
        return sum((Counter(row.items) for row in self.rows), Counter[str]())


def import_rows(system_name: str, limit: int | None = None) -> list[ImportRow]:
    """Return the imports of a system, the newest scan first.

    Raises:
        RecordMissing: there is no such system.
    """
    system = System.objects.filter(name=system_name).first()
    if system is None:
        raise RecordMissing(f"there is no system named {system_name}", fix="see the list of systems")
    return latest_imports(system.pk, system.time_zone, limit)


def latest_imports(system_id: int, time_zone: str, limit: int | None) -> list[ImportRow]:
    """Return the imports of a system that is known, the newest scan first, with one statement."""
    records = Import.objects.select_related("bundle").filter(system=system_id)[:limit]
    return [_row(record, time_zone) for record in records]


def import_detail(number: int) -> ImportDetail:
    """Return an import.

    Raises:
        RecordMissing: there is none of this number.
    """
    record = Import.objects.select_related("system", "bundle").filter(pk=number).first()
    if record is None:
        raise RecordMissing(f"there is no import {number}", fix="choose one from the list of imports")
    return ImportDetail(
        row=_row(record, record.system.time_zone),
        system_id=record.system_id,
        sha256=record.sha256,
        assets=Coverage.objects.filter(source=record).values("asset").distinct().count(),
        groups=_groups(record),
        problems=_problems(record),
    )


def bundle_detail(number: int) -> BundleDetail:
    """Return files that came together.

    Raises:
        RecordMissing: there is none of this number.
    """
    bundle = Bundle.objects.select_related("system").filter(pk=number).first()
    if bundle is None:
        raise RecordMissing(f"there is no bundle {number}", fix="choose one from the list of imports")
    records = bundle.imports.select_related("bundle").order_by("id")
    return BundleDetail(
        number=bundle.pk,
        system_id=bundle.system_id,
        name=bundle.name,
        imported_at=bundle.imported_at,
        rows=[_row(record, bundle.system.time_zone) for record in records],
        problems=[Problem(each["where"], each["what"], each["fix"]) for each in bundle.problems],
    )


def _row(record: Import, time_zone: str) -> ImportRow:
    counts = record.counts or {}
    scanned = datetime.fromtimestamp(record.scanned_at, UTC).astimezone(ZoneInfo(time_zone))
    return ImportRow(
        number=record.pk,
        scanned_on=scanned.date(),
        scanned_at=record.scanned_at,
        imported_at=record.imported_at,
        format=record.format,
        file_name=record.file_name,
        tool=record.tool,
        taken_as_clean=record.taken_as_clean,
        occurrences=counts.get("occurrences", {}),
        weaknesses=counts.get("weaknesses", {}),
        items=counts.get("items", {}),
        statements=counts.get("statements", {}),
        problems=len(record.problems),
        question="" if record.taken_as_clean else counts.get("question", ""),
        source_kind=record.source_kind,
        bundle=record.bundle_id,
        bundle_name=record.bundle.name if record.bundle else "",
    )


def _problems(record: Import) -> list[Problem]:
    return [Problem(each["where"], each["what"], each["fix"]) for each in record.problems]


def _groups(record: Import) -> list[OutcomeGroup]:
    """Return the outcomes in the order in which people need them, with two statements and one for each."""
    all_lines = ImportedWeakness.objects.filter(source=record)
    counts = dict(all_lines.order_by().values_list("outcome").annotate(Count("id")))
    shown = {outcome: _lines(record, outcome) for outcome in Outcome if counts.get(outcome)}
    items = _items(line.weakness_id for lines in shown.values() for line in lines)
    return [
        OutcomeGroup(outcome, counts[outcome], [_line(line, items[line.weakness_id]) for line in lines])
        for outcome, lines in shown.items()
    ]


def _lines(record: Import, outcome: Outcome) -> list[ImportedWeakness]:
    rows = ImportedWeakness.objects.filter(source=record, outcome=outcome).select_related("weakness")
    return list(rows.order_by("-weakness__severity", "weakness__name")[:SHOWN])


def _line(line: ImportedWeakness, items: list[str]) -> ImportedLine:
    changes = tuple((str(name), str(before), str(after)) for name, before, after in line.changes)
    weakness = line.weakness
    return ImportedLine(line.outcome, weakness.name, weakness.title, line.occurrences, changes, tuple(items))


def _items(weakness_ids: Iterable[int]) -> defaultdict[int, list[str]]:
    """Name the items that cover some weaknesses; the caller shows at most `SHOWN` for each outcome."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    scopes = ItemScope.objects.filter(weakness__in=list(weakness_ids)).order_by("item__number")
    for weakness_id, identifier in scopes.values_list("weakness_id", "item__identifier"):
        if identifier not in found[weakness_id]:
            found[weakness_id].append(identifier)
    return found
