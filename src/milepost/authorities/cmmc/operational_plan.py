"""What belongs on the operational plan of action of CA.L2-3.12.2 instead of the assessment's POA&M.

The two are different plans (32 CFR 170.4, 170.24(b)(1)): the POA&M is born from one assessment, holds only
what was NOT MET in it, and runs against 180 days. The operational plan holds deficiencies that arise after
implementation; it costs no points, has no clock of the program, and its items are MET as long as it shows
reviews and progress.
"""

from enum import StrEnum

from milepost.authorities.cmmc.rules import allowed, refused
from milepost.domain.ruling import Ruling


class Origin(StrEnum):
    """Where a deficiency comes from."""

    ASSESSMENT = "found NOT MET in the assessment"
    TEMPORARY = "temporary deficiency after implementation"
    ENDURING = "enduring exception"
    LATER = "found after the assessment"


def takes_points(origin: Origin) -> bool:
    """Tell whether a deficiency of this origin is NOT MET and deducted."""
    return origin is Origin.ASSESSMENT


def may_join_poam(origin: Origin) -> Ruling:
    """Rule whether a deficiency may stand on the POA&M of the assessment; else say where it belongs."""
    if origin is Origin.ASSESSMENT:
        return allowed("NOT MET in the assessment that the POA&M belongs to", "170.21(b)")
    if origin is Origin.TEMPORARY:
        reason = "a temporary deficiency counts as MET and belongs on the operational plan of action"
        return refused(reason, "170.24(b)(1)(ii)", "review it there, and show progress")
    if origin is Origin.ENDURING:
        reason = (
            "an enduring exception counts as MET when the system security plan describes it with mitigations"
        )
        return refused(reason, "170.24(b)(1)", "describe it in the system security plan")
    reason = "a closeout assesses only what was NOT MET in the initial assessment"
    way_out = "put it on the operational plan of action, or assess anew if the status no longer holds"
    return refused(reason, "170.21(b)", way_out)
