"""What FedRAMP Rev 5 allows when a rating is to be other than the first one, or a weakness is to stay.

A ruling that allows something and still names a way out is a warning: it may be done, and that is advisable.
"""

from dataclasses import dataclass

from milepost.domain.errors import InputRefused
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation, Ruling

_REQUEST = Citation("FedRAMP POA&M Template Completion Guide 2.2", "table 2, columns T and U")
_SCRUTINY = Citation("FedRAMP RFC-0003 Review Initiation Checks", "check 5I")
_AUTOMATIC = Citation(
    "FedRAMP Automated Vulnerability Risk Adjustment Framework", "automatic adjustments, one level"
)
_CONDITIONS = Citation("FedRAMP Automated Vulnerability Risk Adjustment Framework", "approval")
_OPERATIONAL = Citation("FedRAMP Rev5 playbook", "POA&M, operational requirements; RFC-0003, check 5I")
_STEPS = {Rating.LOW: 1, Rating.MODERATE: 2, Rating.HIGH: 3, Rating.CRITICAL: 3}


@dataclass(frozen=True, slots=True)
class RatingChange:
    """A rating and the one that is to hold instead. Critical counts as High (Template 3.0, Instructions).

    Raises:
        InputRefused: one of the two is not a rating of FedRAMP.
    """

    original: Rating
    adjusted: Rating

    def __post_init__(self) -> None:
        for rating in (self.original, self.adjusted):
            if rating not in _STEPS:
                raise InputRefused(
                    f"'{rating}' is not a rating of FedRAMP", fix="rate it High, Moderate or Low first"
                )

    @property
    def steps_down(self) -> int:
        """How many levels lower the adjusted rating is; negative if it is higher."""
        return _STEPS[self.original] - _STEPS[self.adjusted]


def needs_no_request(change: RatingChange, *, by_scanner: bool) -> Ruling:
    """Rule whether a rating may be changed without a deviation request.

    `by_scanner` means that the scanner itself now rates the weakness so.
    """
    if change.steps_down == 0:
        return Ruling(allowed=True, reason="the rating stays as it is", citation=_REQUEST)
    if by_scanner and change.steps_down < 0:
        reason = "the scanner itself raised the rating: enter it as adjusted, Risk Adjustment Yes"
        return Ruling(allowed=True, reason=reason, citation=_REQUEST)
    return Ruling(
        allowed=False,
        reason=f"{change.original} to {change.adjusted} is a risk adjustment, which is requested",
        citation=_REQUEST,
        way_out="submit a deviation request at once; the original rating holds until it is approved",
    )


def may_request(change: RatingChange, *, note: str = "") -> Ruling:
    """Rule whether a risk adjustment may be requested; `note` says why High should become Low.

    From High to Low is a warning with a note and refused without one: in most cases it is not accepted.
    """
    if change.steps_down < _STEPS[Rating.HIGH] - _STEPS[Rating.LOW]:
        reason = f"{change.original} to {change.adjusted} may be requested"
        return Ruling(allowed=True, reason=reason, citation=_REQUEST)
    if note.strip():
        reason = "from High to Low is heavily scrutinised, and in most cases not accepted"
        way_out = "expect questions, or request Moderate"
        return Ruling(allowed=True, reason=reason, citation=_SCRUTINY, way_out=way_out)
    return Ruling(
        allowed=False,
        reason="from High to Low is heavily scrutinised, and there is no note on why it is right here",
        citation=_SCRUTINY,
        way_out="write that note, or request Moderate",
    )


def may_adjust_automatically(
    change: RatingChange, *, assessor_approved: bool, official_approved: bool
) -> Ruling:
    """Rule whether the provider's automatic adjustment may set the rating: one level down at most.

    Its method has to be approved by the assessor (3PAO) and by the authorizing official.
    """
    if change.steps_down > 1:
        return Ruling(
            allowed=False,
            reason=f"{change.original} to {change.adjusted} is more than the one level that is automatic",
            citation=_AUTOMATIC,
            way_out="submit a deviation request",
        )
    if not (assessor_approved and official_approved):
        return Ruling(
            allowed=False,
            reason="the automatic method is not approved by both the assessor and the authorizing official",
            citation=_CONDITIONS,
            way_out="have both approve it, or submit a deviation request",
        )
    reason = f"{change.original} to {change.adjusted} is within one level, by an approved method"
    return Ruling(allowed=True, reason=reason, citation=_AUTOMATIC)


def may_be_operational_requirement(current: Rating) -> Ruling:
    """Rule whether a weakness may stay as an operational requirement; `current` is the approved rating.

    Raises:
        InputRefused: it is not a rating of FedRAMP.
    """
    change = RatingChange(current, Rating.HIGH)
    if change.steps_down == 0:
        return Ruling(
            allowed=False,
            reason="a High weakness is never an operational requirement",
            citation=_OPERATIONAL,
            way_out="mitigate it and have a lower rating approved first",
        )
    reason = f"{current} may be an operational requirement, reassessed periodically"
    return Ruling(allowed=True, reason=reason, citation=_OPERATIONAL)
