"""What the items of a Nessus file have in common, kept once: one `Facts` object for equal facts."""

from milepost.domain.finding import Facts
from milepost.scanners.nessus_item import Item

MAX_FACTS = 50_000


class Shared:
    """Makes equal facts of one file the same object, so that a register can know them by identity.

    A file with more than `MAX_FACTS` different ones loses some sharing, never a fact.
    """

    def __init__(self) -> None:
        self._facts: dict[Facts, Facts] = {}

    def item(self, item: Item) -> Item:
        """Return the item with the facts that were met first."""
        if len(self._facts) >= MAX_FACTS:
            self._facts.clear()
        facts = self._facts.setdefault(item.facts, item.facts)
        return item if facts is item.facts else item._replace(facts=facts)
