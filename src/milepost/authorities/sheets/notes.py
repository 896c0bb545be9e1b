"""Notes put into the cells of a workbook: comments added to the package, every other part copied as it is."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from milepost.authorities.sheets.manifest import CONTENT_TYPES
from milepost.authorities.sheets.markup import attributes, decoded, element
from milepost.authorities.sheets.package import PackageWriter
from milepost.authorities.sheets.template import NamedSheet, Template
from milepost.authorities.sheets.text import attribute, clean, column_number, cut, escape
from milepost.authorities.sheets.writer import DECLARATION
from milepost.workbooks.package import Package, opened

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_RELATION = element("Relationship")
_COMMENT = element("comment")
_AUTHOR = element("author")
_PREFIX = re.compile(rf'xmlns:(\w+)="{re.escape(_OFFICE)}"')
_AFTER_DRAWING = re.compile(
    r"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_VML_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit"'
    ' data="{blocks}"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600"'
    ' o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BLOCK = 1024
"""Shapes are numbered in blocks of this many; the drawing names the blocks that it uses."""
_FURTHER = 20_000
"""Where the numbers of shapes begin that join those of others."""
_WIDE, _TALL = 4, 8


class Note(NamedTuple):
    """A note at a cell: its row, the letters of its column, its words."""

    row: int
    column: str
    text: str


class _Links(NamedTuple):
    """What a sheet refers to: the part of its links, their text, its comments and their drawing."""

    part: str
    text: str
    comments: str
    drawing: str


def annotate(source: Path, file: BinaryIO, notes: Mapping[str, Sequence[Note]], author: str) -> int:
    """Write a workbook with notes in its cells, by the names of its sheets; return how many were added.

    A cell that has a comment keeps it and gets the note below it. Only the sheets with notes, their links,
    comments and drawings, and the list of content types differ from the source.

    Raises:
        InputRefused: the source cannot be taken.
    """
    with opened(source) as package:
        template = Template(package)
        changed: dict[str, str] = {}
        added = 0
        for name, wanted in notes.items():
            sheet = template.sheet(name)
            if sheet and wanted:
                changed |= _annotated(package, sheet, sorted(wanted, key=_order), author)
                added += len(wanted)
        changed[CONTENT_TYPES] = _types(package, changed)
        _write(package, file, changed)
    return added


def _order(note: Note) -> tuple[int, int]:
    return note.row, column_number(note.column)


def _write(package: Package, file: BinaryIO, changed: Mapping[str, str]) -> None:
    writer = PackageWriter(file)
    for member in package.members:
        if member in changed:
            writer.add(member, [changed[member]])
        else:
            writer.copy(package, member)
    for member, text in changed.items():
        if member not in package.members:
            writer.add(member, [text])
    writer.close()


def _annotated(package: Package, sheet: NamedSheet, notes: Sequence[Note], author: str) -> dict[str, str]:
    """Return the parts of a sheet that change: the sheet, its links, its comments and their drawing."""
    links = _links(package, sheet)
    comments = links.comments or f"xl/commentsMilepost{sheet.number}.xml"
    drawing = links.drawing or f"xl/drawings/vmlDrawingMilepost{sheet.number}.vml"
    before = decoded(package.read(comments), comments) if links.comments else ""
    taken = {attributes(found[1]).get("ref", "") for found in _COMMENT.finditer(before)}
    fresh = [note for note in notes if f"{note.column}{note.row}" not in taken]
    changed = {comments: _comments(before, notes, author), drawing: _drawing(package, links.drawing, fresh)}
    if not links.comments:
        text = _linked(links.text, "comments", comments, "Comments")
        changed[links.part] = text
    if not links.drawing:
        text = _linked(changed.get(links.part, links.text), "vmlDrawing", drawing, "Drawing")
        changed[links.part] = text
        changed[sheet.part] = _with_drawing(package, sheet, "rIdMilepostDrawing")
    return changed


def _links(package: Package, sheet: NamedSheet) -> _Links:
    folder, _, name = sheet.part.rpartition("/")
    part = f"{folder}/_rels/{name}.rels"
    if part not in package.members:
        empty = f'{DECLARATION}<Relationships xmlns="{_LINKS}"></Relationships>'
        return _Links(part, empty, "", "")
    text = decoded(package.read(part), part)
    text = text.replace("<Relationships/>", f'<Relationships xmlns="{_LINKS}"></Relationships>')
    found = {"comments": "", "vmlDrawing": ""}
    for marks in (attributes(each[1]) for each in _RELATION.finditer(text)):
        kind, target = marks.get("Type", "").rpartition("/")[2], marks.get("Target", "")
        if kind in found and not found[kind]:
            absolute = (
                target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            found[kind] = absolute if absolute in package.members else ""
    return _Links(part, text, found["comments"], found["vmlDrawing"])


def _linked(text: str, kind: str, part: str, name: str) -> str:
    entry = f'<Relationship Id="rIdMilepost{name}" Type="{_OFFICE}/{kind}" Target="/{part}"/>'
    return text.replace("</Relationships>", f"{entry}</Relationships>")


def _with_drawing(package: Package, sheet: NamedSheet, link: str) -> str:
    text = decoded(package.read(sheet.part), sheet.part)
    found = _PREFIX.search(text)
    prefix, declared = (found[1], "") if found else ("r", f' xmlns:r="{_OFFICE}"')
    mark = f'<legacyDrawing{declared} {prefix}:id="{link}"/>'
    start = text.rfind("</sheetData>")
    place = _AFTER_DRAWING.search(text, max(start, 0))
    end = place.start() if place else len(text)
    return f"{text[:end]}{mark}{text[end:]}"


def _comments(before: str, notes: Sequence[Note], author: str) -> str:
    """Write the comments, or add to those that are there."""
    if not before:
        body = "".join(_comment(note, 0) for note in notes)
        authors = f"<authors><author>{escape(clean(author))}</author></authors>"
        return f'{DECLARATION}<comments xmlns="{_MAIN}">{authors}<commentList>{body}</commentList></comments>'
    number = len(_AUTHOR.findall(before))
    text = before.replace("</authors>", f"<author>{escape(clean(author))}</author></authors>")
    wanted = {f"{note.column}{note.row}": note for note in notes}

    def below(found: re.Match[str]) -> str:
        note = wanted.pop(attributes(found[1]).get("ref", ""), None)
        if note is None:
            return found[0]
        words = f"<r>{_run(chr(10) + chr(10) + note.text)}</r></text>"
        return _plain_to_run(found[0]).replace("</text>", words)

    text = _COMMENT.sub(below, text)
    rest = "".join(_comment(note, number) for note in wanted.values())
    return text.replace("</commentList>", f"{rest}</commentList>")


def _plain_to_run(comment: str) -> str:
    """Turn a comment of plain text into one of runs, so that another run may follow."""
    return re.sub(r"<text>(<t\b.*?</t>)</text>", r"<text><r>\1</r></text>", comment, flags=re.DOTALL)


def _comment(note: Note, author: int) -> str:
    text = f"<text><r>{_run(note.text)}</r></text>"
    return f'<comment ref="{note.column}{note.row}" authorId="{author}">{text}</comment>'


def _run(text: str) -> str:
    return f'<t xml:space="preserve">{escape(cut(clean(text)))}</t>'


def _drawing(package: Package, part: str, notes: Sequence[Note]) -> str:
    """Write the boxes of the comments, or add to those that are there."""
    if not part:
        blocks = ",".join(str(block) for block in range(1, len(notes) // _BLOCK + 2))
        return f"{_VML_HEAD.format(blocks=blocks)}{''.join(_shapes(notes, _BLOCK))}</xml>"
    shapes = "".join(_shapes(notes, _FURTHER))
    text = package.read(part).decode("utf-8-sig")
    end = text.rfind("</xml>")
    return f"{text[:end]}{shapes}{text[end:]}"


def _shapes(notes: Sequence[Note], first: int) -> Iterator[str]:
    for number, note in enumerate(notes, first + 1):
        row, column = note.row - 1, column_number(note.column) - 1
        anchor = f"{column + 1}, 15, {row}, 2, {column + 1 + _WIDE}, 15, {row + _TALL}, 4"
        yield (
            f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden"'
            ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black"'
            ' obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
            f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
        )


def _types(package: Package, changed: Mapping[str, str]) -> str:
    """Name the types of the parts that are new."""
    text = decoded(package.read(CONTENT_TYPES), CONTENT_TYPES)
    for part in changed:
        if part in package.members:
            continue
        if part.endswith(".vml") and 'Extension="vml"' not in text:
            default = f'<Default Extension="vml" ContentType="{_VML_TYPE}"/>'
            text = re.sub(r"(<Types\b[^>]*>)", rf"\1{default}", text, count=1)
        elif part.startswith("xl/comments"):
            override = f'<Override PartName="/{attribute(part)}" ContentType="{_COMMENTS_TYPE}"/>'
            text = text.replace("</Types>", f"{override}</Types>")
    return text
