"""Carrying a risk for a time: asked for, decided, run out, ended."""

from typing import Final

from milepost.domain import guards as g
from milepost.domain.item import ItemStatus, RequestKind
from milepost.domain.steps.groups import ACCEPTABLE, ASKERS, OFFICIAL
from milepost.domain.transition import Move, Transition

_S = ItemStatus

ACCEPTING: Final = (
    Transition(
        name="request_acceptance",
        title="ask for the risk to be accepted",
        sources=ACCEPTABLE,
        move=Move.ASK,
        request=RequestKind.RISK_ACCEPTANCE,
        roles=ASKERS,
        guards=(
            g.NONE_PENDING[RequestKind.RISK_ACCEPTANCE],
            g.REASON_GIVEN,
            g.THREAT_DESCRIBED,
            g.MITIGATIONS_GIVEN,
            g.RESIDUAL_RISK_STATED,
            g.EXPIRY_AHEAD,
            g.WITHIN_ACCEPTANCE,
        ),
        effect="the item stays as it is until the authorizing official decides",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="accept_risk",
        title="accept the risk",
        sources=ACCEPTABLE,
        move=Move.GRANT,
        request=RequestKind.RISK_ACCEPTANCE,
        to=_S.RISK_ACCEPTED,
        roles=OFFICIAL,
        decides=True,
        decision="risk_acceptance",
        guards=(
            g.PENDING[RequestKind.RISK_ACCEPTANCE],
            g.ACCEPTANCE_AHEAD,
            g.INDEPENDENT_OF_REQUEST[RequestKind.RISK_ACCEPTANCE],
        ),
        effect="accepted up to the day named, and kept in the register of accepted risks",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="decline_acceptance",
        title="decline to accept the risk",
        sources=ACCEPTABLE,
        move=Move.REFUSE,
        request=RequestKind.RISK_ACCEPTANCE,
        roles=OFFICIAL,
        decides=True,
        decision="risk_acceptance",
        guards=(
            g.PENDING[RequestKind.RISK_ACCEPTANCE],
            g.REASON_GIVEN,
            g.INDEPENDENT_OF_REQUEST[RequestKind.RISK_ACCEPTANCE],
        ),
        effect="the item stays as it is",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="acceptance_lapses",
        title="the acceptance runs out",
        sources=frozenset({_S.RISK_ACCEPTED}),
        move=Move.LAPSE,
        resumes=True,
        guards=(g.LAPSED,),
        effect="the item comes back by itself, with its old dates",
        citation=g.OPENFISMA,
    ),
    Transition(
        name="end_acceptance",
        title="end the acceptance before its day",
        sources=frozenset({_S.RISK_ACCEPTED}),
        move=Move.ACT,
        resumes=True,
        roles=OFFICIAL | ASKERS,
        guards=(g.REASON_GIVEN,),
        effect="the item comes back, with its old dates",
        citation=g.OWN,
        verified=False,
    ),
)
