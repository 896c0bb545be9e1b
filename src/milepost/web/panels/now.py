"""How a system stands now: open items by age, by likelihood and impact, by family of controls."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from milepost.catalogs import risk_matrices
from milepost.domain.errors import InputRefused
from milepost.domain.rating import GROUPS as RATINGS
from milepost.domain.scale import Level
from milepost.records.queries.standing import Exposure
from milepost.reports.charts import Bar, stacked_bars
from milepost.reports.drawing import PANEL
from milepost.reports.heat_map import Cell, heat_map
from milepost.reports.report import counts
from milepost.reports.trends import AGES, GROUPS, OLDEST
from milepost.web.panels.panel import Panel
from milepost.work.risk.choosing_tables import level_in

CLASSES: Final = (*(name for _, name in AGES), OLDEST)
"""How the age classes are called, the youngest first."""
NO_FAMILY: Final = "None"
_FAMILIES: Final = 9
_FAMILY: Final = re.compile(r"\b([A-Z]{2})(?=[-.]\w)")


def by_rating(exposures: Sequence[Exposure]) -> tuple[int, ...]:
    """Count open items by group of rating."""
    return tuple(sum(each.items for each in exposures if each.rating in group) for group in RATINGS)


def ages(exposures: Sequence[Exposure]) -> Panel:
    """Return open items by days since detection, split by rating."""
    rows = [
        (name, by_rating([each for each in exposures if each.age == place]))
        for place, name in enumerate(CLASSES)
    ]
    title = "Open items by age and risk"
    table = counts(title, ("Days since detection", *GROUPS, "All"), [(n, (*v, sum(v))) for n, v in rows])
    chart = stacked_bars(title, GROUPS, [Bar(*row) for row in rows], PANEL)
    return Panel("age", title, table, chart, "Days since the first detection.")


def risk(exposures: Sequence[Exposure]) -> Panel:
    """Return open items by likelihood and impact; each cell bears the risk that NIST's table gives."""
    placed: Counter[tuple[Level, Level]] = Counter()
    for each in exposures:
        if cell := _placed(each):
            placed[cell] += each.items
    left = sum(each.items for each in exposures) - placed.total()
    matrix = risk_matrices.named(risk_matrices.NIST_RISK)
    rows = [
        (likely, [Cell(placed[likely, impact], matrix.look_up(likely, impact).level) for impact in Level])
        for likely in reversed(Level)
    ]
    title = "Open items by likelihood and impact"
    headings = ("Likelihood", *(f"{level.value} impact" for level in Level))
    table = counts(title, headings, [(name.value, [cell.items for cell in row]) for name, row in rows])
    note = f"Cells bear the risk of {matrix.citation}: VL very low to VH very high."
    missing = f" {left:,} open item{'' if left == 1 else 's'} without both are not in it." if left else ""
    return Panel("risk", title, table, heat_map(title, rows), note + missing)


def _placed(each: Exposure) -> tuple[Level, Level] | None:
    if not (each.likelihood.strip() and each.impact.strip()):
        return None
    try:
        return level_in(each.likelihood, "likelihood"), level_in(each.impact, "impact")
    except InputRefused:
        return None


def families(exposures: Sequence[Exposure]) -> Panel:
    """Return open items by family of their controls; one of several families counts in each."""
    found: dict[str, list[Exposure]] = {}
    for each in exposures:
        for family in set(_FAMILY.findall(each.controls.upper())) or {NO_FAMILY}:
            found.setdefault(family, []).append(each)
    rows = [(family, by_rating(members)) for family, members in found.items()]
    rows.sort(key=lambda row: (-sum(row[1]), row[0]))
    title = "Open items by family of controls"
    table = counts(title, ("Family", *GROUPS, "All"), [(n, (*v, sum(v))) for n, v in rows])
    shown = [Bar(*row) for row in rows[:_FAMILIES]]
    chart = stacked_bars(title, GROUPS, shown, PANEL) if shown else None
    more = f" The first {_FAMILIES} of {len(rows)} are drawn." if len(rows) > _FAMILIES else ""
    return Panel(
        "families", title, table, chart, f"An item of several families counts in each of them.{more}"
    )
