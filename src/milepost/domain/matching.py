"""How one scan's findings on one asset compare with what the register knows of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What an import finds out about an occurrence or a weakness; each falls under exactly one."""

    NEW = "new"
    PERSISTING = "persisting"
    CHANGED = "changed"
    MISSING = "missing"
    NOT_RETESTED = "not_retested"
    REAPPEARED = "reappeared"


class Key(NamedTuple):
    """What makes an occurrence the same on an asset: the weakness and the place, and nothing else."""

    weakness_id: int
    locator: str


class Known(NamedTuple):
    """An occurrence as the register holds it; `facts_id` and `output_digest` tell what was last said."""

    id: int
    open: bool
    facts_id: int
    output_digest: int
    sighting_id: int
    first_seen: int


class Seen(NamedTuple):
    """An occurrence as this scan reports it."""

    facts_id: int
    output_digest: int
    output: str
    first_seen: int | None = None


@dataclass(slots=True)
class Comparison:
    """The comparison of one look with the register; `refreshed` persist with a new tool output only."""

    new: list[tuple[Key, Seen]] = field(default_factory=list)
    persisting: list[tuple[Key, Known]] = field(default_factory=list)
    refreshed: list[tuple[Key, Known, Seen]] = field(default_factory=list)
    changed: list[tuple[Key, Known, Seen]] = field(default_factory=list)
    reappeared: list[tuple[Key, Known, Seen]] = field(default_factory=list)
    missing: list[tuple[Key, Known]] = field(default_factory=list)
    not_retested: list[tuple[Key, Known]] = field(default_factory=list)


def compare(
    seen: Mapping[tuple[int, str], Seen],
    known: Mapping[tuple[int, str], Known],
    retested: Callable[[int], bool],
    *,
    moved: bool = False,
) -> Comparison:
    """Compare a look with the register.

    `retested` tells of a weakness id whether its absence means anything; `moved` says that the asset is seen
    in another version than before (an image's tag), which changes every occurrence that is still there.
    """
    result = Comparison()
    for key, sight in seen.items():
        held = known.get(key)
        if held is None:
            result.new.append((Key(*key), sight))
        else:
            _compare_held(result, Key(*key), held, sight, moved=moved)
    _compare_absent(result, ((key, held) for key, held in known.items() if key not in seen), retested)
    return result


def _compare_held(result: Comparison, key: Key, held: Known, sight: Seen, *, moved: bool) -> None:
    if not held.open:
        result.reappeared.append((key, held, sight))
    elif moved or held.facts_id != sight.facts_id:
        result.changed.append((key, held, sight))
    elif held.output_digest != sight.output_digest or _earlier(sight, held):
        result.refreshed.append((key, held, sight))
    else:
        result.persisting.append((key, held))


def _earlier(sight: Seen, held: Known) -> bool:
    return sight.first_seen is not None and sight.first_seen < held.first_seen


def _compare_absent(
    result: Comparison,
    absent: Iterable[tuple[tuple[int, str], Known]],
    retested: Callable[[int], bool],
) -> None:
    for key, held in absent:
        if held.open:
            target = result.missing if retested(key[0]) else result.not_retested
            target.append((Key(*key), held))


class Tally(NamedTuple):
    """How the occurrences of one weakness fared in one import, and how many were open before it."""

    open_before: int
    known_before: int
    counts: Mapping[Outcome, int]


def weakness_outcome(tally: Tally) -> Outcome | None:
    """Roll the outcomes of a weakness's occurrences up to one: the one that says most about it.

    A weakness is missing only when nothing of it stays open; None if the import says nothing of it.
    """
    counts = tally.counts
    sighted = sum(counts.get(each, 0) for each in _SIGHTED)
    if sighted:
        return _sighted_outcome(tally)
    if counts.get(Outcome.MISSING) == tally.open_before > 0:
        return Outcome.MISSING
    if counts.get(Outcome.NOT_RETESTED) or counts.get(Outcome.MISSING):
        return Outcome.NOT_RETESTED
    return None


_SIGHTED = (Outcome.NEW, Outcome.PERSISTING, Outcome.CHANGED, Outcome.REAPPEARED)


def _sighted_outcome(tally: Tally) -> Outcome:
    if not tally.known_before:
        return Outcome.NEW
    if not tally.open_before:
        return Outcome.REAPPEARED
    return Outcome.CHANGED if tally.counts.get(Outcome.CHANGED) else Outcome.PERSISTING
