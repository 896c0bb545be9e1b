"""Values of FedRAMP's 2026 reports in JSON: instants of RFC 3339, N-ratings, lists; what is odd is told.

A reader returns the value, or raises `Unreadable` with what is wrong in words; `tell` takes what could be
read and is odd all the same.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, TypeAlias

from milepost.authorities.fedramp_vdr.vulnerability import RatingEvent

Tell: TypeAlias = Callable[[str], None]
Node: TypeAlias = dict[str, object]
RATINGS: Final = range(1, 6)
"""The Potential Agency Impact N-ratings."""
_SHOWN: Final = 60


class Unreadable(ValueError):
    """A value is not what it should be; the message says so in words."""


def silent(_what: str) -> None:
    """Take what is odd and tell nobody."""


def text(value: object, _tell: Tell) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise Unreadable(f"{_shown(value)} is no text")
    return value


def flag(value: object, _tell: Tell) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise Unreadable(f"{_shown(value)} is neither true nor false")
    return value


def rating(value: object, _tell: Tell) -> int:
    """Return an N-rating, 1 to 5."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in RATINGS:
        raise Unreadable(f"{_shown(value)} is no N-rating, 1 to 5")
    return value


def instant(value: object, tell: Tell) -> datetime:
    """Return an instant; one without a zone is taken as UTC, and told."""
    said = text(value, tell)
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise Unreadable(f"{_shown(value)} is no instant such as 2026-08-01T12:00:00Z") from error
    if found.tzinfo is None:
        tell(f"{_shown(value)} has no time zone; it is taken as UTC")
        return found.replace(tzinfo=UTC)
    return _in_utc(found, value)


def _in_utc(found: datetime, value: object) -> datetime:
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise Unreadable(f"{_shown(value)} is beyond the calendar") from error


def day(value: object, tell: Tell) -> date:
    """Return a day."""
    said = text(value, tell)
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Unreadable(f"{_shown(value)} is no day such as 2026-08-01") from error


def texts(value: object, tell: Tell) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(text(each, tell) for each in _listed(value))


def event(at: str, of: str) -> Callable[[object, Tell], RatingEvent]:
    """Return the reader of an object with an instant and a rating by these names."""

    def read(value: object, tell: Tell) -> RatingEvent:
        if not isinstance(value, dict) or at not in value or of not in value:
            raise Unreadable(f"{_shown(value)} is no object with {at} and {of}")
        return RatingEvent(instant(value[at], tell), rating(value[of], tell))

    return read


def events(at: str, of: str) -> Callable[[object, Tell], tuple[RatingEvent, ...]]:
    """Return the reader of a list of such objects."""
    one = event(at, of)

    def read(value: object, tell: Tell) -> tuple[RatingEvent, ...]:
        return tuple(one(each, tell) for each in _listed(value))

    return read


def plain(value: object, _held: object) -> object:
    """Return a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def instant_text(value: object, _held: object = None) -> str:
    """Return an instant in UTC as RFC 3339 has it; a day as ISO 8601 has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def event_node(at: str, of: str) -> Callable[[object, object], object]:
    """Return the writer of such an object; members that are not known stay in the one that was held."""

    def write(value: object, held: object) -> object:
        if not isinstance(value, RatingEvent):
            return held
        kept = held if isinstance(held, dict) else {}
        return {**kept, at: instant_text(value.at), of: value.rating}

    return write


def event_nodes(at: str, of: str) -> Callable[[object, object], object]:
    """Return the writer of a list of such objects; one that says the same already stays as it is."""
    read, write = event(at, of), event_node(at, of)

    def write_all(value: object, held: object) -> object:
        known: dict[RatingEvent, object] = {}
        for each in held if isinstance(held, list) else ():
            try:
                known[read(each, silent)] = each
            except ValueError:
                continue
        found = value if isinstance(value, tuple) else ()
        return [known.get(each) or write(each, None) for each in found]

    return write_all


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unreadable(f"{_shown(value)} is no list")
    return value


def _shown(value: object) -> str:
    said = f"“{value}”" if isinstance(value, str) else str(value)
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"
