"""Adding a system: the boundary whose weaknesses are recorded, and the authority it answers to."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.item import Grouping
from milepost.records.systems import System
from milepost.work.recording import recorded
from milepost.work.terms import authority_named


@dataclass(frozen=True, slots=True)
class NewSystem:
    """What is known of a system when it is added."""

    name: str
    authority: str
    impact: str
    provider: str = ""
    point_of_contact: str = ""
    time_zone: str = "UTC"
    grouping: str = Grouping.WEAKNESS
    item_prefix: str = "V-"


def add_system(new: NewSystem, *, as_of: date) -> System:
    """Add a system.

    Raises:
        WrongUse: the authority, impact or time zone is not known.
        StateConflict: a system of this name exists.
    """
    authority = authority_named(new.authority)
    levels = {level.casefold(): level for level in authority.impacts}
    if new.impact.casefold() not in levels:
        raise WrongUse(
            f"{new.impact} is no impact level of {authority.title}",
            fix=f"use one of {', '.join(authority.impacts)}",
        )
    if new.time_zone not in available_timezones():
        raise WrongUse(f"{new.time_zone} is no time zone", fix="use a name such as America/New_York")
    with recorded("add_system", as_of=as_of) as told:
        if System.objects.filter(name=new.name).exists():
            raise StateConflict(f"there is a system named {new.name} already", fix="choose another name")
        told.subjects.append(new.name)
        told.tell(system=new)
        return System.objects.create(
            name=new.name,
            authority=authority.name,
            impact=levels[new.impact.casefold()],
            provider=new.provider,
            point_of_contact=new.point_of_contact,
            time_zone=str(ZoneInfo(new.time_zone)),
            grouping=new.grouping,
            item_prefix=new.item_prefix,
            created_on=as_of,
        )
