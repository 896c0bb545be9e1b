"""Asking for a later date, and deciding on it; the original date stays beside the new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec

from milepost.domain.case import Proposal
from milepost.domain.errors import WrongUse
from milepost.domain.item import MilestoneStatus, RequestKind
from milepost.records.items import Item
from milepost.records.requests import Extension
from milepost.work import plan_milestones
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.lifecycle.deciding import decided
from milepost.work.lifecycle.taking import begin, finish
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class NewDate:
    """A later date that is asked for; `milestones` are those that move with it, by number."""

    identifier: str
    until: date
    reason: str
    mitigations: str
    person: str
    milestones: Mapping[int, date] = field(default_factory=dict)
    system: str = ""


def request_extension(wanted: NewDate, *, as_of: date) -> Extension:
    """Ask for a later scheduled date.

    Raises:
        NotAllowed: no reason or mitigation is given, the date is not later, or beyond what is allowed.
        StateConflict: one waits already, or the item is not worked on.
        WrongUse: a milestone that shall move does not exist, is done, or would be due after the new date.
    """
    proposal = Proposal(
        person=wanted.person,
        as_of=as_of,
        reason=wanted.reason,
        mitigations=wanted.mitigations,
        until=wanted.until,
    )
    with recorded("request_extension", person=wanted.person, as_of=as_of) as told:
        taken = begin("request_extension", wanted.identifier, wanted.system, proposal)
        _check_milestones(taken.item, wanted)
        extension = Extension.objects.create(
            item=taken.item,
            reason=wanted.reason,
            requested_on=as_of,
            requested_by=wanted.person,
            new_on=wanted.until,
            before_on=taken.item.scheduled_on,
            mitigations=wanted.mitigations,
            milestones=msgspec.json.encode(sorted(wanted.milestones.items())).decode(),
        )
        told.tell(milestones={str(number): day for number, day in wanted.milestones.items()})
        finish(taken, wanted.reason, extension=("", f"asked for {wanted.until:%Y-%m-%d}"))
    return extension


def decide_extension(
    identifier: str, *, approve: bool, person: str, as_of: date, system: str = "", reason: str = ""
) -> Item:
    """Approve or deny a later date; approved, the scheduled date and the named milestones move.

    Raises:
        StateConflict: none waits, or its date has passed.
        NotAllowed: the person asked for it, may not decide it, or denies it without a reason.
    """
    name = "approve_extension" if approve else "deny_extension"
    proposal = Proposal(person=person, as_of=as_of, reason=reason)
    with recorded("decide_extension", person=person, as_of=as_of):
        taken = begin(name, identifier, system, proposal)
        extension = decided(taken, RequestKind.EXTENSION)
        if isinstance(extension, Extension):
            item = taken.item
            changes = {"extension": ("asked for", str(extension.state))}
            if approve:
                changes["scheduled_on"] = (str(item.scheduled_on or ""), str(extension.new_on))
                item.scheduled_on = extension.new_on
            finish(taken, reason or extension.reason, **changes)
            if approve:
                _move_milestones(item, extension, as_of)
                recompute_items(item.system, [item.pk], Cause("a later date was approved", as_of))
    return taken.item


def _check_milestones(item: Item, wanted: NewDate) -> None:
    planned = item.milestones.exclude(status=MilestoneStatus.COMPLETED)
    open_numbers = set(planned.values_list("number", flat=True))
    for number, day in wanted.milestones.items():
        if number not in open_numbers:
            raise WrongUse(
                f"{item.identifier} has no open milestone {number}",
                fix="see its milestones on the item's page",
            )
        if day > wanted.until:
            raise WrongUse(
                f"milestone {number} would be due after the new date", fix="give it an earlier day"
            )


def _move_milestones(item: Item, extension: Extension, as_of: date) -> None:
    for number, day in msgspec.json.decode(extension.milestones, type=list[tuple[int, date]]):
        plan_milestones.move_milestone(
            item, number, day, reason=extension.reason, person=extension.requested_by, as_of=as_of
        )
