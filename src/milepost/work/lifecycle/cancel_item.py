"""Taking an item off the plan because there is nothing to do: its system is gone, or it was an error."""

from datetime import date

from milepost.domain.case import Proposal
from milepost.records.items import Item
from milepost.work.lifecycle.taking import begin, finish
from milepost.work.recording import recorded


def cancel_item(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """Cancel an item; it stays in the register, with the reason.

    Raises:
        StateConflict: scanners still see it, or it is past planning.
        NotAllowed: no reason is given, or the person worked on it.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("cancel_item", person=person, as_of=as_of):
        taken = begin("cancel_item", identifier, system, proposal)
        finish(taken, reason)
    return taken.item
