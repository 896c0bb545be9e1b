"""What a table looks like before anybody says what its columns mean: headings, first rows, suggestions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source
from milepost.scanners.sheets.cells import text_of
from milepost.scanners.sheets.columns import fingerprint
from milepost.scanners.sheets.found import FoundTable, tables_in
from milepost.scanners.sheets.suggesting import Suggestion, open_question, suggested, without_asking

_ROWS = 8
_LONGEST = 200


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


def survey(path: Path, name: str) -> Survey:
    """Look at the table of a file.

    Raises:
        InputRefused: it cannot be taken, or has no headings.
    """
    with tables_in(Source(path, name, path.stat().st_size)) as tables:
        table = tables[0]
        rows = tuple(islice(_rows(table), _ROWS))
        known = without_asking(table.columns)
        return Survey(
            name=name,
            headings=table.columns,
            rows=rows,
            suggestions=suggested(table.columns),
            known=known,
            question="" if known else open_question(table.columns),
            problems=tuple(table.problems),
        )


def _rows(table: FoundTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in table.lines():
        yield table.where(line.number), tuple(text_of(value)[:_LONGEST] for value in line.values)
