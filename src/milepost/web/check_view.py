"""The findings of a check laid out for a page: counts, a bar, groups by rule, and the page of one rule."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.http import QueryDict

from milepost.checks.explaining import why
from milepost.checks.registry import all_rules
from milepost.checks.rule import Level, Rule
from milepost.domain.errors import WrongUse
from milepost.web.check_results import CheckResult, Line

PLURALS: Final = {Level.ERROR: "Errors", Level.WARNING: "Warnings", Level.INFO: "Remarks"}
"""The three weights in words."""
GLANCE: Final = 3
"""Findings of a rule that are shown among those of other rules."""
PAGE: Final = 100
"""Findings of one rule on a page."""
BAR: Final = 400
"""Units of the width of a bar."""


class Asked(NamedTuple):
    """What an address asks for: findings of one weight, of one rule, and which page of them."""

    level: Level | None
    rule: str
    page: int


class Share(NamedTuple):
    """A part of the bar of all findings."""

    level: str
    name: str
    number: int
    x: float
    width: float


class Group(NamedTuple):
    """The findings of one rule at one weight: how many, on how many items, and those that are shown.

    `share` is the length of its bar, of a hundred, beside the largest group.
    """

    rule: Rule
    level: str
    why: str
    number: int
    items: int
    share: float
    lines: tuple[Line, ...]


class Apart(NamedTuple):
    """Rules that were not applicable for one reason."""

    why: str
    rules: tuple[Rule, ...]


class RuleChoice(NamedTuple):
    """A rule to filter by, with how many findings it has."""

    id: str
    title: str
    number: int


class View(NamedTuple):
    """A check as its page shows it; `faulty` counts the items with an error at least."""

    counts: dict[Level, int]
    shares: tuple[Share, ...]
    faulty: int
    total: int
    shown: int
    groups: tuple[Group, ...]
    choices: tuple[RuleChoice, ...]
    apart: tuple[Apart, ...]
    page: int
    pages: int


def asked_by(query: QueryDict) -> Asked:
    """Read which findings an address asks for.

    Raises:
        WrongUse: it names no weight or rule.
    """
    level, rule, page = query.get("level", ""), query.get("rule", "").upper(), query.get("page", "")
    if level and level not in set(Level):
        raise WrongUse(f"{level[:40]!r} is no weight of a finding", where="level", fix="use the page's own")
    if rule and rule not in all_rules():
        raise WrongUse(f"{rule[:40]!r} is no rule", where="rule", fix="choose one that the page offers")
    number = int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1
    return Asked(Level(level) if level else None, rule, number)


def view_of(found: CheckResult, asked: Asked, glance: int = GLANCE) -> View:
    """Lay out what was found; without a rule asked for, `glance` findings of each one."""
    counts = Counter(line.level for line in found.lines)
    kept = [line for line in found.lines if asked.level is None or line.level == asked.level]
    by_rule = Counter(line.rule for line in kept)
    wanted = [line for line in kept if line.rule == asked.rule] if asked.rule else kept
    pages = max(-(-len(wanted) // PAGE), 1) if asked.rule else 1
    page = min(asked.page, pages)
    return View(
        {level: counts[level.value] for level in Level},
        _shares(counts),
        len({line.item for line in found.lines if line.item and line.level == Level.ERROR}),
        len(found.lines),
        len(wanted),
        _groups(wanted, (page - 1) * PAGE if asked.rule else None, glance),
        tuple(RuleChoice(name, all_rules()[name].title, by_rule[name]) for name in sorted(by_rule)),
        _apart(found.not_judged),
        page,
        pages,
    )


def _shares(counts: Counter[str]) -> tuple[Share, ...]:
    total, x, found = sum(counts.values()), 0.0, []
    for level, name in PLURALS.items():
        width = round(BAR * counts[level.value] / total, 1) if total else 0.0
        if width:
            found.append(Share(level.value, name, counts[level.value], round(x, 1), width))
        x += width
    return tuple(found)


def _groups(lines: Iterable[Line], first: int | None, glance: int) -> tuple[Group, ...]:
    """Group findings by weight and rule, the heavier and the more frequent first.

    `first` is the place of the first one on a page of one rule; without it a few of each are shown.
    """
    sorted_in: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        sorted_in[line.level, line.rule].append(line)
    ordered = sorted(sorted_in.items(), key=lambda each: (-Level(each[0][0]).rank, -len(each[1]), each[0][1]))
    most = max((len(each) for each in sorted_in.values()), default=1)
    before, groups = first or 0, []
    for (level, name), members in ordered:
        paged = members[max(before, 0) : max(before + PAGE, 0)]
        shown = members[:glance] if first is None else paged
        groups.append(_group(name, level, members, shown, 100 * len(members) / most))
        before -= len(members)
    return tuple(groups)


def _group(name: str, level: str, members: list[Line], shown: list[Line], share: float) -> Group:
    rule = all_rules()[name]
    items = len({line.item for line in members if line.item})
    return Group(rule, level, why(rule), len(members), items, round(share, 1), tuple(shown))


def _apart(pairs: Iterable[tuple[str, str]]) -> tuple[Apart, ...]:
    """Gather the rules that were not applicable by the reason, the most frequent first."""
    reasons: defaultdict[str, list[Rule]] = defaultdict(list)
    for name, reason in pairs:
        reasons[reason].append(all_rules()[name])
    ordered = sorted(reasons.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(Apart(reason, tuple(rules)) for reason, rules in ordered)
