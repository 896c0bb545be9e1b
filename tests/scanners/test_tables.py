"""The door through which all delimited text comes."""

import codecs
import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, InputRefused, UnknownFormat
from milepost.scanners.scanner import Source
from milepost.scanners.tables import MAX_CELL, SEPARATORS, Table, first_rows, open_table
from tests.samples import sample

HOSTILE = "hostile/csv"


def source(folder: Path, content: bytes, name: str = "table.csv") -> Source:
    """Write a table."""
    path = folder / name
    path.write_bytes(content)
    return Source(path, name, len(content))


def table(folder: Path, content: str, *required: str) -> Table:
    """Write a table and open it."""
    return open_table(source(folder, content.encode()), *required)


def cells(opened: Table) -> list[list[str]]:
    """Read all rows, without the empty cell that stands after the last one of each."""
    return [row.cells[:-1] for row in opened.rows()]


def hostile(name: str) -> Source:
    """Return one of the hostile tables."""
    path = sample(f"{HOSTILE}/{name}")
    return Source(path, name, path.stat().st_size)


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("cp1252.csv", ["V-0001", "AC-2", "“smart” — Café"]),
        ("embedded_newlines.csv", ["V-0001", "AC-2", "line 1\nline 2\r\nline 3"]),
        ("field_over_131072.csv", ["V-0001", "AC-2", "A" * 131073]),
        ("semicolon.csv", ["V-0001", "AC-2", "a,b"]),
        ("utf16_bom.csv", ["V-0001", "AC-2", "Café"]),
        ("utf8_bom.csv", ["V-0001", "AC-2", "Café"]),
    ],
)
def test_hostile_tables_that_must_be_accepted_are_read(name: str, row: list[str]) -> None:
    """Whatever their encoding, separator and lengths."""
    opened = open_table(hostile(name), "POAM ID", "Controls")
    assert cells(opened) == [row]
    assert opened.columns == ("POAM ID", "Controls", "Weakness Name")
    assert bool(opened.problems) == (name == "cp1252.csv")


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nul_bytes.csv", "null bytes"),
        ("unbalanced_quote.csv", "line 2: a quote opened here is never closed"),
    ],
)
def test_hostile_tables_that_must_be_rejected_are_refused(name: str, what: str) -> None:
    """In one sentence that names the place."""
    with pytest.raises(DamagedInput, match=what):
        list(open_table(hostile(name), "POAM ID").rows())


@pytest.mark.samples
def test_a_column_that_comes_twice_is_said_where_it_is_read() -> None:
    """Real exports repeat headings that nobody asks for; of one that is asked for, the first counts."""
    opened = open_table(hostile("duplicate_headers.csv"), "POAM ID")
    assert opened.problems == []
    picked = opened.pick("POAM ID", "Status")
    assert [picked(row.cells) for row in opened.rows()] == [("V-0001", "Open")]
    assert [(problem.where, problem.what) for problem in opened.problems] == [
        ("duplicate_headers.csv, line 1", "the column “Status” comes 2 times; the first one was read")
    ]


@pytest.mark.samples
def test_ragged_rows_are_problems_and_blank_ones_are_passed_over() -> None:
    """A short and a long row are named by line; a blank row and one of empty cells say nothing."""
    opened = open_table(hostile("ragged.csv"), "POAM ID")
    assert cells(opened) == []
    assert [(problem.where, problem.what) for problem in opened.problems] == [
        ("ragged.csv, line 2", "this row has 2 cells under 3 headings and was not read"),
        ("ragged.csv, line 3", "this row has 5 cells under 3 headings and was not read"),
    ]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("quoted", [False, True])
