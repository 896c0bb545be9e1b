"""What a rule of the lifecycle looks at: how an item stands, and what a person wants to do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from milepost.domain.item import ItemStatus, RequestKind, SourceKind
from milepost.domain.lifecycle_rules import Rules
from milepost.domain.roles import Role, folded


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's yes to a request or a closing, with the roles held on that day."""

    person: str
    on: date
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """What waits for a decision; `until` is the new date or the expiry asked for.

    `version` is the hash of the plan that was submitted, `evidence` what supports the request, by name.
    """

    kind: RequestKind
    by: str
    on: date
    until: date | None = None
    evidence: str = ""
    version: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How an item stands on a day.

    `workers` worked on the item or its fix, `planners` wrote the plan. `open_milestones` are the numbers of
    those not completed, `milestones` how many there are. `lapses_on` is the last day of an acceptance or
    operational requirement, `resumes` the status that comes back after it. `signatures` are those given to a
    closing that needs a second one. `seen` counts the places where
    scanners still see it; `clean_scan_on` is the day of the covering scan that saw none, where `scanned`.
    `held` holds the roles of people on that day; `roles_kept` tells whether the system keeps roles at all.
    """

    status: ItemStatus
    detected_on: date
    rules: Rules = field(default_factory=Rules)
    rating: str = ""
    source_kind: SourceKind = SourceKind.SCAN
    original_scheduled_on: date | None = None
    scheduled_on: date | None = None
    missing_fields: tuple[str, ...] = ()
    milestones: int = 0
    open_milestones: tuple[int, ...] = ()
    version: str = ""
    plan_approved: bool = False
    planners: frozenset[str] = frozenset()
    workers: frozenset[str] = frozenset()
    requests: tuple[Request, ...] = ()
    signatures: tuple[Signature, ...] = ()
    fixed_by: str = ""
    fixed_on: date | None = None
    evidence: tuple[str, ...] = ()
    evidence_on: date | None = None
    verified_by: str = ""
    method: str = ""
    scanned: bool = False
    seen: int = 0
    clean_scan_on: date | None = None
    lapses_on: date | None = None
    resumes: ItemStatus = ItemStatus.OPEN
    false_positive_approved: bool = False
    held: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    roles_kept: bool = False

    @property
    def missing_words(self) -> str:
        """The required fields that are empty, in words."""
        return ", ".join(each.replace("_", " ") for each in self.missing_fields)

    @property
    def milestone_words(self) -> str:
        """The numbers of the milestones that are not completed, in words."""
        return ", ".join(map(str, self.open_milestones))

    def request(self, kind: RequestKind | None) -> Request | None:
        """Return the request of a kind that waits for a decision, if any."""
        return next((each for each in self.requests if each.kind == kind), None)

    def roles_of(self, person: str) -> frozenset[Role]:
        """Return the roles that a person holds on the day of the case."""
        return self.held.get(folded(person), frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person brings to a step: who, when, why, with what; what is not asked for stays empty.

    `until` is a new scheduled date, an expiry or a day of re-assessment. `completed_on` is the day of the
    fix, `evidence_on` that of the evidence. `explanation` says why milestones are left open.
    `receiver` is the system that takes an item over, `survivor` the item that another is merged into.
    """

    person: str
    as_of: date
    reason: str = ""
    evidence: str = ""
    evidence_on: date | None = None
    completed_on: date | None = None
    explanation: str = ""
    until: date | None = None
    mitigations: str = ""
    threat: str = ""
    residual_risk: str = ""
    method: str = ""
    receiver: str = ""
    survivor: str = ""
