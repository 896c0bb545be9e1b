"""How long past their dates the overdue items are, in the classes of each report that asks for it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from milepost.domain.aging import OMB, SCALES, AgeScale, most_overdue
from milepost.records.queries.overdue import OverdueSystem, overdue_days

_IMPACTS = {"high": "High", "moderate": "Moderate", "low": "Low", "li-saas": "Low"}
NOT_CATEGORIZED = "Not Categorized"


@dataclass(frozen=True, slots=True)
class Aging:
    """Overdue items by system and class of each scale, and the quarterly table of systems by impact."""

    as_of: date
    systems: tuple[OverdueSystem, ...]

    def counts(self, scale: AgeScale) -> dict[str, dict[str, int]]:
        """Return the overdue items of each system by class."""
        return {system.name: scale.count(system.days) for system in self.systems}

    @property
    def quarterly(self) -> dict[str, dict[str, int]]:
        """Return OMB's table: by FIPS 199 impact, each system once, in its most overdue class."""
        grouped: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
        for system in self.systems:
            grouped[_IMPACTS.get(system.impact, NOT_CATEGORIZED)].append(system.days)
        order = ("High", "Moderate", "Low", NOT_CATEGORIZED)
        return {impact: most_overdue(grouped[impact], OMB) for impact in order}

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost aging --json` prints."""
        return {
            "as_of": self.as_of.isoformat(),
            "scales": [
                {"name": scale.name, "citation": str(scale.citation), "systems": self.counts(scale)}
                for scale in SCALES
            ],
            "quarterly": {"citation": str(OMB.citation), "impacts": self.quarterly},
            "longest": {system.name: max(system.days, default=0) for system in self.systems},
        }

    def as_text(self) -> str:
        """Return the tables in words."""
        lines = [f"Overdue items on {self.as_of:%Y-%m-%d}, by days past their date"]
        for scale in SCALES:
            lines += ["", f"{scale.name} ({scale.citation})"]
            lines += [_line(name, counts) for name, counts in self.counts(scale).items()]
        lines += ["", f"Systems by impact, each once in its most overdue class ({OMB.citation})"]
        lines += [_line(impact, counts) for impact, counts in self.quarterly.items()]
        return "\n".join(lines)


def report_aging(*, as_of: date) -> Aging:
    """Report how long past their dates the overdue items of every system are."""
    return Aging(as_of, tuple(overdue_days(as_of)))


def _line(name: str, counts: dict[str, int]) -> str:
    return f"  {name}: {', '.join(f'{days} days {count}' for days, count in counts.items())}"
