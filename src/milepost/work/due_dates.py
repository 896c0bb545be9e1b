"""Due dates brought in line with what they follow from, set by set; results that held before are kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final

from milepost.authorities.deadlines import Terms, deadline
from milepost.domain.circumstances import Circumstances
from milepost.domain.deadline import Deadline
from milepost.domain.standing import Dates, VendorDependency, excused_until
from milepost.records import bulk
from milepost.records.circumstances.choice import Choice
from milepost.records.circumstances.gathering import Held, Subject, gather
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.obligations.system_terms import SystemTerms

CMMC_PLAN: Final = "cmmc"
"""The plan of items that belong to a conditional CMMC status: `Item.plan`."""

_ALIKE: Final = 4_096
"""For how many different circumstances a result is remembered."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why dates are computed anew, in words, the day, and the import that it came with, if any."""

    reason: str
    as_of: date
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many open items were looked at, and how many of them have another date now."""

    items: int
    changed: int


def recompute_systems(systems: Iterable[System], cause: Cause) -> Recomputed:
    """Bring the due dates of all open items of some systems in line with what they follow from."""
    known = list(systems)
    terms = SystemTerms(known)
    choice = Choice("system_id", sorted(terms.zones), each_place=terms.ask_of_each_asset)
    return _recompute(choice, terms, cause)


def recompute_items(
    system: System, item_ids: Collection[int], cause: Cause | None, terms: SystemTerms | None = None
) -> Recomputed:
    """Bring the due dates of some open items of a system in line with what they follow from.

    Without a cause no earlier result is kept: what an undone import brought never held. `terms` are what the
    system answers to, where they are known.
    """
    held = terms or SystemTerms([system])
    return _recompute(Choice("id", sorted(item_ids), each_place=held.ask_of_each_asset), held, cause)


def deadline_of(item: Item) -> Deadline:
    """Return the date that holds for an item now, with every candidate."""
    found, terms = circumstances_of(item)
    return deadline(found, terms)


def circumstances_of(item: Item) -> tuple[Circumstances, tuple[Terms, ...]]:
    """Return what an item's date follows from, and the terms that it stands under."""
    terms = SystemTerms([item.system])
    choice = Choice("id", [item.pk], each_place=terms.ask_of_each_asset)
    subject = next(gather(choice, terms.zones, only_open=False))
    return _found(subject, terms), terms.of(item.system_id, item.opened_under, item.opened_on)


def _deadline(subject: Subject, terms: SystemTerms) -> Deadline:
    held_under = terms.of(subject.system_id, subject.opened_under, subject.opened_on)
    return deadline(_found(subject, terms), held_under)


def _found(subject: Subject, terms: SystemTerms) -> Circumstances:
    if subject.plan != CMMC_PLAN:
        return subject.found
    return replace(subject.found, conditional_since=terms.conditional_since(subject.system_id))


def _recompute(choice: Choice, terms: SystemTerms, cause: Cause | None) -> Recomputed:
    seen = 0
    changed: list[tuple[Subject, Held]] = []
    result = lru_cache(maxsize=_ALIKE)(partial(_result, terms=terms))
    for subject in gather(choice, terms.zones):
        seen += 1
        now = result(subject)
        if now != subject.held:
            changed.append((subject, now))
    if cause is not None:
        _keep_earlier(changed, cause)
    _write(changed)
    return Recomputed(seen, len(changed))


def _result(subject: Subject, terms: SystemTerms) -> Held:
    result = _deadline(subject, terms)
    name = result.candidates[0].rule.name if result.candidates else ""
    return Held(result.due, name, _excused(subject, result.due))


def _excused(subject: Subject, due: date | None) -> date | None:
    """Return the last day on which an item is not late, whatever its date.

    A risk that is accepted, or an operational requirement, is not late up to and with its last day.
    """
    days = (each for each in (_waiting(subject, due), subject.carried_until) if each is not None)
    return max(days, default=None)


def _waiting(subject: Subject, due: date | None) -> date | None:
    depends, checked_on = subject.vendor
    if not depends:
        return None
    found = subject.found
    return excused_until(
        Dates(
            due=due,
            detected_on=found.detected_on,
            rating=found.rating,
            vendor=VendorDependency(checked_on),
        )
    )


def _write(changed: Iterable[tuple[Subject, Held]]) -> None:
    bulk.update(
        "records_item",
        ("rule_due_on", "rule_due_by", "excused_until"),
        ("date", "text", "date"),
        [(_text(now.due_on), now.due_by, _text(now.excused_until), each.id) for each, now in changed],
    )


def _keep_earlier(changed: Iterable[tuple[Subject, Held]], cause: Cause) -> None:
    """Keep each result that no longer holds; the first one of an item replaces nothing."""
    bulk.insert(
        "records_deadlineresult",
        ("item_id", "due_on", "rule", "replaced_on", "cause", "source_import"),
        [
            (
                each.id,
                _text(each.held.due_on),
                each.held.due_by,
                cause.as_of.isoformat(),
                cause.reason,
                cause.import_id,
            )
            for each, now in changed
            if each.held.due_by and each.held[:2] != now[:2]
        ],
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
