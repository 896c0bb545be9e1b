"""An item of a plan in neutral fields, typed as far as its document allows; nothing here is required."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where an item stands, in one vocabulary for all authorities."""

    DRAFT = "draft"
    PLAN_REVIEW = "plan_review"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DELAYED = "delayed"
    EXTENSION_REVIEW = "extension_review"
    PENDING_VERIFICATION = "pending_verification"
    RISK_ACCEPTANCE_REVIEW = "risk_acceptance_review"
    FALSE_POSITIVE_REVIEW = "false_positive_review"
    OPERATIONAL_REQUIREMENT_REVIEW = "operational_requirement_review"
    VENDOR_DEPENDENCY = "vendor_dependency"
    REOPENED = "reopened"
    RISK_ACCEPTED = "risk_accepted"
    OPERATIONAL_REQUIREMENT = "operational_requirement"
    CLOSED_COMPLETED = "closed_completed"
    CLOSED_FALSE_POSITIVE = "closed_false_positive"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    MERGED_DUPLICATE = "merged_duplicate"
    UNKNOWN = ""


CLOSED_STATES = frozenset(
    {
        State.CLOSED_COMPLETED,
        State.CLOSED_FALSE_POSITIVE,
        State.CANCELLED,
        State.TRANSFERRED,
        State.MERGED_DUPLICATE,
    }
)
SETTLED_STATES = frozenset({State.RISK_ACCEPTED, State.OPERATIONAL_REQUIREMENT})
"""Decided but not closed."""
OPEN_STATES = frozenset(State) - CLOSED_STATES - SETTLED_STATES
REVIEW_STATES = frozenset(
    {
        State.PLAN_REVIEW,
        State.EXTENSION_REVIEW,
        State.PENDING_VERIFICATION,
        State.RISK_ACCEPTANCE_REVIEW,
        State.FALSE_POSITIVE_REVIEW,
        State.OPERATIONAL_REQUIREMENT_REVIEW,
    }
)


class NoteKind(StrEnum):
    """What was odd about a cell, though it could be read."""

    TEXT_DATE = "text_date"
    UNREADABLE_DATE = "unreadable_date"
    RELATIVE_DATE = "relative_date"
    ALIAS = "alias"
    PACKED = "packed"
    UNPARSED = "unparsed"


class ReadingNote(NamedTuple):
    """Something odd about a field, in words."""

    kind: NoteKind
    field: str
    text: str


@dataclass(slots=True)
class PlanMilestone:
    """A step: `precision` is day, month or quarter (the date is then the last day); `row` where it stands.

    `key` is the identifier that the authority's own system gave it, `status_label` that system's word for
    where it stands, `remark` what was said about that.
    """

    text: str
    due: date | None = None
    number: int = 0
    precision: str = "day"
    done: bool = False
    archived: bool = False
    completed: date | None = None
    by: str = ""
    original_due: date | None = None
    original_text: str = ""
    row: int = 0
    key: str = ""
    status_label: str = ""
    remark: str = ""


@dataclass(slots=True)
class MilestoneChange:
    """What became of a milestone, beside the first plan."""

    text: str
    number: int = 0
    kind: str = ""
    on: date | None = None
    new_date: date | None = None
    reason: str = ""
    row: int = 0


@dataclass(slots=True)
class Remark:
    """A comment."""

    text: str
    on: date | None = None
    by: str = ""


@dataclass(slots=True)
class EvidencePiece:
    """A piece of evidence.

    `captured_at` is in ISO form with Z or offset; `digest` is the recorded hash, `found_digest` that of the
    stored bytes.
    """

    name: str
    kind: str = "file"
    captured_at: str = ""
    digest: str = ""
    found_digest: str = ""
    location: str = ""
    by: str = ""


@dataclass(slots=True)
class Approval:
    """A decision by a person in a role; `version` is the digest of what was approved."""

    kind: str
    by: str
    role: str = ""
    decision: str = "approved"
    on: date | None = None
    version: str = ""
    roles_held: Sequence[str] = ()


@dataclass(slots=True)
class DeviationRequest:
    """A request to deviate: risk_acceptance, risk_adjustment, false_positive, operational_requirement."""

    kind: str
    state: str = ""
    rationale: str = ""
    requested_by: str = ""
    expires: date | None = None
    approved_on: date | None = None
    compensating_controls: str = ""
    residual_risk: str = ""
    mitigations_implemented: bool | None = None


