"""What OSCAL has no place for: properties of the item in our own namespace, lossless, told apart by class.

A text of several lines, or with blanks around, stands in the remarks. A record (a comment, an approval) is a
group of properties of one class, `comments-1`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date
from types import MappingProxyType
from typing import Final, TypeVar, get_type_hints

import msgspec

from milepost.authorities.oscal.facts import OWN
from milepost.authorities.oscal.nodes import Node, listed, nodes, put, text
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import (
    Approval,
    DeviationRequest,
    EvidencePiece,
    FieldChange,
    MilestoneChange,
    PlanItem,
    PlanMilestone,
    Remark,
    Verification,
)

_HINTS: Final = MappingProxyType(get_type_hints(PlanItem))
_RECORDS: Final = MappingProxyType(
    {
        "comments": Remark,
        "evidence": EvidencePiece,
        "approvals": Approval,
        "history": FieldChange,
        "verification": Verification,
        "deviation": DeviationRequest,
    }
)
_SINGLE: Final = frozenset({"verification", "deviation"})
_LISTS: Final = frozenset({"roles_held"})
_IN_REMARKS: Final = "in the remarks"
_PLAIN: Final = re.compile(r"[^\s\ufeff](?:[^\n\r\u2028\u2029\x85]*[^\s\ufeff])?")
Told = TypeVar("Told", PlanMilestone, MilestoneChange)
_FIELDS: Final[Mapping[type[object], tuple[Field[object], ...]]] = MappingProxyType(
    {kind: fields(kind) for kind in (*_RECORDS.values(), PlanMilestone, MilestoneChange)}
)
_EMPTY: Final = ("", None, ())
_NOTHING: Final[frozenset[str]] = frozenset()
UNSAID: Final = "unsaid"
"""The property that names the fields for which the model demands something that the plan does not say."""


def own_property(name: str, value: str, group: str = "") -> Node:
    """Return a property in our namespace."""
    found: Node = {"name": name.replace("_", "-"), "ns": OWN}
    plain = _PLAIN.fullmatch(value)
    found["value"] = value if plain else _IN_REMARKS
    if group:
        found["class"] = group
    if plain is None:
        found["remarks"] = value
    return found


def own_properties(parent: Node) -> Iterator[Node]:
    """Yield the properties of an object in our namespace."""
    return (each for each in nodes(parent, "props") if each.get("ns") == OWN)


def own_value(found: Node) -> str:
    """Return the value of a property in our namespace."""
    return text(found, "remarks") or text(found, "value")


def unsaid(record: Record) -> frozenset[str]:
    """Return the fields that the item does not say though the document must say something there."""
    return frozenset(record.own[UNSAID][0].split()) if UNSAID in record.own else _NOTHING


def learn_own(record: Record) -> dict[str, dict[str, str]]:
    """Let a record know the properties of our own that its item has; return the groups of one class."""
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for each in own_properties(record.item):
        name = text(each, "name").replace("-", "_")
        if "class" in each:
            groups[text(each, "class")][name] = own_value(each)
        else:
            record.own.setdefault(name, []).append(own_value(each))
    return groups


def read_own(
    record: Record, item: PlanItem, carried: frozenset[str], groups: dict[str, dict[str, str]]
) -> None:
    """Set the fields of an item that stand in properties of our own, which `learn_own` found."""
    for name in record.own.keys() & carried:
        _set(record, item, name, _value(name, record.own[name]), _HINTS[name])
    if groups:
        _read_records(record, item, groups)


def write_own(record: Record, values: Mapping[str, object]) -> None:
    """Write fields into properties of our own; one without a value loses its properties."""
    made = [each for name in values if values[name] not in _EMPTY for each in _written(name, values[name])]
    if made or any(True for _ in own_properties(record.item)):
        _replace(record.item, values, made)


def set_unsaid(record: Record, names: Sequence[str]) -> None:
    """Name the fields that the item does not say."""
    kept = [
        each for each in nodes(record.item, "props") if (each.get("ns"), each.get("name")) != (OWN, UNSAID)
    ]
    put(record.item, "props", kept)
    if names:
        listed(record.item, "props").append(own_property(UNSAID, " ".join(names)))


def record_properties(record: object, group: str, leave: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield the properties of a record: those of its fields that say something other than the default."""
    for each in _FIELDS.get(type(record), ()):
        value = getattr(record, each.name)
        if each.name not in leave and value not in (None, "", (), []) and value != each.default:
            yield own_property(each.name, _word(value), group)


