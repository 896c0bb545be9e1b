"""The cheapest set of items that reaches Conditional, or everything MET, by a date; or why none does.

The choice is a small integer programme for CP-SAT: an item needs the items before it, a requirement is MET
when all its open items are done, the score must reach the threshold with nothing that blocks, and the effort
must fit into the hours until the date. An item is out of reach where the chain that leads to it takes longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ortools.sat.python import cp_model

from milepost.authorities.cmmc.eligibility import may_be_deferred
from milepost.authorities.cmmc.forecast import with_done
from milepost.authorities.cmmc.planned_items import MINUTES, PlannedItem
from milepost.authorities.cmmc.rules import RULES, Level, least_score
from milepost.authorities.cmmc.scoring import Shortfall, shortfalls
from milepost.authorities.cmmc.verdict import Assessment, Verdict, judge

_WEEK = 7
_MOST_SECONDS = 20.0


class Target(StrEnum):
    """What is to be reached: Conditional, or everything MET (110 at Level 2, 24 at Level 3)."""

    CONDITIONAL = "conditional"
    FULL = "110"


class Task(NamedTuple):
    """What is asked: by when, what, and how many minutes of work a week there are (None: any number)."""

    by: date
    target: Target
    weekly: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An item of the chosen set, in the order of the work, and the day by which it can be finished."""

    item: PlannedItem
    finish: date


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest set with its sums and the verdict after it; or no steps and the reasons why there is none.

    `effort` is in minutes, `cost` in hundredths of the user's currency.
    """

    steps: tuple[Step, ...]
    effort: int
    cost: int
    after: Verdict | None
    reasons: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Tell whether the target can be reached."""
        return self.after is not None


@dataclass(frozen=True, slots=True)
class _Search:
    """What the solver works on: the open items, what is NOT MET, and the day on which each item can end."""

    assessment: Assessment
    items: tuple[PlannedItem, ...]
    done: frozenset[str]
    short: tuple[Shortfall, ...]
    finish: Mapping[str, date]
    task: Task
    as_of: date

    def needed(self, short: Shortfall) -> list[str]:
        """Return the open items that a requirement needs."""
        parts = short.requirement.parts
        return [item.identifier for item in self.items if not set(parts).isdisjoint(item.numbers)]

    def is_planned(self, short: Shortfall) -> bool:
        """Tell whether open items cover every NOT MET part of a requirement."""
        open_parts = [
            n for n in short.requirement.parts if self.assessment.settled.of(n).finding == "NOT MET"
        ]
        planned = {number for item in self.items for number in item.numbers}
        return planned.issuperset(open_parts)

    @property
    def capacity(self) -> int | None:
        """Return the minutes of work until the date."""
        days = max((self.task.by - self.as_of).days, 0)
        return None if self.task.weekly is None else self.task.weekly * days // _WEEK


def cheapest(assessment: Assessment, items: Sequence[PlannedItem], task: Task, *, as_of: date) -> Choice:
    """Choose the items with the least cost, then the least effort, that reach the target by the date."""
    done = frozenset(item.identifier for item in items if item.done)
    now = with_done(assessment, items, done)
    left = tuple(item for item in items if not item.done)
    finish = {item.identifier: as_of + timedelta(days=days) for item, days in _chains(left, task.weekly)}
    search = _Search(now, left, done, shortfalls(now.level, now.settled), finish, task, as_of)
    chosen = None if _hindrances(search) else _solve(search, search.capacity)
    if chosen is None:
        return Choice((), 0, 0, None, tuple(_reasons(search)))
    picked = tuple(item for item in left if item.identifier in chosen)
    after = judge(with_done(now, items, done | chosen), as_of=task.by)
    steps = _steps(picked, task.weekly, as_of)
    return Choice(steps, sum(i.effort for i in picked), sum(i.cost for i in picked), after)


def _solve(search: _Search, capacity: int | None) -> frozenset[str] | None:
    """Return the cheapest items; None if there is no set. Without a capacity any effort will do."""
    model = cp_model.CpModel()
    picks = {item.identifier: model.new_bool_var(item.identifier) for item in search.items}
    for item in search.items:
        model.add_bool_and(picks[b] for b in item.after if b not in search.done).only_enforce_if(
            picks[item.identifier]
        )
        if search.finish[item.identifier] > search.task.by:
            model.add(picks[item.identifier] == 0)
    _ask_for_target(model, picks, search)
    if capacity is not None:
        model.add(sum(item.effort * picks[item.identifier] for item in search.items) <= capacity)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = _MOST_SECONDS
    for weights in _weights(search.items):
        price = sum(weight * pick for weight, pick in zip(weights, picks.values(), strict=True))
        model.minimize(price)
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        model.add(price <= round(solver.objective_value))
    return frozenset(name for name, pick in picks.items() if solver.boolean_value(pick))


def _weights(items: Sequence[PlannedItem]) -> tuple[list[int], ...]:
    """Return what is made least, one after the other: the cost, the effort, the number of items."""
    return [item.cost for item in items], [item.effort for item in items], [1] * len(items)


