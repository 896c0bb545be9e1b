"""Gathering what a report is written from: the plan, the dates of the rules, accepted risks, closings."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from milepost.domain.item import DeviationKind
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES, PlanItem
from milepost.records.closing import ClosingRecord
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.requests import Acceptance
from milepost.records.systems import System
from milepost.reports.periods import Period
from milepost.reports.subject import AcceptedRisk, Closing, DueDate, Obligation, Reason, Subject
from milepost.work import finding_systems
from milepost.work.checking.check_system import plan_of
from milepost.work.explaining.explain_item import explain_item
from milepost.work.terms import answering

_KNOWN_EXPLOITED: Final = "CISA's catalog of known exploited vulnerabilities"


def gather(system_name: str, *, as_of: date, period: Period, item: str = "", marking: str = "") -> Subject:
    """Return what a report of a system is written from; a constant number of statements.

    Raises:
        RecordMissing: there is no such system, or no such item in it.
    """
    system = finding_systems.by_name(system_name)
    plan = plan_of(system)
    explained = explain_item(item, system.name, as_of=as_of).parts if item else ()
    return Subject(
        plan=plan,
        system=system.name,
        provider=system.provider,
        authority=", ".join(each.profile for each in answering(system)) or system.authority,
        impact=system.impact,
        contact=system.point_of_contact,
        as_of=as_of,
        period=period,
        obligations=_obligations(system),
        accepted=_accepted(system, plan, as_of),
        closings=[_closing(row) for row in _closings(system, as_of)],
        reasons=[Reason(each.name, each.value, each.reason, each.source) for each in explained],
        item=item,
        marking=marking,
    )


def _obligations(system: System) -> dict[str, Obligation]:
    columns = ("identifier", "rule_due_on", "rule_due_by", "kev_due_on", "excused_until")
    rows = Item.objects.filter(system=system).values_list(*columns)
    return {
        identifier: Obligation(_dates(rule_due_on, rule, kev_due_on), excused_until)
        for identifier, rule_due_on, rule, kev_due_on, excused_until in rows
    }


def _dates(rule_due_on: date | None, rule: str, kev_due_on: date | None) -> tuple[DueDate, ...]:
    dates = ((rule_due_on, _rule_words(rule)), (kev_due_on, _KNOWN_EXPLOITED))
    return tuple(DueDate(on, why) for on, why in dates if on)


def _rule_words(rule: str) -> str:
    """Return `fedramp-rev5, rule high` for `fedramp-rev5@1:high`."""
    profile, _, name = rule.partition(":")
    return f"{profile.partition('@')[0]}, rule {name}" if name else rule or "a rule"


def _left(item: PlanItem, decided_on: date | None) -> date | None:
    """Return the day since which an item is carried no more, after it was decided to carry it."""
    days = [
        each.on
        for each in item.history
        if each.field == "status" and each.before in SETTLED_STATES and each.after not in SETTLED_STATES
        if each.on and decided_on and each.on >= decided_on
    ]
    return min(days, default=None)


def _accepted(system: System, plan: PlanDocument, as_of: date) -> Sequence[AcceptedRisk]:
    items = {item.id: item for item in plan.items}
    asked = Acceptance.objects.filter(item__system=system, requested_on__lte=as_of).select_related("item")
    required = Deviation.objects.filter(
        item__system=system, requested_on__lte=as_of, kind=DeviationKind.OPERATIONAL_REQUIREMENT
    ).select_related("item")
    return [
        *(_acceptance(row, items[row.item.identifier]) for row in asked),
        *(_requirement(row, items[row.item.identifier]) for row in required),
    ]


def _acceptance(row: Acceptance, item: PlanItem) -> AcceptedRisk:
    return AcceptedRisk(
        item=item.id,
        title=item.title,
        rating=item.severity,
        kind="risk_acceptance",
        state=row.state,
        reason=row.reason,
        threat=row.threat,
        mitigations=row.mitigations,
        residual_risk=row.residual_risk,
        requested_by=row.requested_by,
        requested_on=row.requested_on,
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        expires=row.expires_on,
        returned_on=row.returned_on or _left(item, row.decided_on),
    )


def _requirement(row: Deviation, item: PlanItem) -> AcceptedRisk:
    return AcceptedRisk(
        item=item.id,
        title=item.title,
        rating=item.severity,
        kind=row.kind,
        state=row.state,
        reason=row.rationale,
        mitigations=item.mitigations,
        requested_by=row.requested_by,
        requested_on=row.requested_on,
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        expires=row.assess_on,
        returned_on=_left(item, row.decided_on),
    )


def _closings(system: System, as_of: date) -> Iterable[ClosingRecord]:
    rows = ClosingRecord.objects.filter(item__system=system, closed_on__lte=as_of)
    return rows.select_related("item").order_by("id")


def _closing(row: ClosingRecord) -> Closing:
    return Closing(
        item=row.item.identifier,
        outcome=row.outcome,
        closed_on=row.closed_on,
        closed_by=row.closed_by,
        fixed_on=row.fixed_on,
        fixed_by=row.fixed_by,
        done=row.done,
        verified_on=row.verified_on,
        verified_by=row.verified_by,
        method=row.method,
        remark=row.remark,
        departures=_texts(row.departures),
        evidence=_texts(row.evidence),
        version=row.version,
    )


def _texts(written: str) -> tuple[str, ...]:
    return msgspec.json.decode(written, type=tuple[str, ...])
