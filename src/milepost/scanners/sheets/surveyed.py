"""What a look at a table came to: a value, apart from the looking, so that it travels light."""

from dataclasses import dataclass
from typing import NamedTuple

from milepost.domain.problem import Problem
from milepost.scanners.sheets.columns import fingerprint


class Suggestion(NamedTuple):
    """A column that probably means a field; `score` runs to 100, `reason` says where it comes from."""

    field: str
    heading: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A table as found.

    `rows` are the first rows as (place, cells as text); `problems` what is odd about the file and those rows.
    `known` is the mapping that its known headings give without asking, empty where something is open;
    `question` says what.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    suggestions: tuple[Suggestion, ...]
    known: dict[str, tuple[str, ...]]
    question: str
    problems: tuple[Problem, ...]

    @property
    def fingerprint(self) -> str:
        """The mark of its headings."""
        return fingerprint(self.headings)
