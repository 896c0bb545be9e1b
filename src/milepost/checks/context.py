"""What rules look at beside an item: the document, the day, the profiles, and what is known around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.profile import Fact, Profile, RequiredField


class KnownExploited(NamedTuple):
    """An entry of CISA's catalog."""

    added: date
    due: date


@dataclass(frozen=True, slots=True)
class InventoryAsset:
    """An asset of the inventory: exposed, scanned with credentials, in the latest scan, past its life?"""

    name: str
    public: bool | None = None
    authenticated: bool | None = None
    scanned: bool | None = None
    end_of_life: bool | None = None


class OpenScanFinding(NamedTuple):
    """A finding that scans still see: its key, since when, its rating, and whether an item covers it."""

    key: str
    since: date
    severity: str
    linked: bool


class AssessmentFinding(NamedTuple):
    """A finding of an assessment, and whether an item or a decision answers it."""

    id: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known beside the document; None where nothing is.

    `kev` maps CVE to entry. `previous` is the document of the last submission. `roles` maps a decision to
    those who may take it. `deleted` are identifiers that an audit log says were deleted. `controls_elsewhere`
    maps a control to the number of other systems with an open item on it. `stages` maps a state to those
    that may follow it. `high_value` is True for a high value asset.
    """

    kev: Mapping[str, KnownExploited] | None = None
    previous: PlanDocument | None = None
    inventory: Mapping[str, InventoryAsset] | None = None
    scan_findings: Sequence[OpenScanFinding] | None = None
    assessment_findings: Sequence[AssessmentFinding] | None = None
    implemented_controls: frozenset[str] | None = None
    controls_elsewhere: Mapping[str, int] | None = None
    inheriting_unlinked: frozenset[str] | None = None
    people: frozenset[str] | None = None
    inactive_people: frozenset[str] | None = None
    deleted: Sequence[str] | None = None
    stages: Mapping[str, Sequence[str]] | None = None
    accepted_reported_closed: bool | None = None
    high_value: bool | None = None
    investment: str | None = None


@dataclass(frozen=True)
class Context:
    """The document under the rules of some profiles as of a day."""

    document: PlanDocument
    as_of: date
    profiles: Sequence[Profile] = ()
    around: Surroundings = field(default_factory=Surroundings)
    params: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def param(self, rule: str, name: str) -> float:
        """Return a threshold of a rule."""
        return self.params[rule][name]

    @cached_property
    def layout(self) -> str:
        """The layout's name."""
        return self.document.layout

    @cached_property
    def submitted(self) -> date:
        """The day of the submission: the document's own, else the day that counts as today."""
        return self.document.dated or self.as_of

    @cached_property
    def items(self) -> Sequence[PlanItem]:
        """All items."""
        return self.document.items

    @cached_property
    def open_items(self) -> Sequence[PlanItem]:
        """The items that are not finished."""
        return [item for item in self.items if item.is_open]

    @cached_property
    def _days(self) -> dict[str, tuple[int, bool]]:
        """The fewest days by rating in lower case, and whether the fact is confirmed."""
        found: dict[str, tuple[int, bool]] = {}
        for profile in self.profiles:
            fact = profile.remediation_days
            for each in fact.value if fact else ():
                name = each.severity.casefold()
                if fact and not each.when and (name not in found or each.days < found[name][0]):
                    found[name] = (each.days, fact.verified)
        return found

    @cached_property
    def required(self) -> Sequence[tuple[RequiredField, str, bool]]:
        """The fields that profiles require without a condition and the document can speak of.

        With each comes the name of the profile that states it, and whether that is confirmed.
        """
        return [
            (each, fact.profile or profile.name, fact.verified)
            for profile in self.profiles
            if (fact := profile.required_fields)
            for each in fact.value
            if not each.when and each.field in self.document.fields
        ]

    def days_for(self, severity: str) -> tuple[int, bool] | None:
        """Return the days that the strictest profile gives for a rating, and whether that is confirmed."""
        return self._days.get(severity.casefold())

    def deadline(self, item: PlanItem) -> tuple[date, bool] | None:
        """Return by when an item is due by the profiles' days from detection, and if that is confirmed."""
        days = self._days.get(item.severity.casefold())
        if days is None or item.identified_date is None:
            return None
        return item.identified_date + timedelta(days[0]), days[1]

    @cached_property
    def review_days(self) -> Fact[int] | None:
        """The strictest number of days between two updates, of a profile that states one."""
        facts = [each.review_days for each in self.profiles if each.review_days]
        return min(facts, key=lambda fact: fact.value, default=None)

    @cached_property
    def acceptance_days(self) -> Fact[int] | None:
        """The strictest longest acceptance of a risk, of a profile that states one."""
        facts = [each.acceptance_max_days for each in self.profiles if each.acceptance_max_days]
        return min(facts, key=lambda fact: fact.value, default=None)
