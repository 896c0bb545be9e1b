"""The columns of the POA&M workbooks: exact headings, the rule behind each, and how to fill it.

The headings and the Mandatory/Situational marks are those of the official templates 2.1 (2024-03-29) and
3.0 (2025-11-17); the guidance and the examples are our own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from milepost.authorities.fedramp import values
from milepost.authorities.fedramp.values import Rule, completion_formula, leaving_to
from milepost.authorities.sheets.cells import Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its exact heading, what it says about an item, and what tells a person how to fill it."""

    header: str
    value: Rule
    guidance: str
    example: Value
    form: str = "Text"
    situational: bool = False
    is_date: bool = False


def _date(header: str, value: Rule, guidance: str, example: date, *, situational: bool = False) -> Column:
    return Column(header, value, guidance, example, "Date", situational, is_date=True)


def _optional(header: str, value: Rule, guidance: str, example: Value, form: str = "Text") -> Column:
    return Column(header, value, guidance, example, form, situational=True)


_STATES = "Yes, No, Pending"
_RATINGS = "Low, Moderate, High"

_IDENTITY = (
    Column("POAM ID", values.poam_id, "Unique identifier of the item.", "V-1Example", "Unique Identifier"),
    Column("Controls", values.controls, "The 800-53 controls concerned.", "SI-2, RA-5", "Control numbers"),
    Column("Weakness Name", values.weakness_name, "The name that the scanner or assessor gives.", "Old TLS"),
    Column(
        "Weakness Description",
        values.weakness_description,
        "What is wrong, in enough words to be understood without the scan.",
        "The service accepts TLS 1.0.",
    ),
    Column(
        "Weakness Detector Source",
        values.detector_sources,
        "Who found it: scanners or assessors, one a line.",
        "Example scanner",
        "Scanner or assessor",
    ),
    _optional(
        "Weakness Source Identifier",
        values.source_identifier,
        "The identifier that the scanner gives to the weakness.",
        104743,
        "Identifier",
    ),
    Column(
        "Asset Identifier",
        values.asset_identifiers,
        "The assets as the inventory names them, one a line, with port and protocol.",
        "198.51.100.7 (443/TCP)",
        "Identifier (port/protocol)",
    ),
    Column("Point of Contact", values.point_of_contact, "Who is responsible for the fix.", "A. Example"),
    _optional("Resources Required", values.resources_required, "What is needed beyond what is there.", ""),
)
POAM_ID = "POAM ID"
DETECTED = "Original Detection Date"
SCHEDULED = "Scheduled Completion Date"
ORIGINAL = "Original Risk Rating"
ADJUSTED = "Adjusted Risk Rating"
ADJUSTMENT = "Risk Adjustment"
_DETECTED = _date(
    DETECTED,
    values.original_detection_date,
    "The day it was first found; never changed.",
    date(2025, 3, 3),
)
_SCHEDULED = _date(
    SCHEDULED,
    values.completion_date,
    "Computed from detection and rating; not to be changed.",
    date(2025, 6, 1),
)
_STATUS = _date(
    "Status Date", values.status_date, "The day of the last change, or of closing.", date(2025, 4, 7)
)
_VENDOR = (
    Column(
        "Vendor Dependency", values.vendor_dependency, "Whether the fix waits for a vendor.", "No", "Yes, No"
    ),
    _date(
        "Last Vendor Check-in Date",
        values.last_vendor_checkin,
        "The day the vendor was last asked, if the fix waits for one.",
        date(2025, 4, 1),
        situational=True,
    ),
    _optional(
        "Vendor Dependent Product Name",
        values.vendor_product,
        "The product that waits, if the fix waits for a vendor.",
        "",
        "Product Name",
    ),
)
_ORIGINAL = Column(ORIGINAL, values.original_risk_rating, "The rating as found.", "Moderate", _RATINGS)
_ADJUSTED = _optional(ADJUSTED, values.adjusted_rating_or_blank, "The rating after adjustment.", "", _RATINGS)
_DEVIATIONS = (
    _optional(ADJUSTMENT, values.risk_adjustment, "Yes once it is approved.", "No", _STATES),
    _optional("False Positive", values.false_positive, "Yes once it is approved.", "No", _STATES),
    _optional(
        "Operational Requirement", values.operational_requirement, "Yes once it is approved.", "No", _STATES
    ),
    _optional(
        "Deviation Rationale", values.deviation_rationale, "Why the item deviates.", "", "Type : Rationale"
    ),
    _optional(
        "Supporting Documents", values.supporting_documents, "Documents, one a line.", "", "Type : Document"
    ),
    _optional("Comments", values.comments, "What no other column holds.", ""),
)
_KEV_DUE = _date(
    "Binding Operational Directive 22-01 Due Date",
    values.kev_due,
    "The due date that CISA gives, if the weakness is in its catalog.",
    date(2025, 3, 24),
    situational=True,
)
_CVE = _optional("CVE", values.cves, "The CVE numbers, if there are any.", "CVE-2011-3389", "CVE numbers")
_KEV = _optional(
    "Binding Operational Directive 22-01 tracking",
    values.kev_tracking_or_blank,
    "Whether CISA lists the weakness as known to be exploited.",
    "",
    "Yes, No",
)
_PLAN = Column(
    "Overall Remediation Plan", values.remediation_plan_with_milestones, "How it will be fixed.", "Upgrade."
)
_RATINGS_3 = (*_VENDOR, _ORIGINAL, _ADJUSTED, *_DEVIATIONS, _KEV, _KEV_DUE, _CVE)

