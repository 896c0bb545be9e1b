"""An item's history as people read it: what was decided together stands together, imports in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from milepost.records.queries.item_history import FieldChange, History, Sight


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to an item at one time: what people decided, or what an import found out.

    `changes` are (field, before, after); `sight` is set where an import looked.
    """

    at: datetime
    person: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    source_import: int | None = None
    sight: Sight | None = None


def moments(history: History) -> list[Moment]:
    """Return the moments of a history, the newest first."""
    sights = (
        Moment(sight.at, "", "", sight.changes, source_import=sight.number, sight=sight)
        for sight in history.sights
    )
    return sorted([*_decisions(history.changes), *sights], key=lambda moment: moment.at, reverse=True)


def _decisions(changes: list[FieldChange]) -> Iterator[Moment]:
    """Put what one person changed for one reason together."""
    for (at, person, reason, source), together in groupby(changes, key=_occasion):
        fields = tuple((change.field, change.before, change.after) for change in together)
        yield Moment(at, person, reason, fields[::-1], source)


def _occasion(change: FieldChange) -> tuple[datetime, str, str, int | None]:
    return change.at, change.person, change.reason, change.source_import
