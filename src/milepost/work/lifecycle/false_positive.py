"""Closing an item because there was nothing to fix: an approved false positive with its evidence."""

from dataclasses import replace

from milepost.domain.case import Proposal
from milepost.domain.item import DeviationKind, DeviationState
from milepost.records.items import Item
from milepost.records.planning import Deviation, SupportingDocument
from milepost.work.lifecycle.closing_records import freeze, record_false_positive
from milepost.work.lifecycle.taking import begin_on, finish


def close_approved(item: Item, deviation: Deviation | None, proposal: Proposal) -> None:
    """Close a locked item whose false positive is approved.

    Raises:
        StateConflict: no false positive is approved.
        NotAllowed: there is no evidence, or the person worked on the item.
    """
    evidence = proposal.evidence or (deviation.evidence if deviation else "")
    taken = begin_on("close_false_positive", item, replace(proposal, evidence=evidence))
    freeze(item)
    item.completed_on = proposal.as_of
    SupportingDocument.objects.create(
        item=item, kind="Closure evidence", name=evidence[:500], added_on=proposal.as_of
    )
    finish(
        taken,
        proposal.reason or "an approved false positive",
        completed_on=("", f"{proposal.as_of:%Y-%m-%d}"),
    )
    record_false_positive(item, deviation, evidence, person=proposal.person, as_of=proposal.as_of)


def approved_false_positive(item: Item) -> Deviation | None:
    """Return the false positive that was approved for an item, unless a later one was denied."""
    decided = Deviation.objects.filter(item=item, kind=DeviationKind.FALSE_POSITIVE)
    last = decided.exclude(state=DeviationState.PENDING).last()
    return last if last is not None and last.state == DeviationState.APPROVED else None
