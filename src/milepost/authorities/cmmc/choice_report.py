"""A choice of items as a document for programs and as lines for people."""

from collections.abc import Mapping, Sequence

from milepost.authorities.cmmc.cheapest import Choice, Task
from milepost.authorities.cmmc.planned_items import MINUTES
from milepost.domain.problem import Problem

_HUNDREDTHS = 100


def as_document(choice: Choice, task: Task, problems: Sequence[Problem]) -> Mapping[str, object]:
    """Return the chosen items in the order of the work, their sums, and what is reached; or the reasons."""
    after = choice.after
    return {
        "feasible": choice.is_possible,
        "target": task.target.value,
        "by": str(task.by),
        "items": [
            {
                "id": step.item.identifier,
                "requirements": list(step.item.numbers),
                "effort_hours": step.item.effort / MINUTES,
                "cost": step.item.cost / _HUNDREDTHS,
                "finish": str(step.finish),
            }
            for step in choice.steps
        ],
        "effort_hours": choice.effort / MINUTES,
        "cost": choice.cost / _HUNDREDTHS,
        "score": after.score if after else None,
        "status": after.status if after else None,
        "reasons": list(choice.reasons),
        "problems": [problem._asdict() for problem in problems],
    }


def as_text(choice: Choice, task: Task) -> str:
    """Return the choice for people."""
    if choice.after is None:
        return "\n".join([f"No plan reaches it by {task.by}:", *(f"  {reason}" for reason in choice.reasons)])
    rows = [
        f"  {step.item.identifier:<12} {', '.join(step.item.numbers):<20}"
        f" {step.item.effort / MINUTES:>7g} h  {step.item.cost / _HUNDREDTHS:>10,.2f}  by {step.finish}"
        for step in choice.steps
    ]
    sums = f"{choice.effort / MINUTES:g} hours, {choice.cost / _HUNDREDTHS:,.2f}"
    score = "" if choice.after.score is None else f" with a score of {choice.after.score}"
    return "\n".join([f"{choice.after.status}{score} by {task.by}: {sums}", *rows])
