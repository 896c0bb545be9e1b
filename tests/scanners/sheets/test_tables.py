"""Any table of findings: what its columns mean, what its rows say, and what cannot be taken."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, InputRefused, UnknownFormat
from milepost.domain.finding import AssetKind, AssetReport, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.opening import open_report, read_report
from milepost.scanners.sheets.columns import Columns, TableWishes
from tests.samples import sample
from tests.scanners.reading import Reading, read, read_text, written
from tests.scanners.sheets.workbooks import Extras, number, rows, text, texts, workbook

HEADINGS = "Finding ID,Title,Severity,Host,Port,Status"
TABLE = f"""{HEADINGS}
F-1,SQL injection,High,web1.example,443/tcp,Open
F-2,Weak cipher,Medium,web1.example,443/tcp,Fixed
F-3,Old software,Low,10.0.0.7,,Risk accepted
"""


def told(reading: Reading) -> list[str]:
    """Return what the problems say, without what stands in every table taken by its headings."""
    return [each.what for each in reading.problems if "known headings" not in each.what]


def read_by(folder: Path, content: str, fields: Mapping[str, tuple[str, ...]], **more: object) -> Reading:
    """Read a table by a mapping."""
    headings = tuple(content.partition("\n")[0].split(","))
    columns = Columns("mine", headings, dict(fields), **more)  # type: ignore[arg-type] # named by the test
    scanner, source = open_report(written(folder, content), "mine.csv", TableWishes(columns))
    parts = list(read_report(source, scanner))
    reports = [part for part in parts if isinstance(part, AssetReport)]
    return Reading(scanner.name, reports, [part for part in parts if isinstance(part, Problem)])


def test_known_headings_are_taken_and_said(tmp_path: Path) -> None:
    """Without asking, because nothing is open; the person sees which column was taken for what."""
    reading = read_text(tmp_path, TABLE)
    assert reading.scanner == "table"
    assert [(f.facts.source_id, f.facts.title, f.locator) for f in reading.findings] == [
        ("F-1", "SQL injection", "443/tcp"),
        ("F-3", "Old software", ""),
    ]
    assert "id from Finding ID" in reading.problems[0].what
    assert "milepost columns save report --map id=COLUMN" in reading.problems[0].fix


def test_states_say_what_is_gone_and_what_people_accepted(tmp_path: Path) -> None:
    """A closed row is no finding but tells that it was looked at; an accepted one opens no item."""
    first, second = read_text(tmp_path, TABLE).reports
    assert first.coverage[0].assessed == frozenset({"F-1", "F-2"})
    (finding,) = second.findings
    assert (finding.facts.actionable, finding.facts.vendor_status) == (False, "suppressed: Risk accepted")
    assert first.coverage[0].scope == "table:table"
    untested = read_text(tmp_path, f"{HEADINGS}\nF-1,a,Low,h,1,Not tested\n").only
    assert list(untested.findings) == []
    assert untested.coverage[0].unassessed == frozenset({"F-1"})


def test_an_unknown_state_is_open_and_named(tmp_path: Path) -> None:
    """Nothing is taken as gone for a word that nobody knows."""
    reading = read_text(tmp_path, TABLE.replace("Fixed", "Perhaps"))
    assert len(reading.findings) == 3
    assert "the state “Perhaps” is unknown; 1 finding is taken as open" in told(reading)


def test_the_header_is_found_below_a_preamble(tmp_path: Path) -> None:
    """Below titles, blank lines and labels."""
    reading = read_text(tmp_path, f"Assessment of Harbor\nDate:,2026-03-01\n\n{TABLE}")
    assert len(reading.findings) == 2
    assert read_text(tmp_path, TABLE.replace(",", ";")).identities() == reading.identities()
    assert read_text(tmp_path, TABLE.replace(",", "\t")).identities() == reading.identities()


@pytest.mark.parametrize(
    ("headings", "question", "lacks"),
    [
        ("Title,Severity,Host", "no column identifies a finding", "--map id=COLUMN"),
        ("Finding ID,Severity,Host", "no known heading names a finding", "--map title=COLUMN"),
        ("ID,Plugin ID,Title", "several columns could identify a finding (ID, Plugin ID)", "--map id=COLUMN"),
        ("Lage,Titel,Schwere", "no column identifies a finding", "--map id=COLUMN"),
    ],
)
def test_what_is_open_is_asked(tmp_path: Path, headings: str, question: str, lacks: str) -> None:
    """The refusal says what is open, what the headings suggest, and the command that settles it."""
    path = written(tmp_path, f"{headings}\na,b,c\n", "my table.csv")
    with pytest.raises(UnknownFormat) as refused:
        read(path)
    assert question in refused.value.what
    assert f"milepost columns save 'my table.csv' {lacks}" in refused.value.fix


def test_suggestions_come_with_score_and_reason(tmp_path: Path) -> None:
    """Known, holding a known word, spelled like one."""
    with pytest.raises(UnknownFormat) as refused:
        read_text(tmp_path, "Severity (CVSS),Our Finding Title,Discription,Colour\n1,2,3,4\n")
    assert "severity = Severity (CVSS) (100 %, a known heading)" in refused.value.what
    assert "title = Our Finding Title (" in refused.value.what
    assert "it has “finding title” in it" in refused.value.what
    assert "it is spelled like “description”" in refused.value.what
    assert "Colour" not in refused.value.what


def test_a_mapping_reads_any_headings(tmp_path: Path) -> None:
    """Its own words for severity, identifiers of two parts, several assets in a cell, notes."""
    content = "Nr,Teil,Schwachstelle,Lage,Wert,Wer\n1,a,Offener Port,h1.example; h2.example,Stufe 1,Sam\n"
    fields = {
        "id": ("Nr", "Teil"),
        "title": ("Schwachstelle",),
        "asset": ("Lage",),
        "severity": ("Wert",),
        "owner": ("Wer",),
    }
    reading = read_by(tmp_path, content, fields, severities={"stufe 1": "high"}, source="Prüfstelle")
    assert [report.asset.name for report in reading.reports] == ["h1.example", "h2.example"]
    finding = reading.findings[0]
    assert (finding.facts.source, finding.facts.source_id) == ("prüfstelle", "1 / a")
    assert (finding.facts.severity, finding.facts.native_severity) == (Severity.HIGH, "Stufe 1")
    assert finding.output == "Wer: Sam"
    assert reading.reports[0].coverage[0].tool == "Prüfstelle"
    assert reading.problems == []


def test_a_mapping_for_other_columns_is_refused(tmp_path: Path) -> None:
    """The columns that are not there are named."""
    with pytest.raises(UnknownFormat, match="the mapping mine is for a table with the columns Nummer"):
        read_by(tmp_path, TABLE, {"id": ("Nummer",)})


def test_cves_identify_where_no_identifier_does(tmp_path: Path) -> None:
    """Each CVE of a cell is a weakness, whatever tool names it; a row without any is a problem."""
    content = "CVE,Title,Host\nCVE-2024-1111 cve-2024-2222,Two,h1\nnone,Nothing,h1\n"
    reading = read_text(tmp_path, content)
    assert reading.identities() == {("cve", "CVE-2024-1111", ""), ("cve", "CVE-2024-2222", "")}
    (problem,) = (each for each in reading.problems if "names no identifier" in each.what)
    assert problem.where == "report, line 3"


def test_facts_come_from_their_columns(tmp_path: Path) -> None:
    """Field by field."""
    headings = (
        "Finding ID,Title,Severity,Description,Recommendation,CVE,CWE,CVSS Vector,Controls,References,"
        "Package,Installed Version,Fixed Version,First Seen,Evidence,Due Date"
    )
    row = (
        "F-1,T,Very High,D,R,CVE-2024-1111,79; CWE-89,CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H,"
        '"ac-2 (1), 3.1.1","https://a.example, https://b.example",openssl,1.0,1.1,2026-02-03,password=hunter2,2026-04-01'
    )
    (finding,) = read_text(tmp_path, f"{headings}\n{row}\n").findings
    facts = finding.facts
    assert (facts.title, facts.description, facts.solution) == ("T", "D", "R")
    assert (facts.severity, facts.native_severity) == (Severity.CRITICAL, "Very High")
    assert (facts.cves, facts.cwes) == (("CVE-2024-1111",), ("CWE-79", "CWE-89"))
    assert facts.controls == ("AC-2(1)",)
    assert facts.references == ("https://a.example", "https://b.example")
    assert (facts.package, facts.version, facts.fixed_version) == ("openssl", "1.0", "1.1")
    assert facts.cvss == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert finding.first_seen == datetime(2026, 2, 3, 12, tzinfo=UTC)
    assert finding.locator == "openssl"
    assert finding.output == "password=[masked]\nDue Date: 2026-04-01\nControls: ac-2 (1), 3.1.1"


@pytest.mark.parametrize(
    ("headings", "cells", "kind", "identifiers"),
    [
        ("Host,IP Address", "web1,10.0.0.7", AssetKind.HOST, [("hostname", "web1"), ("ip", "10.0.0.7")]),
        ("Asset,Port", "web1.example,80", AssetKind.HOST, [("fqdn", "web1.example")]),
        ("URL,Port", "https://a.example/b?c,", AssetKind.APPLICATION, [("resource", "https://a.example")]),
        ("Asset,Port", "arn:aws:s3:::b,", AssetKind.RESOURCE, [("resource", "arn:aws:s3:::b")]),
        ("Image,Port", "reg/app:1.2,", AssetKind.IMAGE, [("image", "reg/app")]),
        ("Asset,Port", "Payroll System,", AssetKind.APPLICATION, [("name", "payroll system")]),
        ("Asset,Port", ",", AssetKind.APPLICATION, [("name", "the system as a whole")]),
    ],
)
def test_assets_are_named_as_everywhere(
    tmp_path: Path, headings: str, cells: str, kind: AssetKind, identifiers: list[tuple[str, str]]
) -> None:
    """So that a scanner's report of the same asset meets it."""
    asset = read_text(tmp_path, f"Finding ID,Title,{headings}\n1,a,{cells}\n").only.asset
    assert asset.kind == kind
    assert list(asset.identifiers) == [Identifier(IdentifierKind(each), value) for each, value in identifiers]


