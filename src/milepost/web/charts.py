"""Charts laid out on the server, as plain numbers for a template to draw beside a table of the data."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from milepost.records.queries.portfolio import RATINGS, AgeBar, Month

WIDTH: Final = 400
"""Units of a drawing's width; its height follows from what is in it."""

_LABEL_WIDTH: Final = 78
_TOTAL_WIDTH: Final = 46
_ROW: Final = 40
_BAR: Final = 26
_PLOT: Final = 150
_TOP: Final = 20
_LEAST_LABELLED: Final = 22


class Segment(NamedTuple):
    """A part of a bar, for one rating; `label` is empty where it would not fit."""

    rating: str
    x: float
    y: float
    width: float
    height: float
    label: str


class Row(NamedTuple):
    """A bar of segments with its name and total."""

    name: str
    middle: float
    end: float
    total: int
    segments: list[Segment]


class Bars(NamedTuple):
    """A chart of horizontal bars."""

    height: int
    rows: list[Row]


class Column(NamedTuple):
    """One column with its number above it."""

    x: float
    y: float
    width: float
    height: float
    value: int


class MonthColumns(NamedTuple):
    """What came and what went in a month."""

    name: str
    middle: float
    opened: Column
    closed: Column


class Columns(NamedTuple):
    """A chart of pairs of columns over the months."""

    height: int
    floor: int
    months: list[MonthColumns]


def age_chart(bars: Sequence[AgeBar]) -> Bars:
    """Lay out open items by age, each bar split by rating."""
    most = max((bar.total for bar in bars), default=0) or 1
    scale = (WIDTH - _LABEL_WIDTH - _TOTAL_WIDTH) / most
    rows = [_row(bar, place * _ROW, scale) for place, bar in enumerate(bars)]
    return Bars(_ROW * len(rows), rows)


def _row(bar: AgeBar, top: int, scale: float) -> Row:
    x, segments = float(_LABEL_WIDTH), []
    for rating, count in zip(RATINGS, bar.counts, strict=True):
        width = round(count * scale, 1)
        if count:
            label = f"{rating[:1] or '?'} {count}" if width >= _LEAST_LABELLED else ""
            segments.append(Segment(rating, round(x, 1), top + (_ROW - _BAR) / 2, width, _BAR, label))
        x += width
    return Row(bar.bucket, top + _ROW / 2, round(x, 1), bar.total, segments)


def month_chart(months: Sequence[Month]) -> Columns:
    """Lay out how many items were found and closed in each month."""
    most = max((max(month.opened, month.closed) for month in months), default=0) or 1
    step = WIDTH / max(len(months), 1)
    drawn = [_month(month, step * place, step, _PLOT / most) for place, month in enumerate(months)]
    return Columns(_TOP + _PLOT + 26, _TOP + _PLOT, drawn)


def _month(month: Month, left: float, step: float, scale: float) -> MonthColumns:
    width, middle = step * 0.36, left + step / 2
    opened = _column(middle - width - 1, width, month.opened, scale)
    return MonthColumns(
        f"{month.first:%b}", round(middle, 1), opened, _column(middle + 1, width, month.closed, scale)
    )


def _column(x: float, width: float, value: int, scale: float) -> Column:
    height = round(value * scale, 1)
    return Column(round(x, 1), _TOP + _PLOT - height, round(width, 1), height, value)
