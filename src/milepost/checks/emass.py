"""Rules EM: what eMASS takes, by the status of the item."""

from milepost.catalogs.risk_matrices import DOD_LIKELIHOOD, named
from milepost.checks.context import Context
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem
from milepost.domain.scale import Level

_ONGOING, _ACCEPTED, _COMPLETED = "ongoing", "risk accepted", "completed"
_COMMON = ("responsible_org", "description", "resources_text", "source_text")
_STATUSES = frozenset({"completed", "ongoing", "not applicable", "archived", "risk accepted"})
_LEVELS = frozenset({"Very Low", "Low", "Moderate", "High", "Very High"})
_OLD_LEVELS = frozenset({"CAT I", "CAT II", "CAT III"})
_SOURCES = frozenset(
    {
        *("access control", "audit findings", "compliance gaps", "configuration management"),
        *("data protection and privacy", "decision condition", "disaster recovery / continuity planning"),
        *("incident response", "management", "operational", "other (non-technical)", "other (technical)"),
        *("patch management", "risk assessment findings", "security control deficiencies"),
        *("system and network monitoring", "third-party or supplier risk", "training and awareness"),
        "vulnerability management",
    }
)
_LENGTHS = {"description": 2000, "resources_text": 250, "mitigations": 2000, "recommendations": 2000}
_FIVE = {level.value: level for level in Level}
_MOST_PARTS = 4
_NEWEST = "emass-2026"


def _is(item: PlanItem, status: str) -> bool:
    return item.status_label.casefold().startswith(status)


def _missing(item: PlanItem, context: Context, names: tuple[str, ...], status: str) -> Judged:
    for name in names:
        if name in context.document.fields and getattr(item, name) in ("", None, ()):
            words = name.removesuffix("_text").replace("_", " ")
            yield Found(name, f"{status} needs {words}")


@item_rule("EM-01")
def _ongoing(item: PlanItem, context: Context) -> Judged:
    if _is(item, _ONGOING):
        yield from _missing(item, context, (*_COMMON, "scheduled_date", "milestones"), "Ongoing")


@item_rule("EM-02")
def _accepted(item: PlanItem, context: Context) -> Judged:
    if _is(item, _ACCEPTED):
        yield from _missing(item, context, (*_COMMON, "comments"), "Risk Accepted")


@item_rule("EM-03")
def _accepted_without(item: PlanItem, context: Context) -> Judged:
    del context
    if _is(item, _ACCEPTED):
        if item.milestones:
            yield Found("milestones", "Risk Accepted may have no milestones")
        if item.scheduled_date:
            yield Found("scheduled_date", "Risk Accepted may have no scheduled completion date")


@item_rule("EM-04")
def _completed(item: PlanItem, context: Context) -> Judged:
    if _is(item, _COMPLETED):
        wanted = (*_COMMON, "scheduled_date", "actual_completion_date", "comments", "milestones")
        yield from _missing(item, context, wanted, "Completed")


@item_rule("EM-05", when="milestones")
def _steps(item: PlanItem, context: Context) -> Judged:
    del context
    left = [each for each in item.milestones if not each.done and not each.archived]
    if _is(item, _COMPLETED) and left:
        yield Found(
            "milestones", f"Completed with {len(left)} milestones not Completed or Archived", row=left[0].row
        )


@item_rule("EM-06", when="milestones")
def _milestone(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.milestones:
        if each.done and each.completed is None:
            yield Found(
                "milestone_completed", f"milestone {each.number} is Completed without a date", row=each.row
            )


@item_rule("EM-07")
def _status(item: PlanItem, context: Context) -> Judged:
    del context
    label = item.status_label.casefold()
    if label and not any(label.startswith(known) for known in _STATUSES):
        yield Found("status", f"{item.status_label!r} is no status of eMASS")


@item_rule("EM-08")
def _source(item: PlanItem, context: Context) -> Judged:
    if context.layout != _NEWEST:
        return
    for part in filter(None, (each.strip() for each in item.source_text.split(";"))):
        if part.casefold() not in _SOURCES:
            yield Found("source_text", f"{part!r} is no identification source of eMASS")


@item_rule("EM-09")
def _rating(item: PlanItem, context: Context) -> Judged:
    new = context.layout == _NEWEST
    allowed = _LEVELS if new else _LEVELS | _OLD_LEVELS
    for name in ("raw_severity", "adjusted_severity", "likelihood", "impact", "relevance", "risk_level"):
        said = getattr(item, name)
        if said and said not in allowed and not (name == "raw_severity" and said in allowed):
            yield Found(name, f"{said!r} is none of the levels that eMASS takes")


@item_rule("EM-10")
def _length(item: PlanItem, context: Context) -> Judged:
    del context
    for name, most in _LENGTHS.items():
        length = len(getattr(item, name))
        if length > most:
            yield Found(name, f"{length:,} characters; eMASS takes {most:,}")


@item_rule("EM-11", when="likelihood")
def _likelihood(item: PlanItem, context: Context) -> Judged:
    del context
    row, column = _FIVE.get(item.relevance), _FIVE.get(item.adjusted_severity or item.raw_severity)
    if row and column and item.likelihood:
        level = named(DOD_LIKELIHOOD).look_up(row, column).level
        if level.value != item.likelihood:
            what = f"relevance {row} and severity {column} give {level}, the item says {item.likelihood}"
            yield Found("likelihood", what)


@item_rule("EM-12")
def _office(item: PlanItem, context: Context) -> Judged:
    del context
    parts = item.responsible_org.split(",")
    if len(parts) > _MOST_PARTS:
        yield Found("responsible_org", f"{len(parts)} parts; eMASS reads organization, name, phone, e-mail")


@item_rule("EM-13")
def _not_applicable(item: PlanItem, context: Context) -> Judged:
    del context
    if _is(item, "not applicable") and not item.id:
        yield Found("status", "Not Applicable cannot be imported: it follows from test results")