def test_what_changes_next_month_leaves_identities_alone(tmp_path: Path) -> None:
    """Titles, ratings, order of rows and columns, further columns; and the file's name."""
    first = read_text(tmp_path, TABLE)
    content = (
        "Status,Title,Finding ID,Remark,Severity,Host,Port\n"
        "Open,Older software,F-3,x,Critical,10.0.0.7,\nOpen,Injection,F-1,y,Low,WEB1.example,443 / TCP\n"
    ).replace("443 / TCP", "tcp/443")
    second = read_text(tmp_path, content, "april.csv")
    assert second.identities() == first.identities()
    assert {r.asset.identifiers for r in second.reports} == {r.asset.identifiers for r in first.reports}


def test_a_repeated_row_counts_once(tmp_path: Path) -> None:
    """The same row twice is one finding; one that says something else is said."""
    again = TABLE + "F-1,SQL injection,High,web1.example,443/tcp,Open\n"
    assert told(read_text(tmp_path, again)) == told(read_text(tmp_path, TABLE))
    other = read_text(tmp_path, TABLE + "F-1,SQL injection,Low,web1.example,443/tcp,Open\n")
    assert "1 rows repeat identifier, asset and place of others and do not count" in told(other)
    assert len(other.findings) == 2


def test_an_unknown_severity_is_unrated_and_said_once(tmp_path: Path) -> None:
    """With a count, whatever the number of rows."""
    content = "Finding ID,Title,Severity\n1,a,Sev 7\n2,b,Sev 7\n3,c,\n"
    reading = read_text(tmp_path, content)
    assert reading.severities == {Severity.UNRATED: 3}
    assert "the severity “Sev 7” is unknown; 2 findings are unrated" in told(reading)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1 day", "@all", "\uff1d1"])
