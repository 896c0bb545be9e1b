"""What charts are drawn from: boxes in patterns, texts, axes and legends, as SVG by plain arithmetic."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from milepost.reports.report import Chart

LEFT: Final = 44
PLOT: Final = 190
FOOT: Final = 22
INK: Final = "#1b1b1b"
LINE: Final = "#71767a"
OUTSIDE: Final = "currentColor"
"""The colour of texts beside a drawing: that of the page around it, which may be dark."""
_STEPS: Final = 5
_NAME: Final = 148
_LEGEND_ROW: Final = 18
_LOOKS: Final = (
    ("#8b1303", "", "#ffffff"),
    ("#ffd699", '<path d="M-2 2 2 -2M0 8 8 0M6 10 10 6" stroke="#7a4b00" stroke-width="1.4"/>', INK),
    (
        "#d9e8f6",
        '<circle cx="2" cy="2" r="1.1" fill="#1a4480"/><circle cx="6" cy="6" r="1.1" fill="#1a4480"/>',
        INK,
    ),
    ("#ffffff", '<path d="M0 4H8" stroke="#71767a" stroke-width=".8"/>', INK),
    ("#1a4480", "", "#ffffff"),
)
"""Ground, drawing upon it, and the colour of a number on it: solid, hatched, dotted, lined, solid blue."""
SOLID, HATCHED, DOTTED, LINED, BLUE = range(len(_LOOKS))


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a chart is drawn on: its width in units, and the look of each series where not worst first.

    `label` is the width that the names of lying bars have.
    """

    width: int = 640
    looks: tuple[int, ...] = ()
    label: int = 80

    def look(self, series: int) -> int:
        """Return the look of a series by its number."""
        return self.looks[series] if self.looks else series


PAGE: Final = Canvas()
"""A page of a report."""
PANEL: Final = Canvas(400)
"""A panel among others: legible on a telephone as well."""

Area = tuple[float, float, float, float]


def text(x: float, y: float, said: str, anchor: str, *, bold: bool = False, ink: str = OUTSIDE) -> str:
    """Write a text at a place; `anchor` is start, middle or end."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}"{weight}>{escape(said)}</text>'


def place(area: Area) -> str:
    """Return an area (left, top, width, height) as attributes."""
    x, y, width, height = area
    return f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'


def box(look: int, area: Area, value: int, *, fits: bool, always: bool = False) -> str:
    """Draw a part of a bar in a look, with its number on a plain ground where that fits."""
    if not value and not always:
        return ""
    x, y, width, height = area
    ground, drawing, ink = _LOOKS[look]
    drawn = f'<rect {place(area)} fill="{ground}"/>'
    upon = f"url(#look-{look})" if drawing else "none"
    drawn += f'<rect {place(area)} fill="{upon}" stroke="{INK}" stroke-width=".7"/>'
    if not fits:
        return drawn
    label, middle = f"{value:,}", (x + width / 2, y + height / 2)
    wide = len(label) * 6.2 + 4
    plain = f'<rect {place((middle[0] - wide / 2, middle[1] - 5.5, wide, 11))} fill="{ground}"/>'
    return drawn + plain + text(middle[0], middle[1] + 4, label, "middle", ink=ink)


def legend(names: Sequence[str], on: Canvas) -> tuple[str, int]:
    """Draw the names of series in as many rows as they need; return that and the height of it."""
    in_row = max((on.width - LEFT) // _NAME, 1)
    drawn = []
    for number, name in enumerate(names):
        x, y = LEFT + number % in_row * _NAME, 2.0 + number // in_row * _LEGEND_ROW
        drawn.append(box(on.look(number), (x, y, 14, 14), 0, fits=False, always=True))
        drawn.append(text(x + 20, y + 11, name, "start"))
    return "".join(drawn), rows_high(len(names), in_row)


def rows_high(names: int, in_row: int) -> int:
    """Return the height of names above a chart, with the space below them."""
    return -(-names // in_row) * _LEGEND_ROW + 16


def axis(most: int, top: float, on: Canvas) -> str:
    """Draw the lines of round numbers from nothing to the most."""
    drawn = []
    for value in range(0, most + 1, _step(most)):
        y = top + PLOT * (1 - value / most)
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{on.width}" stroke="{LINE}" stroke-width=".5"/>')
        drawn.append(text(LEFT - 6, y + 4, f"{value:,}", "end"))
    return "".join(drawn)


def _step(most: int) -> int:
    """Return the step of an axis: 1, 2 or 5 with zeros, such that five reach the end."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= _STEPS * step:
                return step
        size *= 10


def round_up(most: int) -> int:
    """Return the end of an axis: the first step at or above the largest number."""
    step = _step(max(most, 1))
    return -(-max(most, 1) // step) * step


def chart(caption: str, height: float, drawn: Sequence[str], told: str, on: Canvas) -> Chart:
    """Put a drawing together; `told` says in words what it shows. Patterns bear the caption's name."""
    own = re.sub(r"[^a-z0-9]+", "-", caption.casefold()).strip("-")
    size = 'width="8" height="8" patternUnits="userSpaceOnUse"'
    patterns = "".join(
        f'<pattern id="{own}-{number}" {size}>{drawing}</pattern>'
        for number, (_, drawing, _) in enumerate(_LOOKS)
        if drawing
    )
    alternative = f"{caption}. {told}."
    content = "".join(drawn).replace("url(#look-", f"url(#{own}-")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {on.width} {height:.0f}" role="img" '
        f'aria-label="{escape(alternative)}" font-family="Libertinus Serif, Source Sans 3, sans-serif" '
        f'font-size="11.5" color="{INK}"><title>{escape(caption)}</title><defs>{patterns}</defs>{content}'
        "</svg>"
    )
    return Chart(caption, svg, alternative)
