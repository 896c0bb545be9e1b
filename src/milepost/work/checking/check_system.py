"""Checking a system of the register: its items in the neutral fields that the rules look at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple, Protocol, TypeVar

from milepost.checks.context import KnownExploited, Surroundings
from milepost.domain.item import DeviationState, ItemStatus, MilestoneStatus, SourceKind
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import (
    Approval,
    DeviationRequest,
    EvidencePiece,
    FieldChange,
    MilestoneChange,
    PlanItem,
    PlanMilestone,
    Remark,
    State,
    Verification,
)
from milepost.records.closing import Fix
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Deviation, Milestone, Resource
from milepost.records.queries.planning import Planned, planned
from milepost.records.requests import Acceptance, Signature
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.checking.check_document import Asked, Checked, check_plan, surroundings
from milepost.work.checking.published import Published, published_for
from milepost.work.describing_items import ScannerView, scanner_views
from milepost.work.document_item import FORENSIC_TRIAGE
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import answering, chosen
from milepost.work.uncollected import uncollected

_STATES = {
    ItemStatus.OPEN: State.IN_PROGRESS,
    ItemStatus.REMEDIATED: State.PENDING_VERIFICATION,
    ItemStatus.VERIFIED: State.PENDING_VERIFICATION,
    ItemStatus.CLOSED: State.CLOSED_COMPLETED,
    ItemStatus.FALSE_POSITIVE: State.CLOSED_FALSE_POSITIVE,
    ItemStatus.MERGED: State.MERGED_DUPLICATE,
}
_SOURCES = {
    SourceKind.SCAN: "scan",
    SourceKind.CONTINUOUS_MONITORING: "scan",
    SourceKind.PENETRATION_TEST: "pentest",
    SourceKind.AUDIT: "audit",
    SourceKind.ASSESSMENT: "assessment",
    SourceKind.SELF_ASSESSMENT: "assessment",
    SourceKind.GAP_ANALYSIS: "assessment",
}
_FIELDS = {
    "scheduled_on": "scheduled_date",
    "original_scheduled_on": "original_scheduled_date",
    "original_risk": "raw_severity",
    "adjusted_risk": "adjusted_severity",
    "detected_on": "identified_date",
    "completed_on": "actual_completion_date",
}
_APPROVALS = {
    "approve_plan": "plan",
    "approve_extension": "extension",
    "accept_risk": "risk_acceptance",
    "approve_false_positive": "false_positive",
    "approve_requirement": "operational_requirement",
    "approve_adjustment": "risk_adjustment",
    "verify_fix": "closure",
    "close_item": "closure",
    "accept_transfer": "transfer",
}
"""The signatures that approve something, and what."""
_ANSWERS = {DeviationState.PENDING: "Pending", DeviationState.APPROVED: "Yes", DeviationState.DENIED: "No"}
_UNKNOWN = frozenset(
    {
        *(
            "source_report_date",
            "likelihood",
            "impact",
            "relevance",
            "risk_level",
            "resulting_risk",
            "predisposing_conditions",
            "threat_description",
            "source_details",
            "percent_complete",
            "cvss",
        ),
        *(
            "cost_actual",
            "cost_justification",
            "funding_source",
            "delay_reason",
            "iavm_number",
            "iav_comply_by",
        ),
        *("planned_start", "actual_start", "publicly_exposed", "exposure_changed"),
        *("last_review", "last_report", "clean_scan_on", "retested_on", "seen_again_on", "owner_contact"),
        *("kev_tracking", "service_names", "auto_approve", "point_value", "closing_reason", "created_by"),
    }
)
"""What the register does not keep, so that no rule may look for it there."""
_DIRECTIVES = frozenset({"cisa-bod-26-04", "cisa-legacy"})
_KEPT = frozenset(
    {
        "milestone_state",
        "approvals.version",
        "deviation.expires",
        "deviation.compensating_controls",
        "deviation.approved_on",
    }
)


class _Rows(NamedTuple):
    """Everything about some items, by item."""

    plans: Planned
    views: Mapping[int, ScannerView]
    history: Mapping[int, Sequence[ItemChange]]
    signatures: Mapping[int, Sequence[Signature]]
    fixes: Mapping[int, Fix]
    acceptances: Mapping[int, Acceptance]


def check_system(name: str, asked: Asked) -> Checked:
    """Check the items of a system, with their history.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: there is no such profile or rule.
        InputRefused: a file given beside cannot be taken.
    """
    with uncollected():
        return _checked(finding_systems.by_name(name), asked)


def _checked(system: System, asked: Asked) -> Checked:
    names = asked.profiles or [each.profile for each in answering(system)]
    published = published_for(system) if _DIRECTIVES & set(names) else None
    document = plan_of(system, published)
    document.dated = asked.as_of
    around = surroundings(asked)
    dated = [item for item in document.items if item.kev_due and item.cves and item.identified_date]
    if around.kev is None and (dated or published):
        around = _with_catalog(around, dated, published.catalog if published else {})
    return check_plan(document, replace(asked, profiles=names), around, own_profiles())


def _with_catalog(
    around: Surroundings, items: Iterable[PlanItem], catalog: Mapping[str, KnownExploited]
) -> Surroundings:
    """Take CISA's dates as the scanners named them and as the shelf has them, which counts before."""
    entries = {}
    for item in items:
        for cve in item.cves:
            if item.kev_due and item.identified_date:
                entries[cve] = KnownExploited(min(item.identified_date, item.kev_due), item.kev_due)
    told = {each.name: getattr(around, each.name) for each in fields(Surroundings)}
    return Surroundings(**{**told, "kev": {**entries, **catalog}})


