"""Imports: the list, upload, preview and decision, what one found out, and taking it back."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError, RecordMissing
from milepost.domain.item import SourceKind
from milepost.domain.matching import Outcome
from milepost.records.queries.imports import SHOWN, ImportDetail, import_detail, import_rows
from milepost.scanners.archives import CONTAINERS, kind_of
from milepost.web import uploads
from milepost.web.forms import UploadForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.pages import bundles, tables, waiting
from milepost.web.refusals import told
from milepost.work.import_report import ImportReport, WeaknessLine
from milepost.work.import_scan import import_scan
from milepost.work.undo_import import undo_import

_LISTED: Final = 200
_OUTCOMES: Final = (
    *(Outcome.NEW, Outcome.REAPPEARED, Outcome.CHANGED),
    *(Outcome.MISSING, Outcome.NOT_RETESTED, Outcome.PERSISTING),
)


@dataclass(frozen=True, slots=True)
class Section:
    """The weaknesses of one outcome: how many, and the first of them."""

    outcome: Outcome
    count: int
    lines: tuple[WeaknessLine, ...]


@require_safe
def imports(request: HttpRequest, system_id: int) -> HttpResponse:
    """List the imports of a system."""
    room = room_of(request, system_id)
    content = {"rows": import_rows(room.system.name, limit=_LISTED), "most": _LISTED}
    return show(
        request, "imports.html", f"Imports into {room.system.name}", content, room=room, section="imports"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest, system_id: int) -> HttpResponse:
    """Take a file and lead to its preview; a refused file leads back with the reason."""
    room = room_of(request, system_id)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            return HttpResponseRedirect(_previewed(room, form))
        except MilepostError as error:
            form.add_error("file", told(error))
    crumbs = (Crumb("Imports", room.address("imports")),)
    content = {"form": form}
    return show(
        request, "new_import.html", "Import findings", content, room=room, section="imports", crumbs=crumbs
    )


def _previewed(room: Room, form: UploadForm) -> str:
    """Keep what was uploaded, and find out what importing it would do; return where that is shown."""
    asked = form.cleaned_data
    wishes = uploads.Wishes(
        asked["scanned_on"], asked["asset"], SourceKind(asked["source_kind"] or "scan"), asked["detector"]
    )
    received = uploads.received(asked["file"])
    try:
        return _shown_at(room, received, wishes)
    except BaseException:
        uploads.discard(*(each.token for each in received))
        raise


def _shown_at(room: Room, received: list[uploads.Received], wishes: uploads.Wishes) -> str:
    first = received[0]
    if len(received) > 1 or kind_of(uploads.file_of(first.token)) in CONTAINERS:
        bundles.preview_together(room, received, wishes)
        return room.address("bundle_preview", first.token)
    if tables.ask(room, first, wishes):
        return room.address("columns", first.token)
    waiting.preview_alone(room, first, wishes)
    return room.address("preview", first.token)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, system_id: int, token: str) -> HttpResponse:
    """Show what an import would do; on a decision, do it or forget the file."""
    room = room_of(request, system_id)
    kept = uploads.recall(token, system_id, uploads.Waiting)
    if request.method == "POST":
        return _decided(request, room, token, kept)
    content = {
        "waiting": kept,
        "token": token,
        "report": kept.report,
        "sections": _sections(kept.report),
        "shown": SHOWN,
    }
    crumbs = (Crumb("Imports", room.address("imports")),)
    title = f"Preview of {kept.file_name}"
    return show(request, "preview.html", title, content, room=room, section="imports", crumbs=crumbs)


def _decided(request: HttpRequest, room: Room, token: str, kept: uploads.Waiting) -> HttpResponse:
    if request.POST.get("decision") != "import":
        uploads.discard(token)
        messages.info(request, f"{kept.file_name} was not imported; nothing changed.")
        return HttpResponseRedirect(room.address("imports"))
    report = import_scan(waiting.order(room, token, kept, clean=request.POST.get("clean") == "yes"))
    uploads.discard(token)
    if report.already_imported:
        messages.info(request, f"{kept.file_name} was imported before; nothing changed.")
    else:
        messages.success(request, f"{kept.file_name} is imported.")
    return HttpResponseRedirect(room.address("import", report.number))


def _sections(report: ImportReport) -> list[Section]:
    """Sort what a report says of weaknesses by outcome, what needs a look first."""
    return [
        Section(outcome, count, tuple(line for line in report.lines if line.outcome == outcome)[:SHOWN])
        for outcome in _OUTCOMES
        if (count := report.weaknesses.get(outcome, 0))
    ]


@require_safe
def import_page(request: HttpRequest, system_id: int, number: int) -> HttpResponse:
    """Show what an import found out."""
    room = room_of(request, system_id)
    detail = _detail(system_id, number)
    ordered = sorted(detail.groups, key=lambda group: _OUTCOMES.index(group.outcome))
    content = {"detail": detail, "row": detail.row, "sections": ordered, "shown": SHOWN}
    crumbs = (Crumb("Imports", room.address("imports")),)
    title = f"Import {number}: {detail.row.file_name}"
    return show(request, "import.html", title, content, room=room, section="imports", crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, system_id: int, number: int) -> HttpResponse:
    """Ask whether an import is to be taken back, and take it back."""
    room = room_of(request, system_id)
    detail = _detail(system_id, number)
    refusal = None
    if request.method == "POST":
        try:
            undone = undo_import(number)
        except MilepostError as error:
            refusal = error
        else:
            gone = f" Items removed with it: {', '.join(undone.items[:20])}." if undone.items else ""
            messages.success(request, f"Import {number} ({undone.file_name}) is taken back.{gone}")
            return HttpResponseRedirect(room.address("imports"))
    crumbs = (
        Crumb("Imports", room.address("imports")),
        Crumb(f"Import {number}", room.address("import", number)),
    )
    content = {"row": detail.row, "refusal": refusal}
    title = f"Undo import {number}"
    page = show(request, "undo.html", title, content, room=room, section="imports", crumbs=crumbs)
    page.status_code = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return page


def _detail(system_id: int, number: int) -> ImportDetail:
    """Return an import of this system; those of others do not exist here."""
    detail = import_detail(number)
    if detail.system_id != system_id:
        raise RecordMissing(f"there is no import {number}", fix="choose one from the list of imports")
    return detail
