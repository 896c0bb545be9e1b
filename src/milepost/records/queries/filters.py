"""What a list of items is narrowed to, in which order it runs, and where in it a page begins."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from milepost.domain.errors import WrongUse
from milepost.domain.item import OPEN_STATUSES, ItemKind, ItemStatus
from milepost.domain.rating import Rating

LONGEST_SEARCH = 200
"""Characters of a search text that count; nobody types more."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are wanted; an empty set does not narrow. `text` looks in identifier, title and source id.

    `due_within` is in days from the day of the view, without what is overdue.
    """

    statuses: frozenset[ItemStatus] = field(default=OPEN_STATUSES)
    ratings: frozenset[Rating] = frozenset()
    kinds: frozenset[ItemKind] = frozenset()
    overdue: bool = False
    due_within: int | None = None
    closure_candidates: bool = False
    text: str = ""
    asset: str = ""


class SortKey(StrEnum):
    """What lists can be ordered by."""

    DUE = "due"
    NUMBER = "number"
    SEVERITY = "severity"
    DETECTED = "detected"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order; items of the same key follow each other by their row."""

    key: SortKey = SortKey.DUE
    descending: bool = False

    @property
    def name(self) -> str:
        """The order as an address writes it: `due`, `-due`."""
        return f"-{self.key}" if self.descending else str(self.key)

    def turned(self) -> "Sort":
        """Return the opposite order."""
        return replace(self, descending=not self.descending)


def sort_named(name: str) -> Sort:
    """Return the order that an address names.

    Raises:
        WrongUse: there is no such order.
    """
    key = name.removeprefix("-")
    if key not in set(SortKey):
        raise WrongUse(
            f"{name[:40]!r} is no order of the register", fix=f"sort by one of {', '.join(SortKey)}"
        )
    return Sort(SortKey(key), descending=name.startswith("-"))


_Row = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Number = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]


class Cursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Where a page begins: after (or, going back, before) the item of this key and row, in this order."""

    sort: str
    place: date | _Number
    row: _Row
    back: bool = False

    def written(self) -> str:
        """Return the text that stands in an address."""
        return urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def cursor_from(text: str, sort: Sort) -> Cursor:
    """Read what an address says; it may come from anybody.

    Raises:
        WrongUse: it is no place in this order of the register.
    """
    try:
        cursor = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError) as error:
        raise _no_place() from error
    dated = sort.key in {SortKey.DUE, SortKey.DETECTED}
    if cursor.sort != sort.name or isinstance(cursor.place, date) is not dated:
        raise _no_place()
    return cursor


def _no_place() -> WrongUse:
    return WrongUse("the address does not lead to a page of the register", fix="begin with its first page")
