"""The items of a plan: which requirement each closes, by when, with what effort, after which others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milepost.authorities.cmmc.answers import read_answers
from milepost.authorities.cmmc.columns import Cell, Row
from milepost.authorities.cmmc.draft import Draft
from milepost.authorities.cmmc.finding_words import meaning_of
from milepost.authorities.cmmc.identifiers import identify
from milepost.authorities.cmmc.results import Finding, Statement
from milepost.authorities.cmmc.spellings import date_of, letters, shown, truth_of
from milepost.domain.errors import InputRefused

MINUTES = 60
_IDENTIFIER = ("id", "item", "itemid", "poamid", "name")
_REQUIREMENT = (
    "requirement",
    "requirements",
    "requirementid",
    "control",
    "controls",
    "practice",
    "controlid",
)
_DUE = (
    "due",
    "dueon",
    "duedate",
    "by",
    "scheduled",
    "scheduledcompletiondate",
    "targetdate",
    "targetcompletiondate",
)
_EFFORT = ("effort", "effortinhours", "efforthours", "hours", "hour")
_COST = ("cost", "costs", "price", "amount")
_DAYS = ("durationdays", "days", "leadtimedays", "duration")
_AFTER = ("dependson", "depends", "after", "predecessors", "dependencies", "blockedby")
_DONE = ("completed", "completedon", "done", "closed", "closedon", "actualcompletiondate")
_STATUS = ("status",)
_FINISHED = frozenset({"closed", "verified"})
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item: `numbers` are the requirements that need it; `effort` is in minutes, `days` its duration.

    `due` is the latest of its own date and those of its milestones, None without any; `after` names the items
    that come first. `cost` is in the user's currency, in hundredths.
    """

    identifier: str
    numbers: tuple[str, ...]
    due: date | None = None
    effort: int = 0
    cost: int = 0
    days: int = 0
    after: tuple[str, ...] = ()
    done: bool = False


class Plan(NamedTuple):
    """An assessment with the items that are to close what is NOT MET in it."""

    draft: Draft
    items: tuple[PlannedItem, ...]


def read_plan_document(draft: Draft, document: object) -> Plan:
    """Read a JSON document: an assessment with `items`, or a list of items.

    Raises:
        InputRefused: an item has no requirement, or something in it cannot be told.
    """
    fields = document if isinstance(document, Mapping) else {"items": document}
    listed = next((value for key, value in fields.items() if letters(key) == "items"), None)
    rest = {key: value for key, value in fields.items() if letters(key) != "items"}
    read_answers(draft, {"not_met": [], **rest} if _is_silent(rest) else rest)
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise InputRefused(
            "there is no list of items", where=draft.name, fix="give items with requirement and due"
        )
    found = [
        {letters(key): value for key, value in each.items()} for each in listed if isinstance(each, Mapping)
    ]
    return _plan(draft, ((f"{draft.name}, item {number}", each) for number, each in enumerate(found, 1)))


def _is_silent(fields: Mapping[object, object]) -> bool:
    """Tell whether nothing but items is stated: what they close counts as NOT MET then."""
    return not any(letters(key) in {"notmet", "partial", "objectives", "requirements"} for key in fields)


def read_plan_rows(draft: Draft, rows: Iterable[tuple[str, Row]]) -> Plan:
    """Read a table of items; its headings stand below any preamble.

    Raises:
        InputRefused: no row has headings for a requirement and a date or effort.
    """
    headings: Sequence[Cell] | None = None
    records: list[tuple[str, Fields]] = []
    for where, row in rows:
        if headings is None:
            headings = row if _is_heading(row) else None
        elif any(str(cell or "").strip() for cell in row):
            filled = {letters(h): c for h, c in zip(headings, row, strict=False) if str(c or "").strip()}
            records.append((where, filled))
    if headings is None:
        fix = "name the columns Requirement, Due, Effort and Depends on"
        raise InputRefused("there is no table of items", where=draft.name, fix=fix)
    return _plan(draft, records)


def _is_heading(row: Row) -> bool:
    named = {letters(cell) for cell in row if isinstance(cell, str)}
    return not named.isdisjoint(_REQUIREMENT) and not named.isdisjoint({*_DUE, *_EFFORT, *_COST, *_STATUS})


