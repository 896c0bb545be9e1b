"""Taking away what nothing refers to any more, after an import was taken back."""

from collections.abc import Iterable

import msgspec

from milepost.domain import finding
from milepost.domain.identity import weakness_names
from milepost.records import bulk
from milepost.records.intake.digests import fitted
from milepost.records.intake.weaknesses import rename


def sweep(system_id: int, gone: Iterable[int], touched: Iterable[int]) -> None:
    """Remove `gone` weaknesses, wordings and tested sets that nothing refers to; let `touched` lose names."""
    forgotten = sorted(gone)
    for table in (
        "records_itemscope",
        "records_weaknessname",
        "records_weaknesscve",
        "records_importedweakness",
    ):
        bulk.execute(f"DELETE FROM {table} WHERE weakness_id IN ({{}})", forgotten)
    bulk.execute("DELETE FROM records_weakness WHERE id IN ({})", forgotten)
    bulk.execute(
        "DELETE FROM records_facts WHERE NOT EXISTS"
        " (SELECT 1 FROM records_sighting s WHERE s.facts_id = records_facts.id) AND system_id IN ({})",
        [system_id],
    )
    bulk.execute(
        "DELETE FROM records_testedids WHERE NOT EXISTS"
        " (SELECT 1 FROM records_coverage c WHERE c.tested_id = records_testedids.id) AND system_id IN ({})",
        [system_id],
    )
    _forget_names(sorted(set(touched) - set(forgotten)))


def _forget_names(weakness_ids: list[int]) -> None:
    """Let weaknesses keep only names that a remaining wording gives them."""
    held: dict[int, set[str]] = {}
    for weakness_id, name in bulk.select(
        "SELECT weakness_id, name FROM records_weaknessname WHERE weakness_id IN ({})", weakness_ids
    ):
        held.setdefault(weakness_id, set()).add(name)
    several = [each for each, names in held.items() if len(names) > 1]
    given: dict[int, set[str]] = {}
    for weakness_id, body in bulk.select(
        "SELECT DISTINCT o.weakness_id, f.body FROM records_occurrence o JOIN records_sighting s"
        " ON s.occurrence_id = o.id JOIN records_facts f ON f.id = s.facts_id WHERE o.weakness_id IN ({})",
        several,
    ):
        facts = msgspec.json.decode(body, type=finding.Facts)
        given.setdefault(weakness_id, set()).update(fitted(name, 300) for name in weakness_names(facts))
    lost = {each: held[each] - given.get(each, held[each]) for each in several}
    for weakness_id, names in lost.items():
        bulk.execute(
            "DELETE FROM records_weaknessname WHERE weakness_id = %s AND name IN ({})",
            sorted(names),
            weakness_id,
        )
    rename([each for each, names in lost.items() if names])
