"""Charts drawn as SVG by plain arithmetic; every series has its pattern, its words and its numbers, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from milepost.reports.report import Chart

WIDTH: Final = 640
_LEFT: Final = 44
_TOP: Final = 34
_PLOT: Final = 190
_FOOT: Final = 22
_LABEL: Final = 80
_BAR: Final = 24
_ROW: Final = 36
_LEAST: Final = 13
_STEPS: Final = 5
_NAMES: Final = 12
_INK: Final = "#1b1b1b"
_LINE: Final = "#71767a"
_PATTERNS: Final = (
    ("#8b1303", "", "#ffffff"),
    ("#ffd699", '<path d="M-2 2 2 -2M0 8 8 0M6 10 10 6" stroke="#7a4b00" stroke-width="1.4"/>', _INK),
    (
        "#d9e8f6",
        '<circle cx="2" cy="2" r="1.1" fill="#1a4480"/><circle cx="6" cy="6" r="1.1" fill="#1a4480"/>',
        _INK,
    ),
    ("#ffffff", '<path d="M0 4H8" stroke="#71767a" stroke-width=".8"/>', _INK),
)
"""Ground, drawing upon it, and the colour of a number on it: solid, hatched, dotted, lined."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar or column with its name and the number of each series."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over the same names: None is no point; a dashed one has hollow marks."""

    name: str
    values: tuple[int | None, ...]
    dashed: bool = False


def stacked_columns(caption: str, series: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """Draw columns side by side, each split by series from the bottom up."""
    most = _round_up(max((sum(bar.values) for bar in bars), default=0))
    step = (WIDTH - _LEFT) / max(len(bars), 1)
    drawn = [_axis(most), _legend(series)]
    for place, bar in enumerate(bars):
        drawn.append(_column(bar, _LEFT + step * place, step, _PLOT / most))
    return _chart(caption, _TOP + _PLOT + _FOOT, drawn, _told(series, bars))


def _column(bar: Bar, left: float, step: float, scale: float) -> str:
    x, width, y = left + step * 0.14, step * 0.72, float(_TOP + _PLOT)
    drawn = [_text(left + step / 2, _TOP + _PLOT + 15, bar.name, "middle")]
    for number, value in enumerate(bar.values):
        height = value * scale
        y -= height
        drawn.append(_box(number, (x, y, width, height), value, fits=height >= _LEAST))
    drawn.append(_text(left + step / 2, y - 4, f"{sum(bar.values):,}", "middle", bold=True))
    return "".join(drawn)


def stacked_bars(caption: str, series: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """Draw bars one below the other, each split by series from the left."""
    most = max((sum(bar.values) for bar in bars), default=0) or 1
    scale = (WIDTH - _LABEL - _LEFT) / most
    drawn = [_legend(series)]
    for place, bar in enumerate(bars):
        drawn.append(_lying(bar, _TOP + _ROW * place, scale))
    return _chart(caption, _TOP + _ROW * len(bars), drawn, _told(series, bars))


def _lying(bar: Bar, top: float, scale: float) -> str:
    x, middle = float(_LABEL), top + _BAR / 2 + 4
    drawn = [_text(_LABEL - 6, middle, bar.name, "end")]
    for number, value in enumerate(bar.values):
        width = value * scale
        drawn.append(_box(number, (x, top, width, _BAR), value, fits=width >= _LEAST + len(f"{value:,}") * 5))
        x += width
    return "".join([*drawn, _text(x + 5, middle, f"{sum(bar.values):,}", "start", bold=True)])


def curves(caption: str, names: Sequence[str], lines: Sequence[Curve]) -> Chart:
    """Draw lines over the names; they differ in dash and mark; the last number stands at its point."""
    most = _round_up(max((value for line in lines for value in line.values if value is not None), default=0))
    step = (WIDTH - _LEFT) / max(len(names), 1)
    drawn = [_axis(most)]
    every = 1 + (len(names) - 1) // _NAMES
    for place, name in enumerate(names):
        if place % every == 0:
            drawn.append(_text(_LEFT + step * (place + 0.5), _TOP + _PLOT + 15, name, "middle"))
    for number, line in enumerate(lines):
        drawn += [_curve(line, step, _PLOT / most), _curve_name(line, number)]
    told = "; ".join(f"{line.name}: {_points(names, line.values)}" for line in lines)
    return _chart(caption, _TOP + _PLOT + _FOOT, drawn, told)


def _points(names: Sequence[str], values: Sequence[int | None]) -> str:
    points = zip(names, values, strict=True)
    return ", ".join(f"{name} {value:,}" for name, value in points if value is not None)


def _curve(line: Curve, step: float, scale: float) -> str:
    points = [
        (_LEFT + step * (place + 0.5), _TOP + _PLOT - value * scale, value)
        for place, value in enumerate(line.values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    drawn = [f'<polyline points="{path}" fill="none" {_stroke(line)}/>']
    drawn += [_mark(line, x, y) for x, y, _ in points]
    for x, y, value in points[-1:]:
        drawn.append(_text(x, y - 8, f"{value:,}", "middle", bold=True))
    return "".join(drawn)


def _stroke(line: Curve) -> str:
    dash = ' stroke-dasharray="6 4"' if line.dashed else ""
    return f'stroke="{"#8b1303" if line.dashed else "#1a4480"}" stroke-width="2"{dash}'


def _mark(line: Curve, x: float, y: float) -> str:
    if line.dashed:
        place = f'x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"'
        return f'<rect {place} fill="#ffffff" stroke="#8b1303" stroke-width="1.5"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1a4480"/>'


def _curve_name(line: Curve, number: int) -> str:
    x, y = _LEFT + number * 270.0, 12.0
    sample = f'<path d="M{x:.1f} {y}h28" {_stroke(line)}/>'
    return f"{sample}{_mark(line, x + 14, y)}{_text(x + 34, y + 4, line.name, 'start')}"


def _axis(most: int) -> str:
    step = _step(most)
    drawn = []
    for value in range(0, most + 1, step):
        y = _TOP + _PLOT * (1 - value / most)
        drawn.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH}" stroke="{_LINE}" stroke-width=".5"/>')
        drawn.append(_text(_LEFT - 6, y + 4, f"{value:,}", "end"))
    return "".join(drawn)


def _step(most: int) -> int:
    """Return the step of an axis: 1, 2 or 5 with zeros, such that five reach the end."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= _STEPS * step:
                return step
        size *= 10


