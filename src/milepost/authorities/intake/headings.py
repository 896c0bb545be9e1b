"""Which row of a table holds the headings, and which field each of its columns is."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec

from milepost.authorities.intake.tables import Cells, Table
from milepost.authorities.intake.words import folded

_SEARCHED = 40
_FEWEST = 3
_KEYS = frozenset({"id", "title", "description", "controls"})
_ASIDE = re.compile(r"\([^)]*\)")
_WORDY = 120
_CHOICES = re.compile(r"\b(critical|very high|high|moderate|medium|low|yes|no|pending|or|the)\b")
_SAMPLED = 200
_BLANK = frozenset({"", None, "-", "--"})
_SPREAD = frozenset({"control vulnerability description"})


class _Headings(msgspec.Struct):
    fields: dict[str, list[str]]


class Found(NamedTuple):
    """A row of headings: its number, the column of each field, and all headings by column."""

    row: int
    columns: dict[str, int]
    headings: dict[int, str]


@cache
def fields_by_heading() -> dict[str, str]:
    """Return the field of each known heading."""
    text = (resources.files(__package__) / "headings.toml").read_text(encoding="utf-8")
    known = msgspec.toml.decode(text, type=_Headings).fields
    return {heading: name for name, headings in known.items() for heading in headings}


@cache
def field_of(heading: str) -> str:
    """Return the field that a heading means; empty for an unknown one."""
    if len(heading) > _WORDY:
        return ""
    known = fields_by_heading()
    whole = folded(heading)
    aside = folded(_ASIDE.sub(" ", heading))
    bare = folded(_CHOICES.sub(" ", whole))
    return known.get(whole) or known.get(aside) or known.get(bare, "")


def found_headings(table: Table) -> Found | None:
    """Return the row with the most known headings; None where no row has enough of them."""
    best: tuple[int, int, set[str]] = (0, 0, set())
    for number, row in enumerate(table.rows[:_SEARCHED]):
        names = {field_of(cell) for cell in row if isinstance(cell, str)} - {""}
        if len(names) > best[0]:
            best = (len(names), number, names)
    count, number, names = best
    if count < _FEWEST or not names & _KEYS:
        return None
    headings = {
        place: str(cell).strip() for place, cell in enumerate(table.rows[number]) if str(cell or "").strip()
    }
    return Found(number, _columns(headings, table.rows[number + 1 :]), headings)


def _columns(headings: dict[int, str], below: Sequence[Cells]) -> dict[str, int]:
    """Give each field its column; of several with one meaning, the one that holds more."""
    places: dict[str, list[int]] = {}
    for place, heading in headings.items():
        name = field_of(heading)
        if name:
            places.setdefault(name, []).append(place)
    chosen = {name: _fuller(candidates, below) for name, candidates in places.items()}
    _tell_apart(chosen, places, headings)
    _spread(chosen, headings, below)
    return chosen


def _spread(columns: dict[str, int], headings: dict[int, str], below: Sequence[Cells]) -> None:
    """Read a heading over two columns as running number and description (workbooks of Vulnerator)."""
    place = columns.get("description")
    if place is None or "id" in columns or place + 1 in headings:
        return
    beside = any(place + 1 < len(row) and row[place + 1] not in _BLANK for row in below[:_SAMPLED])
    if beside and folded(headings[place]) in _SPREAD:
        columns["id"], columns["description"] = place, place + 1


def _fuller(candidates: list[int], below: Sequence[Cells]) -> int:
    if len(candidates) == 1:
        return candidates[0]

    def filled(place: int) -> int:
        return sum(place < len(row) and row[place] not in _BLANK for row in below[:_SAMPLED])

    return max(candidates, key=lambda place: (filled(place), -place))


def _tell_apart(columns: dict[str, int], places: dict[str, list[int]], headings: dict[int, str]) -> None:
    """Settle headings whose meaning depends on their neighbours."""
    names = {folded(heading): place for place, heading in headings.items()}
    raw = names.get("raw severity", names.get("raw severity value"))
    if raw is not None:
        columns["raw_severity"] = raw
        if "severity" in names:
            columns["adjusted_severity"] = names["severity"]
    if "poa m status" in names:
        columns["status"] = names["poa m status"]
        if "status" in names:
            columns["milestone_status"] = names["status"]
    if "weakness name" in names and "weakness" in names and "weakness description" not in names:
        columns["description"] = names["weakness"]
    if "id" not in columns and "finding" in names:
        columns["id"] = names["finding"]
    dated = [place for place in places.get("scheduled_date", ()) if "scheduled" in headings[place].lower()]
    if len(places.get("scheduled_date", ())) > 1 and dated:
        columns["scheduled_date"] = dated[0]
