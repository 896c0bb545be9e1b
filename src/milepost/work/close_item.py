"""Closing an item: with evidence, verified by someone who did not work on it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from milepost.domain.errors import NotAllowed, StateConflict
from milepost.domain.item import DeviationKind, DeviationState, ItemStatus
from milepost.domain.separation import may_verify
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Deviation, SupportingDocument
from milepost.work import finding_items, item_history
from milepost.work.describing_items import ScannerView, scanner_views


@dataclass(frozen=True, slots=True)
class Closing:
    """What a closing rests on: who fixed it, who verified it how, and the evidence by name."""

    identifier: str
    fixed_by: str
    verified_by: str
    evidence: str
    remark: str
    system: str = ""


def close_item(closing: Closing, *, as_of: date) -> Item:
    """Close an item; its record says who fixed and who verified, with which evidence.

    Raises:
        NotAllowed: there is no evidence, or the verifier worked on the fix.
        StateConflict: it is closed already, or a scanner still sees it.
    """
    with transaction.atomic():
        item = finding_items.by_identifier(closing.identifier, closing.system, lock=True)
        _check(item, closing)
        before, item.status = item.status, ItemStatus.CLOSED
        item.status_on = item.completed_on = as_of
        _freeze(item)
        item.save()
        SupportingDocument.objects.create(
            item=item, kind="Closure evidence", name=closing.evidence, added_on=as_of
        )
        reason = f"fixed by {closing.fixed_by}, verified by {closing.verified_by}: {closing.remark}"
        changes = {"status": (str(before), "closed"), "completed_on": ("", f"{as_of:%Y-%m-%d}")}
        item_history.record(item, changes, person=closing.verified_by, reason=reason, as_of=as_of)
    return item


def _check(item: Item, closing: Closing) -> None:
    if item.status in {ItemStatus.CLOSED, ItemStatus.MERGED}:
        raise StateConflict(f"{item.identifier} is {item.status} already")
    if not closing.evidence.strip():
        raise NotAllowed("an item closes only with evidence", where=item.identifier, fix="name the evidence")
    if item.open_count and not _false_positive(item):
        raise StateConflict(
            f"scanners still see {item.open_count} occurrences of it",
            where=item.identifier,
            fix="import a covering scan that does not show them, or have a false positive approved",
        )
    worked = {closing.fixed_by, *ItemChange.objects.filter(item=item).values_list("person", flat=True)}
    ruling = may_verify(closing.verified_by, frozenset(worked))
    if not ruling.allowed:
        raise NotAllowed(f"{ruling.reason} ({ruling.citation})", where=item.identifier, fix=ruling.way_out)


def _freeze(item: Item) -> None:
    """Keep with the item what scanners said of it: the weakness may come back under another item."""
    view = scanner_views([item.pk]).get(item.pk) or ScannerView()
    worst = view.worst(item.source_id)
    item.name = item.name or item.title
    item.description = item.description or (worst.description if worst else "")
    item.remediation_plan = item.remediation_plan or (worst.solution if worst else "")
    item.source_name = item.source_name or ", ".join(sorted(filter(None, view.tools)))
    item.cves = item.cves or ", ".join(view.cves)
    item.affected_assets = "\n".join(dict.fromkeys([*item.affected_assets.splitlines(), *view.assets]))


def _false_positive(item: Item) -> bool:
    return Deviation.objects.filter(
        item=item, kind=DeviationKind.FALSE_POSITIVE, state=DeviationState.APPROVED
    ).exists()
