"""Points as documents write them: a number with or without sign and unit, or nothing."""

import math

import pytest

from milepost.authorities.cmmc.points import points_in


@pytest.mark.parametrize(
    "cell",
    [5, -5, 5.0, "5", "-5", "+5", "5.0", "5.00", "5 pts", "5 Points", "**-5 points**", "−5"],
)
def test_five_points(cell: object) -> None:
    """The sign, the unit, and what surrounds them make no difference."""
    assert points_in(cell) == 5


@pytest.mark.parametrize(("cell", "points"), [(1, 1), (0, 0), ("10", 10), ("-42", 42), (-3.0, 3)])
def test_other_points(cell: object, points: int) -> None:
    """One and two digits are read."""
    assert points_in(cell) == points


@pytest.mark.parametrize(
    "cell",
    [None, True, False, "", "five", "5.5", 5.5, "123", "5 of 110", math.nan, math.inf, -math.inf],
)
def test_what_is_no_number_of_points(cell: object) -> None:
    """Truths, words, fractions and numbers without end are no points."""
    assert points_in(cell) is None
