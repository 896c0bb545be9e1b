"""Milestones over time: each on a line, from the day first planned to the present one, with today between."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from milepost.reports.drawing import LINE, Canvas, chart, text
from milepost.reports.periods import moved
from milepost.reports.report import Chart

SPAN: Final = Canvas(960, label=104)
"""A timeline needs more room than other charts."""
_TOP: Final = 46
_ROW: Final = 26
_MARGIN: Final = timedelta(days=10)
_AFTER: Final = 110
_MONTHS: Final = 12
_RED: Final = "#b50909"
_BLUE: Final = "#1a4480"


class Step(NamedTuple):
    """A milestone: its name, the day first planned, the present day, when it was done, what is said of it.

    `late` is one that is not done though its day has passed.
    """

    name: str
    first: date
    due: date
    done_on: date | None
    late: bool
    said: str


def milestone_chart(caption: str, steps: Sequence[Step], as_of: date, on: Canvas = SPAN) -> Chart:
    """Draw milestones, one on each line: circle pending, filled done, diamond late; a dash is a slip."""
    days = [as_of, *(day for each in steps for day in (each.first, each.due, each.done_on) if day)]
    scale = _Scale(min(days) - _MARGIN, max(days) + _MARGIN, on)
    floor = _TOP + _ROW * len(steps)
    drawn = [_legend(on), *_months(scale, floor), _today(scale, as_of, floor)]
    drawn += [_line(each, scale, _TOP + _ROW * (row + 0.5)) for row, each in enumerate(steps)]
    return chart(caption, floor + 8, drawn, "; ".join(_told(each) for each in steps), on)


class _Scale(NamedTuple):
    """Where days stand."""

    first: date
    last: date
    on: Canvas

    def x(self, day: date) -> float:
        """Return the place of a day."""
        width = self.on.width - self.on.label - _AFTER
        return self.on.label + width * (day - self.first).days / (self.last - self.first).days


def _months(scale: _Scale, floor: float) -> list[str]:
    first, drawn = scale.first.replace(day=1), []
    months = (scale.last.year - first.year) * 12 + scale.last.month - first.month
    for step in range(1, months + 1, 1 + months // _MONTHS):
        day = moved(first.year, first.month, step)
        x = scale.x(day)
        drawn.append(f'<path d="M{x:.1f} {_TOP - 6}V{floor}" stroke="{LINE}" stroke-width=".5"/>')
        drawn.append(text(x + 3, _TOP - 9, f"{day:%b %y}", "start"))
    return drawn


def _today(scale: _Scale, as_of: date, floor: float) -> str:
    x = scale.x(as_of)
    line = (
        f'<path d="M{x:.1f} {_TOP - 20}V{floor}" stroke="{_RED}" stroke-width="1.5" stroke-dasharray="3 3"/>'
    )
    return line + text(x, _TOP - 23, f"{as_of}", "middle", bold=True)


def _line(step: Step, scale: _Scale, y: float) -> str:
    due, drawn = scale.x(step.due), [text(scale.on.label - 8, y + 4, step.name, "end")]
    if step.due != step.first:
        first = scale.x(step.first)
        drawn.append(
            f'<path d="M{first:.1f} {y}H{due:.1f}" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>'
            f'<path d="M{first:.1f} {y - 6}V{y + 6}" stroke="{LINE}" stroke-width="2"/>'
        )
    drawn.append(_mark(step, scale.x(step.done_on) if step.done_on else due, y))
    right = max(scale.x(day) for day in (step.first, step.due, step.done_on or step.due))
    return "".join([*drawn, text(right + 12, y + 4, step.said, "start", bold=step.late)])


def _mark(step: Step, x: float, y: float) -> str:
    if step.late:
        return f'<path d="M{x:.1f} {y - 7}l7 7l-7 7l-7 -7z" fill="{_RED}"/>'
    inside = _BLUE if step.done_on else "#ffffff"
    return f'<circle cx="{x:.1f}" cy="{y}" r="5.5" fill="{inside}" stroke="{_BLUE}" stroke-width="2"/>'


def _legend(on: Canvas) -> str:
    day, drawn = date.min, []
    for number, (name, done, late) in enumerate(
        (("Pending", None, False), ("Late", None, True), ("Done", day, False))
    ):
        x = on.label + number * 90.0
        drawn.append(_mark(Step("", day, day, done, late, ""), x + 8, 10) + text(x + 20, 14, name, "start"))
    x = on.label + 270.0
    drawn.append(
        f'<path d="M{x} 10h24" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>'
        f'<path d="M{x} 4v12" stroke="{LINE}" stroke-width="2"/>'
    )
    return "".join([*drawn, text(x + 32, 14, "Slipped since first planned", "start")])


def _told(step: Step) -> str:
    done = f", done {step.done_on}" if step.done_on else ""
    first = f", first planned {step.first}" if step.first != step.due else ""
    return f"{step.name}: {step.due}{first}{done}{', ' + step.said if step.said else ''}"
