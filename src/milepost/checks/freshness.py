"""Rules F: is the plan kept up to date?"""

from milepost.checks.context import Context
from milepost.checks.deviations import holds
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.words import normalised
from milepost.domain.plan_item import PlanItem

_REPEATED = 3
_AUTHORITY = (
    "ao",
    "authorizing official",
    "ciso",
    "issm_ciso",
    "privacy",
    "senior official for privacy",
    "sop",
)
GROUP_A = frozenset(_AUTHORITY)
GROUP_B = frozenset({"business owner", "business_owner", "system owner", "system_owner", "isso"})


@item_rule("F01")
def _stale(item: PlanItem, context: Context) -> Judged:
    last = item.last_update or item.status_date
    if item.is_open and last:
        fact = context.review_days
        most = fact.value if fact else int(context.param("F01", "default"))
        days = (context.submitted - last).days
        if days > most:
            confirmed = fact is None or fact.verified
            yield Found(
                "status_date",
                f"last updated {days} days ago; every {most} are due",
                unconfirmed=not confirmed,
            )


@item_rule("F02", when="history")
def _old_status(item: PlanItem, context: Context) -> Judged:
    del context
    changes = [change.on for change in item.history if change.field == "status" and change.on]
    if changes and item.status_date and item.status_date < max(changes):
        yield Found(
            "status_date", f"the status date is {item.status_date}, the status changed on {max(changes)}"
        )


@item_rule("F03")
def _sign_off(item: PlanItem, context: Context) -> Judged:
    if not context.around.high_value or not item.is_open:
        return
    recent = [
        each
        for each in item.approvals
        if each.on and (context.as_of - each.on).days <= context.param("F03", "days")
    ]
    first = {each.by for each in recent if holds(each, GROUP_A)}
    second = {each.by for each in recent if holds(each, GROUP_B)}
    if not any(one != other for one in first for other in second):
        yield Found("status", "no two persons of both groups signed in the last quarter")


@item_rule("F04", when="last_report")
def _report(item: PlanItem, context: Context) -> Judged:
    if item.is_open and item.last_report:
        days = (context.as_of - item.last_report).days
        if days > context.param("F04", "days"):
            yield Found("status_date", f"the last report is {days} days old")


@item_rule("F05", when="comments")
def _same_words(item: PlanItem, context: Context) -> Judged:
    del context
    last = [normalised(remark.text) for remark in item.comments[-_REPEATED:]]
    if len(last) == _REPEATED and len(set(last)) == 1:
        yield Found("comments", "the last three comments are the same")


@plan_rule("F06")
def _review(context: Context) -> Judged:
    for item in context.open_items:
        if item.last_review:
            days = (context.as_of - item.last_review).days
            if days > context.param("F06", "days"):
                yield Found("status_date", f"the last full review was {days} days ago", item)
