"""What records say of their weaknesses, worked out once for all that say the same."""

from collections.abc import Callable, Hashable

from milepost.domain.finding import Facts
from milepost.scanners.gathering import Gathering
from milepost.scanners.records import Element, rest_of

_MOST = 1 << 12


class Understood:
    """The facts of records that differ only in where they are."""

    def __init__(self, gathering: Gathering, *but: str) -> None:
        """Start without any; `but` are the attributes and children that say nothing of the weakness."""
        self._gathering = gathering
        self._but = but
        self._facts: dict[Hashable, Facts] = {}

    def facts(self, element: Element, work_out: Callable[[], Facts], around: Hashable = None) -> Facts:
        """Return the facts of a record; `around` is what they depend on besides it.

        What could not be taken as it stands is worked out again, so that it is said of every record.
        """
        rest = rest_of(element, *self._but)
        known = self._facts.get((around, rest)) if rest else None
        if known is not None:
            return known
        problems = len(self._gathering.problems)
        facts = self._gathering.shared(work_out())
        if rest and problems == len(self._gathering.problems):
            if len(self._facts) >= _MOST:
                self._facts.clear()
            self._facts[around, rest] = facts
        return facts
