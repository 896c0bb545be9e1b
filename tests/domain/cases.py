"""Cases in which a step of the lifecycle is allowed, to be spoiled in one respect by the tests."""

from dataclasses import replace
from datetime import date, timedelta

from milepost.domain.case import Case, Proposal, Request
from milepost.domain.item import LAPSING_STATUSES, ItemStatus
from milepost.domain.transition import Move, Transition

TODAY = date(2026, 6, 1)
DETECTED = date(2026, 2, 1)
FIXED = date(2026, 5, 20)
ASKED = date(2026, 5, 30)
NEXT_MONTH = date(2026, 7, 1)

PROPOSAL = Proposal(
    person="Vera",
    as_of=TODAY,
    reason="because",
    evidence="change-4711.pdf",
    evidence_on=FIXED,
    completed_on=FIXED,
    until=NEXT_MONTH,
    mitigations="the port is closed at the edge",
    threat="a guest on the same network, moderate",
    residual_risk="low",
    method="retest",
    receiver="Quay",
    survivor="V-2",
)
"""Brings everything that any step asks for; Vera has nothing to do with the item so far."""


def ready(transition: Transition, status: ItemStatus | None = None) -> Case:
    """Return a case in which Vera may take a step, from one of the statuses that it starts from."""
    source = status or min(transition.sources)
    case = Case(
        status=source,
        detected_on=DETECTED,
        rating="Moderate",
        original_scheduled_on=date(2026, 5, 2),
        scheduled_on=date(2026, 6, 10),
        milestones=2,
        version="a1",
        planners=frozenset({"Ines"}),
        workers=frozenset({"Ines", "Sam"}),
        fixed_by="Sam",
        fixed_on=FIXED,
        evidence=("change-4711.pdf",),
        evidence_on=FIXED,
        verified_by="Vera" if source == ItemStatus.VERIFIED else "",
        scanned=True,
        clean_scan_on=FIXED,
        false_positive_approved=transition.name == "close_false_positive",
    )
    if source in LAPSING_STATUSES:
        passed = transition.move is Move.LAPSE
        case = replace(case, lapses_on=TODAY - timedelta(days=1) if passed else NEXT_MONTH)
    if transition.name == "reopen_item":
        case = replace(case, rules=replace(case.rules, reopens=True))
    if transition.request and transition.move in {Move.GRANT, Move.REFUSE}:
        request = Request(transition.request, "Ines", ASKED, NEXT_MONTH, version="a1")
        case = replace(case, requests=(request,))
    return case
