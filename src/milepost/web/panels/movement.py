"""How a system moves: found, closed and reappeared by month, what was late, burn-down, time to fix."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from milepost.domain.rating import GROUPS as RATINGS
from milepost.records.queries.standing import Course, Fixed
from milepost.reports.charts import Bar, Curve, columns_beside, curves, stacked_bars
from milepost.reports.drawing import BLUE, HATCHED, LINED, PANEL, Canvas
from milepost.reports.periods import moved
from milepost.reports.report import Column, Table, counts
from milepost.reports.trends import AHEAD, GROUPS, MONTHS
from milepost.reports.wording import NONE
from milepost.web.panels.panel import Panel

_MOVES: Final = ("Found", "Closed", "Reappeared")


def months_of(as_of: date, courses: Iterable[Course]) -> list[str]:
    """Return the last twelve months such as 2026-03, without those before anything was found; three at least.

    The last one is that of the day, which still runs.
    """
    every = [f"{moved(as_of.year, as_of.month, back):%Y-%m}" for back in range(1 - MONTHS, 1)]
    first = min((each.detected for each in courses), default=every[-1])
    return [month for month in every if month >= first or month in every[-3:]]


def moves(courses: Sequence[Course], months: Sequence[str]) -> Panel:
    """Return what was found, closed and reappeared in each month, and what was open at its end."""
    found, ended = _by(courses, lambda each: each.detected), _by(courses, lambda each: each.ended)
    again = _by((each for each in courses if each.recurrence), lambda each: each.detected)
    rows = [(month, (found[month], ended[month], again[month])) for month in months]
    title = "Found, closed and reappeared by month"
    table = counts(
        title, ("Month", *_MOVES, "Open at its end"), [(m, (*v, _open(courses, m))) for m, v in rows]
    )
    chart = columns_beside(
        title,
        _MOVES,
        [Bar(_short(month), values) for month, values in rows],
        Canvas(PANEL.width, (BLUE, LINED, HATCHED)),
    )
    return Panel("months", title, table, chart, "What reappeared is among what was found.")


def _by(courses: Iterable[Course], month: Callable[[Course], str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in courses:
        found[month(each)] += each.items
    return found


def _open(courses: Iterable[Course], month: str) -> int:
    return sum(each.items for each in courses if each.detected <= month < each.ended)


def _late(courses: Iterable[Course], month: str) -> int:
    """Count what was open when a month had ended, with a date up to its last day."""
    return sum(
        each.items
        for each in courses
        if each.detected <= month < each.ended and each.due <= month and each.excused <= month
    )


def late(courses: Sequence[Course], months: Sequence[str], overdue: int) -> Panel:
    """Return how many items were overdue when each month had ended; `overdue` is the number now."""
    rows = [(month, _late(courses, month)) for month in months[:-1]] + [(months[-1], overdue)]
    title = "Overdue at the end of each month"
    chart = curves(
        title,
        [_short(month) for month, _ in rows],
        [Curve("Overdue", tuple(number for _, number in rows))],
        PANEL,
    )
    note = "Past months are judged by the dates that items have now."
    table = counts(title, ("Month", "Overdue"), [(month, (number,)) for month, number in rows])
    return Panel("overdue", title, table, chart, note)


def burn_down(courses: Sequence[Course], months: Sequence[str]) -> Panel:
    """Return what was open beside what the first dates promised, and what the present ones promise."""
    year, month = int(months[-1][:4]), int(months[-1][5:])
    ahead = [f"{moved(year, month, step):%Y-%m}" for step in range(1, AHEAD + 1)]
    standing = [each for each in courses if each.ended > months[-1]]
    past = [(each, _open(courses, each), _promised(courses, each)) for each in months]
    rows = [*past, *((each, None, _remaining(standing, each)) for each in ahead)]
    title = "Burn-down against the plan"
    lines = (
        Curve("Open", tuple(row[1] for row in rows)),
        Curve("Open if every date is kept", tuple(row[2] for row in rows), dashed=True),
    )
    columns = (Column("Month", 2), *(Column(line.name, 1, numbers=True) for line in lines))
    written = tuple((m, NONE if now is None else f"{now:,}", f"{plan:,}") for m, now, plan in rows)
    note = "Up to now the plan is what the first dates promised, after it what the present ones promise."
    chart = curves(title, [_short(row[0]) for row in rows], lines, PANEL)
    return Panel("burn-down", title, Table(title, columns, written), chart, note)


def _promised(courses: Iterable[Course], month: str) -> int:
    return sum(each.items for each in courses if each.detected <= month < each.planned)


def _remaining(standing: Iterable[Course], month: str) -> int:
    return sum(each.items for each in standing if each.due > month)


def time_to_fix(fixed: Sequence[Fixed]) -> Panel:
    """Return the days from detection to closing by rating, of what was fixed in the last year."""
    rows = []
    for name, group in zip(GROUPS, RATINGS, strict=True):
        days = _spread(each for each in fixed if each.rating in group)
        rows.append((name, len(days), _quantile(days, 0.5), _quantile(days, 0.9)))
    title = "Days to fix, median"
    bars = [Bar(name.partition(" and ")[0], (median,)) for name, number, median, _ in rows if number]
    headings = ("Risk", "Fixed", "Median days", "Nine of ten within")
    table = counts(title, headings, [(name, numbers) for name, *numbers in rows])
    chart = stacked_bars(title, ("Days",), bars, Canvas(PANEL.width, (BLUE,))) if bars else None
    note = "Detection to closing, of what was fixed in the last twelve months."
    return Panel("time-to-fix", title, table, chart, note if bars else "Nothing was fixed in a year.")


def _spread(fixed: Iterable[Fixed]) -> list[int]:
    return sorted(days for each in fixed for days in [each.days] * each.items)


def _quantile(days: Sequence[int], part: float) -> int:
    """Return the number of days that such a part of all stays within; 0 of none."""
    return days[min(int(len(days) * part), len(days) - 1)] if days else 0


def _short(month: str) -> str:
    """Return a month as it stands under a column: Mar, in January with its year."""
    day = date(int(month[:4]), int(month[5:]), 1)
    return f"{day:%b %y}" if day.month == 1 else f"{day:%b}"