def test_the_apostrophe_of_an_export_is_taken_off_again(tmp_path: Path, text: str) -> None:
    """What looked like a formula is the text that it was; other apostrophes stay."""
    (finding,) = read_text(tmp_path, f"Finding ID,Title,Description\n1,'{text},'tis so\n").findings
    assert (finding.facts.title, finding.facts.description) == (text, "'tis so")


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    """Nothing is dropped in silence."""
    reading = read_text(tmp_path, "Finding ID,Title,Colour\n1,a,red\n")
    assert "columns that were not read: Colour" in told(reading)


def test_two_columns_with_one_heading_are_refused(tmp_path: Path) -> None:
    """Which of them is meant is nobody's guess; capitals do not tell them apart."""
    with pytest.raises(DamagedInput, match="several columns have the heading “Status”"):
        read_text(tmp_path, "Finding ID,Title,Status,STATUS\n1,a,Open,Closed\n")


DATED = "Finding ID,Title,First Seen\n"


@pytest.mark.parametrize(
    ("values", "stated", "days", "words"),
    [
        (("2026-03-01", "Mar 2, 2026"), "", ["2026-03-01", "2026-03-02"], ""),
        (("01/02/2026", "13/02/2026"), "", ["2026-02-01", "2026-02-13"], "day first, as 13/02/2026 in"),
        (("01/02/2026", "02/13/2026"), "", ["2026-01-02", "2026-02-13"], "month first, as 02/13/2026 in"),
        (("01/02/2026",), "", ["2026-01-02"], "month first, as is the custom"),
        (("01/02/2026",), "day first", ["2026-02-01"], "day first, as is stated"),
        (("01/02/2026", "13/02/2026", "02/13/2026"), "", ["2026-01-02", "2026-02-13", "2026-02-13"], "both"),
        (("3/3/26",), "", ["2026-03-03"], ""),
        (("45292", "46082"), "", ["2024-01-01", "2026-03-01"], ""),
    ],
)
def test_dates_are_read_as_their_column_says(
    tmp_path: Path, values: tuple[str, ...], stated: str, days: list[str], words: str
) -> None:
    """The other values of the column settle what one alone leaves open; else the person, else custom."""
    content = DATED + "".join(f'{n},a,"{value}"\n' for n, value in enumerate(values))
    fields = {"id": ("Finding ID",), "title": ("Title",), "first_seen": ("First Seen",)}
    reading = read_by(tmp_path, content, fields, day_order=stated)
    assert [f.first_seen and f.first_seen.date().isoformat() for f in reading.findings] == days
    doubts = [each for each in told(reading) if "two ways" in each]
    assert [words in each for each in doubts] == [True] * bool(words)


