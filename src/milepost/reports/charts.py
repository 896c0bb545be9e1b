"""Charts of columns, bars and lines; every series has its pattern, its words and its numbers, too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from milepost.reports.drawing import (
    FOOT,
    LEFT,
    PAGE,
    PLOT,
    Canvas,
    axis,
    box,
    chart,
    legend,
    round_up,
    rows_high,
    text,
)
from milepost.reports.report import Chart

_BAR: Final = 24
_ROW: Final = 36
_LEAST: Final = 13
_NAMES: Final = 12
_LINE_NAME: Final = 270
_NARROW: Final = 24
"""Units of a column's step below which its numbers stand in the table alone."""

_Upright = Callable[["Bar", float, float, "_Ground"], str]


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


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where columns stand: the floor, units for one, and the canvas."""

    floor: float
    scale: float
    on: Canvas


def stacked_columns(caption: str, series: Sequence[str], bars: Sequence[Bar], on: Canvas = PAGE) -> Chart:
    """Draw columns side by side, each split by series from the bottom up."""
    most = round_up(max((sum(bar.values) for bar in bars), default=0))
    return _columns(caption, series, bars, (most, on), _column)


def columns_beside(caption: str, series: Sequence[str], bars: Sequence[Bar], on: Canvas = PAGE) -> Chart:
    """Draw a group of columns for each name, one for each series."""
    most = round_up(max((value for bar in bars for value in bar.values), default=0))
    return _columns(caption, series, bars, (most, on), _group)


def _columns(
    caption: str, series: Sequence[str], bars: Sequence[Bar], measure: tuple[int, Canvas], draw: _Upright
) -> Chart:
    most, on = measure
    names, top = legend(series, on)
    step = (on.width - LEFT) / max(len(bars), 1)
    ground = _Ground(top + PLOT, PLOT / most, on)
    drawn = [axis(most, top, on), names]
    every = 1 + (len(bars) - 1) // _NAMES
    for number, bar in enumerate(bars):
        left = LEFT + step * number
        drawn.append(draw(bar, left, step, ground))
        if number % every == 0:
            drawn.append(text(left + step / 2, ground.floor + 15, bar.name, "middle"))
    return chart(caption, ground.floor + FOOT, drawn, _told(series, bars), on)


def _column(bar: Bar, left: float, step: float, ground: _Ground) -> str:
    x, width, y = left + step * 0.14, step * 0.72, ground.floor
    drawn = []
    for number, value in enumerate(bar.values):
        height = value * ground.scale
        y -= height
        fits = height >= _LEAST and step >= _NARROW
        drawn.append(box(ground.on.look(number), (x, y, width, height), value, fits=fits))
    drawn.append(text(left + step / 2, y - 4, f"{sum(bar.values):,}", "middle", bold=True))
    return "".join(drawn)


def _group(bar: Bar, left: float, step: float, ground: _Ground) -> str:
    width = step * 0.84 / len(bar.values)
    drawn = []
    for number, value in enumerate(bar.values):
        height, x = value * ground.scale, left + step * 0.08 + width * number
        area = (x, ground.floor - height, width, height)
        drawn.append(box(ground.on.look(number), area, value, fits=False))
        if value and width >= len(f"{value:,}") * 5:
            drawn.append(text(x + width / 2, ground.floor - height - 3, f"{value:,}", "middle"))
    return "".join(drawn)


def stacked_bars(caption: str, series: Sequence[str], bars: Sequence[Bar], on: Canvas = PAGE) -> Chart:
    """Draw bars one below the other, each split by series from the left; one series needs no legend."""
    most = max((sum(bar.values) for bar in bars), default=0) or 1
    scale = (on.width - on.label - LEFT) / most
    names, top = legend(series, on) if len(series) > 1 else ("", 6)
    drawn = [names, *(_lying(bar, top + _ROW * number, scale, on) for number, bar in enumerate(bars))]
    return chart(caption, top + _ROW * len(bars), drawn, _told(series, bars), on)


def _lying(bar: Bar, top: float, scale: float, on: Canvas) -> str:
    x, middle = float(on.label), top + _BAR / 2 + 4
    drawn = [text(on.label - 6, middle, bar.name, "end")]
    for number, value in enumerate(bar.values):
        width = value * scale
        fits = len(bar.values) > 1 and width >= _LEAST + len(f"{value:,}") * 5
        drawn.append(box(on.look(number), (x, top, width, _BAR), value, fits=fits))
        x += width
    return "".join([*drawn, text(x + 5, middle, f"{sum(bar.values):,}", "start", bold=True)])


def curves(caption: str, names: Sequence[str], lines: Sequence[Curve], on: Canvas = PAGE) -> Chart:
    """Draw lines over the names; they differ in dash and mark; the last number stands at its point."""
    most = round_up(max((value for line in lines for value in line.values if value is not None), default=0))
    in_row = max((on.width - LEFT) // _LINE_NAME, 1)
    top = rows_high(len(lines), in_row)
    ground = _Ground(top + PLOT, PLOT / most, on)
    step = (on.width - LEFT) / max(len(names), 1)
    drawn = [axis(most, top, on)]
    every = 1 + (len(names) - 1) // _NAMES
    for number, name in enumerate(names[::every]):
        drawn.append(text(LEFT + step * (number * every + 0.5), ground.floor + 15, name, "middle"))
    for number, line in enumerate(lines):
        drawn += [_curve(line, step, ground), _curve_name(line, divmod(number, in_row))]
    told = "; ".join(f"{line.name}: {_points(names, line.values)}" for line in lines)
    return chart(caption, ground.floor + FOOT, drawn, told, on)


def _points(names: Sequence[str], values: Sequence[int | None]) -> str:
    points = zip(names, values, strict=True)
    return ", ".join(f"{name} {value:,}" for name, value in points if value is not None)


def _curve(line: Curve, step: float, ground: _Ground) -> str:
    points = [
        (LEFT + step * (number + 0.5), ground.floor - value * ground.scale, value)
        for number, value in enumerate(line.values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    drawn = [f'<polyline points="{path}" fill="none" {_stroke(line)}/>']
    drawn += [_mark(line, x, y) for x, y, _ in points]
    for x, y, value in points[-1:]:
        drawn.append(text(x, y - 8, f"{value:,}", "middle", bold=True))
    return "".join(drawn)


def _stroke(line: Curve) -> str:
    dash = ' stroke-dasharray="6 4"' if line.dashed else ""
    return f'stroke="{"#8b1303" if line.dashed else "#1a4480"}" stroke-width="2"{dash}'


def _mark(line: Curve, x: float, y: float) -> str:
    if line.dashed:
        area = f'x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"'
        return f'<rect {area} fill="#ffffff" stroke="#8b1303" stroke-width="1.5"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1a4480"/>'


def _curve_name(line: Curve, cell: tuple[int, int]) -> str:
    row, column = cell
    x, y = float(LEFT + column * _LINE_NAME), 12.0 + row * 18
    sample = f'<path d="M{x:.1f} {y}h28" {_stroke(line)}/>'
    return f"{sample}{_mark(line, x + 14, y)}{text(x + 34, y + 4, line.name, 'start')}"


def _told(series: Sequence[str], bars: Sequence[Bar]) -> str:
    """Return the numbers of a chart in words; series that a bar has none of are left out."""
    return "; ".join(f"{bar.name}: {sum(bar.values):,}{_parts(series, bar.values)}" for bar in bars)


def _parts(series: Sequence[str], values: Sequence[int]) -> str:
    parts = [f"{value:,} {name}" for name, value in zip(series, values, strict=True) if value]
    return f" ({', '.join(parts)})" if parts else ""
