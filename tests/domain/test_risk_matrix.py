"""Risk tables: what is looked up, in words, and what no table may be."""

from collections.abc import Mapping

import pytest

from milepost.domain.errors import InputRefused
from milepost.domain.risk_matrix import Axis, RiskMatrix, determine
from milepost.domain.ruling import Citation
from milepost.domain.scale import Level

LOW, MODERATE, HIGH = Level.LOW, Level.MODERATE, Level.HIGH
THREE = (LOW, MODERATE, HIGH)
LIKELIHOOD, IMPACT = Axis("likelihood", THREE), Axis("impact", THREE)
SOURCE = Citation("House rules", "annex 1")
CELLS = {
    LOW: {LOW: LOW, MODERATE: LOW, HIGH: LOW},
    MODERATE: {LOW: LOW, MODERATE: MODERATE, HIGH: MODERATE},
    HIGH: {LOW: LOW, MODERATE: MODERATE, HIGH: HIGH},
}
FALLING = {
    row: {LOW: cells[HIGH], MODERATE: cells[MODERATE], HIGH: cells[LOW]} for row, cells in CELLS.items()
}


def table(
    cells: Mapping[Level, Mapping[Level, Level]] = CELLS,
    rows: Axis = LIKELIHOOD,
    columns: Axis = IMPACT,
    result: str = "risk",
) -> RiskMatrix:
    """Return a table of three levels."""
    return RiskMatrix("house", result, rows, columns, cells, SOURCE, verified=True)


def test_a_level_is_looked_up_and_explained() -> None:
    """Low likelihood with high impact is low here; a product of the ranks would say otherwise."""
    found = table().look_up(LOW, HIGH)
    assert found.level is LOW
    assert found.reason == "likelihood Low and impact High give risk Low"
    assert (found.citation, found.verified) == (SOURCE, True)
    assert table().look_up(HIGH, MODERATE).level is MODERATE
    assert table().note == ""


def test_two_steps_are_both_kept() -> None:
    """The likelihood comes from cause and effect, the risk from that likelihood and the impact."""
    likelihood_by = table(FALLING, Axis("threat", THREE), Axis("defence", THREE, lowers=True), "likelihood")
    found = determine(likelihood_by, table(), HIGH, MODERATE, HIGH)
    assert found.likelihood.reason == "threat High and defence Moderate give likelihood Moderate"
    assert found.likelihood.level is MODERATE
    assert found.risk.reason == "likelihood Moderate and impact High give risk Moderate"
    assert found.risk.level is MODERATE


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (Level.VERY_HIGH, LOW, "there is no likelihood Very High"),
        (LOW, Level.VERY_LOW, "there is no impact Very Low"),
    ],
)
def test_a_level_that_is_not_on_the_table_is_refused(row: Level, column: Level, what: str) -> None:
    """A table of three levels does not answer for five."""
    with pytest.raises(InputRefused) as refused:
        table().look_up(row, column)
    assert str(refused.value) == f"house: {what}; use Low, Moderate, High."


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ({LOW: CELLS[LOW], MODERATE: CELLS[MODERATE]}, "High"),
        (CELLS | {HIGH: {LOW: LOW, MODERATE: MODERATE}}, "High"),
        (CELLS | {MODERATE: CELLS[MODERATE] | {Level.VERY_HIGH: HIGH}}, "Moderate"),
        (CELLS | {Level.VERY_HIGH: CELLS[HIGH]}, "Very High"),
    ],
)
def test_an_incomplete_table_is_refused(cells: Mapping[Level, Mapping[Level, Level]], row: str) -> None:
    """Each row has one cell for each column, and there are no other rows."""
    with pytest.raises(InputRefused) as refused:
        table(cells)
    assert str(refused.value) == (
        f"house: row {row} does not have one cell for every column; "
        "give every row one level for each column, and no other rows."
    )


@pytest.mark.parametrize("levels", [(), (HIGH, LOW), (LOW, LOW, HIGH)])
@pytest.mark.parametrize("side", ["likelihood", "impact"])
def test_levels_out_of_order_are_refused(levels: tuple[Level, ...], side: str) -> None:
    """A side has at least one level, and lists its levels from the lowest to the highest, each once."""
    wrong, right = Axis(side, levels), Axis("other", THREE)
    with pytest.raises(InputRefused) as refused:
        table(rows=wrong, columns=right) if side == "likelihood" else table(rows=right, columns=wrong)
    assert str(refused.value) == (
        f"house: the levels of {side} are not in ascending order, each once; "
        "list them from the lowest to the highest."
    )


def test_a_table_against_its_own_order_is_refused() -> None:
    """More impact, or more likelihood, never gives less risk: such a cell is a slip of the pen."""
    across = CELLS | {MODERATE: {LOW: LOW, MODERATE: MODERATE, HIGH: LOW}}
    with pytest.raises(InputRefused) as refused:
        table(across)
    assert str(refused.value) == (
        "house: row Moderate goes against the order of impact; "
        "let no worse entry give a better level; correct the cell."
    )
    down = CELLS | {HIGH: {LOW: LOW, MODERATE: LOW, HIGH: HIGH}}
    with pytest.raises(InputRefused, match="column Moderate goes against the order of likelihood"):
        table(down)


def test_a_side_may_lower() -> None:
    """More effective countermeasures give less; then a table that rises is refused."""
    lowering = Axis("countermeasures", THREE, lowers=True)
    assert table(FALLING, columns=lowering).look_up(HIGH, HIGH).level is LOW
    with pytest.raises(InputRefused, match="row Moderate goes against the order of countermeasures"):
        table(CELLS, columns=lowering)
    with pytest.raises(InputRefused, match="goes against the order of impact"):
        table(FALLING)
