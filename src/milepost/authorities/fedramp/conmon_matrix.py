"""The collaborative-ConMon matrix: open items by rating over months, and how long past due the late ones are.

Source: FedRAMP Collaborative ConMon Quick Guide, sample report. Configuration findings are not counted (FAQ:
they are no open POA&M items), and what is excused is not past due: a vendor asked within thirty days (POA&M
Template Completion Guide 2.2, columns P and Q), an approved operational requirement.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.styles import Style
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line, SheetForm, WorkbookWriter
from milepost.domain.aging import FEDRAMP, days_past
from milepost.domain.ruling import Citation

CITATION = Citation("FedRAMP Collaborative ConMon Quick Guide", "sample report")
HIGH, MODERATE, LOW, UNRATED = "High", "Moderate", "Low", "Not rated"
TOTAL = "Total"
PENDING_FALSE_POSITIVE = "Pending false positives"
PENDING_REQUIREMENT = "Operational requirements, pending"
ACTIVE_REQUIREMENT = "Operational requirements, active"
PAST_DUE = "Past due, total"
PAST_DUE_FALSE_POSITIVE = "Past due, pending false positives"
PAST_DUE_REQUIREMENT = "Past due, pending operational requirements"
_RATINGS = {"critical": HIGH, "high": HIGH, "moderate": MODERATE, "medium": MODERATE, "low": LOW}
_RANKS = {LOW: 1, MODERATE: 2, HIGH: 3}
_BY_RATING = (HIGH, "High/Moderate", "High/Low", MODERATE, "Moderate/Low", LOW, UNRATED)
_BUCKETS = tuple(f"Past due {each.name} days" for each in FEDRAMP.classes)
ROWS = (
    *_BY_RATING,
    TOTAL,
    PENDING_FALSE_POSITIVE,
    PENDING_REQUIREMENT,
    ACTIVE_REQUIREMENT,
    *_BUCKETS,
    PAST_DUE,
    PAST_DUE_FALSE_POSITIVE,
    PAST_DUE_REQUIREMENT,
)
"""The rows in order; `High/Low` is found High and adjusted to Low with approval."""
_BOLD = Style(bold=True)
_HEADING = Style(bold=True, colour="FF1A4480", fill="FFCCECFC", border=True, centred=True)
_CELL = Style(wrapped=False)
_HEAD_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an open item stood on a day: `adjusted` only where approved, `due` its earliest date."""

    original: str
    adjusted: str = ""
    due: date | None = None
    pending_false_positive: bool = False
    pending_requirement: bool = False
    active_requirement: bool = False
    excused: bool = False


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A month as it stood on its last day, or on the day of the report: a count for each row."""

    on: date
    counts: Mapping[str, int]

    @property
    def name(self) -> str:
        """The month as `2026-11`."""
        return f"{self.on:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """The months of a system, the oldest first."""

    system: str
    months: tuple[MonthColumn, ...]

    def table(self) -> list[list[str | int]]:
        """Return headings and rows."""
        head: list[str | int] = ["Open items", *(month.name for month in self.months)]
        rows: list[list[str | int]] = [[row, *(month.counts[row] for month in self.months)] for row in ROWS]
        return [head, *rows]


def month_column(on: date, standings: Iterable[Standing]) -> MonthColumn:
    """Count the open items of a day."""
    counts: Counter[str] = Counter()
    for each in standings:
        counts.update(_rows_of(each, on))
    return MonthColumn(on, {row: counts[row] for row in ROWS})


def rated(original: str, adjusted: str) -> str:
    """Return the row of a rating; what was raised counts as what it was raised to."""
    first = _RATINGS.get(original.casefold(), UNRATED)
    now = _RATINGS.get(adjusted.casefold(), first)
    if first in {now, UNRATED} or _RANKS[now] > _RANKS[first]:
        return now
    return f"{first}/{now}"


def is_late(standing: Standing, on: date) -> bool:
    """Tell whether an item is past its date and nothing excuses it (guide, column L and columns P to Q)."""
    excused = standing.excused or standing.active_requirement
    return standing.due is not None and standing.due < on and not excused


def _rows_of(standing: Standing, on: date) -> Iterable[str]:
    yield rated(standing.original, standing.adjusted)
    yield TOTAL
    flags = {
        PENDING_FALSE_POSITIVE: standing.pending_false_positive,
        PENDING_REQUIREMENT: standing.pending_requirement,
        ACTIVE_REQUIREMENT: standing.active_requirement,
    }
    yield from (row for row, holds in flags.items() if holds)
    if standing.due is None or not is_late(standing, on):
        return
    bucket = FEDRAMP.class_of(days_past(standing.due, on))
    yield from (f"Past due {bucket.name} days",) if bucket else ()
    yield PAST_DUE
    late = {
        PAST_DUE_FALSE_POSITIVE: standing.pending_false_positive,
        PAST_DUE_REQUIREMENT: standing.pending_requirement,
    }
    yield from (row for row, holds in late.items() if holds)


def write_matrix(matrix: Matrix, out: Path, as_of: date) -> None:
    """Write the matrix as a workbook, whole or not at all."""
    table = matrix.table()
    with saved(out) as file:
        writer = WorkbookWriter(file, f"ConMon matrix of {matrix.system}", as_of)
        form = SheetForm("ConMon matrix", ((1, 1, 46.0), (2, len(table[0]), 12.0)), frozen=_HEAD_ROW)
        title = Line(1, (("A", f"{matrix.system}: open items by month ({CITATION})", _BOLD),))
        lines = [_line(number, row) for number, row in enumerate(table, _HEAD_ROW)]
        writer.sheet(form, [title, *lines])
        writer.close()


def _line(number: int, row: Sequence[str | int]) -> Line:
    style = _HEADING if number == _HEAD_ROW else _CELL
    return Line(number, tuple((letters(n), value, style) for n, value in enumerate(row, 1)))


def matrix_csv(matrix: Matrix) -> str:
    """Return the matrix as CSV (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerows(matrix.table())
    return text.getvalue()


def matrix_text(matrix: Matrix) -> str:
    """Return the matrix in Markdown."""
    head, *rows = matrix.table()
    lines = [f"# Open items of {matrix.system} by month", "", f"Source of the rows: {CITATION}.", ""]
    lines += [_marked(head), _marked(["---", *("---:" for _ in matrix.months)]), *map(_marked, rows)]
    return "\n".join(lines) + "\n"


def _marked(cells: Sequence[str | int]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
