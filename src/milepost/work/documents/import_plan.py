"""Taking a plan document into a system: what is new is opened as the document says, the rest is compared.

Identifiers and detection dates of the document stay as they are: they are what the authority knows. Of items
that the system has already, only differences are told; a document overwrites nobody's work, and what it does
not list any more is not closed by that.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.db import transaction

from milepost.authorities.documents import read_document
from milepost.authorities.documents.comparing import PERMANENT, Comparison, compare_plans
from milepost.domain.errors import StateConflict
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.planning import planned_rows
from milepost.records.systems import System
from milepost.scanners.opening import digest
from milepost.work import finding_systems
from milepost.work.checking.check_system import plan_of
from milepost.work.documents.new_item import ItemTaker
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class PlanImport:
    """What is asked: the document, the system, the day, who brings it, and whether it is only a preview."""

    path: Path
    system: str
    as_of: date
    person: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PlanTaken:
    """What came of it: the import's number (None for a preview), opened items, and the comparison."""

    number: int | None
    layout: str
    opened: tuple[str, ...]
    compared: Comparison
    problems: tuple[Problem, ...]
    already: bool = False


def import_plan(asked: PlanImport) -> PlanTaken:
    """Take a document into a system, all or nothing; a preview does the same and takes it all back.

    Raises:
        InputRefused: the document cannot be taken.
        RecordMissing: there is no such system.
        StateConflict: an item that both know has another identifier or detection date in the document.
    """
    document = read_document(asked.path)
    sha256 = digest(asked.path).hex()
    with recorded("import_plan", person=asked.person, as_of=asked.as_of) as told:
        system = finding_systems.locked(asked.system)
        held = Import.objects.filter(system=system, sha256=sha256).first()
        compared = compare_plans(plan_of(system), document)
        _refuse_faults(compared, document)
        if held is not None:
            told.nothing()
            return PlanTaken(held.pk, document.layout, (), compared, tuple(document.problems), already=True)
        taken = _taken(system, document, asked, sha256, compared)
        told.imported(Import.objects.get(system=system, sha256=sha256), *taken.opened)
        if asked.dry_run:
            transaction.set_rollback(True)
    return taken


def _refuse_faults(compared: Comparison, document: PlanDocument) -> None:
    """Refuse a document that says other identifiers or detection dates than the register."""
    permanent = [each for each in compared.faults if each.fault in PERMANENT]
    if permanent:
        first = permanent[0]
        more = f", and {len(permanent) - 1} more" if len(permanent) > 1 else ""
        what = f"{first.item}: {first.fault} ({first.detail}){more} [{first.citation}]"
        fix = "compare with milepost diff, and correct the document"
        raise StateConflict(what, where=document.name, fix=fix)


def _taken(
    system: System, document: PlanDocument, asked: PlanImport, sha256: str, compared: Comparison
) -> PlanTaken:
    record = _record(system, document, asked, sha256)
    problems = list(document.problems)
    taker = ItemTaker(record, asked.person, asked.as_of, problems)
    known = set(Item.objects.filter(system=system).values_list("identifier", flat=True))
    fresh = [item for item in document.items if item.id not in known]
    opened = [taker.take(item, str(document.place(item))) for item in _each_once(fresh, document, problems)]
    taker.finish()
    cause = Cause(f"import {record.pk}", asked.as_of, record.pk)
    recompute_items(system, [item.pk for item in opened], cause)
    record.problems = [problem._asdict() for problem in problems]
    record.counts = {"plan_items": len(opened), "plan_rows": planned_rows(item.pk for item in opened)}
    record.save(update_fields=["problems", "counts"])
    names = tuple(item.identifier for item in opened)
    number = None if asked.dry_run else record.pk
    return PlanTaken(number, document.layout, names, compared, tuple(problems))


def _each_once(
    items: Iterable[PlanItem], document: PlanDocument, problems: list[Problem]
) -> Iterable[PlanItem]:
    """Yield items; one whose identifier was met before on the document is a problem and left out."""
    met: Counter[str] = Counter()
    for item in items:
        met[item.id] += 1
        if item.id and met[item.id] > 1:
            what = f"{item.id} stands on the document more than once; only the first was taken"
            fix = "give each item its own identifier"
            problems.append(Problem(str(document.place(item, "id")), what, fix))
        else:
            yield item


def _record(system: System, document: PlanDocument, asked: PlanImport, sha256: str) -> Import:
    day = document.dated or asked.as_of
    return Import.objects.create(
        system=system,
        sha256=sha256,
        file_name=document.name,
        format=document.layout,
        tool=document.title[:300],
        scanned_at=int(datetime.combine(day, time(12), tzinfo=UTC).timestamp()),
        imported_at=datetime.combine(asked.as_of, time(), tzinfo=UTC),
    )
