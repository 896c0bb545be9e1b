"""Milestones and their changes in one cell: `(1) [x] 2026-03-10: Order it (completed 2026-03-09)`."""

import re
from collections.abc import Iterable, Iterator

from milepost.authorities.intake.milestones import Piece, changes_in, milestones_in, split
from milepost.domain.plan_item import MilestoneChange, PlanMilestone
from milepost.workbooks.dates import read_date

_BOX = re.compile(r"^(?:\[([ xX])\]|([☐☑☒]))\s*")
_OWN_LINE = re.compile(r"\((\d+)\)\s+((?:\[[ xX]\]|[☐☑☒]).*)")
_COMPLETED = re.compile(
    r"\s*(?:\(completed:?\s+|[-–]\s*completed:?\s+)(\d{4}-\d\d-\d\d)\)?\s*$", re.IGNORECASE
)
_DUE = re.compile(r"^(\d{4}-\d\d-\d\d)(?::\s*|$)|\s*\(due:?\s+(\d{4}-\d\d-\d\d)\)\s*$", re.IGNORECASE)


def milestones_text(milestones: Iterable[PlanMilestone]) -> str:
    """Return the milestones one a line, numbered from 1 where they have no number."""
    lines = (f"({each.number or place}) {milestone_line(each)}" for place, each in enumerate(milestones, 1))
    return "\n".join(lines)


def milestone_line(milestone: PlanMilestone) -> str:
    """Return a milestone in a line: its box, the day it is due, its words, the day it was completed."""
    due = f"{milestone.due:%Y-%m-%d}: " if milestone.due else ""
    completed = f" (completed {milestone.completed:%Y-%m-%d})" if milestone.completed else ""
    return f"[{'x' if milestone.done else ' '}] {due}{' '.join(milestone.text.split())}{completed}"


def read_milestones(text: str, row: int) -> Iterator[PlanMilestone]:
    """Read the milestones of a cell, in our own form or in that of others."""
    lines = [_OWN_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    if all(lines):
        yield from (read_milestone(line[2], int(line[1]), row) for line in lines if line)
        return
    for number, piece in enumerate(split(text).pieces, 1):
        yield read_milestone(piece.text, piece.number or number, row)


def read_milestone(text: str, number: int, row: int) -> PlanMilestone:
    """Read one milestone; without a day in our own form the first date in the words is the due day."""
    box = _BOX.match(text)
    words = text[box.end() :] if box else text
    completed = _COMPLETED.search(words)
    words = words[: completed.start()] if completed else words
    due = _DUE.search(words)
    if due or completed or not words.strip():
        milestone = PlanMilestone(
            (words[: due.start()] + words[due.end() :] if due else words).strip(), row=row
        )
        milestone.due = read_date(due[1] or due[2]).day if due else None
    else:
        milestone = next(milestones_in([Piece(number, words)], row))
    milestone.number = number
    milestone.completed = read_date(completed[1]).day if completed else None
    milestone.done = bool(box and (box[1] or box[2]) in "xX☑☒")
    return milestone


def changes_text(changes: Iterable[MilestoneChange]) -> str:
    """Return the changes of milestones one a line: `(1) Update 2026-03-12 : Supplier was late`."""
    return "\n".join(
        f"({each.number or place}) {(each.kind or 'update').capitalize()}"
        f"{f' {each.on:%Y-%m-%d}' if each.on else ''} : {' '.join(each.text.split())}"
        for place, each in enumerate(changes, 1)
    )


def read_changes(text: str, row: int) -> tuple[MilestoneChange, ...]:
    """Read the changes of milestones in a cell."""
    return tuple(changes_in(split(text).pieces, row))
