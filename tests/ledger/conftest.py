"""A system whose chain has some events of all kinds of length."""

from datetime import date

import pytest

from milepost.domain.rating import Rating
from milepost.ledger.events import chain_of
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.comment_item import comment_item
from milepost.work.open_item import NewItem, open_item

TODAY = date(2026, 3, 1)
EVENTS = 20


@pytest.fixture
def system(db: None) -> System:
    """Return a system under FedRAMP Rev 5."""
    del db
    return add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)


@pytest.fixture
def chain(system: System) -> str:
    """Return the chain of the system, with an item opened and remarked on."""
    open_item(NewItem("Harbor", "No lock", TODAY, "Ines", risk=Rating.LOW), as_of=TODAY)
    for number in range(EVENTS - 1):
        comment_item("V-1", f"remark {number} " + "x" * number, person="Sam", as_of=TODAY)
    return chain_of(system.pk)
