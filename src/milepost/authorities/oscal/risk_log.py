"""What happened: entries of the risk's log that tell of changes, check-ins with a vendor and the closing."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from milepost.authorities.oscal.facts import FACTS, OWN
from milepost.authorities.oscal.nodes import Node, day, instant, node, nodes, one_line, put, text
from milepost.authorities.oscal.own_properties import (
    UNSAID,
    own_properties,
    own_value,
    record_of,
    record_properties,
    unsaid,
)
from milepost.authorities.oscal.records import Record
from milepost.authorities.oscal.remediation import inside_log, milestone_of, steps_of
from milepost.domain.plan_item import MilestoneChange, PlanItem

if TYPE_CHECKING:
    from datetime import date

_CHECK_IN: Final = "vendor-check-in"
_NOT_CHANGES: Final = frozenset({"milestone-complete", "closed", _CHECK_IN})
_CHECKED: Final = "vendor check-in"


def kinds_of(entry: Node) -> set[str]:
    """Return what an entry tells of: its properties `type` and `vendor-dependency`, its change of status."""
    told = {
        text(each, "value")
        for each in nodes(entry, "props")
        if text(each, "name") in {"type", "vendor-dependency"}
    }
    if text(entry, "title").strip().casefold() == _CHECKED:
        told.add(_CHECK_IN)
    return told | ({"closed"} if text(entry, "status-change") == "closed" else set())


def read_log(record: Record, item: PlanItem) -> None:
    """Read changes, the last check-in with the vendor, the closing and the newest day."""
    changes = []
    checked: list[date] = []
    entries = record.entries()
    for entry in entries:
        kinds, on = kinds_of(entry), day(text(entry, "start"))
        if _CHECK_IN in kinds and on:
            checked.append(on)
        if "closed" in kinds:
            item.closed_date = on
            item.closing_reason = text(entry, "description")
        if not kinds & _NOT_CHANGES:
            changes.append(change_of(record, entry))
    item.vendor_last_checkin = max(checked, default=None)
    item.milestone_changes = changes
    if "status_date" not in unsaid(record):
        item.status_date = max((on for each in entries if (on := day(text(each, "start")))), default=None)


def change_of(record: Record, entry: Node) -> MilestoneChange:
    """Return an entry as a change of a milestone."""
    missing = next(
        (own_value(each).split() for each in own_properties(entry) if each.get("name") == UNSAID), []
    )
    given = {
        "text": "" if "text" in missing else _entry_text(entry),
        "on": None if "on" in missing else day(text(entry, "start")),
    }
    found = record_of(MilestoneChange, entry, given)
    found.number = found.number or _number(record, entry)
    return found


def _entry_text(entry: Node) -> str:
    title, description = text(entry, "title"), text(entry, "description")
    if not title or not description:
        return title or description
    return f"{title}: {description}"


def _number(record: Record, entry: Node) -> int:
    related = {
        text(task, "task-uuid")
        for response in nodes(entry, "related-responses")
        for task in nodes(response, "related-tasks")
    }
    for position, task in enumerate(steps_of(record), 1):
        if text(task, "uuid") in related:
            return milestone_of(task, position).number
    return 0


def write_changes(record: Record, item: PlanItem) -> None:
    """Write the changes: entries that say the same stay, others come anew after them."""
    entries = record.entries()
    old = [each for each in entries if not kinds_of(each) & _NOT_CHANGES]
    result = [each for each in entries if kinds_of(each) & _NOT_CHANGES]
    said = [(each, change_of(record, each)) for each in old]
    for position, change in enumerate(item.milestone_changes, 1):
        plain = replace(change, row=0)
        same = next((pair for pair in said if pair[1] == plain), None)
        if same:
            said.remove(same)
        result.append(same[0] if same else _change_entry(record, plain, position))
    _put_entries(record, _in_place(entries, result))


def _in_place(before: list[Node], after: list[Node]) -> list[Node]:
    """Return entries in the order that they had, if only their order differs."""
    same = {id(each) for each in before} == {id(each) for each in after}
    return before if same else after


def _put_entries(record: Record, entries: list[Node]) -> None:
    inside_log(record)
    put(record.risk, "risk-log", {**node(record.risk, "risk-log"), "entries": entries} if entries else None)


def _change_entry(record: Record, change: MilestoneChange, position: int) -> Node:
    missing = [name for name in ("text", "on") if not getattr(change, name)]
    props = list(record_properties(change, "", frozenset({"text", "on", "row"})))
    if missing:
        props.append({"name": UNSAID, "ns": OWN, "value": " ".join(missing)})
    entry: Node = {
        "uuid": record.identifier("change", str(position), repr(change)),
        "description": change.text or "Change",
        "start": instant(change.on or record.plan.as_of),
        "props": [{"name": "type", "ns": FACTS.namespaces.written, "value": "status-update"}, *props],
    }
    if related := _related(record, change.number):
        entry["related-responses"] = [related]
    return entry


def _related(record: Record, number: int) -> Node:
    planned = record.response("planned")
    for position, task in enumerate(steps_of(record), 1):
        if number and milestone_of(task, position).number == number:
            return {
                "response-uuid": text(planned, "uuid"),
                "related-tasks": [{"task-uuid": text(task, "uuid")}],
            }
    return {}


def write_check_in(record: Record, item: PlanItem) -> None:
    """Write the last check-in with the vendor; later ones than the plan knows go."""
    wanted = item.vendor_last_checkin
    kept: list[Node] = []
    dates: set[date] = set()
    for entry in record.entries():
        on = day(text(entry, "start"))
        if _CHECK_IN in kinds_of(entry) and on:
            if wanted is None or on > wanted:
                continue
            dates.add(on)
        kept.append(entry)
    if wanted and wanted not in dates:
        kept.append(
            {
                "uuid": record.identifier("check-in", wanted.isoformat()),
                "title": "Vendor Check-in",
                "start": instant(wanted),
                "props": [
                    {"name": "vendor-dependency", "ns": FACTS.namespaces.written, "value": _CHECK_IN},
                    {"name": "type", "ns": FACTS.namespaces.written, "value": _CHECK_IN},
                ],
            }
        )
    _put_entries(record, kept)


def write_closing(record: Record, item: PlanItem) -> None:
    """Write when and why the item was closed, with an observation of the closing."""
    entries = record.entries()
    closing = [each for each in entries if "closed" in kinds_of(each)]
    others = [each for each in entries if "closed" not in kinds_of(each)]
    if not item.closed_date:
        _put_entries(record, others)
        for each in record.about("closure"):
            record.forget(each)
        return
    entry = closing[-1] if closing else _closing_entry(record)
    if day(text(entry, "start")) != item.closed_date:
        entry["start"] = instant(item.closed_date)
    put(entry, "description", item.closing_reason)
    _put_entries(record, entries if closing else [*entries, entry])
    if not record.about("closure"):
        observation = record.observation("closure")
        observation["collected"] = instant(item.closed_date)
        observation["description"] = one_line(item.closing_reason) or "Closed"


def _closing_entry(record: Record) -> Node:
    return {
        "uuid": record.identifier("closing"),
        "title": "Closed",
        "start": "",
        "props": [{"name": "type", "ns": FACTS.namespaces.written, "value": "closed"}],
        "status-change": "closed",
    }
