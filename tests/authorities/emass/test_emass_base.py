"""The user's own workbook filled: record numbers, unknown columns and every other part stay as they are."""

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import read_document
from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.emass.document import FORMAT
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import MilestoneChange, PlanItem, PlanMilestone, State
from tests.authorities.emass.workbooks import (
    AS_OF,
    DUE,
    FOLDER,
    ITEMS,
    OFFICIAL,
    book,
    carried,
    cells,
    changed_parts,
    filled,
    item,
    parts,
    plan,
    row,
)
from tests.samples import sample

STYLES = "xl/styles.xml"
SHEET = "xl/worksheets/sheet1.xml"
EXPORTED = (
    {
        "A": 91,
        "B": 7,
        "C": "Telnet is on",
        "D": "AC-3",
        "E": "SV-1r1_rule",
        "F": "Ongoing",
        "G": DUE,
        "J": 501,
        "K": "Turn it off",
        "L": "In Progress",
        "M": "Half done",
        "N": date(2026, 5, 1),
        "P": "Operational",
        "R": "NAVWAR",
        "S": "none",
        "V": "a\nb",
        "X": "Alone in a room",
        "AH": "mine",
    },
    {"A": 92, "J": 502, "K": "Verify it", "L": "Open", "N": date(2026, 5, 20)},
    {"A": 93, "B": 8, "C": "Old TLS", "D": "SC-8", "F": "Ongoing", "G": DUE, "P": "Operational"},
)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """An export with record numbers in column A and a column that somebody added, in our own layout."""
    blank = tmp_path / "blank.xlsx"
    FORMAT.write(plan(), blank, Writing(as_of=AS_OF))
    return filled(tmp_path / "export.xlsx", blank, EXPORTED)


def write(base: Path, plan: PlanDocument, out: Path) -> Written:
    """Write a plan into a base."""
    return FORMAT.write(plan, out, Writing(as_of=AS_OF, base=base))


def test_written_back_unchanged_nothing_changes(exported: Path, tmp_path: Path) -> None:
    """Cell by cell, record numbers, milestone ids and unknown columns included."""
    out = tmp_path / "out.xlsx"
    done = write(exported, read_document(exported), out)
    assert cells(out) == cells(exported)
    assert changed_parts(exported, out) <= {SHEET, STYLES}
    assert done.counts == {"POA&M": 2}


def test_a_change_changes_its_cell_alone(exported: Path, tmp_path: Path) -> None:
    """The rest of the row is the base's, whatever its words."""
    read = read_document(exported)
    read.items[0].mitigations = "Firewall"
    out = tmp_path / "out.xlsx"
    write(exported, read, out)
    assert cells(out) == cells(exported) | {"W8": "Firewall"}


def test_record_numbers_follow_their_items(exported: Path, tmp_path: Path) -> None:
    """In another order, with a new item before them: the new one has none."""
    read = read_document(exported)
    read.items = [item(id="", description="New", milestones=()), read.items[1], read.items[0]]
    out = tmp_path / "out.xlsx"
    write(exported, read, out)
    numbers = [row(out, number).get("A") for number in (8, 9, 10, 11)]
    assert numbers == [None, 93, 91, 92]
    assert (row(out, 10)["AH"], row(out, 10)["J"], row(out, 11)["J"]) == ("mine", 501, 502)


def test_an_item_without_emass_number_is_known_by_its_words(exported: Path, tmp_path: Path) -> None:
    """Description and controls say which it is; eMASS's own number stays beside the record number."""
    ours = item(id="V-12", description="Old  TLS", controls=("sc-8",))
    out = tmp_path / "out.xlsx"
    write(exported, plan(ours, layout="register"), out)
    assert (row(out, 8)["A"], row(out, 8)["B"]) == (93, 8)


def test_a_plan_from_elsewhere_keeps_what_it_does_not_speak_of(exported: Path, tmp_path: Path) -> None:
    """Analyses and milestones that were typed in eMASS stay; what the plan says replaces its cells."""
    ours = PlanItem(
        id="7", description="Telnet is on", status=State.IN_PROGRESS, scheduled_date=date(2026, 7, 1)
    )
    out = tmp_path / "out.xlsx"
    write(exported, plan(ours, layout="register"), out)
    first = row(out, 8)
    assert (first["X"], first["J"], first["M"], first["E"]) == (
        "Alone in a room",
        501,
        "Half done",
        "SV-1r1_rule",
    )
    assert str(first["G"])[:10] == "2026-07-01"
    assert row(out, 9)["J"] == 502


