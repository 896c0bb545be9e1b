"""Rules X: do the items fit each other, and last month's plan?"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from heapq import nsmallest
from math import ceil

from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.registry import plan_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.words import alikeness, rarest_first, word_set
from milepost.domain.plan_item import PlanItem, State

_TWO_YEARS = timedelta(730)
_CANDIDATES = 20
_LEAST_WORDS = 3


@plan_rule("X01")
def _duplicates(context: Context) -> Judged:
    reported: set[int] = set()
    for one, other, why in (*_same_key(context), *_same_title(context)):
        if id(other) not in reported:
            reported.add(id(other))
            yield Found("title", f"{why} as {one.id or 'another item'}", other)


def _same_key(context: Context) -> Iterator[tuple[PlanItem, PlanItem, str]]:
    """Pair the items of one source id on the same assets."""
    first: dict[tuple[str, frozenset[str]], PlanItem] = {}
    for item in context.open_items:
        if item.finding_key:
            key = (item.finding_key, frozenset(item.assets))
            if key in first:
                yield first[key], item, "the same source identifier on the same assets"
            first.setdefault(key, item)


def _same_title(context: Context) -> Iterator[tuple[PlanItem, PlanItem, str]]:
    """Pair the items whose names are alike; only those are compared that share one of their rarest words."""
    least = context.param("X01", "threshold")
    named = [(item, word_set(item.title)) for item in context.open_items if item.title]
    counts = rarest_first(each for _, each in named)
    index: defaultdict[str, list[tuple[PlanItem, frozenset[str]]]] = defaultdict(list)

    def order(word: str) -> tuple[int, str]:
        return counts[word], word

    for item, said in named:
        if len(said) < _LEAST_WORDS:
            continue
        beginning = nsmallest(len(said) - ceil(least * len(said)) + 1, said, key=order)
        for word in beginning:
            for other, its in index[word][:_CANDIDATES]:
                if _comparable(item, other) and alikeness(said, its) >= least:
                    yield other, item, "nearly the same name"
                    break
            index[word].append((item, said))


def _comparable(one: PlanItem, other: PlanItem) -> bool:
    """Tell whether two items are not known to be of different findings or on different assets."""
    different = one.finding_key and other.finding_key and one.finding_key != other.finding_key
    return not different and (not one.assets or not other.assets or set(one.assets) == set(other.assets))


@plan_rule("X02")
def _unanswered(context: Context) -> Judged:
    for finding in context.around.assessment_findings or ():
        if not finding.answered:
            yield Found("", f"the assessment finding {finding.id} has neither an item nor a decision")


@plan_rule("X03")
def _uncovered(context: Context) -> Judged:
    for finding in context.around.scan_findings or ():
        days = context.days_for(finding.severity)
        if not finding.linked and days and (context.as_of - finding.since).days > days[0]:
            age = (context.as_of - finding.since).days
            yield Found(
                "", f"{finding.key} is open since {age} days ({finding.severity}: {days[0]}) and on no item"
            )


@plan_rule("X04")
def _said_implemented(context: Context) -> Judged:
    done = context.around.implemented_controls or frozenset()
    for item in context.open_items:
        for label in map(controls.named, item.controls):
            if label in done:
                yield Found("controls", f"the security plan calls {label} implemented", item)


@plan_rule("X05")
def _repeated(context: Context) -> Judged:
    closed: defaultdict[str, list[tuple[PlanItem, frozenset[str]]]] = defaultdict(list)
    for item in context.items:
        day = item.closed_date or item.actual_completion_date
        if item.status is State.CLOSED_COMPLETED and day and context.as_of - day <= _TWO_YEARS:
            for label in map(controls.named, item.controls):
                closed[label].append((item, word_set(item.title or item.description)))
    for item in context.open_items if closed else ():
        said = word_set(item.title or item.description)
        for label in map(controls.named, item.controls):
            alike = [
                o
                for o, its in closed[label][:_CANDIDATES]
                if alikeness(said, its) >= context.param("X05", "threshold")
            ]
            if alike and not item.repeat_of:
                yield Found(
                    "title", f"much like {alike[0].id}, which was closed on {alike[0].closed_date}", item
                )
                break


@plan_rule("X06")
def _systemic(context: Context) -> Judged:
    elsewhere = context.around.controls_elsewhere or {}
    for label, count in elsewhere.items():
        if count + 1 >= context.param("X06", "systems"):
            mine = next((i for i in context.open_items if label in map(controls.named, i.controls)), None)
            if mine:
                yield Found("controls", f"{label} is open in {count + 1} systems", mine)


@plan_rule("X07")
def _inherited(context: Context) -> Judged:
    unlinked = context.around.inheriting_unlinked or frozenset()
    for item in context.open_items:
        if item.id in unlinked:
            yield Found("id", "systems that inherit the control do not see this weakness", item)


@plan_rule("X08")
def _count(context: Context) -> Judged:
    previous = context.around.previous
    if previous is None:
        return
    before = {item.id: item.is_closed for item in previous.items if item.id}
    now = {item.id: item.is_closed for item in context.items if item.id}
    was_open = sum(not closed for closed in before.values())
    new = sum(name not in before and not closed for name, closed in now.items())
    reopened = sum(before.get(name) is True and not closed for name, closed in now.items())
    closed = sum(before.get(name) is False and now_closed for name, now_closed in now.items())
    is_open = sum(not item.is_closed for item in context.items)
    if was_open + new + reopened - closed != is_open:
        sums = f"{was_open} open before + {new} new + {reopened} reopened - {closed} closed"
        yield Found("", f"{sums} is not {is_open}, which are open now")


@plan_rule("X09")
def _lost(context: Context) -> Judged:
    previous = context.around.previous
    if previous is None:
        return
    now = {item.id for item in context.items}
    for item in previous.items:
        if item.id and item.id not in now and item.status is not State.DRAFT:
            yield Found("id", f"{item.id} was in {previous.name} and is not here")
