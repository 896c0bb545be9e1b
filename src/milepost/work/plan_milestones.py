"""Planning the steps to a remediation: milestones with dates; changes stand beside the frozen original."""

from datetime import date

from milepost.domain.errors import NotAllowed, RecordMissing
from milepost.domain.item import MilestoneStatus
from milepost.records.items import Item
from milepost.records.planning import Milestone, MilestoneChange
from milepost.work import finding_items
from milepost.work.recording import recorded


def add_milestone(item: Item, text: str, due_on: date, *, depends_on: int | None = None) -> Milestone:
    """Add a milestone with the next number of the item; its date and text are the frozen original."""
    with recorded("add_milestone") as told:
        locked = finding_items.by_identifier(item.identifier, item.system.name, lock=True)
        number = locked.milestones.count() + 1
        told.about_item(locked)
        told.changed(f"milestone {number}", "", f"{text}: due {due_on:%Y-%m-%d}", locked.identifier)
        earlier = _milestone(locked, depends_on) if depends_on else None
        return Milestone.objects.create(
            item=locked, number=number, text=text, original_due_on=due_on, due_on=due_on, depends_on=earlier
        )


def move_milestone(item: Item, number: int, due_on: date, *, reason: str, person: str, as_of: date) -> None:
    """Give a milestone another date.

    Raises:
        NotAllowed: no reason is given.
        RecordMissing: the item has no milestone of this number.
    """
    if not reason.strip():
        raise NotAllowed("a milestone moves only for a stated reason", fix="say why")
    with recorded("move_milestone", person=person, as_of=as_of) as told:
        milestone = _milestone(item, number)
        text = f"{milestone.text}: due {due_on:%Y-%m-%d} instead of {milestone.due_on:%Y-%m-%d}"
        told.about_item(item)
        told.reason = told.reason or reason
        told.changed(f"milestone {number}, due", milestone.due_on, due_on, item.identifier)
        milestone.due_on = due_on
        milestone.save(update_fields=["due_on"])
        _note(milestone, "Update", text, reason, person, as_of)


def complete_milestone(item: Item, number: int, *, person: str, as_of: date) -> None:
    """Mark a milestone as completed today."""
    with recorded("complete_milestone", person=person, as_of=as_of) as told:
        milestone = _milestone(item, number)
        told.about_item(item)
        told.changed(f"milestone {number}, status", milestone.status, "completed", item.identifier)
        milestone.status = MilestoneStatus.COMPLETED
        milestone.completed_on = as_of
        milestone.save(update_fields=["status", "completed_on"])
        _note(milestone, "Complete", milestone.text, "", person, as_of)


def _milestone(item: Item, number: int) -> Milestone:
    found = Milestone.objects.filter(item=item, number=number).first()
    if found is None:
        raise RecordMissing(
            f"{item.identifier} has no milestone {number}", fix="see its milestones on the item's page"
        )
    return found


def _note(milestone: Milestone, kind: str, text: str, reason: str, person: str, as_of: date) -> None:
    MilestoneChange.objects.create(
        milestone=milestone, on=as_of, kind=kind, text=text, reason=reason, person=person
    )
