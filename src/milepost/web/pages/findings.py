"""Reporting one finding that a person made: its form, and where it leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError
from milepost.domain.item import SourceKind
from milepost.web.clock import today
from milepost.web.forms import FindingForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.refusals import told
from milepost.work.importing.report_finding import ReportedFinding, report_finding


@require_http_methods(["GET", "HEAD", "POST"])
def new_finding(request: HttpRequest, system_id: int) -> HttpResponse:
    """Take a finding in, and lead to the item that it opened."""
    room = room_of(request, system_id)
    form = FindingForm(request.POST or None, initial={"found_on": today(room.system.time_zone)})
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_taken(request, room, form))
        except MilepostError as error:
            form.add_error(None, told(error))
    crumbs = (Crumb("Register", room.address("register")),)
    title = "Report a finding"
    return show(
        request, "new_finding.html", title, {"form": form}, room=room, section="register", crumbs=crumbs
    )


def _taken(request: HttpRequest, room: Room, form: FindingForm) -> str:
    given = form.cleaned_data
    new = ReportedFinding(
        system=room.system.name, **{**given, "source_kind": SourceKind(given["source_kind"])}
    )
    reported = report_finding(new, as_of=today(room.system.time_zone))
    number = reported.report.number
    if reported.items:
        messages.success(request, f"{reported.items[0]} is open; the finding is import {number}.")
        return room.address("item", reported.items[0])
    messages.info(request, "The finding is in the register; it opened no item.")
    return room.address("import", number)
