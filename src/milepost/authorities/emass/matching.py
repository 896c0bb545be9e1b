"""Which item of the base an item of the plan is: by its identifier, else by description and controls."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from milepost.authorities.emass.base import BaseItem
from milepost.authorities.emass.entries import Entry
from milepost.authorities.intake.words import folded
from milepost.domain.plan_item import PlanItem

_Key = Callable[[PlanItem], str]
_Each = TypeVar("_Each")


def matched(items: Sequence[PlanItem], base: Sequence[BaseItem]) -> dict[int, BaseItem]:
    """Return the base's item for each item of the plan by its place; new items are left out."""
    found: dict[int, BaseItem] = {}
    for key in (_identifier, _content):
        taken = {id(each) for each in found.values()}
        known = _once((each for each in base if id(each) not in taken), lambda each: each.item, key)
        left = (number for number in range(len(items)) if number not in found)
        wanted = _once(left, lambda number: items[number], key)
        found |= {number: known[name] for name, number in wanted.items() if name in known}
    return found


def _once(several: Iterable[_Each], item_of: Callable[[_Each], PlanItem], key: _Key) -> dict[str, _Each]:
    """Return what a key names, for the keys that are met once."""
    pairs = [(name, each) for each in several if (name := key(item_of(each)))]
    counts = Counter(name for name, _ in pairs)
    return {name: each for name, each in pairs if counts[name] == 1}


def _identifier(item: PlanItem) -> str:
    return item.id.strip().casefold()


def _content(item: PlanItem) -> str:
    words = folded(item.description)
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
