"""Milestones written into one cell, taken apart: numbered lists, one a line, checkboxes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from milepost.domain.plan_item import MilestoneChange, PlanMilestone
from milepost.workbooks.dates import IN_TEXT, ReadDate, read_date

_NUMBERED = re.compile(
    r"(?:^|(?<=[\n;]))[ \t]*(?:\((\d{1,3})\)|(\d{1,3})[.)](?=\s)|[-*•] (?=\S))[ \t]*", re.MULTILINE
)
_DONE = re.compile(r"^\[([ xX])\]\s*")
_USUAL = re.compile(r"\d{4}-\d\d-\d\d")
_EDGES = " \t\r\n:;,.-–—|"
_KIND = re.compile(r"^(new|updated?|completed?|changed?|cancelled|delayed|revised)\b[\s:]*", re.IGNORECASE)
_KINDS = {
    "updated": "update",
    "completed": "complete",
    "changed": "update",
    "change": "update",
    "revised": "update",
}


class Piece(NamedTuple):
    """One entry of a cell: its number (0 for none) and its words."""

    number: int
    text: str


class Split(NamedTuple):
    """The entries of a cell, whether there were several, and words that belong to none."""

    pieces: list[Piece]
    packed: bool
    rest: str


def split(text: str) -> Split:
    """Take a cell apart into its entries."""
    marks = list(_NUMBERED.finditer(text))
    if not marks:
        return _by_lines(text)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pieces = [
        Piece(int(mark[1] or mark[2] or 0), text[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
    ]
    pieces = [piece for piece in pieces if piece.text]
    return Split(pieces, len(pieces) > 1, text[: marks[0].start()].strip())


def _by_lines(text: str) -> Split:
    """One entry a line where each line has a date, else one entry."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(IN_TEXT.search(line) for line in lines):
        return Split([Piece(0, line) for line in lines], packed=True, rest="")
    return Split([Piece(0, text.strip())] if text.strip() else [], packed=False, rest="")


def milestones_in(pieces: list[Piece], row: int, before: int = 0) -> Iterator[PlanMilestone]:
    """Turn entries into milestones: the first date in the words is the due date.

    Entries without a number are counted on from the milestones that stand before them.
    """
    for number, piece in enumerate(pieces, before + 1):
        box = _DONE.match(piece.text)
        words = piece.text[box.end() :] if box else piece.text
        read, rest = dated(words)
        done = bool(box and box[1] in "xX")
        yield PlanMilestone(
            text=rest,
            due=read.day,
            number=piece.number or number,
            precision=read.precision,
            done=done,
            row=row,
        )


def changes_in(pieces: list[Piece], row: int, before: int = 0) -> Iterator[MilestoneChange]:
    """Turn entries into changes: `Update 2025-04-07 : words`, where the date is the new one."""
    for number, piece in enumerate(pieces, before + 1):
        kind = _KIND.match(piece.text)
        words = piece.text[kind.end() :] if kind else piece.text
        read, rest = dated(words)
        named = kind[1].lower() if kind else ""
        yield MilestoneChange(
            text=rest,
            number=piece.number or number,
            kind=_KINDS.get(named, named),
            on=read.day,
            new_date=read.day,
            reason=rest,
            row=row,
        )


def dated(words: str) -> tuple[ReadDate, str]:
    """Return the first date in some words, and the words without it."""
    found = _USUAL.match(words) or IN_TEXT.search(words)
    if not found:
        return ReadDate(None), words.strip(_EDGES)
    read = read_date(found[0])
    before, after = words[: found.start()].strip(_EDGES), words[found.end() :].strip(_EDGES)
    return read, f"{before} {after}".strip() if read.day else words.strip(_EDGES)
