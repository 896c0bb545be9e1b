"""What the cells of a POA&M say about an item: one small rule for each column and layout.

Sources: the official templates 2.1 (2024-03-29) and 3.0 (2025-11-17), their guidance rows, and the FedRAMP
POA&M Template Completion Guide 2.2, table 2.
"""

from collections.abc import Callable
from datetime import date

from milepost.authorities.fedramp.deadlines import DAYS, scheduled
from milepost.authorities.fedramp.fields import Deviation, PoamRow
from milepost.authorities.sheets.cells import Formula, Value
from milepost.domain.rating import Rating

_MOST_DIGITS = 15
_PLANNED = "Planned milestones:"
_CHANGED = "Milestone changes:"
_YES_NO = {True: "Yes", False: "No"}

Rule = Callable[[PoamRow], Value]


def rating_that_counts(original: str, adjusted: str, adjustment: Deviation) -> Rating:
    """Return the rating of the sheet's formula: the adjusted one only where the adjustment is approved."""
    name = adjusted if adjustment is Deviation.YES and adjusted in DAYS else original
    return Rating(name) if name in DAYS else Rating.NONE


def completion_by_rule(row: PoamRow) -> date | None:
    """Return the date that the sheet's formula gives; None for a rating it does not know."""
    rating = rating_that_counts(row.original_risk_rating, row.adjusted_risk_rating, row.risk_adjustment)
    return scheduled(row.original_detection_date, rating) if row.original_detection_date else None


def completion_date(row: PoamRow) -> Value:
    """Return the scheduled completion date as a plain date."""
    return row.scheduled_completion_date or completion_by_rule(row)


def completion_formula(detected: str, original: str, adjusted: str, adjustment: str) -> str:
    """Return the sheet's formula for the completion date; `#` stands for the row.

    The arguments are the letters of the columns that it reads. The logic is that of the templates: the
    original rating counts unless an adjusted one is given and its adjustment is approved.
    """
    plain = _by_rating(f"{original}#", f"{detected}#", '""')
    changed = _by_rating(f"{adjusted}#", f"{detected}#", plain, only_if=f'({adjustment}#="Yes")*')
    return f'IF(({adjusted}#="N/A")+(ISBLANK({adjusted}#)), {plain}, {changed})'


def leaving_to(formula: str) -> Rule:
    """Return the rule that leaves the completion date to the formula, unless the item brings its own."""

    def completion(row: PoamRow) -> Value:
        return row.scheduled_completion_date or Formula(formula, completion_by_rule(row))

    return completion


def _by_rating(rating: str, detected: str, otherwise: str, *, only_if: str = "") -> str:
    expression = otherwise
    for name, days in reversed(DAYS.items()):
        test = f'({only_if}({rating}="{name.value}"))' if only_if else f'{rating}="{name.value}"'
        expression = f"IF({test}, {detected}+{days}, {expression})"
    return expression


def poam_id(row: PoamRow) -> Value:
    """Return the item's identifier."""
    return row.poam_id


def controls(row: PoamRow) -> Value:
    """Return the controls, separated by commas (template 3.0, guidance of the column)."""
    return ", ".join(row.controls)


def weakness_name(row: PoamRow) -> Value:
    """Return the name of the weakness."""
    return row.weakness_name


def weakness_description(row: PoamRow) -> Value:
    """Return the description of the weakness."""
    return row.weakness_description


def detector_sources(row: PoamRow) -> Value:
    """Return the scanners or assessors, one a line."""
    return "\n".join(row.detector_sources)


def source_identifier(row: PoamRow) -> Value:
    """Return the tool's identifier: a number where it is one, as the column's validation wants."""
    text = row.source_identifier
    plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and str(int(text)) == text
    return int(text) if plain else text


def source_identifier_or_none(row: PoamRow) -> Value:
    """Return the identifier, or state that there is none (template 2.1: `plugin ID/None`)."""
    return source_identifier(row) if row.source_identifier else "None"


def asset_identifiers(row: PoamRow) -> Value:
    """Return the assets, one a line."""
    return "\n".join(row.asset_identifiers)


