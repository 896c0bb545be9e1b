"""A heat map: how many items have which likelihood and impact, each cell with the risk that they make."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from milepost.domain.scale import Level
from milepost.reports.drawing import INK, PANEL, Canvas, chart, place, text
from milepost.reports.report import Chart

_LEFT: Final = 92
_TOP: Final = 22
_ROW: Final = 38
_GROUNDS: Final = {
    Level.VERY_LOW: ("#ffffff", INK),
    Level.LOW: ("#dbe8f4", INK),
    Level.MODERATE: ("#f0b860", INK),
    Level.HIGH: ("#d8703a", INK),
    Level.VERY_HIGH: ("#8b1303", "#ffffff"),
}
"""Ground and ink of each risk: darker is worse, in grey as well; its letters stand in the cell."""


class Cell(NamedTuple):
    """Items of one likelihood and impact, and the risk that a table gives them."""

    items: int
    risk: Level


def heat_map(caption: str, cells: Sequence[tuple[Level, Sequence[Cell]]], on: Canvas = PANEL) -> Chart:
    """Draw rows of likelihood over columns of impact, both as given; impact grows as `Level` does."""
    step = (on.width - _LEFT) / len(Level)
    drawn = [_row(name, row, _TOP + _ROW * number, step) for number, (name, row) in enumerate(cells)]
    floor = _TOP + _ROW * len(cells)
    for number, level in enumerate(Level):
        drawn.append(text(_LEFT + step * (number + 0.5), floor + 15, level.value, "middle"))
    drawn.append(text(_LEFT + step * len(Level) / 2, floor + 32, "Impact", "middle", bold=True))
    drawn.append(text(_LEFT - 8, 12, "Likelihood", "end", bold=True))
    told = "; ".join(_told(name, row) for name, row in cells)
    return chart(caption, floor + 38, drawn, told, on)


def _row(name: Level, row: Sequence[Cell], top: float, step: float) -> str:
    drawn = [text(_LEFT - 8, top + _ROW / 2 + 4, name.value, "end")]
    for number, cell in enumerate(row):
        x, (ground, ink) = _LEFT + step * number, _GROUNDS[cell.risk]
        area = place((x + 1, top + 1, step - 2, _ROW - 2))
        drawn.append(f'<rect {area} fill="{ground}" stroke="{INK}" stroke-width=".7"/>')
        drawn.append(text(x + 5, top + 13, _letters(cell.risk), "start", ink=ink))
        if cell.items:
            drawn.append(text(x + step / 2, top + 28, f"{cell.items:,}", "middle", bold=True, ink=ink))
    return "".join(drawn)


def _letters(risk: Level) -> str:
    return "".join(word[0] for word in risk.value.split())


def _told(name: Level, row: Sequence[Cell]) -> str:
    parts = zip(Level, row, strict=True)
    said = ", ".join(f"{cell.items:,} of impact {level.value}" for level, cell in parts if cell.items)
    return f"Likelihood {name.value}: {said or 'none'}"
