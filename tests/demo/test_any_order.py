"""The reports of several tools, arriving in any order, end in the same register (item numbers apart)."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import transaction

from milepost.demo.scans import Scan, write_scans
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_scan import Order, import_scan
from tests.demo.conftest import AS_OF
from tests.work.register_content import Row, content


@pytest.mark.django_db
def test_all_reports_backwards(tmp_path: Path) -> None:
    """Four months of five tools, the last report first, say the same of assets, weaknesses and items."""
    scans = write_scans(tmp_path, AS_OF)
    assert _register(reversed(scans)) == _register(scans)


def _register(scans: Iterable[Scan]) -> dict[str, list[Row]]:
    """Return what the register says after importing reports in their order, and forget it."""
    with transaction.atomic():
        system = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=AS_OF)
        for scan in scans:
            import_scan(Order(scan.path, system.name, AS_OF))
        said = content(system)
        transaction.set_rollback(True)
    return said


def test_dbg(db, tmp_path):
    scans = write_scans(tmp_path, AS_OF)
    a=_register(reversed(scans)); b=_register(scans)
    for k in a:
        for r in sorted(set(map(repr,a[k]))-set(map(repr,b[k]))): print('BACK',k,r[:600])
        for r in sorted(set(map(repr,b[k]))-set(map(repr,a[k]))): print('FWD ',k,r[:600])
