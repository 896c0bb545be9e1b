"""Writing the vulnerability reports of a system: for machines (vdt, avi, mrh) and each month for people."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp_vdr.activity_pages import as_html, as_markdown
from milepost.authorities.fedramp_vdr.activity_report import Subject, activity_report
from milepost.authorities.fedramp_vdr.consistency import contradictions
from milepost.authorities.fedramp_vdr.document import VulnerabilityReport, counts_of
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES, PlanItem
from milepost.domain.problem import Problem
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.vdr.gathering import Gathered, vulnerabilities_of
from milepost.work.vdr.period import period_of

MONTHLY = "monthly"
_NOWHERE = "about:blank"
"""Stands for the address that a report for people does not show."""
_PAGES = {".md": as_markdown, ".html": as_html}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """What is asked: the report (vdt, avi, mrh, monthly), its period, for whom, and where it goes.

    `package` is the address of the Certification Package Overview; without one it is taken from `base`, an
    earlier report whose unknown members stay. `first` may be None for mrh alone.
    """

    system: str
    report: str
    first: date | None
    last: date
    out: Path
    audience: str = "agency"
    package: str = ""
    base: Path | None = None


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """What was written: vulnerabilities by list, those without activity, and what is to be looked at."""

    counts: dict[str, int]
    without_activity: int
    problems: tuple[Problem, ...]


def write_report(order: ReportOrder, *, as_of: date) -> ReportWritten:
    """Write a report, whole or not at all.

    Raises:
        RecordMissing: there is no such system.
        StateConflict: the system does not answer to FedRAMP's rules of 2026.
        NotAllowed: something is missing that FedRAMP demands.
        WrongUse: the period is none, or the ending of a report for people is neither .md nor .html.
    """
    if order.first is None and order.report != "mrh":
        raise WrongUse("the report needs the first day of its period", fix="give --from")
    system = finding_systems.by_name(order.system)
    period = period_of(order.first, order.last, system.time_zone, as_of=as_of)
    found = vulnerabilities_of(system, period)
    if order.report == MONTHLY:
        return _monthly(order, system, found)
    report = VulnerabilityReport(order.report)
    written = report.write(_chosen(found, order), order.out, _writing(order))
    idle = len(found.document.items) - len(found.with_activity) if report.kind.has_period else 0
    return ReportWritten(dict(written.counts), idle, _problems(found, report))


def _chosen(found: Gathered, order: ReportOrder) -> PlanDocument:
    """Return what a report speaks of: activity of a period, or all, without what ended before."""
    plan = found.document if order.report == "mrh" else found.only_active()
    plan.items = [item for item in plan.items if not _is_past(item, found, order.first)]
    return plan


def _is_past(item: PlanItem, found: Gathered, first: date | None) -> bool:
    return first is not None and item.is_closed and item.id not in found.with_activity


def _writing(order: ReportOrder) -> Writing:
    choices = {"audience": order.audience} | ({"uri": order.package} if order.package else {})
    return Writing(as_of=order.last, base=order.base, choices=choices)


def _problems(found: Gathered, report: VulnerabilityReport) -> tuple[Problem, ...]:
    """Return what is to be looked at in what the report lists; the other lists are other reports."""
    listed = [item for item in found.document.items if _is_listed(item, report)]
    names = {item.id for item in listed}
    plan = PlanDocument(name=found.document.name, layout="register", facts=found.document.facts, items=listed)
    mine = [problem for problem in found.problems if problem.where in names]
    return (*mine, *contradictions(plan))


def _is_listed(item: PlanItem, report: VulnerabilityReport) -> bool:
    return bool(report.kind.accepted if item.status in SETTLED_STATES else report.kind.active)


def _monthly(order: ReportOrder, system: System, found: Gathered) -> ReportWritten:
    page = _PAGES.get(order.out.suffix.casefold())
    if page is None:
        raise WrongUse(f"{order.out.name} is neither Markdown nor HTML", fix="end its name in .md or .html")
    details, accepted = VulnerabilityReport("vdt"), VulnerabilityReport("avi")
    plan = found.only_active()
    writing = Writing(
        as_of=order.last, choices={"audience": order.audience, "uri": order.package or _NOWHERE}
    )
    trees = [report.tree(plan, writing)[0] for report in (details, accepted)]
    idle = len(found.document.items) - len(found.with_activity)
    subject = Subject(system.name, system.provider, found.system_class, order.audience, idle)
    with saved(order.out) as file:
        file.write(page(activity_report(subject, *trees)).encode())
    counts = counts_of(trees[0], details.kind) | counts_of(trees[1], accepted.kind)
    return ReportWritten(counts, idle, _problems(found, VulnerabilityReport("mrh")))
