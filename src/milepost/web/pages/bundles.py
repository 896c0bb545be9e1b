"""Files that came together: preview and decision, what became of each, and taking all of them back."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError, RecordMissing
from milepost.records.queries.imports import BundleDetail, bundle_detail
from milepost.scanners.archives import Given, taken
from milepost.settings import variables
from milepost.web import uploads
from milepost.web.clock import now, today
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.work.import_scan import Order
from milepost.work.importing.import_bundle import BundleReport, import_bundle
from milepost.work.undo_import import undo_bundle


def preview_together(room: Room, received: Sequence[uploads.Received], wishes: uploads.Wishes) -> None:
    """Find out what importing files together would do, and keep that under the first one's token."""
    more = len(received) - 1
    name = received[0].name + (f" and {more} more" if more else "")
    nothing = BundleReport(None, name, ())
    waiting = uploads.WaitingBundle(room.system.id, name, tuple(received), wishes, now(), nothing)
    report = _imported(room, waiting, dry_run=True)
    uploads.remember(received[0].token, replace(waiting, report=report))


def _imported(
    room: Room, waiting: uploads.WaitingBundle, *, dry_run: bool = False, clean: bool = False
) -> BundleReport:
    given = [Given(uploads.file_of(each.token), each.name) for each in waiting.files]
    order = Order(
        path=given[0].path,
        system=room.system.name,
        as_of=today(room.system.time_zone),
        scanned_on=waiting.wishes.scanned_on,
        asset=waiting.wishes.asset,
        source_kind=waiting.wishes.source_kind,
        detector=waiting.wishes.detector,
        clean=clean,
        dry_run=dry_run,
    )
    with taken(given, variables.home() / "unpacked") as found:
        return import_bundle(waiting.name, found, order)


@require_http_methods(["GET", "HEAD", "POST"])
def bundle_preview(request: HttpRequest, system_id: int, token: str) -> HttpResponse:
    """Show what importing files together would do; on a decision, do it or forget them."""
    room = room_of(request, system_id)
    waiting = uploads.recall(token, system_id, uploads.WaitingBundle)
    if request.method == "POST":
        return _decided(request, room, waiting)
    content = {"waiting": waiting, "report": waiting.report}
    title = f"Preview of {waiting.name}"
    crumbs = (Crumb("Imports", room.address("imports")),)
    return show(request, "bundle_preview.html", title, content, room=room, section="imports", crumbs=crumbs)


def _decided(request: HttpRequest, room: Room, waiting: uploads.WaitingBundle) -> HttpResponse:
    tokens = [each.token for each in waiting.files]
    if request.POST.get("decision") != "import":
        uploads.discard(*tokens)
        messages.info(request, f"{waiting.name} was not imported; nothing changed.")
        return HttpResponseRedirect(room.address("imports"))
    report = _imported(room, waiting, clean=request.POST.get("clean") == "yes")
    uploads.discard(*tokens)
    if report.number is None or not report.new:
        messages.info(request, f"Nothing in {waiting.name} is new and readable; nothing changed.")
        return HttpResponseRedirect(room.address("imports"))
    messages.success(request, f"{report.new} of {len(report.files)} files of {waiting.name} are imported.")
    return HttpResponseRedirect(room.address("bundle", report.number))


@require_safe
def bundle(request: HttpRequest, system_id: int, number: int) -> HttpResponse:
    """Show what became of files that came together."""
    room = room_of(request, system_id)
    detail = _detail(system_id, number)
    crumbs = (Crumb("Imports", room.address("imports")),)
    return show(
        request, "bundle.html", detail.name, {"detail": detail}, room=room, section="imports", crumbs=crumbs
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, system_id: int, number: int) -> HttpResponse:
    """Ask whether all that came together is to be taken back, and take it back."""
    room = room_of(request, system_id)
    detail = _detail(system_id, number)
    refusal = None
    if request.method == "POST":
        try:
            undone = undo_bundle(number)
        except MilepostError as error:
            refusal = error
        else:
            items = sum(len(each.items) for each in undone)
            what = f"{len(undone)} imports of {detail.name} are taken back, and {items} items with them."
            messages.success(request, what)
            return HttpResponseRedirect(room.address("imports"))
    crumbs = (
        Crumb("Imports", room.address("imports")),
        Crumb(detail.name, room.address("bundle", number)),
    )
    content = {"detail": detail, "refusal": refusal}
    title = f"Undo {detail.name}"
    page = show(request, "undo_bundle.html", title, content, room=room, section="imports", crumbs=crumbs)
    page.status_code = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return page


def _detail(system_id: int, number: int) -> BundleDetail:
    """Return a bundle of this system; those of others do not exist here."""
    detail = bundle_detail(number)
    if detail.system_id != system_id:
        raise RecordMissing(f"there is no bundle {number}", fix="choose one from the list of imports")
    return detail
