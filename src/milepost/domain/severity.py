"""The scale on which every tool's own severity is laid; the native word is always kept beside it."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad a tool says a weakness is; `unrated` where it does not say or says something unknown."""

    __hash__ = str.__hash__
    CRITICAL = "critical"
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    INFO = "info"
    UNRATED = "unrated"

    @property
    def rank(self) -> int:
        """Worse is larger; unrated stands between informational and low: it may turn out to be anything."""
        return _RANK[self]


_RANK = {
    Severity.INFO: 0,
    Severity.UNRATED: 1,
    Severity.LOW: 2,
    Severity.MODERATE: 3,
    Severity.HIGH: 4,
    Severity.CRITICAL: 5,
}
