"""Listing the items of a system as the command line shows them."""

from collections.abc import Sequence
from datetime import date

from milepost.domain.errors import WrongUse
from milepost.domain.item import OPEN_STATUSES, ItemStatus
from milepost.records.queries.listing import ItemLine, item_lines
from milepost.work import finding_systems

_COMPUTED = ("overdue", "candidate", "any_open")


def list_items(system: str, statuses: Sequence[str], *, as_of: date) -> list[ItemLine]:
    """Return items by number; statuses may be computed ones: overdue, candidate (for closure), any_open.

    Raises:
        WrongUse: a status is not known.
    """
    known = {*ItemStatus, *_COMPUTED}
    for status in statuses:
        if status not in known:
            raise WrongUse(f"{status} is no status", fix=f"use one of {', '.join(sorted(known))}")
    rows = item_lines(finding_systems.by_name(system).pk, as_of)
    return [row for row in rows if not statuses or any(_is(row, status) for status in statuses)]


def _is(row: ItemLine, status: str) -> bool:
    if status == "overdue":
        return row.overdue
    if status == "candidate":
        return row.closure_candidate
    return row.status in OPEN_STATUSES if status == "any_open" else row.status == status
