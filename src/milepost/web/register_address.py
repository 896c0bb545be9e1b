"""The register's filter and order as its address writes them, so that a view can be kept and sent."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from milepost.domain.errors import WrongUse
from milepost.domain.item import OPEN_STATUSES, ItemKind, ItemStatus
from milepost.domain.rating import Rating
from milepost.records.queries.filters import Filter, Sort, SortKey, sort_named

ANY: Final = "any"
UNRATED: Final = "unrated"
DAYS: Final = (7, 30, 60, 90)
"""How far ahead the page offers to look for due items."""
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the register asks for."""

    wanted: Filter
    sort: Sort
    cursor: str

    def query(self, **changes: str) -> str:
        """Return the query of an address that asks for the same but for some parts; empty ones fall away."""
        parts = _written(self.wanted)
        if self.sort != Sort():
            parts["sort"] = [self.sort.name]
        for name, value in changes.items():
            parts[name] = [value]
        return urlencode([(name, value) for name, values in parts.items() for value in values if value])

    def narrowed(self, wanted: Filter) -> "Asked":
        """Return the same order from its beginning with another filter."""
        return replace(self, wanted=wanted, cursor="")

    def sorted_by(self, key: SortKey) -> "Asked":
        """Return the address behind a column's heading: that order, or turned if it is in it already."""
        turned = self.sort.key is key
        sort = self.sort.turned() if turned else Sort(key, descending=key is SortKey.SEVERITY)
        return replace(self, sort=sort, cursor="")


class Chip(NamedTuple):
    """A part of the filter in words, and the filter without it."""

    text: str
    without: Filter


def asked_by(query: QueryDict) -> Asked:
    """Read what an address asks for.

    Raises:
        WrongUse: a part of it means nothing to the register.
    """
    statuses = query.getlist("status")
    wanted = Filter(
        statuses=_statuses(statuses),
        ratings=frozenset(
            _word(Rating, "" if text == UNRATED else text, "rating") for text in query.getlist("rating")
        ),
        kinds=frozenset(_word(ItemKind, text, "kind") for text in query.getlist("kind")),
        overdue=query.get("due") == "overdue",
        due_within=_days(query.get("due", "")),
        closure_candidates=query.get("candidates") == "yes",
        text=query.get("q", "").strip(),
        asset=query.get("asset", "").strip(),
    )
    return Asked(wanted, sort_named(query.get("sort") or Sort().name), query.get("cursor", ""))


def chips(wanted: Filter) -> list[Chip]:
    """Return what narrows a list, part by part."""
    found = []
    if wanted.text:
        found.append(Chip(f"Text: {wanted.text}", replace(wanted, text="")))
    if wanted.asset:
        found.append(Chip(f"Asset: {wanted.asset}", replace(wanted, asset="")))
    if wanted.overdue:
        found.append(Chip("Overdue", replace(wanted, overdue=False)))
    if wanted.due_within is not None:
        found.append(Chip(f"Due within {wanted.due_within} days", replace(wanted, due_within=None)))
    if wanted.closure_candidates:
        found.append(Chip("Closure candidates", replace(wanted, closure_candidates=False)))
    found.extend(
        Chip(rating or "Not rated", replace(wanted, ratings=wanted.ratings - {rating}))
        for rating in sorted(wanted.ratings)
    )
    found.extend(
        Chip(kind.capitalize(), replace(wanted, kinds=wanted.kinds - {kind})) for kind in sorted(wanted.kinds)
    )
    if wanted.statuses != OPEN_STATUSES:
        found.extend(_status_chips(wanted))
    return found


def _status_chips(wanted: Filter) -> list[Chip]:
    if not wanted.statuses:
        return [Chip("Any status", replace(wanted, statuses=OPEN_STATUSES))]
    return [
        Chip(
            status.replace("_", " ").capitalize(),
            replace(wanted, statuses=(wanted.statuses - {status}) or OPEN_STATUSES),
        )
        for status in sorted(wanted.statuses)
    ]


def _written(wanted: Filter) -> dict[str, list[str]]:
    statuses = [str(status) for status in sorted(wanted.statuses)] or [ANY]
    due = "overdue" if wanted.overdue else str(wanted.due_within) if wanted.due_within is not None else ""
    return {
        "q": [wanted.text],
        "asset": [wanted.asset],
        "status": [] if wanted.statuses == OPEN_STATUSES else statuses,
        "rating": [rating or UNRATED for rating in sorted(wanted.ratings)],
        "kind": sorted(wanted.kinds),
        "due": [due],
        "candidates": ["yes" if wanted.closure_candidates else ""],
    }


def _statuses(texts: list[str]) -> frozenset[ItemStatus]:
    if not texts:
        return OPEN_STATUSES
    return frozenset() if ANY in texts else frozenset(_word(ItemStatus, text, "status") for text in texts)


def _word(words: type[_Word], text: str, where: str) -> _Word:
    if text not in set(words):
        raise WrongUse(f"{text[:40]!r} is no {where}", where=where, fix="choose one that the page offers")
    return words(text)


def _days(text: str) -> int | None:
    if text in {"", "overdue"}:
        return None
    if not re.fullmatch("[0-9]{1,4}", text):
        raise WrongUse(f"{text[:40]!r} is no number of days", where="due", fix="use 0 to 9999, or overdue")
    return int(text)
