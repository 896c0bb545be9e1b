"""Which CVEs the tools name for a weakness, kept apart: a new catalog finds at once what it concerns."""

from collections.abc import Mapping

import msgspec

from milepost.domain.finding import Facts
from milepost.records import bulk


def cves_of(body: str) -> tuple[str, ...]:
    """Return the CVEs that facts, as they are kept, name."""
    return named_by(msgspec.json.decode(body, type=Facts))


def named_by(facts: Facts) -> tuple[str, ...]:
    """Return the CVEs that facts name, each once, sorted."""
    own = (facts.source_id,) if facts.source == "cve" else ()
    return tuple(sorted({cve.upper() for cve in (*facts.cves, *own)}))


def rewrite(facts_by_weakness: Mapping[int, Facts]) -> None:
    """Bring the CVEs of some weaknesses in line with what is said of them now."""
    wanted = {(row, cve) for row, facts in facts_by_weakness.items() for cve in named_by(facts)}
    held = {
        (weakness_id, cve): row
        for row, weakness_id, cve in bulk.select(
            "SELECT id, weakness_id, cve FROM records_weaknesscve WHERE weakness_id IN ({})",
            sorted(facts_by_weakness),
        )
    }
    gone = sorted(row for pair, row in held.items() if pair not in wanted)
    if gone:
        bulk.execute("DELETE FROM records_weaknesscve WHERE id IN ({})", gone)
    bulk.insert("records_weaknesscve", ("weakness_id", "cve"), sorted(wanted - held.keys()))
