"""A plan is read by its headings: every known layout, wherever its columns and rows stand."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.fedramp.columns import COLUMNS_2_1
from milepost.authorities.fedramp.workbook import Version, write_workbook
from milepost.authorities.intake.reading import read_plan
from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused, UnknownFormat
from milepost.domain.plan_document import Part
from milepost.domain.plan_item import NoteKind, State
from tests.authorities.poams import BARE, PLAIN, poam
from tests.samples import sample

HEADINGS = [column.header for column in COLUMNS_2_1]
GENERATIONS = {27: "fedramp-2018", 28: "fedramp-2021", 30: "fedramp-2.0", 31: "fedramp-2.1"}
Row = list[object]


def workbook(path: Path, **sheets: list[Row]) -> Path:
    """Write rows into sheets; a blank in a sheet's name is written as an underscore."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def table(path: Path, text: str) -> Path:
    """Write a text."""
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("version", ["3.0", "2.1"])
def test_our_own_workbooks_are_read(tmp_path: Path, version: Version) -> None:
    """What Milepost writes is read back: both layouts, all three lists, guidance rows left out."""
    out = tmp_path / "poam.xlsx"
    closed, found = replace(BARE, poam_id="V-8"), replace(BARE, poam_id="V-9")
    write_workbook(poam([PLAIN, BARE], [closed], [found]), out, layout=version)
    plan = read_plan(out)
    assert plan.layout == f"fedramp-{version}"
    assert plan.profile == "fedramp-rev5"
    assert [item.id for item in plan.items] == ["V-1", "V-2", "V-8", "V-9"]
    assert [plan.part(item) for item in plan.items] == [
        *(Part.OPEN, Part.OPEN),
        *(Part.CLOSED, Part.CONFIGURATION),
    ]
    assert plan.dated == date(2026, 6, 1)
    first = plan.items[0]
    assert first.controls == ("RA-5", "SI-2(3)")
    assert first.source_ref == "104743"
    assert first.identified_date == date(2026, 3, 2)
    assert first.scheduled_date is not None
    assert [(each.number, each.due) for each in first.milestones] == [
        (1, date(2026, 4, 1)),
        (2, date(2026, 5, 20)),
    ]
    assert [change.on for change in first.milestone_changes] == [date(2026, 5, 28)]
    assert first.vendor_dependency is True
    assert first.status is State.OPERATIONAL_REQUIREMENT_REVIEW
    assert plan.items[2].status is State.CLOSED_COMPLETED
    assert (
        str(plan.place(first, "identified_date")) == f"Open POA&M Items!{'L' if version == '3.0' else 'K'}9"
    )


@pytest.mark.parametrize(("count", "layout"), GENERATIONS.items())
def test_every_generation_of_fedramp_is_told_by_its_columns(tmp_path: Path, count: int, layout: str) -> None:
    """27, 28, 30 and 31 columns are the workbooks of 2018, 2021, 2.0 and 2.1."""
    headings = [heading for heading in HEADINGS[:count] if heading != "Service Name" or count == 31]
    row: Row = ["V-7", "AC-2", "Old accounts", "Accounts of people who left"]
    plan = read_plan(workbook(tmp_path / "p.xlsx", Open=[["Title"], [], list(headings), row]))
    assert (plan.layout, plan.items[0].id) == (layout, "V-7")


@pytest.mark.parametrize("shift", [0, 1, 3])
def test_columns_are_found_by_heading_not_by_letter(tmp_path: Path, shift: int) -> None:
    """Columns may stand further right, as in the layout with a label column, and the place follows."""
    blank: Row = [None] * shift
    rows: list[Row] = [[*blank, *HEADINGS], [*blank, "V-7", "AC-2"]]
    plan = read_plan(workbook(tmp_path / "p.xlsx", Open=rows))
    assert plan.items[0].controls == ("AC-2",)
    assert plan.place(plan.items[0], "controls").column == "BCDE"[shift]


def test_guidance_and_example_rows_are_no_items(tmp_path: Path) -> None:
    """The rows of the template that explain the columns, and its example, are left out."""
    rows: list[Row] = [
        ["", *HEADINGS],
        ["Guidance", "Assign a unique identifier"],
        ["Examples", "V-1Example", "AC-1", "Open port"],
        ["Mandatory or Situational", "Mandatory"],
        [None, "V-1Example", "AC-1", "Open port"],
        [None, "V-3", "AC-1", "Open port"],
    ]
    assert [item.id for item in read_plan(workbook(tmp_path / "p.xlsx", Open=rows)).items] == ["V-3"]


