"""An authority whose profile says all: it rates and schedules by the profile's own words and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from milepost.authorities.authority import Document
from milepost.authorities.remediation import days_for
from milepost.domain.circumstances import Circumstances
from milepost.domain.finding import WeaknessKind
from milepost.domain.profile import Profile
from milepost.domain.rating import Rated, Rating
from milepost.domain.ruling import Citation
from milepost.domain.severity import Severity

FIPS_199 = ("low", "moderate", "high")
LEVELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fedramp-rev5": ("li-saas", "low", "moderate", "high"),
        "fedramp-vdr": ("A", "B", "C", "D"),
        "cmmc-l1": ("1",),
        "cmmc-l2": ("2",),
        "cmmc-l3": ("3",),
    }
)
"""What a system is under an authority that does not go by FIPS 199, by the profile that says so."""

_RATINGS = {
    Severity.CRITICAL: (Rating.CRITICAL, Rating.VERY_HIGH, Rating.HIGH),
    Severity.HIGH: (Rating.HIGH,),
    Severity.MODERATE: (Rating.MODERATE,),
    Severity.LOW: (Rating.LOW,),
}
_FIPS_199 = Citation("FIPS 199", "section 3, potential impact on organizations")


@dataclass(frozen=True, slots=True)
class ProfileAuthority:
    """An authority as its profile describes it; `lineage` names the profiles that it derives from too."""

    profile: Profile
    lineage: frozenset[str]
    documents: tuple[Document, ...] = ()
    consolidated_control: str = ""

    @property
    def name(self) -> str:
        """The short name, as commands take it."""
        return self.profile.name

    @property
    def title(self) -> str:
        """The name for people."""
        return self.profile.title

    @property
    def impacts(self) -> tuple[str, ...]:
        """The impact levels, classes or levels that a system under it can have."""
        return levels_of(self.lineage)

    def rate(self, severity: Severity) -> Rated:
        """Rate what a scanner says in the words that the profile knows."""
        known = self.profile.severities
        words = {word.casefold() for word in known.value} if known else {"high", "moderate", "low"}
        citation = known.citation if known else _FIPS_199
        for rating in _RATINGS.get(severity, ()):
            if rating.casefold() in words:
                return Rated(rating, f"the scanner says {severity}", citation)
        reason = f"the scanner's severity is {severity}: someone has to rate it"
        return Rated(Rating.NONE, reason, citation)

    def scan_control(self, kind: WeaknessKind) -> str:
        """Name the control that a scanner's finding is recorded under (NIST SP 800-53 rev. 5)."""
        return "CM-6" if kind is WeaknessKind.CONFIGURATION else "RA-5"

    def scheduled(self, detected_on: date, rating: Rating) -> date | None:
        """Return the date by the profile's days for a rating; None where it names none."""
        row = days_for(self.profile, Circumstances(detected_on=detected_on, rating=rating))
        return None if row is None else detected_on + timedelta(days=row.days)


def levels_of(lineage: frozenset[str]) -> tuple[str, ...]:
    """Return what a system can be under a profile and those it derives from."""
    return next((levels for name, levels in LEVELS.items() if name in lineage), FIPS_199)
