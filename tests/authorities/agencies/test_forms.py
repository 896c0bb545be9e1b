"""The forms of agencies: written and read again they say the same, and what they cannot say is told."""

import csv
from dataclasses import fields
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.authorities.cms import caat
from milepost.authorities.csam import export as csam
from milepost.authorities.documents import format_named, formats, read_document, recognised_format
from milepost.authorities.documents.contract import PlanFormat, Writing, losses
from milepost.authorities.forms.table_document import TableDocument
from milepost.authorities.nist import cui_plan
from milepost.authorities.odni import body_of_evidence
from milepost.authorities.omb import eight_columns
from milepost.domain.errors import InputRefused, UnknownFormat, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, PlanMilestone, State
from tests.authorities.agencies.plans import AS_OF, plan, plans
from tests.samples import sample

FORMS = [csam.FORMAT, caat.FORMAT, body_of_evidence.FORMAT, eight_columns.FORMAT, cui_plan.FORMAT]
_OFFICIAL = {"csam": "csam_poam_export_columns.csv", "caat": "cms_caat_columns.csv"}


def said(document: PlanDocument, names: frozenset[str]) -> list[dict[str, object]]:
    """Return the fields of the items; the row where a milestone stands is none of it."""
    found = []
    for item in document.items:
        for step in item.milestones:
            step.row = 0
        for change in item.milestone_changes:
            change.row = 0
        fields_of = {name: getattr(item, name) for name in names}
        found.append({name: list(v) if isinstance(v, list | tuple) else v for name, v in fields_of.items()})
    return found


def sayable(form: TableDocument) -> list[State]:
    """Return the states that the form can say exactly."""
    return [
        state
        for state in State
        if state.value and form.form.state_of(form.form.word_of(state)) is state and form.form.word_of(state)
    ]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".docx"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, form: TableDocument, ending: str, data: st.DataObject
) -> None:
    """Every field that the form carries, in a workbook, in CSV and in a Word table."""
    before = data.draw(plans(form.carries, sayable(form)))
    out = tmp_path_factory.mktemp("form") / f"plan{ending}"
    form.write(before, out, Writing(as_of=AS_OF))
    assert recognised_format(out) is form
    after = read_document(out)
    names = form.carries - {"id"} if "id" not in form.carries else form.carries
    derived = {"actual_completion_date", "closed_date"} if "actual_finish" in names else set[str]()
    assert said(after, names - derived) == said(before, names - derived)


@pytest.mark.samples
@pytest.mark.parametrize("name", _OFFICIAL)
def test_the_headings_are_those_that_are_known(name: str) -> None:
    """In their order, none left out."""
    listed = sample(f"agencies/formats/{_OFFICIAL[name]}")
    with listed.open(encoding="utf-8") as file:
        known = [row["column"] for row in csv.DictReader(file)]
    form = next(form for form in FORMS if form.name == name)
    assert [column.heading for column in form.form.columns] == known


def test_the_number_of_columns() -> None:
    """Each form has as many columns as its source says."""
    assert [len(form.form.columns) for form in FORMS] == [57, 20, 10, 8, 8]


def csam_row(**cells: str) -> dict[str, str]:
    """Return a row of a CSAM export: every column filled, those that are named as they are given."""
    row = {column.heading: f"about {column.heading}" for column in csam.FORMAT.form.columns}
    days = {heading: "03/04/2026" for heading in row if heading.endswith("Date")}
    numbers = {"Cost": "5000", "Percent Complete": "40", "Status": "In Progress", "Severity": "High"}
    numbers |= {
        "Control Risk Severity": "Low",
        "User Identified Criticality": "Low",
        "Days Since Creation": "7",
    }
    numbers |= {
        "Number Milestones": "3",
        "Number Artifacts": "2",
        "Email": "a@example.com",
        "Phone": "5550100",
    }
    numbers |= {"Controls": "AC-2, SI-2", "Date % Complete Last Updated": "03/05/2026", "Accepted Risk": "No"}
    return {**row, **days, **numbers, **cells}


