"""What the profiles of a system say of the lifecycle, composed: of several, the strictest holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from milepost.domain.profile import Approvers, Fact, Profile
from milepost.domain.ruling import Citation

T = TypeVar("T")

REASSESS_DAYS: Final = 365
"""Days after which an operational requirement is assessed again where nobody names a day: the rhythm of
annual assessments (FedRAMP asks for it "periodically" and gives no number)."""

_REOPENS: Final = "reopens_closed_items"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most days that a profile allows, and where it says so."""

    days: int
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the lifecycle of an item asks the profiles for.

    `required` are the fields that a plan may not leave empty. `two_stage` are the severities whose decisions
    need a second signature. `not_as_requirement` are the ratings for which an operational requirement is
    refused. `accepted_on_plan` tells whether accepted risks stay on the document, `accepted_is_open` whether
    they count as open; None where nobody says.
    """

    profiles: tuple[str, ...] = ()
    acceptance: Limit | None = None
    plan: Limit | None = None
    approvers: tuple[Approvers, ...] = ()
    required: tuple[str, ...] = ()
    two_stage: frozenset[str] = frozenset()
    not_as_requirement: frozenset[str] = frozenset()
    reopens: bool = False
    accepted_is_open: bool | None = None
    accepted_on_plan: bool | None = None


def rules_of(profiles: Sequence[Profile]) -> Rules:
    """Compose what several profiles say: shortest times, every approver, every second signature.

    A limit that nobody has confirmed is a default and does not refuse anything, so it is left out.
    """
    return Rules(
        profiles=tuple(profile.key for profile in profiles),
        acceptance=_shortest(profile.acceptance_max_days for profile in profiles),
        plan=_shortest(each.plan_max_days for each in profiles if not _counts_from_status(each)),
        approvers=tuple(
            each for profile in profiles if profile.approvers for each in profile.approvers.value
        ),
        required=tuple(dict.fromkeys(name for profile in profiles for name in _required(profile))),
        two_stage=frozenset(
            severity
            for profile in profiles
            if profile.two_stage_severities
            for severity in profile.two_stage_severities.value
        ),
        not_as_requirement=frozenset().union(*(_not_as_requirement(profile) for profile in profiles)),
        reopens=any(_confirmed_yes(profile.further.get(_REOPENS)) for profile in profiles),
        accepted_is_open=_any(profile.accepted_counts_as_open for profile in profiles),
        accepted_on_plan=_any(profile.accepted_on_plan for profile in profiles),
    )


def _required(profile: Profile) -> list[str]:
    """Return the fields that a profile is known to require of every plan under way."""
    fact = profile.required_fields
    if fact is None or not fact.verified:
        return []
    return [
        each.field
        for each in fact.value
        if not each.when and (not each.states or "in_progress" in each.states)
    ]


def _counts_from_status(profile: Profile) -> bool:
    """Tell whether a profile's plan runs from a status date, which is its own deadline (32 CFR 170.21(b))."""
    return any(name.startswith("cmmc") for name in {profile.name, *profile.lineage})


def _shortest(facts: Iterable[Fact[int] | None]) -> Limit | None:
    limits = [Limit(fact.value, fact.citation) for fact in facts if fact is not None and fact.verified]
    return min(limits, key=lambda limit: limit.days, default=None)


def _any(facts: Iterable[Fact[bool] | None]) -> bool | None:
    said = [fact.value for fact in facts if fact is not None]
    return any(said) if said else None


def _confirmed_yes(fact: Fact[str] | None) -> bool:
    return fact is not None and fact.verified and fact.value == "yes"


def _not_as_requirement(profile: Profile) -> frozenset[str]:
    """Return the ratings that FedRAMP lets no operational requirement stand for (POA&M guide, RFC 3, 5I)."""
    named = {profile.name, *profile.lineage}
    return frozenset({"High", "Critical"}) if "fedramp-rev5" in named else frozenset()
