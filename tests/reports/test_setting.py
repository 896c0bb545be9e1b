"""How a report becomes a tagged PDF and a page of HTML, read back by others; hostile text stays text."""

import io
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from milepost.reports.charts import Bar, Curve, curves, stacked_bars, stacked_columns
from milepost.reports.plain_text import breakable, plain
from milepost.reports.report import Block, Heading, PageBreak, Paragraph, Report, counts, facts, table
from milepost.reports.setting_pdf import set_pdf
from milepost.reports.writing_html import write_html

_SERIES = ("High", "Moderate", "Low", "Not rated")
_HOSTILE = [
    '#read("/etc/passwd")',
    '#eval("1+1") *bold* _thin_ $x^2$ = Title',
    '#set page(width: 1pt); #include "x.typ"',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</title></style><h1>x</h1>",
    '=HYPERLINK("http://evil.example","x")',
    "@cite <label> `code` \\ ] } ) // comment /* not closed",
    "${title} $title $$ %(x)s {x}",
]


def report(*blocks: Block, title: str = "Plan", marking: str = "") -> Report:
    """Return a small report."""
    return Report(
        kind="poam",
        title=title,
        subject="Harbor",
        written=date(2026, 11, 21),
        blocks=blocks,
        marking=marking,
    )


def read(data: bytes) -> PdfReader:
    """Read a PDF with another program than the one that wrote it."""
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """Return the text of a PDF in one line, without what lets long words break."""
    text = " ".join(page.extract_text() for page in read(data).pages)
    return " ".join(text.replace("\u200b", "").split())


def tags(node: object) -> Iterator[DictionaryObject]:
    """Yield every element of a PDF's structure tree."""
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for each in found:
            yield from tags(each)
    elif isinstance(found, DictionaryObject):
        yield found
        if "/K" in found:
            yield from tags(found["/K"])


def structure(data: bytes) -> list[DictionaryObject]:
    """Return the elements of the structure tree."""
    return list(tags(read(data).root_object["/StructTreeRoot"]))


class _Page(HTMLParser):
    """What a page of HTML has in it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note its text."""
        self.text += data


def page(data: bytes) -> _Page:
    """Read a page of HTML."""
    found = _Page()
    found.feed(data.decode())
    return found


def chart() -> Block:
    """Return a chart with a number for every series."""
    return stacked_columns("Open items", _SERIES, [Bar("Oct", (3, 0, 1, 2)), Bar("Nov", (1, 2, 3, 4))])


def test_pdf_is_tagged_titled_and_has_a_language() -> None:
    """PDF/UA-1: marked, with title shown, language, and the standard's own mark in its metadata."""
    found = read(set_pdf(report(Heading("Open"), Paragraph("Nothing."))).data)
    root = found.root_object
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert str(root["/Lang"]) == "en"
    assert "'/DisplayDocTitle': True" in str(root["/ViewerPreferences"])
    assert found.metadata is not None
    assert found.metadata.title == "Plan: Harbor"
    assert found.xmp_metadata is not None
    assert "pdfuaid:part" in found.xmp_metadata.stream.get_data().decode()


def test_pdf_has_table_headers_headings_and_text_alternatives() -> None:
    """Tables have header cells, headings their levels, and a chart says its numbers."""
    data = set_pdf(
        report(Heading("Open"), table("Items", [("Item", 1), ("Weakness", 2)], [("V-1", "weak")]), chart())
    ).data
    found = structure(data)
    kinds = [each.get("/S") for each in found]
    assert kinds.count("/TH") == 2
    assert {"/H1", "/H2", "/Table", "/Caption", "/Figure"} <= set(kinds)
    told = [str(each["/Alt"]) for each in found if "/Alt" in each]
    assert any("Nov: 10 (1 High, 2 Moderate, 3 Low, 4 Not rated)" in each for each in told)


def test_marking_and_page_numbers_stand_on_every_page() -> None:
    """What must stand on every page does, above and below."""
    data = set_pdf(report(Paragraph("one"), PageBreak(), Paragraph("two"), marking="CUI")).data
    pages = [each.extract_text() for each in read(data).pages]
    assert len(pages) == 2
    assert all(text.count("CUI") == 2 for text in pages)
    assert "2 of 2" in pages[1]


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    """Markup of typst, HTML, a spreadsheet or a template is shown as it was written, in both forms."""
    blocks = (Heading(hostile), Paragraph(hostile), facts(hostile, [("Field", hostile)]))
    wanted = report(*blocks, title=hostile, marking=hostile)
    assert " ".join(hostile.split()) in words(set_pdf(wanted).data)
    found = page(write_html(wanted).data)
    assert found.text.count(hostile) >= 5
    assert {"script", "img"}.isdisjoint(tag for tag, _ in found.elements)
    assert [tag for tag, _ in found.elements].count("h1") == 1


