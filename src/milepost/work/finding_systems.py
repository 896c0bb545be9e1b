"""The one way to a system by its name, with or without the lock that every change of it takes."""

from milepost.domain.errors import RecordMissing
from milepost.records.systems import System


def by_name(name: str) -> System:
    """Return a system.

    Raises:
        RecordMissing: there is none of this name; the sentence says how to make one.
    """
    found = System.objects.filter(name=name).first()
    if found is None:
        raise _missing(name)
    return found


def locked(name: str) -> System:
    """Return a system locked until the end of the transaction: one change at a time."""
    found = System.objects.select_for_update().filter(name=name).first()
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> RecordMissing:
    return RecordMissing(
        f"there is no system named {name}",
        fix=f'make it first: milepost system add "{name}" --authority fedramp-rev5 --impact moderate',
    )
