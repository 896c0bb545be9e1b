"""What a person sees when something is refused or fails: one sentence in the design of the other pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from milepost.domain.errors import (
    EvidenceLost,
    InputRefused,
    MilepostError,
    NotAllowed,
    RecordMissing,
    StateConflict,
    StorageFailed,
    WrongUse,
)

_STATUSES: dict[type[MilepostError], int] = {
    RecordMissing: 404,
    WrongUse: 400,
    InputRefused: 400,
    NotAllowed: 403,
    StateConflict: 409,
    EvidenceLost: 409,
    StorageFailed: 507,
}
_TITLES = {
    400: "That cannot be read",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible as things stand",
    500: "Milepost failed",
    507: "The storage does not take it",
}


class Refusals:
    """Middleware: answers an error that a person can meet with a page: what, where, and how to fix it."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take the rest of the way to an answer."""
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn an error of the product's own tree into a page; others go on to be a 500."""
        if not isinstance(exception, MilepostError):
            return None
        status = next((code for kind, code in _STATUSES.items() if isinstance(exception, kind)), 500)
        return _page(request, status, exception.what, exception.where, exception.fix)


def told(error: MilepostError) -> str:
    """Return an error as a sentence beside a field."""
    sentence = str(error)
    return sentence if error.where else f"{sentence[:1].upper()}{sentence[1:]}"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django refuses as malformed."""
    del exception
    return _page(request, 400, "the request is malformed", fix="go back and try again")


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer what is not allowed, a form without its token among it."""
    del exception, reason
    what = "the request did not come from a page of Milepost"
    return _page(request, 403, what, fix="go back, reload the page and send it again")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    del exception
    return _page(request, 404, "there is no page at this address", fix="begin with the list of systems")


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the product's own; nothing of it is told."""
    what = "the fault is Milepost's own, and nothing was changed"
    return _page(request, 500, what, fix="try again, and report it if it comes back")


def _page(request: HttpRequest, status: int, what: str, where: str = "", fix: str = "") -> HttpResponse:
    sentence = f"{what[:1].upper()}{what[1:]}"
    content = {"title": _TITLES[status], "code": status, "what": sentence, "where": where, "fix": fix}
    return render(request, "milepost/refusal.html", content, status=status)
