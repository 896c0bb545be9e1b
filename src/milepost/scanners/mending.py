"""Mend XML that some tools write, or people cut, not well-formed; every mend is a problem with its line.

Only faults of which the meaning is plain are mended: a bare `&` or `<`, a character that XML does not allow,
an attribute without quotes or given twice, an element that is never closed, an end tag that closes nothing,
text before the declaration or after the end. What has no end is cut off, and refused: nobody knows what is
missing. Well-formed text passes unchanged.
"""

import codecs
import re
import sys
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

from milepost.domain.errors import DamagedInput, HostileInput, OversizedInput
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source

MOST_MENDS = 50
MAX_MARKUP = 8 << 20

_BLOCK = 1 << 20
_NAME = r"[A-Za-z_:][\w:.\-]*+"
_TAG = re.compile(rf"<({_NAME})((?:\s++{_NAME}\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))*+)\s*+(/?)>")
_LOOSE_TAG = re.compile(rf"<({_NAME})([^<>]*+)>")
_END_TAG = re.compile(rf"</\s*+({_NAME})\s*+>")
_ATTRIBUTE = re.compile(rf"({_NAME})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s<>]++))")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")
_REFERENCE = re.compile(
    r"&(?:(?:amp|lt|gt|quot|apos);|#([0-9]{1,7});|#x([0-9A-Fa-f]{1,6});|([A-Za-z]\w{1,30};))?+"
)
_SPANS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!DOCTYPE", ">"))
_LONGEST_OPENING = max(len(opening) for opening, _ in _SPANS)
_DECLARATION = "<?xml"
_NOT_ALLOWED = "a character that is not allowed was taken out"
_LONGEST_DECLARATION = 256
_MAX_DEPTH = 256
_DECLARED = re.compile(rb"encoding\s*=\s*[\"'](iso-8859-\d{1,2}|windows-125\d|us-ascii)[\"']", re.IGNORECASE)


class _Piece(NamedTuple):
    """A piece of markup: what stands for it in the mended text, and where it ends."""

    text: str
    end: int


def mended_text(source: Source, mends: list[Problem]) -> Iterator[str]:
    """Yield the text of a file as well-formed XML; what was mended is added to `mends`.

    Raises:
        HostileInput: the document type declares something.
        DamagedInput: the first element never ends, or there is a null byte.
        OversizedInput: a tag or comment is longer than `MAX_MARKUP`.
    """
    mender = _Mender(source, mends)
    with source.path.open("rb") as file:
        decode = codecs.getincrementaldecoder(_encoding(file.read(_LONGEST_DECLARATION)))("replace").decode
        file.seek(0)
        while block := file.read(_BLOCK):
            yield mender.feed(decode(block))
    yield mender.close(decode(b"", True))  # noqa: FBT003 - the end of the text, as codecs puts it


