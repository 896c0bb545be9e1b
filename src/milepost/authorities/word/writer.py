"""Word documents (.docx): headings, paragraphs and tables, in a language, with marked heading rows.

Text is data: it is escaped, line breaks and tabs are elements, and what XML cannot carry is left out.
Source of the markup: ECMA-376 part 1, 17 (WordprocessingML).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.sheets.package import PackageWriter
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.text import clean
from milepost.authorities.sheets.writer import DECLARATION, relations

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_BREAKS = re.compile(r"\r\n|[\n\r\t]")
_WIDTH = 14_400
"""The width between the margins of a letter page on its side, in twentieths of a point."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 0 is the title of the document."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first row holds headings; `shares` are the relative widths, `caption` what it is about."""

    caption: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    shares: Sequence[int] = ()
    named_rows: bool = False


Part = Heading | Paragraph | Grid


def write_word(out: Path, title: str, created: date, parts: Iterable[Part]) -> None:
    """Write a document, whole or not at all.

    Raises:
        WrongUse: the folder does not exist.
    """
    with saved(out) as file:
        package = PackageWriter(file)
        package.add("[Content_Types].xml", [DECLARATION, _CONTENT_TYPES])
        package.add("_rels/.rels", [DECLARATION, _ROOT])
        package.add("docProps/core.xml", [DECLARATION, _properties(title, created)])
        package.add("word/_rels/document.xml.rels", [DECLARATION, _DOCUMENT_RELATIONS])
        package.add("word/styles.xml", [DECLARATION, _styles()])
        package.add("word/document.xml", _document(parts))
        package.close()


def _document(parts: Iterable[Part]) -> Iterator[str]:
    yield f'{DECLARATION}<w:document xmlns:w="{_MAIN}"><w:body>'
    for part in parts:
        if isinstance(part, Grid):
            yield from _grid(part)
        elif isinstance(part, Heading):
            yield _paragraph(part.text, f"Heading{part.level}" if part.level else "Title")
        else:
            yield _paragraph(part.text)
    yield (
        '<w:sectPr><w:pgSz w:w="15840" w:h="12240" w:orient="landscape"/>'
        '<w:pgMar w:top="720" w:right="720" w:bottom="720" w:left="720" w:header="360" w:footer="360" '
        'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _grid(grid: Grid) -> Iterator[str]:
    shares = grid.shares or [1] * len(grid.headings)
    widths = [_WIDTH * share // sum(shares) for share in shares]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    named = int(grid.named_rows)
    look = "06A0" if named else "0620"
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Ruled"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{look}" w:firstRow="1" w:lastRow="0" '
        f'w:firstColumn="{named}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{_attribute(grid.caption)}"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )
    yield _row(grid.headings, widths, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", "Heads")
    for row in grid.rows:
        yield _row(row, widths, "", "Heads" if grid.named_rows else "")
    yield "</w:tbl>" + _paragraph("")


def _row(cells: Sequence[str], widths: Sequence[int], properties: str, first_style: str) -> str:
    heading = bool(properties)
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_paragraph(text, first_style if heading or not number else '')}</w:tc>"
        for number, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr>{properties}{inside}</w:tr>"


def _paragraph(text: str, style: str = "") -> str:
    marks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{marks}{_runs(text)}</w:p>"


def _runs(text: str) -> str:
    """Write a text with its line breaks and tabs."""
    sound = clean(text)
    if not sound:
        return ""
    parts = []
    place = 0
    for found in _BREAKS.finditer(sound):
        parts += [_text(sound[place : found.start()]), "<w:tab/>" if found[0] == "\t" else "<w:br/>"]
        place = found.end()
    return f"<w:r>{''.join(parts)}{_text(sound[place:])}</w:r>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{_escaped(text)}</w:t>' if text else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _escaped(clean(text)).replace('"', "&quot;").replace("\n", " ")


def _properties(title: str, created: date) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_escaped(clean(title))}</dc:title><dc:creator>Milepost</dc:creator>"
        f'<dc:language>en-US</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">'
        f"{created.isoformat()}T00:00:00Z</dcterms:created></cp:coreProperties>"
    )


def _styles() -> str:
    headings = "".join(
        _style(f"Heading{n}", f"heading {n}", size, n - 1) for n, size in ((1, 32), (2, 26), (3, 22))
    )
    return (
        f'<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="20"/><w:lang w:val="en-US"/>'
        '</w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        f'<w:name w:val="Normal"/></w:style>{_style("Title", "Title", 40, None)}{headings}'
        f"{_style('Heads', 'Table heading', 20, None)}{_RULED}</w:styles>"
    )


def _style(identifier: str, name: str, size: int, outline: int | None) -> str:
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="120" w:after="60"/>{level}</w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
    )


_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_RULED = (
    '<w:style w:type="table" w:styleId="Ruled"><w:name w:val="Ruled"/><w:tblPr>'
    f"<w:tblBorders>{_EDGES}</w:tblBorders><w:tblCellMar>"
    '<w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)
_ROOT = relations(
    (
        (f"{_RELATIONS}/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    )
)
_DOCUMENT_RELATIONS = relations(((f"{_RELATIONS}/styles", "styles.xml"),))
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