def test_same_report_gives_the_same_bytes() -> None:
    """Neither form holds the time at which it was made."""
    wanted = report(Heading("Open"), chart())
    assert set_pdf(wanted).data == set_pdf(wanted).data
    assert write_html(wanted).data == write_html(wanted).data


def test_what_cannot_be_seen_is_spelled_out() -> None:
    """Controls, marks that turn text round, and private characters stand as their numbers."""
    assert plain("a\x00b\u202ec\ue000\ud800") == "a[U+0000]b[U+202E]c[U+E000][U+D800]"
    assert plain("one\r\ntwo\u2028three\tfour") == "one\ntwo\nthree\tfour"


def test_characters_without_a_shape_are_told() -> None:
    """A script that no font here has stands as numbers, and is told; nothing fails, nothing vanishes."""
    unassigned = "\u0378"
    rendered = set_pdf(report(Paragraph(f"Weak {unassigned} spot")))
    assert "Weak [U+0378] spot" in words(rendered.data)
    assert "[U+0378]" in rendered.problems[0].what


def test_long_words_break_and_nothing_else() -> None:
    """A path can break after its separators; what is taken away again is the text."""
    path = "/opt/service/lib/connector-core-2.14.1.jar"
    assert breakable(path).replace("\u200b", "") == path
    assert "\u200b" in breakable(path)
    assert breakable("short words only") == "short words only"


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_set(name: str, value: str) -> None:
    """Whatever text people hand in, both forms are written."""
    wanted = report(
        Heading(name), Paragraph(value), facts("Facts", [("Name", name or "-"), ("Value", value)])
    )
    assert set_pdf(wanted).data.startswith(b"%PDF")
    assert page(write_html(wanted).data).elements


def test_html_can_be_read_without_eyes() -> None:
    """Language, title, one main part, captions, scopes of headers, and pictures with names."""
    found = page(
        write_html(
            report(Heading("Open"), table("Items", [("Item", 1), ("Weak", 2)], [("V-1", "x")]), chart())
        ).data
    )
    elements = found.elements
    assert ("html", {"lang": "en"}) in elements
    tags_found = [tag for tag, _ in elements]
    assert (tags_found.count("main"), tags_found.count("caption"), tags_found.count("h2")) == (1, 1, 1)
    scopes = [attributes.get("scope") for tag, attributes in elements if tag == "th"]
    assert scopes == ["col", "col", "row"]
    pictures = [attributes for tag, attributes in elements if tag == "svg"]
    assert pictures[0]["role"] == "img"
    assert "Oct: 6 (3 High, 1 Low, 2 Not rated)" in str(pictures[0]["aria-label"])
    assert "default-src 'none'" in write_html(report()).data.decode()


def test_charts_do_not_speak_by_colour_alone() -> None:
    """Each series but the solid one has its own pattern; the legend names it, and numbers stand on it."""
    drawn = stacked_bars("Ages", _SERIES, [Bar("0–30", (5, 4, 3, 2)), Bar("empty", (0, 0, 0, 0))])
    tree = etree.fromstring(drawn.svg.encode())
    space = {"s": "http://www.w3.org/2000/svg"}
    patterns = tree.findall(".//s:pattern", space)
    assert len({etree.tostring(each[0]) for each in patterns}) == len(_SERIES) - 1
    texts = [each.text for each in tree.findall(".//s:text", space)]
    assert {*_SERIES, "5", "4", "3", "2", "14", "0"} <= set(texts)


def test_curves_differ_in_dash_and_mark() -> None:
    """The plan is dashed with squares, what is open solid with dots; months to come have no dots."""
    lines = (Curve("Open", (5, None)), Curve("Planned", (5, 2), dashed=True))
    drawn = curves("Burn-down", ("Nov", "Dec"), lines)
    assert drawn.svg.count("<circle") - drawn.svg.split("</defs>")[0].count("<circle") == 2
    assert "stroke-dasharray" in drawn.svg
    assert drawn.alternative == "Burn-down. Open: Nov 5; Planned: Nov 5, Dec 2."


def test_numbers_align_and_empty_tables_say_so() -> None:
    """Numbers have their thousands apart; a table without rows is a sentence."""
    blocks = (counts("Counts", ("Name", "Number"), [("Open", (12345,))]), table("Past", [("Item", 1)], []))
    assert "12,345" in words(set_pdf(report(*blocks)).data)
    assert "Past. None." in words(set_pdf(report(*blocks)).data)
    assert "Past. None." in page(write_html(report(*blocks)).data).text
