"""FedRAMP's Deviation Request form: one row a request, in and out, and what people wrote on it stays."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import read_document
from milepost.authorities.documents.comparing import compare_plans
from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp.deviation_form import (
    FORMAT,
    deviation_form,
    numbered,
    read_requests,
    write_requests,
)
from milepost.authorities.fedramp.form_writing import Filling
from milepost.authorities.fedramp.forms import FormRow
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import CellValue, PlanDocument
from milepost.domain.plan_item import DeviationRequest, PlanItem, State
from tests.samples import sample

AS_OF = date(2026, 11, 30)
MOMENT = datetime.fromisoformat("2026-11-02T09:30")
OFFICIAL = "fedramp/templates/FedRAMP-Vulnerability-Deviation-Request-Form.xlsx"
REQUEST: FormRow = {
    "number": "V-1-RA",
    "poam_id": "V-1",
    "kind": "RA",
    "initial_rating": "High",
    "cvss_base": 7.5,
    "requested_rating": "Moderate",
    "detected_on": date(2026, 10, 2),
    "rationale": "=isolated",
    "attack_vector": "Adjacent (MAV:A)",
    "attack_complexity": "High (MAC:H)",
    "status": "Pending",
}
_TEXT = st.text("abc =+-@\n0123", min_size=1, max_size=20).filter(lambda text: text.strip() == text)
_CELLS = {
    each.field: st.dates(date(2020, 1, 1), date(2030, 1, 1))
    if each.kind == "date"
    else st.sampled_from(each.choices)
    if each.choices
    else _TEXT
    for each in deviation_form().columns
    if each.field not in {"number", "poam_id"}
}
_ROWS = st.lists(st.fixed_dictionaries({}, optional=_CELLS), max_size=5)


def filling(*rows: FormRow) -> Filling:
    """Return requests with the facts of a system."""
    facts: dict[str, CellValue] = {"provider": "Pier Inc", "system": "Harbor", "impact_level": "Moderate"}
    return Filling(rows=rows, as_of=AS_OF, facts=facts)


@settings(max_examples=15)
@given(cells=_ROWS)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, CellValue]]
) -> None:
    """Every column of every request, whatever the texts look like; and once more into its own file."""
    rows = [{**row, "number": f"DR-{n}", "poam_id": f"V-{n}"} for n, row in enumerate(cells, 1)]
    first = tmp_path_factory.mktemp("dr") / "first.xlsx"
    write_requests(filling(*rows), first)
    assert list(read_requests(first).rows) == rows
    write_requests(filling(*read_requests(first).rows), first.with_name("second.xlsx"), first)
    assert list(read_requests(first.with_name("second.xlsx")).rows) == rows


@pytest.mark.samples
def test_the_official_form_is_filled_and_nothing_else_in_it_changes(tmp_path: Path) -> None:
    """The examples give way to the requests; the dictionary, the fifteen drop-downs and all parts stay."""
    official, out = sample(OFFICIAL), tmp_path / "dr.xlsx"
    written = write_requests(filling(REQUEST), out, official)
    assert (written.counts, written.problems) == ({"DR Sheet": 1}, ())
    read = read_requests(out)
    assert read.rows == (REQUEST,)
    assert read.facts == {"provider": "Pier Inc", "system": "Harbor", "impact_level": "Moderate"}
    with zipfile.ZipFile(official) as before, zipfile.ZipFile(out) as after:
        assert sorted(after.namelist()) == sorted(before.namelist())
        differing = {name for name in before.namelist() if before.read(name) != after.read(name)}
        assert differing <= {"xl/worksheets/sheet2.xml", "xl/styles.xml"}
        tails = [
            archive.read("xl/worksheets/sheet2.xml").partition(b"</sheetData>")[2]
            for archive in (before, after)
        ]
    assert tails[0] == tails[1]
    assert tails[1].count(b"<x14:dataValidation ") == 15


@pytest.mark.samples
def test_the_official_form_alone_asks_for_nothing() -> None:
    """Format line, examples and dictionary are no requests, placeholders no facts."""
    read = read_requests(sample(OFFICIAL))
    assert (read.rows, dict(read.facts), read.problems) == ((), {}, ())
    assert read_document(sample(OFFICIAL)).items == []


@pytest.mark.samples
@pytest.mark.filterwarnings("ignore:Data Validation extension")
def test_the_headings_and_drop_downs_are_the_official_ones() -> None:
    """Column by column, as the form has them."""
    workbook = openpyxl.load_workbook(sample(OFFICIAL))
    headings = [cell.value for cell in workbook["DR Sheet"][10]]
    headings[40] = workbook["DR Sheet"]["AO9"].value
    ours = [each.heading for each in deviation_form().columns]
    assert ours == [" ".join(str(text).split()) for text in headings[: len(ours)]]
    columns = list(workbook["Data Dictionary - Do Not Remove"].iter_cols(min_row=3, values_only=True))
    for ours_, official in zip(deviation_form().columns, columns, strict=False):
        assert ours_.choices == tuple(str(value).strip() for value in official if value)


def test_what_reviewers_wrote_stays(tmp_path: Path) -> None:
    """Of a request that is on the form already only what the plan says is written anew."""
    reviewed = {**REQUEST, "number": "DR-7", "gsa_comments": "See call", "attack_vector_reason": "VLAN 7"}
    write_requests(filling(reviewed), tmp_path / "old.xlsx")
    bare = {"poam_id": "V-1", "kind": "RA", "requested_rating": "Low", "status": "Approved"}
    write_requests(filling(bare), tmp_path / "new.xlsx", tmp_path / "old.xlsx")
    (row,) = read_requests(tmp_path / "new.xlsx").rows
    assert (row["number"], row["gsa_comments"], row["attack_vector_reason"]) == ("DR-7", "See call", "VLAN 7")
    assert (row["requested_rating"], row["status"]) == ("Low", "Approved")
    assert "rationale" not in row


def test_a_request_that_is_gone_is_told(tmp_path: Path) -> None:
    """It was on the form before; nothing vanishes in silence."""
    write_requests(filling(REQUEST), tmp_path / "old.xlsx")
    written = write_requests(filling(), tmp_path / "new.xlsx", tmp_path / "old.xlsx")
    assert [each.where for each in written.problems] == ["V-1-RA"]
    assert "in the plan no more" in written.problems[0].what


@pytest.mark.parametrize(
    ("kind", "needed", "said"),
    [
        (
            "FP",
            "Evidence Description, List of Evidence Attachments",
            {"evidence": "x", "evidence_attachments": "y"},
        ),
        (
            "OR",
            "Operational Impact Statement, Justification",
            {"operational_impact": "x", "justification": "y"},
        ),
        (
            "RA",
            "Requested Risk Rating/Impact, Attack Vector, Attack Complexity",
            {"requested_rating": "Low", "attack_vector": "x", "attack_complexity": "y"},
        ),
    ],
)
def test_what_each_type_of_request_needs(
    tmp_path: Path, kind: str, needed: str, said: dict[str, CellValue]
) -> None:
    """Evidence, an operational impact, metrics: what lacks is named, and nothing is where all is there."""
    bare: FormRow = {"number": "1", "poam_id": "V-1", "kind": kind}
    (problem,) = write_requests(filling(bare), tmp_path / "a.xlsx").problems
    assert f"needs {needed}" in problem.what
    assert write_requests(filling({**bare, **said}), tmp_path / "b.xlsx").problems == ()


def test_a_row_without_a_number_is_told_with_its_cell(tmp_path: Path) -> None:
    """It is not taken, and not dropped in silence."""
    write_requests(filling(REQUEST), tmp_path / "dr.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "dr.xlsx")
    workbook["DR Sheet"]["A12"] = None
    workbook.save(tmp_path / "dr.xlsx")
    read = read_requests(tmp_path / "dr.xlsx")
    assert read.rows == ()
    assert [each.where for each in read.problems] == ["DR Sheet!A12"]


def test_cells_of_every_kind_are_read_and_written(tmp_path: Path) -> None:
    """Answers as words, whole numbers without a fraction, moments as text; once written they stay so."""
    write_requests(filling(REQUEST), tmp_path / "dr.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "dr.xlsx")
    sheet = workbook["DR Sheet"]
    sheet["C12"], sheet["I12"], sheet["M12"], sheet["R12"] = 19506.0, 7.5, True, MOMENT
    workbook.save(tmp_path / "dr.xlsx")
    (row,) = read_requests(tmp_path / "dr.xlsx").rows
    told = [row[name] for name in ("scan_id", "cvss_base", "provider_information", "rationale")]
    assert told == [19506, 7.5, "TRUE", "2026-11-02 09:30:00"]
    write_requests(filling(row), tmp_path / "again.xlsx")
    assert read_requests(tmp_path / "again.xlsx").rows == (row,)


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    """By name, for reading and as a base, and nothing is left behind."""
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(UnknownFormat, match="headings of the FedRAMP Deviation Request Form"):
        read_requests(tmp_path / "other.xlsx")
    with pytest.raises(UnknownFormat, match="FedRAMP Deviation Request Form"):
        write_requests(filling(REQUEST), tmp_path / "out.xlsx", tmp_path / "other.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["other.xlsx"]


def test_several_requests_of_one_type_have_numbers_of_their_own() -> None:
    """By item, type and order; a number that is there stays."""
    rows: list[FormRow] = [{"poam_id": "V-1", "kind": "FP"}, {"poam_id": "V-1", "kind": "FP"}]
    rows.append({"poam_id": "V-2", "kind": "OR RA", "number": "DR-9"})
    assert [row["number"] for row in numbered(rows)] == ["V-1-FP", "V-1-FP-2", "DR-9"]


@settings(max_examples=10)
@given(
    kinds=st.lists(
        st.sampled_from(["false_positive", "operational_requirement", "risk_adjustment"]),
        min_size=1,
        max_size=4,
    ),
    state=st.sampled_from(["pending", "approved", "denied"]),
)
def test_a_plan_goes_through_the_form(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], state: str
) -> None:
    """As a document like others: every item with a deviation, in all fields that the form has."""
    items = [_item(number, kind, state) for number, kind in enumerate(kinds, 1)]
    plan = PlanDocument(name="p", layout="x", items=items, fields=FORMAT.carries)
    out = tmp_path_factory.mktemp("dr") / "dr.xlsx"
    FORMAT.write(plan, out, Writing(as_of=AS_OF))
    found = compare_plans(plan, read_document(out))
    assert (found.new, found.gone, found.changed, found.faults) == ((), (), (), ())
    assert read_document(out).layout == "fedramp-dr"


def _item(number: int, kind: str, state: str) -> PlanItem:
    ends = {
        "false_positive": State.CLOSED_FALSE_POSITIVE,
        "operational_requirement": State.OPERATIONAL_REQUIREMENT,
    }
    waits = {
        "false_positive": State.FALSE_POSITIVE_REVIEW,
        "operational_requirement": State.OPERATIONAL_REQUIREMENT_REVIEW,
    }
    status = {"approved": ends, "pending": waits}.get(state, {}).get(kind, State.IN_PROGRESS)
    item = PlanItem(
        id=f"V-{number}",
        title="Old TLS",
        description="Accepts TLS 1.0.",
        source_text="Nessus",
        source_ref="104743",
        cves=("CVE-2011-3389",),
        assets=("10.0.0.1 (443/TCP)", "web"),
        cvss=7.5,
        identified_date=date(2026, 10, 2),
        raw_severity="High",
        adjusted_severity="Moderate" if kind == "risk_adjustment" else "",
        recommendations="Upgrade.",
        deviation_rationale="isolated",
        supporting_documents=("Screen shot",),
        status=status,
    )
    item.deviation = DeviationRequest(kind, state, "isolated")
    setattr(item, kind, {"approved": "Yes", "pending": "Pending", "denied": "No"}[state])
    return item


def test_both_deviations_at_once_are_one_request(tmp_path: Path) -> None:
    """The form has a type for an operational requirement with an adjusted risk."""
    item = _item(1, "operational_requirement", "pending")
    item.risk_adjustment, item.adjusted_severity = "Pending", "Low"
    FORMAT.write(PlanDocument(name="p", layout="x", items=[item]), tmp_path / "d.xlsx", Writing(as_of=AS_OF))
    (row,) = read_requests(tmp_path / "d.xlsx").rows
    assert (row["kind"], row["requested_rating"]) == ("OR RA", "Low")
    (read,) = read_document(tmp_path / "d.xlsx").items
    assert (read.operational_requirement, read.risk_adjustment) == ("Pending", "Pending")
