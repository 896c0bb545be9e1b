"""The values of a profile's facts: what each key of a profile file holds, checked as it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from milepost.domain.errors import InputRefused
from milepost.domain.profile import STATES, Approvers, RemediationDays, RequiredField, StatusName

MOST = 36500
"""The largest number a profile may state: a hundred years in days."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a profile file something stands, for the sentence that refuses it."""

    file: str
    key: str

    def __truediv__(self, key: str) -> "Place":
        """Return the place of a key below this one."""
        return Place(self.file, f"{self.key}.{key}" if self.key else key)

    def refused(self, what: str, fix: str) -> InputRefused:
        """Return the refusal of what stands here."""
        return InputRefused(what, where=f"{self.file}, {self.key}" if self.key else self.file, fix=fix)


def text(value: object, place: Place) -> str:
    """Return a text that is not empty and in which every character can be printed.

    Raises:
        InputRefused: it is none.
    """
    if not isinstance(value, str) or not value.strip():
        raise place.refused(f"{value!r} is no text", "write a text in quotes")
    if not value.replace("\n", " ").isprintable():
        raise place.refused(f"{value!r} holds a character that cannot be printed", "take it out")
    return value


def text_or_nothing(row: Mapping[str, object], key: str, place: Place) -> str:
    """Return the text under a key, empty where the key is not there or its text is empty.

    Raises:
        InputRefused: something else than a text stands there.
    """
    return "" if row.get(key, "") == "" else text(row[key], place / key)


def texts(value: object, place: Place) -> tuple[str, ...]:
    """Return a list of texts.

    Raises:
        InputRefused: it is none.
    """
    return tuple(text(entry, place) for entry in _list(value, place))


def flag(value: object, place: Place) -> bool:
    """Return a yes or no.

    Raises:
        InputRefused: it is none.
    """
    if isinstance(value, bool):
        return value
    raise place.refused(f"{value!r} is neither true nor false", "write true or false without quotes")


def number(value: object, place: Place) -> int:
    """Return a whole number from 0 to `MOST`: days, years, characters.

    Raises:
        InputRefused: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise place.refused(f"{value!r} is no whole number", "write a whole number without quotes")
    if value < 0:
        raise place.refused(f"{value} is negative", "write 0 or more")
    if value > MOST:
        raise place.refused(f"{value} is beyond a hundred years", f"write at most {MOST}")
    return value


def sentence(value: object, place: Place) -> str:
    """Return a text for readers; a list of texts becomes one, its parts divided by semicolons.

    Raises:
        InputRefused: it is neither.
    """
    return "; ".join(texts(value, place)) if isinstance(value, list) else text(value, place)


def table(value: object, place: Place, known: Sequence[str]) -> Mapping[str, object]:
    """Return a table that has no other keys than the known ones.

    Raises:
        InputRefused: it is none, or has a key that nobody would read.
    """
    if not isinstance(value, dict):
        raise place.refused(f"{value!r} is no table", f"write a table with {', '.join(known)}")
    for key in value:
        if key not in known:
            raise (place / str(key)).refused("nobody knows this key", f"use one of {', '.join(known)}")
    return value


def _list(value: object, place: Place) -> Sequence[object]:
    if isinstance(value, list):
        return value
    raise place.refused(f"{value!r} is no list", "write a list in brackets")


def _numbers(value: object, place: Place) -> tuple[int, ...]:
    return tuple(number(entry, place) for entry in _list(value, place))


def _days(value: object, place: Place) -> tuple[RemediationDays, ...]:
    found = []
    for entry in _list(value, place):
        row = table(entry, place, ("severity", "days", "when"))
        found.append(
            RemediationDays(
                text(row.get("severity"), place / "severity"),
                number(row.get("days"), place / "days"),
                text_or_nothing(row, "when", place),
            )
        )
    _refuse_repeats([f"{row.severity} {row.when}".strip() for row in found], place)
    return tuple(found)


def _statuses(value: object, place: Place) -> tuple[StatusName, ...]:
    found = []
    for entry in _list(value, place):
        row = table(entry, place, ("label", "state", "open", "meaning"))
        state = _state(row.get("state"), place / "state")
        label = text(row.get("label"), place / "label")
        is_open = flag(row.get("open", True), place / "open")
        found.append(StatusName(label, state, is_open, text_or_nothing(row, "meaning", place)))
    _refuse_repeats([f"{row.label} ({row.state})" for row in found], place)
    return tuple(found)


def _required(value: object, place: Place) -> tuple[RequiredField, ...]:
    return tuple(_required_field(entry, place) for entry in _list(value, place))


def _required_field(entry: object, place: Place) -> RequiredField:
    if isinstance(entry, str):
        return RequiredField(text(entry, place))
    row = table(entry, place, ("field", "states", "when"))
    states = tuple(_state(name, place / "states") for name in _list(row.get("states", []), place / "states"))
    when = text_or_nothing(row, "when", place)
    return RequiredField(text(row.get("field"), place / "field"), states, when)


def _state(value: object, place: Place) -> str:
    name = text(value, place)
    if name in STATES:
        return name
    raise place.refused(f"{name} is no state of the lifecycle", f"use one of {', '.join(sorted(STATES))}")


def _approvers(value: object, place: Place) -> tuple[Approvers, ...]:
    found = []
    for entry in _list(value, place):
        row = table(entry, place, ("decision", "roles", "second"))
        found.append(
            Approvers(
                text(row.get("decision"), place / "decision"),
                texts(row.get("roles"), place / "roles"),
                texts(row.get("second", []), place / "second"),
            )
        )
    return tuple(found)


def _refuse_repeats(names: Sequence[str], place: Place) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise place.refused(f"{repeated[0]} stands there twice", "keep one of them")


READERS: Mapping[str, Callable[[object, Place], object]] = {
    "remediation_days": _days,
    "clock_start": text,
    "severities": texts,
    "statuses": _statuses,
    "required_fields": _required,
    "approvers": _approvers,
    "two_stage_severities": texts,
    "risk_matrix": text,
    "review_days": number,
    "high_value_review_days": number,
    "create_within_days": number,
    "acceptance_max_days": number,
    "accepted_counts_as_open": flag,
    "accepted_on_plan": flag,
    "false_positives_on_plan": flag,
    "vendor_check_in_days": number,
    "due_soon_days": number,
    "notice_days": _numbers,
    "milestone_text_characters": number,
    "plan_max_days": number,
    "retention_years": number,
    "scheduled_date_frozen": flag,
    "delay_reason_required": flag,
}
"""Each fact that Milepost computes with, by its key in a profile file, and how its value is read."""
