"""FedRAMP's monthly executive summary: into the official workbook of 2018, or plain, and as Markdown."""

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.fedramp.executive_summary import (
    ExecutiveSummary,
    Issue,
    Submitted,
    summary_form,
    summary_text,
    write_summary,
)
from milepost.domain.errors import UnknownFormat
from tests.samples import sample

OFFICIAL = "fedramp/templates/FedRAMP-Continuous-Monitoring-Monthly-Executive-Summary-Template-2018.xlsx"
SUMMARY = ExecutiveSummary(
    system="Harbor",
    month="2026-11",
    as_of=date(2026, 11, 30),
    files={"poam": Submitted("poam.xlsx", "package"), "os_scans": Submitted("a.nessus\nb.nessus")},
    notes={"late_high": "V-1, due 2026-11-02\nV-2, due 2026-11-03", "annual_assessment": "planned for March"},
    issues=[Issue("a.nessus", "=22% without credentials", "2026-12-11", "package")],
)


def cells(path: Path) -> dict[str, object]:
    """Return the cells that hold something."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


@pytest.mark.samples
def test_the_official_workbook_is_filled(tmp_path: Path) -> None:
    """Answers beside their labels, the example of an issue replaced, every other part byte for byte."""
    official, out = sample(OFFICIAL), tmp_path / "summary.xlsx"
    written = write_summary(SUMMARY, out, official)
    assert (dict(written.counts), written.problems) == ({"Exec_Summary": 1}, ())
    before, after = cells(official), cells(out)
    new = {
        "B5": "poam.xlsx",
        "C5": "package",
        "B7": "a.nessus\nb.nessus",
        "B15": "planned for March",
        "B18": "V-1, due 2026-11-02\nV-2, due 2026-11-03",
        "A24": "a.nessus",
        "B24": "=22% without credentials",
        "C24": "2026-12-11",
        "D24": "package",
    }
    assert after == before | new
    with zipfile.ZipFile(official) as old, zipfile.ZipFile(out) as filled:
        differing = {name for name in old.namelist() if old.read(name) != filled.read(name)}
    assert differing <= {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


@pytest.mark.samples
def test_without_issues_the_example_goes(tmp_path: Path) -> None:
    """An example that stayed would be taken for an issue."""
    quiet = ExecutiveSummary(system="H", month="2026-11", as_of=date(2026, 11, 30), files={}, notes={})
    write_summary(quiet, tmp_path / "s.xlsx", sample(OFFICIAL))
    kept = {name: value for name, value in cells(sample(OFFICIAL)).items() if not name.endswith("24")}
    assert cells(tmp_path / "s.xlsx") == kept


def test_a_plain_summary_has_the_same_labels_and_can_be_filled_again(tmp_path: Path) -> None:
    """Where no official workbook is given; next month it serves as the base."""
    write_summary(SUMMARY, tmp_path / "one.xlsx")
    form, said = summary_form(), set(cells(tmp_path / "one.xlsx").values())
    assert {*form.files.values(), *form.notes.values(), *form.issues_heading} <= said
    write_summary(SUMMARY, tmp_path / "two.xlsx", tmp_path / "one.xlsx")
    assert cells(tmp_path / "two.xlsx") == cells(tmp_path / "one.xlsx")


def test_a_missing_label_is_told(tmp_path: Path) -> None:
    """Its answer is not dropped in silence."""
    write_summary(SUMMARY, tmp_path / "one.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "one.xlsx")
    for row in workbook.worksheets[0].iter_rows(max_col=1):
        if row[0].value == "Late High Items":
            row[0].value = None
    workbook.save(tmp_path / "base.xlsx")
    (problem,) = write_summary(SUMMARY, tmp_path / "two.xlsx", tmp_path / "base.xlsx").problems
    assert "Late High Items" in problem.what


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    """With the heading that it should have."""
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(UnknownFormat, match="File Name"):
        write_summary(SUMMARY, tmp_path / "out.xlsx", tmp_path / "other.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_the_summary_in_words() -> None:
    """Files, notes and issues, and openly what nobody said."""
    text = summary_text(SUMMARY)
    assert "- OS Scans: a.nessus, b.nessus\n" in text
    assert "- Late High Items: V-1, due 2026-11-02; V-2, due 2026-11-03\n" in text
    assert "- Late Moderate Items: nothing said\n" in text
    assert "- a.nessus: =22% without credentials (2026-12-11)\n" in text
