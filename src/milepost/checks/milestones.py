"""Rules M: are there steps that lead to the fix?"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import msgspec

from milepost.checks.completeness import works
from milepost.checks.context import Context
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.words import normalised, words
from milepost.domain.plan_item import PlanItem, State

_SERIOUS = frozenset({"High", "Very High", "Critical", "CAT I"})
_VERIFY = re.compile(r"verif|validat|\btest|re-?scan|re-?test|evidence", re.IGNORECASE)
_THREE = 3


@item_rule("M01", when="milestones")
def _undated(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        if each.due is None and not each.done:
            yield Found("milestones", f"milestone {each.number} has no date", row=each.row)


@item_rule("M02", when="milestones")
def _unsaid(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        if not each.text:
            yield Found("milestones", f"milestone {each.number} does not say what will be done", row=each.row)


@item_rule("M03", when="milestones")
def _after_end(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        if item.scheduled_date and each.due and each.due > item.scheduled_date and not each.archived:
            what = f"milestone {each.number} is due on {each.due}, the item on {item.scheduled_date}"
            yield Found("milestones", what, row=each.row)


@item_rule("M04", when="milestones")
def _only_one(item: PlanItem, context: Context) -> Judged:
    begin = item.plan_approved_date or item.created_date or item.identified_date
    if len(item.milestones) == 1 and item.scheduled_date and begin and item.is_open:
        days = (item.scheduled_date - begin).days
        if days > context.param("M04", "days"):
            yield Found("milestones", f"one milestone for a plan of {days} days")


@item_rule("M05", when="milestones")
def _short(item: PlanItem, context: Context) -> Judged:
    least = context.param("M05", "min_chars")
    for each in item.milestones:
        if each.text and len(each.text.strip()) < least:
            what = f"milestone {each.number} has {len(each.text.strip())} characters: {each.text!r}"
            yield Found("milestones", what, row=each.row)


@item_rule("M06", when="milestones")
def _no_action(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        said = words(each.text)
        if each.text and verbs().isdisjoint(said) and not any(map(_is_work, said)):
            yield Found("milestones", f"milestone {each.number} names no action: {each.text!r}", row=each.row)
        elif each.text and item.title and normalised(each.text) == normalised(item.title):
            yield Found("milestones", f"milestone {each.number} repeats the name of the item", row=each.row)


@cache
def verbs() -> frozenset[str]:
    """Return the verbs of work that a milestone may name."""
    text = (files(__package__) / "verbs.json").read_bytes()
    return frozenset(msgspec.json.decode(text, type=dict[str, list[str]])["verbs"])


@lru_cache(maxsize=4096)
def _is_work(word: str) -> bool:
    """Tell whether a word is a verb of work in one of its forms."""
    if word in verbs():
        return True
    for ending in ("ing", "ed", "es", "s", "ion", "ation", "ment"):
        stem = word.removesuffix(ending)
        if stem != word and ({stem, f"{stem}e", stem[:-1]} & verbs()):
            return True
    return False


@item_rule("M07", when="milestones")
def _overdue(item: PlanItem, context: Context) -> Judged:
    if not works(item):
        return
    explained = {change.number for change in item.milestone_changes if change.on and change.text}
    for each in item.milestones:
        late = each.due and each.due < context.as_of and not each.done and not each.archived
        if late and each.number not in explained:
            yield Found(
                "milestones",
                f"milestone {each.number} was due on {each.due}; no change says why it is not done",
                row=each.row,
            )


@item_rule("M08", when="milestone_changes")
def _bare_change(item: PlanItem, context: Context) -> Judged:
    del context
    for change in item.milestone_changes:
        missing = [] if change.new_date else ["date"]
        missing += [] if change.reason else ["reason"]
        if missing:
            what = f"change {change.number} has no {' and no '.join(missing)}"
            yield Found("milestone_changes", what, row=change.row)


@item_rule("M09", when="milestones")
def _out_of_order(item: PlanItem, context: Context) -> Judged:
    del context
    for one, other in pairwise(each for each in item.milestones if each.due):
        if one.due and other.due and other.due < one.due:
            what = f"milestone {other.number} ({other.due}) is due before milestone {one.number} ({one.due})"
            yield Found("milestones", what, row=other.row)


@item_rule("M10", when="milestones")
def _one_date(item: PlanItem, context: Context) -> Judged:
    del context
    dates = {each.due for each in item.milestones}
    if len(item.milestones) >= _THREE and len(dates) == 1 and None not in dates:
        yield Found(
            "milestones", f"all {len(item.milestones)} milestones are due on {item.milestones[0].due}"
        )


@item_rule("M11", when="milestones")
def _all_done(item: PlanItem, context: Context) -> Judged:
    working = item.status in {State.IN_PROGRESS, State.DELAYED}
    if working and item.milestones and all(each.done for each in item.milestones):
        finished = [each.completed or each.due for each in item.milestones]
        last = max((day for day in finished if day), default=None)
        if last and (context.as_of - last).days > context.param("M11", "days"):
            yield Found("status", f"all milestones are done since {last}, the item is not")


@item_rule("M12", when="milestones")
def _none_active(item: PlanItem, context: Context) -> Judged:
    del context
    approved = works(item) and item.status is not State.PLAN_REVIEW
    if approved and item.milestones and all(each.done or each.archived for each in item.milestones):
        yield Found("milestones", "no milestone is active")


@item_rule("M13", when="milestones")
def _unverified(item: PlanItem, context: Context) -> Judged:
    del context
    if (
        item.severity in _SERIOUS
        and item.is_open
        and item.milestones
        and not any(_VERIFY.search(each.text) for each in item.milestones)
    ):
        yield Found("milestones", f"no milestone verifies the fix of a weakness rated {item.severity}")


@item_rule("M14", when="milestones")
def _gap(item: PlanItem, context: Context) -> Judged:
    dates = sorted(each.due for each in item.milestones if each.due)
    for one, other in pairwise(dates):
        if (other - one).days > context.param("M14", "days"):
            yield Found("milestones", f"nothing is due between {one} and {other}, {(other - one).days} days")


@item_rule("M15", when="milestones")
def _imprecise(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        if each.precision != "day":
            yield Found(
                "milestones", f"milestone {each.number} is only dated by {each.precision}", row=each.row
            )
