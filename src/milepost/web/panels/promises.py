"""What a system asked for and planned to spend: deviations and acceptances with their ends, cost by year."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from milepost.domain.item import DeviationState
from milepost.records.queries.commitments import Asked, Money
from milepost.reports.charts import Bar, stacked_bars
from milepost.reports.drawing import BLUE, DOTTED, HATCHED, LINED, PANEL, Canvas
from milepost.reports.report import Column, Table
from milepost.web.panels.panel import Panel

AHEAD: Final = 90
"""Days ahead within which the end of a decision is announced."""
_KINDS: Final = {
    "false_positive": "False pos.",
    "operational_requirement": "Op. req.",
    "risk_adjustment": "Adjusted",
    "risk_acceptance": "Accepted",
}


class Ending(NamedTuple):
    """Decisions of a kind that end on a day; `left` is negative where they have ended."""

    kind: str
    on: date
    left: int
    requests: int


def deviations(asked: Sequence[Asked], as_of: date) -> Panel:
    """Return the requests on open items by kind and state, with the next end of those approved."""
    found: Counter[tuple[str, str]] = Counter()
    for each in asked:
        found[each.kind, each.state] += each.requests
    title = "Deviations and accepted risks"
    rows = [(kind, tuple(found[kind, state] for state in DeviationState)) for kind in _KINDS]
    ends = {each.kind: each for each in reversed(endings(asked, as_of))}
    columns = (
        Column("Kind", 2),
        *(Column(state.capitalize(), 1, numbers=True) for state in DeviationState),
        Column("Next end"),
    )
    lines = tuple(
        (
            kind.replace("_", " ").capitalize(),
            *(f"{number:,}" for number in numbers),
            str(ends[kind].on) if kind in ends else "none",
        )
        for kind, numbers in rows
    )
    bars = [Bar(_KINDS[kind], numbers) for kind, numbers in rows if sum(numbers)]
    states = [state.capitalize() for state in DeviationState]
    looks = Canvas(PANEL.width, (HATCHED, BLUE, LINED))
    chart = stacked_bars(title, states, bars, looks) if bars else None
    note = "Requests on open items." if bars else "Nothing was asked for on an open item."
    return Panel("deviations", title, Table(title, columns, lines), chart, note)


def endings(asked: Sequence[Asked], as_of: date) -> list[Ending]:
    """Return the approved decisions that have an end, the first end first."""
    found = [
        Ending(each.kind, each.ends, (each.ends - as_of).days, each.requests)
        for each in asked
        if each.state == DeviationState.APPROVED and each.ends is not None
    ]
    return sorted(found, key=lambda each: each.on)


def cost(money: Sequence[Money]) -> Panel:
    """Return what is planned to be spent by fiscal year, on open and on ended items."""
    title = "Planned cost by fiscal year"
    names = ("On open items", "On ended items")
    rows = [(_year(each.fiscal_year), (each.opened, each.ended)) for each in money]
    columns = (
        Column("Fiscal year", 2),
        *(Column(f"{name} ($)", 1, numbers=True) for name in names),
        Column("All ($)", 1, numbers=True),
    )
    lines = tuple((year, *(_dollars(each) for each in (*sums, sum(sums, Decimal(0))))) for year, sums in rows)
    looks = Canvas(PANEL.width, (BLUE, DOTTED))
    bars = [Bar(year, (round(sums[0]), round(sums[1]))) for year, sums in rows]
    chart = stacked_bars(title, names, bars, looks) if bars else None
    note = "Dollars, rounded." if bars else "No item says what it costs."
    return Panel("cost", title, Table(title, columns, lines), chart, note)


def _year(year: int | None) -> str:
    return f"FY {year}" if year else "No year"


def _dollars(amount: Decimal) -> str:
    return f"{amount:,.2f}"
