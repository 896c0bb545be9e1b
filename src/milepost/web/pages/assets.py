"""Assets on the page of authorities: who can be reached from outside, and saying so of several at once."""

import glob
import re
from typing import Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_POST

from milepost.domain.errors import MilepostError, WrongUse
from milepost.records.queries.assets import EXPOSURES, asset_page
from milepost.web.clock import today
from milepost.web.frame import Room, room_of
from milepost.web.refusals import told
from milepost.work import finding_systems
from milepost.work.expose_assets import expose_assets

_WORDS: Final = {"exposed": "Publicly exposed", "internal": "Internal", "unknown": "Unknown"}
_BAR: Final = 400


class Exposure(NamedTuple):
    """The assets of one exposure: how many, their part of the bar, and the address that shows them alone."""

    name: str
    text: str
    number: int
    x: float
    width: float
    address: str
    current: bool


def assets_content(room: Room, query: QueryDict) -> dict[str, object]:
    """Return what the page says of assets: those that the address asks for, and all by exposure.

    Raises:
        WrongUse: the address asks for an exposure that is none.
    """
    text, exposure, page = query.get("q", "").strip(), query.get("exposure", ""), query.get("page", "")
    if exposure and exposure not in EXPOSURES:
        raise WrongUse(f"{exposure[:40]!r} is no exposure", where="exposure", fix="use the page's own links")
    number = int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1
    found = asset_page(room.system.id, text=text, exposure=exposure, page=number)

    def address(**asked: str) -> str:
        return f"{room.address('authorities', **{'q': text, 'exposure': exposure, **asked})}#assets"

    everything = sum(found.counts.values())
    shares, x = [], 0.0
    for name, count in found.counts.items():
        width = round(_BAR * count / everything, 1) if everything else 0.0
        shares.append(Exposure(name, _WORDS[name], count, x, width, address(exposure=name), name == exposure))
        x = round(x + width, 1)
    return {
        "assets": found,
        "asset_text": text,
        "asset_exposure": exposure,
        "exposures": shares,
        "assets_in_all": everything,
        "exposure_bar": _BAR,
        "all_assets": address(exposure=""),
        "previous": address(page=str(found.page - 1)) if found.page > 1 else "",
        "next": address(page=str(found.page + 1)) if found.page < found.pages else "",
    }


@require_POST
def expose(request: HttpRequest, system_id: int) -> HttpResponse:
    """Say of the chosen assets, and of those that fit a pattern, whether people outside can reach them."""
    room = room_of(request, system_id)
    said, pattern = request.POST.get("exposure", ""), request.POST.get("pattern", "").strip()
    names = [glob.escape(name) for name in request.POST.getlist("asset")] + ([pattern] if pattern else [])
    if said not in EXPOSURES or not names:
        messages.warning(request, "Nothing changed: choose assets, and what holds for them.")
    else:
        _say(request, room, names, said)
    return HttpResponseRedirect(f"{room.address('authorities')}#assets")


def _say(request: HttpRequest, room: Room, names: list[str], said: str) -> None:
    system = finding_systems.by_name(room.system.name)
    try:
        changed, items = expose_assets(
            system, names, exposed=EXPOSURES[said], as_of=today(room.system.time_zone)
        )
    except MilepostError as error:
        messages.error(request, told(error))
        return
    number = f"{len(changed)} asset{'' if len(changed) == 1 else 's'}"
    messages.success(
        request, f"{number} changed to {_WORDS[said].lower()}. {items.changed} items have another due date."
    )