def plan_of(system: System, published: Published | None = None) -> PlanDocument:
    """Return the items of a system in neutral fields; a constant number of statements."""
    items = list(Item.objects.filter(system=system).select_related("system").order_by("number"))
    ids = [item.pk for item in items]
    rows = _Rows(
        planned(items),
        scanner_views(ids),
        _grouped(ItemChange.objects.filter(item__in=ids).order_by("at", "id")),
        _grouped(Signature.objects.filter(item__in=ids).order_by("on", "id")),
        {fix.item_id: fix for fix in Fix.objects.filter(item__in=ids).order_by("reported_on", "id")},
        {
            each.item_id: each
            for each in Acceptance.objects.filter(item__in=ids).order_by("requested_on", "id")
        },
    )
    told = frozenset(each.name for each in fields(PlanItem)) - _UNKNOWN
    return PlanDocument(
        name=system.name,
        layout="register",
        title="the register",
        profile=system.authority,
        facts=_facts(system),
        items=[_published(_item(item, rows), item, published) for item in items],
        fields=told | _KEPT | ({"publicly_exposed"} if published else frozenset()),
    )


def _published(found: PlanItem, item: Item, published: Published | None) -> PlanItem:
    answers = published.answers.get(item.pk) if published else None
    if answers is not None:
        found.publicly_exposed = answers.exposed
        found.automatable = answers.automatable
        found.technical_impact = answers.technical_impact
    return found


def _facts(system: System) -> dict[str, str]:
    facts = {"system": system.name, "impact_level": system.impact}
    since = [day for each in answering(system) if (day := chosen(each).conditional_since)]
    return facts | ({"status_date": min(since).isoformat()} if since else {})


class _OfItem(Protocol):
    item_id: int


Row = TypeVar("Row", bound=_OfItem)


