"""The fast way through a Nessus file: what plugins say alike on every host is parsed once.

Most of a Nessus file is the same text over and over: a plugin's description on a thousand hosts. Here an item
is cut out of the bytes, and all of it except place and output is looked up among the bodies met before; only
a new body is parsed, by the same parser and the same meaning as everywhere.

Why this is exact: every byte of the file either was parsed (file header, host headers, bodies when first met,
the end) or is checked here to be what it seems (port, protocol, blanks between items, output: no markup, only
legal characters and known references). Whatever else turns up raises `NotPlain`: comments, CDATA, processing
instructions, document types, foreign namespaces, other encodings, other orders of attributes at their worst
merely cost time. Nothing here tells a person of an error: the general way reads again and does.
"""

import re
import sys
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from milepost.domain.finding import AssetReport
from milepost.scanners.hosts.nessus_host import Host, Policy, read_policy, read_properties, undated
from milepost.scanners.hosts.nessus_item import Item, Shared, locator, output_of, read_item
from milepost.scanners.scanner import Source
from milepost.scanners.xml import Element, Frame, IllFormed, fragment

MAX_HOST_BYTES = 16 << 20
MAX_HEADER_BYTES = 16 << 20
MAX_BODY_BYTES = 24 << 20
MAX_TEXT_BYTES = 9_000_000

