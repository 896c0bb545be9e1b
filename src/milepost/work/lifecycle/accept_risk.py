"""Carrying a risk for a time: asked for with all that an official needs, decided, ended, come back."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.case import Proposal
from milepost.domain.item import LAPSING_STATUSES, ItemStatus, RequestKind
from milepost.records.items import Item
from milepost.records.requests import Acceptance
from milepost.work import finding_systems
from milepost.work.lifecycle.deciding import decided
from milepost.work.lifecycle.taking import Taken, begin, come_back, finish, record_return
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk that is to be accepted: why, which threat, what protects meanwhile, what remains, until when."""

    identifier: str
    reason: str
    threat: str
    mitigations: str
    residual_risk: str
    until: date
    person: str
    system: str = ""


def request_acceptance(risk: Risk, *, as_of: date) -> Acceptance:
    """Ask for a risk to be accepted up to and with a day.

    Raises:
        NotAllowed: something that the official needs is not said, or the day is beyond what is allowed.
        StateConflict: one waits already, or the item does not stand so.
    """
    proposal = Proposal(
        person=risk.person,
        as_of=as_of,
        reason=risk.reason,
        threat=risk.threat,
        mitigations=risk.mitigations,
        residual_risk=risk.residual_risk,
        until=risk.until,
    )
    with recorded("request_acceptance", person=risk.person, as_of=as_of):
        taken = begin("request_acceptance", risk.identifier, risk.system, proposal)
        acceptance = Acceptance.objects.create(
            item=taken.item,
            reason=risk.reason,
            requested_on=as_of,
            requested_by=risk.person,
            threat=risk.threat,
            mitigations=risk.mitigations,
            residual_risk=risk.residual_risk,
            expires_on=risk.until,
        )
        finish(taken, risk.reason, risk_acceptance=("", f"asked for up to {risk.until:%Y-%m-%d}"))
    return acceptance


def decide_acceptance(
    identifier: str, *, approve: bool, person: str, as_of: date, system: str = "", reason: str = ""
) -> Item:
    """Accept a risk or decline to; accepted, it comes back by itself after its last day.

    Raises:
        StateConflict: none waits, or its last day has passed.
        NotAllowed: the person asked for it, is no official, or declines without a reason.
    """
    name = "accept_risk" if approve else "decline_acceptance"
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("decide_acceptance", person=person, as_of=as_of):
        taken = begin(name, identifier, system, proposal)
        acceptance = decided(taken, RequestKind.RISK_ACCEPTANCE)
        if isinstance(acceptance, Acceptance):
            if approve:
                hold_until(taken, acceptance.expires_on)
            finish(taken, reason or acceptance.reason, risk_acceptance=("asked for", str(acceptance.state)))
    return taken.item


def end_decision(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Item:
    """End an accepted risk or operational requirement before its day; the item comes back.

    Raises:
        StateConflict: the item is neither.
        NotAllowed: no reason is given.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("end_decision", person=person, as_of=as_of):
        item = Item.objects.filter(identifier=identifier, status=ItemStatus.OPERATIONAL_REQUIREMENT)
        required = item.filter(system__name=system).exists() if system else item.exists()
        name = "end_requirement" if required else "end_acceptance"
        taken = begin(name, identifier, system, proposal)
        come_back(taken.item, as_of)
        finish(taken, reason)
    return taken.item


def return_lapsed(system: str, *, as_of: date) -> tuple[str, ...]:
    """Write down which decisions for a time are over; return the identifiers of the items that came back.

    Every view counts them as back without this; the entry in the history is what it adds.
    """
    with recorded("return_lapsed", as_of=as_of) as told:
        found = finding_systems.locked(system)
        told.about(found)
        held = Item.objects.filter(
            system=found, status__in=LAPSING_STATUSES, lapses_on__lt=as_of
        ).select_related("system")
        came = tuple(item.identifier for item in held.order_by("number") if record_return(item, as_of))
        told.nothing()
        return came


def hold_until(taken: Taken, last_day: date) -> None:
    """Keep the last day of a decision for a time, and the status that comes back after it."""
    item = taken.item
    if item.status not in LAPSING_STATUSES:
        item.resumes = item.status
    item.lapses_on = last_day
