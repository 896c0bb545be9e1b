"""How an item leaves the plan without a fix: cancelled, handed over, merged."""

from typing import Final

from milepost.domain import guards as g
from milepost.domain.item import OPEN_STATUSES, ItemStatus, RequestKind
from milepost.domain.roles import Role
from milepost.domain.steps.groups import ASKERS, MANAGER, PLANNED
from milepost.domain.transition import Move, Transition

_S = ItemStatus

LEAVING: Final = (
    Transition(
        name="cancel_item",
        title="cancel the item",
        sources=PLANNED | {_S.PLAN_REVIEW},
        move=Move.ACT,
        to=_S.CANCELLED,
        roles=MANAGER,
        decides=True,
        decision="cancelling",
        guards=(g.REASON_GIVEN, g.NOT_SEEN, g.NOT_A_WORKER),
        effect="the item stays in the register as cancelled, with the reason",
        citation=g.OWN,
        verified=False,
    ),
    Transition(
        name="request_transfer",
        title="offer the item to another system",
        sources=PLANNED,
        move=Move.ASK,
        request=RequestKind.TRANSFER,
        roles=MANAGER | ASKERS,
        guards=(g.NONE_PENDING[RequestKind.TRANSFER], g.REASON_GIVEN, g.RECEIVER_NAMED),
        effect="the item stays here until the other system takes it",
        citation=g.OWN,
        verified=False,
    ),
    Transition(
        name="accept_transfer",
        title="take over an item from another system",
        sources=PLANNED,
        move=Move.GRANT,
        request=RequestKind.TRANSFER,
        to=_S.TRANSFERRED,
        roles=MANAGER | ASKERS,
        decides=True,
        decision="transfer",
        guards=(g.PENDING[RequestKind.TRANSFER], g.INDEPENDENT_OF_REQUEST[RequestKind.TRANSFER]),
        effect="a new item in the other system goes on with the same clock; both point at each other",
        citation=g.OWN,
        verified=False,
    ),
    Transition(
        name="decline_transfer",
        title="decline to take over an item",
        sources=PLANNED,
        move=Move.REFUSE,
        request=RequestKind.TRANSFER,
        roles=MANAGER | ASKERS,
        decides=True,
        decision="transfer",
        guards=(
            g.PENDING[RequestKind.TRANSFER],
            g.REASON_GIVEN,
            g.INDEPENDENT_OF_REQUEST[RequestKind.TRANSFER],
        ),
        effect="the item stays here",
        citation=g.OWN,
        verified=False,
    ),
    Transition(
        name="merge_item",
        title="merge the item into another",
        sources=OPEN_STATUSES,
        move=Move.ACT,
        to=_S.MERGED,
        roles=MANAGER | {Role.ISSO},
        guards=(g.REASON_GIVEN, g.SURVIVOR_NAMED),
        effect="the other item takes over what this one covers; the earlier dates survive",
        citation=g.OWN,
        verified=False,
    ),
)
