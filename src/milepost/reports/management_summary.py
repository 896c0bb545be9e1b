"""The management summary: where the system stands on two or three pages, with charts and their numbers."""

from collections.abc import Sequence
from typing import Final

from milepost.domain.plan_item import PlanItem
from milepost.reports.acceptance_register import decided, standing_of
from milepost.reports.counted import ages, burned_down, open_over_months
from milepost.reports.movements import LateItem, Movements, late, movements, slips
from milepost.reports.poam import about
from milepost.reports.report import Heading, Paragraph, Report, Table, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import Subject
from milepost.reports.timeline import Turn, carried_on
from milepost.reports.trends import GROUPS, by_rating, rank_of
from milepost.reports.wording import day, many, people, rating

_FIRST: Final = 10
_COLUMNS: Final = (
    ("Item", 1),
    ("Weakness", 4),
    ("Risk", 1),
    ("Date", 1),
    ("Days late", 0.8),
    ("Responsible", 1.6),
)


def summary_report(subject: Subject) -> Report:
    """Return the summary for management."""
    moves = movements(subject)
    past = late(subject, moves.open_now)
    return Report(
        kind="summary",
        title="Management summary",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        blocks=(
            about(subject, (("Period", subject.period.name),)),
            Heading("In short"),
            *(Paragraph(text) for text in _sentences(moves, past)),
            _first(past, subject),
            Heading("Open items by rating"),
            *open_over_months(moves),
            Heading("How old they are"),
            *ages(moves),
            Heading("Against the plan"),
            *burned_down(moves),
            *sign_off_page(
                f"I have taken note of the state of {subject.system} as of {subject.as_of}, and decided on "
                "what is asked of management.",
                ("Management", "System owner", "Information system security officer"),
            ),
        ),
    )


def _sentences(moves: Movements, past: Sequence[LateItem]) -> tuple[str, ...]:
    subject, opened = moves.subject, moves.open_now
    worst = by_rating(opened, subject.as_of)[0]
    found, ended = len(moves.events(Turn.FOUND)), len(moves.events(Turn.ENDED))
    slipped = len({id(each.item) for each in slips(subject)})
    change = len(opened) - moves.open_before
    net = (
        f"{many(abs(change), 'item')} {'more' if change > 0 else 'fewer'} than before"
        if change
        else "as before"
    )
    return (
        (
            f"{many(len(opened), 'item is', 'items are')} open ({net}), {worst:,} of them rated "
            f"{GROUPS[0].lower()}. In {subject.period.name}, {found:,} came and {ended:,} ended."
        ),
        f"{many(len(past), 'item is', 'items are')} overdue; dates slipped on {slipped:,} in the period.",
        _carried(moves),
        _costs(opened),
    )


def _carried(moves: Movements) -> str:
    subject = moves.subject
    carried = sum(carried_on(item, subject.as_of) for item in moves.open_now)
    waiting = sum(not decided(each, subject.as_of) for each in subject.accepted)
    over = sum(standing_of(each, subject.as_of).startswith("ENDED") for each in subject.accepted)
    return (
        f"The risk of {many(carried, 'item')} is carried by decision; {many(waiting, 'request')} to carry a "
        f"risk {'waits' if waiting == 1 else 'wait'} for a decision, and {over:,} ended without coming back."
    )


def _costs(items: Sequence[PlanItem]) -> str:
    costs = [item.cost_estimate for item in items if item.cost_estimate is not None]
    without = len(items) - len(costs)
    return (
        f"What is planned costs ${sum(costs):,.0f} by estimate; "
        f"{many(without, 'open item has', 'open items have')} no estimate."
    )


def _first(past: Sequence[LateItem], subject: Subject) -> Table:
    worst = sorted(past, key=lambda each: (rank_of(each.item, subject.as_of), -each.days))[:_FIRST]
    caption = f"Overdue items, the worst {len(worst)} of {len(past):,}" if worst else "Overdue items"
    rows = (
        (
            *(each.item.id, each.item.title, rating(each.item, subject.as_of)),
            *(day(each.due.on), f"{each.days:,}", people(each.item)),
        )
        for each in worst
    )
    return table(caption, _COLUMNS, rows)
