"""The addresses of pages, each carrying on the day that is looked at."""

from urllib.parse import urlencode

from django.urls import reverse

from milepost.web.clock import Day


def place(name: str, *arguments: object, day: Day | None = None, **query: str) -> str:
    """Return the address of a page; empty parts of the query are left out."""
    asked = {key: value for key, value in query.items() if value}
    if day is not None and day.chosen:
        asked["as_of"] = day.as_of.isoformat()
    written = urlencode(asked)
    address = reverse(name, args=arguments)
    return f"{address}?{written}" if written else address
