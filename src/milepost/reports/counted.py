"""Charts with their tables, as several reports show them: open by rating, by age, and the burn-down."""

from typing import Final

from milepost.reports.charts import Bar, Curve, curves, stacked_bars, stacked_columns
from milepost.reports.movements import Movements
from milepost.reports.report import Block, Column, Paragraph, Table, counts
from milepost.reports.trends import GROUPS, burn_down, open_by_age, open_by_month
from milepost.reports.wording import NONE

_TOTAL: Final = "Total"


def open_over_months(moves: Movements) -> tuple[Block, ...]:
    """Return the open items of twelve months by rating."""
    months = open_by_month(moves)
    bars = [Bar(f"{day:%b %y}", values) for day, values in months]
    rows = [(day.isoformat(), (*values, sum(values))) for day, values in months]
    return (
        stacked_columns("Open items by rating at the end of each month", GROUPS, bars),
        counts("Open items by rating at the end of each month", ("Day", *GROUPS, _TOTAL), rows),
    )


def ages(moves: Movements) -> tuple[Block, ...]:
    """Return the open items by days since detection."""
    classes = open_by_age(moves.open_now, moves.subject.as_of)
    rows = [(name, (*values, sum(values))) for name, values in classes]
    return (
        stacked_bars("Open items by days since detection", GROUPS, [Bar(*each) for each in classes]),
        counts("Open items by days since detection", ("Days", *GROUPS, _TOTAL), rows),
    )


def burned_down(moves: Movements) -> tuple[Block, ...]:
    """Return what was open month by month beside what the dates promised, and promise."""
    levels = burn_down(moves)
    names = [f"{level.day:%b %y}" for level in levels]
    lines = (
        Curve("Open", tuple(level.open for level in levels)),
        Curve("Open if every date is kept", tuple(level.remaining for level in levels), dashed=True),
    )
    rows = [
        (level.day.isoformat(), f"{level.remaining:,}", NONE if level.open is None else f"{level.open:,}")
        for level in levels
    ]
    columns = (Column("Day"), Column(lines[1].name, 1, numbers=True), Column("Open", 1, numbers=True))
    return (
        curves("Burn-down against the plan", names, lines),
        Table("Burn-down against the plan", columns, tuple(rows)),
        Paragraph(
            "Up to the day of the report, the plan is what the first scheduled dates promised; after it, "
            "what the present ones promise. Items without a date remain."
        ),
    )