def _plan(draft: Draft, records: Iterable[tuple[str, Fields]]) -> Plan:
    items = tuple(_item(where, number, fields) for number, (where, fields) in enumerate(records, 1))
    _check(items, draft.name)
    known = {statement.named.number for statement in draft.statements}
    for item in items:
        for number in item.numbers:
            if number not in known and not item.done:
                draft.statements.extend(Statement(n, Finding.NOT_MET) for n in identify(number))
    return Plan(draft, items)


def _item(where: str, number: int, fields: Fields) -> PlannedItem:
    requirement = _first(fields, _REQUIREMENT)
    if requirement is None:
        raise InputRefused("the item names no requirement", where=where, fix="give requirement, as 3.1.1")
    numbers = dict.fromkeys(
        each.number for text in _texts(requirement) for each in identify(text, where=where)
    )
    milestones = fields.get("milestones")
    dates = [_first(fields, _DUE), *_milestone_dates(milestones)]
    due = [date_of(each, where=where) for each in dates if each is not None]
    return PlannedItem(
        str(_first(fields, _IDENTIFIER) or f"item {number}").strip(),
        tuple(numbers),
        max(due, default=None),
        _amount(_first(fields, _EFFORT), MINUTES, where),
        _amount(_first(fields, _COST), 100, where),
        _amount(_first(fields, _DAYS), 1, where),
        tuple(
            text.strip() for each in _texts(_first(fields, _AFTER)) for text in _split(each) if text.strip()
        ),
        _is_done(fields, where),
    )


def _milestone_dates(milestones: object) -> list[object]:
    """Return the dates of the milestones that are still open."""
    listed = milestones if isinstance(milestones, list) else []
    found = [
        {letters(key): value for key, value in each.items()} for each in listed if isinstance(each, Mapping)
    ]
    return [_first(each, _DUE) or each.get("date") for each in found if not _first(each, _DONE)]


def _is_done(fields: Fields, where: str) -> bool:
    said = _first(fields, _DONE)
    if said is not None:
        try:
            return truth_of(said, where=where)
        except InputRefused:
            return bool(date_of(said, where=where))
    status = _first(fields, _STATUS)
    meaning = meaning_of(status) if status is not None else None
    met = meaning is not None and meaning.finding in {Finding.MET, Finding.NOT_APPLICABLE}
    return met or letters(status) in _FINISHED


def _first(fields: Fields, names: tuple[str, ...]) -> object:
    return next((fields[name] for name in names if _is_said(fields.get(name))), None)


def _is_said(value: object) -> bool:
    return value is not None and value not in ("", [])


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [str(each) for each in listed if each is not None]


def _split(text: str) -> list[str]:
    return text.replace(";", ",").split(",")


def _amount(value: object, unit: int, where: str) -> int:
    """Return a number in whole units; commas, a currency sign and a word after it do not matter."""
    if value is None:
        return 0
    text = str(value).replace(",", "").strip().lstrip("$").split(" ")[0].rstrip("hd")
    try:
        number = round(float(text) * unit)
    except (ValueError, OverflowError) as error:
        raise InputRefused(f"{shown(value)} is no number", where=where, fix="give it in digits") from error
    if isinstance(value, bool) or not 0 <= number <= 10**9:
        raise InputRefused(
            f"{shown(value)} is no amount", where=where, fix="give a number that is not negative"
        )
    return number


def _check(items: tuple[PlannedItem, ...], where: str) -> None:
    """Refuse a plan in which an item is named twice, waits for none that exists, or for itself."""
    names = [item.identifier for item in items]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputRefused(f"two items are named {twice}", where=where, fix="give each its own id")
    for item in items:
        for before in item.after:
            if before not in names:
                what = f"{item.identifier} depends on {before}, which is no item"
                raise InputRefused(what, where=where, fix="name an item of this plan")
    if waiting := _in_circle(items):
        what = f"the items {', '.join(waiting)} wait for each other"
        raise InputRefused(what, where=where, fix="take one dependency out")


def _in_circle(items: tuple[PlannedItem, ...]) -> list[str]:
    """Return the items that can never begin because they wait for themselves."""
    left = {item.identifier: set(item.after) for item in items}
    while ready := [name for name, before in left.items() if not before]:
        for name in ready:
            del left[name]
        for before in left.values():
            before.difference_update(ready)
    return list(left)
