"""The chain in the database: what is appended stays, in order, and the database lets nobody change it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from milepost.ledger.acting import Acting, acting
from milepost.ledger.beginning import begin_chains
from milepost.ledger.chain import append, chains, events_of, head_of
from milepost.ledger.events import INSTALLATION, Deed
from milepost.ledger.verifying import verify
from milepost.records.systems import System
from milepost.work.comment_item import comment_item
from tests.ledger.conftest import EVENTS, TODAY

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_chain_has_no_gaps_and_verifies(chain: str) -> None:
    """Each event has the next number and the hash of the one before; verification finds nothing."""
    events = list(events_of(chain))
    assert [event.seq for event in events] == list(range(1, EVENTS + 1))
    assert [event.prev for event in events[1:]] == [event.hash for event in events[:-1]]
    assert verify(chain).holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_ledgerevent SET actor = 'Nobody' WHERE seq = 1",
        "DELETE FROM records_ledgerevent WHERE seq = 1",
        "TRUNCATE records_ledgerevent",
    ],
)
def test_the_database_refuses_to_change_events(chain: str, statement: str) -> None:
    """No statement changes or removes an event."""
    if statement.startswith("TRUNCATE") and connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)
    assert verify(chain).holds
    assert len(list(events_of(chain))) == EVENTS


def test_each_system_has_a_chain_of_its_own(chain: str) -> None:
    """What concerns the installation, such as a new system, stands in another chain."""
    assert chains() == sorted([INSTALLATION, chain])
    (first,) = events_of(INSTALLATION)
    assert (first.verb, first.subject) == ("add_system", "Harbor")


def test_the_time_never_goes_back(system: System) -> None:
    """A clock that lags is passed over; one that lags more than five seconds is written down."""
    del system
    for late in (timedelta(0), timedelta(seconds=-3), timedelta(hours=-1)):
        append(Deed(INSTALLATION, "tried", "", "Ines", "cli", NOON + late))
    *_, first, second, third = events_of(INSTALLATION)
    assert first.at == second.at == third.at == "2026-03-01T12:00:00.000000Z"
    assert "clock" not in json.loads(second.body)
    assert json.loads(third.body)["clock"] == "2026-03-01T11:00:00.000000Z"
    assert verify(INSTALLATION).holds


def test_the_door_says_who_acts_when_and_how(chain: str) -> None:
    """An event names the person, the account, the door and the door's time."""
    with acting(Acting("ines.s", "cli", lambda: NOON)):
        comment_item("V-1", "seen", person="Ines", as_of=TODAY)
    *_, last = events_of(chain)
    said = json.loads(last.body)
    assert (last.actor, last.via, last.at) == ("Ines", "cli", "2026-03-01T12:00:00.000000Z")
    assert said["account"] == "ines.s"
    assert said["changes"] == [{"field": "remark", "item": "V-1", "new": "seen", "old": ""}]


def test_a_register_that_was_there_begins_with_its_state(system: System) -> None:
    """A system without events gets one with the SHA-256 of its state; asked again, nothing is added."""
    before = head_of(INSTALLATION)
    begin_chains(NOON)
    begin_chains(NOON)
    (begun,) = events_of(f"system-{system.pk}")
    assert begun.verb == "begun"
    assert len(json.loads(begun.body)["state"]) == 64
    assert head_of(INSTALLATION) == before
