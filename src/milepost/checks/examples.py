"""Small plans that show what each rule reports and what it lets pass; every rule is tested by its own."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from milepost.authorities.profiles import profile_of
from milepost.checks.context import Context, Surroundings
from milepost.checks.registry import all_rules, rule_of
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.plan_item import PlanItem
from milepost.domain.profile import Profile, ProfileKind

AS_OF = date(2026, 3, 2)
"""The day on which the examples are judged."""
_SHEETS = (
    PlanSheet("Open POA&M Items", Part.OPEN, 5, {}),
    PlanSheet("Closed POA&M Items", Part.CLOSED, 5, {}),
    PlanSheet("Configuration Findings", Part.CONFIGURATION, 5, {}),
)
_OTHERS = frozenset(
    {
        *(
            "milestone_state",
            "milestone_completed",
            "approvals.version",
            "approvals.roles",
            "evidence.digest",
        ),
        *("deviation.expires", "deviation.mitigations", "deviation.compensating_controls"),
        "deviation.approved_on",
    }
)
_SOUND = "sound.json"
Words = dict[str, object]


class Example(msgspec.Struct, forbid_unknown_fields=True):
    """A plan in a few words: what differs from the sound item, and what is known around it."""

    item: Words = {}
    items: list[Words] = []
    previous: list[Words] = []
    around: Words = {}
    facts: dict[str, str] = {}
    fields: list[str] = []
    profiles: list[str] = []
    layout: str = "generic"
    dated: date | None = None

    def said(self) -> str:
        """Return what differs, as JSON."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        kept = {name: value for name, value in told.items() if value and value != "generic"}
        return msgspec.json.encode(kept).decode()


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    """An example that the rule reports, and one that it does not."""

    fails: Example
    passes: Example


@cache
def sound_item() -> Mapping[str, object]:
    """Return the item that no rule of completeness, text or dates has anything against."""
    text = (files(__package__) / "examples" / _SOUND).read_bytes()
    return msgspec.json.decode(text, type=Words)


@cache
def examples() -> Mapping[str, Pair]:
    """Return the examples of every rule."""
    found: dict[str, Pair] = {}
    for group in dict.fromkeys(rule.group for rule in all_rules().values() if rule.group != "waivers"):
        text = (files(__package__) / "examples" / f"{group}.json").read_bytes()
        found |= msgspec.json.decode(text, type=dict[str, Pair])
    return found


def context_of(rule: str, example: Example) -> Context:
    """Return an example as something that the rule can be run on."""
    document = _document(example.items or [example.item], example)
    around = msgspec.convert(example.around, Surroundings)
    if example.previous:
        around = replace(around, previous=_document(example.previous, example))
    profiles = [_profile(name) for name in example.profiles]
    params = {rule: rule_of(rule).params}
    return Context(document, AS_OF, profiles, around, params)


def _document(items: list[Words], example: Example) -> PlanDocument:
    told = frozenset(each.name for each in fields(PlanItem)) | _OTHERS
    return PlanDocument(
        name="example",
        layout=example.layout,
        facts=example.facts,
        dated=example.dated,
        sheets=_SHEETS,
        items=[msgspec.convert({**sound_item(), **item}, PlanItem) for item in items],
        fields=frozenset(example.fields) or told,
    )


def _profile(name: str) -> Profile:
    """Return a profile; one that does not exist yet stands without facts."""
    try:
        return profile_of(name, on=AS_OF)
    except WrongUse:
        return Profile(
            name=name, title=name, kind=ProfileKind.PROGRAM, applies_to="", version="1", effective_from=AS_OF
        )