def test_unknown_columns_are_kept_by_name(tmp_path: Path) -> None:
    """A column that a provider added is listed, and disturbs nothing."""
    rows: list[Row] = [[*HEADINGS, "Ticket"], ["V-3", "AC-1", "Open port"]]
    plan = read_plan(workbook(tmp_path / "p.xlsx", Open=rows))
    assert plan.sheets[0].extra == ("Ticket",)


def test_numbers_are_identifiers_without_a_point(tmp_path: Path) -> None:
    """A plugin id that the spreadsheet made a number is 19506, not 19506.0."""
    row: Row = ["V-3", "AC-1", "Scan", "Found", "Nessus", 19506.0]
    assert read_plan(workbook(tmp_path / "p.xlsx", Open=[list(HEADINGS), row])).items[0].source_ref == "19506"


EMASS = [
    *("", "POA&M Item ID", "Control Vulnerability Description", "Controls / APs", "Security Checks"),
    *("POA&M Status", "POA&M Scheduled Completion Date", "POA&M Completion Date", "Milestone ID"),
    *("Milestone Description", "Milestone Status", "Milestone Scheduled Completion Date"),
    *("Milestone Completion Date", "Identification Source", "Office/Org", "Resources Required", "Comments"),
    *("Raw Severity", "Severity"),
]


def test_milestones_of_emass_stand_on_rows_of_their_own(tmp_path: Path) -> None:
    """Rows without an item continue the item above; labels with a colon have their value beside them."""
    office = "DoD, Jane Roe, 555-0100, jane@example.mil"
    first: Row = [
        *(None, "1", "Telnet is on", "AC-3", "SV-1r1_rule", "Ongoing", date(2026, 5, 1), None),
        *(
            "1",
            "Turn it off",
            "Completed",
            date(2026, 4, 1),
            date(2026, 3, 30),
            "Management",
            office,
            "none",
            "ok",
        ),
        *("High", "Moderate"),
    ]
    second: Row = [None] * 8 + ["2", "Verify it", "Open", date(2026, 4, 20)]
    rows: list[Row] = [["Date Exported:", None, "2026-03-01"], [], list(EMASS), first, second]
    plan = read_plan(workbook(tmp_path / "p.xlsx", **{"POA&M": rows}))
    item = plan.items[0]
    assert plan.layout == "emass-2026"
    assert plan.dated == date(2026, 3, 1)
    assert (item.raw_severity, item.adjusted_severity) == ("High", "Moderate")
    assert (item.owner, item.owner_contact) == ("Jane Roe", "555-0100 jane@example.mil")
    assert [(each.text, each.done, each.row) for each in item.milestones] == [
        ("Turn it off", True, 4),
        ("Verify it", False, 5),
    ]


def test_the_report_of_emass_has_dashes_for_nothing(tmp_path: Path) -> None:
    """In the report's layout a dash is an empty cell, and Status beside POA&M Status is the milestone's."""
    headings: Row = [
        *("ID", "Vulnerability Description", "Controls / APs", "Control Criticality", "POA&M Status"),
        *("Scheduled Completion", "Pending Extension Date", "Milestone Description", "Status", "Scheduled"),
        *("Office / Org", "Resources", "Comments", "Raw Severity"),
    ]
    headings[5] = "POA&M Scheduled Completion Date"
    row: Row = [
        "7",
        "Telnet is on",
        "AC-3",
        "-",
        "Ongoing",
        "05/01/2026",
        "-",
        "Fix",
        "Completed",
        "04/01/2026",
    ]
    plan = read_plan(
        workbook(tmp_path / "p.xlsx", RMF_POAM=[["Plan"], headings, [*row, "DoD", "-", "-", "High"]])
    )
    item = plan.items[0]
    assert plan.layout == "emass-report"
    assert (item.resources_text, item.comments) == ("", ())
    assert (item.status, item.milestones[0].done) == (State.IN_PROGRESS, True)


