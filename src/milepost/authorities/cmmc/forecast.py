"""What score, eligibility and delay are on future days if every item is done on the day that it is due.

An item counts as done on its due day. One that is overdue already promises nothing any more, so it stays
open, and so does what has no date. A requirement becomes MET when all items that name it are done; without
an item it stays NOT MET.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from milepost.authorities.cmmc.planned_items import PlannedItem
from milepost.authorities.cmmc.results import Finding, Result, Settled
from milepost.authorities.cmmc.verdict import Assessment, judge


class Outlook(NamedTuple):
    """What an assessment on that day would find; `overdue` lists the items that were not done in time."""

    day: date
    score: int | None
    eligible: bool
    final: bool
    status: str
    open_items: tuple[str, ...]
    overdue: tuple[str, ...]
    blocking: tuple[tuple[str, str], ...]


def forecast(
    assessment: Assessment, items: Sequence[PlannedItem], *, as_of: date, until: date
) -> tuple[Outlook, ...]:
    """Return the outlook for today, for each day on which an item falls due, and for the last day."""
    dues = {item.due for item in items if item.due is not None and as_of <= item.due <= until}
    return tuple(_outlook(assessment, items, day, as_of) for day in sorted({as_of, until, *dues}))


def done_by(items: Sequence[PlannedItem], day: date, *, as_of: date) -> frozenset[str]:
    """Return the items that are done by a day if each is done when it is due, and after what it waits for."""
    kept = {item.identifier for item in items if item.done or _is_kept(item, day, as_of)}
    while late := [item for item in items if item.identifier in kept and not kept.issuperset(item.after)]:
        kept.difference_update(item.identifier for item in late if not item.done)
        if all(item.done for item in late):
            break
    return frozenset(kept)


def with_done(assessment: Assessment, items: Sequence[PlannedItem], done: frozenset[str]) -> Assessment:
    """Return the assessment as it is when these items are done."""
    needed: dict[str, set[str]] = {}
    for item in items:
        for number in item.numbers:
            needed.setdefault(number, set()).add(item.identifier)
    met = {number: Result(Finding.MET) for number, names in needed.items() if names <= done}
    settled = assessment.settled
    changed = {**settled.results, **{n: met.get(n, result) for n, result in settled.results.items()}}
    return replace(assessment, settled=Settled(changed, settled.problems), status_date=None, closeout=None)


def too_late(items: Sequence[PlannedItem], closeout_due: date) -> tuple[str, ...]:
    """Return the open items that are due after the closeout of a Conditional status, or have no date."""
    return tuple(
        item.identifier for item in items if not item.done and (item.due is None or item.due > closeout_due)
    )


def _is_kept(item: PlannedItem, day: date, as_of: date) -> bool:
    return item.due is not None and as_of <= item.due <= day


def _outlook(assessment: Assessment, items: Sequence[PlannedItem], day: date, as_of: date) -> Outlook:
    done = done_by(items, day, as_of=as_of)
    verdict = judge(with_done(assessment, items, done), as_of=day)
    return Outlook(
        day,
        verdict.score,
        verdict.eligible,
        verdict.final,
        verdict.status,
        tuple(item.identifier for item in items if item.identifier not in done),
        tuple(_overdue(items, done, day)),
        tuple((block.identifier, block.reason.value) for block in verdict.blocking),
    )


def _overdue(items: Sequence[PlannedItem], done: frozenset[str], day: date) -> Iterator[str]:
    for item in items:
        if item.identifier not in done and item.due is not None and item.due < day:
            yield item.identifier
