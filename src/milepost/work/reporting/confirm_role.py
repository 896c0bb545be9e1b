"""Having the register confirm the role in which somebody signs."""

from datetime import date

import msgspec

from milepost.domain.errors import NotAllowed, WrongUse
from milepost.domain.roles import ROLE_TITLES, folded, role_named
from milepost.reports.sign_off import Attestor
from milepost.work import finding_systems
from milepost.work.lifecycle.cases import roles_held


def confirm_role(given: Attestor, system_name: str, *, as_of: date) -> Attestor:
    """Return the attestor with the role that the register knows in a system on a day.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: the register knows no such role.
        NotAllowed: the person does not hold it on that day.
    """
    role = role_named(given.role)
    if role is None:
        raise WrongUse(
            f"the register knows no role {given.role}", fix=f"choose one of {', '.join(ROLE_TITLES)}"
        )
    system = finding_systems.by_name(system_name)
    if role not in roles_held(system, as_of).get(folded(given.name), frozenset()):
        raise NotAllowed(
            f"{given.name} is not {ROLE_TITLES[role]} of {system.name} on {as_of}",
            fix="see milepost system role, or leave the system away to state the role yourself",
        )
    known = f"confirmed by the register for {system.name} on {as_of}"
    return msgspec.structs.replace(given, role=ROLE_TITLES[role], role_known_by=known)
