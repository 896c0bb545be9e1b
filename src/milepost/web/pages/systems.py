"""Systems: the list of them, adding one, and the overview of one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError
from milepost.domain.item import OPEN_STATUSES
from milepost.domain.rating import Rating
from milepost.records.queries.facets import Facets
from milepost.records.queries.filters import Filter, Sort
from milepost.records.queries.imports import import_rows
from milepost.records.queries.portfolio import Month, attention, by_month, open_by_age
from milepost.records.queries.register import register_page
from milepost.records.queries.systems import DUE_SOON, system_rows
from milepost.web.addresses import place
from milepost.web.charts import age_chart, month_chart
from milepost.web.clock import day_of, today
from milepost.web.forms import SystemForm
from milepost.web.frame import Room, room_of, show
from milepost.web.refusals import told
from milepost.web.register_address import UNRATED
from milepost.work.add_system import NewSystem, add_system

_FIRST = 8
_MONTHS = 8


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs attention: how many, what, and where to see them."""

    count: int
    text: str
    address: str = ""
    urgent: bool = False


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """List the systems with their numbers."""
    rows = system_rows(day_of(request).as_of)
    return show(request, "systems.html", "Systems", {"rows": rows, "due_soon": DUE_SOON}, section="systems")


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
    """Show how a system stands."""
    room = room_of(request, system_id)
    as_of = room.day.as_of
    urgent = register_page(system_id, Filter(), Sort(), as_of=as_of, size=_FIRST)
    months = _from_the_first(by_month(system_id, as_of, _MONTHS))
    ages = open_by_age(system_id, as_of)
    content = {
        "numbers": urgent.facets,
        "rows": [row for row in urgent.rows if row.due_on is not None],
        "matters": _matters(room, urgent.facets),
        "ages": ages,
        "age_chart": age_chart(ages),
        "months": months,
        "month_chart": month_chart(months),
        "imports": import_rows(room.system.name, limit=5),
        "ratings": list(Rating),
        "due_soon": DUE_SOON,
        "open_statuses": OPEN_STATUSES,
    }
    return show(request, "overview.html", room.system.name, content, room=room, section="overview")


def _from_the_first(months: list[Month]) -> list[Month]:
    """Leave out the months before anything was recorded."""
    begun = [place for place, month in enumerate(months) if month.opened or month.closed or month.open_at_end]
    return months[min(begun[0], len(months) - 3) :] if begun else months[-3:]


def _matters(room: Room, facets: Facets) -> list[Matter]:
    """Return what needs attention, the urgent first; nothing that does not."""
    waiting = attention(room.system.id, room.day.as_of)
    found = (
        Matter(facets.overdue, "overdue", room.address("register", due="overdue"), urgent=True),
        Matter(facets.due_within, f"due within {DUE_SOON} days", room.address("register", due=str(DUE_SOON))),
        Matter(
            facets.closure_candidates,
            "no longer seen: verify and close",
            room.address("register", candidates="yes"),
        ),
        Matter(
            waiting.unrated, "not rated yet, hence without a date", room.address("register", rating=UNRATED)
        ),
        Matter(waiting.vendor_checks, "waiting for a vendor who was not asked for 30 days"),
        Matter(waiting.pending_deviations, "waiting for the decision on a deviation"),
        Matter(
            waiting.unanswered_imports, "imported without a finding: clean, or not?", room.address("imports")
        ),
    )
    return [matter for matter in found if matter.count]
