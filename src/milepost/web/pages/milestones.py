"""The milestones of a system as a timeline and as a list, the late and the slipped ones marked."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.domain.errors import WrongUse
from milepost.records.queries.milestones import PAGE, MilestoneLine, Which, milestone_page
from milepost.reports.milestone_chart import Step, milestone_chart
from milepost.web.frame import Room, room_of, show

_NAMES = {
    Which.PENDING: "Pending",
    Which.LATE: "Late",
    Which.SLIPPED: "Slipped and pending",
    Which.DONE: "Done",
}


@require_safe
def milestones(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show a page of the milestones of open items."""
    room, which = room_of(request, system_id), _which(request)
    number = _page(request)
    page = milestone_page(system_id, which, room.day.as_of, number)
    title = f"Milestones of {room.system.name}"
    steps = [_step(line) for line in page.lines]
    content = {
        "page": page,
        "views": [(_NAMES[each], page.counts[each], _address(room, each), each is which) for each in Which],
        "chart": milestone_chart(title, steps, room.day.as_of) if steps else None,
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(steps),
        "total": page.counts[which],
        "previous": _address(room, which, number - 1) if number > 1 else "",
        "next": _address(room, which, number + 1) if page.more else "",
    }
    return show(request, "milestones.html", title, content, room=room, section="milestones")


def _which(request: HttpRequest) -> Which:
    asked = request.GET.get("show", Which.PENDING)
    if asked not in set(Which):
        raise WrongUse(f"{asked[:40]!r} are no milestones", where="show", fix="use the page's own links")
    return Which(asked)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,5}", asked) else 1


def _address(room: Room, which: Which, page: int = 1) -> str:
    show_only = "" if which is Which.PENDING else str(which)
    return room.address("milestones", show=show_only, page=str(page) if page > 1 else "")


def _step(line: MilestoneLine) -> Step:
    late = line.late > 0 and not line.done
    said = [f"{line.late} d late"] if line.late else []
    said += [f"slipped {line.slipped} d"] if line.slipped else []
    return Step(
        f"{line.item} · {line.number}"[-16:], line.first_due, line.due, line.done_on, late, ", ".join(said)
    )
