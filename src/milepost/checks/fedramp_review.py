"""Rules FR-Q: what a reviewer of a FedRAMP POA&M looks for beyond the rules."""

from milepost.checks import controls
from milepost.checks.context import Context
from milepost.checks.fedramp import on_open
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.severity import rank
from milepost.domain.plan_document import Part
from milepost.domain.plan_item import PlanItem

_ANSWERS = {
    "risk_adjustment": ("", "Yes", "No", "Pending"),
    "false_positive": ("", "Yes", "No", "Pending"),
    "operational_requirement": ("", "Yes", "No", "Pending"),
    "kev_tracking": ("", "Yes", "No"),
    "raw_severity": ("", "Low", "Moderate", "High", "Critical"),
    "adjusted_severity": ("", "Low", "Moderate", "High"),
}
_BASELINES = {"li-saas": "li-saas", "low": "low", "moderate": "moderate", "high": "high"}
_SHOWN = 3


@item_rule("FR-Q02")
def _answer(item: PlanItem, context: Context) -> Judged:
    if context.document.part(item) is Part.DEFICIENCIES:
        return
    for name, allowed in _ANSWERS.items():
        said = getattr(item, name)
        if said not in allowed:
            yield Found(name, f"{said!r} is none of {', '.join(filter(None, allowed))}")
    if "vendor_dependency" in item.texts:
        yield Found("vendor_dependency", f"{item.texts['vendor_dependency']!r} is neither Yes nor No")


@item_rule("FR-Q04")
def _after_status(item: PlanItem, context: Context) -> Judged:
    del context
    if item.identified_date and item.status_date and item.identified_date > item.status_date:
        yield Found(
            "identified_date", f"found on {item.identified_date}, after the status date {item.status_date}"
        )


@plan_rule("FR-Q05")
def _changed(context: Context) -> Judged:
    previous = context.around.previous
    if previous is None:
        return
    before = {item.id: item for item in previous.items if item.id}
    keys = {(item.finding_key, tuple(item.assets)): item.id for item in previous.items if item.finding_key}
    for item in context.items:
        earlier = before.get(item.id)
        if earlier and earlier.identified_date != item.identified_date and earlier.identified_date:
            yield Found("identified_date", f"was {earlier.identified_date} in {previous.name}", item)
        name = keys.get((item.finding_key, tuple(item.assets)), item.id)
        if name != item.id and item.id not in before:
            yield Found("id", f"was {name} in {previous.name}", item)


@item_rule("FR-Q09")
def _no_rationale(item: PlanItem, context: Context) -> Judged:
    del context
    asked = {item.risk_adjustment, item.false_positive, item.operational_requirement} & {"Yes", "Pending"}
    if asked and not item.deviation_rationale:
        yield Found("deviation_rationale", "a deviation without a rationale")


@item_rule("FR-Q10", when="adjusted_severity")
def _not_asked(item: PlanItem, context: Context) -> Judged:
    del context
    lower = item.adjusted_severity and item.adjusted_severity != item.raw_severity
    if lower and item.risk_adjustment in {"", "No"}:
        yield Found("risk_adjustment", f"rated {item.adjusted_severity}, but no risk adjustment is asked for")


@item_rule("FR-Q11", when="adjusted_severity")
def _raised(item: PlanItem, context: Context) -> Judged:
    del context
    if rank(item.adjusted_severity) > rank(item.raw_severity) > 0 and item.risk_adjustment == "Pending":
        yield Found("risk_adjustment", f"raised to {item.adjusted_severity}: no request is needed")


def _bare(asset: str) -> str:
    return asset.split("(", maxsplit=1)[0].strip().casefold()


@item_rule("FR-Q12", when="assets")
def _unknown_asset(item: PlanItem, context: Context) -> Judged:
    known = context.around.inventory or {}
    missing = [asset for asset in item.assets if _bare(asset) not in known]
    if missing and item.is_open:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        yield Found("assets", f"not in the inventory: {', '.join(missing[:_SHOWN])}{more}")


@item_rule("FR-Q13", when="assets")
def _end_of_life(item: PlanItem, context: Context) -> Judged:
    known = context.around.inventory or {}
    ended = [a for a in item.assets if (each := known.get(_bare(a))) and each.end_of_life]
    if ended and item.is_open and "SA-22" not in map(controls.named, item.controls):
        yield Found("assets", f"past its end of life: {ended[0]}")


@item_rule("FR-Q14", when="cves")
def _tracking(item: PlanItem, context: Context) -> Judged:
    kev = context.around.kev or {}
    entries = [(cve, kev[cve]) for cve in item.cves if cve in kev]
    if not entries or not on_open(item, context):
        return
    cve, entry = min(entries, key=lambda each: each[1].due)
    if item.kev_tracking != "Yes":
        yield Found("kev_tracking", f"{cve} is in CISA's catalog, and the column does not say Yes")
    elif item.kev_due is None:
        yield Found("kev_due", f"{cve} is due on {entry.due} by CISA, and the column is empty")
    elif item.kev_due != entry.due:
        yield Found("kev_due", f"{cve} is due on {entry.due} by CISA, the column says {item.kev_due}")


@item_rule("FR-Q16", when="controls")
def _baseline(item: PlanItem, context: Context) -> Judged:
    level = _BASELINES.get(context.document.facts.get("impact_level", "").casefold(), "")
    for written in item.controls:
        label = controls.named(written)
        control = controls.catalog().get(label)
        if control and control.withdrawn:
            yield Found("controls", f"{label} was withdrawn")
        elif control and level and level not in control.baselines:
            yield Found("controls", f"{label} is not in the baseline {level.capitalize()}")


@item_rule("FR-Q17", when="controls")
def _spelling(item: PlanItem, context: Context) -> Judged:
    del context
    for written in item.controls:
        label = controls.named(written)
        if label in controls.catalog() and not controls.is_usual(written):
            yield Found("controls", f"{written!r} is usually written {label}")
