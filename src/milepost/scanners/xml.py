"""The only way in which Milepost reads XML: streamed, without entities, network or limitless documents.

A document type is allowed (many real exports carry one), a declared entity never is; nothing outside the
file is ever opened. Depth (256) and the length of one text or tag (10 million bytes) are limited by libxml2.
"""

import mmap
from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused, OversizedInput
from milepost.domain.problem import Problem
from milepost.scanners.mending import mended_text
from milepost.scanners.scanner import Source

__all__ = [
    "Element",
    "Frame",
    "IllFormed",
    "declares",
    "elements",
    "forget",
    "fragment",
    "mended",
    "part",
    "texts",
]

IllFormed = etree.XMLSyntaxError

_BLOCK = 1 << 16
_BEGINNING = 64
_ILLEGAL_CHARACTER = {"ERR_INVALID_CHAR", "ERR_INVALID_CHARREF", "ERR_INVALID_HEX_CHARREF"}
_CUT_OFF = {"ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_GT_REQUIRED", "ERR_DOCUMENT_EMPTY"}
_LIMITS = {"ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG", "ERR_NO_MEMORY"}
_ENTITIES = {
    "ERR_UNDECLARED_ENTITY",
    "WAR_UNDECLARED_ENTITY",
    "ERR_ENTITY_LOOP",
    "ERR_ENTITY_BOUNDARY",
    "ERR_ENTITY_PROCESSING",
}
_TEXTS = etree.XPath("descendant::text()[normalize-space()]", smart_strings=False)
_AMPLIFICATION = "amplification"
_NO_ENTITIES = "export the report again without a document type"


def elements(source: Source, *tags: str) -> Iterator[Element]:
    """Yield every element with one of these names when its end is read, in the order of their ends.

    An element and all before it are forgotten when the next one is asked for.

    Raises:
        HostileInput: an entity is declared or used.
        DamagedInput: the file is not well-formed XML, with line and column.
        OversizedInput: it is deeper, or a text in it longer, than a reader of reports needs.
    """
    declares(source)
    with source.path.open("rb") as file:
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
                forget(element)
        except etree.XMLSyntaxError as error:
            raise refusal(source, error) from error
        for entry in events.error_log:
            if entry.type_name in _ENTITIES:
                what = f"the text uses an entity that is declared elsewhere ({entry.message})"
                raise HostileInput(what, where=f"{source.name}, line {entry.line}", fix=_NO_ENTITIES)


def mended(source: Source, mends: list[Problem], *tags: str) -> Iterator[Element]:
    """Yield elements like `elements`, of a document that need not be well-formed but has its end.

    For formats whose own files often are not (`scanners.mending`). Whatever was mended is added to `mends`,
    each with its line, by the time the last element was yielded; a well-formed document adds nothing.

    Raises:
        HostileInput: a document type declares entities.
        DamagedInput: the file is cut off: its first element never ends.
        OversizedInput: it is deeper, or a text in it longer, than a reader of reports needs.
    """
    given = 0
    try:
        for element in elements(source, *tags):
            yield element
            given += 1
    except (DamagedInput, HostileInput):
        # Up to the first fault both ways give the same elements.
        yield from islice(_mended(source, mends, *tags), given, None)


def part(source: Source, name: str, tag: str) -> Iterator[Element]:
    """Yield every element `tag` in the last `<name>…</name>` of a file, without reading all before it.

    It is for what a report tells at its end and is needed at its beginning; whoever uses it reads the whole
    file as well, and has it checked there.

    Raises:
        IllFormed: the part is not well-formed by itself, or is not where it seems to be.
    """
    frame = Frame(tag)
    with source.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        start, end = text.rfind(b"<%b>" % name.encode()), text.rfind(b"</%b>" % name.encode())
        if b"\0" in text[:_BEGINNING]:
            raise IllFormed("the text is not one byte for a letter", 0, 0, 0)
        if start < 0:
            return
        for position in range(start, end, _BLOCK):
            for element in frame.feed(text[position : min(end, position + _BLOCK)]):
                yield element
                forget(element)
    frame.feed(b"</%b>" % name.encode())
    frame.close()


