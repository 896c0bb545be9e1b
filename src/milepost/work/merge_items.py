"""Merging items by hand: one takes over what the other covers, for every later import too."""

from datetime import date

from milepost.domain.case import Proposal
from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.item import ENDED_STATUSES
from milepost.records import rollup
from milepost.records.items import Item, ItemScope
from milepost.work import finding_items, item_history
from milepost.work.lifecycle.taking import begin_on, finish
from milepost.work.recording import recorded


def merge_items(into: str, other: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """Let the first item take over the second; the earlier detection date holds (FedRAMP guide, column A).

    Raises:
        WrongUse: both are the same item, or in different systems.
        NotAllowed: no reason is given.
        StateConflict: one of them is closed or merged.
    """
    with recorded("merge_items", person=person, as_of=as_of):
        kept = finding_items.by_identifier(into, system, lock=True)
        gone = finding_items.by_identifier(other, system, lock=True)
        _check(kept, gone)
        proposal = Proposal(person=person, as_of=as_of, reason=reason, survivor=kept.identifier)
        taken = begin_on("merge_item", gone, proposal)
        ItemScope.objects.filter(item=gone).update(item=kept)
        gone.merged_into = kept
        finish(taken, reason, merged_into=("", kept.identifier))
        changes = {"merged_with": ("", gone.identifier)}
        for name in ("detected_on", "scheduled_on", "original_scheduled_on"):
            earlier = _earlier(getattr(kept, name), getattr(gone, name))
            if earlier != getattr(kept, name):
                changes[name] = (str(getattr(kept, name) or ""), str(earlier))
                setattr(kept, name, earlier)
        kept.first_seen = min(
            (each for each in (kept.first_seen, gone.first_seen) if each is not None), default=None
        )
        kept.save()
        item_history.record(kept, changes, person=person, reason=reason, as_of=as_of)
        rollup.settle_items([kept.pk, gone.pk])
    return kept


def _check(kept: Item, gone: Item) -> None:
    if kept.pk == gone.pk or kept.system_id != gone.system_id:
        raise WrongUse("two different items of one system can be merged", fix="name two items of one system")
    for item in (kept, gone):
        if item.status in ENDED_STATUSES:
            raise StateConflict(f"{item.identifier} is {item.status}", fix="only open items can be merged")


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((each for each in (first, second) if each is not None), default=None)
