"""Rules R: is it known what the fix costs?"""

import re

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem, State

_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|none)\b", re.IGNORECASE)
_FUNDING = re.compile(r"\bfund|\bbudget|\bmoney", re.IGNORECASE)
_OCTOBER = 10


@item_rule("R01")
def _unquantified(item: PlanItem, context: Context) -> Judged:
    del context
    if (
        item.is_open
        and item.resources_text
        and item.cost_estimate is None
        and not _NUMBER.search(item.resources_text)
    ):
        yield Found("resources_text", f"no amount: {item.resources_text[:60]!r}")


@item_rule("R02", when="cost_estimate")
def _no_source(item: PlanItem, context: Context) -> Judged:
    del context
    if item.cost_estimate and not item.funding_source:
        yield Found("funding_source", f"${item.cost_estimate:,.0f} are needed and no source is named")


@item_rule("R03", when="cost_estimate")
def _unjustified(item: PlanItem, context: Context) -> Judged:
    del context
    if item.cost_estimate and not item.cost_justification:
        yield Found("cost_justification", f"${item.cost_estimate:,.0f} without a justification")


@item_rule("R04")
def _years(item: PlanItem, context: Context) -> Judged:
    begin = item.plan_approved_date or item.created_date or item.identified_date
    if begin and item.scheduled_date and item.cost_by_year:
        years = _fiscal(item.scheduled_date.year, item.scheduled_date.month)
        if years > _fiscal(begin.year, begin.month) and len(item.cost_by_year) == 1:
            yield Found("cost_estimate", "the plan runs over two fiscal years and its cost is given for one")
    del context


def _fiscal(year: int, month: int) -> int:
    return year + (month >= _OCTOBER)


@item_rule("R05", when="is_closed")
def _actual(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is State.CLOSED_COMPLETED and item.cost_estimate and item.cost_actual is None:
        yield Found("cost_actual", "closed without saying what it cost")


@item_rule("R06", when="delay_reason")
def _funding_delay(item: PlanItem, context: Context) -> Judged:
    del context
    if _FUNDING.search(item.delay_reason) and not item.cost_estimate:
        yield Found("cost_estimate", f"delayed for {item.delay_reason!r} and no cost is stated")


@plan_rule("R07")
def _investment(context: Context) -> Judged:
    if not context.around.investment:
        yield Found("", "the system has no investment identifier (UII)")
