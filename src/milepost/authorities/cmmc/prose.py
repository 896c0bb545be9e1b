"""The rules of CMMC as Milepost applies them, in prose and tables for people who read rules for a living."""

from collections.abc import Iterator

from milepost.authorities.cmmc.eligibility import may_be_deferred
from milepost.authorities.cmmc.requirements import REQUIREMENTS, Deferral, Requirement
from milepost.authorities.cmmc.results import Finding, Result
from milepost.authorities.cmmc.rules import RULES, Level, cite, least_score
from milepost.authorities.cmmc.scoring import Shortfall

_OPENING = f"""\
# CMMC: the rules as Milepost applies them

Source: {RULES.source}; points also by the NIST SP 800-171 DoD Assessment Methodology 1.2.1. This page is
made from the same figures and lists that decide, by `milepost cmmc rules`; a test fails when the two
differ.

## What is assessed

A requirement is judged on its objectives. One applicable objective that is NOT MET makes the requirement
NOT MET; N/A counts as MET (section 170.24(b)). Points are deducted once for a requirement, however many of
its objectives fail, and no plan of action gives them back. Only final evidence counts: a draft is none.

Of two contradicting statements about one requirement the worse holds, and the contradiction is reported.
What a file does not mention counts as MET, because results list what is NOT MET; what it lists without a
result counts as NOT MET. Both are reported. Points in a file are compared with the table below and never
used.

## Levels
"""
_SCORING = """
Level 1 has no score and no POA&M: all 15 requirements are MET, or there is no status. Level 2 starts at 110
and can fall to -203. Level 3 starts at 24 and presupposes Final Level 2 (C3PAO) for the same or a larger
scope; without it there is no Level 3 status, whatever the score (section 170.18(a)).

The share of 80 percent is compared as a fraction of whole numbers: 88 of 110 suffice and 87 do not; 20 of
24 suffice and 19 do not.

Without an up-to-date system security plan (3.12.4) there is no score at all, at Level 2 and above: the
assessment cannot be completed (section 170.24(c)(2)).
"""
_PARTS = """
Two requirements cost less when a part is there (section 170.24(c)(2)):

| requirement | 3 points | 5 points | on a POA&M |
|---|---|---|---|
| IA.L2-3.5.3 | multifactor authentication for remote and privileged users only | for nobody | never |
| SC.L2-3.13.11 | encryption is employed and not FIPS-validated | none is employed | only at 3 points |

A partly implemented requirement of any other kind costs all its points. The DoD Assessment Methodology
counts 3.1.12, 3.1.13, 3.1.16, 3.1.17 and 3.1.18 as implemented where the capability is not permitted at
all; state them as N/A.
"""
_CLOCK = f"""
## The clock of a Conditional status

The closeout is due {RULES.closeout_days} calendar days after the Conditional CMMC Status Date (section
170.21(b)), which is the day on which the results were submitted. It counts when it was performed, its
results were posted, and everything on the POA&M was MET, on or before that day. Then the status is Final
and keeps the first date.

Otherwise the status lasts through the day that is due and has expired on the day after: `expired_on` is the
first day without status. There is no extension, and only a new full assessment helps. A closeout assesses
only what was NOT MET in the initial assessment; what is found later may not join its POA&M.

## Dates that follow

| what | rule | source |
|---|---|---|
| artifacts are kept | {RULES.retention_years} years from the status date | sections 170.15 to 170.18 |
| next assessment | Level 1: 1 year, Levels 2 and 3: 3 years | sections 170.15 to 170.18 |
| affirmation | on Conditional, on Final, after a closeout, every year of Final | section 170.22 |

A year from 29 February ends on 28 February where there is no 29th.

## Two plans of action

The POA&M of an assessment holds what was NOT MET in it, takes points and has the clock. The operational
plan of action of CA.L2-3.12.2 holds temporary deficiencies that arise after implementation: they count as
MET while the plan shows reviews and progress, and have no clock of the program. Enduring exceptions stand
in the system security plan with their mitigations and count as MET, too (sections 170.4 and 170.24(b)(1)).

## Every requirement
"""


