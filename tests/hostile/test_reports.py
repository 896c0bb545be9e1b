"""Files that were made to do harm, handed in as reports."""

import csv
from functools import cache
from pathlib import Path

import pytest

from milepost.domain.errors import InputRefused
from milepost.domain.finding import AssetReport, Finding
from milepost.domain.problem import Problem
from milepost.scanners.isolation import Limits, read_isolated
from milepost.scanners.scanner import Part
from tests.samples import sample
from tests.scanners.nessus_text import host, item, nessus

pytestmark = pytest.mark.usefixtures("reading_processes")
FOLDERS = ("xml", "json", "archives", "csv", "spreadsheet")
READABLE = {
    "csv/cp1252.csv",
    "csv/embedded_newlines.csv",
    "csv/field_over_131072.csv",
    "csv/ragged.csv",
    "csv/semicolon.csv",
    "csv/utf16_bom.csv",
    "csv/utf8_bom.csv",
    "spreadsheet/date1904.xlsx",
    "spreadsheet/dates_mixed.xlsx",
    "spreadsheet/external_link.xlsx",
    "spreadsheet/far_corner.xlsx",
    "spreadsheet/formula_in_data.xlsx",
    "spreadsheet/ok_baseline.xlsx",
    "xml/markup_in_output.nessus",
    "xml/ok_baseline.nessus",
    "xml/unknown_severity.nessus",
    "xml/utf16.nessus",
}
TIGHT = Limits(memory_bytes=200 << 20, cpu_seconds=2)

Parts = list[Part]


def taken(path: Path) -> Parts | InputRefused:
    """Read a file with two seconds of processor time and 200 MB of address space."""
    try:
        return list(read_isolated(path, limits=TIGHT))
    except InputRefused as refused:
        return refused


@cache
def outcome_of(name: str) -> Parts | InputRefused:
    """Read a published file; however many tests ask what became of it, it is read once."""
    return taken(sample(f"hostile/{name}"))


def stopped(refused: InputRefused) -> bool:
    """Tell whether the limits had to end the reader, or it broke."""
    return "time or memory" in refused.what or "without an answer" in refused.what


@pytest.mark.samples
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_hostile_file_is_refused_with_a_sentence_or_read(folder: str) -> None:
    """Within two seconds and 200 MB, by a decision of the reader, never by its death."""
    files = sorted(path for path in sample(f"hostile/{folder}").iterdir() if path.is_file())
    assert files
    for path in files:
        outcome = outcome_of(f"{folder}/{path.name}")
        if f"{folder}/{path.name}" in READABLE:
            assert isinstance(outcome, list), outcome
        else:
            assert isinstance(outcome, InputRefused), path.name
            assert not stopped(outcome), path.name
            assert path.name in str(outcome)
            assert outcome.fix


@pytest.mark.samples
def test_the_list_of_expectations_agrees() -> None:
    """No report or table that must be accepted is refused, none that must be refused is read."""
    rows = csv.DictReader(sample("hostile/EXPECT.csv").read_text(encoding="utf-8").splitlines())
    must = {row["file"]: row["must"] for row in rows if row["format"] in {"nessus", "csv", "xlsx"}}
    accepted = {"accept", "accept+warn", "accept+errors"}
    assert {name for name, verdict in must.items() if verdict in accepted} <= READABLE
    assert not {name for name, verdict in must.items() if verdict == "reject"} & READABLE


@pytest.mark.samples
def test_no_line_of_another_file_comes_in() -> None:
    """Neither into what was read nor into the message."""
    for name in ("xxe_file.nessus", "external_file.xml"):
        assert "root:" not in repr(outcome_of(f"xml/{name}"))


@pytest.mark.samples
def test_markup_and_formulas_stay_the_text_that_they_are() -> None:
    """What is shown or exported is the business of those doors; here nothing is lost or changed."""
    (report,) = (part for part in taken_parts("markup_in_output.nessus") if isinstance(part, AssetReport))
    (finding,) = report.findings
    assert finding.facts.title == "<img src=x onerror=alert(1)>"
    assert finding.output.startswith("<script>alert(document.cookie)</script>\n")
    assert finding.output.endswith("=cmd|' /C calc'!A0")


@pytest.mark.samples
def test_utf_16_is_read_character_for_character() -> None:
    """One item, an accented letter."""
    (report,) = (part for part in taken_parts("utf16.nessus") if isinstance(part, AssetReport))
    assert report.findings[0].output == "Café"


def taken_parts(name: str) -> Parts:
    """Read a file that must be readable."""
    outcome = outcome_of(f"xml/{name}")
    assert isinstance(outcome, list)
    return outcome


FOUND = {
    "csv/cp1252.csv": ("V-0001", "“smart” — Café", "Windows-1252"),
    "csv/embedded_newlines.csv": ("V-0001", "line 1\nline 2\r\nline 3", ""),
    "csv/field_over_131072.csv": ("V-0001", "A" * 131_073, ""),
    "csv/semicolon.csv": ("V-0001", "a,b", ""),
    "csv/utf16_bom.csv": ("V-0001", "Café", ""),
    "csv/utf8_bom.csv": ("V-0001", "Café", ""),
    "spreadsheet/date1904.xlsx": ("V-0001", "Account review missing", ""),
    "spreadsheet/external_link.xlsx": ("V-0001", "Account review missing", "never followed"),
    "spreadsheet/far_corner.xlsx": ("V-0001", "Account review missing", "outside the table"),
    "spreadsheet/ok_baseline.xlsx": ("V-0001", "Account review missing", ""),
}