def csam_file(path: Path, *rows: dict[str, str]) -> Path:
    """Write a CSAM export as CSV, with a title above and a column of the agency's own."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["POA&M report"])
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_an_export_of_csam_loses_no_cell(tmp_path: Path, ending: str) -> None:
    """Each of the 57 columns and one of the agency's own, read and written and read, cell by cell."""
    rows = [csam_row(**{"POAM ID": f"P{n}", "Days Since Creation": "-3", "Own": f"mine {n}"}) for n in (1, 2)]
    source = csam_file(tmp_path / "csam.csv", *rows)
    read = read_document(source)
    csam.FORMAT.write(read, tmp_path / f"out{ending}", Writing(as_of=AS_OF))
    again = read_document(tmp_path / f"out{ending}")
    assert said(again, csam.FORMAT.carries) == said(read, csam.FORMAT.carries)
    kept = [{name: text for name, text in item.texts.items() if ":" in name} for item in read.items]
    days = "csam: Days Since Creation"
    assert [{**item.texts, days: ""} | {days: ""} for item in again.items] == [
        {**texts, **{k: v for k, v in again.items[n].texts.items() if ":" not in k}, days: ""}
        for n, texts in enumerate(kept)
    ]


def test_a_former_csv_is_filled(tmp_path: Path) -> None:
    """Title, order of columns and the agency's own column stay; the plan's changes are there."""
    source = csam_file(tmp_path / "csam.csv", csam_row(**{"POAM ID": "P1", "Own": "mine"}))
    item = PlanItem(id="P1", title="New title", status=State.DELAYED)
    out = tmp_path / "out.csv"
    csam.FORMAT.write(plan_of(item), out, Writing(as_of=AS_OF, base=source))
    lines = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    row = dict(zip(lines[1], lines[2], strict=True))
    assert lines[0] == ["POA&M report"]
    assert (row["POAM Title"], row["Status"], row["Own"]) == ("New title", "Delayed", "mine")
    assert row["Workflow Status"] == "about Workflow Status"


