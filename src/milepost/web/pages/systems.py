"""Systems: the portfolio of all of them, adding one, and the dashboard of one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError, RecordMissing
from milepost.domain.item import DeviationState
from milepost.domain.rating import Rating
from milepost.records.queries.facets import Facets
from milepost.records.queries.filters import Filter, Sort
from milepost.records.queries.imports import latest_imports
from milepost.records.queries.register import register_page
from milepost.records.queries.systems import DUE_SOON
from milepost.web.addresses import place
from milepost.web.clock import day_of, today
from milepost.web.dashboard import Counted, counted, moving, present, promised, systems_by_risk
from milepost.web.downloads import csv_file, file_name
from milepost.web.forms import SystemForm
from milepost.web.frame import Room, room_of, show
from milepost.web.panels.panel import Panel, as_csv
from milepost.web.panels.promises import AHEAD, endings
from milepost.web.refusals import told
from milepost.web.register_address import UNRATED
from milepost.work.add_system import NewSystem, add_system
from milepost.work.terms import known_authorities

_FIRST = 8
_ENDINGS = 5


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs attention: how many, what, and where to see them."""

    count: int
    text: str
    address: str = ""
    urgent: bool = False


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """Show the portfolio: all systems with their numbers."""
    rows, panel = systems_by_risk(day_of(request).as_of)
    totals = [sum(getattr(row.counts, name) for row in rows) for name in ("open", "overdue", "due_soon")]
    content = {
        "rows": rows,
        "titles": {each.name: each.title for each in known_authorities()},
        "panel": panel,
        "totals": totals,
        "due_soon": DUE_SOON,
    }
    return show(request, "systems.html", "Systems", content, section="systems")


@require_safe
def portfolio_csv(request: HttpRequest) -> HttpResponse:
    """Give the numbers of all systems as CSV."""
    as_of = day_of(request).as_of
    return csv_file(as_csv(systems_by_risk(as_of)[1].table), file_name("Systems", "portfolio", as_of, "csv"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_system(request: HttpRequest) -> HttpResponse:
    """Add a system."""
    form = SystemForm(request.POST or None, initial={"item_prefix": "V-"})
    if request.method == "POST" and form.is_valid():
        try:
            added = add_system(NewSystem(**form.cleaned_data), as_of=today(form.cleaned_data["time_zone"]))
        except MilepostError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, f"{added.name} is added. Import its first scan.")
            return HttpResponseRedirect(place("overview", added.pk))
    return show(request, "new_system.html", "Add a system", {"form": form})


@require_safe
def overview(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show the dashboard of a system: how it stands, how it moves, what comes next."""
    room = room_of(request, system_id)
    as_of = room.day.as_of
    urgent = register_page(system_id, Filter(), Sort(), as_of=as_of, size=_FIRST)
    numbers = counted(system_id, as_of, urgent.facets.overdue)
    ending = [each for each in endings(numbers.commitments.asked, as_of) if each.left <= AHEAD]
    content = {
        "numbers": urgent.facets,
        "rows": [row for row in urgent.rows if row.due_on is not None],
        "matters": _matters(room, urgent.facets, numbers),
        "present": present(numbers),
        "moving": moving(numbers),
        "promised": promised(numbers),
        "endings": ending[:_ENDINGS],
        "imports": latest_imports(system_id, room.system.time_zone, 5),
        "due_soon": DUE_SOON,
    }
    return show(request, "overview.html", room.system.name, content, room=room, section="overview")


@require_safe
def panel_csv(request: HttpRequest, system_id: int, name: str) -> HttpResponse:
    """Give the numbers of a panel as CSV.

    Raises:
        RecordMissing: there is no such panel.
    """
    room = room_of(request, system_id)
    as_of = room.day.as_of
    overdue = register_page(system_id, Filter(), Sort(), as_of=as_of, size=1).facets.overdue
    panel = _panel(counted(system_id, as_of, overdue), name)
    return csv_file(as_csv(panel.table), file_name(room.system.name, name, as_of, "csv"))


def _panel(numbers: Counted, name: str) -> Panel:
    for each in (*present(numbers), *moving(numbers), *promised(numbers)):
        if each.name == name:
            return each
    raise RecordMissing("there is no such chart", fix="choose one on the overview")


def _matters(room: Room, facets: Facets, numbers: Counted) -> list[Matter]:
    """Return what needs attention, the urgent first; nothing that does not."""
    asked = numbers.commitments.asked
    found = (
        Matter(facets.overdue, "overdue", room.address("register", due="overdue"), urgent=True),
        Matter(facets.due_within, f"due within {DUE_SOON} days", room.address("register", due=str(DUE_SOON))),
        Matter(
            facets.closure_candidates,
            "no longer seen: verify and close",
            room.address("register", candidates="yes"),
        ),
        Matter(
            facets.ratings.get(Rating.NONE, 0),
            "not rated yet, hence without a date",
            room.address("register", rating=UNRATED),
        ),
        Matter(
            sum(each.unasked for each in numbers.standing.exposures),
            "waiting for a vendor who was not asked for 30 days",
        ),
        Matter(
            sum(each.requests for each in asked if each.state == DeviationState.PENDING),
            "waiting for the decision on a deviation or an accepted risk",
        ),
        Matter(
            numbers.commitments.unanswered_imports,
            "imported without a finding: clean, or not?",
            room.address("imports"),
        ),
    )
    return [matter for matter in found if matter.count]