def point_of_contact(row: PoamRow) -> Value:
    """Return who is responsible."""
    return row.point_of_contact


def resources_required(row: PoamRow) -> Value:
    """Return what is needed beyond the resources at hand."""
    return row.resources_required


def remediation_plan(row: PoamRow) -> Value:
    """Return the plan alone."""
    return row.remediation_plan


def remediation_plan_with_milestones(row: PoamRow) -> Value:
    """Return the plan and, since 3.0 has no columns for them, the milestones and their changes."""
    parts = [row.remediation_plan] if row.remediation_plan else []
    if row.milestones:
        parts.append("\n".join((_PLANNED, *row.milestones)))
    if row.milestone_changes:
        parts.append("\n".join((_CHANGED, *row.milestone_changes)))
    return "\n\n".join(parts)


def original_detection_date(row: PoamRow) -> Value:
    """Return the day the weakness was first identified; it never changes."""
    return row.original_detection_date


def milestones(row: PoamRow) -> Value:
    """Return the planned milestones with a blank line between."""
    return "\n\n".join(row.milestones)


def milestone_changes(row: PoamRow) -> Value:
    """Return the changes of milestones with a blank line between."""
    return "\n\n".join(row.milestone_changes)


def status_date(row: PoamRow) -> Value:
    """Return the day of the last change or of closing."""
    return row.status_date


def vendor_dependency(row: PoamRow) -> Value:
    """Return whether the fix waits for a vendor."""
    return _YES_NO[row.vendor_dependency]


def last_vendor_checkin(row: PoamRow) -> Value:
    """Return the day the vendor was last asked."""
    return row.last_vendor_checkin


def vendor_product(row: PoamRow) -> Value:
    """Return the product that waits for its vendor."""
    return row.vendor_product


def original_risk_rating(row: PoamRow) -> Value:
    """Return the rating as found."""
    return row.original_risk_rating


def adjusted_rating_or_na(row: PoamRow) -> Value:
    """Return the adjusted rating; 2.1 wants `N/A` for none (Completion Guide, column T)."""
    return row.adjusted_risk_rating or "N/A"


def adjusted_rating_or_blank(row: PoamRow) -> Value:
    """Return the adjusted rating; 3.0 wants no text for none (guidance of the column)."""
    return row.adjusted_risk_rating


def risk_adjustment(row: PoamRow) -> Value:
    """Return the state of the risk adjustment."""
    return row.risk_adjustment.value


def false_positive(row: PoamRow) -> Value:
    """Return the state of the false positive."""
    return row.false_positive.value


def operational_requirement(row: PoamRow) -> Value:
    """Return the state of the operational requirement."""
    return row.operational_requirement.value


def deviation_rationale(row: PoamRow) -> Value:
    """Return why the item deviates."""
    return row.deviation_rationale


def supporting_documents(row: PoamRow) -> Value:
    """Return the documents, one a line."""
    return "\n".join(row.supporting_documents)


def comments(row: PoamRow) -> Value:
    """Return what no other column holds."""
    return row.comments


def auto_approve(row: PoamRow) -> Value:
    """Return whether the deviation was approved automatically."""
    return _YES_NO[row.auto_approve]


def kev_tracking(row: PoamRow) -> Value:
    """Return whether the weakness is in CISA's catalog of known exploited vulnerabilities."""
    return _YES_NO[row.kev_tracking]


def kev_tracking_or_blank(row: PoamRow) -> Value:
    """Return `Yes`, or nothing (template 3.0, example of the column: `Yes or leave blank`)."""
    return "Yes" if row.kev_tracking else ""


def kev_due(row: PoamRow) -> Value:
    """Return the due date that CISA gives."""
    return row.kev_due


def cves(row: PoamRow) -> Value:
    """Return the CVE numbers, separated by commas."""
    return ", ".join(row.cves)


def service_names(row: PoamRow) -> Value:
    """Return the services concerned, one a line."""
    return "\n".join(row.service_names)
