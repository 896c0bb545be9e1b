"""What FedRAMP's schemas cannot see in a vulnerability report: order of time, clocks, contradictions."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from milepost.authorities.fedramp_vdr import values
from milepost.authorities.fedramp_vdr.members import disposition_of
from milepost.authorities.fedramp_vdr.report_kinds import rule
from milepost.authorities.fedramp_vdr.timeframes import accepted_after_days
from milepost.authorities.fedramp_vdr.vulnerability import (
    Disposition,
    Vulnerability,
    as_vulnerability,
    detection_of,
)
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES
from milepost.domain.problem import Problem

_Rule = Callable[[Vulnerability, datetime | None], Iterator[tuple[str, str, str]]]
_CONTINUES: Final = frozenset({None, Disposition.PARTIALLY_MITIGATED})
_LEAST: Final = 1


def contradictions(plan: PlanDocument) -> list[Problem]:
    """Return what is wrong with the vulnerabilities of a report, each with the rule that says so."""
    until = _until(plan)
    items = [as_vulnerability(item) for item in plan.items]
    found = [*_period(plan), *_repeated(items, plan.name)]
    for item in items:
        place = f"{plan.name}: {item.id or 'without identifier'}"
        for check in _CHECKS:
            found += [
                Problem(place, f"{what} [{rule(section)}]", fix) for what, section, fix in check(item, until)
            ]
    return found


def _until(plan: PlanDocument) -> datetime | None:
    stated = plan.facts.get("to") or plan.facts.get("generated_at")
    try:
        return values.instant(stated, values.silent)
    except ValueError:
        return None


def _period(plan: PlanDocument) -> Iterator[Problem]:
    stated = [plan.facts[name] for name in ("from", "to") if name in plan.facts]
    if len(stated) > 1 and values.instant(stated[0], values.silent) > values.instant(
        stated[1], values.silent
    ):
        what = f"the period ends before it begins [{rule('VER-RPT-PER')}]"
        yield Problem(plan.name, what, "give from and to in order")


def _repeated(items: Sequence[Vulnerability], name: str) -> Iterator[Problem]:
    for identifier, count in Counter(item.id for item in items if item.id).items():
        if count > 1:
            what = f"{identifier} stands in the report {count} times [{rule('VER-RPT-VDT')}]"
            yield Problem(name, what, "give each vulnerability one identifier, and list it once")


def _in_time(item: Vulnerability, until: datetime | None) -> Iterator[tuple[str, str, str]]:
    steps = [
        ("its detection", detection_of(item)),
        ("its evaluation", item.evaluated_at),
        *((f"its reduction to N{each.rating}", each.at) for each in item.reductions),
        ("the end of the report", until),
    ]
    known = [(name, at) for name, at in steps if at is not None]
    for (name, at), (later, after) in pairwise(known):
        if at > after:
            yield f"{later} is before {name}", "VER-RPT-VDT", "correct the instants"


def _evaluated(item: Vulnerability, _until: datetime | None) -> Iterator[tuple[str, str, str]]:
    facts = {
        "when it was evaluated": item.evaluated_at,
        "whether the internet reaches it": item.internet_reachable,
        "whether it is likely exploitable": item.likely_exploitable,
        "its rating": item.rating,
    }
    missing = [name for name, value in facts.items() if value is None]
    if missing and len(missing) < len(facts):
        yield f"it does not say {', '.join(missing)}", "VER-RPT-VDT", "complete the evaluation"
    if len(missing) == len(facts) and item.status in SETTLED_STATES:
        yield "it is accepted without an evaluation", "VER-RPT-AVI", "evaluate it"


def _falling(item: Vulnerability, _until: datetime | None) -> Iterator[tuple[str, str, str]]:
    ahead = item.next_reduction
    if ahead and item.rating and ahead.rating >= item.rating:
        what = f"the next reduction leads from N{item.rating} to N{ahead.rating}"
        yield what, "VER-RPT-VDT", "name a lower rating"
    if ahead and item.rating == _LEAST:
        yield "a reduction of N1 is planned, and there is nothing lower", "VER-EVA", "omit it"
    last = max(item.ratings, default=None)
    if last and item.rating and last.rating != item.rating:
        what = f"it is N{item.rating} now, and N{last.rating} by its history"
        yield what, "VER-RPT-VDT", "bring both in line"


def _accepted_in_time(item: Vulnerability, until: datetime | None) -> Iterator[tuple[str, str, str]]:
    """Yield what is too old to be active by whole days in whatever time zone the provider counts them."""
    if item.status in SETTLED_STATES or disposition_of(item) not in _CONTINUES:
        return
    days = accepted_after_days()
    if item.evaluated_at and until and until - item.evaluated_at > timedelta(days=days + 1):
        what = f"it was evaluated on {item.evaluated_at:%Y-%m-%d}, over {days} days before the end"
        yield what, "VER-TFR-MAV (MUST)", "categorise it as accepted"


def _overdue(item: Vulnerability, _until: datetime | None) -> Iterator[tuple[str, str, str]]:
    if item.overdue and not item.delay_reason:
        yield "it is overdue, and nobody says why", "VER-RPT-VDT", "explain it"
    if item.overdue and disposition_of(item) not in _CONTINUES:
        yield "it has its final disposition, and is overdue", "VER-RPT-VDT", "omit one of both"


def _false_positive(item: Vulnerability, _until: datetime | None) -> Iterator[tuple[str, str, str]]:
    if disposition_of(item) is Disposition.FALSE_POSITIVE and item.reductions:
        what = "it is a false positive whose impact was reduced; what was exploitable never is one"
        yield what, "FRD, false positive", "give the disposition that it has"


_CHECKS: Final[tuple[_Rule, ...]] = (
    _in_time,
    _evaluated,
    _falling,
    _accepted_in_time,
    _overdue,
    _false_positive,
)
