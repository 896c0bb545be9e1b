"""Changing what is known of a system: who provides it, who answers for it, what becomes one item."""

from collections.abc import Mapping
from typing import Final

from milepost.domain.errors import WrongUse
from milepost.domain.item import Grouping
from milepost.work import finding_systems
from milepost.work.recording import recorded

FIELDS: Final = ("provider", "point_of_contact", "grouping")


def edit_system(name: str, values: Mapping[str, str]) -> None:
    """Set fields of a system; a new grouping holds for items that open from now on.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: a field is not known, or the grouping is none.
    """
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise WrongUse(f"{unknown[0]} is no field that can be set", fix=f"use one of {', '.join(FIELDS)}")
    if values.get("grouping", Grouping.WEAKNESS) not in set(Grouping):
        raise WrongUse(f"{values['grouping']} is no grouping", fix=f"use one of {', '.join(Grouping)}")
    with recorded("edit_system") as told:
        system = finding_systems.locked(name)
        for field, value in values.items():
            if getattr(system, field) != value:
                told.changed(field, getattr(system, field), value)
            setattr(system, field, value)
        told.about(system, system.name)
        told.nothing()
        system.save(update_fields=list(values))
