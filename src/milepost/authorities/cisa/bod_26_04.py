"""When CISA's BOD 26-04 wants a vulnerability remediated: by CVE and asset, from four questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import msgspec

from milepost.authorities.tables import table
from milepost.domain.circumstances import Circumstances, KnownVulnerability, Place, TechnicalImpact
from milepost.domain.deadline import Candidate, DateRule, Remark, after
from milepost.domain.ruling import Citation


class Clock(StrEnum):
    """Which day the timeline counts from, of an entry into CISA's catalog and the detection on the asset."""

    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What holds where a question has no answer, and which clock: settings, since the sources disagree.

    Two public notes of the directive read as the defaults here; a third says that missing answers give 60
    days, which `sixty_days` chooses. None of them is confirmed.
    """

    exposed: bool = True
    automatable: bool = False
    technical_impact: TechnicalImpact = TechnicalImpact.TOTAL
    sixty_days: bool = False
    clock: Clock = Clock.EARLIER


ASSUMPTIONS = Assumptions()
"""What holds unless a system chooses otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A timeline of the directive: `days` None means a fix at the next scheduled upgrade."""

    key: str
    days: int | None = None
    forensic_triage: bool = False


_QUESTIONS = ("publicly exposed", "automatable", "technical impact")


class _Table(msgspec.Struct):
    document: str
    section: str
    issued: date
    timelines_bind_from: date
    clock: dict[str, str | bool]
    outcomes: list[Outcome]
    rows: dict[str, str]


def _facts() -> _Table:
    facts: _Table = table(__package__, "bod_26_04.toml", _Table)
    return facts


@cache
def decide(*, exploited: bool, exposed: bool, automatable: bool, impact: TechnicalImpact) -> Outcome:
    """Return the outcome of the sixteen-row table for four answers."""
    answers = ("yes" if each else "no" for each in (exploited, exposed, automatable))
    facts = _facts()
    key = facts.rows[",".join((*answers, impact.value))]
    return next(outcome for outcome in facts.outcomes if outcome.key == key)


@cache
class Answers(NamedTuple):
    """The answers to the four questions; None where nobody gives one."""

    exploited: bool
    exposed: bool | None
    automatable: bool | None
    impact: TechnicalImpact | None


def outcome_of(
    known: KnownVulnerability, *, exposed: bool | None, assumptions: Assumptions
) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome for a CVE on an asset, and which answers were missing and had to be assumed."""
    answers = Answers(is_exploited(known), exposed, known.automatable, known.technical_impact)
    return _outcome(answers, assumptions)


@cache
def _outcome(answers: Answers, assumptions: Assumptions) -> tuple[Outcome, tuple[str, ...]]:
    missing = tuple(name for name, answer in zip(_QUESTIONS, answers[1:], strict=True) if answer is None)
    if missing and assumptions.sixty_days and not answers.exploited:
        return next(outcome for outcome in _facts().outcomes if outcome.key == "60D"), missing
    outcome = decide(
        exploited=answers.exploited,
        exposed=assumptions.exposed if answers.exposed is None else answers.exposed,
        automatable=assumptions.automatable if answers.automatable is None else answers.automatable,
        impact=answers.impact or assumptions.technical_impact,
    )
    return outcome, missing


def is_exploited(known: KnownVulnerability) -> bool:
    """Tell whether CISA's catalog has the CVE."""
    return known.kev_added_on is not None or known.kev_due_on is not None


def starts_on(known: KnownVulnerability, detected_on: date, clock: Clock) -> date:
    """Return the day that the timeline counts from (unconfirmed: Appendix A of the directive)."""
    if known.kev_added_on is None:
        return detected_on
    choose = min if clock is Clock.EARLIER else max
    return choose(known.kev_added_on, detected_on)


def candidates(found: Circumstances, assumptions: Assumptions) -> Iterator[Candidate | Remark]:
    """Yield the date of each CVE at each place, or the remark that it is to be fixed at the next upgrade."""
    places = found.places or (Place(found.detected_on, found.vulnerabilities, exposed=found.exposed),)
    for place in places:
        for known in place.vulnerabilities:
            if known.cve:
                yield _candidate(place, known, assumptions)


def _candidate(place: Place, known: KnownVulnerability, assumptions: Assumptions) -> Candidate | Remark:
    outcome, missing = outcome_of(known, exposed=place.exposed, assumptions=assumptions)
    rule = rule_of(outcome, missing)
    if outcome.days is None:
        return Remark(rule, f"{known.cve}: no date; fix it when the system is next upgraded or rebuilt")
    return after(starts_on(known, place.detected_on, assumptions.clock), outcome.days, rule, known.cve)


@cache
def rule_of(outcome: Outcome, missing: tuple[str, ...]) -> DateRule:
    """Return the rule behind an outcome, with what had to be assumed."""
    if outcome.days is None:
        words = "BOD 26-04 asks for a fix at the next scheduled upgrade"
    else:
        words = f"BOD 26-04 gives {outcome.days} calendar days"
    if missing:
        words = f"{words}, assuming an answer on: {', '.join(missing)}"
    duty = "carry out a forensic triage of the asset" if outcome.forensic_triage else ""
    return DateRule(f"bod-26-04:{outcome.key}", words, citation(), verified=not missing, duty=duty)


def citation() -> Citation:
    """Return where the table stands."""
    return Citation(_facts().document, _facts().section)