def _round_up(most: int) -> int:
    """Return the end of an axis: the first step at or above the largest number."""
    step = _step(max(most, 1))
    return -(-max(most, 1) // step) * step


def _legend(series: Sequence[str]) -> str:
    drawn = []
    for number, name in enumerate(series):
        x = _LEFT + number * 148.0
        drawn.append(_box(number, (x, 2, 14, 14), 0, fits=False, always=True))
        drawn.append(_text(x + 20, 13, name, "start"))
    return "".join(drawn)


def _box(
    number: int, area: tuple[float, float, float, float], value: int, *, fits: bool, always: bool = False
) -> str:
    """Draw a part of a bar in its series' pattern, with its number on a plain ground where that fits."""
    x, y, width, height = area
    if not value and not always:
        return ""
    ground, drawing, ink = _PATTERNS[number]
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    drawn = f'<rect {place} fill="{ground}"/>'
    upon = f"url(#series-{number})" if drawing else "none"
    drawn += f'<rect {place} fill="{upon}" stroke="{_INK}" stroke-width=".7"/>'
    if not fits:
        return drawn
    label, middle = f"{value:,}", (x + width / 2, y + height / 2)
    wide = len(label) * 6.2 + 4
    place = f'x="{middle[0] - wide / 2:.1f}" y="{middle[1] - 5.5:.1f}" width="{wide:.1f}" height="11"'
    plain = f'<rect {place} fill="{ground}"/>'
    return drawn + plain + _text(middle[0], middle[1] + 4, label, "middle", ink=ink)


def _text(x: float, y: float, text: str, anchor: str, *, bold: bool = False, ink: str = _INK) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}"{weight}>{escape(text)}</text>'


def _told(series: Sequence[str], bars: Sequence[Bar]) -> str:
    """Return the numbers of a chart in words; series that a bar has none of are left out."""
    return "; ".join(f"{bar.name}: {sum(bar.values):,}{_parts(series, bar.values)}" for bar in bars)


def _parts(series: Sequence[str], values: Sequence[int]) -> str:
    parts = [f"{value:,} {name}" for name, value in zip(series, values, strict=True) if value]
    return f" ({', '.join(parts)})" if parts else ""


def _chart(caption: str, height: float, drawn: Sequence[str], told: str) -> Chart:
    size = 'width="8" height="8" patternUnits="userSpaceOnUse"'
    patterns = "".join(
        f'<pattern id="series-{number}" {size}>{drawing}</pattern>'
        for number, (_, drawing, _) in enumerate(_PATTERNS)
        if drawing
    )
    alternative = f"{caption}. {told}."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(alternative)}" font-family="Libertinus Serif, Source Sans 3, sans-serif" '
        f'font-size="11.5"><title>{escape(caption)}</title><defs>{patterns}</defs>{"".join(drawn)}</svg>'
    )
    return Chart(caption, svg, alternative)
