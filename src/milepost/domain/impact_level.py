"""How much harm a loss would do: FIPS 199 categories of information, and the high watermark of a system."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from milepost.domain.errors import InputRefused
from milepost.domain.ruling import Citation

_TYPES = Citation("FIPS 199", "section 3, information types")
_SYSTEMS = Citation("FIPS 199", "section 3, information systems; FIPS 200, section 3")


class ImpactLevel(StrEnum):
    """The potential impact of a loss; "Not Applicable" is for the confidentiality of public information."""

    NOT_APPLICABLE = "Not Applicable"
    LOW = "Low"
    MODERATE = "Moderate"
    HIGH = "High"

    @property
    def rank(self) -> int:
        """Worse is larger, from 0 to 3."""
        return _RANK[self]


_RANK = {level: rank for rank, level in enumerate(ImpactLevel)}


class Objective(StrEnum):
    """The three security objectives."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True)
class SecurityCategory:
    """The potential impact for each objective.

    Raises:
        InputRefused: integrity or availability is "Not Applicable", which FIPS 199 does not know.
    """

    confidentiality: ImpactLevel
    integrity: ImpactLevel
    availability: ImpactLevel

    def __post_init__(self) -> None:
        for objective in (Objective.INTEGRITY, Objective.AVAILABILITY):
            if self.of(objective) is ImpactLevel.NOT_APPLICABLE:
                raise InputRefused(
                    f"{objective} cannot be Not Applicable ({_TYPES})", fix="say Low, Moderate or High"
                )

    def of(self, objective: Objective) -> ImpactLevel:
        """Return the impact for one objective."""
        return {
            Objective.CONFIDENTIALITY: self.confidentiality,
            Objective.INTEGRITY: self.integrity,
            Objective.AVAILABILITY: self.availability,
        }[objective]


@dataclass(frozen=True, slots=True)
class InformationType:
    """A kind of information that a system holds, with its category."""

    name: str
    category: SecurityCategory


@dataclass(frozen=True, slots=True)
class SystemCategory:
    """A system's impact for each objective, its overall level, and which information sets that level."""

    category: SecurityCategory
    level: ImpactLevel
    reason: str
    citation: Citation


def high_watermark(category: SecurityCategory) -> ImpactLevel:
    """Return the highest impact over confidentiality, integrity and availability."""
    return max((category.of(objective) for objective in Objective), key=lambda level: level.rank)


def categorize(types: Sequence[InformationType]) -> SystemCategory:
    """Return the category of a system that holds these types: the highest for each objective, at least Low.

    Raises:
        InputRefused: no information type was given.
    """
    if not types:
        raise InputRefused(
            "a system without information types has no category", fix="name at least one type that it holds"
        )
    category = SecurityCategory(*(_highest(types, objective) for objective in Objective))
    level = high_watermark(category)
    setters = [_setters(types, each, level) for each in Objective if category.of(each) is level]
    return SystemCategory(category, level, f"{level} by {'; '.join(setters)}", _SYSTEMS)


def _highest(types: Sequence[InformationType], objective: Objective) -> ImpactLevel:
    impacts = [ImpactLevel.LOW, *(each.category.of(objective) for each in types)]
    return max(impacts, key=lambda level: level.rank)


def _setters(types: Sequence[InformationType], objective: Objective, level: ImpactLevel) -> str:
    names = [each.name for each in types if each.category.of(objective) is level]
    return f"{objective} of {', '.join(names)}" if names else f"{objective}, for which Low is the least"
