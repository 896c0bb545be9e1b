"""What a form demands of items and cannot say of them, told beside what is written."""

from collections.abc import Iterator

from milepost.authorities.forms.form import Form, Rule
from milepost.authorities.forms.saying import Saying
from milepost.authorities.intake import words
from milepost.domain.plan_item import PlanItem, PlanMilestone, State
from milepost.domain.problem import Problem


def told(saying: Saying) -> Iterator[Problem]:
    """Yield what a person must know of a plan on a form: missing fields, states and steps said otherwise."""
    for item in saying.plan.items:
        where = item.id or item.title or f"row {item.row}"
        yield from (
            _missing(saying.form, rule, where) for rule in saying.form.rules if _breaks(saying, item, rule)
        )
        yield from _state(saying, item, where)
        if "milestones" in saying.form.carries:
            yield from _steps(item, where)


def _breaks(saying: Saying, item: PlanItem, rule: Rule) -> bool:
    column = next((each for each in saying.form.columns if each.field == rule.field), None)
    applies = not rule.states or item.status in rule.states
    return applies and column is not None and saying.cell(item, column) in ("", None)


def _missing(form: Form, rule: Rule, where: str) -> Problem:
    heading = next(each.heading for each in form.columns if each.field == rule.field)
    return Problem(where, f"{heading} is empty [{form.source.document}, {rule.where}]", f"fill in {heading}")


def _state(saying: Saying, item: PlanItem, where: str) -> Iterator[Problem]:
    form = saying.form
    if "status" not in form.carries or item.status is State.UNKNOWN:
        return
    said, state = saying.status(item), item.status.value.replace("_", " ")
    if not said:
        yield Problem(where, f"{form.title} has no word for the status {state}", "decide what it is to say")
    elif form.state_of(said) is not item.status and words.state_of(said).value != item.status:
        yield Problem(where, f"the status {state} is written as {said}", "keep the plan that says it exactly")
    due = item.scheduled_date
    if (
        item.is_open
        and item.status is not State.DELAYED
        and due
        and due < saying.as_of
        and _has_delayed(form)
    ):
        yield Problem(where, f"it is past {due} and not Delayed", "state it as delayed, or extend its date")


def _has_delayed(form: Form) -> bool:
    return any(state is State.DELAYED for _, state in form.words)


def _steps(item: PlanItem, where: str) -> Iterator[Problem]:
    lost = sorted({name for milestone in item.milestones for name in _unsaid(milestone)})
    if lost:
        what = f"of its milestones cannot be said: {', '.join(lost)}"
        yield Problem(where, what, "keep the plan that says them")


def _unsaid(milestone: PlanMilestone) -> Iterator[str]:
    said = {
        "who completed it": milestone.by,
        "that it is archived": milestone.archived,
        "the first date": milestone.original_due not in (None, milestone.due),
        "the first words": milestone.original_text not in ("", milestone.text),
    }
    return (name for name, is_said in said.items() if is_said)
