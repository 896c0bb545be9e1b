"""Handing an item to another system: offered here, taken over there, with the same clock and first dates."""

from dataclasses import replace
from datetime import date
from typing import Final

from milepost.domain.case import Case, Proposal
from milepost.domain.errors import RecordMissing, WrongUse
from milepost.domain.item import RequestKind
from milepost.records.items import Item
from milepost.records.planning import Milestone
from milepost.records.requests import Transfer
from milepost.records.systems import System
from milepost.work import finding_items, finding_systems, item_history
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.lifecycle.cases import pending_request, roles_held
from milepost.work.lifecycle.closing_records import freeze
from milepost.work.lifecycle.deciding import decided
from milepost.work.lifecycle.taking import begin, begin_on, finish
from milepost.work.recording import recorded
from milepost.work.terms import opened_under

_CARRIED: Final = (
    *("kind", "source_kind", "source_name", "source_id", "detected_on", "original_risk", "adjusted_risk"),
    *("native_severity", "original_scheduled_on", "scheduled_on", "kev_due_on", "controls", "title"),
    *("name", "description", "likelihood", "impact", "compensating_controls", "remediation_plan"),
    *("affected_assets", "cves", "vendor_dependency", "vendor_product", "vendor_checked_on", "severity"),
)


def request_transfer(
    identifier: str, receiver: str, *, person: str, reason: str, as_of: date, system: str = ""
) -> Transfer:
    """Offer an item to another system.

    Raises:
        RecordMissing: there is no such item or system.
        WrongUse: the item is of that system already.
        NotAllowed: no reason is given.
        StateConflict: it is offered already, or past planning.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason, receiver=receiver)
    with recorded("request_transfer", person=person, as_of=as_of):
        taken = begin("request_transfer", identifier, system, proposal)
        to = finding_systems.by_name(receiver)
        if to.pk == taken.item.system_id:
            raise WrongUse(f"{identifier} is of {receiver} already", fix="name another system")
        transfer = Transfer.objects.create(
            item=taken.item, receiver=to, reason=reason, requested_on=as_of, requested_by=person
        )
        finish(taken, reason, transfer=("", f"offered to {receiver}"))
    return transfer


def decide_transfer(
    identifier: str, *, accept: bool, person: str, as_of: date, system: str = "", reason: str = ""
) -> Item:
    """Take an offered item over, or decline it; return the item that goes on.

    Where the other system keeps roles, the person holds one there. The new item keeps the detection date,
    the first dates and the milestones; both point at each other.

    Raises:
        StateConflict: nothing is offered.
        NotAllowed: the person offered it, holds no fitting role there, or declines without a reason.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("decide_transfer", person=person, as_of=as_of):
        item = finding_items.by_identifier(identifier, system, lock=True)
        offer = pending_request(item, RequestKind.TRANSFER)
        receiver = offer.receiver if isinstance(offer, Transfer) else item.system

        def as_receiver(case: Case) -> Case:
            held = roles_held(receiver, as_of)
            return replace(case, held=held, roles_kept=receiver.roles.exists())

        name = "accept_transfer" if accept else "decline_transfer"
        taken = begin_on(name, item, proposal, given=as_receiver)
        transfer = decided(taken, RequestKind.TRANSFER)
        if not isinstance(transfer, Transfer):
            return item
        said = reason or transfer.reason
        if not accept:
            finish(taken, said, transfer=("offered", "declined"))
            return item
        freeze(item)
        transfer.taken_as = _take_over(item, transfer.receiver, proposal)
        transfer.save(update_fields=["taken_as"])
        there = f"{transfer.receiver.name} {transfer.taken_as.identifier}"
        finish(taken, said, transfer=("offered", f"goes on as {there}"))
        return transfer.taken_as


def origin_of(item: Item) -> Item:
    """Return the item of another system that an item goes on from.

    Raises:
        RecordMissing: it was not taken over from anywhere.
    """
    came = Transfer.objects.select_related("item__system").filter(taken_as=item).first()
    if came is None:
        raise RecordMissing(f"{item.identifier} was not taken over", fix="see its history")
    return came.item


def _take_over(item: Item, receiver: System, proposal: Proposal) -> Item:
    system = finding_systems.locked(receiver.name)
    system.last_number += 1
    system.save(update_fields=["last_number"])
    taken = Item.objects.create(
        system=system,
        number=system.last_number,
        identifier=f"{system.item_prefix}{system.last_number}",
        opened_on=proposal.as_of,
        status_on=proposal.as_of,
        opened_under=opened_under(system, as_of=proposal.as_of),
        **{name: getattr(item, name) for name in _CARRIED},
    )
    for step in item.milestones.order_by("number"):
        Milestone.objects.create(
            item=taken,
            number=step.number,
            text=step.text,
            original_due_on=step.original_due_on,
            due_on=step.due_on,
            status=step.status,
            completed_on=step.completed_on,
        )
    changes = {"transferred_from": ("", f"{item.system.name} {item.identifier}")}
    item_history.record(taken, changes, person=proposal.person, reason=proposal.reason, as_of=proposal.as_of)
    recompute_items(system, [taken.pk], Cause("taken over from another system", proposal.as_of))
    return taken
