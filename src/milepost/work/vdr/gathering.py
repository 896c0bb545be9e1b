"""The vulnerabilities of a system as they stood at the end of a period, a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from milepost.authorities.fedramp_vdr.vulnerability import RatingEvent, Vulnerability, as_vulnerability
from milepost.domain.circumstances import Evaluation
from milepost.domain.item import ItemKind, ItemStatus
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES, PlanItem, State
from milepost.domain.problem import Problem
from milepost.records.deadlines import ItemEvaluation
from milepost.records.items import Item, ItemChange
from milepost.records.requests import Extension
from milepost.records.systems import System
from milepost.work.checking.check_system import plan_of
from milepost.work.vdr.period import Period
from milepost.work.vdr.standing import (
    accepted_by_time,
    disposition_at,
    next_reduction,
    overdue,
    reductions,
    state_of,
)
from milepost.work.vdr.system_class import class_of

_WITH_RATIONALE = SETTLED_STATES | {State.CLOSED_FALSE_POSITIVE}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The plan of all vulnerabilities, and the identifiers of those with activity in the period."""

    document: PlanDocument
    system_class: str
    with_activity: frozenset[str]
    problems: tuple[Problem, ...]

    def only_active(self) -> PlanDocument:
        """Return the plan of those with activity alone."""
        kept = [item for item in self.document.items if item.id in self.with_activity]
        return PlanDocument(
            name=self.document.name,
            layout=self.document.layout,
            profile=self.document.profile,
            facts=self.document.facts,
            dated=self.document.dated,
            items=kept,
            fields=self.document.fields,
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What people did to the items, by item."""

    evaluations: Mapping[int, Sequence[Evaluation]]
    reasons: Mapping[int, str]
    changed_on: Mapping[int, Sequence[date]]
    statuses: Mapping[int, str]
    extensions: Mapping[int, str]


@dataclass(slots=True)
class _Taking:
    """The items taken so far: `active` had activity."""

    period: Period
    system_class: str
    rows: _Rows
    items: list[PlanItem] = field(default_factory=list)
    active: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def vulnerabilities_of(system: System, period: Period) -> Gathered:
    """Return the vulnerabilities of a system that were detected up to the end of a period.

    Raises:
        StateConflict: the system does not answer to FedRAMP's rules of 2026.
    """
    system_class = class_of(system)
    plans = {each.id: each for each in plan_of(system).items}
    items = list(Item.objects.filter(system=system, detected_on__lte=period.last).order_by("number"))
    taking = _Taking(period, system_class, _rows([item.pk for item in items], period))
    for item in items:
        if item.kind == ItemKind.CONSOLIDATED:
            what = "it gathers others, which are each in the report, and is not listed itself"
            taking.problems.append(Problem(item.identifier, what, "nothing needs to be done"))
        else:
            _take(item, plans[item.identifier], taking)
    starts = period.starts_at
    facts = {"system": system.name, "to": period.ends_at.isoformat()}
    document = PlanDocument(
        name=system.name,
        layout="register",
        profile="fedramp-vdr",
        facts=facts | ({"from": starts.isoformat()} if starts else {}),
        dated=period.last,
        items=taking.items,
    )
    return Gathered(document, system_class, frozenset(taking.active), tuple(taking.problems))


def _rows(ids: list[int], period: Period) -> _Rows:
    evaluations: defaultdict[int, list[Evaluation]] = defaultdict(list)
    reasons: dict[int, str] = {}
    for each in ItemEvaluation.objects.filter(item__in=ids, evaluated_at__lte=period.ends_at):
        evaluations[each.item_id].append(_evaluation(each))
        reasons[each.item_id] = each.reason
    changes = list(ItemChange.objects.filter(item__in=ids).order_by("at", "id"))
    return _Rows(
        evaluations, reasons, _days(changes), _statuses(changes, period.last), _extensions(ids, period.last)
    )


def _evaluation(row: ItemEvaluation) -> Evaluation:
    return Evaluation(
        row.evaluated_at.astimezone(UTC),
        row.impact,
        internet_reachable=row.internet_reachable,
        likely_exploitable=row.likely_exploitable,
    )


def _days(changes: Iterable[ItemChange]) -> Mapping[int, Sequence[date]]:
    found: defaultdict[int, list[date]] = defaultdict(list)
    for each in changes:
        found[each.item_id].append(each.at.date())
    return found


def _statuses(changes: Iterable[ItemChange], last: date) -> Mapping[int, str]:
    """Return the status that an item had at the end, where it has changed since."""
    found: dict[int, str] = {}
    for each in changes:
        if each.field == "status" and each.at.date() > last and each.before:
            found.setdefault(each.item_id, each.before)
    return found


def _extensions(ids: list[int], last: date) -> Mapping[int, str]:
    asked = Extension.objects.filter(item__in=ids, requested_on__lte=last).order_by("requested_on", "id")
    return {each.item_id: each.reason for each in asked if each.reason}


def _take(item: Item, plan: PlanItem, taking: _Taking) -> None:
    """Take an item as it stood; one that ended before the period begins had no activity."""
    period, rows = taking.period, taking.rows
    evaluations = rows.evaluations.get(item.pk, ())
    found = as_vulnerability(plan)
    found.status = state_of(ItemStatus(rows.statuses.get(item.pk, item.status)))
    found.disposition = disposition_at(found.status, still_seen=item.open_count > 0)
    found.detected_at = _detected(item, period)
    if found.source_text == item.source_kind:
        found.source_text = item.source_kind.replace("_", " ")
    found.adjusted_severity = ""
    if found.status not in _WITH_RATIONALE:
        found.deviation_rationale = ""
    found.raw_severity = f"N{evaluations[-1].impact}" if evaluations else ""
    _evaluate(found, evaluations, rows.reasons.get(item.pk, ""))
    days = [item.detected_on, *rows.changed_on.get(item.pk, ())]
    days += [period.day(each.evaluated_at) for each in evaluations]
    if found.status in SETTLED_STATES:
        _settle(found)
    elif found.disposition is None:
        days += _stand(found, item, evaluations, taking)
    taking.items.append(found)
    if any(day in period for day in days):
        taking.active.add(found.id)


def _detected(item: Item, period: Period) -> datetime:
    """Return the instant of the first sight, where it is that of the detection date."""
    if item.first_seen is not None:
        seen = datetime.fromtimestamp(item.first_seen, UTC)
        if period.day(seen) == item.detected_on:
            return seen
    return period.beginning(item.detected_on)


def _evaluate(found: Vulnerability, evaluations: Sequence[Evaluation], reason: str) -> None:
    told = [found.mitigations, reason]
    found.supplementary = "\n".join(each.strip() for each in told if each.strip())
    if not evaluations:
        return
    last = evaluations[-1]
    found.evaluated_at = evaluations[0].evaluated_at
    found.internet_reachable = last.internet_reachable
    found.likely_exploitable = last.likely_exploitable
    found.ratings = tuple(RatingEvent(each.evaluated_at, each.impact) for each in evaluations)
    found.reductions = reductions(evaluations)


def _settle(found: Vulnerability) -> None:
    """Let what is decided to be carried say why; the decision is named where nobody gave other words."""
    if found.deviation is not None and found.deviation.rationale:
        found.deviation_rationale = found.deviation.rationale
    found.status = State.RISK_ACCEPTED


def _stand(
    found: Vulnerability, item: Item, evaluations: Sequence[Evaluation], taking: _Taking
) -> Iterator[date]:
    """Say whether it is accepted by time or overdue, and what comes next; yield the days of what happened."""
    period = taking.period
    since, why = accepted_by_time(found, evaluations, period)
    if why:
        found.status, found.deviation_rationale = State.RISK_ACCEPTED, why
        yield since
        return
    if evaluations:
        found.next_reduction = next_reduction(found, evaluations[-1].impact, period)
    late = overdue(
        item.detected_on,
        evaluations,
        found.next_reduction,
        period,
        system_class=taking.system_class,
        reasons=list(_reasons(item, taking.rows)),
    )
    found.overdue, found.delay_reason = late.is_overdue, late.explanation
    if late.since is not None:
        yield late.since
    if not late.given:
        what = "it is overdue, and its explanation names the rule alone"
        fix = "say why: ask for an extension with its reason, or name the vendor that it waits for"
        taking.problems.append(Problem(item.identifier, what, fix))


def _reasons(item: Item, rows: _Rows) -> Iterator[str]:
    if item.vendor_dependency:
        asked = f", last asked on {item.vendor_checked_on}" if item.vendor_checked_on else ""
        yield f"It waits for the vendor of {item.vendor_product or 'the product'}{asked}."
    if reason := rows.extensions.get(item.pk):
        yield reason
