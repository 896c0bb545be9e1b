"""What becomes one item: a weakness in the system, or a weakness on each asset."""

from dataclasses import replace
from pathlib import Path

import pytest

from milepost.domain.errors import StateConflict, WrongUse
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.edit_system import edit_system
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY, Importing
from tests.work.reports import DAY, START, Found, Host, nessus

WEB = Host("10.0.0.1", (Found(100),), "web.example.com")
APP = Host("10.0.0.2", (Found(100),), "app.example.com")
LATER = START + 30 * DAY


def test_item_for_each_asset_where_asked(importing: Importing, system: System, tmp_path: Path) -> None:
    """Grouped by asset, each host gets its item, and a later scan opens one for a new host only."""
    edit_system(system.name, {"grouping": "asset"})
    assert importing(nessus(tmp_path / "a.nessus", WEB, APP)).items["opened"] == 2
    third = Host("10.0.0.3", (Found(100),), "db.example.com", scanned=LATER)
    later = [replace(host, scanned=LATER) for host in (WEB, APP)]
    report = importing(nessus(tmp_path / "b.nessus", *later, third))
    assert report.items["opened"] == 1
    assert [item.asset_count for item in Item.objects.all()] == [1, 1, 1]


def test_new_grouping_leaves_items_as_they_are(importing: Importing, system: System, tmp_path: Path) -> None:
    """An item that covers the whole system goes on doing so; only new weaknesses are split up."""
    importing(nessus(tmp_path / "a.nessus", WEB))
    edit_system(system.name, {"grouping": "asset"})
    more = [replace(host, found=(Found(100), Found(200)), scanned=LATER) for host in (WEB, APP)]
    number = importing(nessus(tmp_path / "b.nessus", *more)).number or 0
    assert sorted(Item.objects.values_list("source_id", "asset_count")) == [
        ("100", 2),
        ("200", 1),
        ("200", 1),
    ]
    undo_import(number)
    assert Item.objects.count() == 1


def test_what_a_system_cannot_be_is_refused(system: System) -> None:
    """Unknown fields, groupings, zones and a name that is taken are refused."""
    with pytest.raises(WrongUse):
        edit_system(system.name, {"name": "Other"})
    with pytest.raises(WrongUse):
        edit_system(system.name, {"grouping": "colour"})
    with pytest.raises(WrongUse):
        add_system(NewSystem("Other", "fedramp-rev5", "low", time_zone="Mars/Olympus"), as_of=TODAY)
    with pytest.raises(StateConflict):
        add_system(NewSystem(system.name, "fedramp-rev5", "low"), as_of=TODAY)


def test_days_begin_in_the_zone_of_the_system(importing: Importing, system: System, tmp_path: Path) -> None:
    """A scan at 02:00 UTC on the 6th is of the 5th in New York: the detection date says so."""
    System.objects.filter(pk=system.pk).update(time_zone="America/New_York")
    night = replace(WEB, scanned=START + 14 * 3600)
    importing(nessus(tmp_path / "a.nessus", night))
    assert f"{Item.objects.get().detected_on}" == "2026-01-05"
