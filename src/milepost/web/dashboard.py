"""The dashboards: which panels the pages of a system and of the whole portfolio show, and their numbers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from milepost.records.queries.commitments import Commitments, commitments
from milepost.records.queries.portfolio import Line, portfolio
from milepost.records.queries.standing import Days, Standing, standing
from milepost.reports.charts import Bar, stacked_bars
from milepost.reports.drawing import PANEL, Canvas
from milepost.reports.report import counts
from milepost.reports.trends import AGES, GROUPS
from milepost.web.panels import movement, now, promises
from milepost.web.panels.panel import Panel

VENDOR_DAYS: Final = 30
"""FedRAMP wants a vendor asked at least once a month (POA&M Template Completion Guide, Vendor Dependency)."""
_YEAR: Final = timedelta(days=365)
_DRAWN: Final = 12
_NAMED: Final = Canvas(PANEL.width, label=116)
_LABEL: Final = 18


class Counted(NamedTuple):
    """The numbers behind the dashboard of a system."""

    as_of: date
    standing: Standing
    commitments: Commitments
    overdue: int


def counted(system_id: int, as_of: date, overdue: int) -> Counted:
    """Return the numbers of a system; `overdue` is what its register counts."""
    ages = [as_of - timedelta(days=most) for most, _ in AGES]
    asked_since = as_of - timedelta(days=VENDOR_DAYS)
    days = Days(as_of, as_of - _YEAR, (ages[0], ages[1], ages[2]), asked_since)
    return Counted(as_of, standing(system_id, days), commitments(system_id), overdue)


def present(numbers: Counted) -> tuple[Panel, ...]:
    """Return how the system stands."""
    exposures = numbers.standing.exposures
    return now.ages(exposures), now.risk(exposures), now.families(exposures)


def moving(numbers: Counted) -> tuple[Panel, ...]:
    """Return how it moves."""
    courses = numbers.standing.courses
    months = movement.months_of(numbers.as_of, courses)
    return (
        movement.moves(courses, months),
        movement.late(courses, months, numbers.overdue),
        movement.burn_down(courses, months),
        movement.time_to_fix(numbers.standing.fixed),
    )


def promised(numbers: Counted) -> tuple[Panel, ...]:
    """Return what was asked for, and what it costs."""
    asked, money = numbers.commitments.asked, numbers.commitments.money
    return promises.deviations(asked, numbers.as_of), promises.cost(money)


def systems_by_risk(as_of: date) -> tuple[list[Line], Panel]:
    """Return every system with its numbers, and the panel of them; those with the most open are drawn."""
    lines = portfolio(as_of)
    drawn = sorted(lines, key=lambda line: -line.counts.open)[:_DRAWN]
    title = "Open items by system and risk"
    bars = [Bar(_shortened(line.name), line.counts.ratings) for line in drawn if line.counts.open]
    headings = ("System", *GROUPS, "All", "Overdue", "Due soon", "Found this month", "Closed this month")
    table = counts(title, headings, [(line.name, _numbers(line)) for line in lines])
    chart = stacked_bars(title, GROUPS, bars, _NAMED) if bars else None
    note = f"The {_DRAWN} systems with the most open items are drawn." if len(lines) > _DRAWN else ""
    return lines, Panel("portfolio", title, table, chart, note)


def _numbers(line: Line) -> Sequence[int]:
    held = line.counts
    return (*held.ratings, held.open, held.overdue, held.due_soon, held.found, held.ended)


def _shortened(name: str) -> str:
    return name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
