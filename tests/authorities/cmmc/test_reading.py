"""Assessments in tables: CSV, workbooks and Markdown, with preambles, strange headings and damage."""

import json
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.cmmc import reading
from milepost.authorities.cmmc.columns import columns_of
from milepost.authorities.cmmc.draft import Completed, Draft, completed
from milepost.authorities.cmmc.points import points_in
from milepost.authorities.cmmc.reading import read_assessment, text_rows
from milepost.authorities.cmmc.results import Finding
from milepost.authorities.cmmc.tables import Table, read_table
from milepost.authorities.cmmc.verdict import judge
from milepost.domain.errors import DamagedInput, EmptyInput, InputRefused, OversizedInput, UnknownFormat
from tests.authorities.cmmc.stating import DUE, said

_CSV = "Requirement ID,Status,Points\n3.1.1,Not Implemented,5\n3.1.2,Implemented,5\n3.1.3,Planned,1\n"


def read(tmp_path: Path, content: str | bytes, name: str = "a.csv") -> Completed:
    """Read a file of this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return completed(read_assessment(path))


def score(done: Completed) -> int | None:
    """Return the score of what was read."""
    return judge(done.assessment, as_of=DUE).score


@pytest.mark.parametrize(
    "content",
    [
        _CSV,
        _CSV.replace(",", ";"),
        _CSV.replace(",", "\t"),
        _CSV.replace(",", "|"),
        "\ufeff" + _CSV,
        _CSV.replace("\n", "\r\n"),
        "Self-assessment of Northwind\n\nDate,2026-01-15\n" + _CSV,
        _CSV.replace("Requirement ID", "NIST SP 800-171 Control"),
        _CSV.replace("Requirement ID", "Practice").replace("Status", "Compliance Status"),
        _CSV.replace("Requirement ID", '"CMMC Practice\nID"').replace("Status", "Result"),
        _CSV.encode("utf-16"),
        _CSV.replace("3.1.1", "AC.L2-3.1.1"),
        _CSV.replace("3.1.3", '"3.1.3 - Control the flow"'),
        _CSV + "\n,,\nTotal,,\n",
        _CSV + "\nRequirement ID,Status,Points\n3.1.2,Implemented,5\n",
    ],
)
def test_tables_of_text(tmp_path: Path, content: str | bytes) -> None:
    """Separators, byte order marks, preambles, headings and lines between groups do not matter."""
    assert score(read(tmp_path, content)) == 104


@pytest.mark.parametrize(
    ("word", "finding"),
    [
        ("MET", Finding.MET),
        ("Implemented", Finding.MET),
        ("✅ Implemented", Finding.MET),
        ("✅", Finding.MET),
        ("Inherited", Finding.MET),
        ("MET - see the plan", Finding.MET),
        ("Inherited / Implemented", Finding.MET),
        ("Temporary deficiency", Finding.MET),
        ("Enduring exception", Finding.MET),
        ("NOT MET", Finding.NOT_MET),
        ("Not Implemented", Finding.NOT_MET),
        ("not implemented (see POA&M)", Finding.NOT_MET),
        ("❌", Finding.NOT_MET),
        ("Planned", Finding.NOT_MET),
        ("On POA&M", Finding.NOT_MET),
        ("Partially Implemented", Finding.NOT_MET),
        ("Partial", Finding.NOT_MET),
        ("Other than satisfied", Finding.NOT_MET),
        ("Remediated", Finding.NOT_MET),
        ("Met / Not Met", Finding.NOT_MET),
        ("perhaps", Finding.NOT_MET),
        ("", Finding.NOT_MET),
        ("-", Finding.NOT_MET),
        ("Not assessed", Finding.NOT_MET),
        ("N/A", Finding.NOT_APPLICABLE),
        ("NA", Finding.NOT_APPLICABLE),
        ("Not Applicable", Finding.NOT_APPLICABLE),
    ],
)
def test_words_for_results(tmp_path: Path, word: str, finding: Finding) -> None:
    """Every usual word has its meaning; planned, partly, unknown and nothing at all are NOT MET."""
    done = read(tmp_path, f"Requirement ID,Status\n3.1.3,{word}\n3.1.4,MET\n")
    assert done.assessment.settled.of("3.1.3").finding is finding


@pytest.mark.parametrize(
    ("number", "word", "expected"),
    [
        ("3.1.1", "Partially Implemented", 105),
        ("3.5.3", "Partially Implemented", 107),
        ("3.13.11", "Partial", 107),
        ("3.13.11", "NOT MET -3", 107),
        ("3.13.11", "NOT MET -5", 105),
        ("3.13.11", "NOT MET", 105),
        ("3.5.3", "Planned", 105),
    ],
)
def test_parts_in_tables(tmp_path: Path, number: str, word: str, expected: int) -> None:
    """Partly costs all points except for the two requirements whose part the rule counts."""
    assert score(read(tmp_path, f"Requirement ID,Status\n{number},{word}\n")) == expected


def test_unknown_words_and_missing_results_are_reported(tmp_path: Path) -> None:
    """A word that is no result and a row without one are named with their line."""
    done = read(tmp_path, "Requirement ID,Status\n3.1.3,perhaps\n3.1.4,\n")
    assert "line 2: “perhaps” is no result; 3.1.3 counts as NOT MET" in said(done)
    assert "line 3: 3.1.4 is listed without a result" in said(done)


def test_rows_that_name_nothing_are_reported(tmp_path: Path) -> None:
    """A row with a result and no known requirement is left out by name, with what was meant."""
    done = read(tmp_path, _CSV + "AC-2,Implemented,1\nFoo,MET,1\n")
    assert "AC-2 is a control of SP 800-53, no requirement of CMMC; the row is left out" in said(done)
    assert "“Foo” is no identifier; the row is left out" in said(done)
    assert score(done) == 104


def test_wrong_points_are_overridden(tmp_path: Path) -> None:
    """Points of a table that the rule does not have are listed with their row, once for each requirement."""
    done = read(tmp_path, _CSV.replace("3.1.2,Implemented,5", "3.1.2,Implemented,3\n3.1.2,Implemented,1"))
    assert [tuple(each) for each in done.overrides] == [("AC.L2-3.1.2", 3, 5, "line 3")]
    assert score(done) == 104


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        ("5", 5),
        ("-5", 5),
        ("5 pts", 5),
        ("**-5 points**", 5),
        ("1.0", 1),
        (3, 3),
        (-3.0, 3),
        (2.5, None),
        ("", None),
        ("many", None),
        (None, None),
        (True, None),
        ("\u22125", 5),
        ("5 or 3", None),
    ],
)
def test_points_as_they_are_written(cell: object, points: int | None) -> None:
    """A number of points has a sign, a unit or emphasis at most."""
    assert points_in(cell) == points


def test_objectives_in_rows(tmp_path: Path) -> None:
    """Objectives have a column of their own, as letters or in full; the requirement may stand once."""
    head = "Requirement Number,Objective Number,Score\n"
    table = head + "AC.L2-3.1.2,[a],MET\n,[b],NOT MET\nAC.L2-3.1.3,3.1.3[a],MET\n"
    done = read(tmp_path, table)
    assert done.assessment.settled.of("3.1.2").objectives == ("3.1.2[b]",)
    assert score(done) == 105
    assert "4 objectives of 3.1.3 are not assessed" in said(done)
    assert score(read(tmp_path, "Objective ID,Status\n3.1.2[b],Not Met\n")) == 105


def test_objectives_in_words(tmp_path: Path) -> None:
    """A column that describes the objective does not hide the requirement beside it."""
    table = "Requirement ID,Objective,Status\n3.1.2,the kinds of transactions are defined,NOT MET\n"
    assert score(read(tmp_path, table)) == 105


def test_workbook(tmp_path: Path) -> None:
    """A workbook is read sheet by sheet, below its preamble; sheets that only explain are passed over."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["***** CUI *****"],
        [],
        ["Requirement Number", "Status", "Requirement Value"],
        ["AC.L2-3.1.1", "NOT MET", 5],
        ["AC.L2-3.1.3", False, 3],
    ):
        sheet.append(row)
    example = book.create_sheet("Example")
    for row in (["Requirement Number", "Status"], ["AC.L2-3.1.2", "NOT MET"]):
        example.append(row)
    book.save(tmp_path / "a.xlsx")
    done = completed(read_assessment(tmp_path / "a.xlsx"))
    assert score(done) == 104
    assert [(o.identifier, o.given, o.holds) for o in done.overrides] == [("AC.L2-3.1.3", 3, 1)]


