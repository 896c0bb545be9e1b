"""Saying who holds which role in a system: from a day, until a day."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.roles import Role
from milepost.records.people import SystemRole
from milepost.work import finding_systems
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role of a person in a system; without `since` from today, without `until` for as long as it lasts."""

    system: str
    person: str
    role: Role
    assigned_by: str
    since: date | None = None
    until: date | None = None


def assign_role(wanted: Assignment, *, as_of: date) -> SystemRole:
    """Give a person a role; one that they hold already gets its end, if one is named.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: the person has no name, or the role would end before it begins.
        StateConflict: they hold it already, and no end is named.
    """
    if not wanted.person.strip():
        raise WrongUse("a role is held by a person", fix="name the person")
    with recorded("assign_role", person=wanted.assigned_by, as_of=as_of) as told:
        system = finding_systems.locked(wanted.system)
        held = SystemRole.objects.filter(
            system=system, person__iexact=wanted.person.strip(), role=wanted.role, until=None
        ).last()
        if held is not None and wanted.until is None:
            raise StateConflict(
                f"{wanted.person} holds that role since {held.since}", fix="give --until to end it"
            )
        since = held.since if held else wanted.since or as_of
        if wanted.until is not None and wanted.until < since:
            raise WrongUse(f"the role would end before it begins on {since}", fix="give a later end")
        row = held or SystemRole(system=system, person=wanted.person.strip(), role=wanted.role, since=since)
        told.about(system, wanted.person.strip())
        told.tell(role=wanted.role, since=since)
        told.changed("until", row.until, wanted.until)
        row.until, row.assigned_by = wanted.until, wanted.assigned_by
        row.save()
    return row