_BLOCK = 1 << 20
_HOST, _HOST_END = b"<ReportHost ", b"</ReportHost>"
_ITEM, _OUTPUT = b"<ReportItem ", b"<plugin_output>"
_COMPLIANCE = b'xmlns:cm="http://www.nessus.org/cm"'
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml [^?>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_PLACE = re.compile(rb'port="(\d{1,5})" svc_name="[\w.?/+ -]*" protocol="(\w{1,9})"')
_PLAIN = bytes(set(range(0x20, 0x7F)) - set(b"&<]")) + b"\t\n"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile("&(?:(amp|lt|gt|quot|apos)|#(x[0-9a-fA-F]{1,6}|[0-9]{1,7}));|&")
_BLANKS = re.compile(rb"[ \t\r\n]*")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class NotPlain(Exception):
    """Something in the file is not what the fast way knows for sure."""


def read_fast(source: Source, shared: Shared) -> Iterator[AssetReport]:
    """Stream the hosts of a plain Nessus file.

    Raises:
        NotPlain: at the first host (or the end of the file) that needs the general way.
    """
    try:
        with source.path.open("rb") as file:
            yield from _Reader(shared).read(_Cutter(file))
    except (IllFormed, UnicodeDecodeError) as error:
        raise NotPlain from error


class _Body(NamedTuple):
    """An item met before: its bytes after the output, and what it means."""

    rest: bytes
    item: Item


class _Reader:
    """Reads one file; knows its policy, the wrapper in which pieces are parsed, and the bodies met."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._policy = Policy()
        self._wrapper = b"<w>"
        self._bodies: dict[bytes, _Body] = {}
        self._body_bytes = 0
        self._places: dict[bytes, str] = {}
        self._frame = Frame("Policy")

    def read(self, cutter: "_Cutter") -> Iterator[AssetReport]:
        """Yield the hosts; parse what stands before and after them as the one document that it is."""
        self._open(cutter.header())
        for host in cutter.hosts():
            yield self._host(host)
        end = cutter.rest()
        _require(not _holds(end, b"<!", b"<?", b"<ReportHost", b"<ReportItem"))
        self._frame.feed(end)
        self._frame.close()

    def _open(self, header: bytes) -> None:
        declaration = _DECLARATION.match(header)
        text = header[declaration.end() :] if declaration else header
        _require(declaration is None or _ENCODING.search(declaration[0]) is None)
        _require(not _holds(text, b"\0", b"<!", b"<?", b"<ReportHost", b"<ReportItem"))
        if _COMPLIANCE in text:
            self._wrapper = b"<w " + _COMPLIANCE + b">"
        _require(b"xmlns" not in text.replace(_COMPLIANCE, b""))
        for policy in self._frame.feed(header):
            self._policy = read_policy(policy)

    def _host(self, text: bytes) -> AssetReport:
        header, *items = text.split(_ITEM)
        _require(not _holds(header, b"<!", b"<?", b"xmlns", b"<ReportItem"))
        element = fragment(header + _HOST_END)
        properties = read_properties(element.find("HostProperties"))
        _require(items and not undated(properties) and next(element.iter("ReportHost")) is element)
        host = Host(self._policy, element.get("name", ""), properties)
        for item in items:
            self._take(host, item)
        return host.report()

    def _take(self, host: Host, text: bytes) -> None:
        """Take one item: the bytes between `<ReportItem ` and the next one."""
        place = _PLACE.match(text)
        if place is None:
            element = self._parse(text)
            where = locator(element.get("port", ""), element.get("protocol", ""))
            host.add(self._meaning(element), where, output_of(element))
            return
        start = place.end()
        opening = text.rfind(_OUTPUT, start) + len(_OUTPUT)
        closing = text.find(b"<", opening)
        if opening < start:
            opening = closing = len(text)
        key, rest = text[start:opening], text[closing:]
        body = self._bodies.get(key)
        item = body.item if body is not None and body.rest == rest else self._learn(text, opening, key, rest)
        host.add(item, self._place(place), _text(text[opening:closing]))

    def _place(self, place: "re.Match[bytes]") -> str:
        known = self._places.get(place[0])
        if known is None:
            known = self._places[place[0]] = locator(place[1].decode(), place[2].decode())
        return known

    def _learn(self, text: bytes, opening: int, key: bytes, rest: bytes) -> Item:
        """Parse an item without its output, see that the output was where it seemed to be, and keep it."""
        element = self._parse(text[:opening] + rest)
        outputs = list(element.iter("plugin_output"))
        _require(all(o.getparent() is element and not len(o) and not o.text for o in outputs[:1]))
        _require(len(outputs) <= 1)
        item = self._meaning(element)
        if self._body_bytes > MAX_BODY_BYTES:
            self._bodies.clear()
            self._body_bytes = 0
        self._bodies[key] = _Body(rest, item)
        self._body_bytes += len(key) + len(rest)
        return item

    def _parse(self, text: bytes) -> Element:
        _require(not _holds(text, b"<!", b"<?", b"<ReportItem", b"<ReportHost"))
        wrapper = fragment(self._wrapper + _ITEM + text + b"</w>")
        _require(len(wrapper) == 1 and not wrapper.text and not (wrapper[0].tail or "").strip(" \t\r\n"))
        return wrapper[0]

    def _meaning(self, element: Element) -> Item:
        item = read_item(element)
        if item is None or item.trouble:
            raise NotPlain
        return self._shared.item(item)


class _Cutter:
    """Cuts a file into its header, its hosts and its end, reading block by block."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()

    def header(self) -> bytes:
        """Return all before the first host."""
        end = self._find(_HOST, MAX_HEADER_BYTES)
        return self._cut(len(self._buffer) if end < 0 else end)

    def hosts(self) -> Iterator[bytes]:
        """Yield each host without its end tag; there must be nothing but blanks between hosts."""
        while self._at_host():
            end = self._find(_HOST_END, MAX_HOST_BYTES)
            _require(end >= 0)
            yield self._cut(end)
            del self._buffer[: len(_HOST_END)]

    def rest(self) -> bytes:
        """Return all after the last host."""
        while self._more():
            _require(len(self._buffer) <= MAX_HEADER_BYTES)
        return bytes(self._buffer)

    def _at_host(self) -> bool:
        while True:
            blanks = self._blanks()
            if len(self._buffer) - blanks >= len(_HOST) or not self._more():
                break
        if not self._buffer.startswith(_HOST, blanks):
            return False
        del self._buffer[:blanks]
        return True

    def _blanks(self) -> int:
        match = _BLANKS.match(self._buffer)
        return match.end() if match else 0

    def _find(self, mark: bytes, limit: int) -> int:
        searched = 0
        while (found := self._buffer.find(mark, searched)) < 0:
            searched = max(0, len(self._buffer) - len(mark))
            _require(searched <= limit)
            if not self._more():
                break
        return found

    def _cut(self, end: int) -> bytes:
        part = bytes(self._buffer[:end])
        del self._buffer[:end]
        return part

    def _more(self) -> bool:
        block = self._file.read(_BLOCK)
        self._buffer += block
        return bool(block)


def _text(raw: bytes) -> str:
    """Return the text that these bytes between two tags stand for."""
    _require(len(raw) <= MAX_TEXT_BYTES)
    odd = raw.translate(None, _PLAIN)
    if not odd:
        return raw.decode("ascii")
    if not odd.strip(b"&"):
        return _REFERENCE.sub(_character, raw.decode("ascii"))
    text = raw.decode().replace("\r\n", "\n").replace("\r", "\n")
    _require("]]>" not in text and not _NOT_XML.search(text))
    return _REFERENCE.sub(_character, text)


def _character(reference: "re.Match[str]") -> str:
    name, number = reference.groups()
    if name:
        return _NAMED[name]
    _require(number is not None)
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    _require(code <= sys.maxunicode and not _NOT_XML.match(chr(code)))
    return chr(code)


def _holds(text: bytes, *marks: bytes) -> bool:
    return any(mark in text for mark in marks)


def _require(plain: object) -> None:
    if not plain:
        raise NotPlain