COLUMNS_3_0 = (*_IDENTITY, _PLAN, _DETECTED, _SCHEDULED, _STATUS, *_RATINGS_3)
"""The 27 columns of the sheets Closed and Configuration Findings of template 3.0, in order."""

OPEN_3_0 = (
    *_IDENTITY,
    replace(_PLAN, header="Remediation Plan"),
    _DETECTED,
    _SCHEDULED,
    _STATUS,
    *_RATINGS_3,
)
"""The 27 columns of the Open sheet of template 3.0; the plan has a shorter heading there."""

COLUMNS_PL_2 = (
    Column("Deficiency ID", values.poam_id, "The identifier that the assessor gave.", "PL-2.1"),
    Column("Deficiency Name ", values.weakness_name, "The name that the assessor gave.", "Outdated diagram"),
    Column(
        "Deficiency Description",
        values.weakness_description,
        "What the assessor found wrong in the document.",
        "The boundary diagram lacks a service.",
    ),
    Column(
        "Remediation Plan/Description",
        values.remediation_plan_with_milestones,
        "What is or was done about it, with the version of the document.",
        "Diagram drawn anew in version 1.2.",
    ),
    _date(
        "Remediation Date", values.status_date, "The day it was done.", date(2025, 11, 13), situational=True
    ),
)
"""The five columns of the sheet PL-2 Findings of template 3.0, in order."""

COLUMNS_2_1 = (
    *(
        replace(column, value=values.source_identifier_or_none)
        if "Source Identifier" in column.header
        else column
        for column in _IDENTITY
    ),
    replace(_PLAN, value=values.remediation_plan),
    _DETECTED,
    _SCHEDULED,
    Column(
        "Planned Milestones",
        values.milestones,
        "The first plan, with a blank line between milestones; never changed.",
        "(1) 2025-04-15: Order the upgrade",
        "(##) yyyy-mm-dd: Milestone",
    ),
    Column(
        "Milestone Changes",
        values.milestone_changes,
        "What became of the milestones; new ones get new numbers.",
        "(1) Complete 2025-04-07 : Ordered early",
        "(##) New/Update/Complete yyyy-mm-dd : Change",
    ),
    _STATUS,
    *_VENDOR,
    _ORIGINAL,
    replace(_ADJUSTED, value=values.adjusted_rating_or_na, example="N/A", form="Low, Moderate, High, N/A"),
    *_DEVIATIONS,
    Column("Auto-Approve", values.auto_approve, "Whether it was approved automatically.", "No", "Yes, No"),
    replace(_KEV, value=values.kev_tracking, example="No"),
    _KEV_DUE,
    _CVE,
    _optional(
        "Service Name",
        values.service_names,
        "The services concerned, one a line; All for the whole boundary.",
        "All",
    ),
)
"""The 31 columns of each sheet of items of template 2.1, in order."""


def formula_of(letters: Mapping[str, str]) -> str:
    """Return the completion date's formula for columns that stand where `letters` says, by heading."""
    return completion_formula(*(letters[header] for header in (DETECTED, ORIGINAL, ADJUSTED, ADJUSTMENT)))


def rules_of(columns: tuple[Column, ...], formula: str = "") -> list[Rule]:
    """Return the rule of each column; with a formula, the completion date is left to the sheet."""
    computed = leaving_to(formula)
    return [computed if formula and column.header == SCHEDULED else column.value for column in columns]
