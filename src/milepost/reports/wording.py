"""How reports write what is in an item: days, lists, standings, milestones."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from milepost.domain.plan_item import PlanItem, PlanMilestone
from milepost.reports.timeline import rating_on, scheduled_on, status_words, value_on

ASSETS_SHOWN: Final = 4
NONE: Final = "–"


def day(value: date | None) -> str:
    """Return an ISO day, or a dash."""
    return value.isoformat() if value else NONE


def some(texts: Sequence[str], shown: int = ASSETS_SHOWN) -> str:
    """Return the first of some texts, and how many more there are."""
    more = len(texts) - shown
    return ", ".join(texts[:shown]) + (f" and {more:,} more" if more > 0 else "")


def lines(*texts: str) -> str:
    """Return the texts that say anything, each on its line."""
    return "\n".join(text for text in texts if text)


def titled(name: str, text: str) -> str:
    """Return `name: text`; nothing where there is no text."""
    return f"{name}: {text}" if text else ""


def people(item: PlanItem) -> str:
    """Return who is responsible, and who supports."""
    return lines(item.owner or "nobody named", titled("with", item.responsible_org))


def rating(item: PlanItem, on: date) -> str:
    """Return the rating that counts, and the first one where it is another."""
    now = rating_on(item, on) or "not rated"
    return now if now == item.raw_severity or not item.raw_severity else f"{now} (first {item.raw_severity})"


def status(item: PlanItem, on: date) -> str:
    """Return the status that an item had on a day, in words."""
    return status_words(value_on(item, "status", item.status_label or item.status, on)) or "not said"


def scheduled(item: PlanItem, on: date) -> str:
    """Return the scheduled date, and the first one where it is another."""
    now, first = scheduled_on(item, on), item.original_scheduled_date
    moved = first is not None and now is not None and now != first
    return lines(day(now), f"first {day(first)}" if moved else "")


def milestone(step: PlanMilestone) -> str:
    """Return a milestone with its date and whether it is done."""
    done = f", done {day(step.completed)}" if step.completed else ", done" if step.done else ""
    moved = (
        f" (first {day(step.original_due)})" if step.original_due and step.original_due != step.due else ""
    )
    return f"{step.number}. {step.text}: {day(step.due)}{moved}{done}"


def milestones(steps: Iterable[PlanMilestone]) -> str:
    """Return milestones, each on its line."""
    return "\n".join(milestone(each) for each in steps) or "none"


def many(count: int, one: str, more: str = "") -> str:
    """Return a number with its noun: `1 item`, `2 items`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
