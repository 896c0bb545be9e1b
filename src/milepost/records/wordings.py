"""What tools said, read back: rows of facts as the domain knows them."""

from collections.abc import Iterable

import msgspec

from milepost.domain.finding import Facts
from milepost.records import bulk

Weight = tuple[int, int]
"""By what the worst of several wordings is chosen: its severity, then the digest of its text."""


class Wordings:
    """What tools said, by its row: what an import has just taken in is at hand, everything else is read."""

    def __init__(self) -> None:
        """Start with nothing at hand."""
        self._facts: dict[int, Facts] = {}
        self._weights: dict[int, Weight] = {}

    def keep(self, row: int, facts: Facts, weight: Weight) -> None:
        """Keep a wording at hand."""
        self._facts[row] = facts
        self._weights[row] = weight

    def weight(self, row: int) -> Weight:
        """Return the weight of a wording that is at hand."""
        return self._weights[row]

    def facts(self, rows: Iterable[int]) -> dict[int, Facts]:
        """Return facts by the id of their row."""
        wanted = set(rows)
        held = {row: self._facts[row] for row in wanted & self._facts.keys()}
        return held | facts_by_id(wanted - held.keys())

    def weights(self, rows: Iterable[int]) -> dict[int, Weight]:
        """Return weights by the id of the row."""
        wanted = set(rows)
        held = {row: self._weights[row] for row in wanted & self._weights.keys()}
        found = bulk.select(
            "SELECT id, severity, digest FROM records_facts WHERE id IN ({})", sorted(wanted - held.keys())
        )
        return held | {row: (severity, mark) for row, severity, mark in found}


def facts_by_id(facts_ids: Iterable[int]) -> dict[int, Facts]:
    """Return facts by the id of their row."""
    rows = bulk.select("SELECT id, body FROM records_facts WHERE id IN ({})", sorted(set(facts_ids)))
    return {row: msgspec.json.decode(body, type=Facts) for row, body in rows}
