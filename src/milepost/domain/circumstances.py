"""What the deadline of an item, or of one occurrence, follows from: the input of every rule on dates."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from milepost.domain.rating import Rating


class TechnicalImpact(StrEnum):
    """How much of the vulnerable component an attacker controls afterwards (SSVC, Technical Impact 1.0.0)."""

    PARTIAL = "partial"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class KnownVulnerability:
    """What others publish of one CVE: CISA's catalog of exploited ones and its decision points.

    A date or point that nobody publishes is None.
    """

    cve: str
    kev_added_on: date | None = None
    kev_due_on: date | None = None
    automatable: bool | None = None
    technical_impact: TechnicalImpact | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A provider's evaluation of a vulnerability (FedRAMP Consolidated Rules 2026, VER-EVA).

    `impact` is the Potential Agency Impact N-rating, 1 to 5.
    """

    evaluated_at: datetime
    impact: int
    internet_reachable: bool = field(kw_only=True)
    likely_exploitable: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where vulnerabilities are seen: since when, and whether the asset is publicly exposed (None: unknown).

    One place stands for `count` occurrences that agree in everything a date follows from.
    """

    detected_on: date
    vulnerabilities: tuple[KnownVulnerability, ...]
    exposed: bool | None = field(kw_only=True)
    count: int = 1


class DateKind(StrEnum):
    """A date that somebody else sets for an item; its source is kept with it."""

    VENDOR_RELEASE = "vendor_release"
    ADVISORY = "advisory"
    CONTRACT = "contract"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class SetDate:
    """A date set for an item from outside, with where it comes from in words."""

    kind: DateKind
    on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of an item, or of one occurrence of it, when a date is asked for.

    `rating` is the one that counts now. `critical` tells that the tool or the report itself said critical,
    for authorities that count it as High yet give it its own days. `exposed` None: nobody knows whether
    people outside can reach the asset. `planned_on` is the plan's own date, `extended_to` the date of an
    approved extension; `conditional_since` the status date of a conditional CMMC status whose plan the item
    is on. `places` is where it is seen, for rules that look at each asset; `exposed` and `vulnerabilities`
    sum them up. `evaluation` has its instant in the system's time zone, so that its day is the system's.
    """

    detected_on: date
    rating: Rating = Rating.NONE
    critical: bool = False
    penetration_test: bool = False
    exposed: bool | None = None
    vulnerabilities: tuple[KnownVulnerability, ...] = ()
    places: tuple[Place, ...] = ()
    evaluation: Evaluation | None = None
    dates: tuple[SetDate, ...] = ()
    planned_on: date | None = None
    extended_to: date | None = None
    conditional_since: date | None = None

    def on(self, kind: DateKind) -> SetDate | None:
        """Return the earliest date of a kind that was set; None where there is none."""
        named = [each for each in self.dates if each.kind is kind]
        return min(named, key=lambda each: each.on, default=None)
