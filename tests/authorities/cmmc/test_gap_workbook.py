"""The gap assessment: facts for 110 requirements and 320 objectives, filled in and scored."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.cmmc.draft import completed
from milepost.authorities.cmmc.gap_workbook import answers_of, write_gap_workbook
from milepost.authorities.cmmc.reading import read_assessment
from milepost.authorities.cmmc.rules import Level
from milepost.authorities.cmmc.verdict import judge
from milepost.domain.errors import WrongUse
from tests.samples import sample

AS_OF = date(2026, 3, 1)


def written(tmp_path: Path) -> Path:
    """Return an empty gap assessment."""
    assert write_gap_workbook(tmp_path / "gap.xlsx", AS_OF) == []
    return tmp_path / "gap.xlsx"


def fill(path: Path, answers: dict[str, str], otherwise: str = "MET") -> Path:
    """State a result for every objective."""
    book = openpyxl.load_workbook(path)
    for row in book["Objectives"].iter_rows(min_row=2):
        row[4].value = answers.get(str(row[1].value), otherwise)
    book.save(path)
    return path


def score(path: Path) -> int | None:
    """Return the score of an assessment."""
    return judge(completed(read_assessment(path)).assessment, as_of=AS_OF).score


def test_every_requirement_and_objective_is_there(tmp_path: Path) -> None:
    """110 and 320, with points that add up to 313 (32 CFR 170.24)."""
    book = openpyxl.load_workbook(written(tmp_path))
    requirements = list(book["Requirements"].iter_rows(min_row=2, values_only=True))
    objectives = list(book["Objectives"].iter_rows(min_row=2, values_only=True))
    assert (len(requirements), len(objectives)) == (110, 320)
    assert sum(row[4] for row in requirements if isinstance(row[4], int)) == 313
    assert [row[1] for row in objectives[:3]] == ["3.1.1[a]", "3.1.1[b]", "3.1.1[c]"]


@pytest.mark.samples
def test_titles_and_weights_are_facts_and_no_prose_is_copied(tmp_path: Path) -> None:
    """Weights agree with the verified table; no sentence of a requirement or an objective stands there."""
    book = openpyxl.load_workbook(written(tmp_path))
    texts = {cell.value for sheet in book for row in sheet for cell in row}
    for name in ("requirements_800_171r2", "assessment_objectives_800_171a"):
        source = sample(f"cmmc/{name}.json").read_text(encoding="utf-8")
        copied = [text for text in texts if isinstance(text, str) and len(text) > 70 and text in source]
        assert copied == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, 110),
        ({"3.1.1[c]": "NOT MET"}, 105),
        ({"3.1.1[a]": "NOT MET", "3.1.1[b]": "NOT MET"}, 105),
        ({"3.1.1[a]": "N/A"}, 110),
        ({"3.13.11[a]": "NOT MET -3"}, 107),
        ({"3.13.11[a]": "NOT MET -5"}, 105),
        ({"3.5.3[a]": "NOT MET -3", "3.1.3[a]": "NOT MET"}, 106),
    ],
)
def test_what_was_filled_in_is_scored(tmp_path: Path, answers: dict[str, str], expected: int) -> None:
    """One objective is enough, and is deducted once; the two partial values are 3 (170.24(c)(2)(i))."""
    assert score(fill(written(tmp_path), answers)) == expected


def test_an_empty_line_counts_as_not_met(tmp_path: Path) -> None:
    """What was not assessed is not met, and is said."""
    path = fill(written(tmp_path), {"3.1.2[a]": ""})
    assert score(path) == 105
    assert "without a result" in " ".join(each.what for each in completed(read_assessment(path)).problems)


def test_results_that_are_known_are_filled_in(tmp_path: Path) -> None:
    """From any assessment; the score is that of the source."""
    source = tmp_path / "old.csv"
    with source.open("w", newline="") as file:
        rows = [("3.1.1", "Not Implemented"), ("3.13.11", "Partially Implemented"), ("3.1.3[a]", "Planned")]
        csv.writer(file).writerows([("Requirement ID", "Status"), *rows])
    answers = answers_of(read_assessment(source))
    write_gap_workbook(tmp_path / "gap.xlsx", AS_OF, answers=answers)
    book = openpyxl.load_workbook(tmp_path / "gap.xlsx")
    said = {row[1]: row[4] for row in book["Objectives"].iter_rows(min_row=2, values_only=True) if row[4]}
    assert said["3.1.1[a]"] == "NOT MET"
    assert said["3.13.11[a]"] == "NOT MET -3"
    assert said["3.1.3[a]"] == "NOT MET"
    assert len(said) == 6 + 1 + 1


def test_the_choices_in_the_cells_are_results_that_are_read(tmp_path: Path) -> None:
    """Each drop-down covers whole requirements; together they cover the 320 lines once."""
    book = openpyxl.load_workbook(written(tmp_path))
    covered = [
        row
        for rule in book["Objectives"].data_validations.dataValidation
        for area in rule.sqref.ranges
        for row in range(area.min_row, area.max_row + 1)
    ]
    assert sorted(covered) == list(range(2, 322))


def test_other_levels_and_endings_are_refused(tmp_path: Path) -> None:
    """In a sentence."""
    with pytest.raises(WrongUse, match="ends in"):
        write_gap_workbook(tmp_path / "gap.csv", AS_OF)
    with pytest.raises(WrongUse, match="Level 2"):
        write_gap_workbook(tmp_path / "gap.xlsx", AS_OF, level=Level.ONE)
