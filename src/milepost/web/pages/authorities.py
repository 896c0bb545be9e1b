"""Authorities: what a system answers to, obliging it to one more, releasing it from one."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError, RecordMissing
from milepost.records.queries.references import reference_rows
from milepost.web.authority_cards import cards_of
from milepost.web.clock import today
from milepost.web.forms import ObligationForm
from milepost.web.frame import Crumb, Room, room_of, show
from milepost.web.pages.assets import assets_content
from milepost.web.refusals import told
from milepost.work import finding_systems
from milepost.work.due_dates import Recomputed
from milepost.work.obligations.oblige_system import NewObligation, oblige_system, release_system
from milepost.work.terms import answering, chosen


@require_safe
def authorities(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show what a system answers to, the publications on the shelf, and the assets with their exposure."""
    room = room_of(request, system_id)
    cards = cards_of(finding_systems.by_name(room.system.name), room.day.as_of)
    content = {
        "cards": cards,
        "publications": reference_rows(),
        **assets_content(room, request.GET),
    }
    title = f"Authorities of {room.system.name}"
    return show(request, "authorities.html", title, content, room=room, section="authorities")


@require_http_methods(["GET", "HEAD", "POST"])
def oblige(request: HttpRequest, system_id: int) -> HttpResponse:
    """Let the system answer to a profile beside its first authority."""
    room = room_of(request, system_id)
    as_of = today(room.system.time_zone)
    bound = request.method == "POST"
    form = ObligationForm(request.POST if bound else None, initial=_initial(room, request, as_of))
    if bound and form.is_valid():
        said = form.cleaned_data
        new = NewObligation(said["profile"], said["since"], said["level"], form.chosen())
        try:
            found = oblige_system(finding_systems.by_name(room.system.name), new, as_of=as_of)
        except MilepostError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, f"{room.system.name} answers to {new.profile}. {moved(found)}")
            return HttpResponseRedirect(room.address("authorities"))
    return show(
        request,
        "oblige.html",
        "Add an obligation",
        {"form": form},
        room=room,
        section="authorities",
        crumbs=(Crumb("Authorities", room.address("authorities")),),
    )


def _initial(room: Room, request: HttpRequest, as_of: date) -> dict[str, object]:
    """Return what a form begins with: the obligation that is to be changed, or today."""
    name = request.GET.get("profile", "")
    held = answering(finding_systems.by_name(room.system.name))[1:]
    each = next((each for each in held if each.profile == name), None)
    if each is None:
        return {"since": as_of}
    choice = chosen(each)
    return {
        "profile": each.profile,
        "level": each.level,
        "since": each.since,
        "unknown_exposure": "exposed" if choice.assumptions.exposed else "internal",
        "missing_answers": "sixty" if choice.assumptions.sixty_days else "assumed",
        "clock": choice.assumptions.clock,
        "conditional_since": choice.conditional_since,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, system_id: int, profile: str) -> HttpResponse:
    """Ask whether the system is no longer to answer to a profile, and release it.

    Raises:
        RecordMissing: it does not answer to it beside its first authority.
    """
    room = room_of(request, system_id)
    system = finding_systems.by_name(room.system.name)
    card = next((each for each in cards_of(system, room.day.as_of)[1:] if each.name == profile), None)
    if card is None:
        raise RecordMissing(
            "it does not answer to this profile beside its first authority",
            where=room.system.name,
            fix="choose one that the page of authorities offers",
        )
    if request.method == "POST":
        found = release_system(system, profile, as_of=today(room.system.time_zone))
        messages.success(request, f"{room.system.name} no longer answers to {card.title}. {moved(found)}")
        return HttpResponseRedirect(room.address("authorities"))
    return show(
        request,
        "release.html",
        f"Release from {card.title}",
        {"card": card},
        room=room,
        section="authorities",
        crumbs=(Crumb("Authorities", room.address("authorities")),),
    )


def moved(found: Recomputed) -> str:
    """Say how many items have another date now."""
    return f"{found.changed} of {found.items} open items have another due date."