class _Mender:
    """Mends a text block by block; knows which elements are open."""

    def __init__(self, source: Source, mends: list[Problem]) -> None:
        self._source = source
        self._mends = mends
        self._count = 0
        self._buffer = ""
        self._line = 1
        self._open: list[tuple[str, int]] = []
        self._begun = self._ended = False
        self._trailing = self._blank = False

    def feed(self, block: str) -> str:
        """Take a block and return what of the text so far is sure."""
        if "\0" in block:
            where = f"{self._source.name}, after line {self._line}"
            raise DamagedInput("there is a null byte in the text", where=where, fix="export the report again")
        self._buffer += block
        return self._take(last=False)

    def close(self, block: str) -> str:
        """Take the last block and return the rest of the text."""
        self._buffer += block
        rest = self._take(last=True)
        if self._open or not self._ended:
            element, line = self._open[-1] if self._open else ("", self._line)
            what = f"the file is cut off (<{element}> of line {line} never ends)"
            where = f"{self._source.name}, line {self._line}"
            raise DamagedInput(what, where=where, fix="export or upload it again")
        if self._count > MOST_MENDS:
            what = f"{self._count - MOST_MENDS} more faults like these were mended"
            self._mends.append(Problem(self._source.name, what, "export the report again"))
        return rest

    def _take(self, *, last: bool) -> str:
        """Mend as much of the buffer as can be told without what follows."""
        parts: list[str] = []
        text, position = self._buffer, 0
        while (opening := text.find("<", position)) >= 0:
            parts.append(self._text(text[position:opening]))
            piece = self._markup(text, opening, last=last)
            if piece is None:
                position = opening
                break
            parts.append(piece.text)
            self._line += text.count("\n", opening, piece.end)
            position = piece.end
        else:
            safe = len(text) if last else max(position, text.rfind("\n") + 1)
            parts.append(self._text(text[position:safe]))
            position = safe
        self._buffer = text[position:]
        if len(self._buffer) > MAX_MARKUP:
            where = f"{self._source.name}, line {self._line}"
            raise OversizedInput("one tag or line is too long", where=where, fix="export the report again")
        return "".join(parts)

    def _text(self, text: str) -> str:
        """Mend text between tags; before and after the document there may be none."""
        if not self._open:
            self._blank = self._blank or bool(text)
            if text.strip():
                self._outside()
            self._line += text.count("\n")
            return "\n" * text.count("\n") if self._begun else ""
        mended = self._characters(text)
        self._line += text.count("\n")
        return mended

    def _outside(self) -> None:
        if not self._trailing:
            self._mend("text outside the document was passed over")
        self._trailing = True

    def _characters(self, text: str) -> str:
        if (illegal := _ILLEGAL.search(text)) is not None:
            self._mend(_NOT_ALLOWED, illegal)
            text = _ILLEGAL.sub("", text)
        return _REFERENCE.sub(self._reference, text) if "&" in text else text

    def _reference(self, match: "re.Match[str]") -> str:
        decimal, hexadecimal, name = match.groups()
        if decimal or hexadecimal:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            sound = code <= sys.maxunicode and not _ILLEGAL.match(chr(code))
            if not sound:
                self._mend(_NOT_ALLOWED, match)
            return match[0] if sound else ""
        if name in html5:
            self._mend(f"&{name} was taken for the character that it is in HTML", match)
            return html5[name].replace("&", "&amp;").replace("<", "&lt;")
        if name or match[0] == "&":
            self._mend("a bare “&” was taken for text", match)
            return f"&amp;{name or ''}"
        return match[0]

    def _markup(self, text: str, start: int, *, last: bool) -> _Piece | None:
        """Mend the markup that begins at `start`; None if it does not end in this text."""
        if not last and len(text) - start < _LONGEST_OPENING:
            return None
        for opening, closing in _SPANS:
            if text.startswith(opening, start):
                end = text.find(closing, start + len(opening))
                return self._span(text[start : end + len(closing)], end + len(closing)) if end >= 0 else None
        return self._tag(text, start, last=last)

    def _tag(self, text: str, start: int, *, last: bool) -> _Piece | None:
        if (tag := _END_TAG.match(text, start)) is not None:
            return _Piece(self._end(tag[1]), tag.end())
        if (tag := _TAG.match(text, start)) is not None:
            return _Piece(self._start(tag[1], tag[2], tag[3], whole=tag[0]), tag.end())
        if not last and text.find(">", start) < 0:
            return None
        if (tag := _LOOSE_TAG.match(text, start)) is not None:
            self._mend(f"the tag <{tag[1]}> was mended")
            closed = "/" if tag[2].endswith("/") else ""
            return _Piece(self._start(tag[1], tag[2].removesuffix("/"), closed, whole=""), tag.end())
        self._mend("a bare “<” was taken for text")
        return _Piece("&lt;" if self._open else "", start + 1)

    def _span(self, span: str, end: int) -> _Piece | None:
        """Keep a comment, CDATA or instruction; take a document type and a late declaration out."""
        if span.startswith("<!DOCTYPE"):
            if "[" in span:
                what = "the document type declares something"
                fix = "export the report again without a document type"
                raise HostileInput(what, where=f"{self._source.name}, line {self._line}", fix=fix)
            return _Piece("\n" * span.count("\n"), end)
        if not self._open or span.startswith(_DECLARATION):
            if span.startswith(_DECLARATION) and (self._begun or self._blank):
                self._mend("an XML declaration that is not at the very start was taken out")
            return _Piece("\n" * span.count("\n") if self._begun else "", end)
        if span.startswith("<![CDATA["):
            return _Piece(_ILLEGAL.sub("", span), end)
        return _Piece("\n" * span.count("\n"), end)

    def _start(self, name: str, attributes: str, closed: str, *, whole: str) -> str:
        if self._ended:
            self._outside()
            return ""
        if not closed:
            self._open.append((name, self._line))
        if len(self._open) > _MAX_DEPTH:
            where = f"{self._source.name}, line {self._line}"
            raise OversizedInput("the nesting is too deep", where=where, fix="export the report again")
        lines = "" if self._begun else "\n" * (self._line - 1)
        self._begun = True
        self._ended = bool(closed) and not self._open
        sound = whole and "<" not in attributes and "&" not in attributes and not _ILLEGAL.search(attributes)
        if sound and len(set(_names(attributes))) == len(_names(attributes)):
            return lines + whole
        return f"{lines}<{name}{self._attributes(attributes)}{closed}>"

    def _attributes(self, text: str) -> str:
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(text):
            _, double, single, bare = match.groups()
            value = (bare or "").strip("\"'") if double is None and single is None else double or single or ""
            if match[1] in found:
                self._mend(f"the attribute {match[1]} is given twice; the first one counts")
            found.setdefault(match[1], self._characters(value).replace("<", "&lt;").replace('"', "&quot;"))
        return "".join(f' {name}="{value}"' for name, value in found.items())

    def _end(self, name: str) -> str:
        if name not in (element for element, _ in self._open):
            if self._open:
                self._mend(f"</{name}> closes nothing and was passed over")
            else:
                self._outside()
            return ""
        closed = []
        while (last := self._open.pop())[0] != name:
            self._mend(f"<{last[0]}> of line {last[1]} is never closed; it was closed before </{name}>")
            closed.append(f"</{last[0]}>")
        self._ended = not self._open
        return "".join([*closed, f"</{name}>"])

    def _mend(self, what: str, match: "re.Match[str] | None" = None) -> None:
        """Say what was mended; `match` is where in the text that begins on the present line."""
        self._count += 1
        if self._count <= MOST_MENDS:
            below = match.string.count("\n", 0, match.start()) if match else 0
            where = f"{self._source.name}, line {self._line + below}"
            self._mends.append(Problem(where, f"not well-formed XML: {what}", "compare with the scan itself"))


def _encoding(beginning: bytes) -> str:
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.search(beginning)
    return declared[1].decode("ascii") if declared else "utf-8-sig"


def _names(attributes: str) -> list[str]:
    return [match[1] for match in _ATTRIBUTE.finditer(attributes)]
