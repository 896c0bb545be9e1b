"""What moved in a period: found, ended, come back, slipped, late; and whether the counts agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from milepost.domain.plan_item import PlanItem, PlanMilestone
from milepost.reports.subject import DueDate, Obligation, Subject
from milepost.reports.timeline import Event, Turn, carried_on, day_of, open_on, scheduled_on, timeline

_COMPLETED: Final = "complete"


@dataclass(frozen=True, slots=True)
class LateItem:
    """An open item past the earliest of its dates."""

    item: PlanItem
    due: DueDate
    days: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A date moved to a later day, or a milestone not kept; without `after`, `days` are those so far."""

    item: PlanItem
    what: str
    before: date
    after: date | None
    days: int
    on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Movements:
    """The items of a subject with their timelines, and what happened in its period up to its day."""

    subject: Subject
    timelines: Sequence[tuple[Event, ...]]

    def events(self, turn: Turn) -> list[Event]:
        """Return what happened in the period, by day."""
        first, last = self.subject.period.first, self.subject.as_of
        found = [each for events in self.timelines for each in events if each.turn is turn]
        return sorted((each for each in found if first <= each.on <= last), key=lambda each: each.on)

    def open(self, day: date) -> list[PlanItem]:
        """Return the items that were not ended at the end of a day."""
        return [events[0].item for events in self.timelines if open_on(events, day)]

    @property
    def open_before(self) -> int:
        """How many items were open when the period began."""
        if self.subject.period.first == date.min:
            return 0
        return len(self.open(self.subject.period.first - timedelta(days=1)))

    @property
    def open_now(self) -> list[PlanItem]:
        """The items that are open on the day of the report."""
        return self.open(self.subject.as_of)


def movements(subject: Subject) -> Movements:
    """Return what moved; items that were found after the day of the report are not there yet."""
    timelines = [timeline(item) for item in subject.plan.items]
    return Movements(subject, [each for each in timelines if each[0].on <= subject.as_of])


def due_date(item: PlanItem, obligation: Obligation, day: date) -> DueDate | None:
    """Return the earliest date that an item has to keep, as its scheduled date was on a day."""
    scheduled = scheduled_on(item, day)
    planned = (DueDate(scheduled, "scheduled date"),) if scheduled else ()
    return min((*planned, *obligation.dates), key=lambda each: each.on, default=None)


def late(subject: Subject, items: Iterable[PlanItem]) -> list[LateItem]:
    """Return those items that are past their date and not excused, the latest first."""
    found = []
    for item in items:
        obligation = subject.obligations.get(item.id, Obligation())
        due = due_date(item, obligation, subject.as_of)
        if due and due.on < subject.as_of and not _excused(item, obligation, subject.as_of):
            found.append(LateItem(item, due, (subject.as_of - due.on).days))
    return sorted(found, key=lambda each: -each.days)


def _excused(item: PlanItem, obligation: Obligation, day: date) -> bool:
    until = obligation.excused_until
    return carried_on(item, day) or (until is not None and until >= day)


def slips(subject: Subject) -> list[Slip]:
    """Return what slipped in the period: dates moved later, milestones due and not kept."""
    found: list[Slip] = []
    for item in subject.plan.items:
        found += _moved(subject, item)
        found += _steps_moved(subject, item)
        if not item.is_closed:
            found += _missed(subject, item)
    return found


def _reported(subject: Subject, day: date | None) -> bool:
    return day is not None and subject.period.first <= day <= subject.as_of


def _moved(subject: Subject, item: PlanItem) -> Iterable[Slip]:
    for each in item.history:
        before, after = day_of(each.before), day_of(each.after)
        if each.field != "scheduled_date" or before is None or after is None or after <= before:
            continue
        if _reported(subject, each.on):
            yield Slip(item, "scheduled date", before, after, (after - before).days, each.on, each.reason)


def _steps_moved(subject: Subject, item: PlanItem) -> Iterable[Slip]:
    """Yield the milestones that were changed in the period and are due later than first planned."""
    changes = {
        each.number: each
        for each in item.milestone_changes
        if _reported(subject, each.on) and each.kind.casefold() != _COMPLETED
    }
    for step in item.milestones:
        change, first, now = changes.get(step.number), step.original_due, step.due
        if change and first and now and now > first:
            yield Slip(item, _named(step), first, now, (now - first).days, change.on, change.reason)


def _missed(subject: Subject, item: PlanItem) -> Iterable[Slip]:
    """Yield the milestones whose date lies in the period, passed, and was not kept."""
    for step in item.milestones:
        due, done = step.due, step.completed
        if due is None or not subject.period.first <= due < subject.as_of:
            continue
        if (step.done and done is None) or (done is not None and done <= due):
            continue
        kept = done if done and done <= subject.as_of else None
        yield Slip(item, _named(step), due, kept, ((kept or subject.as_of) - due).days, None, step.remark)


def _named(step: PlanMilestone) -> str:
    return f"milestone {step.number}: {step.text}"
