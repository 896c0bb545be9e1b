"""Two plans beside each other: what is new, gone and changed, field by field, and what must never change.

An item is the same by its identifier; where that changed, by what found it and on which assets, and then the
changed identifier is a fault. So is an original detection date that changed (FedRAMP POA&M Template
Completion Guide 2.2, columns A and K).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, PlanMilestone
from milepost.domain.ruling import Citation

_READING: Final = frozenset(
    {"sheet", "row", "texts", "notes", "history", "last_update", "finding_key", "status_label", "id"}
)
_Key = Callable[[PlanItem], str]
_FOR_LIFE: Final = Citation("FedRAMP POA&M Template Completion Guide 2.2", "columns A and K")
_CLOSING: Final = Citation("FedRAMP POA&M Template Completion Guide 2.2", "section 3, closed items")


class Fault(StrEnum):
    """What must not happen between two plans of one system."""

    IDENTIFIER = "the identifier changed"
    DETECTION = "the original detection date changed"
    VANISHED = "it is gone without having been closed"
    REOPENED = "a closed item is open again"


PERMANENT: Final = frozenset({Fault.IDENTIFIER, Fault.DETECTION})
"""Faults in what an item keeps for life."""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FaultFound:
    """A fault of an item with the rule that forbids it."""

    item: str
    fault: Fault
    detail: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Changed:
    """An item that is in both plans and says something else."""

    item: str
    title: str
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans compared: identifiers of new and gone items, changed ones, and faults."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]
    same: int
    faults: tuple[FaultFound, ...]


def compare_plans(before: PlanDocument, after: PlanDocument) -> Comparison:
    """Compare two plans in the fields that both of them can speak of."""
    shared = _shared(before, after)
    pairs, gone, new = _paired(before.items, after.items)
    changed = [each for old, now in pairs if (each := _changed(old, now, shared))]
    faults = [fault for old, now in pairs for fault in _faults(old, now, shared)]
    faults += [_vanished(old) for old in gone if not old.is_closed]
    return Comparison(
        tuple(each.id for each in new),
        tuple(each.id for each in gone),
        tuple(changed),
        len(pairs) - len(changed),
        tuple(faults),
    )


def _shared(before: PlanDocument, after: PlanDocument) -> frozenset[str]:
    every = frozenset(each.name for each in fields(PlanItem)) - _READING
    return every & (before.fields or every) & (after.fields or every)


def _paired(
    before: Sequence[PlanItem], after: Sequence[PlanItem]
) -> tuple[list[tuple[PlanItem, PlanItem]], list[PlanItem], list[PlanItem]]:
    """Pair items by identifier, and the rest by what found them and where."""
    pairs, gone, new = _pair_by(before, after, _identifier)
    more, gone, new = _pair_by(gone, new, _origin)
    return pairs + more, gone, new


def _pair_by(
    before: Iterable[PlanItem], after: Iterable[PlanItem], key: _Key
) -> tuple[list[tuple[PlanItem, PlanItem]], list[PlanItem], list[PlanItem]]:
    """Pair items whose key is the same and is met once on either side."""
    olds, news = _once(before, key), _once(after, key)
    shared = olds.keys() & news.keys()
    pairs = [(old, news[name]) for name, old in olds.items() if name in shared]
    taken = {id(item) for pair in pairs for item in pair}
    left = [item for item in before if id(item) not in taken]
    added = [item for item in after if id(item) not in taken]
    return pairs, left, added


def _identifier(item: PlanItem) -> str:
    return item.id.strip().casefold()


def _origin(item: PlanItem) -> str:
    """Return what found an item and where; nothing where no tool did."""
    if not item.source_ref:
        return ""
    return "\n".join([item.source_ref.casefold(), *sorted(asset.casefold() for asset in item.assets)])


def _once(items: Iterable[PlanItem], key: _Key) -> Mapping[str, PlanItem]:
    found: dict[str, list[PlanItem]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return {name: several[0] for name, several in found.items() if name and len(several) == 1}


def _changed(old: PlanItem, now: PlanItem, shared: frozenset[str]) -> Changed | None:
    differences = [
        FieldDifference(each.name, shown(before), shown(after))
        for each in fields(PlanItem)
        if each.name in shared
        and shown(before := getattr(old, each.name)) != shown(after := getattr(now, each.name))
    ]
    if old.id != now.id:
        differences.insert(0, FieldDifference("id", old.id, now.id))
    return Changed(now.id, now.title or now.description[:80], tuple(differences)) if differences else None


def _faults(old: PlanItem, now: PlanItem, shared: frozenset[str]) -> Iterable[FaultFound]:
    if old.id.strip().casefold() != now.id.strip().casefold():
        yield FaultFound(now.id, Fault.IDENTIFIER, f"it was {old.id}", _FOR_LIFE)
    detected = old.identified_date, now.identified_date
    if "identified_date" in shared and None not in detected and detected[0] != detected[1]:
        yield FaultFound(now.id, Fault.DETECTION, f"from {detected[0]} to {detected[1]}", _FOR_LIFE)
    if old.is_closed and not now.is_closed:
        yield FaultFound(now.id, Fault.REOPENED, "a recurrence is an item of its own", _CLOSING)


def _vanished(old: PlanItem) -> FaultFound:
    return FaultFound(old.id, Fault.VANISHED, "it is on no list of the later plan", _CLOSING)


def shown(value: object) -> str:
    """Return a value of an item in words: lists with semicolons, days in ISO form, nothing as nothing."""
    if isinstance(value, list | tuple):
        return "; ".join(map(shown, value))
    if isinstance(value, PlanMilestone):
        due = f" by {value.due}" if value.due else ""
        return f"{value.number}. {value.text}{due}{' (done)' if value.done else ''}"
    if is_dataclass(value) and not isinstance(value, type):
        said = (getattr(value, each.name) for each in fields(value))
        return ", ".join(filter(None, map(shown, said)))
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
