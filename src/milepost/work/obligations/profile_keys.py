"""The versions that an item was opened under, as one text: `fedramp-rev5@3.0,cisa-bod-26-04@2026-06-10`."""

from collections.abc import Iterable

from milepost.authorities.profiles import Own, profile_at

_SEPARATOR = ","


def joined(keys: Iterable[str]) -> str:
    """Return several versions as one text."""
    return _SEPARATOR.join(keys)


def by_name(versions: str) -> dict[str, str]:
    """Return each version by the name of its profile, in the order of the text."""
    return {key.partition("@")[0]: key for key in versions.split(_SEPARATOR) if key}


def moved(versions: str, key: str, *, own: Own) -> str:
    """Return the text with one profile in another version.

    Raises:
        WrongUse: there is no such version.
    """
    profile = profile_at(key, own=own)
    return joined((by_name(versions) | {profile.name: profile.key}).values())
