"""The one way to an item by its identifier."""

from milepost.domain.errors import RecordMissing, WrongUse
from milepost.records.items import Item
from milepost.work import finding_systems


def by_identifier(identifier: str, system: str = "", *, lock: bool = False) -> Item:
    """Return an item; without a system, the identifier must be the only one of its kind.

    Raises:
        RecordMissing: there is no such item.
        WrongUse: several systems have an item of this identifier.
    """
    rows = Item.objects.select_related("system").filter(identifier=identifier)
    if system:
        rows = rows.filter(system=finding_systems.by_name(system))
    found = list((rows.select_for_update(of=("self",)) if lock else rows)[:2])
    if not found:
        raise RecordMissing(
            f"there is no item {identifier}{f' in {system}' if system else ''}",
            fix="see milepost items --system NAME",
        )
    if len(found) > 1:
        raise WrongUse(f"several systems have an item {identifier}", fix="say which with --system NAME")
    return found[0]
