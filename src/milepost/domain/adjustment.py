"""Original and adjusted risk: what may lower a risk, who says so, and which of the two holds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from milepost.domain.ruling import Citation, Ruling
from milepost.domain.scale import Level
from milepost.domain.separation import may_decide

_SOURCE = Citation(
    "eMASS POA&M workbook (Navy)", "Instructions, Severity and Mitigations; C-PAT, POA&M submission rules"
)


class MitigationKind(StrEnum):
    """What makes a risk smaller than its original rating says."""

    COMPENSATING_CONTROL = "compensating control"
    MITIGATION = "mitigation"
    PREDISPOSING_CONDITION = "predisposing condition"


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Something that lowers a risk from the day on which it was in place; None while it is only planned."""

    kind: MitigationKind
    what: str
    implemented_on: date | None = None

    def in_place(self, as_of: date) -> bool:
        """Tell whether it is there on that day."""
        return self.implemented_on is not None and self.implemented_on <= as_of


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A request to rate a risk otherwise than it was first rated; the original is never overwritten.

    `approved_by` is empty, and `approved_on` None, until someone has approved it.
    """

    original: Level
    adjusted: Level
    rationale: str
    mitigations: tuple[Mitigation, ...]
    requested_by: str
    approved_by: str = ""
    approved_on: date | None = None


def may_lower(adjustment: Adjustment, as_of: date) -> Ruling:
    """Rule whether the adjusted risk may stand for the original one on that day.

    Lowering needs a rationale, at least one mitigation in place by then (a planned one lowers nothing), and
    somebody else's approval. Raising needs none of them.
    """
    if adjustment.adjusted.rank >= adjustment.original.rank:
        return Ruling(allowed=True, reason=f"{adjustment.adjusted} does not lower the risk", citation=_SOURCE)
    if not adjustment.rationale.strip():
        return _refused("a lower risk needs a rationale", "say why the risk is lower")
    in_place = [f"{each.what} ({each.kind})" for each in adjustment.mitigations if each.in_place(as_of)]
    if not in_place:
        return _refused(_nothing_in_place(adjustment, as_of), "implement one, and say since when it is there")
    return _approved(adjustment, in_place, as_of)


def current_risk(adjustment: Adjustment, as_of: date) -> Level:
    """Return the level that holds on that day: the adjusted one if it may stand, else the original."""
    return adjustment.adjusted if may_lower(adjustment, as_of).allowed else adjustment.original


def _nothing_in_place(adjustment: Adjustment, as_of: date) -> str:
    planned = ", ".join(f"{each.what} ({each.kind})" for each in adjustment.mitigations)
    if not planned:
        return "no mitigation is named, and nothing else lowers a risk"
    return f"not in place on {as_of:%Y-%m-%d}: {planned}; what is planned does not lower a risk"


def _approved(adjustment: Adjustment, in_place: list[str], as_of: date) -> Ruling:
    approved_on = adjustment.approved_on
    if not adjustment.approved_by.strip() or approved_on is None or approved_on > as_of:
        return _refused(f"nobody has approved the lower risk by {as_of:%Y-%m-%d}", "have it approved")
    independent = may_decide(adjustment.approved_by, adjustment.requested_by)
    if not independent.allowed:
        return independent
    reason = (
        f"{adjustment.original} is {adjustment.adjusted} by {', '.join(in_place)}, "
        f"approved by {adjustment.approved_by}"
    )
    return Ruling(allowed=True, reason=reason, citation=_SOURCE)


def _refused(reason: str, way_out: str) -> Ruling:
    return Ruling(allowed=False, reason=reason, citation=_SOURCE, way_out=way_out)
