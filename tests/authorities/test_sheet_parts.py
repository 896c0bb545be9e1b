"""The parts of an existing workbook: formulas moved, formats derived, chains thinned, rules stretched."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.authorities.fedramp.workbook import write_workbook
from milepost.authorities.sheets import reach
from milepost.authorities.sheets.calculation import thinned
from milepost.authorities.sheets.formats import FormatTable
from milepost.authorities.sheets.markup import cells, decoded, divided, joined, moved, rows, text_of
from milepost.domain.errors import DamagedInput, InputRefused
from tests.authorities.poams import poam

STYLES = (
    '<styleSheet><numFmts count="1"><numFmt numFmtId="170" formatCode="dd\\-mmm\\-yy"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="4"/><xf numFmtId="14"><alignment wrapText="1"/></xf>'
    '<xf numFmtId="170"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("formula", "moved_by_3"),
    [
        ("A1+B2", "A4+B5"),
        ("$A1+A$1+$A$1", "$A4+A$1+$A$1"),
        ('IF(A1="A1",LOG10(B1),"")', 'IF(A4="A1",LOG10(B4),"")'),
        ("'A1 b'!C1", "'A1 b'!C4"),
        ("SUM(A1:A9)", "SUM(A4:A12)"),
    ],
)
def test_a_formula_moves_with_its_row(formula: str, moved_by_3: str) -> None:
    """Relative rows move; fixed rows, functions, texts and names of sheets do not."""
    assert moved(formula, 3) == moved_by_3


def test_a_formula_moves_to_another_column() -> None:
    """Relative columns move, fixed ones do not."""
    assert moved("A1+$A1", 0, 2) == "C1+$A1"


def test_cells_and_rows_without_a_place_follow_the_one_before() -> None:
    """The format allows to leave the places out."""
    found = list(rows('<row><c><v>1</v></c></row><row r="7"><c r="C7"/><c t="inlineStr"/></row><row/>'))
    assert [row.number for row in found] == [1, 7, 8]
    assert [cell.column for cell in cells(found[1].inside)] == ["C", "D"]


def test_texts_are_read_without_formats_and_reading_aids() -> None:
    """A rich text is its runs in a row; phonetic hints are no part of it."""
    rich = "<r><t>Weak</t></r><rPh><t>hint</t></rPh><r><t xml:space='preserve'> &amp;_x0041_</t></r><t/>"
    assert joined(rich) == "Weak &A"
    (row,) = rows('<row r="1"><c r="A1" t="s"><v>9</v></c><c r="B1"><v>5</v></c></row>')
    assert [text_of(cell, ["only"]) for cell in cells(row.inside)] == ["", "5"]


def test_a_sheet_without_rows_can_be_filled() -> None:
    """An empty tag for the rows is opened."""
    sheet = divided("<worksheet><sheetData/><pageMargins/></worksheet>", "a")
    assert (sheet.head, sheet.rows) == ("<worksheet><sheetData>", "")
    assert sheet.tail == "</sheetData><pageMargins/></worksheet>"


@pytest.mark.parametrize("text", ["<chartsheet/>", "<worksheet><sheetData><row>"])
def test_what_is_no_whole_worksheet_is_refused(text: str) -> None:
    """Neither another kind of sheet nor half of one is taken."""
    with pytest.raises(DamagedInput):
        divided(text, "a")


def test_formats_are_added_and_never_changed() -> None:
    """A derived format is the old one with one thing more, at the end of the list, each only once."""
    table = FormatTable(STYLES)
    assert [table.shows_date(number) for number in (0, 1, 2, 9)] == [False, True, True, False]
    assert not table.changed
    assert [table.derived(n, dated=True) for n in (0, 1, 0)] == [3, 1, 3]
    assert table.derived(1, quoted=True) == 4
    assert table.is_quoted(4)
    text = table.xml()
    assert '<cellXfs count="5"><xf numFmtId="0" fontId="4"/>' in text
    assert '<xf numFmtId="14" fontId="4" applyNumberFormat="1"/>' in text
    assert '<xf numFmtId="14" quotePrefix="1"><alignment wrapText="1"/></xf></cellXfs>' in text


def test_styles_without_formats_are_refused() -> None:
    """A workbook without cell formats is damaged."""
    with pytest.raises(DamagedInput):
        FormatTable("<styleSheet/>")


def test_a_chain_keeps_the_sheet_of_each_entry() -> None:
    """An entry that has its sheet from the one before keeps it when that one goes."""
    chain = '<calcChain><c r="A1" i="2"/><c r="A2"/><c r="B1" i="1"/></calcChain>'
    assert thinned(chain, lambda _, place: place != "A1") == (
        '<calcChain><c r="A2" i="2"/><c r="B1" i="1"/></calcChain>'
    )
    assert thinned(chain, lambda *_: True) == chain
    assert thinned(chain, lambda *_: False) is None


def test_rules_that_reach_into_the_data_reach_its_end() -> None:
    """Ranges that end above the data, and single cells, stay; so do ranges that are long enough."""
    tail = '<dataValidation sqref="A1:A5 A9:A99 B9 C9:C500"/><xm:sqref>D10:D20</xm:sqref>'
    longer = '<dataValidation sqref="A1:A5 A9:A300 B9 C9:C500"/><xm:sqref>D10:D300</xm:sqref>'
    assert reach.stretched(tail, 9, 300) == longer
    assert reach.dimension('<dimension ref="A1:C20"/>', 300) == '<dimension ref="A1:C300"/>'


def test_links_of_gone_rows_go() -> None:
    """A link above the data stays; one on an item would point from another item now."""
    kept, gone = '<hyperlink ref="A2" r:id="rId1"/>', '<hyperlink ref="C9" r:id="rId2"/>'
    assert (
        reach.without_links(f"<hyperlinks>{kept}{gone}</hyperlinks>", 9) == f"<hyperlinks>{kept}</hyperlinks>"
    )
    assert reach.without_links(f"<hyperlinks>{gone}</hyperlinks>", 9) == ""


def test_what_stands_in_a_comment_is_not_read() -> None:
    """A row in a comment is no row; verbatim text is text; the declaration stays."""
    part = b"<?xml version='1.0'?><a><!-- <row r='1'/> --><t><![CDATA[<row>&]]></t><?do <row> ?></a>"
    assert decoded(part, "a") == "<?xml version='1.0'?><a><t>&lt;row&gt;&amp;</t></a>"


def _rewritten(path: Path, part: str, change: Callable[[str], bytes]) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part].decode())
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("<workbookPr/>", '<workbookPr date1904="1"/>').encode(), "1904"),
        (lambda text: text.encode("utf-16"), "UTF-8"),
        (
            lambda text: re.sub("<(/?)(?=[a-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=").encode(),
            "unusual",
        ),
        (lambda text: text.replace("</workbook>", "").encode(), "not well formed"),
    ],
)
def test_workbooks_in_a_form_we_do_not_fill_are_refused(
    tmp_path: Path, change: Callable[[str], bytes], words: str
) -> None:
    """Days from 1904, other encodings and prefixed names are refused with the way out, not filled wrongly."""
    template = tmp_path / "template.xlsx"
    write_workbook(poam(), template)
    _rewritten(template, "xl/workbook.xml", change)
    with pytest.raises(InputRefused, match=words) as refused:
        write_workbook(poam(), tmp_path / "out.xlsx", template=template)
    assert refused.value.fix


def test_a_sheet_that_a_relation_does_not_reach_is_not_there(tmp_path: Path) -> None:
    """A workbook whose relations name no sheets is refused by what is missing."""
    template = tmp_path / "template.xlsx"
    write_workbook(poam(), template)
    _rewritten(template, "xl/_rels/workbook.xml.rels", lambda _: b"<Relationships/>")
    with pytest.raises(InputRefused, match="'Open POA&M Items' is missing"):
        write_workbook(poam(), tmp_path / "out.xlsx", template=template)
