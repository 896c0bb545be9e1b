"""The class of a system under FedRAMP's rules of 2026."""

from milepost.authorities import newest_profile
from milepost.domain.errors import StateConflict
from milepost.records.systems import System
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import answering

VDR = "fedramp-vdr"


def class_of(system: System) -> str:
    """Return the class of a system, A to D.

    Raises:
        StateConflict: it does not answer to FedRAMP's rules of 2026.
    """
    own = own_profiles()
    for each in answering(system):
        if VDR in newest_profile(each.profile, own=own).lineage:
            return each.level.upper()
    raise StateConflict(
        f"it answers to {system.authority}, not to FedRAMP's vulnerability rules of 2026",
        where=system.name,
        fix=f'move it: milepost system move-to-vdr "{system.name}" --on DATE --class B|C|D --person WHO',
    )
