"""Random lives of items through the verbs: what the records say afterwards always keeps the laws."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from milepost.domain.case import Proposal
from milepost.domain.errors import MilepostError
from milepost.domain.item import CLOSED_STATUSES, DeviationState, ItemStatus, VerificationMethod
from milepost.domain.lifecycle import finality
from milepost.domain.rating import Rating
from milepost.domain.roles import folded
from milepost.domain.transition import Move
from milepost.domain.transitions import TRANSITIONS
from milepost.records.closing import ClosingRecord, Fix
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Transfer
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.lifecycle.next_steps import next_steps
from milepost.work.lifecycle.take_step import StepTaken, take_step
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone
from tests.work.conftest import TODAY

PEOPLE = ("Ines", "Sam", "Vera", "Omar", "OLGA", " theo ")
LIVES = 12
ATTEMPTS = 25


@pytest.mark.no_cover
def test_random_lives_keep_the_laws(system: System) -> None:
    """Whatever people try: first dates stay, nobody judges their own, closings have records."""
    add_system(NewSystem("Quay", "fedramp-rev5", "moderate", item_prefix="Q-"), as_of=TODAY)
    dice = Random(11)  # noqa: S311 - lives to try, no secrets
    taken: Counter[str] = Counter()
    for _ in range(LIVES):
        live(dice, system, taken)
    assert len(taken) > 15, taken
    for kind in (PlanSubmission, Extension, Acceptance, Transfer, Deviation):
        for row in kind.objects.exclude(state=DeviationState.PENDING):
            assert folded(row.decided_by) != folded(row.requested_by)
    for fix in Fix.objects.filter(outcome="verified"):
        assert folded(fix.judged_by) not in {folded(fix.fixed_by), folded(fix.reported_by)}
    for record in ClosingRecord.objects.all():
        assert folded(record.verified_by) != folded(record.fixed_by)
    closed = Item.objects.filter(status__in=CLOSED_STATUSES)
    assert all(item.closings.exists() and item.documents.exists() for item in closed)


def live(dice: Random, system: System, taken: Counter[str]) -> None:
    """Let people try one step after the other on an item of their own."""
    item = open_item(NewItem(system.name, "No MFA", TODAY, "Ines", risk=Rating.MODERATE), as_of=TODAY)
    step = add_milestone(item, "Order", TODAY + timedelta(20))
    frozen = (item.detected_on, item.original_scheduled_on, step.original_due_on)
    day = TODAY
    for _ in range(ATTEMPTS):
        day += timedelta(dice.randrange(0, 15))
        ready = [
            each.transition
            for each in next_steps(item.identifier, system=system.name, as_of=day).steps
            if each.ready and each.transition.move is not Move.LAPSE
        ]
        if not ready:
            break
        wanted = dice.choice(ready if dice.random() < 0.9 else TRANSITIONS)
        try:
            take_step(brought(dice, wanted.name, item, day))
        except MilepostError:
            continue
        taken[wanted.name] += 1
        item.refresh_from_db()
        step.refresh_from_db()
        assert (item.detected_on, item.original_scheduled_on, step.original_due_on) == frozen
    outlook = next_steps(item.identifier, system=system.name, as_of=day)
    assert bool(outlook.final) == bool(finality(ItemStatus(outlook.status)))
    assert outlook.final or outlook.steps


def brought(dice: Random, name: str, item: Item, day: date) -> StepTaken:
    """Return a step with everything that it may need, by anybody."""
    proposal = Proposal(
        person=dice.choice(PEOPLE),
        as_of=day,
        reason="because",
        evidence="change.pdf",
        evidence_on=day,
        completed_on=day,
        explanation="no longer needed",
        until=day + timedelta(dice.choice([10, 60, 200])),
        mitigations="closed",
        threat="a guest",
        residual_risk="low",
        method=dice.choice(list(VerificationMethod)),
        receiver="Quay",
    )
    return StepTaken(name, item.identifier, item.system.name, proposal, Rating.LOW)
