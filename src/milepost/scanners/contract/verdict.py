"""What the contract answers with: of each thing that it asks, whether a file shows it, and where not."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

MOST_BREACHES = 5


class Clause(NamedTuple):
    """One thing that the contract asks of every reader: its short name, what is asked, and what for."""

    name: str
    asked: str
    because: str


class Breach(NamedTuple):
    """One place at which a clause is not kept."""

    where: str
    what: str


class Outcome(StrEnum):
    """Whether a file shows that a clause is kept; `not shown` where it has nothing to show it by."""

    MET = "met"
    BROKEN = "broken"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one file says of one clause; `breaches` are the first few, `count` is how many there were."""

    clause: Clause
    outcome: Outcome
    breaches: tuple[Breach, ...] = ()
    count: int = 0

    def document(self) -> dict[str, object]:
        """Return the verdict for the JSON document."""
        return {
            "clause": self.clause.name,
            "asked": self.clause.asked,
            "outcome": self.outcome.value,
            "count": self.count,
            "breaches": [breach._asdict() for breach in self.breaches],
        }


def verdict(clause: Clause, breaches: Iterable[Breach]) -> Verdict:
    """Judge a clause by the places at which it is not kept."""
    found = iter(breaches)
    shown = tuple(islice(found, MOST_BREACHES))
    count = len(shown) + sum(1 for _ in found)
    return Verdict(clause, Outcome.BROKEN if shown else Outcome.MET, shown, count)


def not_shown(clause: Clause) -> Verdict:
    """Say that a file has nothing to show a clause by."""
    return Verdict(clause, Outcome.NOT_SHOWN)