def test_dates_after_the_word_in_an_old_status(tmp_path: Path) -> None:
    """`Completed 11/13/2018` is Completed, on that day (eMASS workbooks before 2024)."""
    headings: Row = [
        "POA&M Item ID",
        "Control Vulnerability Description",
        "Milestone with Completion Dates",
        "Status",
    ]
    row: Row = ["3", "Telnet is on", "Turn it off 10/17/2018", "Completed 11/13/2018"]
    item = read_plan(workbook(tmp_path / "p.xlsx", **{"POA&M": [headings, row]})).items[0]
    assert (item.status, item.actual_completion_date) == (State.CLOSED_COMPLETED, date(2018, 11, 13))
    assert [(each.text, each.due) for each in item.milestones] == [("Turn it off", date(2018, 10, 17))]


def test_a_csam_export_is_known(tmp_path: Path) -> None:
    """The headings of a CSAM export are fields: title, weakness, dates, cost, percent complete."""
    text = (
        "CSAM ID,System Name,POAM ID,POAM Title,Detailed Weakness Description,Create Date,"
        "Scheduled Completion Date,Status,Cost,Severity,Assigned To,Email,Controls,Percent Complete\n"
        '9,Payroll,17,Old accounts,"Accounts of people who left are active",01/05/2026,04/01/2026,Delayed,'
        '"$1,200.50",Moderate,Jane Roe,jane@example.gov,AC-2,40\n'
    )
    plan = read_plan(table(tmp_path / "export.csv", text))
    item = plan.items[0]
    assert plan.layout == "csam"
    assert (item.title, item.cost_estimate, item.percent_complete) == ("Old accounts", 1200.5, 40)
    assert (item.status, item.owner_contact) == (State.DELAYED, "jane@example.gov")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_whatever_its_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    """Separator, byte order mark and Windows-1252 make no difference; lines are places."""
    rows = [["POAM ID", "Weakness", "Due Date", "Owner"], ["P-1", "Café router is open", "2026-04-01", "Zoë"]]
    text = "\n".join(separator.join(row) for row in rows)
    path = tmp_path / "plan.csv"
    path.write_bytes(text.encode(encoding))
    item = read_plan(path).items[0]
    assert (item.description, item.owner) == ("Café router is open", "Zoë")
    assert item.scheduled_date == date(2026, 4, 1)


def test_a_cell_with_line_breaks_keeps_the_lines_right(tmp_path: Path) -> None:
    """The place of a row is the line on which it begins."""
    text = 'ID,Weakness,Owner,Status\nP-1,"first\nsecond",Jo,Open\nP-2,other,Jo,Open\n'
    plan = read_plan(table(tmp_path / "p.csv", text))
    assert [str(plan.place(item)) for item in plan.items] == ["line 2", "line 4"]


def test_other_words_are_noted(tmp_path: Path) -> None:
    """Medium is read as Moderate and 30 Days as no date; both are noted."""
    text = "ID,Weakness,Severity,Due Date,Status\nP-1,Old TLS,Medium,30 Days,On Track\n"
    item = read_plan(table(tmp_path / "p.csv", text)).items[0]
    assert (item.raw_severity, item.scheduled_date, item.status) == ("Moderate", None, State.IN_PROGRESS)
    assert {(note.kind, note.field) for note in item.notes} == {
        (NoteKind.ALIAS, "raw_severity"),
        (NoteKind.ALIAS, "status"),
        (NoteKind.RELATIVE_DATE, "scheduled_date"),
    }


def test_sections_of_a_text_are_items(tmp_path: Path) -> None:
    """`### POAM-001: title` with bold field names is an item; the next heading of another kind ends it."""
    text = (
        "# Plan\n**Open:** 2\n\n### POAM-001: Old TLS\n\n**Deficiency Description:** TLS 1.0 is on\n"
        "**Affected Control:** 3.13.8 - title, and more\n**Status:** In Progress\n**Milestones:**\n"
        "- [x] Order it, 2026-02-01\n- [ ] Install it, 2026-04-01\n\n## Review\n**Status:** Done\n"
    )
    plan = read_plan(table(tmp_path / "plan.md", text))
    item = plan.items[0]
    assert [each.id for each in plan.items] == ["POAM-001"]
    assert (item.title, item.controls, item.status_label) == ("Old TLS", ("3.13.8",), "In Progress")
    assert [(each.due, each.done) for each in item.milestones] == [
        (date(2026, 2, 1), True),
        (date(2026, 4, 1), False),
    ]
    assert plan.facts["summary:open"] == "2"


