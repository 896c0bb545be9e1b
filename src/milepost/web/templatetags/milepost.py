"""Tags and filters of the pages: addresses, words for the register's terms, times with their zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context

from milepost.domain.item import DeviationState, ItemKind, ItemStatus, SourceKind
from milepost.scanners import scanners
from milepost.web import addresses
from milepost.web.clock import Day

register = template.Library()

_WORDS = {
    "": "Not rated",
    "not_retested": "Not re-tested",
    "false_positive": "False positive",
    "cves": "CVEs",
    "poam": "POA&M",
    "kev_due_on": "CISA's date",
}
_TERMS = frozenset({*ItemStatus, *ItemKind, *DeviationState, *SourceKind})


@register.simple_tag(takes_context=True)
def place(context: Context, name: str, *arguments: object, **query: str) -> str:
    """Return the address of a page, on the day that is looked at."""
    day = context.get("day")
    return addresses.place(name, *arguments, day=day if isinstance(day, Day) else None, **query)


@register.filter
def words(term: object) -> str:
    """Return a term of the register in words: `in_progress` becomes `In progress`."""
    text = str(term)
    return _WORDS.get(text) or text.replace("_", " ").capitalize()


@register.filter
def weight(level: str) -> str:
    """Return how much a finding of a check weighs, in words."""
    return {"error": "Error", "warning": "Warning"}.get(level, "Remark")


@register.filter
def exposure(exposed: object) -> str:
    """Return in words whether people outside can reach an asset; None where nobody said."""
    return {"True": "Publicly exposed", "False": "Internal"}.get(str(exposed), "Unknown")


@register.filter
def value(text: str) -> str:
    """Return a value of a field in words, where it is a term of the register; else as it is."""
    return {"True": "yes", "False": "no"}.get(text) or (words(text) if text in _TERMS else text)


@register.filter
def report_format(name: str) -> str:
    """Return the title of a scanner's format."""
    return next((scanner.title for scanner in scanners() if scanner.name == name), name)


@register.filter
def iso(value: date | None) -> str:
    """Return a day as YYYY-MM-DD, empty for none."""
    return value.isoformat()[:10] if value else ""


@register.filter
def short(text: str, most: int) -> str:
    """Return a text of at most so many characters; what was cut off is marked."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


@register.filter
def named(names: Mapping[str, str], name: str) -> str:
    """Return what a short name stands for in a list of names; itself where it is not there."""
    return names.get(name, name)


@register.filter
def money(amount: Decimal) -> str:
    """Return an amount in dollars."""
    return f"${amount:,.2f}"


@register.filter
def instant(value: datetime | int | None, zone: str) -> str:
    """Return an instant, also as seconds since 1970 UTC, in a zone, which is named."""
    if value is None:
        return ""
    moment = datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


@register.filter
def day(value: datetime | int | None, zone: str) -> str:
    """Return the day of an instant in a zone."""
    return instant(value, zone)[:10]


@register.filter
def days(count: int) -> str:
    """Return a number of days in words."""
    return "1 day" if abs(count) == 1 else f"{abs(count)} days"
