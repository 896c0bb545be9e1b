"""A number for each system that grows with every change of its items: a count holds as long as it stands.

The database itself counts (triggers of migration 0005), so that no statement, in bulk or not, is forgotten.
"""

from milepost.records import bulk

_VERSION = "SELECT version FROM records_itemversion WHERE system_id = %s"


def version_of(system_id: int) -> int:
    """Return the number that stands for the items of a system as they are now; 0 before the first item."""
    return next((version for (version,) in bulk.rows(_VERSION, system_id)), 0)


def all_versions() -> tuple[tuple[int, int], ...]:
    """Return each system with the number that stands for its items as they are now."""
    return tuple(bulk.rows("SELECT system_id, version FROM records_itemversion ORDER BY system_id"))
