"""Whether an occurrence is there: the fold of all covering scans, in the order of scan time.

Absence is not closure: an occurrence is `gone` only by a scan that looked for it and did not see it. The
result depends on the set of scans alone, never on the order in which they were imported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Tested:
    """Which source ids a scan tested: all but `unassessed`, or only `assessed` where that is known."""

    assessed: frozenset[str] | None = None
    unassessed: frozenset[str] = frozenset()

    def covers(self, source_id: str) -> bool:
        """Tell whether the scan looked for this weakness at all."""
        if source_id in self.unassessed:
            return False
        return self.assessed is None or source_id in self.assessed


EVERYTHING = Tested()


class Look(NamedTuple):
    """One scan's look at one asset within one scope: when, how deep, and what it saw.

    `at` is in seconds since 1970 UTC; `tie` orders looks of the same second (the file's digest); `seen`
    maps occurrence ids to the sighting that this look made of them.
    """

    at: int
    tie: str
    credentialed: bool | None
    tested: Tested
    seen: Mapping[int, int]


class Presence(NamedTuple):
    """What the looks add up to for one occurrence: first seen, there or gone since, its last sighting."""

    first_seen: int
    open: bool
    sighting: int
    gone_at: int | None


def retests(*, credentialed: bool | None, before: bool, covers: bool) -> bool:
    """Tell whether absence from a look means anything.

    It does if the look covers the weakness and was credentialed when an earlier look in the scope was
    (`before`): an unauthenticated scan sees less, which is no repair.
    """
    return covers and (credentialed is True or not before)


def fold(looks: Iterable[Look], source_ids: Mapping[int, str]) -> dict[int, Presence]:
    """Add up the looks at one asset within one scope; `source_ids` names the weakness of each occurrence."""
    presences: dict[int, Presence] = {}
    credentialed_before = False
    for look in sorted(looks, key=lambda each: (each.at, each.tie)):
        for occurrence, presence in presences.items():
            if presence.open and occurrence not in look.seen:
                presences[occurrence] = _absent(
                    presence, look, before=credentialed_before, source_id=source_ids[occurrence]
                )
        for occurrence, sighting in look.seen.items():
            known = presences.get(occurrence)
            first_seen = known.first_seen if known else look.at
            presences[occurrence] = Presence(first_seen, open=True, sighting=sighting, gone_at=None)
        credentialed_before = credentialed_before or look.credentialed is True
    return presences


def _absent(presence: Presence, look: Look, *, before: bool, source_id: str) -> Presence:
    covers = look.tested.covers(source_id)
    if not retests(credentialed=look.credentialed, before=before, covers=covers):
        return presence
    return presence._replace(open=False, gone_at=look.at)