@pytest.mark.samples
@pytest.mark.parametrize("name", FOUND)
def test_a_table_that_must_be_read_gives_its_one_item(name: str) -> None:
    """As the list of expectations says: one item, its text whole, and what is odd about it said."""
    source_id, title, oddity = FOUND[name]
    (finding,) = findings_in(name)
    assert (finding.facts.source_id, finding.facts.title) == (source_id, title)
    assert [problem for problem in problems_in(name) if oddity in problem.what]


@pytest.mark.samples
def test_rows_of_the_wrong_length_are_named_and_blank_ones_ignored() -> None:
    """No item without error, two rows in error, two blank rows ignored."""
    assert findings_in("csv/ragged.csv") == []
    rows = [problem.where for problem in problems_in("csv/ragged.csv") if "headings and was" in problem.what]
    assert rows == ["ragged.csv, line 2", "ragged.csv, line 3"]


@pytest.mark.samples
def test_an_open_quote_is_refused_at_its_line() -> None:
    """The error names line 2."""
    refused = outcome_of("csv/unbalanced_quote.csv")
    assert isinstance(refused, InputRefused)
    assert refused.where == "unbalanced_quote.csv, line 2"


@pytest.mark.samples
def test_dates_in_either_system_and_every_way_of_writing_are_read_or_named() -> None:
    """Sixteen rows: those that mean a day have it, the others are named by cell and text."""
    days = {
        f.facts.source_id: f.output.partition(": ")[2] for f in findings_in("spreadsheet/dates_mixed.xlsx")
    }
    assert len(days) == 16
    read = ("V-0002", "V-0003", "V-0004", "V-0015", "V-0016", "V-0017")
    assert {days[each] for each in read} == {"2024-01-01"}
    assert days["V-0006"] == "2024-02-13"
    assert days["V-0005"] == "2024-02-01"
    problems = problems_in("spreadsheet/dates_mixed.xlsx")
    assert any("01/02/2024 can be read two ways" in problem.what for problem in problems)
    named = [problem.where.partition("!")[2] for problem in problems if "is no day" in problem.what]
    assert named == [f"D{row}" for row in range(7, 15)]
    (finding,) = findings_in("spreadsheet/date1904.xlsx")
    assert finding.output == "Scheduled Completion Date: 2028-01-02"


@pytest.mark.samples
def test_formulas_in_data_are_flagged_and_a_lone_cell_is_reported() -> None:
    """Two items, two cells flagged; the stray cell by its place."""
    assert len(findings_in("spreadsheet/formula_in_data.xlsx")) == 2
    problems = problems_in("spreadsheet/formula_in_data.xlsx")
    assert [each.where.partition("!")[2] for each in problems if "a formula" in each.what] == ["B3", "C3"]
    stray = [each.where for each in problems_in("spreadsheet/far_corner.xlsx") if "outside" in each.what]
    assert stray == ["far_corner.xlsx, Open POA&M Items!XFD1048576"]


def findings_in(name: str) -> list[Finding]:
    """Read a table that must be readable; return its findings."""
    outcome = outcome_of(name)
    assert isinstance(outcome, list), outcome
    return [finding for part in outcome if isinstance(part, AssetReport) for finding in part.findings]


def problems_in(name: str) -> list[Problem]:
    """Read a table that must be readable; return its problems."""
    outcome = outcome_of(name)
    assert isinstance(outcome, list), outcome
    return [part for part in outcome if isinstance(part, Problem)]


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{BOMB}]><NessusClientData_v2>&l9;</NessusClientData_v2>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><NessusClientData_v2>&x;</NessusClientData_v2>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><NessusClientData_v2/>',
        "<NessusClientData_v2>" + "<a>" * 200_000,
        "<NessusClientData_v2><a b='" + "x" * 20_000_000,
        nessus(host(item(output="x" * 12_000_000))),
        nessus(host(item(output="\x00"))),
        '{"SchemaVersion": 2, "ArtifactName": "a", "Results": ' + "[" * 300_000,
        '{"SchemaVersion": 2, "ArtifactName": "a", "SchemaVersion": 2}',
        '{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": NaN}]}',
        '{"matches": [], "descriptor": {"name": "grype"}, "source": "' + "\\ud800" + '"}',
        "<!--" * 16_000,
        "<?a?>" * 12_000,
        "{" + '"a":{' * 10_000,
        "\ufeff" * 1_000,
    ],
    ids=range(15),
)
def test_small_made_files_are_refused_too(tmp_path: Path, content: str) -> None:
    """On any machine, without the samples."""
    path = tmp_path / "scan"
    path.write_bytes(content.encode())
    outcome = taken(path)
    assert isinstance(outcome, InputRefused)
    assert not stopped(outcome)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_report_cut_anywhere_is_refused(tmp_path: Path, cut: int) -> None:
    """All or nothing."""
    text = nessus(host(item("1"), item("2"))).encode()
    path = tmp_path / "scan.nessus"
    path.write_bytes(text[: len(text.rstrip()) * cut // 12])
    assert isinstance(taken(path), InputRefused)