def rules_page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _OPENING
    yield from _levels()
    yield _SCORING
    yield from _statuses()
    yield ""
    yield "## What may stand on a POA&M"
    yield ""
    yield from _deferrals()
    yield _PARTS.rstrip()
    yield _CLOCK
    for level in Level:
        yield from _requirements(level)


def _levels() -> Iterator[str]:
    yield "| level | requirements | objectives | highest score | Conditional from |"
    yield "|---|---|---|---|---|"
    for level, rules in RULES.levels.items():
        asked = REQUIREMENTS[level].values()
        objectives = sum(len(each.objectives) for each in asked)
        highest = "none" if rules.maximum is None else str(rules.maximum)
        least = "never" if rules.maximum is None else str(least_score(rules.maximum))
        yield f"| {level} | {len(asked)} | {objectives} | {highest} | {least} |"


def _statuses() -> Iterator[str]:
    yield "## Statuses"
    yield ""
    yield "| status | who assesses | closed out by | hashes of the artifacts |"
    yield "|---|---|---|---|"
    for rules in RULES.levels.values():
        for kind, names in rules.by.items():
            hashes = "required" if names.hashes else "not required"
            for status in filter(None, (names.conditional, names.final)):
                closed_by = names.closed_by if status == names.conditional else "nothing to close"
                yield f"| {status} | {kind} | {closed_by} | {hashes} |"
    yield f"| {RULES.no_status} | anyone | nothing to close | |"


def _deferrals() -> Iterator[str]:
    counted = dict.fromkeys(Deferral, 0)
    for requirement in REQUIREMENTS[Level.TWO].values():
        counted[requirement.deferral] += 1
    many, named = counted[Deferral.POINTS], counted[Deferral.NAMED]
    never = ", ".join(_official(Level.THREE, n) for n in RULES.levels[Level.THREE].never_deferred)
    yield f"Of the 110 requirements at Level 2, {counted[Deferral.ALLOWED]} may be deferred, each worth one"
    yield f"point, and SC.L2-3.13.11 when it costs 3. {many} are worth too much (section 170.21(a)(2)(ii)),"
    yield f"and {named} are named as never (section 170.21(a)(2)(iii)). At Level 3 these are named as never"
    yield f"(section 170.21(a)(3)): {never}."
    yield ""
    yield "| code | meaning |"
    yield "|---|---|"
    yield "| `point_value_3`, `point_value_5` | NOT MET costs more than one point |"
    yield "| `named_never` | the rule names it; also where there is no system security plan |"
    yield "| `level1_no_poam` | Level 1 permits no POA&M |"
    yield "| `level2_not_final` | Level 3 without Final Level 2 (C3PAO) |"


def _official(level: Level, number: str) -> str:
    return REQUIREMENTS[level][number].identifier


def _requirements(level: Level) -> Iterator[str]:
    yield f"### Level {level}"
    yield ""
    yield "| requirement | title | NOT MET costs | on a POA&M | source |"
    yield "|---|---|---|---|---|"
    for each in REQUIREMENTS[level].values():
        yield f"| {each.identifier} | {each.title} | {_cost(each)} | {_plan(each)} |"
    yield ""


def _cost(requirement: Requirement) -> str:
    if requirement.points is None:
        return "the status" if requirement.deferral is Deferral.NO_PLAN else "the score"
    part = requirement.partial_points
    return str(requirement.points) if part is None else f"{requirement.points}, in part {part}"


def _plan(requirement: Requirement) -> str:
    in_part = requirement.deferral is Deferral.WHEN_PARTIAL
    points = requirement.partial_points if in_part else requirement.points
    short = Shortfall(requirement, Result(Finding.NOT_MET, in_part), points, "", cite(""))
    ruling = may_be_deferred(short)
    answer = "yes" if ruling.allowed else "never"
    return f"{'only in part' if in_part else answer} | {ruling.citation.section}"
