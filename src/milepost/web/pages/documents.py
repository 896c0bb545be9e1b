"""Documents without a system: what an uploaded one is, what the rules find, converting, comparing two."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from milepost.authorities.documents import formats
from milepost.authorities.documents.comparing import Comparison, compare_plans
from milepost.authorities.documents.contract import Loss, PlanFormat, losses
from milepost.domain.errors import MilepostError, StateConflict
from milepost.domain.plan_document import PlanDocument
from milepost.vault.names import shown_name
from milepost.web.addresses import place
from milepost.web.check_content import content_of
from milepost.web.check_results import result_of
from milepost.web.check_view import Asked, view_of
from milepost.web.clock import day_of
from milepost.web.document_forms import CompareForm, DocumentForm
from milepost.web.downloads import file_name
from milepost.web.frame import Crumb, show
from milepost.web.refusals import told
from milepost.work.checking.check_document import Asked as Wanted
from milepost.work.checking.check_document import check_plan, surroundings
from milepost.work.documents.convert import Conversion, convert
from milepost.work.documents.read_plan import plan_in
from milepost.work.own_profiles import own_profiles
from milepost.work.uncollected import uncollected

if TYPE_CHECKING:
    from django.core.files import File

SHOWN: Final = 100
"""Items, and problems, that a page lists."""
_GLANCE: Final = 5
_CHANGED: Final = 30
_UPLOAD: Final = "milepost-upload"


class Target(NamedTuple):
    """A format that a document can be converted to, and what would be lost."""

    format: PlanFormat
    lost: tuple[Loss, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest) -> HttpResponseBase:
    """Read, check and convert a document."""
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    content: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        try:
            with _read(form.cleaned_data["file"], day_of(request).as_of) as plan:
                if request.POST.get("answer") == "convert":
                    return _converted(form, plan, day_of(request).as_of)
                content = _about(form, plan, day_of(request).as_of)
        except MilepostError as error:
            form.add_error("target" if isinstance(error, StateConflict) else "file", told(error))
    around = {"form": form, "most": SHOWN, "found": None, **content}
    return show(request, "documents.html", "Documents", around, section="documents")


@contextmanager
def _read(upload: "File[bytes]", as_of: date) -> Iterator[PlanDocument]:
    """Read an uploaded document; the file is gone when the block ends, and refusals name it as people do."""
    name = shown_name(upload.name)
    with TemporaryDirectory(prefix="milepost-document-") as folder:
        path = Path(folder) / _UPLOAD
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        try:
            yield plan_in(path, as_of, name)
        except MilepostError as error:
            error.what, error.where = (said.replace(_UPLOAD, name) for said in (error.what, error.where))
            error.args = (error.what,)
            raise


def _about(form: DocumentForm, plan: PlanDocument, as_of: date) -> dict[str, object]:
    """Return what a document is, what the rules find, and what each format would lose."""
    profile = form.cleaned_data["profile"]
    wanted = Wanted(as_of=as_of, profiles=[profile] if profile else [])
    with uncollected():
        checked = check_plan(plan, wanted, surroundings(wanted), own_profiles())
    found, asked = result_of(checked), Asked(None, "", 1)
    targets = [Target(each, tuple(losses(plan, each))) for each in formats()]
    return {
        "plan": plan,
        "targets": sorted(targets, key=lambda target: len(target.lost)),
        **content_of(found, asked, view_of(found, asked, _GLANCE)),
    }


def _converted(form: DocumentForm, plan: PlanDocument, as_of: date) -> FileResponse:
    """Write a document in another format and hand it over.

    Raises:
        StateConflict: no format is chosen, or something would be lost and nobody agreed to that.
    """
    target = next((each for each in formats() if each.name == form.cleaned_data["target"]), None)
    if target is None:
        raise StateConflict("no format is chosen", fix="choose one to convert to")
    lost = losses(plan, target)
    if lost and not form.cleaned_data["accept"]:
        raise StateConflict(
            f"{target.title} cannot carry {_said(lost)}",
            where=plan.name,
            fix="choose another format, or tick that you go on although something is lost",
        )
    with TemporaryDirectory(prefix="milepost-convert-") as folder:
        out = Path(folder) / f"converted{target.suffix}"
        convert(plan, Conversion(out=out, as_of=as_of, target=target.name))
        file = out.open("rb")
    name = file_name(Path(plan.name).stem, target.name, as_of, target.suffix.lstrip("."))
    return FileResponse(file, as_attachment=True, filename=name)


def _said(lost: Sequence[Loss]) -> str:
    return ", ".join(f"{each.field.replace('_', ' ')} ({each.items})" for each in lost)


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponseBase:
    """Compare two documents field by field."""
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    content: dict[str, object] = {"form": form, "most": SHOWN, "compared": None}
    if form.is_bound and form.is_valid():
        plans: list[PlanDocument] = []
        for field in ("before", "after"):
            try:
                with _read(form.cleaned_data[field], day_of(request).as_of) as plan:
                    plans.append(plan)
            except MilepostError as error:
                form.add_error(field, told(error))
        if not form.errors:
            content |= {"plans": plans, **_differences(compare_plans(*plans))}
    crumbs = (Crumb("Documents", place("documents", day=day_of(request))),)
    return show(request, "compare.html", "Compare two documents", content, section="documents", crumbs=crumbs)


def _differences(compared: Comparison) -> dict[str, object]:
    return {
        "compared": compared,
        "numbers": (
            ("New", len(compared.new)),
            ("Gone", len(compared.gone)),
            ("Changed", len(compared.changed)),
            ("The same", compared.same),
        ),
        "lists": (("New", compared.new[:SHOWN]), ("Gone", compared.gone[:SHOWN])),
        "changed": compared.changed[:_CHANGED],
        "most_changed": _CHANGED,
    }
