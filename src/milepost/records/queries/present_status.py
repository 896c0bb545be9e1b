"""The status of an item that counts on a day: what was decided for a time comes back by itself."""

from datetime import date

from milepost.domain import acceptance
from milepost.domain.item import ItemStatus
from milepost.records.items import Item


def present_status(item: Item, as_of: date) -> ItemStatus:
    """Return the status that counts: the former one where an acceptance or requirement has run out."""
    resumes = ItemStatus(item.resumes) if item.resumes else ItemStatus.OPEN
    return acceptance.present_status(ItemStatus(item.status), item.lapses_on, resumes, as_of)
