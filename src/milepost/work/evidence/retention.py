"""How long evidence of a system is kept: the longest that any of its profiles asks for."""

from datetime import date
from typing import Final

from milepost.authorities.profiles import profile_of
from milepost.domain.profile import Fact, Profile
from milepost.domain.ruling import Citation
from milepost.records.evidence import Evidence
from milepost.records.systems import System
from milepost.vault.retention import NO_RULE, Retention, years_after
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import answering, chosen

UNSTATED: Final = Retention("no retention stated", None, NO_RULE)


def retention_of(system: System, *, since: date | None, as_of: date) -> Retention:
    """Return the retention of what is added to a system today.

    Years count from `since`; where it is not given from the CMMC status date, if the system has one, else
    from today.
    """
    answers = answering(system)
    start = since or next((day for each in answers if (day := chosen(each).conditional_since)), as_of)
    own = own_profiles()
    stated = [
        _retention(profile, profile.retention_years, start)
        for profile in (profile_of(each.profile, on=max(as_of, each.since), own=own) for each in answers)
        if profile.retention_years is not None
    ]
    return max(stated, key=lambda each: each.until or date.max, default=UNSTATED)


def held_by(evidence: Evidence) -> Retention:
    """Return the retention that a piece of evidence was given."""
    if not evidence.retention:
        return UNSTATED
    document, _, section = evidence.retention_source.partition(", ")
    return Retention(evidence.retention, evidence.keep_until, Citation(document, section))


def _retention(profile: Profile, years: Fact[int], start: date) -> Retention:
    name = f"{profile.title}: {years.value} years from {start:%Y-%m-%d}"
    standing = "" if years.verified else ", unverified"
    return Retention(f"{name}{standing}", years_after(start, years.value), years.citation)
