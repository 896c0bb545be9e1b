"""Saying what the columns of an uploaded table mean, with its first rows beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError, WrongUse
from milepost.scanners.isolation import surveyed
from milepost.scanners.opening import open_report
from milepost.scanners.sheets.columns import TABLE, Columns
from milepost.scanners.sheets.fields import fields
from milepost.scanners.sheets.surveyed import Survey
from milepost.web import uploads
from milepost.web.clock import today
from milepost.web.forms import ColumnsForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.pages.waiting import preview_alone
from milepost.web.refusals import told
from milepost.work.importing.column_mappings import mapping_for, mapping_of, save_mapping

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be named: its number, heading, first values, the field chosen, and why it is suggested."""

    number: int
    heading: str
    examples: tuple[str, ...]
    field: str
    reason: str


def ask(room: Room, received: uploads.Received, wishes: uploads.Wishes) -> bool:
    """Tell whether a file is a table whose columns somebody has to name; keep what its page shows.

    Raises:
        InputRefused: the file cannot be taken.
    """
    path = uploads.file_of(received.token)
    if open_report(path, received.name)[0].name != TABLE:
        return False
    survey = surveyed(path, received.name)
    if survey.known or mapping_for(survey.fingerprint):
        return False
    _keep(room, received, wishes, survey)
    return True


def _keep(room: Room, received: uploads.Received, wishes: uploads.Wishes, survey: Survey) -> None:
    kept = uploads.WaitingTable(room.system.id, received.name, wishes, survey)
    uploads.remember(received.token, kept)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, system_id: int, token: str) -> HttpResponse:
    """Show what the headings suggest; what is decided is saved and leads to the preview."""
    room = room_of(request, system_id)
    kept = _kept(room, token)
    if request.method == "POST" and request.POST.get("decision") != "preview":
        uploads.discard(token)
        messages.info(request, f"{kept.file_name} was not imported; nothing changed.")
        return HttpResponseRedirect(room.address("imports"))
    held = mapping_for(kept.survey.fingerprint)
    form = ColumnsForm(request.POST or None, initial=_initial(kept, held))
    if request.method == "POST" and form.is_valid():
        try:
            _save(room, request, kept, form)
            preview_alone(room, uploads.Received(token, kept.file_name), kept.wishes)
        except MilepostError as error:
            form.add_error(None, told(error))
        else:
            return HttpResponseRedirect(room.address("preview", token))
    content = {
        "form": form,
        "waiting": kept,
        "columns": _columns(kept.survey, held, request),
        "fields": list(fields().values()),
    }
    crumbs = (Crumb("Imports", room.address("imports")),)
    title = f"Columns of {kept.file_name}"
    return show(request, "columns.html", title, content, room=room, section="imports", crumbs=crumbs)


def _kept(room: Room, token: str) -> uploads.WaitingTable:
    """Return the table that waits for its columns, or that was previewed and is looked at again."""
    try:
        return uploads.recall(token, room.system.id, uploads.WaitingTable)
    except MilepostError:
        kept = uploads.recall(token, room.system.id, uploads.Waiting)
    survey = surveyed(uploads.file_of(token), kept.file_name)
    return uploads.WaitingTable(room.system.id, kept.file_name, kept.wishes, survey)


def _initial(kept: uploads.WaitingTable, held: Columns | None) -> dict[str, str]:
    stem = kept.file_name.rpartition(".")[0] or kept.file_name
    if held is None:
        return {"name": stem}
    words = "\n".join(f"{word} = {severity}" for word, severity in held.severities.items())
    return {"name": held.name, "day_order": held.day_order, "source": held.source, "severities": words}


def _save(room: Room, request: HttpRequest, kept: uploads.WaitingTable, form: ColumnsForm) -> None:
    survey = kept.survey
    chosen = [(request.POST.get(f"column_{n}", ""), heading) for n, heading in enumerate(survey.headings)]
    mapping = mapping_of(
        survey,
        [*((name, heading) for name, heading in chosen if name), *_left_out(chosen)],
        name=form.cleaned_data["name"],
        severities=dict(_words(form.cleaned_data["severities"])),
        day_order=form.cleaned_data["day_order"],
        source=form.cleaned_data["source"],
    )
    save_mapping(mapping, as_of=today(room.system.time_zone))


def _left_out(chosen: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take the fields that nobody chose out of what the headings suggest."""
    named = {name for name, _ in chosen}
    return [(name, "") for name in fields() if name not in named]


def _words(text: str) -> Iterable[tuple[str, str]]:
    """Read lines of `Sev 1 = critical`.

    Raises:
        WrongUse: a line has no equals sign.
    """
    for line in filter(None, map(str.strip, text.splitlines())):
        word, equals, severity = line.partition("=")
        if not equals:
            raise WrongUse(f"“{line}” has no = in it", fix="write it as Sev 1 = critical")
        yield word.strip(), severity.strip().lower()


def _columns(survey: Survey, held: Columns | None, request: HttpRequest) -> list[Column]:
    suggested = {each.heading: each for each in survey.suggestions}
    saved = {heading: name for name, given in (held.fields if held else {}).items() for heading in given}
    found = []
    for number, heading in enumerate(survey.headings):
        suggestion = suggested.get(heading)
        field = saved.get(heading, "") if held else (suggestion.field if suggestion else "")
        values = (cells[number] for _, cells in survey.rows if cells[number])
        found.append(
            Column(
                number,
                heading or f"column {number + 1}, without a heading",
                tuple(dict.fromkeys(values))[:_EXAMPLES],
                request.POST.get(f"column_{number}", field),
                suggestion.reason if suggestion and not held else "",
            )
        )
    return found
