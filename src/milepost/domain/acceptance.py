"""Decisions for a time: an accepted risk comes back by itself, and counts as open or not as profiles say."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.item import LAPSING_STATUSES, OPEN_STATUSES, ItemStatus
from milepost.domain.lifecycle_rules import Rules
from milepost.domain.ruling import Citation

_APART = Citation("OMB Circular A-130 (2016)", "App. I, Mitigation of Deficiencies")
_OWN = Citation("Milepost", "accepted risks stay visible")


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether an item counts as open in reports, and why."""

    open: bool
    reason: str
    citation: Citation


def has_lapsed(status: ItemStatus, lapses_on: date | None, as_of: date) -> bool:
    """Tell whether a decision for a time is over; it holds up to and with its last day."""
    return status in LAPSING_STATUSES and lapses_on is not None and as_of > lapses_on


def present_status(
    status: ItemStatus, lapses_on: date | None, resumes: ItemStatus, as_of: date
) -> ItemStatus:
    """Return the status that counts on a day: the one that comes back where a decision for a time is over."""
    return resumes if has_lapsed(status, lapses_on, as_of) else status


def counted(status: ItemStatus, rules: Rules) -> Counted:
    """Return whether an item of a status counts as open under some profiles."""
    if status != ItemStatus.RISK_ACCEPTED:
        is_open = status in OPEN_STATUSES
        return Counted(is_open, "it is on the plan" if is_open else "it has ended", _OWN)
    if rules.accepted_is_open is False:
        return Counted(open=False, reason="accepted risks are reported apart", citation=_APART)
    said = (
        "a profile counts accepted risks as open" if rules.accepted_is_open else "no profile says otherwise"
    )
    return Counted(open=True, reason=said, citation=_OWN)
