"""Rules D: are the dates possible, and kept?"""

import re
from collections import Counter
from datetime import date, timedelta
from functools import cache

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem, State

_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_FEW, _HALF = 10, 0.5
_NEAR = 60
_SATURDAY = 5


@item_rule("D01", when="history")
def _original_changed(item: PlanItem, context: Context) -> Judged:
    del context
    said = {
        change.after for change in item.history if change.field == "original_scheduled_date" and change.after
    }
    said |= {
        change.before
        for change in item.history
        if change.field == "original_scheduled_date" and change.before
    }
    if len(said) > 1:
        yield Found("original_scheduled_date", f"the original date was {', then '.join(sorted(said))}")


@item_rule("D02", when="history")
def _milestone_changed(item: PlanItem, context: Context) -> Judged:
    del context
    for change in item.history:
        if change.field in {"milestone.original_due", "milestone.original_text"} and change.before:
            yield Found("milestones", f"a first milestone was changed from {change.before} to {change.after}")


@item_rule("D03", when="history")
def _moved(item: PlanItem, context: Context) -> Judged:
    del context
    for change in item.history:
        if change.field == "scheduled_date" and change.before and not change.reason:
            reasons = [each for each in item.milestone_changes if each.reason and each.on == change.on]
            if not reasons:
                yield Found(
                    "scheduled_date", f"moved from {change.before} to {change.after} without a reason"
                )


@item_rule("D04", when="scheduled_date")
def _too_late(item: PlanItem, context: Context) -> Judged:
    due = context.deadline(item)
    if due is None or item.scheduled_date is None or not item.is_open:
        return
    excused = item.deviation is not None or any(each.kind == "extension" for each in item.approvals)
    if item.scheduled_date > due[0] and not excused and item.status is not State.VENDOR_DEPENDENCY:
        days = (due[0] - item.identified_date).days if item.identified_date else 0
        what = f"{item.scheduled_date} is after {due[0]}, {days} days from detection for {item.severity}"
        yield Found("scheduled_date", what, unconfirmed=not due[1])


@item_rule("D05", when="scheduled_date")
def _before_found(item: PlanItem, context: Context) -> Judged:
    del context
    if item.scheduled_date and item.identified_date and item.scheduled_date < item.identified_date:
        yield Found(
            "scheduled_date", f"{item.scheduled_date} is before the detection on {item.identified_date}"
        )


@item_rule("D06")
def _found_in_future(item: PlanItem, context: Context) -> Judged:
    if item.identified_date and item.identified_date > context.as_of:
        yield Found("identified_date", f"{item.identified_date} is in the future")


@item_rule("D07", when="actual_completion_date")
def _done_in_future(item: PlanItem, context: Context) -> Judged:
    if item.actual_completion_date and item.actual_completion_date > context.as_of:
        yield Found("actual_completion_date", f"{item.actual_completion_date} is in the future")


@item_rule("D08", when="actual_completion_date")
def _done_before_found(item: PlanItem, context: Context) -> Judged:
    del context
    done, found = item.actual_completion_date, item.identified_date
    if done and found and done < found:
        yield Found("actual_completion_date", f"{done} is before the detection on {found}")


@item_rule("D09", when="created_date")
def _entered_late(item: PlanItem, context: Context) -> Judged:
    facts = [profile.create_within_days for profile in context.profiles if profile.create_within_days]
    allowed = min((fact.value for fact in facts), default=int(context.param("D09", "days")))
    if item.created_date and item.source_report_date:
        days = (item.created_date - item.source_report_date).days
        if days > allowed:
            yield Found("created_date", f"entered {days} days after the report; {allowed} are allowed")


@item_rule("D10", when="created_date")
def _due_at_entry(item: PlanItem, context: Context) -> Judged:
    del context
    scheduled, created = item.scheduled_date, item.created_date
    if scheduled and created and scheduled <= created and not item.is_closed:
        yield Found("scheduled_date", f"{scheduled} was not after the day of entry, {created}")


@item_rule("D11", when="scheduled_date")
def _far(item: PlanItem, context: Context) -> Judged:
    if item.scheduled_date is None or item.identified_date is None:
        return
    days = (item.scheduled_date - item.identified_date).days
    allowed = context.days_for(item.severity)
    if days > context.param("D11", "days"):
        yield Found(
            "scheduled_date", f"{days} days after detection, more than {context.param('D11', 'days'):g}"
        )
    elif allowed and days > 3 * allowed[0]:
        yield Found("scheduled_date", f"{days} days after detection, more than three times {allowed[0]}")


@plan_rule("D12")
def _same_date(context: Context) -> Judged:
    dates = [item.scheduled_date for item in context.open_items if item.scheduled_date]
    if len(dates) >= _FEW:
        day, count = Counter(dates).most_common(1)[0]
        if count / len(dates) > _HALF:
            yield Found("scheduled_date", f"{count} of {len(dates)} open items are due on {day}")


@item_rule("D13", when="scheduled_date")
def _day_off(item: PlanItem, context: Context) -> Judged:
    del context
    day = item.scheduled_date
    if day and item.is_open:
        if day.weekday() >= _SATURDAY:
            yield Found("scheduled_date", f"{day} is a {day:%A}")
        elif day in federal_holidays(day.year):
            yield Found("scheduled_date", f"{day} is a federal holiday")


@item_rule("D14", when="approvals")
def _extended(item: PlanItem, context: Context) -> Judged:
    count = sum(each.kind == "extension" and each.decision == "approved" for each in item.approvals)
    if count >= context.param("D14", "count"):
        yield Found("scheduled_date", f"extended {count} times")


@item_rule("D15", when="scheduled_date")
def _narrative(item: PlanItem, context: Context) -> Judged:
    del context
    original = item.original_scheduled_date or item.scheduled_date
    if original is None:
        return
    said = [remark.text for remark in item.comments] + [change.text for change in item.milestone_changes]
    for text in said:
        at = text.lower().find("original")
        found = _DATE.search(text, max(at - _NEAR, 0), at + _NEAR) if at >= 0 else None
        if found and (day := _day(found)) and day < original:
            yield Found("comments", f"a remark names an original date of {day}, the field says {original}")


def _day(found: re.Match[str]) -> date | None:
    try:
        if found[1]:
            return date(int(found[1]), int(found[2]), int(found[3]))
        return date(int(found[6]), int(found[4]), int(found[5]))
    except ValueError:
        return None


@item_rule("D16")
def _backwards(item: PlanItem, context: Context) -> Judged:
    del context
    for name, start, finish in (
        ("actual_start", item.actual_start, item.actual_finish or item.actual_completion_date),
        ("planned_start", item.planned_start, item.planned_finish),
    ):
        if start and finish and start > finish:
            yield Found(name, f"it starts on {start} and finishes on {finish}")


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Return the holidays of 5 U.S.C. 6103(a) and the days on which they are observed."""
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    observed = [_observed(day) for day in (*fixed, date(year + 1, 1, 1))]
    mondays = [_nth(year, 1, 0, 3), _nth(year, 2, 0, 3), _nth(year, 9, 0, 1), _nth(year, 10, 0, 2)]
    memorial = max(day for day in (date(year, 5, 25) + timedelta(n) for n in range(7)) if day.weekday() == 0)
    return frozenset([*fixed, *observed, *mondays, memorial, _nth(year, 11, 3, 4)])


def _observed(day: date) -> date:
    """Return Friday for a Saturday, Monday for a Sunday."""
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))
