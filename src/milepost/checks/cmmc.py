"""Rules CM: what may stand on the POA&M of a CMMC assessment, and for how long."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from milepost.authorities.cmmc.requirements import REQUIREMENTS, Deferral, Requirement, values_of
from milepost.authorities.cmmc.rules import Level
from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem

_LIFECYCLE = frozenset({"open", "in progress", "remediated", "verified", "closed"})
_LETTERS = re.compile(r"[^a-z ]")
_PARTIAL = 3
_MOST_SCORE = 110
_BY_NUMBER = {**REQUIREMENTS[Level.TWO], **REQUIREMENTS[Level.THREE]}


def _requirements(item: PlanItem) -> Iterator[Requirement]:
    for written in item.controls:
        requirement = _BY_NUMBER.get(controls.named(written))
        if requirement:
            yield requirement


@item_rule("CM-01", when="controls")
def _never(item: PlanItem, context: Context) -> Judged:
    del context
    for each in _requirements(item):
        if item.is_open and each.deferral is Deferral.NAMED:
            yield Found("controls", f"{each.identifier} may never be left to a POA&M")


@item_rule("CM-02", when="controls")
def _points(item: PlanItem, context: Context) -> Judged:
    del context
    for each in _requirements(item):
        if not item.is_open:
            return
        if each.deferral is Deferral.POINTS:
            yield Found(
                "controls", f"{each.identifier} is worth {each.points} points; only 1 may be deferred"
            )
        elif each.deferral is Deferral.WHEN_PARTIAL and item.point_value not in {_PARTIAL, -_PARTIAL}:
            what = f"{each.identifier} may only be deferred where encryption is employed (3 points)"
            yield Found("controls", what)


def _anchor(context: Context) -> date:
    said = context.document.facts.get("status_date", "")
    return date.fromisoformat(said) if said else context.document.dated or context.as_of


@item_rule("CM-03", when="scheduled_date")
def _too_long(item: PlanItem, context: Context) -> Judged:
    begin = _anchor(context)
    last = begin + timedelta(context.param("CM-03", "days"))
    if item.is_open and item.scheduled_date and item.scheduled_date > last:
        days = (item.scheduled_date - begin).days
        yield Found(
            "scheduled_date", f"{item.scheduled_date} is {days} days after {begin}; the POA&M ends on {last}"
        )


@item_rule("CM-04")
def _outside(item: PlanItem, context: Context) -> Judged:
    del context
    label = _LETTERS.sub("", item.status_label.split("\n")[0].casefold()).strip()
    if label and label not in _LIFECYCLE:
        yield Found("status", f"{item.status_label!r} is outside the lifecycle")


@item_rule("CM-05")
def _no_plan_at_all(item: PlanItem, context: Context) -> Judged:
    if item.is_open and any(profile.name == "cmmc-l1" for profile in context.profiles):
        yield Found("controls", "Level 1 permits no POA&M")


@item_rule("CM-06", when="controls")
def _weight(item: PlanItem, context: Context) -> Judged:
    del context
    said = None if item.point_value is None else abs(item.point_value)
    for each in _requirements(item):
        values = values_of(each.number)
        if said is not None and values and said not in values:
            named = " or ".join(str(value) for value in sorted(values))
            yield Found("point_value", f"{each.identifier} is worth {named}, the item says {said:g}")


@item_rule("CM-07", when="controls")
def _unknown(item: PlanItem, context: Context) -> Judged:
    del context
    for written in item.controls:
        label = controls.named(written)
        if label[:1].isdigit() and label not in _BY_NUMBER:
            yield Found("controls", f"{label} is no requirement of Level 2 or Level 3")


@plan_rule("CM-08")
def _score(context: Context) -> Judged:
    unmet = {each.number: each.points or 0 for item in context.open_items for each in _requirements(item)}
    level_2 = {number: points for number, points in unmet.items() if not number.endswith("e")}
    score = _MOST_SCORE - sum(level_2.values())
    if level_2 and score < context.param("CM-08", "score"):
        yield Found("", f"what is open leaves a score of at most {score} of {_MOST_SCORE}")


@plan_rule("CM-09")
def _summary(context: Context) -> Judged:
    counted: dict[str, int] = {}
    for item in context.items:
        label = _LETTERS.sub("", item.status_label.split("\n")[0].casefold()).strip()
        counted[label] = counted.get(label, 0) + 1
    counted["total"] = len(context.items)
    for name, said in context.document.facts.items():
        label = name.removeprefix("summary:")
        if label != name and said.isdigit() and int(said) != counted.get(label, 0):
            yield Found("", f"the summary says {said} {label}, the items are {counted.get(label, 0)}")
