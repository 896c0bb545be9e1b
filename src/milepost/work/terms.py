"""What a system answers to: its own authority and further obligations, each in the version that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec

from milepost.authorities import authorities, authority_of
from milepost.authorities.authority import Authority
from milepost.authorities.cisa.bod_26_04 import Assumptions
from milepost.authorities.deadlines import Terms
from milepost.authorities.profiles import Own, profile_at, profile_of
from milepost.records.deadlines import Obligation
from milepost.records.systems import System
from milepost.work.obligations.profile_keys import by_name, joined
from milepost.work.own_profiles import own_profiles


@dataclass(frozen=True, slots=True)
class Answering:
    """One profile that a system answers to since a day, its level there, and what it chose of the rules."""

    profile: str
    level: str
    since: date
    settings: str = "{}"


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a system chooses where a rule leaves a choice; `conditional_since` dates a CMMC status."""

    assumptions: Assumptions = Assumptions()
    conditional_since: date | None = None


def answering(system: System, obligations: Iterable[Obligation] | None = None) -> tuple[Answering, ...]:
    """Return everything that a system answers to, its own authority first."""
    further = system.obligations.all() if obligations is None else obligations
    own = Answering(system.authority, system.impact, system.created_on)
    return (own, *(Answering(each.profile, each.level, each.since, each.settings) for each in further))


def opened_under(system: System, *, as_of: date, own: Own | None = None) -> str:
    """Return the versions of all profiles that hold on a day, as an item opened then remembers them."""
    profiles = own_profiles() if own is None else own
    return joined(
        profile_of(each.profile, on=max(as_of, each.since), own=profiles).key for each in answering(system)
    )


def terms_of(answers: Iterable[Answering], versions: str, *, opened_on: date, own: Own) -> tuple[Terms, ...]:
    """Return the terms of an item: each profile in the version it was opened under.

    A profile that the system came to answer to later is taken as it was on that day.
    """
    keys = by_name(versions)
    found = []
    for each in answers:
        key = keys.get(each.profile)
        profile = (
            profile_at(key, own=own)
            if key
            else profile_of(each.profile, on=max(opened_on, each.since), own=own)
        )
        found.append(
            Terms(
                profile=profile,
                lineage=profile.lineage,
                level=each.level,
                assumptions=chosen(each).assumptions,
            )
        )
    return tuple(found)


def chosen(answer: Answering) -> Chosen:
    """Return what a system chose of the rules of one profile."""
    return msgspec.json.decode(answer.settings, type=Chosen)


def authority_for(system: System, versions: str = "") -> Authority:
    """Return the authority that a system answers to first, in the version that an item was opened under."""
    return authority_named(by_name(versions).get(system.authority, system.authority))


class Authorities:
    """The authority of a system in each version that its items were opened under, looked up once for all."""

    def __init__(self, system: System, own: Own | None = None) -> None:
        """Read the organisation's own profiles once, where they are not given."""
        self._name = system.authority
        self._own = own_profiles() if own is None else own
        self._known: dict[str, Authority] = {}

    def of(self, versions: str) -> Authority:
        """Return the authority in the version that an item was opened under."""
        key = by_name(versions).get(self._name, self._name)
        if key not in self._known:
            self._known[key] = authority_of(key, own=self._own)
        return self._known[key]


def authority_named(name: str) -> Authority:
    """Return an authority by its short name, or in one version, the organisation's own included.

    Raises:
        WrongUse: no authority goes by this name.
    """
    return authority_of(name, own=own_profiles())


def known_authorities() -> tuple[Authority, ...]:
    """Return every authority that a system can answer to first."""
    return authorities(own=own_profiles())
