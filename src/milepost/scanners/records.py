"""The quick way through XML that says the same over and over: records are learned, then matched as text.

The parser reads all around the records, and the first of every stretch of them, so that it is sure that a
record may stand there. What follows and matches a shape that was learned from such a record
(`scanners.shapes`) is taken as it stands; the parser never sees it. Whatever matches none goes to the parser.
Nothing here tells a person of an error: the general way (`scanners.xml`) reads again and does.
"""

import codecs
import io
import re
from collections.abc import Callable, Generator, Iterator
from itertools import islice

from milepost.scanners.scanner import Source
from milepost.scanners.shaped import Record, Stretch
from milepost.scanners.shapes import Shape, Unlike, lines_in, local, taken_apart
from milepost.scanners.xml import Element as Parsed
from milepost.scanners.xml import Frame, IllFormed, declares, elements, forget

__all__ = ["Element", "General", "Record", "records", "rest_of", "root_of"]

Element = Parsed | Record
"""An element, be it of the parser or of a record that was matched."""

General = Callable[[], Iterator[Parsed]]
"""A way to read the whole file."""

WORTH_LEARNING = 256 << 10

_BLOCK = 1 << 20
_LARGEST_RECORD = 4 << 20
_MOST_SHAPES = 40
_MOST_MISSES = 400
_BEGINNING = 4 << 10
_OPENING = re.compile(r"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"<]*+\"|'[^'<]*+'))*\s*(?P<closed>/?)>")
_LEGAL = bytes(set(range(0x20, 0x100))) + b"\t\n\r"
_BOM = "\ufeff"
_DECLARATION = re.compile(
    r"\s*<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?:utf-8|us-ascii)[\"'])?"
    r"(?:\s+standalone=[\"']\w+[\"'])?\s*\?>",
    re.IGNORECASE,
)
_OLD_LINES = ("\r", ("\r", "\n"), ("\r", "\r\n"), ("\r", "\n", "\r\n"))
_NO_XML = ("\ufffe", "\uffff")


def records(
    source: Source,
    names: tuple[str, ...],
    *tags: str,
    general: General | None = None,
    worth: int = WORTH_LEARNING,
) -> Iterator[Element]:
    """Yield every element with one of these tags, as `elements` does; `names` are those of the records.

    These are without a namespace. `general` is the way to read the file again where this one will not do;
    what has fewer bytes than `worth` is read by it at once.

    Raises:
        InputRefused: as the general way.
    """
    given = 0
    if source.size >= worth and not declares(source):
        try:
            for element in _Reading(source, names, tags).elements():
                yield element
                given += 1
        except (IllFormed, UnicodeDecodeError, _NotPlain):
            pass
        else:
            return
    yield from islice(general() if general else elements(source, *tags), given, None)


def rest_of(element: Element, *but: str) -> tuple[int | str | None, ...]:
    """Return what is the same in records that differ only in these attributes and children.

    Empty where it is not known, as it is of the parser's elements.
    """
    return element.rest(*but) if isinstance(element, Record) else ()


def root_of(element: Element) -> Parsed:
    """Return the first element of the document that an element is in."""
    while isinstance(element, Record):
        element = element.getparent()
    return element.getroottree().getroot()


class _NotPlain(Exception):
    """The file as a whole is not what can be read as text."""


