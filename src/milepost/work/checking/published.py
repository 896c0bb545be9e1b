"""What is published of the CVEs of a system, and how exposed its assets are, for rules on directives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from milepost.checks.context import KnownExploited
from milepost.domain.circumstances import KnownVulnerability, TechnicalImpact
from milepost.records.circumstances.choice import Choice
from milepost.records.circumstances.places import exposure, places_of
from milepost.records.circumstances.vulnerabilities import of_weaknesses
from milepost.records.systems import System


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that BOD 26-04 asks for, of all CVEs and assets of an item: the worse ones count."""

    exposed: bool | None
    automatable: bool | None
    technical_impact: str


@dataclass(frozen=True, slots=True)
class Published:
    """CISA's catalog as far as it names CVEs of the system, and the answers by item."""

    catalog: Mapping[str, KnownExploited]
    answers: Mapping[int, Answers]


def published_for(system: System) -> Published:
    """Gather what is published of a system's items; a constant number of statements."""
    choice = Choice("system_id", [system.pk], each_place=True)
    known = of_weaknesses(choice)
    places = places_of(choice, known, {system.pk: system.time_zone})
    every = {each.cve: each for several in known.by_item.values() for each in several}
    catalog = {
        cve: KnownExploited(each.kev_added_on, each.kev_due_on)
        for cve, each in every.items()
        if each.kev_added_on is not None and each.kev_due_on is not None
    }
    answers = {
        item: Answers(exposure(places.get(item, ())), _automatable(several), _impact(several))
        for item, several in known.by_item.items()
    }
    return Published(catalog, answers)


def _automatable(several: Iterable[KnownVulnerability]) -> bool | None:
    said = {each.automatable for each in several} - {None}
    return True in said if said else None


def _impact(several: Iterable[KnownVulnerability]) -> str:
    said = {each.technical_impact for each in several} - {None}
    if not said:
        return ""
    return (TechnicalImpact.TOTAL if TechnicalImpact.TOTAL in said else TechnicalImpact.PARTIAL).value
