"""The quality scale of readers: what each grade asks, what proves it, and what a reader still lacks.

What a reader says of itself stands in its `about`. What was shown of it stands in `proofs.toml`, written by
`make proofs` from the real reports and the bench; the tests hold both against each other.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from milepost.scanners.about import About, Grade

MOST_TIMES = 3.0
FEWEST_REPORTS = 3

_ON_PAPER = {"about", "fields"}
_PROOFS = Path(__file__).with_name("proofs.toml")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown of a reader.

    `samples` is how many real reports it read as they were counted apart; `broken` are the clauses of the
    contract which one of them breaks; `same_again` says that a report imported a second time changed nothing
    in the register. `ratio` is its reading time over that of the bare parser on the same bytes, `megabytes`
    the most memory that it held on the way, both as last measured; None where they were not.
    """

    samples: int = 0
    broken: tuple[str, ...] = ()
    same_again: bool = False
    ratio: float | None = None
    megabytes: int | None = None


class Demand(NamedTuple):
    """One thing that a grade asks: what, what proves it, and whether it is proved."""

    grade: Grade
    asked: str
    proved_by: str
    holds: Callable[[About, Proof], bool]


DEMANDS = (
    Demand(
        Grade.BRONZE,
        "a real report is read as it was counted apart",
        "the reader's own tests, against the counts that come with the real reports",
        lambda _, proof: proof.samples >= 1,
    ),
    Demand(
        Grade.BRONZE,
        "files of all other formats are left alone",
        "the clauses `recognised` and `foreign` of the contract",
        lambda _, proof: not {"recognised", "foreign", "reads"} & set(proof.broken),
    ),
    Demand(
        Grade.SILVER,
        f"{FEWEST_REPORTS} real reports or more",
        "their number in `proofs.toml`, recounted by a test",
        lambda _, proof: proof.samples >= FEWEST_REPORTS,
    ),
    Demand(
        Grade.SILVER,
        "the contract is kept: hostile and broken reports, problems with their place, stable identity",
        "the contract, all but `about` and `fields`, held against every real report by a test",
        lambda _, proof: not set(proof.broken) - _ON_PAPER,
    ),
    Demand(
        Grade.GOLD,
        "the same report again changes nothing in the register",
        "an import of one real report, and of the same content again, in a test",
        lambda _, proof: proof.same_again,
    ),
    Demand(
        Grade.GOLD,
        "every field is documented, with the document that describes it",
        "`about.sources`, and the clauses `about` and `fields` of the contract",
        lambda about, proof: bool(about.fields and about.sources) and not _ON_PAPER & set(proof.broken),
    ),
    Demand(
        Grade.GOLD,
        f"reading takes at most {MOST_TIMES:g} times as long as the bare parser on the same bytes",
        "`./run bench --only reading`",
        lambda _, proof: proof.ratio is not None and proof.ratio <= MOST_TIMES,
    ),
    Demand(
        Grade.PLATINUM,
        "reports are checked against the tool's own schema",
        "nothing yet",
        lambda *_: False,
    ),
)
"""What each grade asks beside all that those before it ask."""

_ORDER = tuple(Grade)


@cache
def proofs() -> dict[str, Proof]:
    """Return what was shown of each reader, by name."""
    return msgspec.convert(tomllib.loads(_PROOFS.read_text(encoding="utf-8")), dict[str, Proof])


def proof_of(name: str) -> Proof:
    """Return what was shown of a reader; nothing of one that is not in the list."""
    return proofs().get(name, Proof())


def lacking(about: About, proof: Proof, grade: Grade) -> tuple[Demand, ...]:
    """Return what a grade asks, with all those before it, and is not proved."""
    asked = (demand for demand in DEMANDS if _ORDER.index(demand.grade) <= _ORDER.index(grade))
    return tuple(demand for demand in asked if not demand.holds(about, proof))


def proved(about: About, proof: Proof) -> Grade:
    """Return the highest grade of which nothing is lacking."""
    return next(grade for grade in reversed(_ORDER) if not lacking(about, proof, grade))
