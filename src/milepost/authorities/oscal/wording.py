"""The words of an item: identifier, title, description, risk statement, controls, comments."""

import re
from typing import Final

from milepost.authorities.oscal.facts import FACTS
from milepost.authorities.oscal.nodes import (
    Node,
    fedramp_props,
    listed,
    nodes,
    one_line,
    put,
    remove,
    text,
)
from milepost.authorities.oscal.own_properties import unsaid
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import PlanItem, Remark

_CONTROL: Final = re.compile(r"([a-z]{2}-\d{1,3})(?:\.(\d{1,3}))?")
_SPELLED: Final = re.compile(r"([A-Za-z]{2}-\d{1,3})(?:\s*\((\d{1,3})\))?")
_NO_TITLE: Final = "Untitled"


def identifier_of(item: Node) -> str:
    """Return the POA&M identifier in any of its spellings and namespaces; nothing where there is none."""
    for each in nodes(item, "props"):
        if text(each, "name").casefold() in FACTS.identifier.read and _is_fedramp(each):
            return text(each, "value").strip()
    return ""


def _is_fedramp(each: Node) -> bool:
    return not each.get("ns") or each["ns"] in FACTS.namespaces.fedramp


def write_identifier(record: Record, item: PlanItem) -> None:
    """Name the item; one that had no other name than its UUID keeps having none."""
    if identifier_of(record.item) in {item.id, *text(record.item, "uuid").split()} or not item.id.strip():
        return
    for each in [each for each in nodes(record.item, "props") if identifier_of({"props": [each]})]:
        remove(record.item, "props", each)
    if item.id != text(record.item, "uuid"):
        identifier = FACTS.identifier.written
        made: Node = {"name": identifier, "ns": FACTS.namespaces.written, "value": one_line(item.id)}
        listed(record.item, "props").insert(0, made)


def read_wording(record: Record, item: PlanItem) -> None:
    """Read title, description and statement; those of the risk count before those of the item."""
    missing = unsaid(record)
    item.title = "" if "title" in missing else text(record.risk, "title") or text(record.item, "title")
    said = text(record.risk, "description") or text(record.item, "description")
    item.description = "" if "description" in missing else said
    statement = text(record.risk, "statement")
    item.impact_description = "" if statement.strip() == FACTS.nothing_said.statement else statement


def write_wording(record: Record, item: PlanItem) -> None:
    """Write title, description and statement; the item's own follow the risk's where they were the same."""
    risk = record.ensure_risk()
    title = one_line(item.title) or one_line(item.description)[:80].strip() or item.id or _NO_TITLE
    if one_line(item.title) != item.title:
        record.problem(
            ".title", "the title has several lines or blanks around it", "it was written as one line"
        )
    _set_both(record, "title", title)
    _set_both(record, "description", item.description or title)
    risk["statement"] = item.impact_description or FACTS.nothing_said.statement


def _set_both(record: Record, name: str, value: str) -> None:
    if not text(record.item, name) or text(record.item, name) == text(record.risk, name):
        record.item[name] = value
    record.risk[name] = value


def read_controls(record: Record, item: PlanItem) -> None:
    """Read the impacted controls, spelled as the field spells them: `ac-2.1` is AC-2(1)."""
    found = (text(each, "value") for each in fedramp_props(record.risk, "impacted-control-id"))
    item.controls = tuple(_spelled(each) for each in found)


def write_controls(record: Record, item: PlanItem) -> None:
    """Write the impacted controls, one property each, with OSCAL's identifiers."""
    record.set_property(
        "impacted-control-id", *(_oscal_control(each) for each in item.controls if each.strip())
    )


def _spelled(control: str) -> str:
    found = _CONTROL.fullmatch(control)
    if not found:
        return control
    return found[1].upper() + (f"({found[2]})" if found[2] else "")


def _oscal_control(control: str) -> str:
    found = _SPELLED.fullmatch(control.strip())
    if not found:
        return one_line(control)
    return found[1].lower() + (f".{found[2]}" if found[2] else "")


def read_remarks(record: Record, item: PlanItem) -> None:
    """Read the remarks of the item as its first comment."""
    if said := text(record.item, "remarks"):
        item.comments = [Remark(said)]


def write_remarks(record: Record, item: PlanItem) -> None:
    """Write a first comment without date and author as the remarks of the item."""
    first = item.comments[0] if item.comments else None
    put(record.item, "remarks", first.text if first and is_plain(first) else "")


def is_plain(remark: Remark) -> bool:
    """Tell whether a comment is nothing but a text."""
    return not remark.on and not remark.by
