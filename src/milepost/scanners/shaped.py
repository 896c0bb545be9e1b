"""A record that matched a shape, asked like an element of the parser: only what is asked for is looked up."""

from collections.abc import Iterator
from functools import lru_cache
from typing import overload

from milepost.scanners.shapes import Node, Values, lines_in
from milepost.scanners.xml import Element as Parsed

_ANY = "{*}"


class Stretch:
    """Records that stand one after the other within one element, and the text in which they do."""

    def __init__(self, text: str, start: tuple[int, int], parent: Parsed) -> None:
        """Begin at a position in a text, and the line of the file that this is."""
        self.parent = parent
        self._text = text
        self._position, self._line = start

    def line_at(self, position: int) -> int:
        """Return the line of the next tag; where positions grow nothing is counted twice."""
        position = self._text.find("<", position)
        if position < self._position:
            return self._line - lines_in(self._text, position, self._position)
        self._line += lines_in(self._text, self._position, position)
        self._position = position
        return self._line


Place = tuple[Stretch, int, int]
"""Where the text of a record begins, with the blanks before it, and the lines within its start tag."""


class Record:
    """An element in a record of known shape.

    Text is None where nothing stands, as it is of the parser's elements; of a CDATA section it may be empty.
    """

    __slots__ = ("_node", "_parent", "_place", "_values")

    def __init__(self, node: Node, values: Values, place: Place, parent: "Record | None" = None) -> None:
        """Stand for a node of a shape with these values."""
        self._node = node
        self._values = values
        self._place = place
        self._parent = parent

    def __iter__(self) -> Iterator["Record"]:
        """Yield the children."""
        for node in self._node.children:
            if node.repeats is None:
                yield Record(node, self._values, self._place, self)
            else:
                yield from self._standing_for(node)

    def __len__(self) -> int:
        """Return the number of children."""
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        """A record is never nothing, even without children."""
        return True

    @property
    def tag(self) -> str:
        """The element's name."""
        return self._node.tag

    @property
    def text(self) -> str | None:
        """The text before the first child."""
        group = self._node.text
        return (self._values[group] or None) if group else None

    @property
    def tail(self) -> str | None:
        """The text after the element, within the record."""
        return self._said(self._node.tail)

    @property
    def sourceline(self) -> int:
        """The line of the record's start tag, even of an element deeper in it."""
        stretch, position, lines = self._place
        return stretch.line_at(position) + lines

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """Return an attribute."""
        group = self._node.attributes.get(name)
        return default if group is None else self._values[group]

    def find(self, path: str) -> "Record | None":
        """Return the first element at a path: names with `/` between them."""
        return next(self.iterfind(path), None)

    @overload
    def findtext(self, path: str) -> str | None: ...
    @overload
    def findtext(self, path: str, default: str) -> str: ...
    def findtext(self, path: str, default: str | None = None) -> str | None:
        """Return the text of the first element at a path, empty where it has none."""
        try:
            node = self._node.paths[path]
        except KeyError:
            node = self._node.paths[path] = _at(self._node, path)
        if node is not None:
            return (self._values[node.text] or "") if node.text else ""
        found = self.find(path)
        return default if found is None else found.text or ""

    def holds(self, name: str) -> bool:
        """Tell whether there is a child of this name."""
        return name in self._node.names

    def iterfind(self, path: str) -> Iterator["Record"]:
        """Yield the elements at a path, in their order."""
        name, _, rest = (path, "", "") if path.startswith("{") else path.partition("/")
        for child in self.iterchildren(name):
            if rest:
                yield from child.iterfind(rest)
            else:
                yield child

    def iterchildren(self, *tags: str) -> Iterator["Record"]:
        """Yield the children of these names."""
        for node in self._node.children:
            if _is_one(node.tag, tags):
                yield from self._standing_for(node)

    def iter(self, *tags: str) -> Iterator["Record"]:
        """Yield this element and all within, those of these names, as they begin."""
        if _is_one(self.tag, tags):
            yield self
        for child in self:
            yield from child.iter(*tags)

    def ends(self, tags: tuple[str, ...], names: frozenset[str]) -> Iterator["Record"]:
        """Yield all within and this element, those of these tags, as they end; `names` are the bare ones."""
        for node in self._node.children:
            if not node.within.isdisjoint(names):
                for child in self._standing_for(node):
                    yield from child.ends(tags, names)
        if _is_one(self.tag, tags):
            yield self

    def itertext(self, *tags: str) -> Iterator[str]:
        """Yield the texts within, and those behind elements within, as they stand."""
        if self.text and _is_one(self.tag, tags):
            yield self.text
        for child in self:
            yield from child.itertext(*tags)
            if child.tail and _is_one(child.tag, tags):
                yield child.tail

    def getparent(self) -> "Parsed | Record":
        """Return the element around."""
        return self._parent or self._place[0].parent

    def iterancestors(self, *tags: str) -> "Iterator[Parsed | Record]":
        """Yield the elements around, those of these names, from within."""
        parent = self.getparent()
        if isinstance(parent, Record):
            if _is_one(parent.tag, tags):
                yield parent
            yield from parent.iterancestors(*tags)
            return
        if _is_one(str(parent.tag), tags):
            yield parent
        yield from parent.iterancestors(*tags)

    def texts(self) -> dict[str, str]:
        """Return the texts of the children by name; of several with one name the last counts."""
        if self._node.lists:
            return {each.tag: each.text or "" for each in self}
        values = self._values
        return {node.tag: (values[node.text] or "") if node.text else "" for node in self._node.children}

    def fields(self) -> dict[str, str]:
        """Return the texts of the children by name, without the blanks around them."""
        return {name: text.strip() for name, text in self.texts().items()}

    def rest(self, *but: str) -> tuple[int | str | None, ...]:
        """Return all that is said in this element, but by attributes and children of these names.

        Records of one reading that answer alike have the same elements and values apart from those.
        """
        groups = self._node.rests.get(but)
        if groups is None:
            groups = self._node.rests[but] = tuple(self._node.groups(*but))
        values = self._values
        return id(self._node), *(values[group] for group in groups)

    def _said(self, group: int) -> str | None:
        return self._values[group] or None if group else None

    def _standing_for(self, node: Node) -> Iterator["Record"]:
        if node.repeats is None:
            yield Record(node, self._values, self._place, self)
            return
        for values in node.repeats.each(self._values[node.text] or ""):
            yield Record(node.repeats.node, values, self._place, self)


def _at(node: Node, path: str) -> Node | None:
    """Return the only node at a path of plain names; None if there is none, or which one it is depends."""
    for name in (path,) if path.startswith("{") else path.split("/"):
        found = [child for child in node.children if child.tag == name]
        if len(found) != 1 or found[0].repeats is not None:
            return None
        node = found[0]
    return node


@lru_cache(maxsize=1 << 12)
def _is_one(tag: str, wanted: tuple[str, ...]) -> bool:
    """Tell whether a name is one of those wanted; without any, all are."""
    return not wanted or tag in wanted or f"{_ANY}{tag.rpartition('}')[2]}" in wanted or "*" in wanted
