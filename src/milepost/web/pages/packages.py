"""The monthly package: built on request, its checks shown first, then downloaded as it was checked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError
from milepost.domain.problem import Problem
from milepost.web import uploads
from milepost.web.downloads import file_name
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.pages.reports import check_size
from milepost.web.refusals import told
from milepost.web.report_forms import PackageForm
from milepost.work.conmon.manifest import MissingPart, PackagedFile
from milepost.work.conmon.package import ConmonOrder, ConmonPackage, write_package

if TYPE_CHECKING:
    from django.core.files import File

SHOWN: Final = 100
"""Lines of each list."""
_TEMPLATES: Final = ("poam_template", "inventory", "deviation_form", "summary_template", "previous")
_CHUNK: Final = 1 << 20
_OPTION: Final = re.compile(r" with --[a-z-]+")
"""How the command line names what the form asks for as well."""


@dataclass(frozen=True, slots=True)
class WaitingPackage:
    """A package that was built, and what its page says of it; numbers are of the inventory and the month."""

    system_id: int
    month: str
    as_of: date
    files: tuple[PackagedFile, ...]
    missing: tuple[MissingPart, ...]
    problems: tuple[Problem, ...]
    numbers: tuple[tuple[str, int], ...]


@require_http_methods(["GET", "HEAD", "POST"])
def new_package(request: HttpRequest, system_id: int) -> HttpResponse:
    """Ask for a month, and build its package."""
    room = room_of(request, system_id)
    initial = {"month": f"{room.day.as_of:%Y-%m}"}
    form = (
        PackageForm(request.POST, request.FILES) if request.method == "POST" else PackageForm(initial=initial)
    )
    if form.is_bound and form.is_valid():
        try:
            check_size(room, "milepost conmon")
            return HttpResponseRedirect(room.address("package", _built(room, form)))
        except MilepostError as error:
            form.add_error(None, told(error))
    content = {"form": form}
    return show(
        request,
        "new_package.html",
        "Monthly package",
        content,
        room=room,
        section="reports",
        crumbs=_above(room),
    )


def _above(room: Room) -> tuple[Crumb, ...]:
    return (Crumb("Reports", room.address("reports")),)


def _built(room: Room, form: PackageForm) -> str:
    """Build a package and keep it for a day; return the token that leads to it."""
    asked = form.cleaned_data
    with TemporaryDirectory(prefix="milepost-package-") as name:
        folder = Path(name)
        given = {key: _kept(folder / key, asked[key]) for key in _TEMPLATES if asked[key]}
        package = write_package(
            ConmonOrder(
                system=room.system.name,
                month=asked["month"].strip(),
                out=folder / "package",
                as_of=room.day.as_of,
                layout=asked["layout"],
                annual_assessment=asked["annual_assessment"],
                **given,
            )
        )
        zipped = folder / "package.zip"
        with ZipFile(zipped, "w", ZIP_DEFLATED) as archive:
            for path in sorted(package.folder.iterdir()):
                archive.write(path, path.name)
        token = uploads.receive(_chunks(zipped))
    uploads.remember(token, _waiting(room, package))
    return token


def _kept(folder: Path, upload: "File[bytes]") -> Path:
    """Keep an uploaded workbook under a name of our own for as long as the package is built."""
    folder.mkdir()
    path = folder / "given.xlsx"
    path.write_bytes(b"".join(upload.chunks()))
    return path


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _waiting(room: Room, package: ConmonPackage) -> WaitingPackage:
    found, moved = package.reconciled, package.difference
    numbers = (
        ("Opened", len(moved.opened)),
        ("Ended", len(moved.ended)),
        ("Scanned as listed", found.matched),
        ("Listed, not scanned", len(found.unscanned)),
        ("Scanned, not listed", len(found.unlisted)),
    )
    return WaitingPackage(
        room.system.id,
        package.month,
        room.day.as_of,
        package.files,
        tuple(each._replace(fix=_OPTION.sub(" in the form", each.fix)) for each in package.missing),
        tuple(_first(package.problems)),
        numbers,
    )


def _first(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))[: SHOWN + 1]


@require_safe
def package(request: HttpRequest, system_id: int, token: str) -> HttpResponse:
    """Show the checks of a package that waits."""
    room = room_of(request, system_id)
    kept = uploads.recall(token, system_id, WaitingPackage)
    content = {"kept": kept, "token": token, "most": SHOWN}
    title = f"Package of {kept.month}"
    return show(request, "package.html", title, content, room=room, section="reports", crumbs=_above(room))


@require_safe
def package_zip(request: HttpRequest, system_id: int, token: str) -> FileResponse:
    """Give a package as it was checked."""
    room = room_of(request, system_id)
    kept = uploads.recall(token, system_id, WaitingPackage)
    name = file_name(room.system.name, f"ConMon-{kept.month}", kept.as_of, "zip")
    file = uploads.file_of(token).open("rb")
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
