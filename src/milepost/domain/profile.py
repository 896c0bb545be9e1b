"""What an authority demands, as data: a profile in one version, each fact with source and standing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from milepost.domain.ruling import Citation

T_co = TypeVar("T_co", covariant=True)

STATES = frozenset(
    {
        *("identified", "draft", "plan_review", "planned", "open", "in_progress", "delayed"),
        *("extension_review", "pending_verification", "remediated", "verified", "closed", "closed_completed"),
        *("risk_acceptance_review", "risk_accepted", "false_positive_review", "false_positive"),
        *("closed_false_positive", "operational_requirement_review", "operational_requirement"),
        *("vendor_dependency", "cancelled"),
        *("transferred", "merged", "merged_duplicate", "reopened"),
    }
)
"""The states that a status of an authority can name: those of the lifecycle, reviews and flags included."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """Something an authority says: `verified` False means a default that may be edited, never an error.

    `profile` is the name of the profile that states it: one that is inherited from keeps its name here.
    `sources` are the ids of what was read, as `authorities/sources.toml` lists them.
    """

    value: T_co
    verified: bool
    citation: Citation
    note: str = ""
    profile: str = ""
    sources: tuple[str, ...] = ()


class ProfileKind(StrEnum):
    """What a profile is: a base for others, an agency, a programme, a tool's practice, a layer of dates."""

    BASE = "base"
    AGENCY = "agency"
    PROGRAM = "program"
    TOOL = "tool"
    OVERLAY = "overlay"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class RemediationDays:
    """Calendar days from detection for a severity; `when` narrows it: exposed, internal, penetration_test."""

    severity: str
    days: int
    when: str = ""


@dataclass(frozen=True, slots=True)
class StatusName:
    """A status as the authority spells it, the state of the lifecycle that it names, and what it means."""

    label: str
    state: str
    open: bool = True
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class RequiredField:
    """A field that may not be empty: in the named states (none: in every state), `when` in words."""

    field: str
    states: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may take a decision: one of `roles`, and where `second` is given one of those as well."""

    decision: str
    roles: tuple[str, ...]
    second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One version of what an authority demands; a fact that nobody states is None.

    Days are calendar days. `effective_until` is the last day of this version; None while it holds.
    `effective_note` says where the first day comes from; `effective_verified` is False where no source
    gives it. `summary` says in words what it is and to whom it applies. `extends` are the keys of what it
    derives from, `lineage` the names of itself and of all that it derives from. `further` holds what is
    known beyond the rules that Milepost computes with, for readers.
    """

    name: str
    title: str
    kind: ProfileKind
    applies_to: str
    version: str
    effective_from: date
    effective_until: date | None = None
    effective_verified: bool = True
    effective_note: str = ""
    summary: str = ""
    extends: tuple[str, ...] = ()
    lineage: frozenset[str] = frozenset()
    remediation_days: Fact[tuple[RemediationDays, ...]] | None = None
    clock_start: Fact[str] | None = None
    severities: Fact[tuple[str, ...]] | None = None
    statuses: Fact[tuple[StatusName, ...]] | None = None
    required_fields: Fact[tuple[RequiredField, ...]] | None = None
    approvers: Fact[tuple[Approvers, ...]] | None = None
    two_stage_severities: Fact[tuple[str, ...]] | None = None
    risk_matrix: Fact[str] | None = None
    review_days: Fact[int] | None = None
    high_value_review_days: Fact[int] | None = None
    create_within_days: Fact[int] | None = None
    acceptance_max_days: Fact[int] | None = None
    accepted_counts_as_open: Fact[bool] | None = None
    accepted_on_plan: Fact[bool] | None = None
    false_positives_on_plan: Fact[bool] | None = None
    vendor_check_in_days: Fact[int] | None = None
    due_soon_days: Fact[int] | None = None
    notice_days: Fact[tuple[int, ...]] | None = None
    milestone_text_characters: Fact[int] | None = None
    plan_max_days: Fact[int] | None = None
    retention_years: Fact[int] | None = None
    scheduled_date_frozen: Fact[bool] | None = None
    delay_reason_required: Fact[bool] | None = None
    further: Mapping[str, Fact[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what an item keeps to remember under which version it was opened: `hhs@2.0`."""
        return f"{self.name}@{self.version}"
