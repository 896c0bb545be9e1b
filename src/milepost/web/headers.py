"""Headers that keep a page from running, embedding or sending anything that is not Milepost's own."""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
POLICY: Final = "; ".join(f"{what} {where}" for what, where in _SOURCES.items())
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Respond = Callable[[HttpRequest], HttpResponseBase]


class ContentSecurity:
    """Middleware: sets the headers on every answer, and lets no browser keep a page."""

    def __init__(self, respond: Respond) -> None:
        """Take the rest of the way to an answer."""
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self._respond(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        response.setdefault("Cache-Control", "no-store")
        return response


class SameOrigin:
    """Middleware: refuses what another site makes a browser send, in addition to the forms' tokens."""

    def __init__(self, respond: Respond) -> None:
        """Take the rest of the way to an answer."""
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, unless it changes something and comes from elsewhere."""
        sender = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in _SAFE and sender not in {"same-origin", "none"}:
            raise PermissionDenied
        return self._respond(request)
