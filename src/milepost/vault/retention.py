"""When evidence may go: not before its retention is over, and not while it is on legal hold."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.ruling import Citation, Ruling

LEGAL_HOLD: Final = Citation("Federal Rules of Civil Procedure", "Rule 37(e)")
"""The rule by which what may matter in a dispute is kept."""
NO_RULE: Final = Citation("Milepost", "evidence that no retention rule covers")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept: the class by name, its last day (None: no end is set), and its source."""

    name: str
    until: date | None
    citation: Citation


def may_go(retention: Retention, *, hold: str, as_of: date) -> Ruling:
    """Rule on whether evidence may be removed; `hold` is the reason of a legal hold, or empty."""
    if hold:
        return Ruling(
            allowed=False,
            reason=f"it is on legal hold: {hold}",
            citation=LEGAL_HOLD,
            way_out="release the hold first, with a reason: milepost evidence release",
        )
    if retention.until is not None and as_of <= retention.until:
        return Ruling(
            allowed=False,
            reason=f"it is kept until {retention.until:%Y-%m-%d} ({retention.name})",
            citation=retention.citation,
            way_out=f"remove it after {retention.until:%Y-%m-%d}, or add a new version beside it",
        )
    return Ruling(allowed=True, reason="nothing asks for it to be kept", citation=retention.citation)


def years_after(day: date, years: int) -> date:
    """Return the day some years later; a year from 29 February ends on the 28th where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
