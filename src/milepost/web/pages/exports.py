"""Exports: the documents that the system's authority accepts, as downloads."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError
from milepost.records.queries.filters import Filter, Sort
from milepost.records.queries.register import register_page
from milepost.web.downloads import file_name
from milepost.web.forms import ExportForm
from milepost.web.frame import Room, room_of, show
from milepost.web.refusals import told
from milepost.work.export_poam import export_poam
from milepost.work.terms import authority_named

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, system_id: int) -> HttpResponseBase:
    """Offer the documents, and write the chosen one."""
    room = room_of(request, system_id)
    form = ExportForm(request.POST, request.FILES) if request.method == "POST" else ExportForm()
    if form.is_bound and form.is_valid():
        try:
            return _download(room, form)
        except MilepostError as error:
            form.add_error("template", told(error))
    return _offer(request, room, form)


def _offer(request: HttpRequest, room: Room, form: ExportForm) -> HttpResponse:
    content = {
        "form": form,
        "documents": [
            (document.name.rpartition("-")[2], document)
            for document in authority_named(room.system.authority).documents
        ],
        "layout": form["layout"].value(),
        "numbers": register_page(room.system.id, Filter(), Sort(), as_of=room.day.as_of, size=1).facets,
    }
    title = f"Export from {room.system.name}"
    return show(request, "export.html", title, content, room=room, section="export")


def _download(room: Room, form: ExportForm) -> FileResponse:
    """Write the workbook into a folder of its own, which is gone when the answer has been read."""
    layout = form.cleaned_data["layout"]
    with TemporaryDirectory(prefix="milepost-export-") as folder:
        out = Path(folder) / "poam.xlsx"
        upload = form.cleaned_data["template"]
        template = _template(Path(folder), upload.chunks() if upload else None)
        export_poam(room.system.name, out, layout=layout, template=template, as_of=room.day.as_of)
        file = out.open("rb")
    name = file_name(room.system.name, "POAM", room.day.as_of, "xlsx")
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def _template(folder: Path, content: Iterable[bytes] | None) -> Path | None:
    if content is None:
        return None
    path = folder / "template.xlsx"
    with path.open("wb") as file:
        for chunk in content:
            file.write(chunk)
    return path
