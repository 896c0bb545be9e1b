"""Which item of the base an item of the plan is: by its identifier, else by description and controls."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from milepost.authorities.emass.entries import Entry
from milepost.authorities.emass.former_workbook import BaseItem
from milepost.authorities.emass.values import said
from milepost.authorities.intake.words import folded
from milepost.domain.plan_item import PlanItem

_Key = Callable[[PlanItem], str]
_Each = TypeVar("_Each")


def matched(items: Sequence[PlanItem], base: Sequence[BaseItem]) -> dict[int, BaseItem]:
    """Return the base's item for each item of the plan by its place; new items are left out."""
    found: dict[int, BaseItem] = {}
    for key in (_identifier, _content):
        taken = {id(each) for each in found.values()}
        known = _grouped((each for each in base if id(each) not in taken), lambda each: each.item, key)
        left = (number for number in range(len(items)) if number not in found)
        for name, numbers in _grouped(left, lambda number: items[number], key).items():
            several = known.get(name, [])
            if len(several) == len(numbers):
                found |= zip(numbers, several, strict=True)
    return found


def _grouped(
    several: Iterable[_Each], item_of: Callable[[_Each], PlanItem], key: _Key
) -> Mapping[str, list[_Each]]:
    """Gather what has the same key; those that a key cannot tell apart are taken in their order."""
    found: defaultdict[str, list[_Each]] = defaultdict(list)
    for each in several:
        name = key(item_of(each))
        if name:
            found[name].append(each)
    return found


def _identifier(item: PlanItem) -> str:
    return item.id.strip().casefold()


def _content(item: PlanItem) -> str:
    words = folded(said(item, "description"))
    return "\n".join([words, *sorted(each.casefold() for each in item.controls)]) if words else ""


def matched_entries(now: Sequence[Entry], before: Sequence[Entry]) -> dict[int, Entry]:
    """Return the base's milestone for each of the plan by its place: by words, each taken once."""
    left = list(before)
    found: dict[int, Entry] = {}
    for number, entry in enumerate(now):
        for former in left:
            if former.words == entry.words:
                found[number] = former
                left.remove(former)
                break
    return found
