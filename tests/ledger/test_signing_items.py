"""Sign-offs of items and documents: sealed by an event, and void as soon as something changes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost.domain.errors import NotAllowed, WrongUse
from milepost.domain.roles import Role
from milepost.ledger.chain import events_of
from milepost.ledger.checkpoint import read_checkpoints
from milepost.records.items import Item
from milepost.work.edit_item import Edit, edit_item
from milepost.work.lifecycle.assign_role import Assignment, assign_role
from milepost.work.reporting.seal_sign_off import seal_sign_off
from milepost.work.reporting.sign_document import Signing, check_sign_off
from milepost.work.reporting.sign_item import sign_item, sign_offs_of
from tests.ledger.conftest import EVENTS, TODAY
from tests.ledger.deeds import ISSO, SYSTEM


def test_a_later_change_voids_a_sign_off(chain: str) -> None:
    """The event holds the item's version; another sign-off of the new version holds beside the void one."""
    with pytest.raises(NotAllowed, match="is not"):
        sign_item("V-1", ISSO, "it is true", as_of=TODAY)
    assign_role(Assignment(SYSTEM, "Ines", Role.ISSO, "Olga"), as_of=TODAY)
    with pytest.raises(WrongUse, match="who attests what"):
        sign_item("V-1", ISSO, " ", as_of=TODAY)
    signed = sign_item("V-1", ISSO, "it is true", as_of=TODAY)
    assert (signed.holds, signed.event) == (True, EVENTS + 2)
    edit_item(Edit("V-1", {"responsible": "Sam"}, "Ines"), as_of=TODAY)
    sign_item("V-1", ISSO, "still true", as_of=TODAY)
    assert [each.holds for each in sign_offs_of(Item.objects.get())] == [False, True]
    assert list(events_of(chain))[EVENTS + 1].verb == "sign_item"


def test_a_document_is_sealed_by_an_event(chain: str, tmp_path: Path) -> None:
    """The event holds the SHA-256 of the document and the seal; the record carries the checkpoint."""
    assign_role(Assignment(SYSTEM, "Ines", Role.ISSO, "Olga"), as_of=TODAY)
    path = tmp_path / "plan.txt"
    path.write_text("the plan")
    wanted = Signing(path=path, attestor=ISSO, location="the safe", folder=tmp_path)
    signed = seal_sign_off(wanted, SYSTEM, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    facts = json.loads(list(events_of(chain))[-1].body)["facts"]
    assert facts["seal"] == signed.record.seal
    assert facts["document"]["sha256"] == signed.record.document.sha256
    assert [each.size for each in read_checkpoints(signed.record.checkpoint)] == [EVENTS + 1]
    assert check_sign_off(signed.json_file).faults == ()
    path.write_text("another plan")
    assert "was changed" in check_sign_off(signed.json_file).faults[0]
