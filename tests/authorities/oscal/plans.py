"""Plans made for the tests of OSCAL, and the schemas that hold what was written."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import jsonschema_rs
from hypothesis import strategies as st

from milepost.authorities.documents.contract import Writing
from milepost.authorities.oscal.document import OscalPlan
from milepost.authorities.oscal.json_document import FORMAT as JSON
from milepost.authorities.oscal.xml_document import FORMAT as XML
from milepost.authorities.oscal.yaml_document import FORMAT as YAML
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import (
    Approval,
    DeviationRequest,
    EvidencePiece,
    FieldChange,
    MilestoneChange,
    PlanItem,
    PlanMilestone,
    Remark,
    State,
    Verification,
)
from tests.authorities.agencies.plans import DAYS, LINE, WORDS
from tests.samples import sample

AS_OF: Final = date(2026, 6, 1)
NOTATIONS: Final = (JSON, XML, YAML)
FACTS: Final = {"system": "Harbor", "system_id": "F00000001", "provider": "Example Cloud"}
FULL: Final = PlanItem(
    id="V-1",
    title="TLS 1.0 is accepted",
    description="The service accepts connections with TLS 1.0.\n\nSo does the other one.",
    controls=("SC-8", "SI-2(3)"),
    source_type="scan",
    source_text="Nessus\nTrivy",
    source_ref="104743",
    identified_date=date(2026, 3, 2),
    raw_severity="High",
    adjusted_severity="Low",
    severity_rationale="Only reachable from inside.",
    cvss=7.5,
    impact_description="Traffic can be read.",
    recommendations="Switch it off.",
    mitigations="A gateway stands before it.",
    owner="A. Example, Operations",
    owner_contact="a@example.com",
    resources_text="4 staff hours",
    cost_by_year=((2026, 1200.0),),
    remediation_plan="Switch TLS 1.0 off.",
    original_scheduled_date=date(2026, 4, 1),
    scheduled_date=date(2026, 5, 31),
    status=State.DELAYED,
    status_date=date(2026, 5, 11),
    milestones=(
        PlanMilestone("Tell the customers", date(2026, 4, 1), 1, done=True, completed=date(2026, 3, 30)),
        PlanMilestone("Switch it off\non all hosts", date(2026, 5, 20), 2, original_due=date(2026, 5, 1)),
    ),
    milestone_changes=(MilestoneChange("A week more", 2, "update", date(2026, 4, 28), reason="asked for"),),
    comments=(Remark("Release 3.2 is announced."), Remark("Seen.", date(2026, 5, 2), "B. Example")),
    evidence=(EvidencePiece("scan.nessus", captured_at="2026-05-01T00:00:00Z", digest="ab"),),
    verification=Verification("C. Example", date(2026, 5, 30)),
    approvals=(Approval("plan", "D. Example", "AO", on=date(2026, 3, 5), roles_held=("AO", "ISSO")),),
    deviation=DeviationRequest("risk_adjustment", "approved", "inside", mitigations_implemented=False),
    risk_adjustment="Yes",
    operational_requirement="Pending",
    deviation_rationale="Only reachable from inside.",
    supporting_documents=("DR-7.docx", "Deviation Request : DR 8"),
    assets=("198.51.100.7 (443/TCP)", "web-2"),
    cves=("CVE-2011-3389",),
    vendor_dependency=True,
    vendor_product="Example Balancer 3",
    vendor_last_checkin=date(2026, 5, 4),
    kev_tracking="Yes",
    kev_due=date(2026, 4, 15),
    service_names=("Example Mail", "Example Files"),
    auto_approve="No",
    publicly_exposed=False,
    history=(FieldChange("scheduled_date", "", "2026-05-31", date(2026, 3, 3), "A. Example"),),
)
BARE: Final = PlanItem(id="V-2")
CLOSED: Final = replace(
    FULL,
    id="V-3",
    status=State.CLOSED_FALSE_POSITIVE,
    false_positive="Yes",
    closed_date=date(2026, 5, 12),
    closing_reason="The scanner misread the banner.",
)
_ANSWERS: Final = st.sampled_from(["", "Yes", "No", "Pending"])
_TEXTS: Final = st.just("") | WORDS | st.sampled_from(["First.\n\nSecond *word* and `code`", "# Not **all**"])
_LINES: Final = st.just("") | LINE
_MAYBE: Final = st.none() | DAYS
_RATINGS: Final = st.sampled_from(["", "High", "Moderate", "Very Low", "CAT I"])
_ITEMS: Final = st.builds(
    PlanItem,
    title=_LINES,
    description=_TEXTS,
    controls=st.lists(st.sampled_from(["SI-2", "AC-2(1)", "3.1.1"]), max_size=3, unique=True),
    source_text=_LINES,
    source_ref=_LINES,
    identified_date=_MAYBE,
    raw_severity=_RATINGS,
    adjusted_severity=_RATINGS,
    severity_rationale=_TEXTS,
    cvss=st.none() | st.sampled_from([0.0, 7.5]),
    likelihood=_RATINGS,
    impact=_RATINGS,
    impact_description=_TEXTS,
    relevance=_TEXTS,
    recommendations=_TEXTS,
    mitigations=_TEXTS,
    owner=_LINES,
    resources_text=_TEXTS,
    cost_by_year=st.lists(st.tuples(st.integers(2020, 2030), st.sampled_from([0.5, 12.0])), max_size=2).map(
        tuple
    ),
    remediation_plan=_TEXTS,
    original_scheduled_date=_MAYBE,
    scheduled_date=_MAYBE,
    status=st.sampled_from(State),
    status_date=_MAYBE,
    percent_complete=st.none() | st.integers(0, 100).map(float),
    milestones=st.lists(
        st.builds(
            PlanMilestone,
            text=_TEXTS.filter(lambda text: not text.startswith("#")),
            due=_MAYBE,
            done=st.booleans(),
            completed=_MAYBE,
            original_due=_MAYBE,
            by=_LINES,
        ),
        max_size=3,
    ),
    milestone_changes=st.lists(
        st.builds(MilestoneChange, text=_LINES, kind=_LINES, on=_MAYBE, new_date=_MAYBE, reason=_TEXTS),
        max_size=2,
    ),
    comments=st.lists(st.builds(Remark, WORDS, _MAYBE, _LINES), max_size=2),
    deviation=st.none() | st.builds(DeviationRequest, kind=st.just("false_positive"), rationale=_TEXTS),
    risk_adjustment=_ANSWERS,
    false_positive=_ANSWERS,
    operational_requirement=_ANSWERS,
    deviation_rationale=_LINES,
    supporting_documents=st.lists(LINE, max_size=2, unique=True),
    assets=st.lists(LINE, max_size=3, unique=True),
    cves=st.lists(st.sampled_from(["CVE-2026-1", "CVE-2026-2"]), max_size=2, unique=True),
    vendor_dependency=st.none() | st.booleans(),
    vendor_product=_LINES,
    vendor_last_checkin=_MAYBE,
    kev_tracking=st.sampled_from(["", "Yes", "No"]),
    kev_due=_MAYBE,
    service_names=st.lists(LINE, max_size=2),
    publicly_exposed=st.none() | st.booleans(),
    closed_date=_MAYBE,
    closing_reason=_LINES,
)


def plan(*items: PlanItem) -> PlanDocument:
    """Return a plan with these items."""
    return PlanDocument(name="Harbor", layout="made up", facts=FACTS, items=items)


def _numbered(items: list[PlanItem]) -> PlanDocument:
    for number, item in enumerate(items, 1):
        item.id = f"V-{number}"
        for place, step in enumerate(item.milestones, 1):
            step.number = place
        for change in item.milestone_changes:
            change.number = 1 if item.milestones else 0
    return plan(*items)


PLANS: Final = st.lists(_ITEMS, min_size=1, max_size=3).map(_numbered)


def written(
    plan: PlanDocument, folder: Path, form: OscalPlan = JSON, earlier: Path | None = None, **choices: str
) -> Path:
    """Write a plan and return the file."""
    out = folder / f"written{form.suffix}"
    form.write(plan, out, Writing(as_of=AS_OF, base=earlier, choices=choices))
    return out


def schema(version: str) -> Callable[[object], bool]:
    """Return what tells whether a document is valid by the official schema of a version."""
    names = {"1.1.2": "complete", "1.1.3": "complete"}
    name = f"oscal_{names.get(version, 'poam')}_schema_v{version}.json"
    found = json.loads(sample(f"fedramp/oscal/schemas/{name}").read_bytes())
    return jsonschema_rs.validator_for(found).is_valid


def as_json(path: Path) -> dict[str, dict[str, object]]:
    """Return a document as JSON says it."""
    found: dict[str, dict[str, object]] = json.loads(path.read_bytes())
    return found
