"""The risk rating of an item, as an authority's rule derives it from what a tool says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from milepost.domain.ruling import Citation


class Rating(StrEnum):
    """Every word that an authority rates with; most know three of them. Empty where nobody has rated yet.

    Three words: FIPS 199 and FedRAMP. With Critical: HHS, CMS, GSA, GovRAMP. With Very High and Very Low:
    NIST SP 800-30 and eMASS.
    """

    VERY_HIGH = "Very High"
    CRITICAL = "Critical"
    HIGH = "High"
    MODERATE = "Moderate"
    LOW = "Low"
    VERY_LOW = "Very Low"
    NONE = ""

    @property
    def rank(self) -> int:
        """Worse is larger: Critical and Very High are equals, and no rating is the least."""
        return _RANK[self]


_RANK = {
    Rating.NONE: 0,
    Rating.VERY_LOW: 1,
    Rating.LOW: 2,
    Rating.MODERATE: 3,
    Rating.HIGH: 4,
    Rating.CRITICAL: 5,
    Rating.VERY_HIGH: 5,
}


GROUPS: Final = (
    frozenset({Rating.VERY_HIGH, Rating.CRITICAL, Rating.HIGH}),
    frozenset({Rating.MODERATE}),
    frozenset({Rating.LOW, Rating.VERY_LOW}),
    frozenset({Rating.NONE}),
)
"""The words of all authorities in the four groups of a chart, the worst first."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating with the reason for it and the rule's source."""

    rating: Rating
    reason: str
    citation: Citation
