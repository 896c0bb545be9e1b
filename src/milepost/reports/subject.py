"""What a report is about: a plan, what only the register knows of its items, and the days it speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from milepost.domain.plan_document import PlanDocument
from milepost.reports.periods import Period


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date that an item has to keep beside its scheduled one, and the rule it comes from."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """The dates of an item beside the scheduled one; `excused_until` is the last day it is not late."""

    dates: tuple[DueDate, ...] = ()
    excused_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRisk:
    """A request to carry a risk for a time, and what was decided.

    `expires` is the last day, `returned_on` the day since which the risk is carried no more.
    """

    item: str
    title: str
    rating: str
    kind: str
    state: str
    reason: str
    threat: str = ""
    mitigations: str = ""
    residual_risk: str = ""
    requested_by: str
    requested_on: date
    decided_by: str = ""
    decided_on: date | None = None
    expires: date | None = None
    returned_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a closing rests on: who did what and when, with which evidence, and where it left the plan."""

    item: str
    outcome: str
    closed_on: date
    closed_by: str
    fixed_on: date | None
    fixed_by: str
    done: str
    verified_on: date
    verified_by: str
    method: str
    remark: str
    departures: tuple[str, ...]
    evidence: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A date or rating of an item with its reason and its source."""

    name: str
    value: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """All that a report is written from; `as_of` is the day it speaks for, within `period`."""

    plan: PlanDocument
    system: str
    provider: str
    authority: str
    impact: str
    contact: str
    as_of: date
    period: Period
    obligations: Mapping[str, Obligation] = field(default_factory=dict)
    accepted: Sequence[AcceptedRisk] = ()
    closings: Sequence[Closing] = ()
    reasons: Sequence[Reason] = ()
    item: str = ""
    marking: str = ""