def test_package_that_is_no_workbook(tmp_path: Path) -> None:
    """A sound zip package without a workbook in it is refused."""
    with ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("hello.txt", "hello")
    with pytest.raises(InputRefused, match=r"a\.xlsx"):
        read_assessment(tmp_path / "a.xlsx")


def test_identifier_that_became_a_date_is_reported(tmp_path: Path) -> None:
    """A spreadsheet that made a date of 3.1.1 is not guessed at."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ID", "Status"], [DUE, "NOT MET"], ["3.1.3", "NOT MET"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert "“2026-07-14" in said(completed(read_assessment(tmp_path / "a.xlsx")))


def test_markdown(tmp_path: Path) -> None:
    """Each table of a text has headings of its own; signs mean what the text says that they mean."""
    text = (
        "# Assessment\n\n- ⬜ **Not Applicable**\n\n| Family | Controls |\n|---|---|\n| 3.1 | 22 |\n\n"
        "| # | ID | Requirement | Pts | Status |\n|---|---|---|---|---|\n| 1 | 3.1.1 | Limit | 5 | ❌ |\n"
        "| 2 | 3.1.2 | Limit | 5 | ⬜ |\n\nText\n\n| ID | Risk |\n|---|---|\n| 3.1.5 | Open |\n"
    )
    done = read(tmp_path, text, "a.md")
    assert score(done) == 105
    assert done.assessment.settled.of("3.1.2").finding is Finding.NOT_APPLICABLE
    assert done.assessment.settled.of("3.1.5").finding is Finding.MET


@pytest.mark.parametrize(
    ("content", "refusal", "word"),
    [
        (b"", EmptyInput, "empty"),
        (b"  \n", EmptyInput, "empty"),
        (b"hello", UnknownFormat, "no table"),
        (b"Requirement ID,Status\n", UnknownFormat, "no row names a requirement"),
        (b"Requirement ID,Status\nAC-2,MET\n", UnknownFormat, "AC-2 is a control"),
        (b"\0\0\0", DamagedInput, "no text"),
        (b"PK\x03\x04nonsense", InputRefused, "damaged"),
        (b"{", DamagedInput, "not well-formed JSON"),
        (b'{"level": 2, "level": 1}', DamagedInput, "stands twice"),
        (b'{"level": NaN}', DamagedInput, "NaN is no number"),
        (b"[" * 200_000, InputRefused, "nested too deep"),
        (b'a,b\n"' + b"x" * 200_000, DamagedInput, "cannot be read"),
    ],
)
def test_what_is_no_assessment_is_refused(
    tmp_path: Path, content: bytes, refusal: type[InputRefused], word: str
) -> None:
    """Damage, emptiness, ambiguity and depth are refused in a sentence."""
    with pytest.raises(refusal) as refused:
        read(tmp_path, content)
    assert word in str(refused.value)


def test_missing_and_oversized_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there, or is too large, is refused by name."""
    with pytest.raises(InputRefused, match="nowhere"):
        read_assessment(tmp_path / "nowhere.csv")
    monkeypatch.setattr(reading, "MAX_BYTES", len(_CSV))
    assert score(read(tmp_path, _CSV)) == 104
    with pytest.raises(OversizedInput):
        read(tmp_path, _CSV + " ")


