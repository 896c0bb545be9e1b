"""The CMMC score of an uploaded assessment: status, what may be on the POA&M and why, the 180-day clock."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from milepost.authorities.cmmc.draft import Given, beside, completed, day_to_judge
from milepost.authorities.cmmc.eligibility import may_be_deferred
from milepost.authorities.cmmc.reading import read_assessment
from milepost.authorities.cmmc.report import Report, next_steps
from milepost.authorities.cmmc.rules import RULES, Kind, Level
from milepost.authorities.cmmc.scoring import Shortfall
from milepost.authorities.cmmc.verdict import Verdict, judge
from milepost.domain.errors import MilepostError
from milepost.domain.ruling import Ruling
from milepost.vault.names import shown_name
from milepost.web.document_forms import AssessmentForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.refusals import told

if TYPE_CHECKING:
    from django.core.files import File

_SHOWN = 100
_UPLOAD = "milepost-assessment"


class ShortLine(NamedTuple):
    """A requirement that is NOT MET, and whether it may stand on the POA&M of the assessment."""

    short: Shortfall
    ruling: Ruling


@require_http_methods(["GET", "HEAD", "POST"])
def cmmc(request: HttpRequest, system_id: int) -> HttpResponse:
    """Score an uploaded assessment; nothing of it is kept."""
    room = room_of(request, system_id)
    form = AssessmentForm(request.POST, request.FILES) if request.method == "POST" else AssessmentForm()
    content: dict[str, object] = {"form": form, "report": None}
    if form.is_bound and form.is_valid():
        try:
            content |= _scored(form, room)
        except MilepostError as error:
            form.add_error("file", told(error).replace(_UPLOAD, _name(form)))
    crumbs = (Crumb("Reports", room.address("reports")),)
    return show(request, "cmmc.html", "CMMC score", content, room=room, section="reports", crumbs=crumbs)


def _name(form: AssessmentForm) -> str:
    return shown_name(form.cleaned_data["file"].name)


def _scored(form: AssessmentForm, room: Room) -> dict[str, object]:
    report = _report(form.cleaned_data["file"], _given(form), room)
    verdict = report.verdict
    problems = [each._replace(where=each.where.replace(_UPLOAD, _name(form))) for each in report.problems]
    return {
        "report": report,
        "name": _name(form),
        "verdict": verdict,
        "maximum": RULES.levels[verdict.assessment.level].maximum,
        "shorts": list(_shorts(verdict)),
        "deferred": sum(line.ruling.allowed for line in _shorts(verdict)),
        "steps": next_steps(verdict),
        "problems": problems[:_SHOWN],
        "days": RULES.closeout_days,
    }


def _report(upload: "File[bytes]", given: Given, room: Room) -> Report:
    """Read and judge an assessment; the file is gone afterwards."""
    with TemporaryDirectory(prefix="milepost-assessment-") as folder:
        path = Path(folder) / _UPLOAD
        path.write_bytes(b"".join(upload.chunks()))
        draft = read_assessment(path)
    done = completed(draft, given)
    day = room.day.as_of if room.day.chosen else day_to_judge(draft, done.assessment, room.day.as_of)
    verdict = judge(done.assessment, as_of=day)
    return Report(verdict, day, done.overrides, (*done.problems, *beside(verdict, draft.name, day)))


def _given(form: AssessmentForm) -> Given:
    said = form.cleaned_data
    return Given(
        Level(int(said["level"])) if said["level"] else None,
        Kind(said["kind"]) if said["kind"] else None,
        said["ssp"] == "yes" if said["ssp"] else None,
        said["status_date"],
    )


def _shorts(verdict: Verdict) -> Iterator[ShortLine]:
    return (ShortLine(short, may_be_deferred(short)) for short in verdict.short)
