"""An item as the rules of the lifecycle look at it: its status, people, plan, requests, fix and scans."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from milepost.domain.acceptance import present_status
from milepost.domain.case import Case, Request, Signature
from milepost.domain.item import (
    DeviationKind,
    DeviationState,
    ItemStatus,
    MilestoneStatus,
    RequestKind,
    SourceKind,
)
from milepost.domain.lifecycle_rules import Rules, rules_of
from milepost.domain.roles import HeldRole, Role, roles_on
from milepost.records.closing import Fix
from milepost.records.items import Item, ItemChange
from milepost.records.people import SystemRole
from milepost.records.planning import Deviation, MilestoneChange
from milepost.records.queries.clean_scans import clean_since
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Transfer
from milepost.records.requests import Signature as SignatureRecord
from milepost.records.systems import System
from milepost.work.lifecycle.versions import plan_version
from milepost.work.opening import local_date
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import answering, terms_of

Pending = PlanSubmission | Extension | Acceptance | Transfer | Deviation

_PLAN_FIELDS: Final = frozenset({"remediation_plan", "responsible", "scheduled_on"})
_ASKED: Final[Mapping[RequestKind, type[PlanSubmission | Extension | Acceptance | Transfer]]] = {
    RequestKind.PLAN: PlanSubmission,
    RequestKind.EXTENSION: Extension,
    RequestKind.RISK_ACCEPTANCE: Acceptance,
    RequestKind.TRANSFER: Transfer,
}
GRANTS: Final = {
    RequestKind.PLAN: "approve_plan",
    RequestKind.EXTENSION: "approve_extension",
    RequestKind.RISK_ACCEPTANCE: "accept_risk",
    RequestKind.FALSE_POSITIVE: "approve_false_positive",
    RequestKind.OPERATIONAL_REQUIREMENT: "approve_requirement",
    RequestKind.RISK_ADJUSTMENT: "approve_adjustment",
    RequestKind.TRANSFER: "accept_transfer",
}
"""The step that grants each kind of request; signatures are kept under its name."""


def case_of(item: Item, as_of: date) -> Case:
    """Return an item as it stands on a day; a decision for a time that is over counts no more."""
    rules = rules_for(item)
    status = present_status(ItemStatus(item.status), item.lapses_on, _resumes(item), as_of)
    fix = present_fix(item)
    evidence = tuple(each.evidence for each in item.fixes.all())
    clean = clean_since(item.pk) if item.known_count else None
    return Case(
        status=status,
        detected_on=item.detected_on,
        rules=rules,
        rating=item.adjusted_risk or item.original_risk,
        source_kind=SourceKind(item.source_kind),
        original_scheduled_on=item.original_scheduled_on,
        scheduled_on=item.scheduled_on,
        missing_fields=_missing(item, rules),
        milestones=item.milestones.count(),
        open_milestones=_open_milestones(item),
        version=plan_version(item),
        plan_approved=has_approved_plan(item),
        planners=_planners(item),
        workers=workers_on(item),
        requests=tuple(_requests(item)),
        signatures=_signed(item, "close_item", fix.pk) if fix else (),
        fixed_by=fix.fixed_by if fix else "",
        fixed_on=fix.fixed_on if fix else None,
        evidence=evidence,
        evidence_on=fix.evidence_on if fix else None,
        verified_by=fix.judged_by if fix else "",
        method=fix.method if fix else "",
        scanned=item.known_count > 0,
        seen=item.open_count,
        clean_scan_on=None if clean is None else local_date(clean, item.system.time_zone),
        lapses_on=item.lapses_on if status == item.status else None,
        resumes=_resumes(item),
        false_positive_approved=_false_positive_approved(item),
        held=roles_held(item.system, as_of),
        roles_kept=item.system.roles.exists(),
    )


def rules_for(item: Item) -> Rules:
    """Return what the profiles that an item was opened under say of its lifecycle."""
    terms = terms_of(answering(item.system), item.opened_under, opened_on=item.opened_on, own=own_profiles())
    return rules_of([each.profile for each in terms])


def roles_held(system: System, as_of: date) -> dict[str, frozenset[Role]]:
    """Return the roles that people hold in a system on a day, by folded name."""
    rows = SystemRole.objects.filter(system=system)
    return roles_on((HeldRole(row.person, Role(row.role), row.since, row.until) for row in rows), as_of)


def has_approved_plan(item: Item) -> bool:
    """Tell whether the plan of an item is approved; one from before a closing counts no more."""
    approved = PlanSubmission.objects.filter(item=item, state=DeviationState.APPROVED)
    closed = item.closings.last()
    return (approved.filter(decided_on__gt=closed.closed_on) if closed else approved).exists()


def present_fix(item: Item) -> Fix | None:
    """Return the reported fix that waits for a judgement or was verified, if any."""
    return item.fixes.filter(outcome__in=["", "verified"]).last()


def pending_request(item: Item, kind: RequestKind) -> Pending | None:
    """Return the request of a kind that waits for a decision on an item, if any."""
    if kind in _ASKED:
        return _ASKED[kind].objects.filter(item=item, state=DeviationState.PENDING).last()
    return Deviation.objects.filter(item=item, kind=kind.value, state=DeviationState.PENDING).last()


def workers_on(item: Item) -> frozenset[str]:
    """Return everybody who worked on an item: changed it, owns it, completed steps, reported fixes."""
    changed = ItemChange.objects.filter(item=item, decides=False).values_list("person", flat=True)
    steps = MilestoneChange.objects.filter(milestone__item=item).values_list("person", flat=True)
    fixes = item.fixes.values_list("fixed_by", "reported_by")
    people = {*changed, *steps, item.responsible, *(person for both in fixes for person in both)}
    return frozenset(person for person in people if person.strip())


def _planners(item: Item) -> frozenset[str]:
    wrote = ItemChange.objects.filter(item=item, decides=False, field__in=_PLAN_FIELDS)
    submitted = PlanSubmission.objects.filter(item=item)
    people = {
        *wrote.values_list("person", flat=True),
        *submitted.values_list("requested_by", flat=True),
    }
    return frozenset(filter(None, people))


def _resumes(item: Item) -> ItemStatus:
    return ItemStatus(item.resumes) if item.resumes else ItemStatus.OPEN


def _open_milestones(item: Item) -> tuple[int, ...]:
    planned = item.milestones.exclude(status=MilestoneStatus.COMPLETED).order_by("number")
    return tuple(planned.values_list("number", flat=True))


def _false_positive_approved(item: Item) -> bool:
    decided = Deviation.objects.filter(item=item, kind=DeviationKind.FALSE_POSITIVE)
    last = decided.exclude(state=DeviationState.PENDING).last()
    return last is not None and last.state == DeviationState.APPROVED


def _requests(item: Item) -> Iterable[Request]:
    for kind, grant in GRANTS.items():
        row = pending_request(item, kind)
        if row is not None:
            yield Request(
                kind,
                row.requested_by,
                row.requested_on,
                _until(row),
                row.evidence,
                row.version if isinstance(row, PlanSubmission) else "",
                _signed(item, grant, row.pk),
            )


def _until(row: Pending) -> date | None:
    if isinstance(row, Extension):
        return row.new_on
    if isinstance(row, Acceptance):
        return row.expires_on
    return row.assess_on if isinstance(row, Deviation) else None


def _signed(item: Item, decision: str, subject: int) -> tuple[Signature, ...]:
    rows = SignatureRecord.objects.filter(item=item, decision=decision, subject=subject)
    return tuple(
        Signature(row.person, row.on, frozenset(Role(role) for role in row.roles.split(",") if role))
        for row in rows
    )


def _missing(item: Item, rules: Rules) -> tuple[str, ...]:
    """Return the required fields that are empty, of those that Milepost keeps."""
    return tuple(name for name in rules.required if name in _FILLED and not _FILLED[name](item))


def _answerable(item: Item) -> bool:
    return bool(item.responsible or item.point_of_contact or item.system.point_of_contact)


_FILLED: Final[Mapping[str, Callable[[Item], bool]]] = {
    "title": lambda item: bool(item.name or item.title),
    "description": lambda item: bool(item.description) or item.known_count > 0,
    "controls": lambda item: bool(item.controls),
    "owner": _answerable,
    "poc": _answerable,
    "responsible_org": _answerable,
    "resources_text": lambda item: item.resources.exists(),
    "scheduled_date": lambda item: item.scheduled_on is not None,
    "remediation_plan": lambda item: bool(item.remediation_plan) or item.known_count > 0,
    "assets": lambda item: bool(item.affected_assets) or item.asset_count > 0,
    "raw_severity": lambda item: bool(item.original_risk),
    "mitigations": lambda item: bool(item.compensating_controls),
    "impact": lambda item: bool(item.impact),
    "milestones": lambda item: item.milestones.exists(),
}
