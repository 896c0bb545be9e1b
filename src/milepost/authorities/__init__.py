"""What each authority demands and accepts: one folder each, and the list of them."""

from milepost.authorities.authority import Authority
from milepost.authorities.fedramp import AUTHORITY as FEDRAMP
from milepost.domain.errors import WrongUse

AUTHORITIES: tuple[Authority, ...] = (FEDRAMP,)
"""Every authority that Milepost knows."""


def authority_of(name: str) -> Authority:
    """Return the authority with that short name.

    Raises:
        WrongUse: no authority goes by this name.
    """
    for authority in AUTHORITIES:
        if authority.name == name:
            return authority
    known = ", ".join(authority.name for authority in AUTHORITIES)
    raise WrongUse(f"{name} is no authority that Milepost knows", fix=f"use one of {known}")
