"""Changing what people decide about an item: owner, plan, dates, risk; every change with its reason."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.case import Proposal
from milepost.domain.errors import NotAllowed, StateConflict, WrongUse
from milepost.domain.item import ENDED_STATUSES, ItemStatus
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.work import finding_items, item_history
from milepost.work.due_dates import CMMC_PLAN, Cause, recompute_items
from milepost.work.lifecycle.cases import has_approved_plan
from milepost.work.lifecycle.taking import begin_on
from milepost.work.recording import recorded

_DATE_FIELDS: Final = frozenset({"vendor_checked_on", "kev_due_on", "scheduled_on"})
_TEXT_FIELDS: Final = frozenset(
    {
        *("name", "description", "controls", "likelihood", "impact", "compensating_controls"),
        *("remediation_plan", "responsible", "supporting_parties", "point_of_contact"),
        *("affected_assets", "cves", "vendor_product", "source_name"),
    }
)
_CHOICES: Final = {
    "adjusted_risk": frozenset(Rating),
    "original_risk": frozenset(Rating),
    "plan": frozenset({"", CMMC_PLAN, "operational"}),
    "status": frozenset({ItemStatus.OPEN, ItemStatus.IN_PROGRESS, ItemStatus.REMEDIATED}),
}
_STATUS_STEPS: Final = {
    (ItemStatus.DRAFT, ItemStatus.OPEN): "adopt_draft",
    (ItemStatus.OPEN, ItemStatus.IN_PROGRESS): "start_work",
    (ItemStatus.IN_PROGRESS, ItemStatus.OPEN): "stop_work",
}
FIELDS: Final = tuple(sorted({*_DATE_FIELDS, *_TEXT_FIELDS, *_CHOICES, "vendor_dependency"}))


@dataclass(frozen=True, slots=True)
class Edit:
    """Fields to set, as text; dates as YYYY-MM-DD, an empty text clears."""

    identifier: str
    values: dict[str, str]
    person: str
    reason: str = ""
    system: str = ""


def edit_item(edit: Edit, *, as_of: date) -> None:
    """Set fields of an item and write down each change.

    Raises:
        WrongUse: a field is not known or a value does not fit it.
        NotAllowed: the item is closed, the change would rewrite a frozen value or
            lower the rating, or has no reason.
        StateConflict: the status cannot be reached by hand from the present one.
    """
    values = {name: _value(name, text) for name, text in edit.values.items()}
    with recorded("edit_item", person=edit.person, as_of=as_of) as told:
        item = finding_items.by_identifier(edit.identifier, edit.system, lock=True)
        if item.status in ENDED_STATUSES:
            raise NotAllowed(
                f"{item.identifier} is {item.status}", fix="a closed item stays as it was; open a new one"
            )
        _check_frozen(item, edit)
        _check_status(item, edit, as_of)
        changes = {}
        for name, value in values.items():
            before = getattr(item, name)
            if before != value:
                changes[name] = (str(before or ""), str(value or ""))
                setattr(item, name, value)
        if "status" in changes:
            item.status_on = as_of
        told.about_item(item)
        told.nothing()
        if changes:
            item.save()
            item_history.record(item, changes, person=edit.person, reason=edit.reason, as_of=as_of)
            recompute_items(item.system, [item.pk], Cause(f"{', '.join(changes)} changed", as_of))


def _check_frozen(item: Item, edit: Edit) -> None:
    if "original_risk" in edit.values and item.original_risk:
        raise NotAllowed("the original rating is written once", fix="adjust the risk instead (adjusted_risk)")
    if "adjusted_risk" in edit.values and _lowers(item, Rating(edit.values["adjusted_risk"])):
        raise NotAllowed(
            "a lower rating is asked for, and somebody else decides",
            where=item.identifier,
            fix="use milepost item deviate … risk_adjustment",
        )
    if "scheduled_on" in edit.values and item.scheduled_on and not edit.reason:
        raise NotAllowed("a scheduled date changes only for a stated reason", fix="give it with --reason")
    if "scheduled_on" in edit.values and has_approved_plan(item):
        raise NotAllowed(
            "the date of an approved plan moves only by an approved extension",
            where=item.identifier,
            fix="ask for it with milepost item extend",
        )


def _lowers(item: Item, adjusted: Rating) -> bool:
    counts, original = Rating(item.adjusted_risk or item.original_risk), Rating(item.original_risk)
    return (adjusted or original).rank < counts.rank


def _check_status(item: Item, edit: Edit, as_of: date) -> None:
    """Let a status change be a step of the lifecycle: begin the work, or put it back.

    What needs evidence or a decision has a command of its own.
    """
    wanted = edit.values.get("status", item.status)
    if wanted == item.status:
        return
    if wanted == ItemStatus.REMEDIATED:
        raise NotAllowed(
            "a fix is reported with its evidence",
            where=item.identifier,
            fix="use milepost item claim",
        )
    step = _STATUS_STEPS.get((ItemStatus(item.status), ItemStatus(wanted)))
    if step is None:
        raise StateConflict(
            f"{item.identifier} is {item.status.replace('_', ' ')} and cannot be set to {wanted}",
            fix="see what can be done with milepost item next",
        )
    begin_on(step, item, Proposal(person=edit.person, as_of=as_of, reason=edit.reason))


def _value(name: str, text: str) -> str | bool | date | None:
    if name in _TEXT_FIELDS:
        return text
    if name in _DATE_FIELDS:
        return _date(name, text)
    if name == "vendor_dependency":
        return _answer(name, text)
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            raise WrongUse(
                f"{text} is no {name}", fix=f"use one of {', '.join(sorted(filter(None, _CHOICES[name])))}"
            )
        return text
    raise WrongUse(f"{name} is no field that can be set", fix=f"use one of {', '.join(FIELDS)}")


def _date(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise WrongUse(f"{text} is no date", where=name, fix="write it as YYYY-MM-DD") from error


def _answer(name: str, text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise WrongUse(f"{text} is neither yes nor no", where=name, fix="write yes or no")
    return text.lower() == "yes"
