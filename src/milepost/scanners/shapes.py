"""The shapes of records: how a record of XML is built, learned from one that the parser took.

A report says the same a hundred thousand times with other values. A shape is a pattern with a group for every
value. What it matches is an element of that shape, well-formed by construction: tags stand as they were
learned, values hold no `<`, and all else that a value might be (a reference, the end of a CDATA section, a
tab in an attribute) is looked at. `scanners.records` learns shapes and sees to what stands around records.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby

_NAME = r"[^\s<>/=\"'&!?][^\s<>/=\"'&]*"
_TOKEN = re.compile(
    rf"<(?P<name>{_NAME})(?P<attributes>(?:\s+{_NAME}\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)"
    r"(?P<space> *)(?P<closed>/?)>"
    rf"|</(?P<end>{_NAME})>|<!\[CDATA\[(?P<section>.*?)\]\]>|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"(?P<before>\s+(?P<name>{_NAME})\s*=\s*(?P<quote>[\"'])).*?(?P=quote)", re.DOTALL)
_GROUP = re.compile(r"\((?!\?)")
_BLANKS = r"[ \t\n]*+"
_TEXT = r"([^<]*+)"
_SECTION = r"<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*)\]\]>"
_SECTION_END = "]]>"
_REFERENCE = re.compile("&(?:(amp|lt|gt|quot|apos)|#(x[0-9a-fA-F]{1,6}|[0-9]{1,7}));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 16

Values = re.Match[str] | list[str | None]
"""The values of a record by the number of their group, from 1."""

Names = Sequence[tuple[str, Sequence[str]]]
"""The elements of a record in their order: each one's name and the names of its attributes."""


class Unlike(Exception):
    """A text is not what a shape can be learned from, or stands for."""


@dataclass(slots=True)
class Node:
    """An element of a shape; `text` and `tail` are groups, 0 where nothing can stand.

    Where `repeats` is set, the node stands for elements built alike, one after the other in the group `text`.
    """

    tag: str
    text: int = 0
    tail: int = 0
    attributes: dict[str, int] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    repeats: "Shape | None" = None
    names: frozenset[str] = frozenset()
    lists: bool = False
    within: frozenset[str] = frozenset()
    paths: dict[str, "Node | None"] = field(default_factory=dict)
    rests: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)

    def groups(self, *but: str) -> Iterator[int]:
        """Yield the groups of this element, without those of attributes and children of these names."""
        yield from (group for name, group in self.attributes.items() if name not in but)
        if self.text:
            yield self.text
        for child in self.children:
            if child.tag not in but:
                yield from child.groups()
            if child.tail:
                yield child.tail


@dataclass(slots=True)
class _Groups:
    """The groups of a pattern, counted off from left to right."""

    count: int = 0
    attributes: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    sections: int = 0
    repeats: list[tuple[int, "Shape"]] = field(default_factory=list)

    def next(self) -> int:
        """Count one group off."""
        self.count += 1
        return self.count

    def text(self, pattern: str) -> int:
        """Count the group of a text off; none for an empty pattern."""
        if not pattern:
            return 0
        self.texts.append(self.next())
        return self.count


class Shape:
    """A pattern for records that are built alike."""

    def __init__(self, draft: "Draft") -> None:
        """Make the patterns: one for a record with blanks before it, one for many side by side."""
        groups = _Groups()
        self.node = draft.node(groups)
        self.node.tail = groups.text(_gap(draft.tail))
        self.inner = frozenset(name for child in self.node.children for name in child.within)
        self.lines = draft.lines
        self.match = re.compile(_BLANKS + draft.pattern).match
        self._finditer = re.compile(draft.pattern + _gap(draft.tail)).finditer
        # Asked for two or more, a match answers with a tuple.
        self._attributes = groups.attributes * 2 if len(groups.attributes) == 1 else groups.attributes
        self._texts = groups.attributes + groups.texts
        self._sections = groups.sections
        self._repeats = groups.repeats
        self._plain = not (groups.attributes or groups.sections or groups.repeats)

    def values(self, match: "re.Match[str]", *, ends: bool = True) -> Values:
        """Return the values of a match; `ends` says that a section of CDATA may end in them.

        Raises:
            Unlike: one of them is not what it seems, and the parser has to look at the record.
        """
        if self._attributes:
            said = "".join(match.group(*self._attributes))
            if "<" in said or "\n" in said or "\t" in said:
                raise Unlike
        text, (start, end) = match.string, match.span()
        sections = self._sections
        for group, shape in self._repeats:
            sections += shape.look_into(match[group])
        if ends and text.count(_SECTION_END, start, end) != sections:
            raise Unlike
        return match if text.find("&", start, end) < 0 else self._resolved(match)

    def each(self, text: str) -> Iterator[Values]:
        """Yield the values of elements that stand one after the other.

        Raises:
            Unlike: as `values`.
        """
        found = self._finditer(text)
        return found if self._plain and "&" not in text else map(self.values, found)

    def look_into(self, text: str) -> int:
        """See that each of the elements is what it seems; return how many sections end in them."""
        if self._plain and "&" not in text:
            return 0
        for _ in self.each(text):
            pass
        return text.count(_SECTION_END)

    def _resolved(self, match: "re.Match[str]") -> list[str | None]:
        values: list[str | None] = [None, *match.groups()]
        for group in self._texts:
            value = values[group]
            if value is not None and "&" in value:
                values[group] = _REFERENCE.sub(_character, value)
        return values


