"""FedRAMP's POA&M workbook as a document among others: read by its headings, written in layout 3.0 or 2.1."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.fedramp.fields import Deviation, Poam, PoamRow
from milepost.authorities.fedramp.workbook import Version, write_workbook
from milepost.authorities.intake.reading import read_plan
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import Part, PlanDocument
from milepost.domain.plan_item import MilestoneChange, PlanItem, PlanMilestone

_LEVELS = {"li-saas": "LI-SaaS", "low": "Low", "moderate": "Moderate", "high": "High"}
_CARRIED = frozenset(
    {
        *("id", "controls", "title", "description", "source_text", "source_ref", "assets", "owner"),
        *("resources_text", "remediation_plan", "identified_date", "scheduled_date", "milestones"),
        *("milestone_changes", "status_date", "vendor_dependency", "vendor_last_checkin", "vendor_product"),
        *("raw_severity", "adjusted_severity", "risk_adjustment", "false_positive", "deviation_rationale"),
        *("operational_requirement", "supporting_documents", "comments", "kev_tracking", "kev_due", "cves"),
        *("status", "closed_date", "actual_completion_date", "deviation", "original_scheduled_date"),
    }
)
_RATINGS = {"Critical": "High", "Very High": "High", "Very Low": "Low"}
"""Words of others in FedRAMP's three (Vulnerability Scanning Requirements: a scanner's Critical is High)."""
_ONLY_2_1 = frozenset({"service_names", "auto_approve"})


class PoamWorkbook:
    """The POA&M workbook; the option `version` is 3.0 (default) or 2.1."""

    name = "fedramp-poam"
    title = "FedRAMP POA&M workbook"
    suffix = ".xlsx"
    carries = _CARRIED | _ONLY_2_1

    def recognises(self, path: Path) -> bool:
        """Leave it to the reader of any table, which knows the layout by its headings."""
        del path
        return False

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the items of all sheets; see `PlanFormat.read`."""
        return read_plan(path, name)

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the lists, into the base where there is one; see `PlanFormat.write`."""
        version = writing.choices.get("version", "3.0")
        if version not in get_args(Version):
            raise WrongUse(f"there is no version {version} to write", fix="set version to 3.0 or 2.1")
        layout: Version = "2.1" if version == "2.1" else "3.0"
        receipt = write_workbook(_poam(plan, writing), out, layout=layout, template=writing.base)
        return Written(receipt.rows, tuple(receipt.problems))


FORMAT = PoamWorkbook()


def _poam(plan: PlanDocument, writing: Writing) -> Poam:
    level = plan.facts.get("impact_level", "")
    system = plan.facts.get("system", "") or plan.name
    return Poam(
        provider=plan.facts.get("provider", "") or system,
        system_name=system,
        impact_level=_LEVELS.get(level.casefold(), level),
        as_of=plan.dated or writing.as_of,
        open=_rows(plan, {Part.OPEN, Part.MIXED}),
        closed=_rows(plan, {Part.CLOSED}),
        configuration=_rows(plan, {Part.CONFIGURATION}),
        deficiencies=tuple(_rows(plan, {Part.DEFICIENCIES})),
    )


def _rows(plan: PlanDocument, parts: Iterable[Part]) -> Iterator[PoamRow]:
    """Yield the items of some lists; one of a mixed list is closed or open by its state."""
    for item in plan.items:
        part = plan.part(item)
        if part is Part.MIXED and item.is_closed:
            part = Part.CLOSED
        if part in parts:
            yield _row(item)


def _row(item: PlanItem) -> PoamRow:
    return PoamRow(
        poam_id=item.id,
        controls=tuple(item.controls),
        weakness_name=item.title or item.description,
        weakness_description=item.description or item.title,
        detector_sources=tuple(item.source_text.splitlines()),
        source_identifier=item.source_ref,
        asset_identifiers=tuple(item.assets),
        point_of_contact=item.owner or item.poc,
        resources_required=item.resources_text,
        remediation_plan=item.remediation_plan,
        original_detection_date=item.identified_date,
        scheduled_completion_date=item.scheduled_date,
        milestones=tuple(map(_milestone, item.milestones)),
        milestone_changes=tuple(map(_change, item.milestone_changes)),
        status_date=item.status_date or item.closed_date,
        vendor_dependency=bool(item.vendor_dependency),
        last_vendor_checkin=item.vendor_last_checkin,
        vendor_product=item.vendor_product,
        original_risk_rating=_RATINGS.get(item.raw_severity, item.raw_severity),
        adjusted_risk_rating=item.adjusted_severity,
        risk_adjustment=_deviation(item.risk_adjustment),
        false_positive=_deviation(item.false_positive),
        operational_requirement=_deviation(item.operational_requirement),
        deviation_rationale=item.deviation_rationale,
        supporting_documents=tuple(item.supporting_documents),
        comments="\n".join(remark.text for remark in item.comments),
        auto_approve=item.auto_approve == Deviation.YES,
        kev_tracking=item.kev_tracking == Deviation.YES or item.kev_due is not None,
        kev_due=item.kev_due,
        cves=tuple(item.cves),
        service_names=tuple(item.service_names),
    )


def _milestone(milestone: PlanMilestone) -> str:
    due = f"{milestone.due:%Y-%m-%d}: " if milestone.due else ""
    return f"({milestone.number:02}) {due}{milestone.text}"


def _change(change: MilestoneChange) -> str:
    on = f" {change.on:%Y-%m-%d}" if change.on else ""
    return f"({change.number:02}) {(change.kind or 'update').capitalize()}{on} : {change.text}"


def _deviation(answer: str) -> Deviation:
    return Deviation(answer) if answer in {each.value for each in Deviation} else Deviation.NO
