"""Importing files that came together: each all or nothing, previewed as one, known again as one.

Each file is a transaction of its own, so that what was taken stays when a later one fails; the same files
again go on where an interrupted import ended. A preview takes all of them one after the other, and takes
everything back.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from django.db import transaction

from milepost.domain.errors import MilepostError
from milepost.domain.problem import Problem
from milepost.records.imports import Bundle
from milepost.scanners.archives import Given, Taken
from milepost.scanners.opening import digest
from milepost.work import finding_systems, import_report
from milepost.work.import_report import Counts, ImportReport
from milepost.work.import_scan import Order, import_scan

_LINES = 50
"""The weaknesses that the preview of a bundle lists for each file."""
_TOLD = frozenset({"persisting", "not_retested"})


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file: its report, or why it was refused."""

    name: str
    report: ImportReport | None = None
    refusal: Problem | None = None


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The outcome of importing files together; `number` is None for a preview and where nothing was taken.

    `problems` are what could not be taken out of an archive or folder.
    """

    number: int | None
    name: str
    files: tuple[FileOutcome, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def reports(self) -> tuple[ImportReport, ...]:
        """The reports of the files that were taken now or before."""
        return tuple(each.report for each in self.files if each.report is not None)

    @property
    def refused(self) -> int:
        """How many files were refused."""
        return len(self.files) - len(self.reports)

    @property
    def new(self) -> int:
        """How many files the system did not have."""
        return sum(not report.already_imported for report in self.reports)

    @property
    def occurrences(self) -> Counts:
        """The sum over all files."""
        return _sum(import_report.no_counts(), (report.occurrences for report in self.reports))

    @property
    def weaknesses(self) -> Counts:
        """The sum over all files; a weakness that several files name counts once for each."""
        return _sum(import_report.no_counts(), (report.weaknesses for report in self.reports))

    @property
    def items(self) -> Counts:
        """The sum over all files."""
        return _sum(import_report.no_items(), (report.items for report in self.reports))

    @property
    def questions(self) -> int:
        """How many files hold no finding and are asked about."""
        return sum(bool(report.question) for report in self.reports)

    def total(self) -> dict[str, object]:
        """Return the sums as `milepost import --json` prints them."""
        return {
            "files": len(self.files),
            "new": self.new,
            "refused": self.refused,
            "occurrences": self.occurrences,
            "weaknesses": self.weaknesses,
            "items": self.items,
        }


def import_bundle(name: str, taken: Taken, wishes: Order) -> BundleReport:
    """Import files one after the other; `wishes` says how, its path and name are not used.

    Raises:
        RecordMissing: there is no such system.
    """
    finding_systems.by_name(wishes.system)
    problems = [*taken.problems, *(_problem(each, name) for each in taken.refusals)]
    if not wishes.dry_run:
        return _imported(name, taken.files, wishes, problems)
    with transaction.atomic():
        files = _each(taken.files, replace(wishes, dry_run=False))
        transaction.set_rollback(True)
    return BundleReport(None, name, tuple(map(_previewed, files)), tuple(problems))


def _imported(name: str, files: Sequence[Given], wishes: Order, problems: list[Problem]) -> BundleReport:
    bundle = _bundle(name, files, wishes)
    outcomes = _each(files, replace(wishes, bundle=bundle.pk))
    if not bundle.imports.exists():
        bundle.delete()
        return BundleReport(None, name, tuple(outcomes), tuple(problems))
    refused = [each.refusal for each in outcomes if each.refusal is not None]
    bundle.problems = [problem._asdict() for problem in [*problems, *refused]]
    bundle.save(update_fields=["problems"])
    return BundleReport(bundle.pk, name, tuple(outcomes), tuple(problems))


def _bundle(name: str, files: Iterable[Given], wishes: Order) -> Bundle:
    """Find or make the bundle of these files."""
    imported_at = datetime.combine(wishes.as_of, time(), tzinfo=UTC)
    found, _ = Bundle.objects.get_or_create(
        system=finding_systems.by_name(wishes.system),
        digest=_digest_of(files),
        defaults={"name": name[:500], "imported_at": imported_at},
    )
    return found


def _digest_of(files: Iterable[Given]) -> str:
    """Return one digest for a set of files, whatever their names and order; what cannot be read has none."""
    digests = set()
    for file in files:
        with suppress(MilepostError):
            digests.add(digest(file.path))
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def _each(files: Iterable[Given], wishes: Order) -> list[FileOutcome]:
    return [_one(replace(wishes, path=file.path, name=file.name)) for file in files]


def _one(order: Order) -> FileOutcome:
    try:
        return FileOutcome(order.name, import_scan(order))
    except MilepostError as refused:
        return FileOutcome(order.name, refusal=_problem(refused, order.name))


def _problem(refused: MilepostError, name: str) -> Problem:
    return Problem(refused.where or name, refused.what, refused.fix)


def _previewed(outcome: FileOutcome) -> FileOutcome:
    """Leave out what a preview of many files does not show: numbers that do not hold, and what persists."""
    if outcome.report is None or outcome.report.already_imported:
        return outcome
    told = [line for line in outcome.report.lines if line.outcome not in _TOLD]
    return replace(outcome, report=replace(outcome.report, number=None, lines=tuple(told[:_LINES])))


def _sum(nothing: Counts, counts: Iterable[Counts]) -> Counts:
    total = Counter(nothing)
    for each in counts:
        total.update(each)
    return {name: total[name] for name in nothing}
