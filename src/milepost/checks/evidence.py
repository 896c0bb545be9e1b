"""Rules E: is the fix proven?"""

import re
from collections import defaultdict

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem, State

_STATEMENTS = frozenset({"note", "e-mail", "email", "statement"})
_SERIOUS = frozenset({"High", "Very High", "Critical", "CAT I"})
_UTC = re.compile(r".+(?:Z|[+-]\d{2}:\d{2})")


def _fixed(item: PlanItem) -> bool:
    return item.status is State.CLOSED_COMPLETED


@item_rule("E01", when="is_closed")
def _none(item: PlanItem, context: Context) -> Judged:
    del context
    if _fixed(item) and not item.evidence and not item.supporting_documents:
        yield Found("supporting_documents", "closed without any evidence")


@item_rule("E02", when="is_closed")
def _unverified(item: PlanItem, context: Context) -> Judged:
    del context
    if _fixed(item) and item.verification is None:
        yield Found("status", "closed, and nobody verified the fix")


@item_rule("E03", when="verification")
def _own_work(item: PlanItem, context: Context) -> Judged:
    del context
    if item.verification:
        doers = {
            item.owner,
            item.poc,
            *(each.by for each in item.milestones),
            *(each.by for each in item.evidence),
        }
        if item.verification.by in doers - {""}:
            yield Found("status", f"{item.verification.by} verified what they worked on")


@item_rule("E04", when="evidence")
def _too_old(item: PlanItem, context: Context) -> Judged:
    del context
    done = max((each.completed for each in item.milestones if each.completed), default=None)
    days = [each.captured_at[:10] for each in item.evidence if each.captured_at]
    if done and days and max(days) < done.isoformat():
        yield Found(
            "supporting_documents", f"the newest evidence is of {max(days)}, the work ended on {done}"
        )


@item_rule("E05", when="evidence")
def _changed(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.evidence:
        if each.digest and each.found_digest and each.digest.lower() != each.found_digest.lower():
            yield Found("supporting_documents", f"{each.name} is not the file that was recorded")


@item_rule("E06", when="evidence")
def _incomplete(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.evidence:
        missing = [
            name
            for name, said in (
                ("who brought it", each.by),
                ("when, with its time zone", _UTC.fullmatch(each.captured_at)),
                ("its hash", each.digest),
                ("its place", each.location),
            )
            if not said
        ]
        if missing:
            yield Found("supporting_documents", f"{each.name}: missing is {', '.join(missing)}")


@item_rule("E07", when="is_closed")
def _no_rescan(item: PlanItem, context: Context) -> Judged:
    del context
    done = item.actual_completion_date
    if (
        item.source_type == "scan"
        and _fixed(item)
        and done
        and (item.clean_scan_on is None or item.clean_scan_on < done)
    ):
        yield Found("status", f"no scan after {done} shows that it is gone")


@item_rule("E08", when="is_closed")
def _no_retest(item: PlanItem, context: Context) -> Judged:
    del context
    if item.source_type == "pentest" and _fixed(item) and item.retested_on is None:
        yield Found("status", "a finding of a penetration test was closed without a retest")


@plan_rule("E09")
def _one_for_all(context: Context) -> Judged:
    uses: defaultdict[str, list[PlanItem]] = defaultdict(list)
    for item in context.items:
        if item.is_closed:
            for digest in {each.digest for each in item.evidence if each.digest}:
                uses[digest].append(item)
    for items in uses.values():
        if len(items) > context.param("E09", "count"):
            yield Found(
                "supporting_documents", f"one file is the evidence of {len(items)} closed items", items[0]
            )


@item_rule("E10", when="approvals")
def _unbound(item: PlanItem, context: Context) -> Judged:
    del context
    for each in item.approvals:
        if not each.version:
            yield Found("status", f"the approval by {each.by} does not say which version it is for")


@item_rule("E11", when="is_closed")
def _back(item: PlanItem, context: Context) -> Judged:
    del context
    closed = item.closed_date or item.actual_completion_date
    if item.is_closed and item.seen_again_on and closed and item.seen_again_on > closed:
        yield Found("status", f"closed on {closed}, seen again on {item.seen_again_on}")


@item_rule("E12", when="milestones")
def _unfinished(item: PlanItem, context: Context) -> Judged:
    del context
    left = [str(each.number) for each in item.milestones if not each.done and not each.archived]
    if _fixed(item) and left:
        yield Found("milestones", f"closed with milestone {', '.join(left)} not done")


@item_rule("E13", when="evidence")
def _statement(item: PlanItem, context: Context) -> Judged:
    del context
    kinds = {each.kind.lower() for each in item.evidence}
    if kinds and kinds <= _STATEMENTS and item.severity in _SERIOUS:
        yield Found("supporting_documents", f"the only evidence for {item.severity} is a statement")
