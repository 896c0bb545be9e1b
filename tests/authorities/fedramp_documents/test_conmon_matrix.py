"""The collaborative-ConMon matrix: rows by rating and adjustment, past-due buckets, how it is written."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.fedramp.conmon_matrix import (
    ACTIVE_REQUIREMENT,
    PAST_DUE,
    PAST_DUE_FALSE_POSITIVE,
    PAST_DUE_REQUIREMENT,
    PENDING_FALSE_POSITIVE,
    PENDING_REQUIREMENT,
    ROWS,
    TOTAL,
    Matrix,
    Standing,
    is_late,
    matrix_csv,
    matrix_text,
    month_column,
    rated,
    write_matrix,
)

ON = date(2026, 11, 30)
_BUCKETS = tuple(row for row in ROWS if row.startswith("Past due ") and row.endswith(" days"))


@pytest.mark.parametrize(
    ("original", "adjusted", "row"),
    [
        ("High", "", "High"),
        ("Critical", "", "High"),
        ("High", "Moderate", "High/Moderate"),
        ("High", "Low", "High/Low"),
        ("Moderate", "", "Moderate"),
        ("Moderate", "Low", "Moderate/Low"),
        ("Low", "", "Low"),
        ("Low", "High", "High"),
        ("High", "High", "High"),
        ("", "", "Not rated"),
        ("", "Low", "Low"),
    ],
)
def test_each_rating_has_its_row(original: str, adjusted: str, row: str) -> None:
    """Critical counts as High; what a scanner raised counts as what it was raised to."""
    assert rated(original, adjusted) == row


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(1, "0-30"), (30, "0-30"), (31, "31-60"), (61, "61-90"), (120, "91-120"), (121, "121+"), (900, "121+")],
)
def test_past_due_items_fall_into_buckets(days: int, bucket: str) -> None:
    """By calendar days past the date, as the guide's sample report has them."""
    counts = month_column(ON, [Standing(original="High", due=ON - timedelta(days=days))]).counts
    assert {row: count for row, count in counts.items() if row in _BUCKETS and count} == {
        f"Past due {bucket} days": 1
    }
    assert counts[PAST_DUE] == 1


@pytest.mark.parametrize(
    "standing",
    [
        Standing(original="High", due=ON),
        Standing(original="High"),
        Standing(original="High", due=ON - timedelta(days=9), excused=True),
        Standing(original="High", due=ON - timedelta(days=9), active_requirement=True),
    ],
)
def test_what_is_not_past_due(standing: Standing) -> None:
    """On the day itself, without a date, waiting for a vendor, or approved to stay."""
    assert not is_late(standing, ON)
    counts = month_column(ON, [standing]).counts
    assert (counts[PAST_DUE], counts[TOTAL]) == (0, 1)


def test_pending_and_active_deviations_are_counted_beside() -> None:
    """Among the open ones, and the pending ones among the late."""
    late = ON - timedelta(days=40)
    standings = [
        Standing(original="High", due=late, pending_false_positive=True),
        Standing(original="Low", due=late, pending_requirement=True),
        Standing(original="Low", due=ON, pending_false_positive=True),
        Standing(original="Low", due=late, active_requirement=True),
    ]
    counts = month_column(ON, standings).counts
    assert (counts[PENDING_FALSE_POSITIVE], counts[PENDING_REQUIREMENT], counts[ACTIVE_REQUIREMENT]) == (
        2,
        1,
        1,
    )
    assert (counts[PAST_DUE], counts[PAST_DUE_FALSE_POSITIVE], counts[PAST_DUE_REQUIREMENT]) == (2, 1, 1)


_STANDINGS = st.builds(
    Standing,
    original=st.sampled_from(["High", "Moderate", "Low", "Critical", ""]),
    adjusted=st.sampled_from(["", "Moderate", "Low"]),
    due=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    pending_false_positive=st.booleans(),
    excused=st.booleans(),
)


@given(standings=st.lists(_STANDINGS, max_size=30))
def test_ratings_sum_to_the_total_and_buckets_to_the_past_due(standings: list[Standing]) -> None:
    """Every open item is in one row of ratings, every late one in one bucket."""
    counts = month_column(ON, standings).counts
    ratings = ROWS[: ROWS.index(TOTAL)]
    assert sum(counts[row] for row in ratings) == counts[TOTAL] == len(standings)
    assert sum(counts[row] for row in _BUCKETS) == counts[PAST_DUE]


def test_three_ways_to_write_it_say_the_same(tmp_path: Path) -> None:
    """Workbook, CSV and Markdown."""
    months = (month_column(date(2026, 10, 31), []), month_column(ON, [Standing(original="High", due=ON)]))
    matrix = Matrix("Harbor", months)
    write_matrix(matrix, tmp_path / "m.xlsx", ON)
    sheet = [list(row) for row in openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets[0].values][2:]
    assert sheet == matrix.table()
    assert list(csv.reader(io.StringIO(matrix_csv(matrix)))) == [
        [str(cell) for cell in row] for row in matrix.table()
    ]
    assert "| Open items | 2026-10 | 2026-11 |" in matrix_text(matrix)
    assert "| High | 0 | 1 |" in matrix_text(matrix)
