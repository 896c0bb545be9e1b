"""What a FedRAMP POA&M says, whatever layout it is written in: neutral input for the workbooks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Deviation(StrEnum):
    """The state of a risk adjustment, false positive or operational requirement."""

    NO = "No"
    PENDING = "Pending"
    YES = "Yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoamRow:
    """One item of the POA&M.

    `scheduled_completion_date` None leaves the sheet's formula to compute it; a date is written literally,
    because a rule or an approval says so. `milestones` and `milestone_changes` come as the sheet has them:
    `(01) yyyy-mm-dd: text`. Ratings are High, Moderate or Low (FedRAMP Vulnerability Scanning Requirements:
    a scanner's Critical is High); `adjusted_risk_rating` is empty for none. Days are None where a document
    that is converted does not give them.
    """

    poam_id: str
    controls: tuple[str, ...]
    weakness_name: str
    weakness_description: str
    detector_sources: tuple[str, ...]
    source_identifier: str
    asset_identifiers: tuple[str, ...]
    point_of_contact: str
    resources_required: str
    remediation_plan: str
    original_detection_date: date | None
    scheduled_completion_date: date | None
    milestones: tuple[str, ...]
    milestone_changes: tuple[str, ...]
    status_date: date | None
    vendor_dependency: bool
    last_vendor_checkin: date | None
    vendor_product: str
    original_risk_rating: str
    adjusted_risk_rating: str
    risk_adjustment: Deviation
    false_positive: Deviation
    operational_requirement: Deviation
    deviation_rationale: str
    supporting_documents: tuple[str, ...]
    comments: str
    auto_approve: bool
    kev_tracking: bool
    kev_due: date | None
    cves: tuple[str, ...]
    service_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poam:
    """A provider's POA&M as of a day; each list of items is read once and may be a stream.

    `deficiencies` are what an assessor found wrong in the system security plan (PL-2): of their rows only
    identifier, name, description, plan and, as status date, the day it was put right are written. Where there
    is none, a workbook's own sheet of them stays as it is.
    """

    provider: str
    system_name: str
    impact_level: str
    as_of: date
    open: Iterable[PoamRow]
    closed: Iterable[PoamRow]
    configuration: Iterable[PoamRow]
    deficiencies: Sequence[PoamRow] = ()
