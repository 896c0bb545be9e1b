"""The only way in which Milepost reads JSON: strict, limited, without building what nobody asked for.

RFC 8259 leaves open what a repeated key means and how deep a document may be. Here a repeated key at the top
refuses the file, and so do more than `MAX_DEPTH` levels, bytes that are not UTF-8, half a surrogate pair and
whatever is not JSON (NaN). The file is mapped, not loaded; long lists stay `msgspec.Raw` until each record is
asked for, so that memory does not grow with the file.
"""

import codecs
import mmap
import re
import sys
from collections.abc import Iterator
from traceback import walk_stack
from typing import NamedTuple, TypeVar

import msgspec

from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source

MAX_DEPTH = 100

T = TypeVar("T")
Buffer = bytes | mmap.mmap


class Listing(NamedTuple):
    """The records of a document with their places, and what stands beside their list, by key."""

    around: dict[str, msgspec.Raw]
    records: Iterator[tuple[str, msgspec.Raw]]


_CHUNK = 256 << 10
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_TO_SQUARE = bytes.maketrans(b"{}", b"[]")
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_AGAIN = "export the report again"
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_LIST_OR_NONE = msgspec.json.Decoder(list[msgspec.Raw] | None)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_OUTERMOST = msgspec.json.Decoder(
    dict[str, msgspec.Raw] | list[msgspec.Raw] | str | int | float | bool | None
)
_DEEPEST = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
_OPENING = re.compile(rb"[ \t\r\n]*\{")
_KEY = re.compile(rb'[ \t\r\n,]*("[^"\\]*+(?:\\.[^"\\]*+)*+")[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)


def load(source: Source, decoder: "msgspec.json.Decoder[T]") -> T:
    """Read a whole document as the type of the decoder.

    Raises:
        DamagedInput: not JSON, not UTF-8, a key twice at the top, or not the shape of this format.
        HostileInput: nested deeper than `MAX_DEPTH`.
    """
    data = _bytes(source)
    check(data, source.name)
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _refusal(error, source.name) from error


def listing(source: Source, *names: str) -> Listing:
    """Return the records of a bare list, of the list under the first of `names` that is there, or one a line.

    A single object without such a list is one record; an absent or null list under a name that is there has
    none. Places read `findings[3]`, `[3]` or `line 4`.

    Raises:
        DamagedInput: not JSON, not UTF-8, a key twice at the top, or no list where one must be.
        HostileInput: nested deeper than `MAX_DEPTH`.
    """
    data = _bytes(source)
    opening = first_character(source)
    if opening == "{" and _has_lines(data):
        return Listing({}, _lines(data, source.name))
    check(data, source.name)
    try:
        if opening == "[":
            return Listing({}, _placed("", _LIST.decode(data)))
        around = _OBJECT.decode(data)
        for name in names:
            if name in around:
                return Listing(around, _placed(name, _LIST_OR_NONE.decode(around.pop(name)) or []))
        return Listing({}, iter([("the document", msgspec.Raw(bytes(data)))]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _refusal(error, source.name) from error


def first_character(source: Source) -> str:
    """Return the first character of a document that is no blank: `{` or `[` for any report."""
    with source.path.open("rb") as file:
        beginning = file.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return beginning[:1].decode("ascii", errors="replace")


def record(raw: msgspec.Raw, decoder: "msgspec.json.Decoder[T]", source: Source, place: str) -> T | Problem:
    """Read one record of a list; one that has not the expected shape becomes a problem at `place`.

    Raises:
        DamagedInput: what the record holds is not even text (half a surrogate pair).
    """
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$")
        where = f"{source.name}, {place}{path.rstrip('`')}"
        return Problem(where, f"this record was not read: {said}", "correct the record, or report it")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _refusal(error, f"{source.name}, {place}") from error


def check(data: Buffer, name: str) -> None:
    """Refuse what a decoder would let pass: a repeated top-level key, too many levels, bytes not UTF-8.

    Raises:
        DamagedInput: not JSON, a repeated key, or bytes that are not UTF-8.
        HostileInput: nested deeper than `MAX_DEPTH`.
    """
    _check_encoding(data, name)
    try:
        if isinstance(data, bytes) and data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
            found = _OUTERMOST.decode(data)
        else:
            found = _counted(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _refusal(error, name) from error
    if isinstance(found, dict) and not _has_each_key_once(data, found):
        _check_keys(data, name)


def _counted(data: Buffer) -> object:
    """Decode what nests no deeper than `MAX_DEPTH`, anything deeper is a RecursionError.

    The decoder counts its levels as the interpreter counts calls, and stops at the interpreter's limit: the
    lowest at which as many levels as are allowed can be decoded from here.
    """
    before = sys.getrecursionlimit()
    frames = sum(1 for _ in walk_stack(sys._getframe()))  # noqa: SLF001 - no other way to know
    limit = frames + MAX_DEPTH - 2
    try:
        while True:
            limit += 1
            try:
                sys.setrecursionlimit(limit)
                _OUTERMOST.decode(_DEEPEST)
            except RecursionError:
                continue
            return _OUTERMOST.decode(data)
    finally:
        sys.setrecursionlimit(before)


def _has_each_key_once(data: Buffer, found: dict[str, msgspec.Raw]) -> bool:
    """Step over keys and values by their lengths; False where that does not lead to the end."""
    opening = _OPENING.match(data)
    position = opening.end() if opening else len(data)
    met = 0
    while key := _KEY.match(data, position):
        value = found.get(_text(key[1]))
        if value is None:
            return False
        met += 1
        position = key.end() + len(value)
    return met == len(found) and data[position : position + _CHUNK].strip() == b"}"


def _check_keys(data: Buffer, name: str) -> None:
    """Walk through the whole document for its top-level keys, each of which may come once."""
    walk = _Walk(name, level=1)
    position = 0
    while position < len(data):
        position = walk.advance(data, position)
    repeated = sorted({key for key in walk.keys if walk.keys.count(key) > 1})
    if repeated:
        what = f"the key “{repeated[0][:80]}” comes twice at the top of the document"
        raise DamagedInput(what, where=name, fix="keep one of the two")


def first_keys(beginning: bytes) -> frozenset[str]:
    """Return the top-level keys, or those of the first object of a list, as far as a beginning shows them."""
    opening = beginning.lstrip()[:1]
    if opening not in {b"{", b"["}:
        return frozenset()
    walk = _Walk("", level=1 if opening == b"{" else 2)
    for token in _TOKEN.finditer(beginning):
        if walk.depth >= MAX_DEPTH or walk.finished:
            break
        walk.take(token[0])
    return frozenset(walk.keys)


def _placed(name: str, records: list[msgspec.Raw]) -> Iterator[tuple[str, msgspec.Raw]]:
    for number, raw in enumerate(records):
        yield f"{name}[{number}]", raw


def _has_lines(data: Buffer) -> bool:
    """Tell whether the first line is an object of its own and another one follows."""
    end = data.find(b"\n")
    if end < 0 or not data[end : end + _CHUNK].strip():
        return False
    try:
        _OBJECT.decode(data[:end])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return False
    return True


def _lines(data: Buffer, name: str) -> Iterator[tuple[str, msgspec.Raw]]:
    """Yield every line that is not blank, each checked as a document of its own."""
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line, start, number = bytes(data[start:end]).strip(), end + 1, number + 1
        if line:
            check(line, f"{name}, line {number}")
            yield f"line {number}", msgspec.Raw(line)


class _Walk:
    """A walk over the brackets and strings of a document, quick where only the depth matters.

    `level` is the depth at which keys are collected.
    """

    def __init__(self, name: str, level: int) -> None:
        self.name = name
        self.level = level
        self.depth = 0
        self.keys: list[str] = []
        self.finished = False
        self._in_string = False
        self._wants_key = False
        self._in_object = False

    def advance(self, data: Buffer, start: int) -> int:
        """Take the next part of the data and return where it ends."""
        end = _whole_escapes(data, start + _CHUNK)
        in_string, brackets, levels = _outline(data[start:end], in_string=self._in_string)
        closing = brackets.count(b"]")
        opening = len(brackets) - closing
        touches_keys = self._in_object and self.depth - closing <= self.level
        if start == 0 or touches_keys or self.depth + opening + levels > MAX_DEPTH:
            return self._exactly(data, start, end)
        self._in_string = in_string
        self.depth += opening - closing
        return end

    def take(self, token: bytes) -> None:
        """Account for one bracket, comma or string."""
        mark = token[:1]
        if mark == b'"':
            self._take_string(token)
        elif mark in b"{[":
            self._open(mark)
        elif mark in b"}]":
            self.depth -= 1
            self.finished = self.depth < self.level
        else:
            self._wants_key = self._in_object and self.depth == self.level

    def _exactly(self, data: Buffer, start: int, end: int) -> int:
        position = start
        if self._in_string:
            rest = _REST_OF_STRING.match(data, position)
            position = rest.end() if rest else end
            self._in_string = False
        while position < end:
            token = _TOKEN.search(data, position)
            if token is None:
                return end
            position = token.end()
            self.take(token[0])
        return position

    def _open(self, mark: bytes) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            what = f"the document is nested deeper than {MAX_DEPTH} levels"
            raise HostileInput(what, where=self.name, fix=_AGAIN)
        if self.depth == self.level:
            self._in_object = self._wants_key = mark == b"{"

    def _take_string(self, token: bytes) -> None:
        if self._wants_key and self.depth == self.level:
            self.keys.append(_text(token))
            self._wants_key = False


def _outline(chunk: bytes, *, in_string: bool) -> tuple[bool, bytes, int]:
    """Return whether the chunk ends in a string, its unmatched brackets and how many levels it nests."""
    if b"\\" in chunk:
        chunk = chunk.replace(b"\\\\", b"").replace(b'\\"', b"")
    parts = chunk.translate(_TO_SQUARE, _NOT_STRUCTURE).split(b'"')
    brackets = b"".join(parts[in_string::2])
    levels = 0
    while b"[]" in brackets and levels <= MAX_DEPTH:
        brackets = brackets.replace(b"[]", b"")
        levels += 1
    return in_string ^ (len(parts) % 2 == 0), brackets, levels


def _whole_escapes(data: Buffer, end: int) -> int:
    """Move an end forward so that it cuts no escape sequence in two."""
    while end < len(data) and data[end - 1 : end] == b"\\":
        end += 1
    return min(end, len(data))


def _text(token: bytes) -> str:
    try:
        return msgspec.json.decode(token, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return token.decode(errors="replace")


def _check_encoding(data: Buffer, name: str) -> None:
    decode = codecs.getincrementaldecoder("utf-8")().decode
    for start in range(0, len(data), _CHUNK):
        try:
            decode(data[start : start + _CHUNK], start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            where = f"{name}, near byte {start + error.start}"
            raise DamagedInput("the text is not UTF-8", where=where, fix="save it as UTF-8") from error


def _bytes(source: Source) -> Buffer:
    """Map the file; what carries a byte order mark is loaded without it, as UTF-8."""
    with source.path.open("rb") as file:
        mark = file.read(4)
        if not mark:
            raise EmptyInput("the file is empty", where=source.name, fix=_AGAIN)
        if mark.startswith(codecs.BOM_UTF8):
            return source.path.read_bytes()[len(codecs.BOM_UTF8) :]
        if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in mark:
            return _transcoded(source)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _transcoded(source: Source) -> bytes:
    mark = source.path.read_bytes()[:4]
    wide = mark.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))
    plain = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}
    encoding = "utf-32" if wide else plain.get(mark[:2], "utf-16")
    try:
        return source.path.read_bytes().decode(encoding).encode()
    except UnicodeError as error:
        raise DamagedInput(f"the text is not {encoding}", where=source.name, fix=_AGAIN) from error


def _refusal(error: Exception, where: str) -> InputRefused:
    if isinstance(error, RecursionError):
        return HostileInput(f"the document is nested deeper than {MAX_DEPTH} levels", where=where, fix=_AGAIN)
    if isinstance(error, msgspec.ValidationError):
        return DamagedInput(f"this is not the shape of the format: {error}", where=where, fix=_AGAIN)
    if isinstance(error, UnicodeDecodeError):
        return DamagedInput("the text is not UTF-8", where=where, fix="save it as UTF-8")
    said = str(error)
    if "hex escape" in said:
        said = f"{said}; half of a surrogate pair is no character"
    what = "the file is cut off" if "truncated" in said else f"not well-formed JSON: {said}"
    return DamagedInput(what, where=where, fix="export or upload it again")
