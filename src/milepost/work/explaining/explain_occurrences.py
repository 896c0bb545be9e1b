"""Explaining the date of each occurrence of an item: rules may ask of each asset by itself."""

from dataclasses import dataclass, replace
from datetime import date

from milepost.authorities.deadlines import deadline
from milepost.records.circumstances.occurrences import Occurrence, open_occurrences
from milepost.records.items import Item
from milepost.work import finding_items, finding_systems
from milepost.work.due_dates import circumstances_of
from milepost.work.obligations.system_terms import SystemTerms

MOST = 1_000
"""Occurrences explained at once."""


@dataclass(frozen=True, slots=True)
class OccurrenceDate:
    """The date of one occurrence with its reason; `exposed` None where nobody said it of the asset."""

    asset: str
    locator: str
    source_id: str
    detected_on: date
    exposed: bool | None
    due: date | None
    reason: str
    citation: str

    def __str__(self) -> str:
        """Return the occurrence as a line of the command line."""
        return f"{self.due or 'no date   '}  {self.asset} {self.locator} ({self.source_id}): {self.reason}"

    def as_json(self) -> dict[str, object]:
        """Return the occurrence as `milepost explain --occurrences --json` prints it."""
        return {
            "asset": self.asset,
            "place": self.locator,
            "source_id": self.source_id,
            "detected": self.detected_on.isoformat(),
            "exposed": self.exposed,
            "due": self.due.isoformat() if self.due else None,
            "reason": self.reason,
            "citation": self.citation,
        }


def explain_occurrences(identifier: str, system: str = "") -> tuple[Item, list[OccurrenceDate]]:
    """Explain the dates of an item's open occurrences, at most a thousand of them by asset."""
    item = finding_items.by_identifier(identifier, system)
    found, terms = circumstances_of(item)

    def explained(each: Occurrence) -> OccurrenceDate:
        place = each.place
        alone = replace(
            found,
            detected_on=place.detected_on,
            exposed=place.exposed,
            vulnerabilities=place.vulnerabilities or found.vulnerabilities,
            places=(place,),
        )
        result = deadline(alone, terms)
        citation = str(result.candidates[0].citation) if result.candidates else ""
        return OccurrenceDate(
            each.asset,
            each.locator,
            each.source_id,
            place.detected_on,
            place.exposed,
            result.due,
            result.reason,
            citation,
        )

    return item, [explained(each) for each in open_occurrences(item, MOST)]


def dates_by_asset(identifier: str, system: str) -> list[OccurrenceDate]:
    """Return the dates of an item's open occurrences, the earliest first; none where no rule asks of each."""
    if not SystemTerms([finding_systems.by_name(system)]).ask_of_each_asset:
        return []
    _, found = explain_occurrences(identifier, system)
    return sorted(found, key=lambda each: each.due or date.max)
