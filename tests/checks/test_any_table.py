"""Whatever stands in a table, reading and checking it ends in findings or in a refusal, never in a fault."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.intake.headings import fields_by_heading
from milepost.domain.errors import InputRefused
from milepost.work.checking.answers import as_json, as_text
from milepost.work.checking.check_document import Asked, check_document
from milepost.work.checking.sarif import as_sarif

HEADINGS = sorted(fields_by_heading())
CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *(
                "",
                "N/A",
                "9999-12-31",
                "0001-01-01",
                "31/12/2026",
                "30 Days",
                "Q3 2026",
                "2026-02-30",
                "-",
                "1e999",
            ),
            *(
                "Ongoing",
                "Medium",
                "Yes",
                "3.13.11",
                "AC-2 (1)",
                "CVE-2024-1234",
                "(1) 2026-01-01: a\n(1) b",
                "9" * 400,
            ),
            *(
                "=1+1",
                "\x1b[31m",
                "“" * 300,
                "- [x] done",
                "Completed 1/1/2026",
                "100%",
                "$1,000,000.00",
                "II",
            ),
        ]
    ),
)
PROFILES = st.sampled_from(["fedramp-rev5", "hhs", "omb-fisma", ""])


@settings(max_examples=150)
@given(
    headings=st.lists(st.sampled_from(HEADINGS), min_size=3, max_size=14, unique=True),
    rows=st.lists(st.lists(CELLS, max_size=16), max_size=8),
    profile=PROFILES,
)
def test_no_table_is_a_fault(
    tmp_path_factory: pytest.TempPathFactory, headings: list[str], rows: list[list[str]], profile: str
) -> None:
    """Any cells below known headings are judged by any profile, and every answer can be written."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    asked = Asked(
        as_of=date(2026, 3, 2), profiles=[profile] if profile else [], previous=path, inventory=None
    )
    try:
        checked = check_document(path, asked)
    except InputRefused:
        return
    assert as_json(checked)["items"] == checked.report.items
    assert as_sarif(checked)["version"] == "2.1.0"
    assert "\x1b" not in as_text(checked) + as_text(checked, "item")


@pytest.mark.parametrize(
    "text",
    [
        "| " + " " * 100_000,
        "**" * 50_000,
        "“" * 100_000,
        "-" * 100_000,
        "1 " * 50_000,
        "(1) " * 30_000,
        "a." * 50_000,
        "=/" * 50_000,
    ],
    ids=["blanks", "stars", "quotes", "dashes", "digits", "numbers", "dots", "signs"],
)
def test_long_cells_are_read_in_linear_time(tmp_path: Path, text: str) -> None:
    """A cell built to make a pattern try everything is read like any other."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                [
                    "ID",
                    "Title",
                    "Weakness",
                    "Owner",
                    "Status",
                    "Milestones",
                    "Remediation Plan",
                    "Controls",
                    "Comments",
                ],
                ["P-1", text, text, text, text, text, text, text, text],
            ]
        )
    assert check_document(path, Asked(as_of=date(2026, 3, 2))).report.items == 1
