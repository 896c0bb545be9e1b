"""Rules A: are acceptances and deviations decided, and by whom?"""

from datetime import date

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.checks.words import words
from milepost.domain.plan_item import Approval, PlanItem, State

_OFFICIALS = frozenset({"ao", "authorizing official", "authorising official", "dao", "risk executive"})
_LEAST_WORDS = 15


def approved(item: PlanItem, kind: str) -> list[Approval]:
    """Return the approvals of a kind."""
    return [each for each in item.approvals if each.kind == kind and each.decision == "approved"]


def holds(approval: Approval, roles: frozenset[str]) -> bool:
    """Tell whether who approved did so in one of some roles (in small letters)."""
    return any(role.casefold() in roles for role in (approval.role, *approval.roles_held))


def _roles(context: Context, decision: str) -> frozenset[str]:
    """Return the roles that may take a decision under the profiles, else the authorizing official."""
    named = {
        role.casefold()
        for profile in context.profiles
        if profile.approvers
        for each in profile.approvers.value
        if each.decision == decision
        for role in each.roles
    }
    return frozenset(named) or _OFFICIALS


@item_rule("A01")
def _unapproved(item: PlanItem, context: Context) -> Judged:
    if item.status is State.RISK_ACCEPTED:
        roles = _roles(context, "risk_acceptance") | _OFFICIALS
        if not any(holds(each, roles) for each in approved(item, "risk_acceptance")):
            yield Found("status", "accepted, and no authorizing official approved it")


@item_rule("A02")
def _endless(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is State.RISK_ACCEPTED and _expires(item) is None:
        yield Found("acceptance_expires", "accepted without an end")


def _expires(item: PlanItem) -> date | None:
    return item.acceptance_expires or (item.deviation.expires if item.deviation else None)


@item_rule("A03")
def _expired(item: PlanItem, context: Context) -> Judged:
    end = _expires(item)
    if item.status is State.RISK_ACCEPTED and end and end < context.as_of:
        yield Found("acceptance_expires", f"the acceptance ended on {end}")


@item_rule("A04")
def _long(item: PlanItem, context: Context) -> Judged:
    end, begin = _expires(item), item.deviation.approved_on if item.deviation else None
    if end and begin:
        fact = context.acceptance_days
        most = fact.value if fact else int(context.param("A04", "default_days"))
        if (end - begin).days > most:
            yield Found("acceptance_expires", f"accepted for {(end - begin).days} days; {most} are allowed")


@item_rule("A05")
def _no_rationale(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is State.RISK_ACCEPTED:
        text = (item.deviation.rationale if item.deviation else "") or item.deviation_rationale
        text = text or " ".join(remark.text for remark in item.comments)
        if len(words(text)) < _LEAST_WORDS:
            yield Found(
                "status", f"the reason for accepting has {len(words(text))} words, fewer than {_LEAST_WORDS}"
            )


@item_rule("A06")
def _bare(item: PlanItem, context: Context) -> Judged:
    del context
    request = item.deviation
    if (
        request
        and request.kind == "risk_acceptance"
        and (not request.compensating_controls or not request.residual_risk)
    ):
        yield Found("deviation_rationale", "compensating controls or the residual risk are missing")


@item_rule("A07")
def _ending(item: PlanItem, context: Context) -> Judged:
    end = _expires(item)
    if item.status is State.RISK_ACCEPTED and end:
        days = (end - context.as_of).days
        if 0 <= days <= context.param("A07", "days"):
            yield Found("acceptance_expires", f"the acceptance ends in {days} days")


@item_rule("A08", when="is_closed")
def _false_positive(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status is State.CLOSED_FALSE_POSITIVE:
        asked = item.deviation.requested_by if item.deviation else ""
        by_others = [each for each in approved(item, "false_positive") if each.by != asked]
        if not item.evidence or not by_others:
            yield Found(
                "false_positive", "closed as false positive without evidence or another person's approval"
            )


@item_rule("A09", when="is_closed")
def _seen_again(item: PlanItem, context: Context) -> Judged:
    del context
    if (
        item.status is State.CLOSED_FALSE_POSITIVE
        and item.seen_again_on
        and item.closed_date
        and item.seen_again_on > item.closed_date
    ):
        yield Found("false_positive", f"a scan reported it again on {item.seen_again_on}")


@item_rule("A10")
def _requirement(item: PlanItem, context: Context) -> Judged:
    del context
    if (
        item.status is State.OPERATIONAL_REQUIREMENT
        and item.operational_requirement != "Yes"
        and not any(holds(each, _OFFICIALS) for each in approved(item, "operational_requirement"))
    ):
        yield Found("status", "an operational requirement that no authorizing official approved")


@item_rule("A11", when="vendor_dependency")
def _vendor(item: PlanItem, context: Context) -> Judged:
    if item.vendor_dependency and item.is_open:
        most = context.param("A11", "days")
        last = item.vendor_last_checkin
        if last is None or (context.submitted - last).days > most:
            said = (
                f"the vendor was last asked on {last}" if last else "it is not said when the vendor was asked"
            )
            yield Found("vendor_last_checkin", f"{said}; every {most:g} days are due")


@plan_rule("A12")
def _counted(context: Context) -> Judged:
    accepted = sum(item.status is State.RISK_ACCEPTED for item in context.items)
    if context.around.accepted_reported_closed and accepted:
        yield Found("status", f"{accepted} accepted risks are counted as closed")


@item_rule("A13")
def _given_up(item: PlanItem, context: Context) -> Judged:
    del context
    if item.status in {State.CANCELLED, State.TRANSFERRED} and (
        not item.closing_reason or not item.approvals
    ):
        yield Found("status", f"{item.status} without a reason or an approval")


@item_rule("A14", when="approvals")
def _own_approval(item: PlanItem, context: Context) -> Judged:
    del context
    involved = {item.created_by, *(each.by for each in item.milestones if each.done)}
    involved |= {item.deviation.requested_by} if item.deviation else set()
    for each in item.approvals:
        if each.by and each.by in involved:
            yield Found("status", f"{each.by} approved ({each.kind.replace('_', ' ')}) what was their own")
