"""Explaining an item: every date and the rating with its rule and source, in words."""

from dataclasses import dataclass
from datetime import date

from milepost.authorities import authority_of
from milepost.domain.deadline import Deadline
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity
from milepost.records.items import Item
from milepost.work import finding_items
from milepost.work.opening import severity_of


@dataclass(frozen=True, slots=True)
class Explained:
    """One date or rating: its name, its value, why it is so, and where the rule stands."""

    name: str
    value: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An item's dates and rating with their reasons; `due` is the date that holds now."""

    identifier: str
    title: str
    due: date | None
    overdue: bool
    parts: tuple[Explained, ...]

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost explain --json` prints."""
        return {
            "item": self.identifier,
            "title": self.title,
            "due": self.due.isoformat() if self.due else None,
            "overdue": self.overdue,
            "explanations": [
                {"name": part.name, "value": part.value, "reason": part.reason, "citation": part.source}
                for part in self.parts
            ],
        }

    def as_text(self) -> str:
        """Return the explanation in words."""
        due = f"due {self.due:%Y-%m-%d}" if self.due else "without a due date"
        head = f"{self.identifier} {self.title}: {due}{', overdue' if self.overdue else ''}"
        return "\n".join([head, *(_words(part) for part in self.parts)])


def explain_item(identifier: str, system: str = "", *, as_of: date) -> Explanation:
    """Explain an item's detection date, rating and dates."""
    item = finding_items.by_identifier(identifier, system)
    deadline = deadline_of(item)
    parts = (
        _detection(item),
        _rating(item),
        *((_adjustment(item),) if item.adjusted_risk else ()),
        _schedule(item),
        *_candidates(deadline),
    )
    overdue = deadline.due is not None and item.completed_on is None and as_of > deadline.due
    return Explanation(item.identifier, item.name or item.title, deadline.due, overdue, parts)


def deadline_of(item: Item) -> Deadline:
    """Return the date that holds for an item now, with every candidate."""
    authority = authority_of(item.system.authority)
    rating = Rating(item.adjusted_risk or item.original_risk)
    return authority.deadline(item.detected_on, rating, item.kev_due_on)


def _detection(item: Item) -> Explained:
    by_hand = item.first_seen is None
    reason = "as the person who reported it said" if by_hand else "the earliest scan that shows the weakness"
    if item.recurrence_of is not None:
        reason = f"the scan in which it came back after {item.recurrence_of.identifier} was closed"
    source = "FedRAMP POA&M Template 3.0 (2025-11-17), column L, Original Detection Date"
    return Explained("original detection date", f"{item.detected_on:%Y-%m-%d}", reason, source)


def _rating(item: Item) -> Explained:
    authority = authority_of(item.system.authority)
    said = f" (in its own words: {item.native_severity})" if item.native_severity else ""
    rated = authority.rate(_first_severity(item))
    reason = rated.reason if item.first_seen is not None else "as the person who reported it said"
    return Explained(
        "original risk rating", item.original_risk or "not rated", f"{reason}{said}", str(rated.citation)
    )


def _first_severity(item: Item) -> Severity:
    """Return the severity behind the original rating; the present one where they agree."""
    present = severity_of(item.severity)
    authority = authority_of(item.system.authority)
    if authority.rate(present).rating == item.original_risk:
        return present
    by_rating = {"High": Severity.HIGH, "Moderate": Severity.MODERATE, "Low": Severity.LOW}
    return by_rating.get(item.original_risk, Severity.UNRATED)


def _adjustment(item: Item) -> Explained:
    source = "FedRAMP POA&M Template 3.0 (2025-11-17), columns S and T, Risk Adjustment"
    return Explained("adjusted risk rating", item.adjusted_risk, "an approved risk adjustment", source)


def _schedule(item: Item) -> Explained:
    value = f"{item.scheduled_on:%Y-%m-%d}" if item.scheduled_on else "none"
    if item.scheduled_on == item.original_scheduled_on:
        reason = "set when the item opened, and frozen"
    else:
        reason = f"changed from {item.original_scheduled_on}; the history says why"
    source = "FedRAMP POA&M Template 3.0 (2025-11-17), column M, Scheduled Completion Date"
    return Explained("scheduled completion date", value, reason, source)


def _candidates(deadline: Deadline) -> list[Explained]:
    if not deadline.candidates:
        return [Explained("due date", "none", deadline.reason, "")]
    return [
        Explained(
            "due date" if place == 0 else "later candidate",
            f"{candidate.due:%Y-%m-%d}",
            f"{candidate.rule}: {candidate.working}",
            str(candidate.citation),
        )
        for place, candidate in enumerate(deadline.candidates)
    ]


def _words(part: Explained) -> str:
    source = f" [{part.source}]" if part.source else ""
    return f"  {part.name}: {part.value}, {part.reason}{source}"
