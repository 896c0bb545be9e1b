"""Several authorities at once: of what they demand, the strictest holds, and says what it stands above.

A fact that nobody has confirmed takes part, because it is a default that people may edit; the reason says so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from milepost.domain.profile import Approvers, Fact, Profile, RequiredField

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """What holds of several facts: the value, the facts that give it, those that ask for less, and why."""

    value: T
    by: tuple[Fact[T], ...]
    beaten: tuple[Fact[T], ...]
    reason: str

    @property
    def verified(self) -> bool:
        """Tell whether a confirmed fact stands behind the value."""
        return any(fact.verified for fact in self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What several profiles demand together; None where none of them says anything.

    Days are calendar days. All of `approvers` must approve, each by one of its roles.
    """

    profiles: tuple[str, ...]
    remediation_days: dict[tuple[str, str], Chosen[int]]
    review_days: Chosen[int] | None
    high_value_review_days: Chosen[int] | None
    create_within_days: Chosen[int] | None
    acceptance_max_days: Chosen[int] | None
    plan_max_days: Chosen[int] | None
    vendor_check_in_days: Chosen[int] | None
    due_soon_days: Chosen[int] | None
    milestone_text_characters: Chosen[int] | None
    retention_years: Chosen[int] | None
    accepted_on_plan: Chosen[bool] | None
    accepted_counts_as_open: Chosen[bool] | None
    false_positives_on_plan: Chosen[bool] | None
    scheduled_date_frozen: Chosen[bool] | None
    delay_reason_required: Chosen[bool] | None
    required_fields: Chosen[tuple[RequiredField, ...]] | None
    approvers: Chosen[tuple[Approvers, ...]] | None
    two_stage_severities: Chosen[tuple[str, ...]] | None
    notice_days: Chosen[tuple[int, ...]] | None


def strictest(profiles: Sequence[Profile]) -> Demands:
    """Return what profiles demand together: the shortest days, the union of fields, every approver.

    Longer is stricter for what is kept (`retention_years`), written (`milestone_text_characters`) and warned
    of (`due_soon_days`). Something that one profile demands is demanded, so an accepted risk counts as open,
    and stands on the plan, as soon as one authority wants it there.
    """
    return Demands(
        profiles=tuple(profile.key for profile in profiles),
        remediation_days=_days(profiles),
        review_days=smallest(_said(profiles, lambda each: each.review_days)),
        high_value_review_days=smallest(_said(profiles, lambda each: each.high_value_review_days)),
        create_within_days=smallest(_said(profiles, lambda each: each.create_within_days)),
        acceptance_max_days=smallest(_said(profiles, lambda each: each.acceptance_max_days)),
        plan_max_days=smallest(_said(profiles, lambda each: each.plan_max_days)),
        vendor_check_in_days=smallest(_said(profiles, lambda each: each.vendor_check_in_days)),
        due_soon_days=largest(_said(profiles, lambda each: each.due_soon_days)),
        milestone_text_characters=largest(_said(profiles, lambda each: each.milestone_text_characters)),
        retention_years=largest(_said(profiles, lambda each: each.retention_years)),
        accepted_on_plan=demanded(_said(profiles, lambda each: each.accepted_on_plan)),
        accepted_counts_as_open=demanded(_said(profiles, lambda each: each.accepted_counts_as_open)),
        false_positives_on_plan=demanded(_said(profiles, lambda each: each.false_positives_on_plan)),
        scheduled_date_frozen=demanded(_said(profiles, lambda each: each.scheduled_date_frozen)),
        delay_reason_required=demanded(_said(profiles, lambda each: each.delay_reason_required)),
        required_fields=all_fields(_said(profiles, lambda each: each.required_fields)),
        approvers=united(_said(profiles, lambda each: each.approvers)),
        two_stage_severities=united(_said(profiles, lambda each: each.two_stage_severities)),
        notice_days=united(_said(profiles, lambda each: each.notice_days)),
    )


def smallest(facts: Iterable[Fact[int]]) -> Chosen[int] | None:
    """Return the smallest number, as of days; None where nobody states one."""
    return _best(facts, min, "the shortest")


