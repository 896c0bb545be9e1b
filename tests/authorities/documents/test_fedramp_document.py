"""FedRAMP's workbook as a document: read, written and read again it says the same."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import format_named, read_document
from milepost.authorities.documents.comparing import compare_plans
from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp.document import FORMAT
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.plan_item import MilestoneChange, PlanItem, PlanMilestone
from milepost.work.documents.convert import Conversion, convert
from tests.samples import sample

AS_OF = date(2026, 3, 1)
SHEETS = (
    PlanSheet("Open", Part.OPEN, 1, {}),
    PlanSheet("Closed", Part.CLOSED, 1, {}),
    PlanSheet("Configuration", Part.CONFIGURATION, 1, {}),
)
_WORDS = st.text("abcdefghij 0123456789", max_size=12).map(lambda text: f"W {text.strip()}".strip())
_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_ANSWERS = st.sampled_from(["Yes", "No", "Pending"])
_ITEMS = st.builds(
    PlanItem,
    sheet=st.integers(0, 2),
    title=_WORDS,
    description=_WORDS,
    controls=st.lists(st.sampled_from(["SI-2", "AC-2(1)", "RA-5"]), min_size=1, max_size=3, unique=True),
    source_text=_WORDS,
    source_ref=_WORDS,
    assets=st.lists(st.sampled_from(["10.0.0.1 (443/TCP)", "host-a"]), min_size=1, max_size=2, unique=True),
    owner=_WORDS,
    resources_text=_WORDS,
    remediation_plan=_WORDS,
    identified_date=_DAYS,
    scheduled_date=_DAYS,
    status_date=_DAYS,
    vendor_dependency=st.booleans(),
    vendor_last_checkin=_DAYS,
    vendor_product=_WORDS,
    raw_severity=st.sampled_from(["High", "Moderate", "Low"]),
    adjusted_severity=st.sampled_from(["", "Moderate", "Low"]),
    risk_adjustment=_ANSWERS,
    false_positive=_ANSWERS,
    operational_requirement=_ANSWERS,
    deviation_rationale=_WORDS,
    kev_due=st.none() | _DAYS,
)


def plan(*items: PlanItem) -> PlanDocument:
    """Return a plan on three sheets, its items numbered."""
    for number, item in enumerate(items, 1):
        item.id = f"V-{number}"
    facts = {"system": "Harbor", "impact_level": "Moderate", "provider": "Pier Inc"}
    return PlanDocument(name="plan", layout="fedramp-2.1", facts=facts, sheets=SHEETS, items=items)


@pytest.mark.parametrize("version", ["3.0", "2.1"])
@settings(max_examples=6)
@given(items=st.lists(_ITEMS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, version: str, items: list[PlanItem]
) -> None:
    """Every field that the format carries, on its sheet, in both layouts."""
    out = tmp_path_factory.mktemp("poam") / "poam.xlsx"
    before = plan(*items)
    FORMAT.write(before, out, Writing(as_of=AS_OF, choices={"version": version}))
    after = read_document(out)
    found = compare_plans(before, after)
    told = {each.field for changed in found.changed for each in changed.differences}
    derived = {"status", "deviation", "closed_date", "actual_completion_date", "source_type", "poc"}
    derived |= {"kev_tracking", "auto_approve"}
    assert (found.new, found.gone, told - derived) == ((), (), set())
    assert [after.part(item) for item in after.items] == sorted(
        (before.part(item) for item in before.items), key=list(Part).index
    )


@pytest.mark.parametrize("version", ["3.0", "2.1"])
def test_milestones_survive(tmp_path: Path, version: str) -> None:
    """With numbers, dates and changes; 3.0 has them in the plan's own cell."""
    item = PlanItem(title="Old TLS", raw_severity="High", identified_date=AS_OF, remediation_plan="Upgrade.")
    item.milestones = [
        PlanMilestone("Order", date(2026, 3, 10), 1),
        PlanMilestone("Install", date(2026, 3, 20), 2),
    ]
    item.milestone_changes = [MilestoneChange("Later", 1, "update", date(2026, 3, 12))]
    FORMAT.write(plan(item), tmp_path / "p.xlsx", Writing(as_of=AS_OF, choices={"version": version}))
    (read,) = read_document(tmp_path / "p.xlsx").items
    assert [(each.number, each.text, each.due) for each in read.milestones] == [
        (1, "Order", date(2026, 3, 10)),
        (2, "Install", date(2026, 3, 20)),
    ]
    (change,) = read.milestone_changes
    assert (change.number, change.kind, change.on, change.text) == (1, "update", date(2026, 3, 12), "Later")


def test_an_agency_sheet_becomes_a_workbook_and_its_losses_are_told(tmp_path: Path) -> None:
    """Before anything is written."""
    source = tmp_path / "agency.csv"
    rows = ("ID,Weakness,Severity,Status,Cost", "7,Old TLS,High,Ongoing,5000", "8,Weak keys,Low,Completed,1")
    source.write_text("\n".join(rows))
    asked = Conversion(out=tmp_path / "out.xlsx", as_of=AS_OF, target="fedramp-poam")
    done = convert(read_document(source), asked)
    assert [(each.field, each.items, each.example) for each in done.lost] == [("cost_estimate", 2, "7")]
    written = read_document(tmp_path / "out.xlsx")
    assert [(item.id, item.title, written.part(item)) for item in written.items] == [
        ("7", "Old TLS", Part.OPEN),
        ("8", "Weak keys", Part.CLOSED),
    ]


def test_an_unknown_version_or_format_is_refused(tmp_path: Path) -> None:
    """In a sentence that names what there is."""
    with pytest.raises(WrongUse, match=r"3\.0 or 2\.1"):
        FORMAT.write(plan(), tmp_path / "p.xlsx", Writing(as_of=AS_OF, choices={"version": "9"}))
    with pytest.raises(WrongUse, match="fedramp-poam"):
        format_named("nothing")


def test_the_carried_fields_exist() -> None:
    """Every one is a field of an item."""
    assert FORMAT.carries <= {each.name for each in fields(PlanItem)}


@pytest.mark.samples
@pytest.mark.parametrize("version", ["v2.1-2024-03-29", "v3.0-2025-11-17"])
def test_the_official_template_is_filled(tmp_path: Path, version: str) -> None:
    """The items go into a copy of the user's own file."""
    template = sample(f"fedramp/templates/FedRAMP-POAM-Template-{version}.xlsx")
    item = PlanItem(title="Old TLS", raw_severity="High", identified_date=AS_OF)
    written = FORMAT.write(plan(item), tmp_path / "p.xlsx", Writing(as_of=AS_OF, base=template))
    assert written.counts["Open POA&M Items"] == 1
    assert [each.title for each in read_document(tmp_path / "p.xlsx").items] == ["Old TLS"]
