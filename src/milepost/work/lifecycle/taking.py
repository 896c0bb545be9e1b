"""Taking a step of the lifecycle: ruled on first, then written down with its status, person and reason."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from milepost.domain.case import Case, Proposal
from milepost.domain.errors import MilepostError, NotAllowed, StateConflict
from milepost.domain.guards import Concern
from milepost.domain.item import LAPSING_STATUSES, ItemStatus
from milepost.domain.lifecycle import Refusal, completes, refusals, target
from milepost.domain.transition import Transition
from milepost.domain.transitions import BY_NAME
from milepost.records.items import Item
from milepost.records.requests import Acceptance, Signature
from milepost.work import finding_items, item_history
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.lifecycle.cases import case_of
from milepost.work.lifecycle.versions import plan_version
from milepost.work.recording import telling

_ERRORS: Final[dict[Concern, Callable[..., MilepostError]]] = {
    Concern.CASE: StateConflict,
    Concern.GIVEN: NotAllowed,
    Concern.PERSON: NotAllowed,
}


_COMPUTED: Final = ("rule_due_on", "rule_due_by", "excused_until")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that may be taken: the locked item, its case, and whether this signature is the last needed."""

    item: Item
    case: Case
    step: Transition
    proposal: Proposal
    complete: bool


def begin(
    name: str,
    identifier: str,
    system: str,
    proposal: Proposal,
    *,
    given: Callable[[Case], Case] | None = None,
) -> Taken:
    """Lock an item and rule on a step; `given` completes the case with what the step itself knows.

    Raises:
        StateConflict: the item does not stand so that the step could be taken.
        NotAllowed: the person may not take it, or does not bring what it needs.
    """
    item = finding_items.by_identifier(identifier, system, lock=True)
    return begin_on(name, item, proposal, given=given)


def begin_on(
    name: str, item: Item, proposal: Proposal, *, given: Callable[[Case], Case] | None = None
) -> Taken:
    """Rule on a step of an item that is locked already.

    Raises:
        StateConflict: the item does not stand so that the step could be taken.
        NotAllowed: the person may not take it, or does not bring what it needs.
    """
    told = telling()
    told.about_item(item)
    told.person, told.as_of = told.person or proposal.person, told.as_of or proposal.as_of
    record_return(item, proposal.as_of)
    found = case_of(item, proposal.as_of)
    case = given(found) if given else found
    step = BY_NAME[name]
    refuse(refusals(step, case, proposal), item.identifier)
    told.took(name, proposal)
    return Taken(item, case, step, proposal, completes(step, case, proposal))


def refuse(against: tuple[Refusal, ...], where: str) -> None:
    """Raise the first of what stands against a step, with its source and the way out."""
    if against:
        concern, ruling = against[0]
        raise _ERRORS[concern](f"{ruling.reason} ({ruling.citation})", where=where, fix=ruling.way_out)


def finish(taken: Taken, reason: str, **changes: tuple[str, str]) -> None:
    """Give an item the status that a step leads to, and write everything that changed into its history."""
    item, before = taken.item, ItemStatus(taken.item.status)
    status = target(taken.step, taken.case)
    written = dict(changes)
    if status != before:
        item.status, item.status_on = status, taken.proposal.as_of
        written["status"] = (str(before), str(status))
    if status not in LAPSING_STATUSES:
        item.lapses_on = None
    item.save()
    _write(taken, written, reason)
    if before in LAPSING_STATUSES or status in LAPSING_STATUSES:
        cause = Cause(f"{taken.step.title}: {reason}"[:300], taken.proposal.as_of)
        recompute_items(item.system, [item.pk], cause)
        item.refresh_from_db(fields=_COMPUTED)


def sign(taken: Taken, subject: int) -> None:
    """Keep a person's signature to a decision about one request or one reported fix."""
    person = taken.proposal.person
    Signature.objects.create(
        item=taken.item,
        decision=taken.step.name,
        subject=subject,
        person=person,
        roles=",".join(sorted(taken.case.roles_of(person))),
        on=taken.proposal.as_of,
        version=plan_version(taken.item),
    )
    if not taken.complete:
        _write(taken, {"signature": ("", taken.step.title)}, taken.proposal.reason)


def record_return(item: Item, as_of: date) -> bool:
    """Write down that a decision for a time is over, if it is; tell whether it was."""
    lapses = [each for each in BY_NAME.values() if each.resumes and not each.roles]
    case = case_of(item, as_of)
    if case.status == item.status:
        return False
    step = next(each for each in lapses if item.status in each.sources)
    held = replace(case, status=ItemStatus(item.status), lapses_on=item.lapses_on)
    last = item.lapses_on
    come_back(item, as_of)
    proposal = Proposal(person="", as_of=as_of)
    finish(Taken(item, held, step, proposal, complete=True), f"{step.title} on {last}")
    return True


def come_back(item: Item, as_of: date) -> None:
    """Note on the acceptance that holds, if any, when its item came back."""
    if item.lapses_on is not None:
        held = Acceptance.objects.filter(item=item, returned_on=None, expires_on=item.lapses_on)
        held.update(returned_on=as_of)


def _write(taken: Taken, changes: dict[str, tuple[str, str]], reason: str) -> None:
    item_history.record(
        taken.item,
        changes,
        person=taken.proposal.person,
        reason=reason,
        as_of=taken.proposal.as_of,
        decides=taken.step.decides,
    )