def largest(facts: Iterable[Fact[int]]) -> Chosen[int] | None:
    """Return the largest number, as of years to keep; None where nobody states one."""
    return _best(facts, max, "the longest")


def demanded(facts: Iterable[Fact[bool]]) -> Chosen[bool] | None:
    """Return whether one of the facts says yes; None where nobody says anything."""
    stated = tuple(facts)
    if not stated:
        return None
    answer = any(fact.value for fact in stated)
    by, beaten = _parted(stated, lambda fact: fact.value == answer)
    return Chosen(answer, by, beaten, _reason("yes" if answer else "no", by, beaten, "asked for"))


def united(facts: Iterable[Fact[tuple[T, ...]]]) -> Chosen[tuple[T, ...]] | None:
    """Return everything that any of the facts lists, each once, in the order stated; None for no facts."""
    stated = tuple(facts)
    if not stated:
        return None
    everything = tuple(dict.fromkeys(entry for fact in stated for entry in fact.value))
    names = ", ".join(dict.fromkeys(fact.profile for fact in stated))
    return Chosen(everything, stated, (), f"everything that {names} list")


def all_fields(facts: Iterable[Fact[tuple[RequiredField, ...]]]) -> Chosen[tuple[RequiredField, ...]] | None:
    """Return every required field once; one that is always required stands above its own conditions."""
    together = united(facts)
    if together is None:
        return None
    always = {entry.field for entry in together.value if not entry.states and not entry.when}
    value = tuple(
        entry for entry in together.value if entry.field not in always or not (entry.states or entry.when)
    )
    return Chosen(value, together.by, (), together.reason)


def _days(profiles: Sequence[Profile]) -> dict[tuple[str, str], Chosen[int]]:
    """Return the shortest days for each severity and condition that any profile names."""
    named: dict[tuple[str, str], list[Fact[int]]] = {}
    for fact in _said(profiles, lambda each: each.remediation_days):
        for row in fact.value:
            one = Fact(row.days, fact.verified, fact.citation, fact.note, fact.profile, fact.sources)
            named.setdefault((row.severity, row.when), []).append(one)
    found = {place: smallest(facts) for place, facts in named.items()}
    return {place: chosen for place, chosen in found.items() if chosen is not None}


def _said(profiles: Iterable[Profile], fact_of: Callable[[Profile], Fact[T] | None]) -> tuple[Fact[T], ...]:
    """Return what profiles say of one thing; a fact that two inherit from a third is said once."""
    return tuple(dict.fromkeys(fact for profile in profiles if (fact := fact_of(profile)) is not None))


def _best(
    facts: Iterable[Fact[int]], choose: Callable[[Iterable[int]], int], word: str
) -> Chosen[int] | None:
    stated = tuple(facts)
    if not stated:
        return None
    value = choose(fact.value for fact in stated)
    by, beaten = _parted(stated, lambda fact: fact.value == value)
    return Chosen(value, by, beaten, _reason(str(value), by, beaten, word))


def _parted(
    facts: Sequence[Fact[T]], wins: Callable[[Fact[T]], bool]
) -> tuple[tuple[Fact[T], ...], tuple[Fact[T], ...]]:
    """Divide facts into those that win, the confirmed first, and the others."""
    winning = sorted((fact for fact in facts if wins(fact)), key=lambda fact: not fact.verified)
    return tuple(winning), tuple(fact for fact in facts if not wins(fact))


def _reason(said: str, by: Sequence[Fact[T]], beaten: Sequence[Fact[T]], word: str) -> str:
    holding = by[0]
    standing = "" if holding.verified else ", an unconfirmed default"
    head = f"{said}, {word}: {holding.profile} ({holding.citation}{standing})"
    others = ", ".join(f"{_value(fact)} of {fact.profile} ({fact.citation})" for fact in beaten)
    return f"{head}, above {others}" if others else head


def _value(fact: Fact[T]) -> str:
    """Return what a beaten fact says; of answers only a no is ever beaten."""
    return "no" if fact.value is False else str(fact.value)
