"""Rules K: CISA's directives."""

from datetime import date, timedelta

from milepost.authorities.cisa.bod_26_04 import decide
from milepost.checks.context import Context
from milepost.checks.deviations import approved, holds
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.circumstances import TechnicalImpact
from milepost.domain.plan_item import PlanItem, State

_YEAR = 366
_SAORM = frozenset({"saorm"})


def _outcome(item: PlanItem, context: Context) -> tuple[int | None, bool, date] | None:
    """Return days, forensic triage and first day by BOD 26-04; None where an answer is missing."""
    known = (
        [context.around.kev[cve] for cve in item.cves if cve in (context.around.kev or ())]
        if context.around.kev
        else []
    )
    if item.publicly_exposed is None or item.automatable is None or not item.technical_impact:
        return None
    if item.identified_date is None or not item.cves:
        return None
    outcome = decide(
        exploited=bool(known),
        exposed=item.publicly_exposed,
        automatable=item.automatable,
        impact=TechnicalImpact(item.technical_impact),
    )
    start = min([item.identified_date, *(entry.added for entry in known)])
    return outcome.days, outcome.forensic_triage, start


@item_rule("K01", when="cves")
def _passed(item: PlanItem, context: Context) -> Judged:
    outcome = _outcome(item, context)
    if outcome and outcome[0] is not None and item.is_open:
        due = outcome[2] + timedelta(outcome[0])
        if context.as_of > due:
            yield Found("scheduled_date", f"BOD 26-04 gives {outcome[0]} days from {outcome[2]}: due {due}")


@item_rule("K02", when="cves")
def _inputs(item: PlanItem, context: Context) -> Judged:
    if not item.cves or not item.is_open:
        return
    answers = (
        ("in KEV", context.around.kev),
        ("publicly exposed", item.publicly_exposed),
        ("automatable", item.automatable),
        ("technical impact", item.technical_impact or None),
    )
    missing = [name for name, answer in answers if answer is None]
    if missing:
        yield Found("cves", f"not known: {', '.join(missing)}")


@item_rule("K03", when="cves")
def _triage(item: PlanItem, context: Context) -> Judged:
    outcome = _outcome(item, context)
    if outcome and outcome[1] and not item.forensic_triage:
        yield Found("cves", "BOD 26-04 wants forensic triage, and none is recorded")


@item_rule("K04", when="cves")
def _kev_passed(item: PlanItem, context: Context) -> Judged:
    for cve in item.cves if item.is_open else ():
        entry = (context.around.kev or {}).get(cve)
        if entry and entry.due < context.as_of:
            yield Found("cves", f"{cve} was due on {entry.due} by CISA's catalog")


@item_rule("K05", when="cves")
def _kev_dates(item: PlanItem, context: Context) -> Judged:
    for cve in item.cves:
        entry = (context.around.kev or {}).get(cve)
        if entry and entry.due < entry.added:
            yield Found("cves", f"{cve}: CISA's due date {entry.due} is before its entry on {entry.added}")
        elif entry and item.identified_date and entry.due < item.identified_date:
            yield Found(
                "cves",
                f"{cve}: CISA's due date {entry.due} is before the detection on {item.identified_date}",
            )


@item_rule("K06", when="scheduled_date")
def _high_value(item: PlanItem, context: Context) -> Judged:
    begin = item.source_report_date or item.identified_date
    if not item.is_open or begin is None or item.scheduled_date is None:
        return
    if (item.scheduled_date - begin).days > _YEAR:
        yield Found(
            "scheduled_date", f"{(item.scheduled_date - begin).days} days after the report, more than a year"
        )
    if "approvals" in context.document.fields and not any(
        holds(each, _SAORM) for each in approved(item, "plan")
    ):
        yield Found("status", "the senior accountable official for risk management has not signed")


@item_rule("K07")
def _late_plan(item: PlanItem, context: Context) -> Judged:
    late = item.scheduled_date is not None and item.scheduled_date < context.as_of
    if item.is_open and (late or item.status is State.DELAYED):
        missing = [
            name
            for name, said in (
                ("constraints", item.delay_reason or item.delay_justification),
                ("interim mitigations", item.interim_mitigation or item.mitigations),
                ("estimated completion", item.scheduled_date),
            )
            if not said
        ]
        if missing:
            yield Found("delay_justification", f"late, and not said: {', '.join(missing)}")


@item_rule("K08", when="exposure_changed")
def _exposure(item: PlanItem, context: Context) -> Judged:
    del context
    if item.exposure_changed:
        yield Found("assets", "an asset's exposure changed since the deadline was computed")
