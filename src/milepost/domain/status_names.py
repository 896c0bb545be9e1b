"""How an authority calls the states of the lifecycle, and which state it means by a name."""

from collections.abc import Iterable, Mapping
from typing import Final

from milepost.domain.item import ItemStatus, RequestKind
from milepost.domain.profile import Profile

_S = ItemStatus

_NAMES: Final[Mapping[ItemStatus, tuple[str, ...]]] = {
    _S.DRAFT: ("draft", "identified", "planned", "open", "in_progress"),
    _S.OPEN: ("open", "planned", "in_progress"),
    _S.PLAN_REVIEW: ("plan_review", "draft", "planned", "in_progress"),
    _S.IN_PROGRESS: ("in_progress", "open"),
    _S.REMEDIATED: ("remediated", "pending_verification", "in_progress", "open"),
    _S.VERIFIED: ("verified", "pending_verification", "in_progress", "open"),
    _S.RISK_ACCEPTED: ("risk_accepted",),
    _S.OPERATIONAL_REQUIREMENT: ("operational_requirement", "in_progress", "open"),
    _S.CLOSED: ("closed", "closed_completed"),
    _S.FALSE_POSITIVE: ("closed_false_positive",),
    _S.MERGED: ("merged", "merged_duplicate"),
    _S.CANCELLED: ("cancelled",),
    _S.TRANSFERRED: ("transferred",),
}
"""The states by which profiles may name a status, the nearest first."""

_LATE: Final = frozenset({_S.DRAFT, _S.OPEN, _S.PLAN_REVIEW, _S.IN_PROGRESS})
_REVIEWS: Final = {
    RequestKind.PLAN: "plan_review",
    RequestKind.EXTENSION: "extension_review",
    RequestKind.RISK_ACCEPTANCE: "risk_acceptance_review",
    RequestKind.FALSE_POSITIVE: "false_positive_review",
    RequestKind.OPERATIONAL_REQUIREMENT: "operational_requirement_review",
}
_MEANT: Final = {
    "identified": _S.DRAFT,
    "planned": _S.OPEN,
    "reopened": _S.OPEN,
    "delayed": _S.IN_PROGRESS,
    "extension_review": _S.IN_PROGRESS,
    "risk_acceptance_review": _S.IN_PROGRESS,
    "false_positive_review": _S.IN_PROGRESS,
    "operational_requirement_review": _S.IN_PROGRESS,
    "vendor_dependency": _S.IN_PROGRESS,
    "pending_verification": _S.REMEDIATED,
    "closed_completed": _S.CLOSED,
    "closed_false_positive": _S.FALSE_POSITIVE,
    "merged_duplicate": _S.MERGED,
}


def label_of(
    status: ItemStatus, profile: Profile, *, overdue: bool = False, pending: Iterable[RequestKind] = ()
) -> str:
    """Return how a profile calls an item's status; empty where it has no name for it.

    A request that waits is shown as the review that it names, and a passed date as delayed, where the profile
    has such a status. Items of a status without a name are not on that authority's plan.
    """
    if profile.statuses is None:
        return ""
    names = [review for kind in pending if (review := _REVIEWS.get(kind))] if status in _LATE else []
    if overdue and status in _LATE:
        names.append("delayed")
    labels: dict[str, str] = {}
    for each in profile.statuses.value:
        labels.setdefault(each.state, each.label)
    return next((labels[name] for name in (*names, *_NAMES[status]) if name in labels), "")


def status_meant(label: str, profile: Profile) -> ItemStatus | None:
    """Return the status that a profile means by a name; None where it has no such name."""
    if profile.statuses is None:
        return None
    wanted = " ".join(label.split()).casefold()
    for each in profile.statuses.value:
        if each.label.casefold() == wanted:
            return _MEANT.get(each.state) or ItemStatus(each.state)
    return None