def test_rows_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of the greatest length is read, one row more is refused."""
    monkeypatch.setattr(reading, "MAX_ROWS", 4)
    assert score(read(tmp_path, _CSV)) == 104
    with pytest.raises(OversizedInput):
        read(tmp_path, _CSV + "3.1.4,MET,1\n")


def test_windows_text_is_read(tmp_path: Path) -> None:
    """A table that is not UTF-8 is read as Windows writes it."""
    assert score(read(tmp_path, (_CSV + "3.1.4,Planned – later,1\n").encode("cp1252"))) == 103


def test_json_document(tmp_path: Path) -> None:
    """A JSON document is told by its content, whatever the file is called."""
    assert score(read(tmp_path, json.dumps({"level": 2, "kind": "self", "not_met": ["3.1.1"]}))) == 105


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["Control", "Implementation Status"], (0, -1, 1, -1)),
        (["CMMC ID", "Met?"], (0, -1, 1, -1)),
        (["Practice ID", "Compliant (Y/N)"], (0, -1, 1, -1)),
        (["Control #", "Status", "SPRS Points"], (0, -1, 1, 2)),
        (["ID", "Family", "Requirement", "DoD Weight", "Status"], (0, -1, 4, 3)),
        (["Security Requirement", "Status", "Point Value (1/3/5)"], (0, -1, 1, 2)),
        (["NIST SP 800-171 Rev. 2 Requirement", "Compliance Status"], (0, -1, 1, -1)),
        (["req_id", "status", "value"], (0, -1, 1, 2)),
        (["requirementId", "result"], (0, -1, 1, -1)),
        (["CMMC Level", "Requirement", "Status"], (1, -1, 2, -1)),
        (["Requirement Number", "Objective Number", "Description", "Score"], (0, 1, 3, -1)),
        (["Objective ID", "Determination"], (0, 0, 1, -1)),
        (["#", "ID", "Requirement", "Pts", "Status"], (1, -1, 4, 3)),
        (["Control ID", "Status (Met/Not Met/NA)", "DoD Assessment Methodology Value"], (0, -1, 1, 2)),
        (["Sort-As", "Status", "SPRS Score"], (0, -1, 1, 2)),
        (["Family", "Controls", "Implemented"], None),
        (["Requirement", "Owner"], None),
        (["Status", "Owner"], None),
    ],
)
def test_headings_are_told_by_their_words(headings: list[str], columns: tuple[int, ...] | None) -> None:
    """Requirement, objective, result and points are found by what the headings say, wherever they stand."""
    assert columns_of(headings) == columns


_CELLS = st.sampled_from(
    [
        "Requirement ID",
        "Status",
        "Points",
        "Objective",
        "3.1.1",
        "3.1.1[a]",
        "AC-2",
        "MET",
        "NOT MET",
        "",
        "|",
        '"',
        "5",
    ]
)


@given(st.lists(st.lists(_CELLS, max_size=5), max_size=8), st.sampled_from([",", ";", "|", "\t"]))
def test_any_table_is_read_or_refused(rows: list[list[str]], separator: str) -> None:
    """No table breaks the reading: it has results, or it is refused in a sentence."""
    draft = Draft("a.csv")
    with suppress(InputRefused):
        read_table(draft, Table(text_rows("\n".join(separator.join(row) for row in rows)), {}))
        assert draft.statements


@pytest.mark.samples
def test_self_assessment_with_wrong_points(samples: Path) -> None:
    """A real self-assessment: 42 MET, 60 partly or planned, 8 N/A; 62 wrong points; no plan, no score.

    With the plan the score would be -41, both partly implemented requirements at three points.
    """
    draft = read_assessment(samples / "cmmc/samples/sfg_NIST-800-171-ASSESSMENT.md")
    findings = [statement.finding for statement in draft.statements]
    assert [findings.count(each) for each in (Finding.MET, Finding.NOT_MET, Finding.NOT_APPLICABLE)] == [
        42,
        60,
        8,
    ]
    done = completed(draft)
    assert len(done.overrides) == 62
    verdict = judge(done.assessment, as_of=DUE)
    assert (verdict.score, verdict.points, verdict.status) == (None, -41, "No CMMC Status")


@pytest.mark.samples
def test_traceability_matrix(samples: Path) -> None:
    """A real matrix of all 110: three not implemented, which leaves 99, and 3.7.2 cannot be deferred."""
    draft = read_assessment(samples / "cmmc/samples/mactech_MAC-AUD-408_SCTM_2026-01-25.md")
    assert len({statement.named.number for statement in draft.statements}) == 110
    verdict = judge(completed(draft).assessment, as_of=DUE)
    assert [each.requirement.number for each in verdict.short] == ["3.5.6", "3.7.2", "3.13.11"]
    assert verdict.score == 99
    assert ("MA.L2-3.7.2", "point_value_5") in [(b.identifier, b.reason) for b in verdict.blocking]


@pytest.mark.samples
def test_plan_of_another_catalog_is_refused(samples: Path) -> None:
    """A real plan that names controls of SP 800-53 is refused, and says so."""
    with pytest.raises(UnknownFormat, match="SP 800-53"):
        read_assessment(samples / "cmmc/samples/securetech_04_POAM.md")
