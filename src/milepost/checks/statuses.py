"""Rules T: does the status say what is?"""

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import CLOSED_STATES, REVIEW_STATES, PlanItem, State

_FULL = 100
_PROTECTED = frozenset(
    {
        *("description", "identified_date", "original_scheduled_date", "raw_severity", "adjusted_severity"),
        *("scheduled_date", "actual_completion_date", "evidence", "title"),
    }
)
_CLOSED = {state.value for state in CLOSED_STATES}


@item_rule("T01", when="scheduled_date")
def _past_due(item: PlanItem, context: Context) -> Judged:
    late = item.scheduled_date and item.scheduled_date < context.as_of
    if late and item.status in {State.IN_PROGRESS, State.PLANNED}:
        yield Found("status", f"{item.status_label!r} although it was due on {item.scheduled_date}")


@item_rule("T02")
def _unexplained(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is not State.DELAYED or item.delay_justification or item.delay_reason:
        return
    since = item.scheduled_date
    recent = any(remark.on is None or since is None or remark.on >= since for remark in item.comments)
    if not recent:
        yield Found("status", "delayed, and nothing says why")


@item_rule("T03", when="scheduled_date")
def _not_late(item: PlanItem, context: Context) -> Judged:
    day, original = item.scheduled_date, item.original_scheduled_date or item.scheduled_date
    if item.status is State.DELAYED and day and original and min(day, original) >= context.as_of:
        yield Found("status", f"delayed although it is due on {day}")


@item_rule("T04", when="is_closed")
def _undated(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is State.CLOSED_COMPLETED and item.actual_completion_date is None:
        yield Found("actual_completion_date", "completed, and no date says when")


@item_rule("T05", when="actual_completion_date")
def _open_and_done(item: PlanItem, context: Context) -> Judged:
    del context
    done = item.actual_completion_date
    if done and item.is_open and item.status is not State.PENDING_VERIFICATION:
        yield Found("actual_completion_date", f"completed on {done}, but the status is {item.status_label!r}")


@item_rule("T06", when="history")
def _transition(item: PlanItem, context: Context) -> Judged:
    stages = context.around.stages or {}
    for change in item.history:
        if change.field == "status" and change.before and change.after not in stages.get(change.before, ()):
            yield Found("status", f"{change.before} does not lead to {change.after}")


@item_rule("T07", when="history")
def _edited(item: PlanItem, context: Context) -> Judged:
    del context
    closed = False
    for change in item.history:
        if change.field == "status":
            closed = change.after in _CLOSED
        elif closed and change.field in _PROTECTED and change.before:
            yield Found(change.field, f"{change.field.replace('_', ' ')} was changed after closing")


@plan_rule("T08")
def _deleted(context: Context) -> Judged:
    for name in context.around.deleted or ():
        yield Found("id", f"{name} was deleted")


@item_rule("T09", when="created_date")
def _long_draft(item: PlanItem, context: Context) -> Judged:
    if item.status is State.DRAFT and item.created_date:
        days = (context.as_of - item.created_date).days
        if days > context.param("T09", "days"):
            yield Found("status", f"a draft for {days} days")


@item_rule("T10")
def _long_review(item: PlanItem, context: Context) -> Judged:
    if item.status in REVIEW_STATES and item.status_date:
        days = (context.as_of - item.status_date).days
        if days > context.param("T10", "days"):
            yield Found("status_date", f"waiting in {item.status.replace('_', ' ')} for {days} days")


@item_rule("T11", when="percent_complete")
def _percent(item: PlanItem, context: Context) -> Judged:
    share = item.percent_complete
    if share is None:
        return
    if share >= _FULL and item.is_open:
        yield Found("percent_complete", "100 % complete and still open")
    elif share < _FULL and item.status is State.CLOSED_COMPLETED:
        yield Found("percent_complete", f"closed at {share:g} %")
    elif item.is_open and item.percent_date:
        days = (context.as_of - item.percent_date).days
        if days > context.param("T11", "days"):
            yield Found("percent_complete", f"{share:g} % since {days} days")
