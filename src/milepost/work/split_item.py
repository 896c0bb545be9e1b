"""Splitting an item by hand: some assets get an item of their own, for every later import too."""

from collections.abc import Sequence
from datetime import date

from milepost.domain.errors import RecordMissing, StateConflict, WrongUse
from milepost.domain.item import ENDED_STATUSES
from milepost.records import rollup
from milepost.records.assets import Asset
from milepost.records.items import Item, ItemScope
from milepost.work import finding_items, finding_systems, item_history
from milepost.work.recording import recorded

_CARRIED = (
    *("kind", "source_kind", "source_name", "source_id", "first_seen", "detected_on", "original_risk"),
    *("native_severity", "original_scheduled_on", "scheduled_on", "controls", "title", "severity"),
    *("parent_id", "recurrence_of_id", "kev_due_on", "responsible", "point_of_contact"),
)


def split_item(
    identifier: str, assets: Sequence[str], *, person: str, reason: str, as_of: date, system: str = ""
) -> Item:
    """Give some assets of an item an item of their own, with the same dates (FedRAMP RFC 3, 5J).

    Raises:
        WrongUse: no asset is named.
        RecordMissing: the system has no such asset.
        StateConflict: the item is closed or covers nothing that could be split.
    """
    if not assets:
        raise WrongUse("a split needs the assets that get an item of their own", fix="name them with --asset")
    with recorded("split_item", person=person, as_of=as_of) as told:
        item = finding_items.by_identifier(identifier, system, lock=True)
        owner = finding_systems.locked(item.system.name)
        scopes = list(ItemScope.objects.filter(item=item, asset=None))
        if item.status in ENDED_STATUSES or not scopes:
            raise StateConflict(f"{item.identifier} covers nothing that could be split")
        found = [_asset(owner.pk, name) for name in assets]
        owner.last_number += 1
        values = {name: getattr(item, name) for name in _CARRIED}
        part = Item.objects.create(
            system=owner,
            number=owner.last_number,
            identifier=f"{owner.item_prefix}{owner.last_number}",
            opened_on=as_of,
            status_on=as_of,
            **values,
        )
        owner.save(update_fields=["last_number"])
        ItemScope.objects.bulk_create(
            ItemScope(item=part, weakness_id=scope.weakness_id, asset=asset)
            for scope in scopes
            for asset in found
        )
        told.tell(assets=list(assets))
        changes = {"split_from": ("", item.identifier)}
        item_history.record(part, changes, person=person, reason=reason, as_of=as_of)
        item_history.record(
            item, {"split_off": ("", part.identifier)}, person=person, reason=reason, as_of=as_of
        )
        rollup.settle_items([item.pk, part.pk])
    return part


def _asset(system_id: int, name: str) -> Asset:
    found = Asset.objects.filter(system_id=system_id, name=name).first()
    if found is None:
        raise RecordMissing(f"the system has no asset named {name}", fix="name it as the item's page does")
    return found
