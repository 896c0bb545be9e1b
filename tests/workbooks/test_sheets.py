"""The sheets of a workbook: values as they stand, dates in both systems, nothing evaluated or followed."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.workbooks.sheets import Broken, Row, place, workbook_in
from tests.scanners.sheets.workbooks import Extras, number, rows, text, texts, workbook


def read(path: Path) -> list[Row]:
    """Return the rows of the first sheet."""
    with workbook_in(path, path.name) as book:
        return list(book.rows(book.sheets[0]))


def test_every_kind_of_cell_is_read_as_it_stands(tmp_path: Path) -> None:
    """Texts in place and shared, numbers, truth, errors, and a text that an export marks as a day."""
    content = rows(
        [
            text("a"),
            '<c t="s"><v>1</v></c>',
            number(2.5),
            '<c t="b"><v>1</v></c>',
            '<c t="e"><v>#REF!</v></c>',
        ],
        ['<c t="d"><v>2026-03-01</v></c>', '<c t="str"><f>A1</f><v>x</v></c>', "<c><f>1+1</f><v></v></c>"],
    )
    strings = "<si><t>zero</t></si><si><r><t>o</t></r><r><t>ne</t></r><rPh><t>read</t></rPh></si>"
    first, second = read(workbook(tmp_path / "a.xlsx", {"S": content}, Extras(strings=strings)))
    assert first == Row(1, {0: "a", 1: "one", 2: 2.5, 3: True, 4: "#REF!"})
    assert isinstance(first.values[4], Broken)
    assert second == Row(2, {0: "2026-03-01", 1: "x"}, frozenset({1, 2}))


@pytest.mark.parametrize(("later", "day"), [(0, date(2024, 1, 1)), (1, date(2028, 1, 2))])
def test_a_number_that_is_shown_as_a_date_is_one(tmp_path: Path, later: int, day: date) -> None:
    """In the date system of 1900 and in that of 1904; a number that stands for no sensible day stays one."""
    content = rows([number(45_292, 1), number(45_292.75, 2), number(45_292), number(60, 1)])
    (row,) = read(workbook(tmp_path / "a.xlsx", {"S": content}, Extras(later_dates=bool(later))))
    assert row.values == {0: day, 1: day, 2: 45_292.0, 3: 60.0}


def test_a_lone_cell_in_a_far_corner_costs_nothing(tmp_path: Path) -> None:
    """A row holds only what is there."""
    corner = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    found = read(workbook(tmp_path / "a.xlsx", {"S": texts("a|b") + corner}))
    assert found == [Row(1, {0: "a", 1: "b"}), Row(1_048_576, {16_383: "x"})]
    assert place(16_383, 1_048_576) == "XFD1048576"
    assert [place(column, 1) for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_rows_and_cells_that_are_not_numbered_follow_each_other(tmp_path: Path) -> None:
    """As some programs write them, between others that are."""
    content = '<row r="5"><c r="C5"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    assert read(workbook(tmp_path / "a.xlsx", {"S": content})) == [
        Row(5, {2: 1.0, 3: 2.0}),
        Row(6, {0: 3.0}),
    ]


def test_sheets_are_listed_with_what_people_see_of_them(tmp_path: Path) -> None:
    """Hidden ones are marked, and links to other files are noticed."""
    extra = {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
    path = workbook(tmp_path / "a.xlsx", {"A": texts("a"), "B": ""}, Extras(hidden=("B",), parts=extra))
    with workbook_in(path, "a.xlsx") as book:
        assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("A", False), ("B", True)]
        assert book.linked


@pytest.mark.parametrize(
    "content",
    ["<row><c><v>1</v>", '<row><c t="s"><v>7</v></c></row>', '<row><c t="s"><v>x</v></c></row>'],
    ids=["cut off", "no such text", "no number of a text"],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, content: str) -> None:
    """By name, with the sheet."""
    path = workbook(tmp_path / "a.xlsx", {"Sheet": content})
    with pytest.raises(DamagedInput, match="the part Sheet of the workbook cannot be read"):
        read(path)


def test_another_package_is_no_workbook(tmp_path: Path) -> None:
    """A text document is refused."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    with pytest.raises(UnknownFormat, match=r"no \.xlsx workbook"):
        read(path)
