"""Letting a system answer to a further authority, or no longer: the strictest of all its rules holds."""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from milepost.authorities.by_profile import levels_of
from milepost.authorities.profiles import profile_of
from milepost.domain.errors import RecordMissing, StateConflict, WrongUse
from milepost.records.deadlines import Obligation
from milepost.records.systems import System
from milepost.work.due_dates import Cause, Recomputed, recompute_systems
from milepost.work.own_profiles import own_profiles
from milepost.work.recording import recorded
from milepost.work.terms import Chosen


@dataclass(frozen=True, slots=True)
class NewObligation:
    """A profile to answer to; `since` the day from which, and so in which version."""

    profile: str
    since: date
    level: str = ""
    chosen: Chosen = field(default_factory=Chosen)


def oblige_system(system: System, new: NewObligation, *, as_of: date) -> Recomputed:
    """Let a system answer to a profile beside what it answers to; given again, level and choices change.

    Raises:
        WrongUse: there is no such profile in force, or the level is none of it.
        StateConflict: it is the authority that the system answers to first.
    """
    own = own_profiles()
    profile = profile_of(new.profile, on=new.since, own=own)
    if profile.name == system.authority:
        raise StateConflict(f"{system.name} answers to {profile.name} first already", where=system.name)
    values = {
        "level": _level(new.level or system.impact, levels_of(profile.lineage), profile.title),
        "settings": msgspec.json.encode(new.chosen).decode(),
        "since": new.since,
    }
    with recorded("oblige_system", as_of=as_of, system=system) as told:
        before = Obligation.objects.filter(system=system, profile=profile.name).values(*values).first() or {}
        told.subjects.append(profile.name)
        for name, value in values.items():
            told.changed(name, before.get(name), value)
        Obligation.objects.update_or_create(system=system, profile=profile.name, defaults=values)
        return recompute_systems([system], Cause(f"{system.name} answers to {profile.name}", as_of))


def release_system(system: System, profile: str, *, as_of: date) -> Recomputed:
    """Let a system no longer answer to a further profile.

    Raises:
        RecordMissing: it does not answer to it beside its first authority.
    """
    with recorded("release_system", as_of=as_of, system=system) as told:
        gone, _ = Obligation.objects.filter(system=system, profile=profile).delete()
        if not gone:
            held = ", ".join(system.obligations.values_list("profile", flat=True)) or "nothing"
            raise RecordMissing(
                f"it does not answer to {profile}", where=system.name, fix=f"beside its first it has: {held}"
            )
        told.subjects.append(profile)
        told.changed("profile", profile, "")
        return recompute_systems([system], Cause(f"{system.name} no longer answers to {profile}", as_of))


def _level(given: str, levels: tuple[str, ...], title: str) -> str:
    """Return the level as the authority spells it; where it knows but one, that one."""
    if len(levels) == 1:
        return levels[0]
    spelled = {level.casefold(): level for level in levels}
    if given.casefold() not in spelled:
        raise WrongUse(f"{given} is no level of {title}", fix=f"use one of {', '.join(levels)}")
    return spelled[given.casefold()]
