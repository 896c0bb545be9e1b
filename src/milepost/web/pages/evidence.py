"""Evidence in the browser: files put beside an item, and given back as attachments that nothing runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError, StorageFailed, WrongUse
from milepost.records.evidence import PREFIX
from milepost.records.queries.evidence import EvidenceView, evidence_of_item
from milepost.settings import variables
from milepost.vault.names import shown_name
from milepost.vault.opening import opened
from milepost.vault.vault import Vault
from milepost.web import uploads
from milepost.web.clock import now, today
from milepost.web.forms import EvidenceForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.refusals import told
from milepost.work import finding_items
from milepost.work.evidence import finding_evidence
from milepost.work.evidence.add_evidence import NewEvidence, NewVersion, add_evidence, add_version

if TYPE_CHECKING:
    from milepost.records.evidence import EvidenceVersion
    from milepost.web.uploads import Received

_DOWNLOAD: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, system_id: int, identifier: str) -> HttpResponse:
    """Take files as evidence of an item; a refused one leads back with the reason."""
    room = room_of(request, system_id)
    item = finding_items.by_identifier(identifier, room.system.name)
    known = evidence_of_item(system_id, item.identifier)
    form = EvidenceForm.of(_renewable(known), request)
    if form.is_bound and form.is_valid():
        try:
            added = _added(room, item.identifier, form)
        except StorageFailed:
            raise
        except MilepostError as error:
            form.add_error("file", told(error))
        else:
            for each in added:
                messages.success(request, f"{each.evidence} version {each.number} is in the vault.")
            return HttpResponseRedirect(f"{room.address('item', item.identifier)}#evidence")
    crumbs = (
        Crumb("Register", room.address("register")),
        Crumb(item.identifier, room.address("item", item.identifier)),
    )
    content = {"form": form, "identifier": item.identifier}
    title = f"Add evidence to {item.identifier}"
    return show(request, "add_evidence.html", title, content, room=room, section="register", crumbs=crumbs)


@require_safe
def download(request: HttpRequest, system_id: int, number: int, version: int) -> HttpResponseBase:
    """Give a version back as a file, once its bytes were found to be what was put there."""
    room = room_of(request, system_id)
    evidence = finding_evidence.by_identifier(f"{PREFIX}{number}", room.system.name)
    found = finding_evidence.version_of(evidence, version)
    content = _vault().read(found.sha256)
    return FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.media_type, headers=_DOWNLOAD
    )


def _vault() -> Vault:
    return opened(variables.vault(), most_bytes=variables.evidence_bytes(), clock=now)


def _renewable(known: Sequence[EvidenceView]) -> list[tuple[str, str]]:
    return [(each.identifier, f"{each.identifier} {each.title}") for each in known if each.removed_on is None]


def _added(room: Room, identifier: str, form: EvidenceForm) -> "list[EvidenceVersion]":
    """Put the files into the vault, all of them or those before the one that is refused."""
    files = uploads.received(form.cleaned_data["file"])
    try:
        if form.cleaned_data["version_of"] and len(files) > 1:
            raise WrongUse("a newer version is one file", fix="give one file")
        return [_one(room, identifier, form, each) for each in files]
    finally:
        uploads.discard(*(each.token for each in files))


def _one(room: Room, identifier: str, form: EvidenceForm, given: "Received") -> "EvidenceVersion":
    said = form.cleaned_data
    file, name, system = uploads.file_of(given.token), shown_name(given.name), room.system.name
    as_of = today(room.system.time_zone)
    if said["version_of"]:
        newer = NewVersion(said["version_of"], file, said["person"], name, said["remark"], system)
        return add_version(newer, _vault(), as_of=as_of)
    new = NewEvidence(identifier, file, said["person"], name, said["title"], said["since"], system=system)
    return add_evidence(new, _vault(), as_of=as_of)