def _replace(parent: Node, names: Iterable[str], made: list[Node]) -> None:
    gone = {name.replace("_", "-") for name in names}
    kept = [each for each in nodes(parent, "props") if each.get("ns") != OWN or _field_of(each) not in gone]
    put(parent, "props", [*kept, *made])


def record_of(kind: type[Told], parent: Node, given: Mapping[str, object]) -> Told:
    """Return a record: the fields that are given, the others from an object's properties in our namespace."""
    told = {text(each, "name").replace("-", "_"): own_value(each) for each in own_properties(parent)}
    known = {each.name: told[each.name] for each in _FIELDS[kind] if each.name in told} if told else {}
    try:
        return msgspec.convert({**known, **given}, kind, strict=False)
    except msgspec.ValidationError:
        return msgspec.convert(given, kind, strict=False)


def _field_of(found: Node) -> str:
    group = text(found, "class")
    return group.rpartition("-")[0] if group else text(found, "name")


def _written(name: str, value: object) -> Iterator[Node]:
    if name == "cost_by_year" and isinstance(value, Sequence):
        for number, (year, amount) in enumerate(value, 1):
            yield own_property("year", str(year), f"cost-by-year-{number}")
            yield own_property("amount", repr(amount), f"cost-by-year-{number}")
    elif name in _RECORDS:
        several = value if isinstance(value, Sequence) else [value] if value is not None else []
        for number, each in enumerate(several, 1):
            yield own_property("record", name, f"{name.replace('_', '-')}-{number}")
            yield from record_properties(each, f"{name.replace('_', '-')}-{number}")
    elif isinstance(value, list | tuple):
        yield from (own_property(name, each) for each in value if each)
    elif value is False:
        yield from [own_property(name, "false")] if "None" in str(_HINTS[name]) else []
    elif value not in (None, ""):
        yield own_property(name, _word(value))


def _word(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(name: str, values: list[str]) -> object:
    return values if _HINTS[name] == Sequence[str] else values[0]


def _set(record: Record, item: PlanItem, name: str, value: object, kind: object) -> None:
    try:
        setattr(item, name, msgspec.convert(value, kind, strict=False))
    except msgspec.ValidationError as error:
        what = f"the value of {name.replace('_', ' ')} was not read: {error}"
        record.problem(".props", what, "correct the property")


def _read_records(record: Record, item: PlanItem, groups: dict[str, dict[str, str]]) -> None:
    found: defaultdict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for group, told in groups.items():
        name, _, number = group.rpartition("-")
        if number.isdigit():
            found[name.replace("-", "_")].append((int(number), told))
    for name, numbered in found.items():
        records = [each for _, each in sorted(numbered, key=lambda pair: pair[0])]
        if name == "cost_by_year":
            years = [(each.get("year", ""), each.get("amount", "")) for each in records]
            _set(record, item, name, years, Sequence[tuple[int, float]])
        elif name in _RECORDS:
            _set_records(record, item, name, records)


def _set_records(record: Record, item: PlanItem, name: str, told: list[dict[str, str]]) -> None:
    kind = _RECORDS[name]
    shaped = [_shaped(each, kind) for each in told]
    if name in _SINGLE:
        _set(record, item, name, shaped[0], kind)
    else:
        _set(record, item, name, shaped, list[kind])  # type: ignore[valid-type] # one of the kinds above
    for approval in item.approvals:
        approval.roles_held = tuple(approval.roles_held)


def _shaped(told: dict[str, str], kind: type[object]) -> dict[str, object]:
    """Return the values of a record by field; a field that must be there is empty where it is not told."""
    demanded = {each.name: "" for each in fields(kind) if each.default is MISSING}  # type: ignore[arg-type] # a dataclass
    said: dict[str, object] = {
        name: value.split("\n") if name in _LISTS else value
        for name, value in told.items()
        if name != "record"
    }
    return demanded | said
