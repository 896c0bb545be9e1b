"""The lifecycle where scanners have a say: clean scans, findings that come back, false positives."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from milepost.domain.errors import StateConflict
from milepost.domain.item import DeviationKind
from milepost.records.closing import ClosingRecord
from milepost.records.items import Item
from milepost.work.close_item import close_verified
from milepost.work.deviate import Support, decide_deviation, request_deviation
from milepost.work.lifecycle.cancel_item import cancel_item
from milepost.work.lifecycle.fix import Claim, claim_fixed, reject_fix, verify_fix
from milepost.work.lifecycle.next_steps import next_steps
from tests.work.conftest import TODAY, Importing
from tests.work.reports import DAY, START, Found, Host, nessus

CLAIM = Claim("V-1", "Sam", "change-4711.pdf", done="upgraded")


def status(identifier: str = "V-1") -> str:
    """Return the stored status of an item."""
    return Item.objects.get(identifier=identifier).status


WEB = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")


def test_scanner_item_needs_a_clean_scan_after_the_fix(importing: Importing, tmp_path: Path) -> None:
    """A scan from before the fix proves nothing; one after it that does not show the weakness does."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    gone = replace(WEB, found=WEB.found[:1], scanned=START + 10 * DAY)
    importing(nessus(tmp_path / "b.nessus", gone))
    item = Item.objects.get(source_id="200")
    fixed_on = date(2026, 2, 20)
    claim = replace(CLAIM, identifier=item.identifier, fixed_on=fixed_on)
    claim_fixed(claim, as_of=TODAY)
    with pytest.raises(StateConflict, match="no covering scan after the fix"):
        verify_fix(item.identifier, method="rescan", person="Vera", as_of=TODAY)
    shown = next_steps(item.identifier, as_of=TODAY)
    verify = next(each for each in shown.steps if each.transition.name == "verify_fix")
    assert [each.reason for each in verify.missing] == [
        "no covering scan after the fix shows that it is gone"
    ]
    importing(nessus(tmp_path / "c.nessus", replace(gone, scanned=START + 50 * DAY)))
    verify_fix(item.identifier, method="rescan", person="Vera", as_of=TODAY)
    assert status(item.identifier) == "verified"


def test_scan_that_shows_it_again_stands_against_closing(importing: Importing, tmp_path: Path) -> None:
    """Between verification and closing a scan may show it again: then it goes back, and does not close."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    gone = replace(WEB, found=WEB.found[:1], scanned=START + 10 * DAY)
    importing(nessus(tmp_path / "b.nessus", gone))
    identifier = Item.objects.get(source_id="200").identifier
    claim_fixed(replace(CLAIM, identifier=identifier, fixed_on=date(2026, 1, 10)), as_of=TODAY)
    verify_fix(identifier, method="rescan", person="Vera", as_of=TODAY)
    importing(nessus(tmp_path / "c.nessus", replace(WEB, scanned=START + 20 * DAY)))
    with pytest.raises(StateConflict, match="still see 1"):
        close_verified(identifier, person="Vera", as_of=TODAY)
    reject_fix(identifier, person="Vera", reason="it is back", as_of=TODAY)
    assert status(identifier) == "in_progress"


def test_false_positive_with_evidence_closes_with_its_approval(importing: Importing, tmp_path: Path) -> None:
    """Requested with evidence and approved by another, it closes; the next scan opens nothing for it."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    item = Item.objects.get(source_id="100")
    request = request_deviation(
        item,
        DeviationKind.FALSE_POSITIVE,
        "backported",
        person="Ines",
        as_of=TODAY,
        support=Support("vendor-notice.pdf"),
    )
    decide_deviation(request, approve=True, person="Omar", as_of=TODAY, reason="checked with the vendor")
    assert status(item.identifier) == "false_positive"
    record = ClosingRecord.objects.get()
    assert (record.outcome, record.fixed_by, record.verified_by) == ("false_positive", "", "Omar")
    report = importing(nessus(tmp_path / "b.nessus", replace(WEB, scanned=START + 5 * DAY)))
    assert report.items["opened"] == 0


def test_cancelled_item_that_scanners_see_again_is_a_new_item(importing: Importing, tmp_path: Path) -> None:
    """Nothing is lost: a weakness that comes back after its item was cancelled opens another."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    item = Item.objects.get(source_id="200")
    with pytest.raises(StateConflict, match="still see"):
        cancel_item(item.identifier, person="Olga", reason="host removed", as_of=TODAY)
    gone = replace(WEB, found=WEB.found[:1], scanned=START + 10 * DAY)
    importing(nessus(tmp_path / "b.nessus", gone))
    cancel_item(item.identifier, person="Olga", reason="host removed", as_of=TODAY)
    report = importing(nessus(tmp_path / "c.nessus", replace(WEB, scanned=START + 20 * DAY)))
    assert report.items["opened"] == 1
    assert Item.objects.get(recurrence_of=item).source_id == "200"
