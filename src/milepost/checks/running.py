"""All rules that apply, run over a document: what they found, and which could not be judged."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from milepost.checks import (
    cmmc,
    completeness,
    cross_item,
    dates,
    deviations,
    directives,
    duties,
    emass,
    evidence,
    fedramp,
    fedramp_review,
    freshness,
    importing,
    milestones,
    owners,
    resources,
    severity,
    statuses,
    wording,
)
from milepost.checks.context import Context
from milepost.checks.registry import GUARDS, ITEM_JUDGES, PLAN_JUDGES
from milepost.checks.rule import Finding, Found, Level, NotJudged, Report, Rule
from milepost.checks.waivers import Waiver, waived
from milepost.domain.plan_document import Place
from milepost.domain.plan_item import PlanItem

JUDGING = (
    *(completeness, wording, owners, dates, milestones, resources, severity, statuses, deviations),
    *(evidence, freshness, cross_item, directives, importing, duties, fedramp, fedramp_review, emass, cmmc),
)
"""The modules whose functions judge; importing them registers the functions."""
_BESIDE = "with:"
_HOW = {
    "kev": "give CISA's catalog with --kev",
    "previous": "give the last submission with --previous",
    "inventory": "give the inventory with --inventory",
    "waivers": "give waivers with --waivers",
}


class _Sorted(NamedTuple):
    judged: list[Rule]
    not_judged: list[NotJudged]


def check(context: Context, rules: Iterable[Rule], waivers: Sequence[Waiver] = ()) -> Report:
    """Judge a document by some rules; findings come in the order of the document."""
    wanted = [rule for rule in rules if rule.group != "waivers"]
    judged, not_judged = _applicable(context, wanted)
    findings = [_finding(context, *each) for each in _found(context, judged)]
    findings = _without_doubles(findings)
    findings.sort(key=lambda each: (each.place.sheet, each.place.row, each.place.column, each.rule.id))
    return Report(waived(findings, waivers, context.as_of), judged, not_judged, len(context.items))


def for_profiles(rules: Iterable[Rule], names: Iterable[str]) -> list[Rule]:
    """Return the rules that belong to some profiles, and those that belong to all."""
    wanted = frozenset(names) | {"*"}
    return [rule for rule in rules if not wanted.isdisjoint(rule.profiles)]


def _applicable(context: Context, rules: list[Rule]) -> _Sorted:
    judged, not_judged = [], []
    for rule in rules:
        missing = [need for need in rule.needs if not _met(context, need)]
        if missing:
            not_judged.append(NotJudged(rule, _why(missing[0])))
        else:
            judged.append(rule)
    return _Sorted(judged, not_judged)


def _met(context: Context, need: str) -> bool:
    if need.startswith(_BESIDE):
        return getattr(context.around, need.removeprefix(_BESIDE), None) is not None
    return any(part in context.document.fields for part in need.split("|"))


def _why(need: str) -> str:
    if need.startswith(_BESIDE):
        name = need.removeprefix(_BESIDE)
        return _HOW.get(name, f"nothing is known of {name.replace('_', ' ')}")
    words = need.replace("_", " ").replace("|", " or ").replace(".", ": ")
    return f"the document does not tell {words}"


def _found(context: Context, rules: list[Rule]) -> Iterator[tuple[Rule, PlanItem | None, Found]]:
    saying: dict[str, Sequence[PlanItem]] = {"": context.items}
    for rule in rules:
        if rule.id in PLAN_JUDGES:
            for found in PLAN_JUDGES[rule.id](context):
                yield rule, found.item, found
            continue
        judge, guard = ITEM_JUDGES[rule.id], GUARDS[rule.id]
        if guard not in saying:
            said = attrgetter(guard)
            saying[guard] = [item for item in context.items if said(item)]
        silent = _silent(context, rule)
        for item in saying[guard]:
            if item.sheet not in silent:
                for found in judge(item, context):
                    yield rule, item, found


def _silent(context: Context, rule: Rule) -> frozenset[int]:
    """Return the sheets that have no column for what a rule needs, though others have."""
    needs = [need.split("|") for need in rule.needs if not need.startswith(_BESIDE)]
    return frozenset(
        number
        for number, sheet in enumerate(context.document.sheets)
        if sheet.fields and not all(sheet.fields.intersection(need) for need in needs)
    )


def _finding(context: Context, rule: Rule, item: PlanItem | None, found: Found) -> Finding:
    level = Level.WARNING if found.unconfirmed and rule.severity is Level.ERROR else rule.severity
    what = f"{found.what} (unconfirmed default)" if found.unconfirmed else found.what
    if item is None:
        sheet = context.document.sheets[0].name if context.document.sheets else context.document.name
        return Finding(rule, level, "", found.field, Place(sheet, 0, ""), what)
    place = context.document.place(item, found.field, found.row)
    return Finding(rule, level, item.id, found.field, place, what)


def _without_doubles(findings: list[Finding]) -> list[Finding]:
    """Leave a missing field to the authority's own rule where that reports it too."""
    said = {(each.place, each.field) for each in findings if each.rule.group == "emass"}
    return [
        each for each in findings if each.rule.group != "completeness" or (each.place, each.field) not in said
    ]
