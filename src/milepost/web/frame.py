"""What surrounds every page: its title, where it stands, which system and which day it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from milepost.records.queries.systems import SystemCard, system_card, system_names
from milepost.web.addresses import place
from milepost.web.clock import Day, day_of
from milepost.work.terms import authority_named


class Crumb(NamedTuple):
    """A page above the present one."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Room:
    """The system that a page is about, with its authority's name, and the day."""

    system: SystemCard
    authority: str
    day: Day

    def address(self, name: str, *arguments: object, **query: str) -> str:
        """Return the address of another page of this system, on the same day."""
        return place(name, self.system.id, *arguments, day=self.day, **query)


def room_of(request: HttpRequest, system_id: int) -> Room:
    """Return the system of a page.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: the address asks for a day that is none.
    """
    system = system_card(system_id)
    return Room(system, authority_named(system.authority).title, day_of(request, system.time_zone))


def show(
    request: HttpRequest,
    template: str,
    title: str,
    content: Mapping[str, object],
    *,
    room: Room | None = None,
    section: str = "",
    crumbs: tuple[Crumb, ...] = (),
) -> HttpResponse:
    """Render a page in its frame; a form that was refused makes it a bad request."""
    form = content.get("form")
    status = 400 if isinstance(form, BaseForm) and form.errors else 200
    day = room.day if room else day_of(request)
    above = [Crumb("Systems", place("systems", day=day))]
    if room and section != "overview":
        above.append(Crumb(room.system.name, room.address("overview")))
    around = {
        "title": title,
        "room": room,
        "system": room.system if room else None,
        "day": day,
        "section": section,
        "crumbs": [*above, *crumbs] if section != "systems" else [],
        "systems": system_names(),
    }
    return render(request, f"milepost/{template}", {**around, **content}, status=status)
