"""What an import tells people: counts, what it found out about each weakness, and problems."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from milepost.domain.matching import Outcome
from milepost.domain.problem import Problem
from milepost.records.imports import Import

Counts = dict[str, int]


def no_statements() -> Counts:
    """Return zero for what an import states of vulnerabilities."""
    return {"read": 0, "items_named": 0}


@dataclass(frozen=True, slots=True)
class WeaknessLine:
    """What an import found out about one weakness; `changes` are (field, before, after)."""

    outcome: Outcome
    name: str
    title: str
    occurrences: Counts
    changes: tuple[tuple[str, str, str], ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of an import or of its preview; `number` is None for a preview.

    `statements` counts what the file states of vulnerabilities (VEX), and the items that this names.
    `question` is asked where the file holds no finding: nothing is taken as missing until it is answered.
    """

    number: int | None
    format: str
    already_imported: bool
    occurrences: Counts
    weaknesses: Counts
    items: Counts
    problems: tuple[Problem, ...]
    question: str = ""
    statements: Counts = field(default_factory=no_statements)
    lines: tuple[WeaknessLine, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost import --json` prints."""
        return {
            "import": self.number,
            "format": self.format,
            "already_imported": self.already_imported,
            "occurrences": self.occurrences,
            "weaknesses": self.weaknesses,
            "items": self.items,
            "statements": self.statements,
            "question": self.question or None,
            "problems": [problem._asdict() for problem in self.problems],
        }


def counts_of(outcomes: Mapping[Outcome, int] | Counter[Outcome]) -> Counts:
    """Return how often each outcome came, every outcome named."""
    return {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome}


def no_counts() -> Counts:
    """Return zero for every outcome."""
    return {outcome.value: 0 for outcome in Outcome}


def already(held: Import) -> ImportReport:
    """Return the report of a file that the system already has: nothing changes."""
    return ImportReport(
        number=held.pk,
        format=held.format,
        already_imported=True,
        occurrences=no_counts(),
        weaknesses=no_counts(),
        items=no_items(),
        problems=problems_from(held.problems),
    )


def no_items() -> Counts:
    """Return zero for what an import does to items."""
    return {"opened": 0, "closure_candidates": 0, "consolidated": 0}


def problems_from(stored: Iterable[Mapping[str, str]]) -> tuple[Problem, ...]:
    """Return problems as they were stored with an import."""
    return tuple(Problem(each["where"], each["what"], each["fix"]) for each in stored)


def keep(record: Import, report: ImportReport, *, taken_as_clean: bool = True) -> None:
    """Store with the import what it told people."""
    record.counts = {
        "occurrences": report.occurrences,
        "weaknesses": report.weaknesses,
        "items": report.items,
        "statements": report.statements,
        "question": report.question,
    }
    record.problems = [problem._asdict() for problem in report.problems]
    record.taken_as_clean = taken_as_clean
    record.save()
