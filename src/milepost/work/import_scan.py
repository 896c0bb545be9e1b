"""Importing a scan: one file, all or nothing, previewed or done; the same file twice changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from milepost.domain.errors import WrongUse
from milepost.domain.finding import Asset, AssetReport, Identifier, IdentifierKind
from milepost.domain.item import SourceKind
from milepost.domain.matching import Outcome
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.records.imports import Import
from milepost.records.intake.effect import Source
from milepost.records.intake.occurrences import OccurrenceIntake
from milepost.records.intake.scopes import open_by_scope
from milepost.records.stating import keep_statements
from milepost.records.systems import System
from milepost.scanners import opening as scanners
from milepost.scanners.isolation import reading
from milepost.scanners.scanner import Part
from milepost.scanners.sheets.columns import TABLE, TableWishes
from milepost.work import finding_systems, import_report
from milepost.work.import_report import ImportReport
from milepost.work.importing.column_mappings import wishes_for
from milepost.work.recording import recorded
from milepost.work.settling import Settled, settle
from milepost.work.uncollected import uncollected

Parts = Iterator[Part]

_BATCH = 25_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an import.

    `scanned_on` holds over what the file says; `asset` names the asset in place of what the file names;
    `clean` takes a report without findings as a clean scan instead of asking; `progress` is told the number
    of findings taken so far. `bundle` is the number under which the files are known that it came with,
    `source_kind` the activity that the report comes from. For tables, `columns` names a saved mapping and
    `detector` who found what they list.
    """

    path: Path
    system: str
    as_of: date
    name: str = ""
    scanned_on: date | None = None
    asset: str = ""
    clean: bool = False
    dry_run: bool = False
    bundle: int | None = None
    source_kind: SourceKind = SourceKind.SCAN
    columns: str = ""
    detector: str = ""
    progress: Callable[[int], None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class Begun:
    """What was begun with a file before its import: what its reader says, and the SHA-256 of its bytes."""

    parts: Parts
    sha256: Callable[[], str]


def import_scan(order: Order, begun: Begun | None = None) -> ImportReport:
    """Take a report into a system; a dry run does the same and takes it all back.

    `begun` is what runs already: `scanners.isolation.reading` and `scanners.opening.digest` of the file.

    Raises:
        InputRefused: the file cannot be taken; nothing of it is.
        RecordMissing: there is no such system.
    """
    if begun is None:
        with reading(order.path, order.name or None, wishes=_table_wishes(order)) as parts:
            return import_scan(order, Begun(parts, lambda: scanners.digest(order.path).hex()))
    scanner, source = scanners.open_report(order.path, order.name or None)
    with uncollected():
        return _imported(order, source.name, scanner.name, begun.sha256(), begun.parts)


def import_parts(order: Order, format_name: str, sha256: str, parts: Parts) -> ImportReport:
    """Take in what was not read from a file; `sha256` stands for its bytes, the order's name for the file's.

    Raises:
        RecordMissing: there is no such system.
    """
    return _imported(order, order.name, format_name, sha256, parts)


def _table_wishes(order: Order) -> TableWishes | None:
    """Return what is asked of a table; None for a report of a scanner."""
    scanner, source = scanners.open_report(order.path, order.name or None)
    if scanner.name == TABLE:
        return wishes_for(source, order.columns, order.detector, order.source_kind)
    if order.columns or order.detector:
        what = f"a mapping of columns is for tables, and this is {scanner.title}"
        raise WrongUse(what, where=source.name, fix="leave out columns and detector")
    return None


def _imported(order: Order, file_name: str, format_name: str, sha256: str, parts: Parts) -> ImportReport:
    """Do what is asked in one transaction, unless the system has these very bytes already."""
    with recorded("import_scan", as_of=order.as_of) as told:
        system = finding_systems.locked(order.system)
        held = Import.objects.filter(system=system, sha256=sha256).first()
        if held is not None and (held.taken_as_clean or not order.clean):
            told.nothing()
            return import_report.already(held)
        if held is not None:
            held.delete()
        record = _record(system, order, file_name, format_name, sha256)
        report = _take(record, system, order, parts)
        told.imported(record)
        if order.dry_run:
            transaction.set_rollback(True)
    return replace(report, number=None) if order.dry_run else report


def _record(system: System, order: Order, file_name: str, format_name: str, sha256: str) -> Import:
    day = order.scanned_on or order.as_of
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(system.time_zone))
    return Import.objects.create(
        system=system,
        bundle_id=order.bundle,
        source_kind=order.source_kind,
        sha256=sha256,
        file_name=file_name,
        format=format_name,
        scanned_at=int(noon.timestamp()),
        imported_at=datetime.combine(order.as_of, time(), tzinfo=UTC),
    )


