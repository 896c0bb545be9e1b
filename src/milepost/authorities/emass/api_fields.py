"""The bodies of eMASS's REST API 3.22 in the names of its OpenAPI description."""

from calendar import timegm
from datetime import UTC, date, datetime

import msgspec

Number = int | float | None
Text = str | None


class ApiMilestone(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A milestone; days are seconds since 1970 in UTC. `is_active` False deletes it."""

    milestone_id: int | None = None
    description: Text = None
    scheduled_completion_date: int | None = None
    is_active: bool | None = None


class ApiPoam(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A POA&M item; what is None is not sent. Days are seconds since 1970 in UTC."""

    poam_id: int | None = None
    display_poam_id: int | None = None
    external_uid: Text = None
    status: Text = None
    vulnerability_description: Text = None
    source_identifying_vulnerability: Text = None
    poc_organization: Text = None
    resources: Text = None
    identified_in_cfo_audit: bool | None = msgspec.field(
        name="identifiedInCFOAuditOrOtherReview", default=None
    )
    poc_first_name: Text = None
    poc_last_name: Text = None
    poc_email: Text = None
    poc_phone_number: Text = None
    severity: Text = None
    scheduled_completion_date: int | None = None
    completion_date: int | None = None
    comments: Text = None
    control_acronym: Text = None
    assessment_procedure: Text = None
    security_checks: Text = None
    raw_severity: Text = None
    relevance_of_threat: Text = None
    likelihood: Text = None
    impact: Text = None
    impact_description: Text = None
    residual_risk_level: Text = None
    recommendations: Text = None
    mitigations: Text = None
    resulting_residual_risk_level_after_proposed_mitigations: Text = None
    predisposing_conditions: Text = None
    threat_description: Text = None
    devices_affected: Text = None
    personnel_resources_funded_base_hours: Number = None
    personnel_resources_cost_code: Text = None
    personnel_resources_unfunded_base_hours: Number = None
    personnel_resources_nonfunding_obstacle: Text = None
    personnel_resources_nonfunding_obstacle_other_reason: Text = None
    non_personnel_resources_funded_amount: Number = None
    non_personnel_resources_cost_code: Text = None
    non_personnel_resources_unfunded_amount: Number = None
    non_personnel_resources_nonfunding_obstacle: Text = None
    non_personnel_resources_nonfunding_obstacle_other_reason: Text = None
    milestones: list[ApiMilestone] | None = None


class ApiArtifact(msgspec.Struct, kw_only=True, rename="camel"):
    """What the API keeps about an artifact; the file itself is sent apart."""

    filename: str
    is_template: bool = False
    type: str = "Other"
    category: str = "Evidence"
    name: str = ""
    controls: str | msgspec.UnsetType = msgspec.UNSET
    last_reviewed_date: int | msgspec.UnsetType = msgspec.UNSET


class Request(msgspec.Struct, kw_only=True):
    """A request: its method, its path below the server, its body."""

    method: str
    path: str
    body: msgspec.Raw = msgspec.Raw(b"[]")


class RequestFile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A file of requests as Milepost writes it, or the answer to a GET, which has `data`."""

    api: str = ""
    system: str = ""
    as_of: str = ""
    requests: list[Request] = []
    data: list[ApiPoam] | ApiPoam | None = None


def seconds(day: date | None) -> int | None:
    """Return the beginning of a day in seconds since 1970, in UTC."""
    return timegm(day.timetuple()) if day else None


def day_of(stamp: int | None) -> date | None:
    """Return the day of a moment in seconds since 1970, in UTC."""
    return datetime.fromtimestamp(stamp, UTC).date() if stamp is not None else None
