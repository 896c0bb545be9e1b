"""A verdict as a document for programs and as lines for people."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from milepost.authorities.cmmc.closeout import Course
from milepost.authorities.cmmc.draft import Override
from milepost.authorities.cmmc.eligibility import may_be_deferred
from milepost.authorities.cmmc.operational_plan import may_join_poam
from milepost.authorities.cmmc.requirements import REQUIREMENTS, Requirement
from milepost.authorities.cmmc.results import Finding
from milepost.authorities.cmmc.rules import RULES, cite
from milepost.authorities.cmmc.scoring import SECTIONS, result_of
from milepost.authorities.cmmc.verdict import Verdict
from milepost.domain.problem import Problem

_COUNTS = "one objective NOT MET makes a requirement NOT MET; N/A counts as MET"


class Report(NamedTuple):
    """A verdict with the day it is for, the points that were overridden and the problems of the file."""

    verdict: Verdict
    as_of: date
    overrides: Sequence[Override]
    problems: Sequence[Problem]


def as_document(report: Report) -> dict[str, object]:
    """Return the report for programs; days are `2026-01-31`, what does not exist is None.

    `blocking` lists pairs of official identifier and reason: point_value_3, point_value_5, named_never,
    level1_no_poam, level2_not_final. `score` is None at Level 1 and without a system security plan.
    """
    verdict = report.verdict
    clock = verdict.clock
    return {
        "score": verdict.score,
        "score_ok": verdict.score_ok,
        "conditional_eligible": verdict.eligible,
        "final": verdict.final,
        "status": verdict.status,
        "blocking": [[block.identifier, block.reason.value] for block in verdict.blocking],
        "closeout_due": _day(clock.due if clock else None),
        "expired_on": _day(clock.expired_on if clock else None),
        "retain_until": _day(verdict.retain_until),
        "next_assessment_due": _day(verdict.next_assessment_due),
        **_further(report),
    }


def _further(report: Report) -> dict[str, object]:
    verdict, assessment = report.verdict, report.verdict.assessment
    return {
        "level": int(assessment.level),
        "kind": assessment.kind.value,
        "as_of": _day(report.as_of),
        "status_date": _day(assessment.status_date),
        "max_score": RULES.levels[assessment.level].maximum,
        "points_without_ssp_rule": verdict.points,
        "score_after_closeout": _after_closeout(verdict),
        "days_left": verdict.clock.days_left if verdict.clock else None,
        "clock": _clock(verdict),
        "closed_out_by": RULES.levels[assessment.level].by[assessment.kind].closed_by,
        "hashes_required": RULES.levels[assessment.level].by[assessment.kind].hashes,
        "deductions": [_deduction(verdict, number) for number in range(len(verdict.short))],
        "why_blocked": [
            {
                "id": block.identifier,
                "reason": block.reason.value,
                "rule": block.ruling.reason,
                "citation": str(block.ruling.citation),
                "way_out": block.ruling.way_out,
            }
            for block in verdict.blocking
        ],
        "requirements": [_requirement(verdict, each) for each in REQUIREMENTS[assessment.level].values()],
        "affirmations_due": [{"due": _day(a.due), "occasion": a.occasion} for a in verdict.affirmations],
        "operational_plan": _elsewhere(verdict),
        "overrides": [each._asdict() for each in report.overrides],
        "problems": [problem._asdict() for problem in report.problems],
    }


def _after_closeout(verdict: Verdict) -> int | None:
    """Return the score that stands after a successful closeout, when everything is MET."""
    closed = verdict.clock is not None and verdict.clock.course is Course.CLOSED
    return RULES.levels[verdict.assessment.level].maximum if closed else None


def _clock(verdict: Verdict) -> dict[str, object] | None:
    if verdict.clock is None:
        return None
    ruling = verdict.clock.ruling
    return {"course": verdict.clock.course.value, "reason": ruling.reason, "citation": str(ruling.citation)}


def _deduction(verdict: Verdict, number: int) -> dict[str, object]:
    short = verdict.short[number]
    ruling = may_be_deferred(short)
    return {
        "id": short.requirement.identifier,
        "points": short.points,
        "reason": short.reason,
        "citation": str(short.citation),
        "poam_allowed": ruling.allowed,
        "poam_reason": ruling.reason,
        "poam_citation": str(ruling.citation),
        "objectives_not_met": list(short.result.objectives),
    }


def _requirement(verdict: Verdict, requirement: Requirement) -> dict[str, object]:
    result = result_of(requirement, verdict.assessment.settled)
    short = next((s for s in verdict.short if s.requirement is requirement), None)
    reasons = {
        Finding.MET: "every applicable objective is MET, or nothing was stated against it",
        Finding.NOT_APPLICABLE: "not applicable, which counts as MET",
    }
    return {
        "id": requirement.identifier,
        "title": requirement.title,
        "finding": result.finding.value,
        "points": short.points if short else 0,
        "reason": short.reason if short else reasons[result.finding],
        "citation": str(short.citation if short else cite(SECTIONS[verdict.assessment.level])),
    }


def _elsewhere(verdict: Verdict) -> list[dict[str, object]]:
    rulings = [(named, origin, may_join_poam(origin)) for named, origin in verdict.assessment.elsewhere]
    return [
        {
            "id": str(named),
            "origin": origin.value,
            "reason": ruling.reason,
            "citation": str(ruling.citation),
            "way_out": ruling.way_out,
        }
        for named, origin, ruling in rulings
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def as_text(report: Report) -> str:
    """Return the report for people: status, score, what is NOT MET, what blocks and why, what comes next."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    verdict = report.verdict
    maximum = RULES.levels[verdict.assessment.level].maximum
    yield f"Level {verdict.assessment.level}, assessed by {verdict.assessment.kind}, as of {report.as_of}"
    yield f"Status: {verdict.status}"
    if maximum is not None:
        reached = f"{verdict.score} of {maximum}" if verdict.score is not None else "none (no security plan)"
        yield f"Score:  {reached}; Conditional asks for 80 percent and nothing that blocks"
    yield from _short_lines(verdict)
    if verdict.blocking:
        yield ""
        yield "What blocks:"
        for block in verdict.blocking:
            ruling = block.ruling
            yield f"  {block.identifier:<16} {ruling.reason} ({ruling.citation})"
    yield ""
    yield "Next:"
    yield from (f"  {step}" for step in next_steps(verdict))
    yield from _notes(report)