@dataclass(slots=True)
class Verification:
    """Who confirmed the fix, and when."""

    by: str
    on: date | None = None


@dataclass(slots=True)
class FieldChange:
    """One change in the history: which field, from what to what, when, by whom, why."""

    field: str
    before: str
    after: str
    on: date | None = None
    by: str = ""
    reason: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class PlanItem:
    """An item as its document says it; empty text and None mean that nothing is said.

    `sheet` is the number of the sheet in the document and `row` the row there. `status` is the neutral state
    and `status_label` the document's own word; `source_type` is scan, pentest, config, assessment, audit or
    other. Ratings are words in the field's spelling (Moderate, Very High, CAT I). Money is in dollars.
    `source_details` says more about the source than its kind (a plugin, a checklist).
    `predisposing_conditions` and `threat_description` are the words of a risk analysis, `resulting_risk` the
    level that it expects when the proposed mitigations are in place.
    """

    id: str = ""
    sheet: int = 0
    row: int = 0
    title: str = ""
    description: str = ""
    controls: Sequence[str] = ()
    source_type: str = ""
    source_text: str = ""
    source_ref: str = ""
    source_details: str = ""
    source_report_date: date | None = None
    identified_date: date | None = None
    created_date: date | None = None
    raw_severity: str = ""
    adjusted_severity: str = ""
    severity_rationale: str = ""
    cvss: float | None = None
    likelihood: str = ""
    impact: str = ""
    impact_description: str = ""
    relevance: str = ""
    risk_level: str = ""
    resulting_risk: str = ""
    predisposing_conditions: str = ""
    threat_description: str = ""
    recommendations: str = ""
    mitigations: str = ""
    owner: str = ""
    owner_contact: str = ""
    poc: str = ""
    responsible_org: str = ""
    resources_text: str = ""
    cost_estimate: float | None = None
    cost_by_year: Sequence[tuple[int, float]] = ()
    cost_actual: float | None = None
    cost_justification: str = ""
    funding_source: str = ""
    remediation_plan: str = ""
    original_scheduled_date: date | None = None
    scheduled_date: date | None = None
    planned_start: date | None = None
    planned_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    actual_completion_date: date | None = None
    closed_date: date | None = None
    plan_approved_date: date | None = None
    status: State = State.UNKNOWN
    status_label: str = ""
    status_date: date | None = None
    last_update: date | None = None
    percent_complete: float | None = None
    percent_date: date | None = None
    delay_reason: str = ""
    delay_justification: str = ""
    interim_mitigation: str = ""
    milestones: Sequence[PlanMilestone] = ()
    milestone_changes: Sequence[MilestoneChange] = ()
    comments: Sequence[Remark] = ()
    evidence: Sequence[EvidencePiece] = ()
    verification: Verification | None = None
    approvals: Sequence[Approval] = ()
    deviation: DeviationRequest | None = None
    risk_adjustment: str = ""
    false_positive: str = ""
    operational_requirement: str = ""
    deviation_rationale: str = ""
    supporting_documents: Sequence[str] = ()
    assets: Sequence[str] = ()
    cves: Sequence[str] = ()
    finding_key: str = ""
    vendor_dependency: bool | None = None
    vendor_product: str = ""
    vendor_last_checkin: date | None = None
    kev_tracking: str = ""
    kev_due: date | None = None
    service_names: Sequence[str] = ()
    auto_approve: str = ""
    iavm_number: str = ""
    iav_comply_by: date | None = None
    acceptance_expires: date | None = None
    closing_reason: str = ""
    created_by: str = ""
    point_value: float | None = None
    publicly_exposed: bool | None = None
    automatable: bool | None = None
    technical_impact: str = ""
    forensic_triage: bool | None = None
    exposure_changed: bool = False
    repeat_of: str = ""
    seen_again_on: date | None = None
    clean_scan_on: date | None = None
    retested_on: date | None = None
    last_review: date | None = None
    last_report: date | None = None
    history: Sequence[FieldChange] = ()
    texts: dict[str, str] = field(default_factory=dict)
    notes: Sequence[ReadingNote] = ()

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.status in OPEN_STATES

    @property
    def is_closed(self) -> bool:
        """Whether it is finished, for whatever reason."""
        return self.status in CLOSED_STATES

    @property
    def severity(self) -> str:
        """The rating that counts: the adjusted one, unless its adjustment is not approved."""
        adjusted = self.adjusted_severity if self.risk_adjustment in {"", "Yes"} else ""
        return adjusted or self.raw_severity
