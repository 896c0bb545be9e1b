"""Opening an item by hand: most findings of a small contractor come from people, not from scanners."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.errors import WrongUse
from milepost.domain.item import SourceKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.work import finding_systems, item_history
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.recording import recorded
from milepost.work.terms import authority_for, opened_under


@dataclass(frozen=True, slots=True)
class NewItem:
    """A weakness as a person reports it; `detected_on` may lie in the past."""

    system: str
    name: str
    detected_on: date
    person: str
    description: str = ""
    source_kind: SourceKind = SourceKind.SELF_ASSESSMENT
    source_name: str = ""
    source_id: str = ""
    controls: str = ""
    risk: Rating = Rating.NONE
    likelihood: str = ""
    impact: str = ""
    affected_assets: str = ""
    remediation_plan: str = ""
    responsible: str = ""
    point_of_contact: str = ""
    cves: str = ""


def open_item(new: NewItem, *, as_of: date) -> Item:
    """Open an item; its scheduled date follows from the authority's rule.

    Raises:
        WrongUse: the name is empty, or the detection date lies in the future.
        RecordMissing: there is no such system.
    """
    if not new.name.strip():
        raise WrongUse("an item needs a name", fix="say in a few words what is weak")
    if new.detected_on > as_of:
        raise WrongUse(
            f"{new.detected_on} lies in the future", where="detected on", fix="give the day it was found"
        )
    with recorded("open_item", person=new.person, as_of=as_of) as told:
        system = finding_systems.locked(new.system)
        versions = opened_under(system, as_of=as_of)
        scheduled = authority_for(system, versions).scheduled(new.detected_on, new.risk)
        system.last_number += 1
        item = Item.objects.create(
            system=system,
            number=system.last_number,
            identifier=f"{system.item_prefix}{system.last_number}",
            detected_on=new.detected_on,
            opened_on=as_of,
            opened_under=versions,
            status_on=as_of,
            original_risk=new.risk,
            original_scheduled_on=scheduled,
            scheduled_on=scheduled,
            source_kind=new.source_kind,
            title=new.name,
            severity=_RANKS[new.risk],
            **{name: getattr(new, name) for name in _SAME},
        )
        system.save(update_fields=["last_number"])
        told.tell(item=new)
        opened = {"status": ("", item.status)}
        item_history.record(item, opened, person=new.person, reason="opened by hand", as_of=as_of)
        recompute_items(system, [item.pk], Cause("it was opened", as_of))
        item.refresh_from_db()
    return item


_RANKS = {
    Rating.VERY_HIGH: 5,
    Rating.CRITICAL: 5,
    Rating.HIGH: 4,
    Rating.MODERATE: 3,
    Rating.LOW: 2,
    Rating.VERY_LOW: 2,
    Rating.NONE: 1,
}
_SAME = (
    *("name", "description", "source_name", "source_id", "controls", "likelihood", "impact"),
    *("affected_assets", "remediation_plan", "responsible", "point_of_contact", "cves"),
)
