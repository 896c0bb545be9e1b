"""Which column probably means what, how sure that is, and why."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from milepost.scanners.sheets.columns import missing
from milepost.scanners.sheets.fields import NAMES, folded, headings
from milepost.scanners.sheets.surveyed import Suggestion

SURE = 100
"""The score of a known heading."""
_LIKELY = 60
_WITHIN = 80
_ALIKE = 0.86
_WORDY = 120
_SHORTEST = 3
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CHOICES = re.compile(r"\b(critical|very high|high|moderate|medium|low|info|yes|no|open|closed|or)\b")


class Guess(NamedTuple):
    """What one heading alone looks like; of several with one meaning the lowest rank is the surest."""

    field: str
    score: int
    rank: int
    reason: str


@lru_cache(maxsize=1 << 12)
def guess(heading: str) -> Guess | None:
    """Return the field that a heading looks like; None for one that looks like none."""
    words = folded(heading) if len(heading) <= _WORDY else ""
    if not words:
        return None
    for each in (words, folded(_ASIDE.sub(" ", heading)), folded(_CHOICES.sub(" ", words))):
        if each in headings():
            name, rank = headings()[each]
            return Guess(name, SURE, rank, "a known heading")
    return _holding(words) or _alike(words)


def _holding(words: str) -> Guess | None:
    """Return the field of the longest known heading that stands within other words."""
    padded = f" {words} "
    held = [known for known in headings() if len(known) > _SHORTEST and f" {known} " in padded]
    if not held:
        return None
    known = max(held, key=len)
    name, rank = headings()[known]
    score = _LIKELY + (_WITHIN - _LIKELY) * len(known) // len(words)
    return Guess(name, score, rank, f"it has “{known}” in it")


def _alike(words: str) -> Guess | None:
    matcher = SequenceMatcher(b=words)
    best: tuple[float, str] = (0.0, "")
    for known in headings():
        if len(known) > _SHORTEST and abs(len(known) - len(words)) <= _SHORTEST:
            matcher.set_seq1(known)
            if matcher.quick_ratio() >= _ALIKE:
                best = max(best, (matcher.ratio(), known))
    if best[0] < _ALIKE:
        return None
    name, rank = headings()[best[1]]
    return Guess(name, int(best[0] * _WITHIN), rank, f"it is spelled like “{best[1]}”")


def header_score(cells: Iterable[object]) -> int:
    """Return how much a row looks like the headings of a table of findings; 0 for not at all."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    found = {each.field: each.score for text in texts if (each := guess(text)) is not None}
    sure = sum(score == SURE for score in found.values())
    enough = len(texts) > 1 and (sure > 1 or (sure and len(found) > 1))
    return sum(found.values()) if enough else 0


def suggested(columns: Sequence[str]) -> tuple[Suggestion, ...]:
    """Suggest at most one column for each field and one field for each column, the surest first."""
    guesses = [(each, heading) for heading in columns if (each := guess(heading)) is not None]
    guesses.sort(key=lambda pair: (-pair[0].score, pair[0].rank))
    chosen: dict[str, Suggestion] = {}
    for each, heading in guesses:
        if each.field not in chosen:
            chosen[each.field] = Suggestion(each.field, heading, each.score, each.reason)
    return tuple(chosen.values())


def without_asking(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return a mapping that needs nobody's word: known headings alone; empty where something is open.

    Open is what identifies a finding: where no known heading says it, or several do; or nothing names it.
    """
    sure = _sure(columns)
    if missing(sure) or not any(name in sure for name in NAMES) or len(_identifiers(columns)) > 1:
        return {}
    return sure


def open_question(columns: Sequence[str]) -> str:
    """Say why a table cannot be taken without asking."""
    sure = _sure(columns)
    if lacks := missing(sure):
        return lacks
    if not any(name in sure for name in NAMES):
        return "no known heading names a finding (title or description)"
    return f"several columns could identify a finding ({', '.join(_identifiers(columns))})"


def lacking(columns: Sequence[str]) -> str:
    """Return the field that has to be given a column before a table can be taken: `id` or `title`."""
    sure = _sure(columns)
    return "title" if not missing(sure) and not any(name in sure for name in NAMES) else "id"


def _sure(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {each.field: (each.heading,) for each in suggested(columns) if each.score == SURE}


def _identifiers(columns: Sequence[str]) -> list[str]:
    guesses = ((heading, guess(heading)) for heading in columns)
    return [heading for heading, each in guesses if each and each.field == "id" and each.score == SURE]