class Draft:
    """An element that was taken apart, of which a shape can be made."""

    def __init__(self, tag: str, attributes: Sequence[str], opening: "re.Match[str]") -> None:
        """Take the start tag, and the names by which the parser knows the element and its attributes.

        Raises:
            Unlike: the names are not those in the tag.
        """
        self.name = opening["name"]
        self.lines = opening[0].count("\n")
        self.children: list[Draft] = []
        self.text = self.tail = ""
        self.section = False
        self._tag = tag
        self._space = opening["space"]
        found = list(_ATTRIBUTE.finditer(opening["attributes"]))
        if [local(self.name), *(local(each["name"]) for each in found)] != list(
            map(local, (tag, *attributes))
        ):
            raise Unlike
        self._attributes = dict(zip(attributes, found, strict=True))

    @cached_property
    def pattern(self) -> str:
        """The pattern of this element, without what follows it."""
        written = [
            f"{re.escape(each['before'])}([^{each['quote']}]*+){each['quote']}"
            for each in self._attributes.values()
        ]
        start, end = f"<{re.escape(self.name)}{''.join(written)}{self._space}", f"</{re.escape(self.name)}>"
        if self.children:
            return f"{start}>{_gap(self.text)}{''.join(map(_run_pattern, self._runs))}{end}"
        return f"{start}>{_SECTION}{end}" if self.section else f"{start}(?:/>|>{_TEXT}{end})"

    def node(self, groups: _Groups) -> Node:
        """Count the groups of the pattern off, and return what they mean."""
        attributes = {name: groups.next() for name in self._attributes}
        groups.attributes += attributes.values()
        node = Node(self._tag, attributes=attributes)
        if self.section:
            groups.sections += 1
            node.text = groups.next()
        else:
            node.text = groups.text(_gap(self.text) if self.children else _TEXT)
        node.children = [_run_node(run, groups) for run in self._runs]
        node.lists = any(child.repeats for child in node.children)
        node.names = frozenset(child.tag for child in node.children)
        node.within = frozenset({local(self.name)}.union(*(child.within for child in node.children)))
        return node

    @cached_property
    def _runs(self) -> list[list["Draft"]]:
        """The children, those together that stand side by side and are built alike."""
        return [list(run) for _, run in groupby(self.children, lambda each: each.pattern + _gap(each.tail))]


def taken_apart(text: str, names: Names) -> Draft:
    """Take the text of a record apart, which the parser took as these elements.

    Raises:
        Unlike: something is in it that no shape has, such as a comment.
    """
    taking, position = _Taking(names), 0
    for token in _TOKEN.finditer(text):
        if token.start() != position:
            raise Unlike
        position = token.end()
        taking.take(token)
    if position != len(text):
        raise Unlike
    return taking.done()


class _Taking:
    """A record while its tokens are taken one by one."""

    def __init__(self, names: Names) -> None:
        self._names = iter(names)
        self._open: list[Draft] = []
        self._root: Draft | None = None

    def take(self, token: "re.Match[str]") -> None:
        """Take a tag, a text or a CDATA section."""
        if token["name"]:
            self._start(token)
        elif not self._open:
            raise Unlike
        elif token["end"]:
            if self._open.pop().name != token["end"]:
                raise Unlike
        elif token["text"] and self._open[-1].children:
            self._open[-1].children[-1].tail = token["text"]
        else:
            self._content(self._open[-1], token["text"])

    def done(self) -> Draft:
        """Return the record, if it is whole and the parser saw as many elements."""
        if self._root is None or self._open or next(self._names, None) is not None:
            raise Unlike
        return self._root

    def _start(self, token: "re.Match[str]") -> None:
        named = next(self._names, None)
        if named is None or len(self._open) > _DEEPEST:
            raise Unlike
        draft = Draft(*named, token)
        if self._root is None:
            self._root = draft
        elif not self._open or self._open[-1].section:
            raise Unlike
        else:
            self._open[-1].children.append(draft)
        if not token["closed"]:
            self._open.append(draft)

    def _content(self, draft: Draft, text: str | None) -> None:
        if draft.text or draft.section or draft.children:
            raise Unlike
        draft.text, draft.section = text or "", text is None


def lines_in(text: str, start: int, end: int) -> int:
    """Return how many lines end between two positions; to split finds them faster than to count."""
    return len(text[start:end].split("\n")) - 1


def _gap(text: str) -> str:
    """Return the pattern of what stands between two tags: nothing, blanks or text."""
    if not text:
        return ""
    return _TEXT if text.strip(" \t\n") else f"({_BLANKS})"


def _run_pattern(run: list[Draft]) -> str:
    one = run[0].pattern + _gap(run[0].tail)
    return one if len(run) == 1 else f"((?:{_GROUP.sub('(?:', one)})+)"


def _run_node(run: list[Draft], groups: _Groups) -> Node:
    if len(run) == 1:
        node = run[0].node(groups)
        node.tail = groups.text(_gap(run[0].tail))
        return node
    shape = Shape(run[0])
    node = Node(shape.node.tag, text=groups.next(), repeats=shape, within=shape.node.within)
    groups.repeats.append((node.text, shape))
    return node


@lru_cache(maxsize=1 << 10)
def local(name: str) -> str:
    """Return a name without its namespace or prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _character(reference: "re.Match[str]") -> str:
    name, number = reference.groups()
    if name:
        return _NAMED[name]
    if number is None:
        raise Unlike
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    if code > sys.maxunicode or _NOT_XML.match(chr(code)):
        raise Unlike
    return chr(code)