def test_milestones_come_and_change(exported: Path, tmp_path: Path) -> None:
    """A new one gets a row after the others and no number; a later date changes one cell."""
    read = read_document(exported)
    first, second = read.items[0].milestones
    second.due = date(2026, 5, 25)
    read.items[0].milestones = [first, second, PlanMilestone("Report it", DUE, 3)]
    out = tmp_path / "out.xlsx"
    write(exported, read, out)
    assert {name: str(value)[:10] for name, value in row(out, 9).items()} == {
        "A": "92",
        "J": "502",
        "K": "Verify it",
        "L": "Open",
        "N": "2026-05-25",
    }
    assert {name: str(value)[:10] for name, value in row(out, 10).items()} == {
        "K": "Report it",
        "L": "Open",
        "N": "2026-06-01",
    }
    assert row(out, 11)["A"] == 93


def test_a_completed_item_has_its_day_and_an_open_one_has_none(exported: Path, tmp_path: Path) -> None:
    """What follows from the status does not outlive a change of it."""
    read = read_document(exported)
    read.items[1].status, read.items[1].actual_completion_date = State.CLOSED_COMPLETED, date(2026, 2, 1)
    done, again = tmp_path / "done.xlsx", tmp_path / "again.xlsx"
    write(exported, read, done)
    assert (row(done, 10)["F"], str(row(done, 10)["I"])[:10]) == ("Completed", "2026-02-01")
    ours = PlanItem(id="8", description="Old TLS", status=State.IN_PROGRESS)
    write(done, plan(ours, layout="register"), again)
    assert row(again, 8)["F"] == "Ongoing"
    assert "I" not in row(again, 8)


def test_rows_beyond_the_plan_are_cleared_and_told(exported: Path, tmp_path: Path) -> None:
    """What the plan no longer has is gone from the sheet, and named."""
    read = read_document(exported)
    read.items = read.items[1:]
    out = tmp_path / "out.xlsx"
    done = write(exported, read, out)
    assert row(out, 8)["A"] == 93
    assert not row(out, 9)
    assert not row(out, 10)
    assert "1 items of the former workbook are not in the plan and were left out: 7" in done.problems[-1].what


def test_formulas_that_people_typed_move_with_their_row(exported: Path, tmp_path: Path) -> None:
    """A formula in an added column refers to its own row wherever that is."""
    export = book(exported)
    export["POA&M"]["AH10"] = "=LEN(C10)"
    export.save(exported)
    read = read_document(exported)
    read.items = [read.items[1], read.items[0]]
    out = tmp_path / "out.xlsx"
    write(exported, read, out)
    assert row(out, 8)["AH"] == "=LEN(C8)"


