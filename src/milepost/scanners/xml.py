"""The only way in which Milepost reads XML: streamed, without entities, network or limitless documents.

A document type is allowed (many real exports carry one), a declared entity never is; nothing outside the
file is ever opened. Depth (256) and the length of one text or tag (10 million bytes) are limited by libxml2.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from lxml import etree

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused, OversizedInput
from milepost.scanners.scanner import Source

Element = etree._Element  # noqa: SLF001 - the public name of this class exists for type checkers only

_BLOCK = 1 << 16
_ILLEGAL_CHARACTER = {"ERR_INVALID_CHAR", "ERR_INVALID_CHARREF", "ERR_INVALID_HEX_CHARREF"}
_CUT_OFF = {"ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_GT_REQUIRED", "ERR_DOCUMENT_EMPTY"}
_LIMITS = {"ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG"}
_ENTITIES = {
    "ERR_UNDECLARED_ENTITY",
    "WAR_UNDECLARED_ENTITY",
    "ERR_ENTITY_LOOP",
    "ERR_ENTITY_BOUNDARY",
    "ERR_ENTITY_PROCESSING",
}
_NO_ENTITIES = "export the report again without a document type"


def elements(source: Source, *tags: str) -> Iterator[Element]:
    """Yield every element with one of these names when its end is read, in the order of their ends.

    An element and all before it are forgotten when the next one is asked for.

    Raises:
        HostileInput: an entity is declared or used.
        DamagedInput: the file is not well-formed XML, with line and column.
        OversizedInput: it is deeper, or a text in it longer, than a reader of reports needs.
    """
    with source.path.open("rb") as file:
        _refuse_entities(file, source)
        file.seek(0)
        events = etree.iterparse(
            file,
            events=("end",),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        try:
            for _, element in events:
                yield element
                _forget(element)
        except etree.XMLSyntaxError as error:
            raise refusal(source, error) from error
        for entry in events.error_log:
            if entry.type_name in _ENTITIES:
                what = f"the text uses an entity that is declared elsewhere ({entry.message})"
                raise HostileInput(what, where=f"{source.name}, line {entry.line}", fix=_NO_ENTITIES)


def fragment(text: bytes) -> Element:
    """Parse a small piece of a document, an element with all in it.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed by itself.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)


def refusal(source: Source, error: etree.XMLSyntaxError, *, lines_before: int = 0) -> InputRefused:
    """Turn the parser's complaint into a refusal that says where, what and how to fix it."""
    entry = error.error_log.last_error
    line, column, kind, said = 0, 0, "", str(error.msg)
    if entry is not None:
        line, column, kind, said = entry.line, entry.column, entry.type_name, entry.message.strip()
    where = f"{source.name}, line {line + lines_before}, column {column}"
    return _cause(kind)(where, said)


def _cause(kind: str) -> Callable[[str, str], InputRefused]:
    for kinds, cause in (
        (_ILLEGAL_CHARACTER, _control_character),
        (_CUT_OFF, _cut_off),
        (_ENTITIES, _entity),
        (_LIMITS, _too_large),
    ):
        if kind in kinds:
            return cause
    return _ill_formed


def _control_character(where: str, said: str) -> InputRefused:
    what = f"a character that XML does not allow ({said})"
    return DamagedInput(what, where=where, fix="export the report again, or remove the character")


def _cut_off(where: str, said: str) -> InputRefused:
    return DamagedInput(f"the file is cut off ({said})", where=where, fix="export or upload it again")


def _entity(where: str, said: str) -> InputRefused:
    return HostileInput(f"the file uses an entity ({said})", where=where, fix=_NO_ENTITIES)


def _too_large(where: str, said: str) -> InputRefused:
    what = f"one text or the nesting is beyond what a report needs ({said})"
    return OversizedInput(what, where=where, fix="export the report again, or in parts")


def _ill_formed(where: str, said: str) -> InputRefused:
    return DamagedInput(f"not well-formed XML: {said}", where=where, fix="export the report again")


def _refuse_entities(file: BinaryIO, source: Source) -> None:
    """Read up to the first element and refuse a document type that declares entities."""
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for block in iter(lambda: file.read(_BLOCK), b""):
            parser.feed(block)
            for _, element in parser.read_events():
                _refuse_declared(element, source)
                return
    except etree.XMLSyntaxError as error:
        raise refusal(source, error) from error


def _refuse_declared(element: Element, source: Source) -> None:
    declared = element.getroottree().docinfo.internalDTD
    names = [str(entity.name) for entity in declared.iterentities()] if declared is not None else []
    if names:
        what = f"the document type declares entities ({', '.join(names[:3])})"
        raise HostileInput(what, where=source.name, fix=_NO_ENTITIES)


def _forget(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)
