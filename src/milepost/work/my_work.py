"""What waits for a person: items, milestones and decisions that end, fixes to verify, requests to decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from milepost.domain.item import RequestKind
from milepost.domain.roles import Role, folded, roles_on
from milepost.domain.transition import Move
from milepost.domain.transitions import BY_NAME, TRANSITIONS
from milepost.records.queries.my_work import (
    EndLine,
    ItemLine,
    StepLine,
    WaitingLine,
    ends_for,
    items_of,
    roles_in_systems,
    steps_of,
    waiting,
)

SOON: Final = 30
"""Days ahead within which items and milestones are near."""
ENDING: Final = 90
"""Days ahead within which the end of a decision is announced."""
FIX: Final = "fix"
_JUDGES: Final = BY_NAME["verify_fix"].roles
_DECIDERS: Final = {
    each.request.value: each.roles for each in TRANSITIONS if each.request and each.move is Move.GRANT
}
"""Who grants what is asked for, by the kind of request."""


@dataclass(frozen=True, slots=True)
class MyWork:
    """What concerns a person on a day; `asked` is what they wait for themselves."""

    overdue: list[ItemLine]
    soon: list[ItemLine]
    later: list[ItemLine]
    milestones: list[StepLine]
    ending: list[EndLine]
    to_verify: list[WaitingLine]
    to_decide: list[WaitingLine]
    asked: list[WaitingLine]


def my_work(person: str, *, as_of: date) -> MyWork:
    """Return what concerns a person; a constant number of statements.

    Where nobody holds a role in a system, everybody may decide who did not ask for it.
    """
    items = items_of(person, as_of)
    soon = [line for line in items if not line.overdue and _near(line)]
    open_requests = waiting()
    theirs = list(_for(person, open_requests, as_of))
    return MyWork(
        [line for line in items if line.overdue],
        soon,
        [line for line in items if not line.overdue and line not in soon],
        steps_of(person, as_of + timedelta(days=SOON), as_of),
        ends_for(person, as_of + timedelta(days=ENDING), as_of),
        [line for line in theirs if line.kind == FIX],
        [line for line in theirs if line.kind != FIX],
        [line for line in open_requests if folded(person) in _askers(line)],
    )


def _near(line: ItemLine) -> bool:
    return line.days_left is not None and 0 <= line.days_left <= SOON


def _for(person: str, requests: Iterable[WaitingLine], as_of: date) -> Iterable[WaitingLine]:
    """Yield what a person may decide: by role where roles are kept, and never what they asked for."""
    kept = {system: roles_on(held, as_of) for system, held in roles_in_systems().items()}
    for line in requests:
        held = kept.get(line.decided_in)
        allowed = held is None or held.get(folded(person), frozenset()) & _roles(line.kind)
        if allowed and folded(person) not in _askers(line):
            yield line


def _roles(kind: str) -> frozenset[Role]:
    return _JUDGES if kind == FIX else _DECIDERS[RequestKind(kind).value]


def _askers(line: WaitingLine) -> frozenset[str]:
    return frozenset({folded(line.by), folded(line.also_by)} - {""})
