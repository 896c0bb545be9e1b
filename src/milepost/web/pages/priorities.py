"""The priorities of a system: its open items in the order in which to work on them, each with its reason."""

import re
from collections import Counter
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.domain.priority import Effort
from milepost.domain.scale import Level
from milepost.web.frame import Room, room_of, show
from milepost.work.risk.prioritise_items import prioritise_items

_SHOWN: Final = 50
_PROBLEMS_SHOWN: Final = 20
_EFFORTS: Final = {
    Effort.DAY: "A day",
    Effort.WEEK: "A week",
    Effort.PROJECT: "Longer",
    Effort.UNKNOWN: "Unknown",
}
_ALWAYS: Final = frozenset({Level.HIGH, Level.MODERATE, Level.LOW})
_TINTS: Final = 4


class Cell(NamedTuple):
    """A number of items; `tint` says how dark it is drawn, from 0 for none to the darkest for the most."""

    number: int
    tint: int


class GridRow(NamedTuple):
    """The items of one level of risk, by effort."""

    name: str
    cells: tuple[Cell, ...]
    total: int


@require_safe
def priorities(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show a page of the order."""
    room = room_of(request, system_id)
    page = _page(request)
    first = (page - 1) * _SHOWN + 1
    found = prioritise_items(room.system.name, as_of=room.day.as_of, first=first, most=_SHOWN)
    content = {
        "found": found,
        "efforts": list(_EFFORTS.values()),
        "grid": _grid(found.counts),
        "last": first + len(found.lines) - 1,
        "first": first,
        "problems": found.problems[:_PROBLEMS_SHOWN],
        "previous": _address(room, page - 1) if page > 1 else "",
        "next": _address(room, page + 1) if found.total >= first + _SHOWN else "",
        "beginning": _address(room, 1),
    }
    title = f"Priorities of {room.system.name}"
    return show(request, "priorities.html", title, content, room=room, section="priorities")


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,5}", asked) else 1


def _address(room: Room, page: int) -> str:
    return room.address("priorities", page=str(page) if page > 1 else "")


def _grid(counts: Counter[tuple[Level | None, Effort]]) -> list[GridRow]:
    """Lay out items by risk, the worst first, and by effort, the least first."""
    most = max(counts.values(), default=0)
    rows = [_row(level, counts, most) for level in (*reversed(Level), None)]
    return [row for row in rows if row.total or row.name in _ALWAYS]


def _row(level: Level | None, counts: Counter[tuple[Level | None, Effort]], most: int) -> GridRow:
    numbers = [counts[level, effort] for effort in _EFFORTS]
    cells = tuple(Cell(number, -(-number * _TINTS // most) if most else 0) for number in numbers)
    return GridRow(level or "Not rated", cells, sum(numbers))
