"""What a system answers to, each authority with its level, its choices and its facts in words."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from milepost.authorities.profiles import Own, profile_of, stated_profile
from milepost.authorities.prose_words import Section, sections
from milepost.domain.errors import WrongUse
from milepost.domain.profile import Profile
from milepost.records.systems import System
from milepost.web.refusals import told
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import Answering, answering, chosen

_DIRECTIVE = "cisa-bod-26-04"


class Card(NamedTuple):
    """One profile that a system answers to, as it holds on a day.

    `confirmed` counts its facts that were seen in their source, of `facts`. Where no version is in force on
    the day, `profile` is None and `missing` says so.
    """

    name: str
    title: str
    level: str
    since: date
    choices: tuple[str, ...]
    profile: Profile | None
    sections: tuple[Section, ...]
    confirmed: int
    facts: int
    missing: str


def cards_of(system: System, as_of: date) -> list[Card]:
    """Return everything that a system answers to, its first authority first."""
    own = own_profiles()
    return [_card(each, as_of, own) for each in answering(system)]


def _card(each: Answering, as_of: date, own: Own) -> Card:
    title = stated_profile(each.profile, own).title
    try:
        profile = profile_of(each.profile, on=max(as_of, each.since), own=own)
    except WrongUse as error:
        return Card(each.profile, title, each.level, each.since, (), None, (), 0, 0, told(error))
    said = tuple(sections(profile))
    standings = [fact.fact.verified for section in said for fact in section.facts]
    return Card(
        each.profile,
        title,
        each.level,
        each.since,
        tuple(_choices(each, profile)),
        profile,
        said,
        sum(standings),
        len(standings),
        "",
    )


def _choices(each: Answering, profile: Profile) -> Iterator[str]:
    """Say in words what the system chose where the rules leave a choice."""
    choice = chosen(each)
    if _DIRECTIVE in profile.lineage:
        assumed = choice.assumptions
        yield f"An asset of unknown exposure counts as {'exposed' if assumed.exposed else 'internal'}"
        yield (
            "Where an answer is missing: 60 days"
            if assumed.sixty_days
            else "Where an answer is missing: not automatable, total impact"
        )
        yield f"Days count from the {assumed.clock} of CISA's entry and the detection"
    if choice.conditional_since:
        yield f"Conditional CMMC status since {choice.conditional_since:%Y-%m-%d}"
