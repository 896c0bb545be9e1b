"""Every verb writes exactly one event when it does something, and none when it does not."""

from pathlib import Path

import pytest
from django.db import transaction

from milepost.domain.errors import MilepostError
from milepost.ledger.chain import chains, events_of
from milepost.ledger.events import Event
from milepost.ledger.verifying import verify
from milepost.records.systems import System
from milepost.work.comment_item import comment_item
from milepost.work.edit_item import Edit, edit_item
from milepost.work.import_scan import Order, import_scan
from milepost.work.vdr.move_system import Move, move_to_vdr
from tests.architecture.test_recording import verbs
from tests.ledger.conftest import TODAY
from tests.ledger.deeds import DEEDS, JULY, SYSTEM, imported, item, scan


def events() -> list[Event]:
    """Return all events of all chains."""
    return [event for chain in chains() for event in events_of(chain)]


def test_every_verb_is_tried_here() -> None:
    """A new verb needs a deed in the table."""
    assert set(DEEDS) == verbs()


@pytest.mark.parametrize("name", DEEDS)
def test_a_verb_writes_exactly_one_event(name: str, system: System, tmp_path: Path) -> None:
    """One event, of its name, and the chain verifies; a transaction that is rolled back leaves none."""
    deed = DEEDS[name](system, tmp_path)
    before = events()
    with transaction.atomic():
        deed()
        (event,) = set(events()) - set(before)
        assert event.verb == name
        assert all(verify(chain).holds for chain in chains())
        transaction.set_rollback(True)
    assert events() == before


def test_previews_refusals_and_repetitions_leave_no_event(system: System, tmp_path: Path) -> None:
    """A dry run, a refusal, the same file again and an edit that changes nothing are no deeds."""
    item()
    imported(tmp_path)
    before = events()
    import_scan(Order(scan(tmp_path, "other.nessus"), SYSTEM, TODAY, dry_run=True))
    imported(tmp_path)
    edit_item(Edit("V-1", {"point_of_contact": "Ines"}, "Ines"), as_of=TODAY)
    move_to_vdr(Move(SYSTEM, JULY, "C", "Ines", dry_run=True), as_of=JULY)
    with pytest.raises(MilepostError):
        comment_item("V-1", " ", person="Ines", as_of=TODAY)
    with pytest.raises(MilepostError):
        edit_item(Edit("V-1", {"status": "remediated"}, "Ines"), as_of=TODAY)
    assert events() == before
    assert system.name == SYSTEM
