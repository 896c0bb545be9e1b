"""PL-2 and configuration findings stand on their own sheets of the POA&M workbook, in and out."""

import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import read_document
from milepost.authorities.documents.comparing import compare_plans
from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp.document import FORMAT
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.plan_item import PlanItem, State
from tests.samples import sample

AS_OF = date(2026, 11, 30)
OFFICIAL = "fedramp/templates/FedRAMP-POAM-Template-v3.0-2025-11-17.xlsx"
SHEETS = (
    PlanSheet("Open", Part.OPEN, 1, {}),
    PlanSheet("Configuration", Part.CONFIGURATION, 1, {}),
    PlanSheet("PL-2", Part.DEFICIENCIES, 1, {}),
)
OPEN = PlanItem(id="V-1", title="CM-6", description="d", raw_severity="Low", identified_date=AS_OF)
_WORDS = st.text("abcdef =+", min_size=1, max_size=12).map(lambda text: f"W {text.strip()}".strip())


def deficiency(number: int, *, done: date | None = None, plan: str = "Draw it anew") -> PlanItem:
    """Return a finding on the system security plan."""
    status = State.CLOSED_COMPLETED if done else State.IN_PROGRESS
    return PlanItem(
        id=f"PL-2.{number}",
        sheet=2,
        title="Outdated diagram",
        description="A service is missing",
        remediation_plan=plan,
        status=status,
        actual_completion_date=done,
        closed_date=done,
    )


def plan(*items: PlanItem) -> PlanDocument:
    """Return a plan with an open item and others."""
    return PlanDocument(name="p", layout="fedramp-3.0", sheets=SHEETS, items=[OPEN, *items])


def pl_2(path: Path) -> list[PlanItem]:
    """Return the PL-2 findings of a workbook."""
    document = read_document(path)
    return [item for item in document.items if document.part(item) is Part.DEFICIENCIES]


def _rows(path: Path) -> list[tuple[object, ...]]:
    """Return the cells of the sheet as another program reads them; no other sheet is read."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as workbook:
        return list(workbook["PL-2 Findings"].values)


@settings(max_examples=10)
@given(plans=st.lists(st.tuples(_WORDS, st.none() | st.dates(date(2020, 1, 1), AS_OF)), max_size=4))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, plans: list[tuple[str, date | None]]
) -> None:
    """Open ones and those put right, each with its day."""
    out = tmp_path_factory.mktemp("pl2") / "poam.xlsx"
    items = [deficiency(number, done=done, plan=words) for number, (words, done) in enumerate(plans, 1)]
    written = FORMAT.write(plan(*items), out, Writing(as_of=AS_OF))
    assert written.counts.get("PL-2 Findings", 0) == len(items)
    found = [(each.id, each.remediation_plan, each.actual_completion_date, each.status) for each in pl_2(out)]
    assert found == [(e.id, e.remediation_plan, e.actual_completion_date, e.status) for e in items]
    assert compare_plans(read_document(out), read_document(out)).changed == ()


@pytest.mark.samples
def test_the_official_sheet_is_filled_below_its_guidance(tmp_path: Path) -> None:
    """Guidance, example and marks stay, and the items follow from row 5 on."""
    out = tmp_path / "poam.xlsx"
    FORMAT.write(
        plan(deficiency(1), deficiency(2, done=AS_OF)), out, Writing(as_of=AS_OF, base=sample(OFFICIAL))
    )
    before, after = _rows(sample(OFFICIAL)), _rows(out)
    assert after[:4] == before[:4]
    assert [row[1] for row in after[4:6]] == ["PL-2.1", "PL-2.2"]
    assert [each.id for each in pl_2(out)] == ["PL-2.1", "PL-2.2"]


@pytest.mark.samples
def test_a_plan_without_such_findings_leaves_the_sheet_as_it_is(tmp_path: Path) -> None:
    """The user's own findings there are not the plan's to remove."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    FORMAT.write(plan(deficiency(1)), first, Writing(as_of=AS_OF, base=sample(OFFICIAL)))
    FORMAT.write(plan(), second, Writing(as_of=AS_OF, base=first))
    assert [each.id for each in pl_2(second)] == ["PL-2.1"]
    part = "xl/worksheets/sheet5.xml"
    with zipfile.ZipFile(first) as before, zipfile.ZipFile(second) as after:
        assert before.read(part) == after.read(part)


def test_layout_2_1_has_no_sheet_for_them(tmp_path: Path) -> None:
    """How many were not written is told, with the way out."""
    written = FORMAT.write(
        plan(deficiency(1)), tmp_path / "p.xlsx", Writing(as_of=AS_OF, choices={"version": "2.1"})
    )
    assert [(each.where, each.what[:2]) for each in written.problems] == [("PL-2 Findings", "1 ")]
    assert "layout 3.0" in written.problems[0].fix


def test_a_workbook_without_the_sheet_is_of_the_layout_all_the_same(tmp_path: Path) -> None:
    """And the findings that it cannot take are told."""
    FORMAT.write(plan(), tmp_path / "p.xlsx", Writing(as_of=AS_OF))
    workbook = openpyxl.load_workbook(tmp_path / "p.xlsx")
    del workbook["PL-2 Findings"]
    workbook.save(tmp_path / "base.xlsx")
    writing = Writing(as_of=AS_OF, base=tmp_path / "base.xlsx")
    written = FORMAT.write(plan(deficiency(1)), tmp_path / "out.xlsx", writing)
    assert [each.where for each in written.problems] == ["PL-2 Findings"]
    assert written.counts["Open POA&M Items"] == 1


@pytest.mark.samples
@pytest.mark.parametrize("version", ["v2.1-2024-03-29", "v3.0-2025-11-17"])
def test_configuration_findings_go_through_the_official_workbook(tmp_path: Path, version: str) -> None:
    """Each on its sheet, and read from there again."""
    base = sample(f"fedramp/templates/FedRAMP-POAM-Template-{version}.xlsx")
    finding = PlanItem(
        id="V-230221",
        sheet=1,
        title="Banner",
        description="No banner",
        source_ref="RHEL-08-010040",
        controls=("CM-6",),
        raw_severity="Moderate",
        identified_date=AS_OF,
    )
    out = tmp_path / "p.xlsx"
    FORMAT.write(plan(finding), out, Writing(as_of=AS_OF, base=base))
    document = read_document(out)
    (read,) = [item for item in document.items if document.part(item) is Part.CONFIGURATION]
    assert (read.id, read.source_ref, read.raw_severity, read.identified_date) == (
        "V-230221",
        "RHEL-08-010040",
        "Moderate",
        AS_OF,
    )
