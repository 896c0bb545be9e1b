"""Counts of items are kept until an item changes, however it changes."""

from datetime import date

import pytest

from milepost.records import bulk
from milepost.records.item_versions import version_of
from milepost.records.items import Item
from milepost.records.queries.facets import groups
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.edit_item import Edit, edit_item
from milepost.work.list_items import list_items
from milepost.work.open_item import NewItem, open_item

TODAY = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def system() -> System:
    """Return a system with one item."""
    made = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)
    opened()
    return made


def opened() -> Item:
    """Open an item by hand."""
    return open_item(NewItem(system="Harbor", name="Weak", detected_on=TODAY, person="Ines"), as_of=TODAY)


def test_version_grows_with_every_change(system: System) -> None:
    """Opening, saving, changing in bulk and deleting give another number; another system keeps its own."""
    other = add_system(NewSystem("Quay", "fedramp-rev5", "moderate"), as_of=TODAY)
    seen = [version_of(system.pk)]
    item = opened()
    seen.append(version_of(system.pk))
    item.save()
    seen.append(version_of(system.pk))
    bulk.update("records_item", ("responsible",), ("text",), [("Sam", item.pk)])
    seen.append(version_of(system.pk))
    Item.objects.filter(pk=item.pk).update(responsible="Vera")
    seen.append(version_of(system.pk))
    item.delete()
    seen.append(version_of(system.pk))
    assert seen == sorted(set(seen))
    assert version_of(other.pk) == 0


def test_counts_follow_each_change(system: System) -> None:
    """A count that was kept is not told again once an item was opened or rated."""
    assert [(each.rating, each.items) for each in groups(system.pk, TODAY, 30)] == [("", 1)]
    item = opened()
    assert [(each.rating, each.items) for each in groups(system.pk, TODAY, 30)] == [("", 2)]
    edit_item(Edit(item.identifier, {"original_risk": "High"}, "Ines"), as_of=TODAY)
    assert [(each.rating, each.items) for each in groups(system.pk, TODAY, 30)] == [("", 1), ("High", 1)]


def test_excused_item_is_not_counted_as_overdue(system: System) -> None:
    """A vendor asked within thirty days: past its date, the item is overdue in no list and no count."""
    item = Item.objects.get(system=system)
    values = {
        "scheduled_on": "2026-03-10",
        "vendor_dependency": "yes",
        "vendor_product": "curl",
        "vendor_checked_on": "2026-03-01",
    }
    edit_item(Edit(item.identifier, values, "Ines", "as agreed"), as_of=TODAY)
    for day, late in ((date(2026, 3, 31), 0), (date(2026, 4, 1), 1)):
        assert sum(each.overdue for each in groups(system.pk, day, 30)) == late
        assert len(list_items("Harbor", ["overdue"], as_of=day)) == late
