"""The words of a POA&M item: where it comes from, how it stands, what it costs, how it is dealt with."""

from enum import StrEnum


class ItemStatus(StrEnum):
    """How an item stands; "delayed" and "overdue" are not here: they are computed from dates.

    A request that waits for a decision is no status either: it stands beside the one that the item has.
    """

    DRAFT = "draft"
    OPEN = "open"
    PLAN_REVIEW = "plan_review"
    IN_PROGRESS = "in_progress"
    REMEDIATED = "remediated"
    VERIFIED = "verified"
    RISK_ACCEPTED = "risk_accepted"
    OPERATIONAL_REQUIREMENT = "operational_requirement"
    CLOSED = "closed"
    FALSE_POSITIVE = "false_positive"
    MERGED = "merged"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"


CLOSED_STATUSES = frozenset({ItemStatus.CLOSED, ItemStatus.FALSE_POSITIVE})
"""Closed by a verified fix, or because there was nothing to fix; both have a closing record."""

ENDED_STATUSES = CLOSED_STATUSES | {ItemStatus.MERGED, ItemStatus.CANCELLED, ItemStatus.TRANSFERRED}
"""Nothing is worked on any more: closed here, or carried on elsewhere, or entered in error."""

OPEN_STATUSES = frozenset(ItemStatus) - ENDED_STATUSES
"""On the plan and not ended; whether an accepted risk counts as open in reports says the profile."""

LAPSING_STATUSES = frozenset({ItemStatus.RISK_ACCEPTED, ItemStatus.OPERATIONAL_REQUIREMENT})
"""Decided for a time only: the item comes back by itself when the time is over."""


class SourceKind(StrEnum):
    """Which activity found the weakness."""

    SCAN = "scan"
    ASSESSMENT = "assessment"
    AUDIT = "audit"
    PENETRATION_TEST = "penetration_test"
    INCIDENT = "incident"
    CONTINUOUS_MONITORING = "continuous_monitoring"
    SELF_ASSESSMENT = "self_assessment"
    USER_REPORT = "user_report"
    GAP_ANALYSIS = "gap_analysis"


class ItemKind(StrEnum):
    """Which list an authority keeps the item on."""

    WEAKNESS = "weakness"
    CONFIGURATION = "configuration"
    CONSOLIDATED = "consolidated"


class DeviationKind(StrEnum):
    """The three deviations from the plain rule that FedRAMP knows (POA&M template, columns T to V)."""

    FALSE_POSITIVE = "false_positive"
    OPERATIONAL_REQUIREMENT = "operational_requirement"
    RISK_ADJUSTMENT = "risk_adjustment"


class DeviationState(StrEnum):
    """Where a deviation request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


class RequestKind(StrEnum):
    """What people ask for and somebody else decides; the item stays in its status meanwhile."""

    PLAN = "plan"
    EXTENSION = "extension"
    RISK_ACCEPTANCE = "risk_acceptance"
    FALSE_POSITIVE = "false_positive"
    OPERATIONAL_REQUIREMENT = "operational_requirement"
    RISK_ADJUSTMENT = "risk_adjustment"
    TRANSFER = "transfer"


class VerificationMethod(StrEnum):
    """How a fix was verified: by a scan, by the test that found it, or as SP 800-53A assesses (ch. 2.4)."""

    RESCAN = "rescan"
    RETEST = "retest"
    TEST = "test"
    EXAMINE = "examine"
    INTERVIEW = "interview"


class MilestoneStatus(StrEnum):
    """Where a milestone stands."""

    PLANNED = "planned"
    COMPLETED = "completed"


class ResourceKind(StrEnum):
    """What an item needs: money of a fiscal year, people's hours, technology, something else."""

    FUNDING = "funding"
    PEOPLE = "people"
    TECHNOLOGY = "technology"
    OTHER = "other"


class Grouping(StrEnum):
    """What becomes one item: a weakness in the system, or a weakness on each asset."""

    WEAKNESS = "weakness"
    ASSET = "asset"
