"""How a vulnerability stands at the end of a period: accepted, overdue, what comes next; with reasons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from milepost.authorities.fedramp_vdr import timeframes
from milepost.authorities.fedramp_vdr.vulnerability import Disposition, RatingEvent
from milepost.domain.circumstances import Circumstances, Evaluation
from milepost.domain.deadline import Candidate
from milepost.domain.item import ItemStatus
from milepost.domain.plan_item import PlanItem, State
from milepost.work.vdr.period import Period

_NAMED_RATING = re.compile(r"\bN([1-5])\b")
_LEAST = 1
_STATES = {
    ItemStatus.DRAFT: State.DRAFT,
    ItemStatus.CLOSED: State.CLOSED_COMPLETED,
    ItemStatus.FALSE_POSITIVE: State.CLOSED_FALSE_POSITIVE,
    ItemStatus.RISK_ACCEPTED: State.RISK_ACCEPTED,
    ItemStatus.OPERATIONAL_REQUIREMENT: State.OPERATIONAL_REQUIREMENT,
    ItemStatus.MERGED: State.MERGED_DUPLICATE,
    ItemStatus.CANCELLED: State.CANCELLED,
    ItemStatus.TRANSFERRED: State.TRANSFERRED,
}


@dataclass(frozen=True, slots=True)
class Overdue:
    """Whether something is overdue and why, or likely to become so; `given` tells if people said why."""

    is_overdue: bool
    explanation: str = ""
    given: bool = True
    since: date | None = None


def state_of(status: ItemStatus) -> State:
    """Return the state that a report tells apart; whatever is worked on is in progress."""
    return _STATES.get(status, State.IN_PROGRESS)


def disposition_at(state: State, *, still_seen: bool) -> Disposition | None:
    """Return how it ended: what is fixed and still detected is mitigated, not remediated (FRD)."""
    if state is State.CLOSED_FALSE_POSITIVE:
        return Disposition.FALSE_POSITIVE
    if state is not State.CLOSED_COMPLETED:
        return None
    return Disposition.FULLY_MITIGATED if still_seen else Disposition.REMEDIATED


def reductions(evaluations: Sequence[Evaluation]) -> tuple[RatingEvent, ...]:
    """Return each evaluation that lowered the rating."""
    return tuple(
        RatingEvent(after.evaluated_at, after.impact)
        for before, after in pairwise(evaluations)
        if after.impact < before.impact
    )


def accepted_by_time(item: PlanItem, evaluations: Sequence[Evaluation], period: Period) -> tuple[date, str]:
    """Return since when and why something counts as accepted by VER-TFR-MAV; no reason where it does not.

    The days run from the first evaluation: a later one does not put off the day of the rule.
    """
    days = timeframes.accepted_after_days()
    if not evaluations:
        return period.last, ""
    evaluated = period.day(evaluations[0].evaluated_at)
    limit = evaluated + timedelta(days=days)
    head = f"within {days} days of its evaluation on {evaluated:%Y-%m-%d} (VER-TFR-MAV)"
    if limit < period.last:
        return limit + timedelta(days=1), f"Not fully mitigated or remediated {head}."
    if item.scheduled_date and item.scheduled_date > limit:
        planned = f"planned for {item.scheduled_date:%Y-%m-%d}"
        return evaluated, f"Will not be fully mitigated or remediated {head}: its completion is {planned}."
    return period.last, ""


def next_reduction(item: PlanItem, rating: int, period: Period) -> RatingEvent | None:
    """Return the next planned reduction.

    A milestone that names a lower rating (`Reduce to N2`) is one; else the scheduled completion is, which
    leaves N1. What was due before the end of the period is no estimate any more.
    """
    named = [
        RatingEvent(period.end(step.due), int(found[1]))
        for step in item.milestones
        if not step.done and step.due and (found := _NAMED_RATING.search(step.text))
    ]
    if item.scheduled_date:
        named.append(RatingEvent(period.end(item.scheduled_date), _LEAST))
    return min((each for each in named if each.at >= period.ends_at and each.rating < rating), default=None)


def overdue(
    detected_on: date,
    evaluations: Sequence[Evaluation],
    ahead: RatingEvent | None,
    period: Period,
    *,
    system_class: str,
    reasons: Sequence[str] = (),
) -> Overdue:
    """Tell whether evaluation or reduction is late by the rules' timeframes, or planned to be late."""
    found = Circumstances(
        detected_on=detected_on, evaluation=_local(evaluations[-1], period) if evaluations else None
    )
    named = (each for each in timeframes.candidates(found, system_class) if isinstance(each, Candidate))
    wanted = next((each for each in named if each.rule.name != "ver-tfr-mav"), None)
    if wanted is None:
        return Overdue(is_overdue=False)
    rule = f"{wanted.rule}: {wanted.working} ({wanted.citation.section})"
    said = " ".join([*reasons, f"By the rule: {rule}."])
    if _passed(wanted, period):
        return Overdue(is_overdue=True, explanation=said, given=bool(reasons), since=wanted.due)
    if ahead is not None and period.day(ahead.at) > wanted.due:
        planned = f"The next reduction is expected on {period.day(ahead.at):%Y-%m-%d}."
        return Overdue(is_overdue=False, explanation=f"{planned} {said}")
    return Overdue(is_overdue=False)


def _local(evaluation: Evaluation, period: Period) -> Evaluation:
    return Evaluation(
        evaluation.evaluated_at.astimezone(ZoneInfo(period.zone)),
        evaluation.impact,
        internet_reachable=evaluation.internet_reachable,
        likely_exploitable=evaluation.likely_exploitable,
    )


def _passed(wanted: Candidate, period: Period) -> bool:
    return wanted.at < period.ends_at if wanted.at is not None else wanted.due < period.last