def test_a_former_workbook_is_filled(tmp_path: Path) -> None:
    """Other sheets and people's own columns stay, and follow their item."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    headings = [*csam_row(), "Own"]
    sheet.append(["POA&M report"])
    sheet.append(headings)
    for number in (1, 2):
        sheet.append([*csam_row(**{"POAM ID": f"P{number}"}).values(), f"mine {number}"])
    book.create_sheet("Notes")["A1"] = "keep me"
    book.save(tmp_path / "base.xlsx")
    items = [PlanItem(id="P2", title="Second"), PlanItem(id="P1", title="First")]
    out = tmp_path / "out.xlsx"
    csam.FORMAT.write(plan_of(*items), out, Writing(as_of=AS_OF, base=tmp_path / "base.xlsx"))
    filled = openpyxl.load_workbook(out)
    rows = list(filled.worksheets[0].iter_rows(min_row=3, values_only=True))
    place = headings.index("POAM Title")
    assert [(row[place], row[-1]) for row in rows] == [("Second", "mine 2"), ("First", "mine 1")]
    assert filled["Notes"]["A1"].value == "keep me"


def plan_of(*items: PlanItem) -> PlanDocument:
    """Return a plan of items as they are."""
    return PlanDocument(name="plan", layout="made up", facts={"system": "Harbor"}, items=items)


def told(form: PlanFormat, tmp_path: Path, item: PlanItem) -> str:
    """Return what is told when an item is written."""
    written = form.write(plan_of(item), tmp_path / "plan.csv", Writing(as_of=AS_OF))
    return "; ".join(problem.what for problem in written.problems)


def test_required_elements_are_told_with_their_rule(tmp_path: Path) -> None:
    """ODNI: completed without its day, delayed without the obstacle (POAMType); nothing where all is said."""
    whole = PlanItem(id="1", description="Weak", identified_date=AS_OF, status=State.CLOSED_COMPLETED)
    whole.actual_completion_date = AS_OF
    assert told(body_of_evidence.FORMAT, tmp_path, whole) == ""
    whole.actual_completion_date = None
    assert "Completed only with the day of completion" in told(body_of_evidence.FORMAT, tmp_path, whole)
    whole.status = State.DELAYED
    assert "obstacles of a delayed item" in told(body_of_evidence.FORMAT, tmp_path, whole)


def test_states_that_a_form_cannot_say_are_told(tmp_path: Path) -> None:
    """A word that says less, no word at all, and a date that is past though nobody says delayed."""
    item = PlanItem(id="1", description="Weak", identified_date=AS_OF, status=State.PENDING_VERIFICATION)
    assert "pending verification is written as Ongoing" in told(body_of_evidence.FORMAT, tmp_path, item)
    item.status = State.RISK_ACCEPTED
    assert "no word for the status risk accepted" in told(body_of_evidence.FORMAT, tmp_path, item)
    item.status, item.scheduled_date = State.IN_PROGRESS, date(2026, 2, 1)
    assert "past 2026-02-01 and not Delayed" in told(body_of_evidence.FORMAT, tmp_path, item)
    item.scheduled_date = AS_OF
    assert told(body_of_evidence.FORMAT, tmp_path, item) == ""


def test_what_a_milestone_cannot_say_is_told(tmp_path: Path) -> None:
    """Who completed it stands in no cell."""
    item = PlanItem(
        id="1", description="W", responsible_org="IT", scheduled_date=AS_OF, status=State.IN_PROGRESS
    )
    item.milestones = [PlanMilestone("Order", by="A. Example")]
    assert "who completed it" in told(eight_columns.FORMAT, tmp_path, item)


def test_what_a_form_cannot_carry_is_a_loss() -> None:
    """Eight columns have no place for identifier and severity."""
    item = PlanItem(id="1", description="Weak", raw_severity="High")
    assert {each.field for each in losses(plan_of(item), eight_columns.FORMAT)} == {"id", "raw_severity"}


def test_formulas_stay_text(tmp_path: Path) -> None:
    """In CSV with a quote before them, in a workbook as text; the quote is not part of what is read."""
    item = PlanItem(id="1", title="=HYPERLINK(A1)", description="'=already quoted")
    csam.FORMAT.write(plan_of(item), tmp_path / "p.csv", Writing(as_of=AS_OF))
    assert "'=HYPERLINK(A1)" in (tmp_path / "p.csv").read_text("utf-8-sig")
    (read,) = read_document(tmp_path / "p.csv").items
    assert (read.title, read.description) == (item.title, item.description)
    csam.FORMAT.write(plan_of(item), tmp_path / "p.xlsx", Writing(as_of=AS_OF))
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "p.xlsx")["POAM"] for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A table without the headings, a base without them, an ending that no form has: each in a sentence."""
    (tmp_path / "a.csv").write_text("ID,Weakness,Status\n1,Old,Open\n")
    with pytest.raises(UnknownFormat, match="CSAM ID, POAM ID"):
        csam.FORMAT.read(tmp_path / "a.csv", "a.csv")
    with pytest.raises(UnknownFormat, match="former export"):
        csam.FORMAT.write(
            plan([PlanItem()]), tmp_path / "b.csv", Writing(as_of=AS_OF, base=tmp_path / "a.csv")
        )
    with pytest.raises(WrongUse, match=r"\.xlsx or \.csv or \.docx"):
        csam.FORMAT.write(plan([PlanItem()]), tmp_path / "b.pdf", Writing(as_of=AS_OF))
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize("content", [b"", b"\0\0", b"PK\x03\x04broken", b"%PDF-1.4"])
def test_what_is_no_table_is_recognised_by_no_form(tmp_path: Path, content: bytes) -> None:
    """Damage is left to the reader that explains it."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert not any(form.recognises(path) for form in FORMS)
    with pytest.raises(InputRefused):
        csam.FORMAT.read(path, "x.xlsx")


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    [
        "xoreta_academy_poam.xlsx",
        "rmf_demo_poam_5col.xlsx",
        "securedocs_advanced_poam.xlsx",
        "complyscan_poam.csv",
    ],
)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_real_plans_go_through_every_form(tmp_path: Path, name: str, form: TableDocument) -> None:
    """What a form wrote of a real plan it reads and writes again without a change, cell by cell."""
    real = read_document(sample(f"agencies/samples/{name}"))
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    form.write(real, first, Writing(as_of=AS_OF))
    form.write(read_document(first), second, Writing(as_of=AS_OF))
    assert second.read_bytes() == first.read_bytes()


def test_every_form_is_a_document_by_its_name() -> None:
    """With fields that exist."""
    names = {each.name for each in fields(PlanItem)}
    for form in FORMS:
        assert format_named(form.name) is form
        assert form.carries <= names
    assert {form.name for form in FORMS} <= {each.name for each in formats()}
