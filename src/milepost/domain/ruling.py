"""A verdict that explains itself: what was decided, why, by which rule of which document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the document and the section in it."""

    document: str
    section: str

    def __str__(self) -> str:
        """Return `document, section`."""
        return f"{self.document}, {self.section}"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether something may be done; a refusal names the reason, the source and the way out."""

    allowed: bool
    reason: str
    citation: Citation
    way_out: str = ""
