"""A system of the register as if it were a document."""

from milepost.domain.plan_document import PlanDocument
from milepost.work import finding_systems
from milepost.work.checking.check_system import plan_of
from milepost.work.history.carrying import FACT, token_for


def register_plan(system: str) -> PlanDocument:
    """Return the plan of a system.

    Raises:
        RecordMissing: there is no such system.
    """
    found = finding_systems.by_name(system)
    plan = plan_of(found)
    plan.facts = {**plan.facts, FACT: token_for(found)}
    return plan