@pytest.mark.parametrize("value", ["2026-02-30", "TBD", "Q1 2026", "31/31/2026", "March 2026"])
def test_what_is_no_day_is_named_with_its_cell(tmp_path: Path, value: str) -> None:
    """The row is not lost."""
    reading = read_text(tmp_path, f"{DATED}1,a,{value}\n")
    assert reading.findings[0].first_seen is None
    assert (
        Problem(
            "report, line 2, column First Seen",
            f"“{value}” is no day",
            "write it as 2026-03-15, or leave it empty",
        )
        in reading.problems
    )


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    """Sheets with the same headings together; hidden ones and those with others are named."""
    lines = ("Report||", "Finding ID|Title|Severity", "F-1|One|High")
    sheets = {
        "Web": texts(*lines),
        "Hosts": texts("Finding ID|Title|Severity", "F-2|Two|Low"),
        "Old": texts(*lines).replace("F-1", "F-9"),
        "Legend": texts("Severity|Meaning|Title", "High|Soon|x"),
    }
    reading = read(workbook(tmp_path / "a.xlsx", sheets, Extras(hidden=("Old",))))
    assert {finding.facts.source_id for finding in reading.findings} == {"F-1", "F-2"}
    assert "the sheet Old is hidden and was not read" in told(reading)
    assert "the sheet Legend has other headings and was not read" in told(reading)


