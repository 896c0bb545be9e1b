"""What a closing record says beside who and when: how the work deviated from the plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Step(NamedTuple):
    """A milestone at the end: its number, first date, last date, and the day of completion, if any."""

    number: int
    original_due_on: date
    due_on: date
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the work went another way than the plan; `days` late are positive, early ones negative."""

    what: str
    planned: date
    happened: date | None
    days: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        if self.happened is None:
            return f"{self.what}: planned for {self.planned}, not completed"
        late = f"{self.days} days later" if self.days > 0 else f"{-self.days} days earlier"
        return f"{self.what}: {self.happened} instead of {self.planned}, {late}"


def departures(
    original_scheduled_on: date | None, scheduled_on: date | None, fixed_on: date, steps: Iterable[Step]
) -> tuple[Departure, ...]:
    """Return what deviated from the plan: the scheduled date moved, the fix came late, so did milestones.

    What was on time or early is no deviation; a moved date is, in either direction.
    """
    found = []
    if original_scheduled_on and scheduled_on and scheduled_on != original_scheduled_on:
        found.append(_between("scheduled date", original_scheduled_on, scheduled_on))
    if scheduled_on and fixed_on > scheduled_on:
        found.append(_between("fix", scheduled_on, fixed_on))
    for step in steps:
        found += _of(step)
    return tuple(found)


def _of(step: Step) -> list[Departure]:
    if step.completed_on is None:
        return [Departure(f"milestone {step.number}", step.original_due_on, None)]
    if step.completed_on > step.original_due_on:
        return [_between(f"milestone {step.number}", step.original_due_on, step.completed_on)]
    return []


def _between(what: str, planned: date, happened: date) -> Departure:
    return Departure(what, planned, happened, (happened - planned).days)
