"""What tools said, read back: rows of facts as the domain knows them."""

from collections.abc import Iterable

import msgspec

from milepost.domain.finding import Facts
from milepost.records import bulk


def facts_by_id(facts_ids: Iterable[int]) -> dict[int, Facts]:
    """Return facts by the id of their row."""
    rows = bulk.select("SELECT id, body FROM records_facts WHERE id IN ({})", sorted(set(facts_ids)))
    return {row: msgspec.json.decode(body, type=Facts) for row, body in rows}
