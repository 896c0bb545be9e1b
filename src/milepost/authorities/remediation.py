"""The days that a profile gives for a rating: from detection, or from what else the authority counts from."""

from collections.abc import Iterator
from functools import cache

from milepost.domain.circumstances import Circumstances, DateKind
from milepost.domain.deadline import Candidate, DateRule, after
from milepost.domain.profile import Fact, Profile, RemediationDays
from milepost.domain.rating import Rating

_FALLING_BACK = {
    Rating.VERY_HIGH: (Rating.VERY_HIGH, Rating.CRITICAL, Rating.HIGH),
    Rating.CRITICAL: (Rating.CRITICAL, Rating.VERY_HIGH, Rating.HIGH),
    Rating.VERY_LOW: (Rating.VERY_LOW, Rating.LOW),
}
EXPOSED, INTERNAL, PENETRATION_TEST = "exposed", "internal", "penetration_test"


def days_for(profile: Profile, found: Circumstances) -> RemediationDays | None:
    """Return the row of the profile's table that fits: the narrower before the general; None for none.

    An authority that does not know Critical or Very High has its High count; an asset of unknown exposure
    counts as exposed.
    """
    if profile.remediation_days is None:
        return None
    for word in _words(found):
        rows = [row for row in profile.remediation_days.value if row.severity == word]
        narrow = [row for row in rows if row.when and row.when in _standing(found)]
        general = [row for row in rows if not row.when]
        if narrow or general:
            return min(narrow or general, key=lambda row: row.days)
    return None


def _words(found: Circumstances) -> tuple[Rating, ...]:
    """Return the ratings to look for, in order; what a tool called critical is critical while it is High."""
    if found.critical and found.rating is Rating.HIGH:
        return (Rating.CRITICAL, Rating.VERY_HIGH, Rating.HIGH)
    return _FALLING_BACK.get(found.rating, (found.rating,))


def _standing(found: Circumstances) -> frozenset[str]:
    place = INTERNAL if found.exposed is False else EXPOSED
    return frozenset({place, PENETRATION_TEST} if found.penetration_test else {place})


def candidates(
    found: Circumstances, profile: Profile, *, vendor_release_restarts: bool = False
) -> Iterator[Candidate]:
    """Yield the date by the profile's days; a vendor's release may start them again."""
    row = days_for(profile, found)
    if row is None or profile.remediation_days is None:
        return
    release = found.on(DateKind.VENDOR_RELEASE) if vendor_release_restarts else None
    start = found.detected_on if release is None else max(release.on, found.detected_on)
    rule = _rule(profile.key, row, profile.remediation_days)
    yield after(start, row.days, rule, "the vendor's release" if release else "")


@cache
def _rule(key: str, row: RemediationDays, stated: Fact[tuple[RemediationDays, ...]]) -> DateRule:
    narrowed = f" ({row.when.replace('_', ' ')})" if row.when else ""
    words = f"{row.severity} weaknesses{narrowed} are due {row.days} calendar days after discovery"
    return DateRule(f"{key}:{row.severity.lower()}", words, stated.citation, stated.verified)
