"""A due date is the earliest of several candidates, each with its rule and citation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from milepost.domain.ruling import Citation


@dataclass(frozen=True, slots=True)
class Candidate:
    """One date by which something is due: the rule in words, the sum in words, the source."""

    due: date
    rule: str
    working: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Deadline:
    """The date that holds and all candidates, the holding one first; `due` None where no rule gives one."""

    due: date | None
    candidates: tuple[Candidate, ...]
    reason: str


def earliest(candidates: Iterable[Candidate], *, otherwise: str) -> Deadline:
    """Choose the earliest candidate; `otherwise` says why there is no date when there is no candidate."""
    ordered = tuple(sorted(candidates, key=lambda candidate: candidate.due))
    if not ordered:
        return Deadline(None, (), otherwise)
    holding = ordered[0]
    reason = f"{holding.rule}: {holding.working}"
    return Deadline(holding.due, ordered, reason)


def is_overdue(due: date | None, *, completed: date | None, as_of: date) -> bool:
    """Tell whether a date has passed without completion; computed each time, never stored."""
    return due is not None and completed is None and as_of > due
