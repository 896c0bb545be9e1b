"""A step of an item's life, taken by a form: plan, later date, fix, verification, accepted risk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from milepost.domain.errors import MilepostError, RecordMissing
from milepost.domain.transitions import BY_NAME
from milepost.web.addresses import place
from milepost.web.clock import today
from milepost.web.frame import Crumb, room_of, show
from milepost.web.refusals import told
from milepost.web.step_forms import StepForm
from milepost.work.lifecycle.next_steps import next_steps
from milepost.work.lifecycle.take_step import StepTaken, can_be_taken, take_step


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, system_id: int, name: str, identifier: str) -> HttpResponse:
    """Ask for what a step needs, and take it.

    Raises:
        RecordMissing: there is no such step or item.
    """
    room = room_of(request, system_id)
    if not can_be_taken(name):
        raise RecordMissing("there is no such step", fix="choose one on the item's page")
    zone = room.system.time_zone
    outlook = next_steps(identifier, system=room.system.name, as_of=today(zone))
    form = StepForm(BY_NAME[name], request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = StepTaken(name, identifier, room.system.name, form.proposal(zone), form.rating())
        try:
            item = take_step(wanted)
        except MilepostError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, f"{item.identifier} is {item.status.replace('_', ' ')}.")
            return HttpResponseRedirect(place("item", item.system_id, item.identifier))
    crumbs = (
        Crumb("Register", room.address("register")),
        Crumb(identifier, room.address("item", identifier)),
    )
    transition = BY_NAME[name]
    content = {
        "form": form,
        "step": transition,
        "identifier": identifier,
        "coming": next((each for each in outlook.steps if each.transition is transition), None),
        "outlook": outlook,
    }
    title = f"{transition.title[0].upper()}{transition.title[1:]}"
    return show(request, "step.html", title, content, room=room, section="register", crumbs=crumbs)
