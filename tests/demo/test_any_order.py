"""The reports of several tools, arriving in any order, end in the same register (item numbers apart)."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from django.db import transaction

from milepost.demo.scans import Scan, write_scans
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_scan import Order, import_scan
from milepost.work.undo_import import undo_import
from tests.demo.conftest import AS_OF
from tests.work.register_content import Row, content


@pytest.mark.django_db
def test_all_reports_backwards(tmp_path: Path) -> None:
    """Four months of five tools, the last report first, say the same of assets, weaknesses and items."""
    scans = write_scans(tmp_path, AS_OF)
    assert _register(reversed(scans)) == _register(scans)


@pytest.mark.django_db
def test_an_import_is_taken_back_from_the_middle(tmp_path: Path) -> None:
    """Without its first scan of hosts and its last Grype report, the register is as if neither had come."""
    scans = [scan for scan in write_scans(tmp_path, AS_OF) if scan.month in {2, 4}]
    unwanted = [
        next(scan for scan in scans if scan.path.suffix == ".nessus"),
        next(scan for scan in reversed(scans) if scan.path.name.endswith("ledger.grype.json")),
    ]
    remaining = [scan for scan in scans if scan not in unwanted]
    assert _register(scans, undone=unwanted) == _register(remaining)


def _register(scans: Iterable[Scan], undone: Sequence[Scan] = ()) -> dict[str, list[Row]]:
    """Return what the register says after importing reports in their order, and forget it."""
    with transaction.atomic():
        system = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=AS_OF)
        numbers = {scan: import_scan(Order(scan.path, system.name, AS_OF)).number for scan in scans}
        for scan in undone:
            undo_import(numbers[scan] or 0)
        said = content(system)
        transaction.set_rollback(True)
    return said
