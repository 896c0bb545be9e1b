"""The one list of rules: the facts from the data files, each with the function that judges it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from milepost.checks.context import Context
from milepost.checks.rule import Found, Level, Rule
from milepost.domain.errors import WrongUse
from milepost.domain.plan_item import PlanItem

ItemJudge = Callable[[PlanItem, Context], Iterator[Found]]
PlanJudge = Callable[[Context], Iterator[Found]]

ITEM_JUDGES: dict[str, ItemJudge] = {}
"""What judges one item, by rule."""
GUARDS: dict[str, str] = {}
"""The field that must say something for a rule to be judged on an item; empty for none."""
PLAN_JUDGES: dict[str, PlanJudge] = {}
"""What judges the document as a whole, by rule."""


def item_rule(name: str, when: str = "") -> Callable[[ItemJudge], ItemJudge]:
    """Name the rule that a function judges on every item, or where the field `when` says something."""

    def register(judge: ItemJudge) -> ItemJudge:
        ITEM_JUDGES[name] = judge
        GUARDS[name] = when
        return judge

    return register


def plan_rule(name: str) -> Callable[[PlanJudge], PlanJudge]:
    """Name the rule that a function judges on the whole document."""

    def register(judge: PlanJudge) -> PlanJudge:
        PLAN_JUDGES[name] = judge
        return judge

    return register


class _Stated(msgspec.Struct, forbid_unknown_fields=True):
    severity: Level
    title: str
    condition: str
    fix: str
    sources: tuple[str, ...] = ()
    verified: bool = False
    profiles: tuple[str, ...] = ("*",)
    needs: tuple[str, ...] = ()
    params: dict[str, float] = {}
    note: str = ""


class Group(NamedTuple):
    """A file of rules: its name, and its title for people."""

    name: str
    title: str


GROUPS = (
    Group("completeness", "Is everything there that a plan needs?"),
    Group("wording", "Does the text say something?"),
    Group("owners", "Does somebody own it?"),
    Group("dates", "Are the dates possible, and kept?"),
    Group("milestones", "Are there steps that lead to the fix?"),
    Group("resources", "Is it known what the fix costs?"),
    Group("severity", "Is the rating founded?"),
    Group("statuses", "Does the status say what is?"),
    Group("deviations", "Are acceptances and deviations decided, and by whom?"),
    Group("evidence", "Is the fix proven?"),
    Group("freshness", "Is the plan kept up to date?"),
    Group("cross_item", "Do the items fit each other, and last month's plan?"),
    Group("directives", "CISA's directives"),
    Group("importing", "What reading the document made doubtful"),
    Group("duties", "Are duties separated?"),
    Group("fedramp", "FedRAMP: rules of the monthly POA&M"),
    Group("fedramp_review", "FedRAMP: what a reviewer looks for"),
    Group("emass", "eMASS: fields that a status demands"),
    Group("cmmc", "CMMC: what may be on a plan, and for how long"),
    Group("waivers", "Waivers"),
)


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return every rule by its id, group by group."""
    found: dict[str, Rule] = {}
    for group in GROUPS:
        text = (files(__package__) / "rules" / f"{group.name}.json").read_bytes()
        for name, stated in msgspec.json.decode(text, type=dict[str, _Stated]).items():
            found[name] = Rule(id=name, group=group.name, **msgspec.structs.asdict(stated))
    return found


def rule_of(name: str) -> Rule:
    """Return the rule with that id, whatever its capitals.

    Raises:
        WrongUse: there is no such rule.
    """
    rules = all_rules()
    found = rules.get(name) or rules.get(name.upper())
    if found is None:
        raise WrongUse(f"there is no rule {name}", fix="list the rules with `milepost rules`")
    return found
