"""Reports of a system as downloads, and the CMMC score of an assessment that is uploaded for nothing else."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError, StateConflict
from milepost.records.queries.systems import item_count
from milepost.reports.kinds import KINDS
from milepost.web.downloads import file_name
from milepost.web.frame import Room, room_of, show
from milepost.web.refusals import told
from milepost.web.report_forms import ReportForm
from milepost.work.reporting.write_report import Wish, write_report

MOST: Final = 5_000
"""Items up to which a page writes reports and packages; more would keep the server from others too long."""
_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


def check_size(room: Room, command: str) -> None:
    """Refuse what would take minutes.

    Raises:
        StateConflict: the register is too large for a page; the command is named.
    """
    items = item_count(room.system.id)
    if items > MOST:
        what = f"{items:,} items are too many to be written while a page waits"
        raise StateConflict(what, fix=f"use the command line: {command}")


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, system_id: int) -> HttpResponseBase:
    """Offer the reports, and write the chosen one."""
    room = room_of(request, system_id)
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm(initial={"kind": "poam"})
    if form.is_bound and form.is_valid():
        try:
            return _download(room, form, "html" if request.POST.get("form") == "html" else "pdf")
        except MilepostError as error:
            form.add_error(None, told(error))
    content = {"form": form, "kinds": KINDS.values(), "kind": form["kind"].value()}
    title = f"Reports of {room.system.name}"
    return show(request, "reports.html", title, content, room=room, section="reports")


def _download(room: Room, form: ReportForm, ending: str) -> FileResponse:
    """Write a report into a folder of its own, which is gone when the answer has been read."""
    kind, asked = form.cleaned_data["kind"], form.cleaned_data
    check_size(room, f"milepost report {kind}")
    with TemporaryDirectory(prefix="milepost-report-") as folder:
        out = Path(folder) / f"report.{ending}"
        written = write_report(
            Wish(
                kind=kind,
                system=room.system.name,
                out=out,
                as_of=room.day.as_of,
                period=asked["period"].strip(),
                item=asked["item"].strip(),
                marking=asked["marking"].strip(),
            )
        )
        file = out.open("rb")
    name = file_name(room.system.name, kind, written.as_of, ending)
    return FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[ending])
