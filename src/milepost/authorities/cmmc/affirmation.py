"""When the Affirming Official has to affirm in SPRS: at each status, after a closeout, yearly (170.22)."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from milepost.authorities.cmmc.rules import RULES, Level
from milepost.authorities.cmmc.validity import years_later


class Affirmation(NamedTuple):
    """An affirmation that is due, and what for."""

    due: date
    occasion: str


def affirmations(
    level: Level, status_date: date, *, conditional: bool, final: bool, closed_on: date | None = None
) -> tuple[Affirmation, ...]:
    """Return the affirmations that a status asks for until the next assessment, in order.

    `closed_on` is the day of the closeout that turned a Conditional status into a Final one. Level 1 is
    assessed anew each year, so its only affirmation is that of the status; without any status nothing is due.
    """
    return tuple(_due(level, status_date, conditional=conditional, final=final, closed_on=closed_on))


def _due(
    level: Level, status_date: date, *, conditional: bool, final: bool, closed_on: date | None
) -> Iterator[Affirmation]:
    if conditional or closed_on is not None:
        yield Affirmation(status_date, "Conditional status")
    if not final:
        return
    if closed_on is None:
        yield Affirmation(status_date, "Final status")
    else:
        yield Affirmation(closed_on, "Final status after the closeout")
    for year in range(1, RULES.levels[level].validity_years):
        yield Affirmation(years_later(status_date, year), "annual affirmation of continuing compliance")
