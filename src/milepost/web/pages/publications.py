"""Publications for the shelf: upload, preview of the dates that would move, and the decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError
from milepost.vault.names import shown_name
from milepost.web import uploads
from milepost.web.clock import now, today
from milepost.web.forms import PublicationForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.refusals import told
from milepost.work.add_reference import AddedReference, add_reference


@dataclass(frozen=True, slots=True)
class WaitingPublication:
    """A publication that waits for a decision: what it is, and what adding it would do.

    `changed` counts CVEs of which something else would be known, `moved` the open items of all systems with
    another due date, of `items` that were looked at. `again` where it is on the shelf already.
    """

    system_id: int
    file_name: str
    person: str
    previewed_at: datetime
    kind: str
    version: str
    entries: int
    changed: int
    items: int
    moved: int
    again: bool


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, system_id: int) -> HttpResponse:
    """Take a publication and lead to its preview; a refused file leads back with the reason."""
    room = room_of(request, system_id)
    form = PublicationForm(request.POST, request.FILES) if request.method == "POST" else PublicationForm()
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            token = _previewed(room, upload.chunks(), shown_name(upload.name), form.cleaned_data["person"])
        except MilepostError as error:
            form.add_error("file", told(error))
        else:
            return HttpResponseRedirect(room.address("publication", token))
    return show(
        request,
        "add_publication.html",
        "Add a publication",
        {"form": form},
        room=room,
        section="authorities",
        crumbs=_crumbs(room),
    )


def _previewed(room: Room, content: Iterable[bytes], name: str, person: str) -> str:
    """Keep the file, and find out what adding it would do."""
    token = uploads.receive(content)
    try:
        found = _added(room, token, name, person, dry_run=True)
    except BaseException:
        uploads.discard(token)
        raise
    told_of = found.publication
    waiting = WaitingPublication(
        room.system.id,
        name,
        person,
        now(),
        told_of.kind,
        told_of.version,
        told_of.entries,
        found.changed,
        found.items.items,
        found.items.changed,
        found.again,
    )
    uploads.remember(token, waiting)
    return token


def _added(room: Room, token: str, name: str, person: str, *, dry_run: bool = False) -> AddedReference:
    as_of = today(room.system.time_zone)
    return add_reference(uploads.file_of(token), name=name, person=person, as_of=as_of, dry_run=dry_run)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, system_id: int, token: str) -> HttpResponse:
    """Show what adding a publication would do; on a decision, do it or forget the file."""
    room = room_of(request, system_id)
    waiting = uploads.recall(token, system_id, WaitingPublication)
    if request.method == "POST":
        return _decided(request, room, token, waiting)
    title = f"Preview of {waiting.file_name}"
    return show(
        request,
        "publication.html",
        title,
        {"waiting": waiting},
        room=room,
        section="authorities",
        crumbs=_crumbs(room),
    )


def _decided(request: HttpRequest, room: Room, token: str, waiting: WaitingPublication) -> HttpResponse:
    address = HttpResponseRedirect(room.address("authorities"))
    if request.POST.get("decision") != "add" or waiting.again:
        uploads.discard(token)
        messages.info(request, f"{waiting.file_name} was not added; nothing changed.")
        return address
    found = _added(room, token, waiting.file_name, waiting.person)
    uploads.discard(token)
    moved = f"{found.items.changed} of {found.items.items} open items have another due date."
    messages.success(request, f"{waiting.kind} {waiting.version} is on the shelf. {moved}")
    return address


def _crumbs(room: Room) -> tuple[Crumb, ...]:
    return (Crumb("Authorities", room.address("authorities")),)
