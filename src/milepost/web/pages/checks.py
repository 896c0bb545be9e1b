"""Checks: what the rules find in a system's plan, and in a document that is uploaded for nothing else."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from milepost.checks.rule import Level
from milepost.domain.errors import MilepostError, RecordMissing
from milepost.records.queries.systems import item_count
from milepost.vault.names import shown_name
from milepost.web import uploads
from milepost.web.check_content import content_of
from milepost.web.check_results import CheckResult, keep, recall, result_of
from milepost.web.check_view import GLANCE, PAGE, PLURALS, Asked, asked_by, view_of
from milepost.web.downloads import file_name
from milepost.web.forms import CheckFileForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.refusals import told
from milepost.work.checking.answers import as_json
from milepost.work.checking.check_document import Asked as Wanted
from milepost.work.checking.check_document import Checked, check_document
from milepost.work.checking.check_system import check_system
from milepost.work.checking.comments import write_commented
from milepost.work.checking.sarif import as_sarif

AT_ONCE: Final = 2_000
"""Items up to which a page checks whenever it is looked at: a second's work."""

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENTS: Final = {
    "json": ("application/json", as_json, "json"),
    "sarif": ("application/sarif+json", as_sarif, "sarif"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show what the rules find; a large register is checked when that is asked for, and the result kept."""
    room = room_of(request, system_id)
    as_of = room.day.as_of
    if request.method == "POST":
        keep(system_id, as_of, result_of(_checked(room)))
        return HttpResponseRedirect(room.address("checks"))
    asked, items = asked_by(request.GET), item_count(system_id)
    large = items > AT_ONCE
    found = recall(system_id, as_of) if large else result_of(_checked(room))
    content = {"items": items, "large": large, "file_form": CheckFileForm(), **_content(room, found, asked)}
    return show(request, "checks.html", f"Checks of {room.system.name}", content, room=room, section="checks")


def _checked(room: Room) -> Checked:
    return check_system(room.system.name, Wanted(as_of=room.day.as_of))


def _content(room: Room, found: CheckResult | None, asked: Asked, glance: int = GLANCE) -> dict[str, object]:
    """Return what a page says of a check; of none it says nothing."""
    if found is None:
        return {"found": None}
    view = view_of(found, asked, glance)
    return {
        **content_of(found, asked, view),
        "tabs": _tabs(room, asked, view.counts, view.total),
        "first": (view.page - 1) * PAGE + 1,
        "last": min(view.page * PAGE, view.shown),
        "previous": _address(room, asked._replace(page=view.page - 1)) if view.page > 1 else "",
        "next": _address(room, asked._replace(page=view.page + 1)) if view.page < view.pages else "",
    }


def _tabs(room: Room, asked: Asked, counts: dict[Level, int], total: int) -> list[tuple[str, int, str, bool]]:
    everything = ("All", total, _address(room, Asked(None, asked.rule, 1)), asked.level is None)
    return [
        everything,
        *(
            (name, counts[level], _address(room, Asked(level, asked.rule, 1)), asked.level is level)
            for level, name in PLURALS.items()
        ),
    ]


def _address(room: Room, asked: Asked) -> str:
    page = str(asked.page) if asked.page > 1 else ""
    return room.address("checks", level=asked.level or "", rule=asked.rule, page=page)


@require_safe
def download(request: HttpRequest, system_id: int, form: str) -> HttpResponse:
    """Give what the rules find as JSON or SARIF.

    Raises:
        RecordMissing: there is no such document.
    """
    room = room_of(request, system_id)
    if form not in _DOCUMENTS:
        raise RecordMissing(f"there are no findings as {form}", fix="choose JSON or SARIF on the page")
    kind, written, ending = _DOCUMENTS[form]
    text = json.dumps(written(_checked(room)), ensure_ascii=False)
    name = file_name(room.system.name, "check", room.day.as_of, ending)
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest, system_id: int) -> HttpResponseBase:
    """Check an uploaded document: show what is found, or give the workbook back with comments."""
    room = room_of(request, system_id)
    form = CheckFileForm(request.POST, request.FILES) if request.method == "POST" else CheckFileForm()
    found = None
    if form.is_bound and form.is_valid():
        answer = _checked_file(room, form, commented=request.POST.get("answer") == "workbook")
        if isinstance(answer, FileResponse):
            return answer
        found = answer
    content = {"form": form, "most": PAGE, **_content(room, found, Asked(None, "", 1), PAGE)}
    crumbs = (Crumb("Checks", room.address("checks")),)
    return show(
        request, "check_file.html", "Check a file", content, room=room, section="checks", crumbs=crumbs
    )


def _checked_file(room: Room, form: CheckFileForm, *, commented: bool) -> FileResponse | CheckResult | None:
    """Check a document that is gone afterwards; what refuses it stands beside the field."""
    upload, profile = form.cleaned_data["file"], form.cleaned_data["profile"]
    name, token = shown_name(upload.name), uploads.receive(upload.chunks())
    path = uploads.file_of(token)
    wanted = Wanted(as_of=room.day.as_of, profiles=[profile] if profile else [])
    try:
        checked = check_document(path, wanted, name)
        return _commented(checked, path, room) if commented else result_of(checked, path.name)
    except MilepostError as error:
        form.add_error("file", told(error).replace(path.name, name))
        return None
    finally:
        uploads.discard(token)


def _commented(checked: Checked, path: Path, room: Room) -> FileResponse:
    with TemporaryDirectory(prefix="milepost-check-") as folder:
        out = Path(folder) / "commented.xlsx"
        write_commented(checked, path, out)
        file = out.open("rb")
    name = file_name(Path(checked.document.name).stem, "checked", room.day.as_of, "xlsx")
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)
