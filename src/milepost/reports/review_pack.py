"""Review packs for a month, a quarter and a year: what moved, what is late, what runs out, the trends."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Final

from milepost.domain.aging import OPENFISMA
from milepost.domain.plan_item import PlanItem
from milepost.reports.acceptance_register import acceptance_table, expiring
from milepost.reports.counted import ages, burned_down, open_over_months
from milepost.reports.movements import LateItem, Movements, Slip, late, movements, slips
from milepost.reports.poam import about, ended_items
from milepost.reports.report import Block, Column, Heading, Report, Table, counts, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import Subject
from milepost.reports.timeline import Event, Turn
from milepost.reports.trends import days_to_end, rank_of
from milepost.reports.wording import NONE, day, lines, many, people, rating, scheduled, status

_TITLES: Final = {"monthly": "Monthly review", "quarterly": "Quarterly review", "annual": "Annual review"}
_AHEAD: Final = {"monthly": 30, "quarterly": 90, "annual": 365}
"""Acceptances that expire within so many days after the report are shown: until the next review."""
_ROLES: Final = {
    "monthly": ("Information system security officer", "System owner"),
    "quarterly": ("Information system security officer", "System owner", "Management"),
    "annual": ("Information system security officer", "System owner", "Authorizing official", "Management"),
}
_FOUND: Final = (
    ("Item", 1),
    ("Weakness", 4),
    ("Risk", 1),
    ("Day", 1),
    ("Scheduled", 1.1),
    ("Responsible", 1.5),
)
_LATE: Final = (
    *(("Item", 1.0), ("Weakness", 3.5), ("Risk", 1.0), ("Date", 1.0), ("By which rule", 2.0)),
    *(("Days late", 0.8), ("Responsible", 1.5)),
)
_SLIPPED: Final = (
    ("Item", 1),
    ("What", 3),
    ("Was", 1),
    ("Is", 1),
    ("Days", 0.7),
    ("Reason", 3),
    ("Owner", 1.5),
)
_REVIEW: Final = (
    *(("Item", 1.0), ("Weakness", 3.5), ("Risk", 1.0), ("Status", 1.2), ("Scheduled", 1.1)),
    *(("Responsible", 1.5), ("Outcome of the review", 2.5)),
)
_FAMILY: Final = "No control named"


def monthly_pack(subject: Subject) -> Report:
    """Return the pack of a month, with every open item to be reviewed."""
    moves = movements(subject)
    return _pack("monthly", moves, _to_review(moves))


def quarterly_pack(subject: Subject) -> Report:
    """Return the pack of a quarter, with trends."""
    moves = movements(subject)
    return _pack("quarterly", moves, _trends(moves))


def annual_pack(subject: Subject) -> Report:
    """Return the pack of a year, with trends, times to fix, control families and every open item."""
    moves = movements(subject)
    return _pack("annual", moves, (*_trends(moves), *_times(moves), _families(moves), *_to_review(moves)))


def _pack(kind: str, moves: Movements, more: Sequence[Block]) -> Report:
    subject = moves.subject
    return Report(
        kind=kind,
        title=f"{_TITLES[kind]} {subject.period.name}",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        landscape=True,
        blocks=(
            about(subject, (("Period", _days(subject)),)),
            *_moved(moves),
            *_late(moves),
            *_slipped(subject),
            *_expiring(subject, _AHEAD[kind]),
            *more,
            *sign_off_page(
                f"I have reviewed the items of {subject.system} for {subject.period.name}. What is reported "
                "here is complete and true to the best of my knowledge.",
                _ROLES[kind],
            ),
        ),
    )


def _days(subject: Subject) -> str:
    cut = f", reported up to {subject.as_of}" if subject.as_of < subject.period.last else ""
    return f"{subject.period.name}: {subject.period.first} to {subject.period.last}{cut}"


def _moved(moves: Movements) -> tuple[Block, ...]:
    found, ended, back = (moves.events(turn) for turn in (Turn.FOUND, Turn.ENDED, Turn.RETURNED))
    rows = (
        ("Open before the period", (moves.open_before,)),
        ("+ opened: found in the period", (len(found),)),
        ("+ come back after the end", (len(back),)),
        ("− closed, or ended otherwise", (len(ended),)),
        ("= open on the day of the report", (len(moves.open_now),)),
    )
    return (
        Heading("What moved"),
        counts("Open items, counted through the period", ("Items", "Number"), rows),
        _events("Opened in the period", found, moves.subject),
        _events("Come back in the period", back, moves.subject),
        ended_items("Closed or otherwise ended in the period", ended),
    )


def _events(caption: str, events: Sequence[Event], subject: Subject) -> Table:
    rows = ((each.item, day(each.on)) for each in events)
    return table(
        caption,
        _FOUND,
        (
            (
                item.id,
                item.title,
                rating(item, subject.as_of),
                on,
                scheduled(item, subject.as_of),
                people(item),
            )
            for item, on in rows
        ),
    )


def _late(moves: Movements) -> tuple[Block, ...]:
    subject = moves.subject
    found = late(subject, moves.open_now)
    classes = OPENFISMA.count(each.days for each in found)
    return (
        Heading("Overdue"),
        counts(
            "Overdue items by days past their date",
            ("Days", "Items"),
            [(k, (v,)) for k, v in classes.items()],
        ),
        table("Overdue items, the latest first", _LATE, (_late_row(each, subject) for each in found)),
    )


def _late_row(each: LateItem, subject: Subject) -> Sequence[str]:
    item = each.item
    risk = rating(item, subject.as_of)
    return (item.id, item.title, risk, day(each.due.on), each.due.reason, f"{each.days:,}", people(item))


def _slipped(subject: Subject) -> tuple[Block, ...]:
    found = slips(subject)
    by_owner: dict[str, list[Slip]] = {}
    for each in found:
        by_owner.setdefault(each.item.owner or "nobody named", []).append(each)
    rows = [(who, (len(each), sum(slip.days for slip in each))) for who, each in sorted(by_owner.items())]
    totals = counts("Slips by responsible party", ("Responsible", "Slips", "Days in all"), rows)
    return (
        Heading("Slipped"),
        table("Dates moved later and milestones not kept", _SLIPPED, (_slip_row(each) for each in found)),
        *((totals,) if rows else ()),
    )


def _slip_row(each: Slip) -> Sequence[str]:
    moved = f"{each.days:,}" if each.after else f"{each.days:,} so far"
    after = day(each.after) if each.after else "not done"
    reason = lines(each.reason, f"changed on {each.on}" if each.on else "") or "no reason given"
    return (
        each.item.id,
        each.what,
        day(each.before),
        after,
        moved,
        reason,
        each.item.owner or "nobody named",
    )


def _expiring(subject: Subject, days: int) -> tuple[Block, ...]:
    until = subject.as_of + timedelta(days=days)
    caption = (
        f"Acceptances that end by {until}, {many(days, 'day')} after this report, or ended in the period"
    )
    return (Heading("Expiring acceptances"), acceptance_table(caption, expiring(subject, until)))


def _to_review(moves: Movements) -> tuple[Block, ...]:
    as_of = moves.subject.as_of
    items = sorted(moves.open_now, key=lambda item: rank_of(item, as_of))
    rows = (
        (
            each.id,
            each.title,
            rating(each, as_of),
            status(each, as_of),
            scheduled(each, as_of),
            people(each),
            "",
        )
        for each in items
    )
    return (Heading("Open items to be reviewed"), table("Open items, by risk", _REVIEW, rows))


def _trends(moves: Movements) -> tuple[Block, ...]:
    return (Heading("Trends"), *open_over_months(moves), *ages(moves), *burned_down(moves))


def _times(moves: Movements) -> tuple[Block, ...]:
    found = days_to_end(moves.timelines, moves.events(Turn.ENDED))
    rows = tuple(
        (group, f"{len(days):,}", f"{median(days):g}" if days else NONE, f"{max(days):,}" if days else NONE)
        for group, days in found.items()
    )
    numbers = (Column(name, 1, numbers=True) for name in ("Ended", "Median days", "Longest"))
    return (
        Heading("Time to fix"),
        Table(
            "Days from detection to the end, of items that ended in the period",
            (Column("Risk", 2), *numbers),
            rows,
        ),
    )


def _families(moves: Movements) -> Table:
    opened: dict[str, int] = dict.fromkeys(sorted(set(map(_family, moves.open_now))), 0)
    for item in moves.open_now:
        opened[_family(item)] += 1
    rows = [(name, (count,)) for name, count in opened.items()]
    return counts("Open items by family of their first control", ("Family", "Open"), rows)


def _family(item: PlanItem) -> str:
    return item.controls[0].partition("-")[0].upper() if item.controls else _FAMILY