def _mended(source: Source, mends: list[Problem], *tags: str) -> Iterator[Element]:
    frame = Frame(*tags)
    try:
        for text in mended_text(source, mends):
            for element in frame.feed(text.encode()):
                yield element
                forget(element)
        frame.close()
    except etree.XMLSyntaxError as error:
        raise refusal(source, error) from error


def texts(element: Element) -> list[str]:
    """Return the texts in an element one by one, in their order; none that is blank, no comments."""
    found = _TEXTS(element)
    return [str(each) for each in found] if isinstance(found, list) else []


def fragment(text: bytes) -> Element:
    """Parse a small piece of a document, an element with all in it.

    Raises:
        IllFormed: it is not well-formed by itself.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)


class Frame:
    """A document that is parsed piece by piece; yields the elements of some names."""

    def __init__(self, *tags: str) -> None:
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )

    def feed(self, text: bytes) -> list[Element]:
        """Take the next bytes and return the elements that ended in them.

        Raises:
            IllFormed: the document is not well-formed so far.
        """
        self._parser.feed(text)
        return [element for _, element in self._parser.read_events()]

    def complaints(self) -> bool:
        """Tell whether the text used an entity that is not declared in it."""
        return any(entry.type_name in _ENTITIES for entry in self._parser.feed_error_log)

    def close(self) -> None:
        """End the document.

        Raises:
            IllFormed: something is left open.
        """
        self._parser.close()


def refusal(source: Source, error: etree.XMLSyntaxError) -> InputRefused:
    """Turn the parser's complaint into a refusal that says where, what and how to fix it."""
    entry = error.error_log.last_error
    if entry is None:
        return _ill_formed(source.name, str(error.msg))
    where = f"{source.name}, line {entry.line}, column {entry.column}"
    cause = _cause(entry.type_name, entry.message)
    if cause is _ill_formed and not _ends_with_a_tag(source):
        cause = _cut_off
    return cause(where, entry.message.strip())


def _cause(kind: str, said: str) -> Callable[[str, str], InputRefused]:
    if kind in _ENTITIES or _AMPLIFICATION in said:
        return _entity
    for kinds, cause in (
        (_ILLEGAL_CHARACTER, _control_character),
        (_CUT_OFF, _cut_off),
        (_LIMITS, _too_large),
    ):
        if kind in kinds:
            return cause
    return _ill_formed


def _ends_with_a_tag(source: Source) -> bool:
    with source.path.open("rb") as file:
        file.seek(max(0, source.size - _BLOCK))
        return file.read().rstrip(b" \t\r\n\0").endswith(b">")


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


def declares(source: Source) -> bool:
    """Read up to the first element and tell whether the document type declares anything.

    Raises:
        HostileInput: it declares entities.
        DamagedInput, OversizedInput: as `elements`, if it is so before the first element.
    """
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with source.path.open("rb") as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            complaint: etree.XMLSyntaxError | None = None
            try:
                parser.feed(block)
            except etree.XMLSyntaxError as error:
                complaint = error
            for _, element in parser.read_events():
                return _declared(element, source)
            if complaint is not None:
                raise refusal(source, complaint) from complaint
    return False


def _declared(element: Element, source: Source) -> bool:
    declared = element.getroottree().docinfo.internalDTD
    names = [str(entity.name) for entity in declared.iterentities()] if declared is not None else []
    if names:
        what = f"the document type declares entities ({', '.join(names[:3])})"
        raise HostileInput(what, where=_place_of(b"<!ENTITY", source), fix=_NO_ENTITIES)
    return declared is not None and next(iter(declared.iterelements()), None) is not None


def _place_of(mark: bytes, source: Source) -> str:
    """Say where a mark first stands in the beginning of the file."""
    with source.path.open("rb") as file:
        before, found, _ = file.read(_BLOCK).partition(mark)
    if not found:
        return source.name
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return f"{source.name}, line {line}, column {column}"


def forget(element: Element) -> None:
    """Empty an element that is done with, and take all before it out of the tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)
