"""How FedRAMP Rev 5 rates what a scanner found."""

from milepost.domain.rating import Rated, Rating
from milepost.domain.ruling import Citation
from milepost.domain.severity import Severity

TEMPLATE_GUIDE = "FedRAMP POA&M Template Completion Guide"
_RATING = Citation(TEMPLATE_GUIDE, "section 2, Original Risk Rating")

_RATINGS = {
    Severity.CRITICAL: Rating.HIGH,
    Severity.HIGH: Rating.HIGH,
    Severity.MODERATE: Rating.MODERATE,
    Severity.LOW: Rating.LOW,
}


def rate(severity: Severity) -> Rated:
    """Rate a scanner's severity: critical counts as High; informational and unrated have no rating."""
    rating = _RATINGS.get(severity, Rating.NONE)
    if severity is Severity.CRITICAL:
        reason = "the scanner says critical, which FedRAMP counts as High"
    elif rating:
        reason = f"the scanner says {severity}"
    else:
        reason = f"the scanner's severity is {severity}: someone has to rate it"
    return Rated(rating, reason, _RATING)
