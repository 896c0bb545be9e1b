"""The pages as a door: what is done through them is written down as done there, at the time of the clock."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from milepost.ledger.acting import Acting, acting
from milepost.web.clock import now
from milepost.web.headers import Respond

_PAGES = Acting(via="web", now=now)


class Door:
    """Middleware: lets the pages act while a request is answered; forms name the person."""

    def __init__(self, respond: Respond) -> None:
        """Take the rest of the way to an answer."""
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        with acting(_PAGES):
            return self._respond(request)
