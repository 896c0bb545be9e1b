"""The ledger of a system: what was done, the newest first, whether it still verifies, and its checkpoint."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.ledger.events import chain_of
from milepost.ledger.verifying import Verdict, verify
from milepost.web.downloads import file_name
from milepost.web.frame import Room, room_of, show
from milepost.work.history.ledger import checkpoint_named, ledger_page

_SHOWN: Final = 50
_AT_ONCE: Final = 20_000
"""Up to so many events are verified whenever the page is looked at (a fifth of a second)."""
_LONGEST: Final = 200


@require_safe
def ledger(request: HttpRequest, system_id: int) -> HttpResponse:
    """Show a page of events."""
    room = room_of(request, system_id)
    number, item = _page(request), request.GET.get("item", "").strip()[:_LONGEST]
    chain = chain_of(system_id)
    first = (number - 1) * _SHOWN + 1
    page = ledger_page(chain, first=first, most=_SHOWN, subject=item)
    content = {
        "page": page,
        "item": item,
        "first": first,
        "last": first + len(page.lines) - 1,
        "verdict": _verdict(request, chain),
        "previous": _address(room, number - 1, item) if number > 1 else "",
        "next": _address(room, number + 1, item) if page.total >= first + _SHOWN else "",
        "beginning": _address(room, 1, item),
    }
    title = f"Ledger of {room.system.name}"
    return show(request, "ledger.html", title, content, room=room, section="ledger")


@require_safe
def checkpoint(request: HttpRequest, system_id: int) -> HttpResponse:
    """Give the signed checkpoint to keep elsewhere."""
    room = room_of(request, system_id)
    answer = HttpResponse(checkpoint_named(room.system.name), content_type="text/plain; charset=utf-8")
    name = file_name(room.system.name, "ledger", room.day.as_of, "checkpoint")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _verdict(request: HttpRequest, chain: str) -> Verdict | None:
    """Verify a chain that is short, or when asked to."""
    asked = request.GET.get("verify") == "yes"
    return verify(chain) if asked or ledger_page(chain, most=0).total <= _AT_ONCE else None


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,5}", asked) else 1


def _address(room: Room, number: int, item: str) -> str:
    return room.address("ledger", page=str(number) if number > 1 else "", item=item)
