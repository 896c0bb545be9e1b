"""A worksheet in the order of the SPRS screens: by family, each requirement with its result."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from milepost.authorities.cmmc.requirements import REQUIREMENTS
from milepost.authorities.cmmc.scoring import result_of
from milepost.authorities.cmmc.verdict import Verdict
from milepost.catalogs.nist_800_171 import FAMILIES


class Line(NamedTuple):
    """One requirement as the screen asks for it; `objectives` are the NOT MET ones behind the button."""

    family: str
    identifier: str
    title: str
    points: int | None
    compliance: str
    objectives: tuple[str, ...]


def lines(verdict: Verdict) -> Iterator[Line]:
    """Yield the requirements of the assessed level, family by family in the order of the screens."""
    order = {family: place for place, family in enumerate(FAMILIES)}
    asked = REQUIREMENTS[verdict.assessment.level].values()
    ordered = sorted(asked, key=lambda requirement: order[requirement.family])
    for requirement in ordered:
        result = result_of(requirement, verdict.assessment.settled)
        yield Line(
            f"{requirement.family} {FAMILIES[requirement.family]}",
            requirement.identifier,
            requirement.title,
            requirement.points,
            result.finding.value,
            result.objectives,
        )


def as_text(listed: Iterable[Line]) -> str:
    """Return the worksheet for people, with a heading above each family."""
    rows: list[str] = []
    family = ""
    for line in listed:
        if line.family != family:
            family = line.family
            rows += ["", family] if rows else [family]
        failing = f"  ({', '.join(line.objectives)})" if line.objectives else ""
        rows.append(f"  {line.identifier:<16} {line.compliance:<8} {line.title}{failing}")
    return "\n".join(rows)
