"""XML as text, taken apart without a parser, so that it can be broken in ways that no parser would write."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_ALIKE = 3
NONSENSE = "☃ -1".encode()

_TOKEN = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    rb"|</?[^\s/>!?\"']+(?:\s+[^\s=>/]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>|[^<]+",
    re.DOTALL,
)
_NAME = re.compile(rb"</?([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"\s+([^\s=>/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)


@dataclass(slots=True)
class _Open:
    """An element that is being walked through: its name, and how many children of each name it had."""

    name: bytes
    children: Counter[bytes] = field(default_factory=Counter)


def shrunk_markup(data: bytes) -> list[bytes]:
    """Return the tokens of a document in which no element has more than a few children of one name."""
    kept: list[bytes] = []
    opened = [_Open(b"")]
    left_out = 0
    for token in _TOKEN.findall(data):
        opens, closes = _is_start(token), _is_end(token)
        if opens:
            opened[-1].children[_name(token)] += 1
            too_many = opened[-1].children[_name(token)] > MOST_ALIKE
            left_out += bool(left_out or too_many)
            opened.append(_Open(_name(token)))
        if not left_out:
            kept.append(token)
        if closes and len(opened) > 1:
            opened.pop()
            left_out -= bool(left_out)
    return kept


def broken_markup(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield a shrunk document without one attribute, text or element, or with nonsense in its place."""
    tokens = shrunk_markup(data)
    for place, token in enumerate(tokens):
        if _is_start(token):
            yield from _without_attributes(tokens, place)
            yield _put(tokens, place, _end_of(tokens, place), b"", "is missing")
        elif not token.startswith(b"<") and token.strip():
            yield _put(tokens, place, place + 1, b"", "is empty")
            yield _put(tokens, place, place + 1, NONSENSE, "is nonsense")


def with_entity(data: bytes) -> bytes:
    """Return a document whose type declares an entity, and which uses it."""
    before, root, after = _root(data)
    declared = b'<!DOCTYPE %s [<!ENTITY word "many"><!ENTITY words "&word;&word;">]>' % _name(root)
    return _DOCTYPE.sub(b"", before) + declared + root + b"&words;" + after


def with_inside(data: bytes, inside: bytes) -> bytes:
    """Return a document with something more right after its root begins."""
    before, root, after = _root(data)
    return before + root + inside + after


def _root(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the root, its start tag, and what follows; an empty root is opened."""
    start = next((token for token in _TOKEN.finditer(data) if _is_start(token[0])), None)
    if start is None:
        return data, b"", b""
    root, after = start[0], data[start.end() :]
    if root.endswith(b"/>"):
        root, after = root[:-2] + b">", b"</" + _name(root) + b">" + after
    return data[: start.start()], root, after


def _without_attributes(tokens: list[bytes], place: int) -> Iterator[tuple[str, str, bytes]]:
    token = tokens[place]
    for attribute in _ATTRIBUTE.finditer(token):
        name = attribute[1].decode(errors="replace")
        before, after = token[: attribute.start()], token[attribute.end() :]
        spoiled = b' %s="%s"' % (attribute[1], NONSENSE)
        yield _put(tokens, place, place + 1, before + after, f"has no {name}")
        yield _put(tokens, place, place + 1, before + spoiled + after, f"has nonsense as {name}")


def _put(tokens: list[bytes], start: int, end: int, by: bytes, how: str) -> tuple[str, str, bytes]:
    """Return a document with other bytes in place of some tokens, and the place by name and number."""
    named = next((token for token in reversed(tokens[: start + 1]) if _is_start(token)), b"<document>")
    where = f"<{_name(named).decode(errors='replace')}> (part {start})"
    return where, how, b"".join([*tokens[:start], by, *tokens[end:]])


def _end_of(tokens: list[bytes], start: int) -> int:
    """Return the place after the end of the element that begins at a place."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += _is_start(tokens[place]) - _is_end(tokens[place])
        if depth <= 0:
            return place + 1
    return len(tokens)


def _is_start(token: bytes) -> bool:
    return token[:1] == b"<" and token[1:2] not in b"/!?"


def _is_end(token: bytes) -> bool:
    return token.startswith(b"</") or (_is_start(token) and token.endswith(b"/>"))


def _name(token: bytes) -> bytes:
    match = _NAME.match(token)
    return match[1] if match else b""
