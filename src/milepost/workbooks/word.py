"""The paragraphs and tables of a Word document, read from its checked package; nothing else of it is used."""

import zipfile
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.workbooks.package import opened

_DOCUMENT = "word/document.xml"
_AGAIN = "save it again as .docx in a word processor"


class Block(NamedTuple):
    """A paragraph with its style, or a table with the texts of its cells."""

    text: str = ""
    style: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def is_word(path: Path) -> bool:
    """Tell whether a file is a package with a Word document in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _DOCUMENT in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError):
        return False


def word_blocks(path: Path, name: str = "") -> list[Block]:
    """Return the paragraphs and tables of a Word document in order.

    Raises:
        InputRefused: it cannot be read, is damaged, built to do harm or no such document.
    """
    shown = name or path.name
    with opened(path, shown) as package:
        if _DOCUMENT not in package.members:
            raise UnknownFormat("this package is no Word document", where=shown, fix=_AGAIN)
        content = package.read(_DOCUMENT)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as cause:
        what = f"the text of the document cannot be read ({cause})"
        raise DamagedInput(what, where=shown, fix=_AGAIN) from cause
    body = next((each for each in root if _local(each) == "body"), root)
    return [block for each in body if (block := _block(each)) is not None]


def _block(element: etree._Element) -> Block | None:
    if _local(element) == "p":
        return Block(_paragraph(element), _style(element))
    if _local(element) == "tbl":
        rows = (each for each in element if _local(each) == "tr")
        return Block(rows=tuple(_cells(row) for row in rows))
    return None


def _cells(row: etree._Element) -> tuple[str, ...]:
    cells = (each for each in row if _local(each) == "tc")
    return tuple("\n".join(_paragraph(p) for p in cell if _local(p) == "p").strip() for cell in cells)


def _paragraph(element: etree._Element) -> str:
    """Join the text of the runs; a change that was struck out is none."""
    parts = []
    for each in element.iter("{*}t", "{*}br", "{*}tab", "{*}cr"):
        kind = _local(each)
        parts.append(each.text or "" if kind == "t" else "\t" if kind == "tab" else "\n")
    return "".join(parts)


def _style(element: etree._Element) -> str:
    found = next(element.iter("{*}pStyle"), None)
    if found is None:
        return ""
    return next((value for key, value in found.items() if key.endswith("val")), "")


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
