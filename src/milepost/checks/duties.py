"""Rules P: are duties separated?"""

from milepost.checks.context import Context
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem

_SERIOUS = frozenset({"CAT I", "Critical", "High", "Very High"})
_TWO = 2
_PROTECTED = frozenset(
    {"description", "remediation_plan", "scheduled_date", "raw_severity", "adjusted_severity"}
)


@item_rule("P01", when="approvals")
def _own_plan(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.approvals:
        if each.kind == "plan" and each.by and each.by == item.created_by:
            yield Found("remediation_plan", f"{each.by} approved the plan that they wrote")


@item_rule("P02", when="is_closed")
def _one_approval(item: PlanItem, context: Context) -> Judged:
    facts = [profile.two_stage_severities for profile in context.profiles if profile.two_stage_severities]
    serious = frozenset(rating for fact in facts for rating in fact.value) or _SERIOUS
    if item.is_closed and {item.raw_severity, item.adjusted_severity} & serious:
        count = len({each.by for each in item.approvals if each.decision == "approved"})
        if count < _TWO:
            yield Found("status", f"closed at {item.severity} with {count} of two approvals")


@item_rule("P03", when="approvals")
def _no_role(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.approvals:
        if each.roles_held and each.role not in each.roles_held:
            yield Found("status", f"{each.by} was not {each.role} when approving")


@item_rule("P04", when="approvals")
def _outdated(item: PlanItem, context: Context) -> Judged:
    del context
    changed = [change.on for change in item.history if change.field in _PROTECTED and change.on]
    for each in item.approvals:
        if each.on and changed and each.on < max(changed):
            yield Found("status", f"approved on {each.on}, changed on {max(changed)}")