def _take(record: Import, system: System, order: Order, parts: Parts) -> ImportReport:
    """Read the file into the register; without a finding in it, take that back and ask."""
    before = open_by_scope(system.pk)
    problems: list[Problem] = []
    statements: list[Statement] = []
    savepoint = transaction.savepoint()
    overrides = order.scanned_on is not None
    intake = OccurrenceIntake(Source(record.pk, system.pk, record.sha256, record.scanned_at, overrides))
    for batch in _batches(parts, problems, statements, order.asset):
        problems.extend(_undated(batch, record) if not overrides else ())
        intake.take(batch)
        batch.clear()
        order.progress(intake.effect.findings)
    if not intake.effect.findings and not statements and not order.clean:
        transaction.savepoint_rollback(savepoint)
        return _asked(record, intake, problems)
    transaction.savepoint_commit(savepoint)
    problems.extend(intake.problems)
    keep_statements(record.pk, statements)
    return settle(Settled(record, system, intake.effect, intake.wordings, before, order.as_of), problems)


def _batches(
    stream: Parts, problems: list[Problem], statements: list[Statement], asset: str
) -> Iterator[list[AssetReport]]:
    batch: list[AssetReport] = []
    size = 0
    for each in stream:
        if isinstance(each, Problem):
            problems.append(each)
            continue
        if isinstance(each, Statement):
            statements.append(each)
            continue
        batch.append(_named(each, asset) if asset else each)
        size += len(each.findings) + 1
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _named(report: AssetReport, asset: str) -> AssetReport:
    name = Identifier(IdentifierKind.RESOURCE, asset.lower())
    return replace(report, asset=Asset(asset, report.asset.kind, (name,), report.asset.version))


def _undated(batch: list[AssetReport], record: Import) -> list[Problem]:
    undated = [each.asset.name for each in batch if any(one.scanned_at is None for one in each.coverage)]
    return [
        Problem(
            record.file_name,
            f"the file does not say when {name} was scanned; taken as scanned today",
            "give the day with --scanned-on YYYY-MM-DD",
        )
        for name in undated[:1]
    ]


def _asked(record: Import, intake: OccurrenceIntake, problems: list[Problem]) -> ImportReport:
    """Record a file without findings as asked about: nothing is taken as missing."""
    effect = intake.effect
    question = (
        "The file holds no finding. Is it a clean scan? Until that is said, nothing is taken as missing"
    )
    problems.append(
        Problem(
            record.file_name,
            "the file holds no finding; nothing is taken as missing",
            "import it again with --yes if the scan was clean",
        )
    )
    untouched = import_report.no_counts() | {
        "not_retested": effect.total(Outcome.MISSING) + effect.total(Outcome.NOT_RETESTED)
    }
    weaknesses = import_report.no_counts() | {"not_retested": len(effect.tally)}
    report = ImportReport(
        number=record.pk,
        format=record.format,
        already_imported=False,
        occurrences=untouched,
        weaknesses=weaknesses,
        items=import_report.no_items(),
        problems=tuple(problems),
        question=question,
    )
    import_report.keep(record, report, taken_as_clean=False)
    return report
