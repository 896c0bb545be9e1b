"""A problem met while reading: what could not be taken as it stands, where, and how to fix it."""

from typing import NamedTuple


class Problem(NamedTuple):
    """Something a reader could not take as it stands; listed, never dropped in silence."""

    where: str
    what: str
    fix: str