class _Known:
    """The shapes that are known of records in one surrounding, that of the last match first."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self._met: set[str] = set()
        self._misses = 0

    def find(self, text: str, position: int) -> "re.Match[str] | None":
        """Match the record that begins at a position; its shape is the first one then."""
        for number, shape in enumerate(self.shapes):
            match = shape.match(text, position)
            if match is not None:
                if number:
                    self.shapes.insert(0, self.shapes.pop(number))
                return match
        return None

    def learn(self, text: str, element: Parsed) -> None:
        """Learn the shape of a record that the parser took, when it is met for the second time."""
        self._misses += 1
        if len(self.shapes) >= _MOST_SHAPES or self._misses > _MOST_MISSES:
            return
        try:
            draft = taken_apart(text, _names_in(element))
        except Unlike:
            return
        if draft.pattern in self._met:
            self.shapes.append(Shape(draft))
        self._met.add(draft.pattern)


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source, names: tuple[str, ...], tags: tuple[str, ...]) -> None:
        self._source = source
        self._tags = tags
        self._wanted = frozenset(map(local, tags))
        self._names = names
        self._frame = Frame(*tags)
        self._start = re.compile(rf"<((?:[\w.-]+:)?(?:{'|'.join(map(re.escape, names))}))(?=[\s/>])")
        self._line = 1
        self._known: dict[object, _Known] = {}
        self._text = ""
        self._ends = True
        self._counted = (0, 1)

    def elements(self) -> Iterator[Element]:
        """Yield the elements in the order of their ends."""
        for block in self._blocks():
            self._text += block
            yield from self._take()
        yield from self._feed(self._text)
        self._frame.close()
        _require(not self._frame.complaints())

    def _blocks(self) -> Iterator[str]:
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")(), translate=True)
        with self._source.path.open("rb") as file:
            size, first = _BEGINNING, True
            while block := file.read(size):
                text = decoder.decode(block)
                _require(not block.translate(None, _LEGAL) and not any(each in text for each in _NO_XML))
                # The parser ends no line where a carriage return stands alone.
                _require(decoder.newlines not in _OLD_LINES)
                yield _beginning(text) if first else text
                size, first = _BLOCK, False
        yield decoder.decode(b"", final=True)

    def _take(self) -> Iterator[Element]:
        """Take what of the text is whole, and keep the rest."""
        text, position = self._text, 0
        self._ends = "]]>" in text
        self._counted = (0, self._line)
        while (begin := self._start.search(text, position)) is not None:
            end = _end(begin)
            if end < 0:
                break
            yield from self._feed(text[position : begin.start()])
            position = yield from self._record(text, begin.start(), end)
        rest = begin.start() if begin is not None else max(position, text.rfind("<"))
        if len(text) - rest > _LARGEST_RECORD:
            rest = len(text)
        yield from self._feed(text[position:rest])
        self._line += lines_in(text, 0, rest)
        self._text = text[rest:]

    def _feed(self, text: str) -> Iterator[Parsed]:
        if text:
            for element in self._frame.feed(text.encode()):
                yield element
                forget(element)

    def _record(self, text: str, start: int, end: int) -> Generator[Element, None, int]:
        """Have the parser read what looks like a record, then take all that follow it; return their end."""
        found = self._frame.feed(text[start:end].encode())
        known = parent = None
        if found and str(found[-1].tag).rpartition("}")[2] in self._names:
            parent = found[-1].getparent()
        if parent is not None:
            known = self._known_in(parent)
            if known.find(text, start) is None:
                known.learn(text[start:end], found[-1])
        for element in found:
            yield element
            forget(element)
        if known is None or parent is None:
            return end
        return (yield from self._stretch(text, end, known, parent))

    def _stretch(self, text: str, start: int, known: _Known, parent: Parsed) -> Generator[Element, None, int]:
        """Yield all that follow and are of known shape; return where they end."""
        position, wanted, ends = start, self._wanted, self._ends
        stretch = self._begun(text, start, parent)
        while (match := known.find(text, position)) is not None:
            shape = known.shapes[0]
            try:
                values = shape.values(match, ends=ends)
            except Unlike:
                break
            record = Record(shape.node, values, (stretch, position, shape.lines))
            if shape.inner.isdisjoint(wanted):
                yield record
            else:
                yield from record.ends(self._tags, wanted)
            position = match.end()
        # The parser has to count the lines that it did not see.
        yield from self._feed("\n" * lines_in(text, start, position))
        return position

    def _begun(self, text: str, start: int, parent: Parsed) -> Stretch:
        """Begin a stretch, counting the lines on from where the last one began."""
        position, line = self._counted
        self._counted = start, line + lines_in(text, position, start)
        return Stretch(text, self._counted, parent)

    def _known_in(self, parent: Parsed) -> _Known:
        """Return the shapes for this depth and these namespaces; elsewhere the same text is another thing."""
        depth = sum(1 for _ in parent.iterancestors())
        return self._known.setdefault((depth, *parent.nsmap.items()), _Known())


def _names_in(element: Parsed) -> list[tuple[str, list[str]]]:
    return [(str(each.tag), list(map(str, each.attrib))) for each in element.iter()]


def _beginning(text: str) -> str:
    """Return the beginning without its mark, if it is of the encoding and version that are read as text."""
    text = text.removeprefix(_BOM)
    _require(not text.startswith("<?xml") or _DECLARATION.match(text))
    return text


def _require(plain: object) -> None:
    if not plain:
        raise _NotPlain


def _end(begin: "re.Match[str]") -> int:
    """Return where what begins here seems to end; -1 if not in this text."""
    text = begin.string
    opening = _OPENING.match(text, begin.start())
    if opening is None:
        return -1
    if opening["closed"]:
        return opening.end()
    mark = f"</{begin[1]}>"
    found = text.find(mark, opening.end())
    return found + len(mark) if found >= 0 else -1
