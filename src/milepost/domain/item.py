"""The words of a POA&M item: where it comes from, how it stands, what it costs, how it is dealt with."""

from enum import StrEnum


class ItemStatus(StrEnum):
    """How an item stands; "delayed" and "overdue" are not here: they are computed from dates."""

    DRAFT = "draft"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    REMEDIATED = "remediated"
    VERIFIED = "verified"
    CLOSED = "closed"
    RISK_ACCEPTED = "risk_accepted"
    MERGED = "merged"


OPEN_STATUSES = frozenset(
    {
        ItemStatus.DRAFT,
        ItemStatus.OPEN,
        ItemStatus.IN_PROGRESS,
        ItemStatus.REMEDIATED,
        ItemStatus.VERIFIED,
        ItemStatus.RISK_ACCEPTED,
    }
)


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