def _short_lines(verdict: Verdict) -> Iterator[str]:
    if not verdict.short:
        return
    yield ""
    yield f"NOT MET ({len(verdict.short)}; {_COUNTS}):"
    for short in verdict.short:
        points = "" if short.points is None else f"-{short.points}"
        plan = "may be on the POA&M" if may_be_deferred(short).allowed else "never on a POA&M"
        yield f"  {short.requirement.identifier:<16} {points:>3}  {plan:<20} {short.requirement.title}"


def next_steps(verdict: Verdict) -> list[str]:
    """Return what is to be done next, in order."""
    steps = list(dict.fromkeys(block.ruling.way_out for block in verdict.blocking if block.ruling.way_out))
    if (
        not verdict.final
        and verdict.assessment.level != 1
        and not verdict.score_ok
        and verdict.score is not None
    ):
        steps.append("raise the score: milepost cmmc plan finds the cheapest set of items")
    if verdict.clock and not verdict.final:
        steps.append(f"{verdict.clock.ruling.way_out} ({verdict.clock.ruling.reason})")
    elif verdict.eligible and not verdict.final:
        steps.append("state the status date: the closeout is due 180 days after it")
    steps += [f"affirm by {each.due} in SPRS: {each.occasion}" for each in verdict.affirmations]
    if verdict.retain_until:
        steps.append(f"keep the artifacts until {verdict.retain_until}")
    if verdict.next_assessment_due:
        steps.append(f"assess again by {verdict.next_assessment_due}")
    return steps or ["post the result in SPRS; that day becomes the status date"]


def _notes(report: Report) -> Iterator[str]:
    for named, origin in report.verdict.assessment.elsewhere:
        ruling = may_join_poam(origin)
        yield f"Not on this POA&M: {named}: {ruling.reason}; {ruling.way_out} ({ruling.citation})"
    if report.overrides:
        yield ""
        yield f"Points in the file that are not those of the rule, which holds ({len(report.overrides)}):"
        for each in report.overrides:
            holds = "no points" if each.holds is None else each.holds
            yield f"  {each.identifier:<16} {each.given} in the file, {holds} by the rule ({each.where})"
    if report.problems:
        yield ""
        yield f"{len(report.problems)} problems:"
        yield from (f"  {problem.where}: {problem.what}; {problem.fix}." for problem in report.problems)
