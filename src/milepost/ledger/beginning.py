"""The first event of a register that was there before its ledger: the SHA-256 of what people had decided.

What scanners said follows from the files whose SHA-256 the imports keep, and is not read again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from milepost.ledger.chain import append, head_of
from milepost.ledger.events import INSTALLATION, Deed, chain_of
from milepost.records import bulk

_OF_SYSTEM: Final = (
    "SELECT * FROM records_system WHERE id = %s",
    "SELECT * FROM records_item WHERE system_id = %s ORDER BY id",
    "SELECT id, sha256, file_name FROM records_import WHERE system_id = %s ORDER BY id",
    "SELECT * FROM records_obligation WHERE system_id = %s ORDER BY id",
    "SELECT * FROM records_systemrole WHERE system_id = %s ORDER BY id",
)
_OF_ITEMS: Final = (
    *("records_itemchange", "records_milestone", "records_deviation", "records_comment"),
    *("records_resource", "records_supportingdocument", "records_fix", "records_closingrecord"),
    *("records_acceptance", "records_extension", "records_plansubmission", "records_transfer"),
    *("records_signature", "records_itemdate", "records_itemevaluation"),
)
_OF_ALL: Final = (
    "SELECT * FROM records_system ORDER BY id",
    "SELECT * FROM records_ownprofile ORDER BY id",
    "SELECT * FROM records_referencefile ORDER BY id",
    "SELECT * FROM records_columnmapping ORDER BY id",
)


def begin_chains(at: datetime) -> None:
    """Begin the chain of every system that is there, and that of the installation, if there is any system."""
    systems = [number for (number,) in bulk.rows("SELECT id FROM records_system ORDER BY id")]
    for number in systems:
        _begin(chain_of(number), _of_system(number), at)
    if systems:
        _begin(INSTALLATION, _rows(*((statement, ()) for statement in _OF_ALL)), at)


def _begin(chain: str, state: Iterator[bytes], at: datetime) -> None:
    if head_of(chain) is None:
        digest = sha256()
        for row in state:
            digest.update(row)
        content = {"state": digest.hexdigest()}
        append(Deed(chain, "begun", "", "", "migration", at.astimezone(UTC), content))


def _of_system(number: int) -> Iterator[bytes]:
    inside = "WHERE item_id IN (SELECT id FROM records_item WHERE system_id = %s) ORDER BY id"
    statements = (*_OF_SYSTEM, *(f"SELECT * FROM {table} {inside}" for table in _OF_ITEMS))
    return _rows(*((statement, (number,)) for statement in statements))


def _rows(*asked: tuple[str, tuple[int, ...]]) -> Iterator[bytes]:
    for statement, values in asked:
        for row in bulk.rows(statement, *values):
            yield f"{row!r}\n".encode("utf-8", "backslashreplace")
