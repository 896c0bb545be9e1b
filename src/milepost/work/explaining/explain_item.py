"""Explaining an item: every date and the rating with its rule and source, in words."""

from dataclasses import dataclass
from datetime import date

from milepost.authorities.finding_controls import controls_named
from milepost.domain.deadline import Candidate, Deadline
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity
from milepost.domain.standing import Dates, Standing, VendorDependency, standing
from milepost.records.items import Item
from milepost.work import finding_items
from milepost.work.describing_items import scanner_views
from milepost.work.due_dates import deadline_of
from milepost.work.explaining.bearing_statements import bearing_on
from milepost.work.opening import severity_of
from milepost.work.risk.determined_risk import determined_risk
from milepost.work.risk.raised_ratings import raised_by_scanner
from milepost.work.terms import authority_for


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
    stands = standing_of(item, deadline.due, as_of)
    parts = (
        _detection(item),
        _rating(item),
        *((_adjustment(item),) if item.adjusted_risk else ()),
        *_determined(item),
        *_controls(item),
        _schedule(item),
        *_candidates(deadline),
        *(Explained("no date", "none", each.text, str(each.rule.citation)) for each in deadline.remarks),
        Explained("standing", str(stands.kind), stands.reason, str(stands.citation)),
        *_stated(item),
        *_earlier(item),
    )
    return Explanation(item.identifier, item.name or item.title, deadline.due, stands.overdue, parts)


def standing_of(item: Item, due: date | None, as_of: date) -> Standing:
    """Return how an item stands against its due date on a day."""
    vendor = VendorDependency(item.vendor_checked_on) if item.vendor_dependency else None
    dates = Dates(
        due=due,
        completed=item.completed_on,
        detected_on=item.detected_on,
        rating=Rating(item.adjusted_risk or item.original_risk),
        vendor=vendor,
    )
    return standing(dates, as_of=as_of)


def _detection(item: Item) -> Explained:
    by_hand = item.first_seen is None
    reason = "as the person who reported it said" if by_hand else "the earliest scan that shows the weakness"
    if item.recurrence_of is not None:
        reason = f"the scan in which it came back after {item.recurrence_of.identifier} was closed"
    return Explained(
        "original detection date", f"{item.detected_on:%Y-%m-%d}", reason, _source(item, "L", "Detection")
    )


def _rating(item: Item) -> Explained:
    authority = authority_for(item.system, item.opened_under)
    said = f" (in its own words: {item.native_severity})" if item.native_severity else ""
    rated = authority.rate(_first_severity(item))
    reason = rated.reason if item.first_seen is not None else "as the person who reported it said"
    return Explained(
        "original risk rating", item.original_risk or "not rated", f"{reason}{said}", str(rated.citation)
    )


def _first_severity(item: Item) -> Severity:
    """Return the severity behind the original rating; the present one where they agree."""
    present = severity_of(item.severity)
    authority = authority_for(item.system, item.opened_under)
    if authority.rate(present).rating == item.original_risk:
        return present
    by_rating = {"High": Severity.HIGH, "Moderate": Severity.MODERATE, "Low": Severity.LOW}
    return by_rating.get(item.original_risk, Severity.UNRATED)


def _adjustment(item: Item) -> Explained:
    ruling = raised_by_scanner(item)
    if ruling is not None:
        return Explained("adjusted risk rating", item.adjusted_risk, ruling.reason, str(ruling.citation))
    source = _source(item, "S and T", "Risk Adjustment")
    return Explained("adjusted risk rating", item.adjusted_risk, "an approved risk adjustment", source)


def _determined(item: Item) -> list[Explained]:
    """Tell which risk likelihood and impact give, where both are stated."""
    found = determined_risk(item)
    if found is None:
        return []
    return [Explained("determined risk", found.level or "none", found.reason, found.source)]


def _controls(item: Item) -> list[Explained]:
    """Tell why an item that a scan opened names its controls; what a person wrote explains itself."""
    view = scanner_views([item.pk]).get(item.pk)
    facts = view.worst(item.source_id) if view else None
    if facts is None or not item.controls:
        return []
    named = controls_named(facts)
    if named is not None and ", ".join(named.controls).startswith(item.controls):
        return [Explained("controls", item.controls, named.reason, str(named.citation))]
    if item.controls == authority_for(item.system, item.opened_under).scan_control(facts.kind):
        reason = "the default for what a scan finds: neither the report nor a mapping names another"
        return [Explained("controls", item.controls, reason, "NIST SP 800-53 rev. 5, CM-6 and RA-5")]
    return []


def _schedule(item: Item) -> Explained:
    value = f"{item.scheduled_on:%Y-%m-%d}" if item.scheduled_on else "none"
    if item.scheduled_on == item.original_scheduled_on:
        reason = "set when the item opened, and frozen"
    else:
        reason = f"changed from {item.original_scheduled_on}; the history says why"
    return Explained("scheduled completion date", value, reason, _source(item, "M", "Scheduled Completion"))


def _source(item: Item, columns: str, field: str) -> str:
    """Name the column of FedRAMP's workbook, or for every other authority the law that names the element."""
    if item.system.authority == "fedramp-rev5":
        column = {"Detection": "Original Detection Date", "Scheduled Completion": "Scheduled Completion Date"}
        word = "columns" if " and " in columns else "column"
        return f"FedRAMP POA&M Template 3.0 (2025-11-17), {word} {columns}, {column.get(field, field)}"
    return "38 U.S.C. 5727(16), elements of a plan of action and milestones"


def _candidates(deadline: Deadline) -> list[Explained]:
    if not deadline.candidates:
        return [Explained("due date", "none", deadline.reason, "")]
    return [
        _candidate("due date" if place == 0 else "further candidate", candidate)
        for place, candidate in enumerate(deadline.candidates)
    ]


def _candidate(name: str, candidate: Candidate) -> Explained:
    duty = f"; also: {candidate.rule.duty}" if candidate.rule.duty else ""
    reason = f"{candidate.rule}: {candidate.working}{duty}"
    return Explained(name, f"{candidate.due:%Y-%m-%d}", reason, str(candidate.citation))


def _stated(item: Item) -> list[Explained]:
    """Tell what suppliers and analysts state of its vulnerabilities; it decides nothing by itself."""
    return [
        Explained("statement", each.words, f"{each.match}: {each.reason}", each.origin)
        for each in bearing_on(item)
    ]


def _earlier(item: Item) -> list[Explained]:
    """Tell which dates held before, until something changed."""
    return [
        Explained(
            "earlier result",
            f"{result.due_on:%Y-%m-%d}" if result.due_on else "none",
            f"by {result.rule} until {result.replaced_on:%Y-%m-%d}: {result.cause}",
            "",
        )
        for result in item.deadline_results.all()
    ]


def _words(part: Explained) -> str:
    source = f" [{part.source}]" if part.source else ""
    return f"  {part.name}: {part.value}, {part.reason}{source}"