def test_formulas_are_never_evaluated_and_named(tmp_path: Path) -> None:
    """The last value counts, where one is stored; an error is no value; a stray cell is named."""
    content = texts("Finding ID|Title|Severity") + rows(
        [text("F-1"), '<c t="str"><f>A9</f><v>Stored</v></c>', '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'],
        [text("F-2"), "<c><f>HYPERLINK(1)</f><v></v></c>", text("Low"), text("beside")],
        [number(7), text("Numbered")],
    )
    reading = read(workbook(tmp_path / "a.xlsx", {"S": content}))
    assert [(f.facts.source_id, f.facts.title) for f in reading.findings] == [
        *(("F-1", "Stored"), ("F-2", "F-2"), ("7", "Numbered"))
    ]
    places = {each.where.partition(", ")[2]: each.what for each in reading.problems}
    assert places["S!B2"] == "a formula, which is never evaluated; its last value was read"
    assert places["S!C2"] == "#DIV/0! is the error of a formula"
    assert places["S!B3"] == "a formula, which is never evaluated; no value is stored with it"
    assert places["S!D3"] == "a value stands outside the table and was not read"


def test_many_odd_cells_are_counted(tmp_path: Path) -> None:
    """The first are named, the others counted."""
    lines = [[text(f"F-{n}"), '<c t="str"><f>A1</f><v>x</v></c>'] for n in range(60)]
    reading = read(workbook(tmp_path / "a.xlsx", {"S": texts("Finding ID|Title") + rows(*lines)}))
    assert sum("a formula" in each.what for each in reading.problems) == 50
    assert "10 more formulas" in told(reading)


def test_text_under_the_name_of_a_workbook_is_refused(tmp_path: Path) -> None:
    """Whoever made it so may have lost what the workbook held."""
    with pytest.raises(UnknownFormat, match=r"no \.xlsx workbook, whatever its name says"):
        read_text(tmp_path, TABLE, "findings.xlsx")


def test_a_workbook_without_headings_is_refused(tmp_path: Path) -> None:
    """There is nothing that says what its columns are."""
    path = workbook(tmp_path / "a.xlsx", {"S": rows([number(1), number(2)]), "T": ""})
    with pytest.raises(UnknownFormat, match="no row looks like the headings"):
        read(path)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=7), max_size=6))
def test_whatever_stands_in_the_cells_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    """By an error of the product's own, whatever the values."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    content = "\n".join(["Finding ID,Title,Severity,Host,Port,First Seen,Status", *quoted])
    try:
        reading = read_text(tmp_path_factory.mktemp("t"), content.encode(errors="replace").decode())
    except InputRefused:
        return
    assert all(len(finding.facts.source_id) for finding in reading.findings)


@pytest.mark.samples
def test_real_plans_and_reports_are_read_or_asked_about() -> None:
    """Their rows as counted by hand; what no column identifies is asked about."""
    counts = {
        "agencies/samples/rmf_demo_poam_5col.xlsx": 3,
        "agencies/samples/securedocs_advanced_poam.xlsx": 1,
        "agencies/samples/securedocs_empty_template.xlsx": 0,
        "agencies/samples/complyscan_poam.csv": 7,
    }
    for name, count in counts.items():
        assert len(read(sample(name)).findings) == count, name
    with pytest.raises(UnknownFormat, match="no column identifies a finding"):
        read(sample("scans/generic/generic_report1.csv"))


@pytest.mark.samples
def test_a_report_without_identifiers_is_read_by_a_mapping(tmp_path: Path) -> None:
    """Five records, all of them low, by weakness and address."""
    content = sample("scans/generic/generic_report1.csv").read_text(encoding="utf-8")
    fields = {"id": ("CweId",), "title": ("Title",), "severity": ("Severity",), "url": ("Url",)}
    reading = read_by(tmp_path, content, fields)
    assert reading.severities == {Severity.LOW: 5}
    assert reading.only.asset.name == "https://vulnerable.endpoint.com"
    assert len(reading.identities()) == 5