def _ask_for_target(model: cp_model.CpModel, picks: Mapping[str, cp_model.IntVar], search: _Search) -> None:
    lost = []
    for short in search.short:
        met = model.new_bool_var(short.requirement.identifier)
        model.add_bool_and(picks[name] for name in search.needed(short)).only_enforce_if(met)
        if not search.is_planned(short):
            model.add(met == 0)
        if search.task.target is Target.FULL or not may_be_deferred(short).allowed:
            model.add(met == 1)
        lost.append((short.points or 0) * (1 - met))
    maximum = RULES.levels[search.assessment.level].maximum
    if maximum is not None and lost:
        model.add(sum(lost) <= maximum - least_score(maximum))


def _chains(items: Sequence[PlannedItem], weekly: int | None) -> Iterator[tuple[PlannedItem, int]]:
    """Yield each open item after those it waits for, with the days that its longest chain takes."""
    taken: dict[str, int] = {}
    left = {item.identifier: item for item in items}
    while left:
        ready = [item for item in left.values() if not set(item.after) & set(left)]
        for item in ready:
            before = max((taken[name] for name in item.after if name in taken), default=0)
            taken[item.identifier] = before + _days(item, weekly)
            del left[item.identifier]
            yield item, taken[item.identifier]


def _days(item: PlannedItem, weekly: int | None) -> int:
    """Return the least days that an item takes: its own duration, or its effort at the hours of a week."""
    worked = -(-item.effort * _WEEK // weekly) if weekly else 0
    return max(item.days, worked)


def _steps(picked: Sequence[PlannedItem], weekly: int | None, as_of: date) -> tuple[Step, ...]:
    """Return the work one after the other: an item ends when its chain and all the effort before it allow."""
    steps, minutes = [], 0
    for item, days in _chains(picked, weekly):
        minutes += item.effort
        worked = -(-minutes * _WEEK // weekly) if weekly else 0
        steps.append(Step(item, as_of + timedelta(days=max(days, worked))))
    return tuple(steps)


def _hindrances(search: _Search) -> list[str]:
    """Return what no choice of items can change."""
    found = []
    assessment = search.assessment
    if assessment.level is Level.ONE and search.task.target is Target.CONDITIONAL:
        found.append("Level 1 is never Conditional: everything must be MET")
    if assessment.level is not Level.ONE and not assessment.ssp_in_place:
        found.append("there is no system security plan, and without one there is no score (CA.L2-3.12.4)")
    if assessment.level is Level.THREE and not assessment.level2_final:
        found.append("Final Level 2 (C3PAO) is not held, and Level 3 builds on it")
    return found


def _reasons(search: _Search) -> Iterator[str]:
    """Say why the target cannot be reached: what nobody plans, what takes too long, what does not fit."""
    found = [*_hindrances(search), *_out_of_reach(search)]
    if not found:
        found.extend(_too_much(search))
    yield from found or [_at_best(search)]


def _at_best(search: _Search) -> str:
    """Say how far everything that can be done in time would carry."""
    late = {name for name, end in search.finish.items() if end > search.task.by}
    open_still = [
        s for s in search.short if not search.is_planned(s) or not late.isdisjoint(search.needed(s))
    ]
    maximum = RULES.levels[search.assessment.level].maximum or 0
    best = maximum - sum(short.points or 0 for short in open_still)
    named = ", ".join(short.requirement.identifier for short in open_still)
    return (
        f"what can be done by {search.task.by} reaches at best {best} of the {least_score(maximum)} points"
        f" that are needed; open stay {named or 'none'}"
    )


def _out_of_reach(search: _Search) -> Iterator[str]:
    by = search.task.by
    for short in search.short:
        ruling = may_be_deferred(short)
        must = "everything must be MET" if ruling.allowed else f"it can never be deferred ({ruling.reason})"
        if ruling.allowed and search.task.target is Target.CONDITIONAL:
            continue
        if not search.is_planned(short):
            yield f"{short.requirement.identifier}: no item closes it, and {must}"
            continue
        late = [name for name in search.needed(short) if search.finish[name] > by]
        for name in late:
            end = search.finish[name]
            yield f"{short.requirement.identifier}: {name} takes until {end}, after {by}, and {must}"


def _too_much(search: _Search) -> Iterator[str]:
    capacity, weekly = search.capacity, search.task.weekly
    unlimited = _solve(search, None)
    if unlimited is None or capacity is None or not weekly:
        return
    least = sum(item.effort for item in search.items if item.identifier in _least_effort(search))
    earliest = search.as_of + timedelta(days=-(-least * _WEEK // weekly))
    yield (
        f"it takes at least {_hours(least)} hours of work, and until {search.task.by} there are"
        f" {_hours(capacity)}; at {_hours(weekly)} hours a week it can be done by {earliest}"
    )


def _least_effort(search: _Search) -> frozenset[str]:
    """Return the items with the least effort, whatever they cost."""
    free = tuple(_without_cost(item) for item in search.items)
    bare = _Search(
        search.assessment, free, search.done, search.short, search.finish, search.task, search.as_of
    )
    return _solve(bare, None) or frozenset()


def _without_cost(item: PlannedItem) -> PlannedItem:
    return PlannedItem(item.identifier, item.numbers, item.due, item.effort, 0, item.days, item.after)


def _hours(minutes: int) -> str:
    return f"{minutes / MINUTES:g}"