def _grouped(rows: Iterable[Row]) -> Mapping[int, Sequence[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def _item(item: Item, rows: _Rows) -> PlanItem:
    view = rows.views.get(item.pk) or ScannerView()
    worst = view.worst(item.source_id)
    status = ItemStatus(item.status)
    found = PlanItem(
        id=item.identifier,
        title=item.name or item.title,
        description=item.description or (worst.description if worst else "") or item.title,
        controls=_parts(item.controls),
        source_type=_SOURCES.get(SourceKind(item.source_kind), "other"),
        source_text=item.source_name or ", ".join(sorted(filter(None, view.tools))) or item.source_kind,
        source_ref=item.source_id,
        finding_key=item.source_id,
        identified_date=item.detected_on,
        created_date=item.opened_on,
        raw_severity=item.original_risk,
        adjusted_severity=item.adjusted_risk,
        mitigations=item.compensating_controls,
        owner=item.responsible or item.point_of_contact or item.system.point_of_contact,
        poc=item.point_of_contact or item.system.point_of_contact,
        responsible_org=item.supporting_parties,
        remediation_plan=item.remediation_plan or (worst.solution if worst else ""),
        original_scheduled_date=item.original_scheduled_on,
        scheduled_date=item.scheduled_on,
        actual_completion_date=item.completed_on,
        status=_STATES.get(status) or State(status.value),
        status_label=status.value.replace("_", " "),
        status_date=item.status_on,
        assets=tuple(dict.fromkeys([*item.affected_assets.splitlines(), *view.assets])),
        cves=tuple(dict.fromkeys([*_parts(item.cves), *view.cves])),
        vendor_dependency=item.vendor_dependency,
        vendor_product=item.vendor_product,
        vendor_last_checkin=item.vendor_checked_on,
        kev_due=item.kev_due_on,
        acceptance_expires=item.lapses_on,
    )
    _plan(found, item, rows.plans)
    _decisions(found, item, rows)
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


def _plan(found: PlanItem, item: Item, plans: Planned) -> None:
    """Add milestones with their changes, resources, remarks and documents."""
    milestones = plans.milestones.get(item.pk, [])
    found.milestones = [_milestone(each) for each in milestones]
    found.milestone_changes = [
        MilestoneChange(
            change.text,
            each.number,
            change.kind,
            change.on,
            new_date=each.due_on,
            reason=change.reason or change.text,
        )
        for each in milestones
        for change in plans.changes.get(each.pk, ())
    ]
    resources = plans.resources.get(item.pk, [])
    found.resources_text = "; ".join(_resource(each) for each in resources)
    money = [(each.fiscal_year, float(each.amount)) for each in resources if each.amount is not None]
    found.cost_by_year = tuple((year, amount) for year, amount in money if year)
    found.cost_estimate = sum(amount for _, amount in money) if money else None
    found.comments = [Remark(each.text, each.on, each.person) for each in plans.comments.get(item.pk, ())]
    documents = plans.documents.get(item.pk, ())
    found.supporting_documents = tuple(f"{each.kind} : {each.name}" for each in documents)
    found.forensic_triage = any(each.kind.casefold() == FORENSIC_TRIAGE.casefold() for each in documents)


def _milestone(each: Milestone) -> PlanMilestone:
    return PlanMilestone(
        text=each.text,
        due=each.due_on,
        number=each.number,
        done=each.status == MilestoneStatus.COMPLETED,
        completed=each.completed_on,
        original_due=each.original_due_on,
    )


def _resource(resource: Resource) -> str:
    if resource.amount is not None:
        return f"${resource.amount:,.2f} {resource.text}".strip()
    return (
        f"{float(resource.hours):g} staff hours {resource.text}".strip() if resource.hours else resource.text
    )


def _decisions(found: PlanItem, item: Item, rows: _Rows) -> None:
    """Add history, signatures, deviations, acceptance, and the fix with its evidence."""
    found.history = [_change(each) for each in rows.history.get(item.pk, ())]
    found.approvals = [
        Approval(
            _APPROVALS[each.decision],
            each.person,
            next(iter(_parts(each.roles)), ""),
            on=each.on,
            version=each.version,
            roles_held=_parts(each.roles),
        )
        for each in rows.signatures.get(item.pk, ())
        if each.decision in _APPROVALS
    ]
    for each in rows.plans.deviations.get(item.pk, ()):
        setattr(found, each.kind, _ANSWERS[DeviationState(each.state)])
        found.deviation_rationale = each.rationale
        found.deviation = _request(each)
    acceptance = rows.acceptances.get(item.pk)
    if acceptance:
        found.deviation = DeviationRequest(
            "risk_acceptance",
            acceptance.state,
            acceptance.reason,
            acceptance.requested_by,
            acceptance.expires_on,
            acceptance.decided_on,
            acceptance.mitigations,
            acceptance.residual_risk,
        )
    fix = rows.fixes.get(item.pk)
    if fix:
        found.evidence = [
            EvidencePiece(fix.evidence, captured_at=fix.evidence_on.isoformat(), by=fix.reported_by)
        ]
        found.verification = Verification(fix.judged_by, fix.judged_on) if fix.judged_by else None


def _request(each: Deviation) -> DeviationRequest:
    return DeviationRequest(
        each.kind, each.state, each.rationale, each.requested_by, approved_on=each.decided_on
    )


def _change(each: ItemChange) -> FieldChange:
    name = _FIELDS.get(each.field, each.field)
    return FieldChange(name, each.before, each.after, each.at.date(), each.person, each.reason)
