"""From a fix to a closed item: reported, verified or rejected, closed, opened again."""

from typing import Final

from milepost.domain import guards as g
from milepost.domain.item import ItemStatus
from milepost.domain.roles import Role
from milepost.domain.steps.groups import ASKERS, JUDGES, OWNERS
from milepost.domain.transition import Move, Transition

_S = ItemStatus

FIXING: Final = (
    Transition(
        name="claim_fixed",
        title="report the fix",
        sources=frozenset({_S.OPEN, _S.IN_PROGRESS, _S.RISK_ACCEPTED, _S.OPERATIONAL_REQUIREMENT}),
        move=Move.ACT,
        to=_S.REMEDIATED,
        roles=OWNERS | ASKERS,
        guards=(g.MILESTONES_DONE, g.FIX_DATED, g.EVIDENCE_NAMED, g.EVIDENCE_AFTER_FIX),
        effect="who fixed it, when and with which evidence is on record; verification is due",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="withdraw_claim",
        title="take the report of the fix back",
        sources=frozenset({_S.REMEDIATED}),
        move=Move.ACT,
        to=_S.IN_PROGRESS,
        roles=OWNERS | ASKERS,
        guards=(g.REASON_GIVEN,),
        effect="work goes on",
        citation=g.OWN,
        verified=False,
    ),
    Transition(
        name="verify_fix",
        title="verify the fix",
        sources=frozenset({_S.REMEDIATED}),
        move=Move.ACT,
        to=_S.VERIFIED,
        roles=JUDGES,
        decides=True,
        decision="verification",
        guards=(
            g.EVIDENCE_KEPT,
            g.NOT_SEEN,
            g.CLEAN_SCAN,
            g.METHOD_NAMED,
            g.RETESTED,
            g.INDEPENDENT_OF_WORK,
        ),
        effect="who verified it, when and how is on record; it can be closed",
        citation=g.BOE,
    ),
    Transition(
        name="reject_fix",
        title="reject the fix",
        sources=frozenset({_S.REMEDIATED, _S.VERIFIED}),
        move=Move.ACT,
        to=_S.IN_PROGRESS,
        roles=JUDGES,
        decides=True,
        decision="verification",
        guards=(g.REASON_GIVEN, g.INDEPENDENT_OF_WORK),
        effect="work goes on; the evidence stays, with the reason why it was not enough",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="close_item",
        title="close the item",
        sources=frozenset({_S.VERIFIED}),
        move=Move.ACT,
        to=_S.CLOSED,
        roles=JUDGES | ASKERS,
        decides=True,
        decision="closing",
        two_stage=True,
        guards=(g.EVIDENCE_KEPT, g.NOT_SEEN, g.NOT_THE_FIXER),
        effect="the closing record is written, and nothing of the item changes any more",
        citation=g.BOE,
    ),
    Transition(
        name="reopen_item",
        title="open the item again",
        sources=frozenset({_S.CLOSED, _S.FALSE_POSITIVE}),
        move=Move.ACT,
        to=_S.OPEN,
        roles=frozenset({Role.ISSO, Role.ASSESSOR, Role.VERIFIER}),
        guards=(g.REASON_GIVEN, g.PROFILE_REOPENS),
        effect="the old closing record and the first dates stay; a new plan begins",
        citation=g.OPENFISMA,
    ),
)
