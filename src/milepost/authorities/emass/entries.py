"""The milestones of an item as rows: columns of their own since 2026, text with its date before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from milepost.authorities.emass.layout import Form
from milepost.authorities.emass.words import words
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.cells import Value
from milepost.domain.plan_item import MilestoneChange, PlanItem, PlanMilestone

_CLOSING = {"Completed", "Archived"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of a milestone, by field; `row` is where its document has it, 0 for nowhere."""

    cells: Mapping[str, Value]
    row: int = 0

    @property
    def words(self) -> str:
        """The words that tell milestones apart."""
        text = self.cells.get("milestone_text") or self.cells.get("milestones")
        return folded(str(text or self.cells.get("milestone_changes", "")))


def entries(item: PlanItem, form: Form, as_of: date) -> list[Entry]:
    """Return the rows of an item's milestones, and in old workbooks of their changes."""
    if form.own_rows:
        return [Entry(_columns(each, as_of), each.row) for each in item.milestones]
    return [*_texts("milestones", item), *_texts("milestone_changes", item)]


def milestone_status(milestone: PlanMilestone, as_of: date) -> str:
    """Return the status of a milestone; what its document says holds as far as it agrees with the facts."""
    if milestone.archived:
        return "Archived"
    if milestone.done:
        return "Completed"
    label = next((each for each in words().milestone_statuses if each == milestone.status_label), "")
    if label and label not in _CLOSING:
        return label
    return "Delayed" if milestone.due and milestone.due < as_of else "Open"


def _columns(milestone: PlanMilestone, as_of: date) -> dict[str, Value]:
    return {
        "milestone_key": milestone.key,
        "milestone_text": milestone.text,
        "milestone_status": milestone_status(milestone, as_of),
        "milestone_remark": milestone.remark,
        "milestone_due": milestone.due,
        "milestone_completed": milestone.completed,
    }


def _texts(name: str, item: PlanItem) -> Iterator[Entry]:
    """Yield texts with their dates; several that stand in one cell stay in it."""
    together: dict[int, list[str]] = {}
    steps = [(each.row, _step(each)) for each in item.milestones]
    if name == "milestone_changes":
        steps = [(each.row, _change(each)) for each in item.milestone_changes]
    for number, (row, text) in enumerate(steps):
        together.setdefault(row or -number - 1, []).append(text)
    for row, texts in together.items():
        yield Entry({name: "\n".join(texts)}, max(row, 0))


def _step(milestone: PlanMilestone) -> str:
    return f"{milestone.text} {milestone.due:%m/%d/%Y}" if milestone.due else milestone.text


def _change(change: MilestoneChange) -> str:
    day = change.new_date or change.on
    text = f"{change.kind.capitalize()} {change.text}".strip()
    return f"{text} {day:%m/%d/%Y}" if day else text
