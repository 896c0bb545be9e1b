"""The risk rating of an item, as an authority's rule derives it from what a tool says."""

from dataclasses import dataclass
from enum import StrEnum

from milepost.domain.ruling import Citation


class Rating(StrEnum):
    """The three ratings of FIPS 199 and every plan built on it; empty where nobody has rated yet."""

    HIGH = "High"
    MODERATE = "Moderate"
    LOW = "Low"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating with the reason for it and the rule's source."""

    rating: Rating
    reason: str
    citation: Citation
