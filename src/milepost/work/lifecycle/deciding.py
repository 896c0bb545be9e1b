"""Deciding what somebody asked for: every signature is kept, and the last one settles the request."""

from milepost.domain.item import DeviationState, RequestKind
from milepost.domain.transition import Move
from milepost.work.lifecycle.cases import Pending, pending_request
from milepost.work.lifecycle.taking import Taken, sign


def decided(taken: Taken, kind: RequestKind) -> Pending | None:
    """Keep a decision on the request of a kind; return the request once it is settled.

    A yes that needs a second signature settles nothing yet: then None comes back.
    """
    request = pending_request(taken.item, kind)
    if request is None:
        return None
    granted = taken.step.move is Move.GRANT
    if granted:
        sign(taken, request.pk)
    if not taken.complete:
        return None
    request.state = DeviationState.APPROVED if granted else DeviationState.DENIED
    request.decided_on, request.decided_by = taken.proposal.as_of, taken.proposal.person
    request.decision_reason = taken.proposal.reason
    request.save()
    return request
