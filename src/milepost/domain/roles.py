"""Who acts for a system: the roles that people hold in it, each from a day and until a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a system; only some of these decide, and an administrator decides nothing."""

    ASSESSOR = "assessor"
    ISSO = "isso"
    SYSTEM_OWNER = "system_owner"
    REMEDIATION_OWNER = "remediation_owner"
    ISSM_CISO = "issm_ciso"
    VERIFIER = "verifier"
    AO = "ao"
    CAT1_APPROVER = "cat1_approver"
    SAORM = "saorm"
    PRIVACY = "privacy"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_TITLES = {
    Role.ASSESSOR: "assessor",
    Role.ISSO: "information system security officer (ISSO)",
    Role.SYSTEM_OWNER: "system or business owner",
    Role.REMEDIATION_OWNER: "remediation owner",
    Role.ISSM_CISO: "security manager (ISSM, CISO)",
    Role.VERIFIER: "independent verifier",
    Role.AO: "authorizing official (AO)",
    Role.CAT1_APPROVER: "approver of the second level (CAT I)",
    Role.SAORM: "senior accountable official for risk management (SAORM)",
    Role.PRIVACY: "senior official for privacy",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "administrator",
}

_NAMES = {
    "business_owner": Role.SYSTEM_OWNER,
    "ciso": Role.ISSM_CISO,
    "issm": Role.ISSM_CISO,
    "sop": Role.PRIVACY,
    "senior_official_for_privacy": Role.PRIVACY,
    "authorizing_official": Role.AO,
    "approver": Role.ISSM_CISO,
    "cat_i_approver": Role.CAT1_APPROVER,
}


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a person holds in a system: from the day `since`, up to and with the day `until`."""

    person: str
    role: Role
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def folded(person: str) -> str:
    """Return a name as it is compared: without regard to case and spaces."""
    return " ".join(person.split()).casefold()


def role_named(name: str) -> Role | None:
    """Return the role that an authority names, such as `AO`, `CISO`, `Business Owner`; None for others."""
    key = "_".join(name.replace("-", " ").casefold().split())
    return Role(key) if key in set(Role) else _NAMES.get(key)


def roles_on(held: Iterable[HeldRole], day: date) -> dict[str, frozenset[Role]]:
    """Return the roles that people hold on a day, by folded name."""
    found: dict[str, set[Role]] = {}
    for each in held:
        if each.holds_on(day):
            found.setdefault(folded(each.person), set()).add(each.role)
    return {person: frozenset(roles) for person, roles in found.items()}
