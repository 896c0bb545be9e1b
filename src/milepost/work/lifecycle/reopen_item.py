"""When a closing turns out to be wrong: a new item points at the old, or the old one opens by a rule."""

from datetime import date
from typing import Final

from milepost.domain.case import Proposal
from milepost.domain.errors import NotAllowed, StateConflict
from milepost.domain.item import CLOSED_STATUSES, DeviationState
from milepost.domain.rating import Rating
from milepost.records import rollup
from milepost.records.items import Item, ItemScope
from milepost.work import finding_items, finding_systems, item_history
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.lifecycle.cases import rules_for
from milepost.work.lifecycle.false_positive import approved_false_positive
from milepost.work.lifecycle.taking import begin_on, finish
from milepost.work.recording import recorded
from milepost.work.terms import authority_for, opened_under

_CARRIED: Final = (
    *("kind", "source_kind", "source_name", "source_id", "original_risk", "native_severity", "controls"),
    *("title", "name", "description", "likelihood", "impact", "affected_assets", "cves", "severity"),
    *("responsible", "point_of_contact", "remediation_plan", "kev_due_on", "parent_id"),
)


def reopen_item(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """Go on with a closed item: as a new item that points at it, or itself where the authority reopens.

    A new item counts from today; a reopened one keeps its first dates, and its closing record stays.

    Raises:
        StateConflict: the item is not closed.
        NotAllowed: no reason is given.
    """
    with recorded("reopen_item", person=person, as_of=as_of):
        item = finding_items.by_identifier(identifier, system, lock=True)
        if item.status not in CLOSED_STATUSES:
            raise StateConflict(
                f"{identifier} is {item.status.replace('_', ' ')}, not closed",
                fix="see what can be done with milepost item next",
            )
        if not rules_for(item).reopens:
            return _anew(item, person=person, reason=reason, as_of=as_of)
        taken = begin_on("reopen_item", item, Proposal(person=person, as_of=as_of, reason=reason))
        before, item.completed_on = item.completed_on, None
        _disprove(item, reason)
        finish(taken, reason, completed_on=(str(before or ""), ""))
        item.fixes.filter(outcome="verified").update(outcome="rejected", remark=reason)
        recompute_items(item.system, [item.pk], Cause("it was opened again", as_of))
    return item


def _anew(item: Item, *, person: str, reason: str, as_of: date) -> Item:
    if not reason.strip():
        raise NotAllowed("no reason is given", where=item.identifier, fix="say why with --reason")
    system = finding_systems.locked(item.system.name)
    system.last_number += 1
    system.save(update_fields=["last_number"])
    authority = authority_for(system, opened_under(system, as_of=as_of))
    scheduled_on = authority.scheduled(as_of, Rating(item.original_risk))
    fresh = Item.objects.create(
        system=system,
        number=system.last_number,
        identifier=f"{system.item_prefix}{system.last_number}",
        detected_on=as_of,
        opened_on=as_of,
        status_on=as_of,
        opened_under=opened_under(system, as_of=as_of),
        original_scheduled_on=scheduled_on,
        scheduled_on=scheduled_on,
        recurrence_of=item,
        **{name: getattr(item, name) for name in _CARRIED},
    )
    ItemScope.objects.filter(item=item).update(item=fresh)
    rollup.settle_items([fresh.pk])
    changes = {"recurrence_of": ("", item.identifier)}
    item_history.record(fresh, changes, person=person, reason=reason, as_of=as_of)
    recompute_items(system, [fresh.pk], Cause(f"{item.identifier} came back", as_of))
    return fresh


def _disprove(item: Item, reason: str) -> None:
    """Let a false positive that turned out to be none count no more."""
    deviation = approved_false_positive(item)
    if deviation is not None:
        deviation.state, deviation.decision_reason = DeviationState.DENIED, f"disproved: {reason}"
        deviation.save(update_fields=["state", "decision_reason"])