def test_pipe_tables_are_plans(tmp_path: Path) -> None:
    """A Markdown table with bold cells is read; a row's place is its line."""
    heading = "| **Control ID** | **Weakness** | Owner |"
    text = f"# Plan\n\n{heading}\n|---|---|---|\n| **AT-1** | No training | HR |\n"
    plan = read_plan(table(tmp_path / "plan.md", text))
    assert (plan.items[0].controls, str(plan.place(plan.items[0]))) == (("AT-1",), "line 5")


def test_a_row_without_name_is_reported(tmp_path: Path) -> None:
    """A row that says things and names no weakness is not taken, and not dropped in silence."""
    text = "ID,Weakness,Owner,Status,Severity\n,,Jo,Open,High\nP-2,Old TLS,Jo,Open,High\n"
    plan = read_plan(table(tmp_path / "p.csv", text))
    assert [item.id for item in plan.items] == ["P-2"]
    assert [problem.where for problem in plan.problems] == ["line 2"]


def test_an_empty_template_is_a_question(tmp_path: Path) -> None:
    """A document with headings and no item is no success: a problem says so."""
    plan = read_plan(table(tmp_path / "p.csv", "ID,Weakness,Owner,Status\n"))
    assert "holds no item" in plan.problems[0].what


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyInput),
        (b"   \n", EmptyInput),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old workbook", UnknownFormat),
        (b"%PDF-1.7 a plan", UnknownFormat),
        (b"name,place\nJo,here\n", UnknownFormat),
        (b"PK\x03\x04broken", DamagedInput),
        (b"ID,Weakness\0,Owner,Status\n", DamagedInput),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes, refusal: type[InputRefused]) -> None:
    """Each file that is no plan is refused in a sentence that says what to do."""
    path = tmp_path / "plan.bin"
    path.write_bytes(content)
    with pytest.raises(refusal) as caught:
        read_plan(path)
    assert caught.value.fix


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is refused by name."""
    with pytest.raises(InputRefused, match=r"nothing\.csv"):
        read_plan(tmp_path / "nothing.csv")


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    """The package is checked before anything of it is read: a part with entities in it is refused."""
    path = workbook(tmp_path / "p.xlsx", Open=[list(HEADINGS), ["V-1", "AC-1", "Open port"]])
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(HostileInput):
        read_plan(path)


SAMPLES = {
    "agencies/samples/complyscan_poam.csv": ("cmmc", 7),
    "agencies/samples/rmf_demo_poam_5col.xlsx": ("generic", 3),
    "agencies/samples/securedocs_advanced_poam.xlsx": ("generic", 1),
    "agencies/samples/securedocs_empty_template.xlsx": ("generic", 0),
    "agencies/samples/xoreta_academy_poam.xlsx": ("generic", 1),
    "cmmc/samples/securetech_04_POAM.md": ("generic", 17),
    "cmmc/samples/mactech_MAC-AUD-405_POAM_Tracking_Log_v1.2.md": ("cmmc", 13),
    "dod/emass_templates/army_2026-06.xlsx": ("emass-2026", 0),
    "dod/emass_templates/navy_2024-09.xlsx": ("emass", 0),
    "fedramp/templates/FedRAMP-POAM-Template-v2.1-2024-03-29.xlsx": ("fedramp-2.1", 0),
    "fedramp/templates/FedRAMP-POAM-Template-v3.0-2025-11-17.xlsx": ("fedramp-3.0", 0),
}


@pytest.mark.samples
@pytest.mark.parametrize(("name", "expected"), SAMPLES.items(), ids=SAMPLES)
def test_real_plans_are_read(name: str, expected: tuple[str, int]) -> None:
    """Public plans and official empty templates have their layout and as many items as people count."""
    plan = read_plan(sample(name))
    assert (plan.layout, len(plan.items)) == expected


@pytest.mark.samples
def test_a_real_agency_sheet_has_its_odd_dates_noted() -> None:
    """The public academy workbook mixes real dates with dd/mm/yyyy text, below two title rows."""
    item = read_plan(sample("agencies/samples/xoreta_academy_poam.xlsx")).items[0]
    assert (item.row, item.cost_estimate, item.scheduled_date) == (5, 50, date(2024, 7, 13))
    noted = {note.field for note in item.notes if note.kind is NoteKind.TEXT_DATE}
    assert noted == {"planned_finish", "scheduled_date", "actual_completion_date"}