def test_every_separator_is_found_quoted_or_not(tmp_path: Path, separator: str, *, quoted: bool) -> None:
    """A heading in quotes before another separator than the comma is no damage."""
    rows = [["Id", "Name"], ["1", "one, two"], ["2", 'the "third"']]
    path = tmp_path / "table"
    with path.open("w", newline="") as file:
        csv.writer(
            file, delimiter=separator, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        ).writerows(rows)
    assert cells(open_table(Source(path, "table", path.stat().st_size), "id", "NAME")) == rows[1:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_with_a_mark_are_read(tmp_path: Path, encoding: str) -> None:
    """The mark is no part of the first heading."""
    opened = open_table(source(tmp_path, "Id,Name\n1,Café\n".encode(encoding)), "Id")
    assert (opened.columns, cells(opened), opened.problems) == (("Id", "Name"), [["1", "Café"]], [])


@pytest.mark.parametrize(
    "content",
    [
        b"Id,Name\n1,a\0b\n",
        codecs.BOM_UTF8 + b"Id,Name\n1,a\0b\n",
        "Id,Name\n1,a\0b\n".encode("utf-16"),
        "Id,Name\n1,ab\n".encode("utf-16-le"),
        b"Id,Name\n\xff,a\0b\n",
    ],
)
def test_a_null_byte_is_refused_whatever_the_encoding(tmp_path: Path, content: bytes) -> None:
    """Also behind a mark, and where the text is no UTF-8."""
    with pytest.raises(DamagedInput, match="null bytes"):
        list(open_table(source(tmp_path, content), "Id").rows())


def test_a_text_that_is_not_what_its_mark_says_is_refused(tmp_path: Path) -> None:
    """It is not guessed anew."""
    with pytest.raises(DamagedInput, match="not utf-8-sig"):
        open_table(source(tmp_path, codecs.BOM_UTF8 + b"Id,Name\n1,Caf\xe9\n"), "Id")


def test_the_header_is_found_below_a_preamble(tmp_path: Path) -> None:
    """What stood above is kept, and rows count from the top of the file."""
    opened = table(tmp_path, 'Report,"of\nmany lines"\n\nId,Name\n1,one\n', "id", "name")
    assert [row.cells for row in opened.preamble] == [["Report", "of\nmany lines"], []]
    assert [(row.line, row.cells) for row in opened.rows()] == [(5, ["1", "one", ""])]


def test_a_table_without_the_header_is_of_another_kind(tmp_path: Path) -> None:
    """The sentence names the columns that were looked for."""
    with pytest.raises(UnknownFormat, match="no row has the columns Id, Other"):
        table(tmp_path, "Id,Name\n1,one\n", "Id", "Other")


def test_a_header_too_far_below_is_not_found(tmp_path: Path) -> None:
    """Two hundred lines of preamble are looked at, no more."""
    with pytest.raises(UnknownFormat):
        table(tmp_path, "x\n" * 300 + "Id,Name\n", "Id")


def test_cells_are_picked_by_name_whatever_the_case(tmp_path: Path) -> None:
    """The first name that the table has counts; a column that it lacks is empty."""
    opened = table(tmp_path, "ID,Title,Rating\n1,one,High\n", "id")
    picked = opened.pick("id", ("Name", "title"), "Missing", "rating")
    assert [picked(row.cells) for row in opened.rows()] == [("1", "one", "", "High")]
    assert (opened.place("nothing"), opened.place("nothing", "RATING")) == (None, 2)


def test_a_column_written_exactly_so_is_preferred(tmp_path: Path) -> None:
    """“Type” and “type” are two columns, and each is found by its own name, without a word."""
    opened = table(tmp_path, "Id,Type,type\n1,A,b\n", "Id")
    assert (opened.place("Type"), opened.place("type"), opened.problems) == (1, 2, [])


def test_an_optional_column_that_comes_twice_is_said_once(tmp_path: Path) -> None:
    """The first is read."""
    opened = table(tmp_path, "Id,Name,Name\n1,one,two\n", "Id")
    assert (opened.place("name"), opened.place("Name")) == (1, 1)
    assert [problem.what for problem in opened.problems] == [
        "the column “name” comes 2 times; the first one was read",
        "the column “Name” comes 2 times; the first one was read",
    ]
    assert opened.place("name") == 1
    assert len(opened.problems) == len({"name", "Name"})


def test_empty_cells_beyond_the_header_are_cut_off(tmp_path: Path) -> None:
    """As spreadsheets write them; a cell with text there is a problem."""
    opened = table(tmp_path, "Id,Name\n1,one,,\n2,two,,x\n", "Id")
    assert cells(opened) == [["1", "one"]]
    assert [problem.where for problem in opened.problems] == ["table.csv, line 3"]


def test_old_line_ends_and_a_missing_last_one_are_read(tmp_path: Path) -> None:
    """Carriage returns alone, as old programs write them."""
    assert cells(table(tmp_path, "Id,Name\r1,one\r2,two", "Id")) == [["1", "one"], ["2", "two"]]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('1,"one"x', "line 2: this row cannot be read"),
        ('1,"one', "line 2: a quote opened here is never closed"),
    ],
)
def test_broken_quotes_are_refused_with_their_line(tmp_path: Path, row: str, what: str) -> None:
    """What follows an open quote cannot be told from what it holds."""
    with pytest.raises(DamagedInput, match=what):
        list(table(tmp_path, f"Id,Name\n{row}\n2,two\n", "Id").rows())


def test_a_cell_beyond_the_limit_is_refused_and_the_limit_of_others_stays(tmp_path: Path) -> None:
    """The limit is the process's: it goes back to what it was."""
    before = csv.field_size_limit()
    with pytest.raises(DamagedInput, match="a cell has more than"):
        list(table(tmp_path, f"Id,Name\n1,{'x' * (MAX_CELL + 1)}\n", "Id").rows())
    assert csv.field_size_limit() == before


def test_the_first_lines_are_shown_as_cells(tmp_path: Path) -> None:
    """In lower case, without quotes, for every separator that a line has."""
    assert first_rows('"Plugin ID","Risk"\n') == (frozenset({"plugin id", "risk"}),)
    assert first_rows("A;B,C\n") == (frozenset({"a;b", "c"}), frozenset({"a", "b,c"}))
    assert first_rows("no table") == ()
    assert tmp_path.is_dir()


@given(content=st.binary(max_size=200), header=st.booleans())
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, content: bytes, *, header: bool) -> None:
    """Whatever comes is read, or refused in the product's own words."""
    folder = tmp_path_factory.mktemp("any")
    try:
        list(open_table(source(folder, (b"Id,Name\n" if header else b"") + content), "Id").rows())
    except InputRefused:
        return
