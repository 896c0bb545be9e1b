"""Taking an import back: the register is then as if the file had never come, whatever came after it."""

from dataclasses import dataclass

from milepost.domain.errors import RecordMissing, StateConflict
from milepost.domain.item import ItemKind
from milepost.records import bulk, refolding, rollup, sweeping
from milepost.records.deadlines import DeadlineResult, ItemDate, ItemEvaluation
from milepost.records.imports import Bundle, Coverage, Import
from milepost.records.items import Item, ItemChange, ItemScope
from milepost.records.planning import (
    Comment,
    Deviation,
    Milestone,
    Resource,
    SupportingDocument,
    planned_rows,
)
from milepost.records.systems import System
from milepost.records.wordings import Wordings
from milepost.work import rescheduling
from milepost.work.due_dates import recompute_items
from milepost.work.known_exploited import follow_known_exploited
from milepost.work.recording import recorded
from milepost.work.risk.raised_ratings import follow_raised_ratings
from milepost.work.settling import items_of

_BY_PEOPLE = (Comment, Deviation, ItemDate, ItemEvaluation, Milestone, Resource, SupportingDocument)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the import's number and file, and the items that went with it."""

    number: int
    file_name: str
    items: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost undo --json` prints."""
        return {"import": self.number, "file": self.file_name, "items_removed": list(self.items)}


def undo_import(number: int) -> Undone:
    """Take an import back.

    Raises:
        RecordMissing: there is no such import.
        StateConflict: people have worked on items that would vanish.
    """
    with recorded("undo_import") as told:
        record = Import.objects.filter(pk=number).first()
        if record is None:
            raise RecordMissing(f"there is no import {number}", fix="see milepost imports --system NAME")
        system = System.objects.select_for_update().get(pk=record.system_id)
        assets = set(Coverage.objects.filter(source=record).values_list("asset_id", flat=True))
        touched = _weaknesses_on(assets)
        bulk.execute("DELETE FROM records_coverage WHERE source_id IN ({})", [record.pk])
        refolding.refold(assets)
        gone = rollup.settle_weaknesses(touched, Wordings())
        removed = _remove_items(record)
        sweeping.sweep(system.pk, gone, touched)
        ItemChange.objects.filter(source_import=record.pk).delete()
        items = items_of(touched - gone)
        rollup.settle_items(items)
        rescheduling.follow_first_sight(system, items, None)
        follow_raised_ratings(system, items, None)
        follow_known_exploited(system, items)
        DeadlineResult.objects.filter(source_import=record.pk).delete()
        recompute_items(system, items, None)
        _number_back(system)
        record.delete()
        if record.bundle_id is not None:
            Bundle.objects.filter(pk=record.bundle_id, imports=None).delete()
        told.undid(record, number, removed)
    return Undone(number, record.file_name, removed)


def undo_bundle(number: int) -> tuple[Undone, ...]:
    """Take all imports of files that came together back, the last first; all of them or none.

    Raises:
        RecordMissing: there is no such bundle.
        StateConflict: people have worked on items that would vanish.
    """
    with recorded("undo_bundle") as told:
        bundle = Bundle.objects.filter(pk=number).first()
        if bundle is None:
            raise RecordMissing(f"there is no bundle {number}", fix="see milepost imports --system NAME")
        told.subjects.append(f"bundle {number}")
        numbers = bundle.imports.order_by("-id").values_list("id", flat=True)
        return tuple(undo_import(each) for each in list(numbers))


def _weaknesses_on(assets: set[int]) -> set[int]:
    rows = bulk.select(
        "SELECT DISTINCT weakness_id FROM records_occurrence WHERE asset_id IN ({})", sorted(assets)
    )
    return {row for (row,) in rows}


def _remove_items(record: Import) -> tuple[str, ...]:
    """Remove the items that this import opened and that nothing warrants any more."""
    doomed = [
        item for item in Item.objects.filter(opened_by=record.pk).order_by("number") if not _warranted(item)
    ]
    as_brought = _as_brought(record, doomed)
    worked_on = [item.identifier for item in doomed if _worked_on(item, as_brought=as_brought)]
    if worked_on:
        raise StateConflict(
            f"people have worked on {', '.join(worked_on)}, which import {record.pk} opened",
            fix="take that work back or merge the items into others first",
        )
    for item in doomed:
        if item.recurrence_of_id is not None:
            ItemScope.objects.filter(item=item).update(item=item.recurrence_of_id)
    Item.objects.filter(pk__in=[item.pk for item in doomed]).delete()
    return tuple(item.identifier for item in doomed)


def _warranted(item: Item) -> bool:
    if item.kind == ItemKind.CONSOLIDATED:
        return item.children.exclude(opened_by=item.opened_by).exists()
    weaknesses = [scope.weakness for scope in ItemScope.objects.filter(item=item).select_related("weakness")]
    rated = rollup.ever_rated(each.pk for each in weaknesses)
    left = [each for each in weaknesses if each.pk in rated]
    if item.recurrence_of_id is not None:
        return any(each.open_count for each in left)
    return bool(left)


def _as_brought(record: Import, items: list[Item]) -> bool:
    """Tell whether the steps, requests and remarks of items are still as many as a document brought."""
    brought = record.counts.get("plan_rows")
    return brought is not None and planned_rows(item.pk for item in items) == brought


def _worked_on(item: Item, *, as_brought: bool) -> bool:
    if ItemChange.objects.filter(item=item).exclude(person="").exists():
        return True
    return not as_brought and any(model.objects.filter(item=item).exists() for model in _BY_PEOPLE)


def _number_back(system: System) -> None:
    """Let the next item have the lowest number that is higher than all given and all ever exported."""
    highest = Item.objects.filter(system=system).order_by("-number").values_list("number", flat=True).first()
    system.last_number = max(highest or 0, system.exported_number)
    system.save(update_fields=["last_number"])
