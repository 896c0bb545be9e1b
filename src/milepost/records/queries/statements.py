"""What was stated of the vulnerabilities that an item covers, and where these are open."""

from typing import Final, NamedTuple

import msgspec

from milepost.domain.bearing import PlaceOfWeakness
from milepost.domain.finding import Facts
from milepost.domain.statement import Statement
from milepost.records import bulk

_MOST_PLACES: Final = 2_000


class StatementRow(NamedTuple):
    """A statement as it came with an import."""

    import_id: int
    file_name: str
    statement: Statement


_NAMES: Final = (
    "SELECT n.name FROM records_itemscope s JOIN records_weaknessname n ON n.weakness_id = s.weakness_id"
    " WHERE s.item_id = i.id UNION SELECT 'cve:' || c.cve FROM records_itemscope s"
    " JOIN records_weaknesscve c ON c.weakness_id = s.weakness_id WHERE s.item_id = i.id"
)
_STATEMENTS: Final = (
    "SELECT DISTINCT m.id, m.file_name, t.position, t.body FROM records_item i"
    " JOIN records_import m ON m.system_id = i.system_id JOIN records_statement t ON t.source_id = m.id"
    " JOIN records_statementname sn ON sn.statement_id = t.id"
    f" WHERE i.id = %s AND sn.name IN ({_NAMES}) ORDER BY m.id, t.position"
)
_PLACES: Final = (
    "SELECT DISTINCT f.body, a.name, a.version FROM records_itemscope s"
    " JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " AND (s.asset_id IS NULL OR s.asset_id = o.asset_id)"
    " JOIN records_facts f ON f.id = o.facts_id JOIN records_asset a ON a.id = o.asset_id"
    " WHERE o.open AND s.item_id = %s LIMIT %s"
)


def statements_on(item_id: int) -> list[StatementRow]:
    """Return every statement in the item's system that names a vulnerability which the item covers."""
    return [
        StatementRow(import_id, file_name, msgspec.json.decode(body, type=Statement))
        for import_id, file_name, _, body in bulk.rows(_STATEMENTS, item_id)
    ]


def places_of_weaknesses(item_id: int) -> list[PlaceOfWeakness]:
    """Return where an item is open: packages and assets with their versions, each once."""
    found = []
    for body, asset, version in bulk.rows(_PLACES, item_id, _MOST_PLACES):
        facts = msgspec.json.decode(body, type=Facts)
        found.append(PlaceOfWeakness(facts.package, facts.version, asset, version))
    return found


def items_named(import_id: int) -> int:
    """Return how many items cover a vulnerability that the statements of an import name."""
    ((count,),) = bulk.rows(
        "SELECT count(DISTINCT s.item_id) FROM records_statement t"
        " JOIN records_statementname sn ON sn.statement_id = t.id"
        " JOIN records_import m ON m.id = t.source_id"
        " JOIN (SELECT n.weakness_id, n.name, n.system_id FROM records_weaknessname n UNION"
        " SELECT c.weakness_id, 'cve:' || c.cve, w.system_id FROM records_weaknesscve c"
        " JOIN records_weakness w ON w.id = c.weakness_id) k"
        " ON k.name = sn.name AND k.system_id = m.system_id"
        " JOIN records_itemscope s ON s.weakness_id = k.weakness_id WHERE t.source_id = %s",
        import_id,
    )
    return int(count)