def test_what_is_no_import_workbook_is_refused(tmp_path: Path) -> None:
    """With a sentence that says where to get one; nothing is written."""
    other = openpyxl.Workbook()
    other.active.append(["POAM ID", "Weakness Name", "Controls"])
    other.save(tmp_path / "other.xlsx")
    with pytest.raises(UnknownFormat, match=r"no eMASS POA&M import workbook.*export the POA&M from eMASS"):
        write(tmp_path / "other.xlsx", plan(item()), tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.samples
@pytest.mark.parametrize("name", OFFICIAL)
def test_official_templates_keep_every_other_part(tmp_path: Path, name: str) -> None:
    """Hidden sheets, lists, type tag, validations, theme: byte for byte; only rows and formats are added."""
    base, out = sample(f"{FOLDER}/{name}.xlsx"), tmp_path / "out.xlsx"
    write(base, plan(item(raw_severity="High", adjusted_severity="Moderate")), out)
    assert changed_parts(base, out) <= {SHEET, STYLES}
    before, after = parts(base)[SHEET].decode(), parts(out)[SHEET].decode()
    start, end = before.index("<sheetData"), before.index("</sheetData>")
    below = before.find('<row r="8"', start)
    assert before[start : end if below < 0 else below] in after
    assert before[end:] == after[after.index("</sheetData>") :]
    former = cells(base)
    assert {place: value for place, value in cells(out).items() if place in former} == former


@pytest.mark.samples
@pytest.mark.parametrize("name", OFFICIAL)
@settings(max_examples=3)
@given(items=st.lists(ITEMS, min_size=1, max_size=3))
def test_every_generation_says_again_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, name: str, items: list[PlanItem]
) -> None:
    """Each field that the generation has a column for; written twice, nothing changes any more."""
    folder = tmp_path_factory.mktemp("emass")
    base, out, again = sample(f"{FOLDER}/{name}.xlsx"), folder / "out.xlsx", folder / "again.xlsx"
    for number, each in enumerate(items, 1):
        each.id = str(number)
    write(base, plan(*items), out)
    read = read_document(out)
    assert [each.id for each in read.items] == [each.id for each in items]
    for before, after in zip(items, read.items, strict=True):
        expected, found = carried(before), carried(after)
        if before.status is State.RISK_ACCEPTED and "2026" in name:
            expected |= {"scheduled_date": None, "milestones": []}
        if "2026" not in name:
            expected["milestones"] = [(each.text, each.due, False, False, None) for each in before.milestones]
        derived = {
            "owner",
            "owner_contact",
            "closed_date",
            "resulting_risk",
            "threat_description",
            "raw_severity",
        }
        derived |= {"predisposing_conditions"}
        if "2026" not in name:
            derived |= {
                "source_text",
                "source_details",
                "acceptance_expires",
                "actual_completion_date",
                "assets",
            }
        assert {each for each in expected if expected[each] != found[each]} <= derived
    write(out, read, again)
    assert cells(again) == cells(out)
    assert changed_parts(out, again) <= {SHEET}


@pytest.mark.samples
def test_a_filled_official_workbook_is_written_back_cell_by_cell(tmp_path: Path) -> None:
    """With the blank rows between its items, odd words and text dates."""
    base, out = sample(f"{FOLDER}/rmf_standard_filled_sample.xlsx"), tmp_path / "out.xlsx"
    read = read_document(base)
    assert [each.row for each in read.items] == [8, 13]
    write(base, read, out)
    for sheet in ("POA&M", "Sheet1", "8500 IA Controls", "Example", "Instructions"):
        assert cells(out, sheet) == cells(base, sheet)
    assert changed_parts(base, out) <= {SHEET, STYLES}


@pytest.mark.samples
def test_old_workbooks_take_milestones_as_text_and_categories(tmp_path: Path) -> None:
    """Text with its date on own rows, changes after them, raw severity I to III, status with its day."""
    steps = [PlanMilestone("Order", DUE, 1), PlanMilestone("Install", DUE, 2)]
    found = item(
        milestones=steps,
        milestone_changes=[MilestoneChange("Vendor late", 1, "update", new_date=date(2026, 7, 1))],
        raw_severity="Very High",
        status=State.CLOSED_COMPLETED,
        actual_completion_date=date(2026, 2, 1),
    )
    out = tmp_path / "out.xlsx"
    write(sample(f"{FOLDER}/rmf_standard_2018-2021.xlsx"), plan(found), out)
    assert [row(out, number).get("I") for number in (8, 9)] == ["Order 06/01/2026", "Install 06/01/2026"]
    assert row(out, 10) == {"J": "Update Vendor late 07/01/2026"}
    assert (row(out, 8)["N"], row(out, 8)["L"]) == ("I", "Completed 02/01/2026")
    assert (row(out, 8)["C"], "A" in row(out, 8)) == ("Telnet is on", False)


@pytest.mark.samples
def test_cells_take_the_form_of_their_column(tmp_path: Path) -> None:
    """Where a template has no rows of data, its columns say how cells look."""
    out = tmp_path / "out.xlsx"
    write(sample(f"{FOLDER}/navy_2026-06.xlsx"), plan(item()), out)
    cell = book(out)["POA&M"]["C8"]
    assert cell.alignment.horizontal == "left"
    assert cell.border.left.style == "thin"
    day = book(out)["POA&M"]["G8"]
    assert day.is_date
    assert zipfile.is_zipfile(out)
