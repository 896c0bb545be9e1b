"""An item's page, and opening an item by hand."""

import re
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from milepost.domain.errors import MilepostError
from milepost.domain.item import SourceKind
from milepost.domain.rating import Rating
from milepost.records.queries.evidence import evidence_of_item
from milepost.records.queries.item_decisions import decisions_on
from milepost.records.queries.items import item_detail
from milepost.web.addresses import place
from milepost.web.clock import today
from milepost.web.forms import ItemForm
from milepost.web.frame import Crumb, room_of, show
from milepost.web.moments import moments
from milepost.web.refusals import told
from milepost.work import finding_items
from milepost.work.explaining.bearing_statements import statements_about
from milepost.work.explaining.explain_item import explain_item
from milepost.work.explaining.explain_occurrences import dates_by_asset
from milepost.work.lifecycle.next_steps import next_steps
from milepost.work.open_item import NewItem, open_item
from milepost.work.reporting.sign_item import sign_offs_of

_BY_ASSET: Final = 50
"""Occurrences whose dates an item's page lists."""


@require_safe
def item(request: HttpRequest, system_id: int, identifier: str) -> HttpResponse:
    """Show everything about an item."""
    room = room_of(request, system_id)
    as_of = room.day.as_of
    detail = item_detail(system_id, identifier, as_of, page=_page(request))
    content = {
        "detail": detail,
        "moments": moments(detail.history),
        "item": detail.record,
        "explanation": explain_item(identifier, room.system.name, as_of=as_of),
        "statements": statements_about(identifier, room.system.name),
        "outlook": next_steps(identifier, system=room.system.name, as_of=as_of),
        "decisions": decisions_on(system_id, identifier),
        "sign_offs": sign_offs_of(finding_items.by_identifier(identifier, room.system.name)),
        "evidence": evidence_of_item(system_id, identifier),
        "by_asset": dates_by_asset(identifier, room.system.name),
        "most_by_asset": _BY_ASSET,
    }
    title = f"{detail.record.identifier} {detail.record.title}"
    crumbs = (Crumb("Register", room.address("register")),)
    return show(request, "item.html", title, content, room=room, section="register", crumbs=crumbs)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if re.fullmatch(r"[0-9]{1,6}", asked) else 1


@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest, system_id: int) -> HttpResponse:
    """Open an item by hand."""
    room = room_of(request, system_id)
    as_of = today(room.system.time_zone)
    form = ItemForm(request.POST or None, initial={"detected_on": as_of})
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        typed = {"risk": Rating(fields["risk"]), "source_kind": SourceKind(fields["source_kind"])}
        try:
            opened = open_item(NewItem(system=room.system.name, **{**fields, **typed}), as_of=as_of)
        except MilepostError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, f"{opened.identifier} is open.")
            return HttpResponseRedirect(place("item", system_id, opened.identifier))
    crumbs = (Crumb("Register", room.address("register")),)
    content = {"form": form}
    return show(
        request, "new_item.html", "Add an item", content, room=room, section="register", crumbs=crumbs
    )
