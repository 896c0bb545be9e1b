"""The plan of action and milestones as people read it: what is open, what is carried, what has ended."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from milepost.domain.plan_item import PlanItem
from milepost.reports.movements import LateItem, Movements, due_date, late, movements
from milepost.reports.report import Heading, Report, Table, facts, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import Obligation, Subject
from milepost.reports.timeline import Event, Turn, carried_on
from milepost.reports.trends import GROUPS, by_rating, rank_of
from milepost.reports.wording import (
    day,
    lines,
    many,
    milestones,
    people,
    rating,
    scheduled,
    some,
    status,
    titled,
)

_OPEN: Final = (
    ("Item", 0.9),
    ("Weakness", 3),
    ("Where", 1.8),
    ("Risk", 1),
    ("Status", 1.1),
    ("Responsible, resources", 1.6),
    ("Scheduled", 1.1),
    ("Due by rule", 1.5),
    ("Plan and milestones", 3.4),
)
_ENDED: Final = (("Item", 1), ("Weakness", 4), ("First risk", 1), ("Found", 1), ("Ended", 1), ("How", 1.2))


def poam_report(subject: Subject) -> Report:
    """Return the plan as it stood on the day of the report."""
    moves = movements(subject)
    opened = sorted(moves.open_now, key=lambda item: rank_of(item, subject.as_of))
    carried = [item for item in opened if carried_on(item, subject.as_of)]
    worked = [item for item in opened if item not in carried]
    ended = [events[-1] for events in _up_to(moves) if events[-1].turn is Turn.ENDED]
    past = late(subject, opened)
    return Report(
        kind="poam",
        title="Plan of Action and Milestones",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        landscape=True,
        blocks=(
            about(subject, (*_counted(opened, carried, past, subject.as_of), ("Ended", f"{len(ended):,}"))),
            Heading("Open items"),
            open_items("Items that are worked on, by risk", worked, subject, past),
            Heading("Carried risks"),
            open_items("Items whose risk is accepted, or that operations require", carried, subject, past),
            Heading("Ended items"),
            ended_items("Items that have ended", ended),
            *sign_off_page(
                f"I have reviewed this plan as of {subject.as_of}. To the best of my knowledge it is "
                "complete and true, its dates are realistic, and its resources are allocated.",
                ("System owner", "Information system security officer", "Authorizing official"),
            ),
        ),
    )


def about(subject: Subject, more: Sequence[tuple[str, str]] = ()) -> Table:
    """Return what a report is about."""
    return facts(
        "About this report",
        (
            ("System", subject.system),
            ("Provider", subject.provider),
            ("Answers to", subject.authority),
            ("Impact level", subject.impact),
            ("Point of contact", subject.contact),
            ("As of", subject.as_of.isoformat()),
            *more,
        ),
    )


def _counted(
    opened: Sequence[PlanItem], carried: Sequence[PlanItem], past: Sequence[LateItem], as_of: date
) -> tuple[tuple[str, str], ...]:
    ratings = zip(GROUPS, by_rating(opened, as_of), strict=True)
    parts = ", ".join(f"{name} {count:,}" for name, count in ratings)
    return (
        ("Open", f"{len(opened):,} ({parts})"),
        ("Of these carried", f"{len(carried):,}"),
        ("Overdue", f"{len(past):,}"),
    )


def _up_to(moves: Movements) -> list[tuple[Event, ...]]:
    """Return the timelines without what happened after the day of the report."""
    last = moves.subject.as_of
    return [tuple(event for event in events if event.on <= last) for events in moves.timelines]


def open_items(caption: str, items: Sequence[PlanItem], subject: Subject, past: Sequence[LateItem]) -> Table:
    """Return open items with everything that is planned for them."""
    days = {id(each.item): each.days for each in past}
    return table(caption, _OPEN, (_open_row(item, subject, days.get(id(item))) for item in items))


def _open_row(item: PlanItem, subject: Subject, overdue: int | None) -> Sequence[str]:
    as_of = subject.as_of
    due = due_date(item, subject.obligations.get(item.id, Obligation()), as_of)
    steps = milestones(item.milestones) if item.milestones else ""
    return (
        item.id,
        lines(
            item.title,
            titled("Controls", ", ".join(item.controls)),
            titled("Source", item.source_text),
            titled("Found", day(item.identified_date)),
        ),
        some(item.assets) or "no asset named",
        rating(item, as_of),
        lines(status(item, as_of), f"OVERDUE by {many(overdue, 'day')}" if overdue else ""),
        lines(people(item), item.resources_text),
        scheduled(item, as_of),
        lines(day(due.on), due.reason) if due else "no rule gives a date",
        lines(item.remediation_plan, steps) or "no plan yet",
    )


def ended_items(caption: str, events: Sequence[Event]) -> Table:
    """Return items that ended, each with its day and how."""
    return table(
        caption,
        _ENDED,
        (
            (
                event.item.id,
                event.item.title,
                event.item.raw_severity or "not rated",
                day(event.item.identified_date),
                day(event.on),
                event.word,
            )
            for event in events
        ),
    )
