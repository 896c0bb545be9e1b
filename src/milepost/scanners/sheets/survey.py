"""What a table looks like before anybody says what its columns mean: headings, first rows, suggestions."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from milepost.scanners.scanner import Source
from milepost.scanners.sheets.cells import text_of
from milepost.scanners.sheets.found import FoundTable, tables_in
from milepost.scanners.sheets.suggesting import open_question, suggested, without_asking
from milepost.scanners.sheets.surveyed import Survey

_ROWS = 8
_LONGEST = 200


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
