"""The register of a system: filtered, sorted and paged by its address alone."""

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.domain.item import CLOSED_STATUSES, OPEN_STATUSES, ItemKind, ItemStatus
from milepost.domain.rating import Rating
from milepost.records.queries.facets import Facets
from milepost.records.queries.filters import Filter, SortKey
from milepost.records.queries.register import register_page
from milepost.records.queries.systems import DUE_SOON
from milepost.web.frame import Room, room_of, show
from milepost.web.register_address import ANY, DAYS, UNRATED, Asked, asked_by, chips

_COLUMNS: Final = {
    "Item": SortKey.NUMBER,
    "Weakness": None,
    "Rating": SortKey.SEVERITY,
    "Status": None,
    "Due": SortKey.DUE,
    "Detected": SortKey.DETECTED,
    "Assets": None,
}
_ALWAYS: Final = frozenset({Rating.HIGH, Rating.MODERATE, Rating.LOW, Rating.NONE})
"""Ratings that can be chosen though no item has them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: the address that sorts by it, and how it is sorted now in ARIA's words."""

    name: str
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class View:
    """One of the views that people need most."""

    name: str
    count: int | None
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to filter by, with how many items it would find."""

    value: str
    text: str
    count: int
    chosen: bool


@require_safe
def register(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show a page of the register."""
    room = room_of(request, system_id)
    asked = asked_by(request.GET)
    page = register_page(system_id, asked.wanted, asked.sort, asked.cursor, as_of=room.day.as_of)
    content = {
        "page": page,
        "asked": asked,
        "headings": [_heading(room, asked, name, key) for name, key in _COLUMNS.items()],
        "views": _views(room, asked, page.facets),
        "chips": [(chip.text, _address(room, asked.narrowed(chip.without))) for chip in chips(asked.wanted)],
        "statuses": _statuses(asked.wanted, page.facets),
        "ratings": _ratings(asked.wanted, page.facets),
        "kinds": _kinds(asked.wanted, page.facets),
        "days": DAYS,
        "next": _address(room, asked, cursor=page.next) if page.next else "",
        "previous": _address(room, asked, cursor=page.previous) if page.previous else "",
        "first": _address(room, asked) if page.previous else "",
        "plain": room.address("register"),
    }
    title = f"Register of {room.system.name}"
    return show(request, "register.html", title, content, room=room, section="register")


def _address(room: Room, asked: Asked, **changes: str) -> str:
    day = {"as_of": room.day.as_of.isoformat()} if room.day.chosen else {}
    query = asked.query(**changes, **day)
    bare = room.address("register").partition("?")[0]
    return f"{bare}?{query}" if query else bare


def _heading(room: Room, asked: Asked, name: str, key: SortKey | None) -> Heading:
    if key is None:
        return Heading(name, "", "")
    sorted_now = "descending" if asked.sort.descending else "ascending"
    return Heading(
        name, _address(room, asked.sorted_by(key)), sorted_now if asked.sort.key is key else "none"
    )


def _views(room: Room, asked: Asked, facets: Facets) -> list[View]:
    """Return the standing views; searches stay what they are in each."""
    kept = Filter(text=asked.wanted.text, asset=asked.wanted.asset)
    views = (
        ("Open", facets.open, kept),
        ("Overdue", facets.overdue, replace(kept, overdue=True)),
        (f"Due in {DUE_SOON} days", facets.due_within, replace(kept, due_within=DUE_SOON)),
        ("Closure candidates", facets.closure_candidates, replace(kept, closure_candidates=True)),
        ("Closed", facets.closed, replace(kept, statuses=CLOSED_STATUSES)),
        ("All", None, replace(kept, statuses=frozenset())),
    )
    return [
        View(
            name, _shown(asked, count, wanted), _address(room, asked.narrowed(wanted)), asked.wanted == wanted
        )
        for name, count, wanted in views
    ]


def _shown(asked: Asked, count: int | None, wanted: Filter) -> int | None:
    """Leave out the count of days where the list counts with another number of days."""
    other_days = asked.wanted.due_within not in {None, DUE_SOON}
    return None if other_days and wanted.due_within is not None else count


def _statuses(wanted: Filter, facets: Facets) -> list[Choice]:
    chosen = set() if wanted.statuses == OPEN_STATUSES else wanted.statuses
    found = [
        Choice(
            status, status.replace("_", " ").capitalize(), facets.statuses.get(status, 0), status in chosen
        )
        for status in ItemStatus
    ]
    some = [choice for choice in found if choice.count or choice.chosen]
    return [*some, Choice(ANY, "Any status", sum(facets.statuses.values()), not wanted.statuses)]


def _ratings(wanted: Filter, facets: Facets) -> list[Choice]:
    return [
        Choice(
            rating or UNRATED, rating or "Not rated", facets.ratings.get(rating, 0), rating in wanted.ratings
        )
        for rating in Rating
        if rating in _ALWAYS or rating in wanted.ratings or facets.ratings.get(rating)
    ]


def _kinds(wanted: Filter, facets: Facets) -> list[Choice]:
    return [
        Choice(kind, kind.capitalize(), facets.kinds.get(kind, 0), kind in wanted.kinds) for kind in ItemKind
    ]
