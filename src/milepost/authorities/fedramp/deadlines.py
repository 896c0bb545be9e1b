"""When FedRAMP Rev 5 wants a weakness remediated: calendar days from discovery, or CISA's date if earlier."""

from datetime import date, timedelta

from milepost.domain.deadline import Candidate, Deadline, earliest
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation

DAYS = {Rating.HIGH: 30, Rating.MODERATE: 90, Rating.LOW: 180}
_DAYS_RULE = Citation(
    "FedRAMP POA&M Template 3.0 (2025-11-17)", "Instructions, and column M, Scheduled Completion Date"
)
_KEV_RULE = Citation(
    "FedRAMP POA&M Template 3.0 (2025-11-17)", "column AA, Binding Operational Directive 22-01 Due Date"
)


def scheduled(detected_on: date, rating: Rating) -> date | None:
    """Return the scheduled completion date: High 30, Moderate 90, Low 180 days after discovery."""
    days = DAYS.get(rating)
    return None if days is None else detected_on + timedelta(days=days)


def deadline(detected_on: date, rating: Rating, kev_due_on: date | None) -> Deadline:
    """Return the date that holds for an item, with every candidate and its source."""
    candidates = []
    due = scheduled(detected_on, rating)
    if due is not None:
        working = f"{detected_on:%Y-%m-%d} + {DAYS[rating]} days = {due:%Y-%m-%d}"
        rule = f"{rating} weaknesses are due {DAYS[rating]} calendar days after discovery"
        candidates.append(Candidate(due, rule, working, _DAYS_RULE))
    if kev_due_on is not None:
        rule = "CISA lists the weakness as known to be exploited, with this date"
        candidates.append(Candidate(kev_due_on, rule, f"{kev_due_on:%Y-%m-%d}", _KEV_RULE))
    return earliest(
        candidates, otherwise="the item has no rating yet, and every date follows from the rating"
    )
