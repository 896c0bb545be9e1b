"""Which items are asked about."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items: all of some systems, or some by key; `each_place` where a rule asks for every asset."""

    column: str
    keys: Sequence[int]
    each_place: bool

    @property
    def weaknesses(self) -> str:
        """Return the condition on the weaknesses that the items cover, open for the keys."""
        return (
            "o.weakness_id IN (SELECT s.weakness_id FROM records_itemscope s JOIN records_item i"
            f" ON i.id = s.item_id WHERE i.{self.column} IN ({{}}))"
        )
