"""Rules C: is everything there that a plan needs?"""

import re
from collections import Counter

from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_document import Part
from milepost.domain.plan_item import PlanItem, State

_FAMILY = re.compile(r"[A-Z]{2}")
_NUMBERED_LATER = "emass"
"""eMASS itself numbers the items of an import workbook."""
_OLD_EMASS = "emass"
_IAVM = re.compile(r"[12]\d{3}-[ABT]-\d{4}")
_TECHNICAL = frozenset({"scan", "pentest", "config"})
_SERIOUS = frozenset({"Moderate", "High", "Very High"})
_HAVE_OWN_RULES = frozenset(
    {
        *("id", "description", "responsible_org", "scheduled_date", "milestones", "source_type", "status"),
        *("raw_severity", "controls", "resources_text", "identified_date", "remediation_plan"),
    }
)


def works(item: PlanItem) -> bool:
    """Tell whether work is owed on an item that has left the draft."""
    return item.is_open and item.status is not State.DRAFT


@plan_rule("C01")
def _identifiers(context: Context) -> Judged:
    counts = Counter((context.document.part(item), item.id) for item in context.items if item.id)
    for item in context.items:
        times = counts[(context.document.part(item), item.id)]
        if not item.id and not context.layout.startswith(_NUMBERED_LATER):
            yield Found("id", "the identifier is empty", item)
        elif item.id and times > 1:
            yield Found("id", f"the identifier {item.id} stands {times} times on one list", item)


@item_rule("C02")
def _description(item: PlanItem, context: Context) -> Judged:
    del context
    if not item.description:
        yield Found("description", "there is no description of the weakness")


@item_rule("C03")
def _responsible(item: PlanItem, context: Context) -> Judged:
    del context
    if not item.responsible_org and not item.owner:
        yield Found("responsible_org", "neither an office nor a person is responsible")


@item_rule("C04")
def _scheduled(item: PlanItem, context: Context) -> Judged:
    if works(item) and item.scheduled_date is None and context.document.part(item) is not Part.DEFICIENCIES:
        said = item.texts.get("scheduled_date")
        yield Found(
            "scheduled_date", f"{said!r} is no date" if said else "there is no scheduled completion date"
        )


@item_rule("C05")
def _milestones(item: PlanItem, context: Context) -> Judged:
    if works(item) and not item.milestones and context.document.part(item) is not Part.DEFICIENCIES:
        yield Found("milestones", "there is no milestone")


@item_rule("C06")
def _source(item: PlanItem, context: Context) -> Judged:
    if not item.source_type and context.document.part(item) is not Part.DEFICIENCIES:
        yield Found("source_text", "it is not said who or what found the weakness")


@item_rule("C07")
def _status(item: PlanItem, context: Context) -> Judged:
    if not item.status_label:
        yield Found("status", "there is no status")
        return
    if item.status is State.UNKNOWN:
        yield Found("status", f"{item.status_label!r} is no status that any list has")
        return
    facts = [profile.statuses for profile in context.profiles if profile.statuses]
    if facts and all(item.status not in {each.state for each in fact.value} for fact in facts):
        confirmed = any(fact.verified for fact in facts)
        what = f"{item.status_label!r} is not in the list of {facts[0].profile or 'the profile'}"
        yield Found("status", what, unconfirmed=not confirmed)


@item_rule("C08")
def _severity(item: PlanItem, context: Context) -> Judged:
    rating = item.raw_severity.casefold()
    categories = context.layout == _OLD_EMASS and rating.startswith("cat ")
    if categories or context.document.part(item) is Part.DEFICIENCIES:
        return
    if not item.raw_severity:
        yield Found("raw_severity", "there is no rating")
        return
    facts = [profile.severities for profile in context.profiles if profile.severities]
    known = {"critical", "very high", "high", "moderate", "low", "very low", "cat i", "cat ii", "cat iii"}
    if facts and all(rating not in {each.casefold() for each in fact.value} for fact in facts):
        confirmed = any(fact.verified for fact in facts)
        named = ", ".join(facts[0].value)
        yield Found("raw_severity", f"{item.raw_severity!r} is none of {named}", unconfirmed=not confirmed)
    elif not facts and rating not in known:
        yield Found("raw_severity", f"{item.raw_severity!r} is no rating that any list has")


@item_rule("C09")
def _control(item: PlanItem, context: Context) -> Judged:
    if not item.controls and context.document.part(item) is not Part.DEFICIENCIES:
        yield Found("controls", "no control is named")


@item_rule("C10", when="controls")
def _known_control(item: PlanItem, context: Context) -> Judged:
    del context
    for written in item.controls:
        label = controls.named(written)
        if not _FAMILY.fullmatch(written) and not (label and controls.is_known(label)):
            yield Found("controls", f"{written!r} is no control of SP 800-53 Rev. 5 or SP 800-171")


@item_rule("C11", when="controls")
def _family(item: PlanItem, context: Context) -> Judged:
    del context
    for written in item.controls:
        if _FAMILY.fullmatch(written):
            yield Found("controls", f"{written} is a family, not a control")


@item_rule("C12")
def _required(item: PlanItem, context: Context) -> Judged:
    if context.document.part(item) is Part.DEFICIENCIES:
        return
    for each, by, confirmed in context.required:
        name = each.field
        wanted = name not in _HAVE_OWN_RULES and (not each.states or item.status in each.states)
        if wanted and getattr(item, name, True) in ("", None, ()):
            what = f"{name.replace('_', ' ')} is required by {by}"
            yield Found(name, what, unconfirmed=not confirmed)


@item_rule("C13")
def _resources(item: PlanItem, context: Context) -> Judged:
    del context
    if works(item) and not item.resources_text and item.cost_estimate is None:
        yield Found("resources_text", "neither resources nor a cost are stated")


@item_rule("C14")
def _identified(item: PlanItem, context: Context) -> Judged:
    if item.identified_date is None and context.document.part(item) is not Part.DEFICIENCIES:
        yield Found("identified_date", "the day on which the weakness was found is missing")


@item_rule("C15")
def _plan(item: PlanItem, context: Context) -> Judged:
    del context
    if item.is_open and not item.remediation_plan and not any(each.text for each in item.milestones):
        yield Found("remediation_plan", "neither the plan nor a milestone says what will be done")


@item_rule("C16")
def _assets(item: PlanItem, context: Context) -> Judged:
    del context
    if item.source_type in _TECHNICAL and not item.assets:
        yield Found("assets", f"a finding of a {item.source_type} names no asset")


@item_rule("C17", when="impact")
def _impact(item: PlanItem, context: Context) -> Judged:
    del context
    if item.impact in _SERIOUS and not item.impact_description:
        yield Found("impact_description", f"the local impact is {item.impact} and not described")


@item_rule("C18", when="iavm_number")
def _comply_by(item: PlanItem, context: Context) -> Judged:
    del context
    if _IAVM.fullmatch(item.iavm_number) and item.iav_comply_by is None:
        yield Found("iav_comply_by", f"IAVM {item.iavm_number} has no comply-by date")
