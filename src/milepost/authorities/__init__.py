"""What each authority demands and accepts: one folder each, and the way to it by name."""

from milepost.authorities.authority import Authority
from milepost.authorities.by_profile import ProfileAuthority
from milepost.authorities.fedramp import AUTHORITY as FEDRAMP
from milepost.authorities.profiles import Own, profile_at, profile_names, stated_profile
from milepost.domain.profile import Profile, ProfileKind

_WRITTEN = {FEDRAMP.name: FEDRAMP}
"""The authorities with code of their own beside the profile."""


def authority_of(name: str, *, own: Own = ()) -> Authority:
    """Return the authority of that short name, or in one version: `hhs`, `hhs@2.0`.

    A name alone means the newest version. `own` are the profiles that the organisation has made itself.

    Raises:
        WrongUse: no authority goes by this name, or it has no such version.
    """
    plain = name.partition("@")[0]
    if plain in _WRITTEN:
        return _WRITTEN[plain]
    profile = profile_at(name, own=own) if "@" in name else newest_profile(name, own=own)
    return ProfileAuthority(profile, profile.lineage)


def newest_profile(name: str, *, own: Own = ()) -> Profile:
    """Return the newest version of a profile, in force or to come.

    Raises:
        WrongUse: no profile goes by this name.
    """
    return profile_at(f"{name}@{stated_profile(name, own).versions[-1].version}", own=own)


def authorities(*, own: Own = ()) -> tuple[Authority, ...]:
    """Return every authority that a system can answer to first: what only adds dates or is a base is none."""
    apart = {ProfileKind.OVERLAY, ProfileKind.BASE}
    names = [name for name in profile_names(own) if stated_profile(name, own).kind not in apart]
    return tuple(authority_of(name, own=own) for name in names)
