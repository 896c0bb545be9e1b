"""Open a report of any kind: find its format by what is in it, refuse what is none, and read it."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from milepost.domain.errors import EmptyInput, InputRefused, OversizedInput, UnknownFormat
from milepost.domain.finding import AssetReport, Identifier
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.scanners import any_table, likely
from milepost.scanners.archives import Kind, kind_of
from milepost.scanners.documents import first_keys
from milepost.scanners.scanner import Head, Part, Scanner, Source
from milepost.scanners.sheets.columns import TableWishes
from milepost.scanners.tables import first_rows

MAX_BYTES = 4 << 30
HEAD_BYTES = 64 << 10
_BLOCK = 1 << 20

# Every alternative starts with another character and none gives back what it took (`++`, `(?>`): linear.
_ROOT = re.compile(
    r"(?>\s++|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE[^\[>]*+(?>\[(?>.*?\]))?\s*+>)*+"
    r"<([A-Za-z_][^\s/>]*+)",
    re.DOTALL,
)
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
    (b"[\x00", "utf-16-le"),
)
_CONTAINERS = (
    (b"PK\x03\x04", "a ZIP archive or an Office document that is no workbook"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an encrypted or old Office file (OLE)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
)


_ONE_BY_ONE = "unpack it; milepost import and milepost read take what is in .zip, .tar.gz and .gz one by one"
_WAYS_OUT = (
    (b"\xd0\xcf\x11\xe0", "save it as .xlsx in a spreadsheet program, without a password"),
    *((mark, _ONE_BY_ONE) for mark in (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")),
)


def open_report(
    path: Path, name: str | None = None, wishes: TableWishes | None = None
) -> tuple[Scanner, Source]:
    """Find out what kind of report a file is; `name` is how people know it (default: the file's own name).

    What no scanner recognises and looks like a table is read as one, with what is asked of its columns.

    Raises:
        InputRefused: the file cannot be read.
        EmptyInput: there is nothing in it.
        OversizedInput: it is larger than `MAX_BYTES`.
        UnknownFormat: no scanner recognises it; the message says what it looks like.
    """
    shown = name or path.name
    source = Source(path, shown, _size(path, shown))
    beginning = _beginning(path, shown)
    head = Head("\0", workbook=True) if kind_of(path) is Kind.WORKBOOK else head_of(beginning)
    if not head.text.strip():
        raise EmptyInput("the file holds nothing but blanks", where=shown, fix="export the report again")
    for scanner in likely(head):
        if scanner.recognises(head):
            return scanner, source
    table = any_table(wishes)
    if table.recognises(head):
        return table, source
    what = f"no known report: it looks like {appearance(beginning, head)}"
    raise UnknownFormat(what, where=shown, fix=_way_out(beginning))


def _way_out(beginning: bytes) -> str:
    for mark, words in _WAYS_OUT:
        if beginning.startswith(mark):
            return words
    return "give a report that milepost scanners lists, a table of findings, or an archive of such files"


def read_report(source: Source, scanner: Scanner) -> Iterator[Part]:
    """Stream what a report says, one asset at a time, and whatever in it could not be taken as it stands.

    A report that names no asset and states nothing is not a success: a problem says so.

    Raises:
        InputRefused: the file as a whole cannot be taken; nothing of it counts.
    """
    met: set[tuple[Identifier, ...]] = set()
    stated = False
    for part in scanner.read(source):
        yield part
        stated = stated or isinstance(part, Statement)
        if isinstance(part, AssetReport):
            if part.asset.identifiers in met:
                what = f"the asset {part.asset.name} comes more than once in the report"
                yield Problem(source.name, what, "check what was read of it; give each asset once")
            met.add(part.asset.identifiers)
    if not met and not stated:
        what = "the report names no asset"
        yield Problem(source.name, what, "check that the scan ran and was exported whole")


def digest(path: Path) -> bytes:
    """Return the SHA-256 of a file, read in blocks.

    Raises:
        InputRefused: the file cannot be read.
    """
    _size(path, path.name)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise _unreadable(path.name, error) from error


def head_of(beginning: bytes) -> Head:
    """Decode the beginning of a file and find its XML root or its JSON keys."""
    text = _decoded(beginning)
    match = _ROOT.match(text)
    root = match[1].rpartition(":")[2] if match else ""
    if root:
        return Head(text, root)
    keys = first_keys(text.encode(errors="replace"))
    return Head(text, keys=keys, rows=() if keys else first_rows(text))


def appearance(beginning: bytes, head: Head) -> str:
    """Say in a few words what an unknown file looks like."""
    for mark, words in _CONTAINERS:
        if beginning.startswith(mark):
            return words
    opening = head.text.lstrip()[:15].lower()
    if head.root.lower() == "html" or opening.startswith(("<!doctype html", "<html")):
        return "an HTML page (a saved sign-in or error page?)"
    if head.root:
        return f"XML with the root element <{head.root[:80]}>"
    if head.keys:
        return f"JSON with the keys {', '.join(sorted(head.keys)[:8])}"[:200]
    return _plain_appearance(head.text)


def _plain_appearance(text: str) -> str:
    first_line = text.lstrip().partition("\n")[0].strip()
    if "\0" in text:
        return "binary data"
    if first_line[:1] in {"{", "["}:
        return "JSON without any known key"
    for separator, words in ((",", "commas"), (";", "semicolons"), ("\t", "tabs")):
        if first_line.count(separator) > 1:
            return f"a table separated by {words} (CSV)"
    return f"text beginning with “{first_line[:40]}”"


def _decoded(beginning: bytes) -> str:
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return beginning.decode(encoding, errors="replace")
    return beginning.decode(errors="replace")


def _size(path: Path, shown: str) -> int:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise InputRefused("there is no such file", where=shown, fix="check the path") from error
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise InputRefused("this is no file", where=shown, fix="give the report itself")
    if found.st_size == 0:
        raise EmptyInput("the file is empty", where=shown, fix="export or upload the report again")
    if found.st_size > MAX_BYTES:
        what = f"the file has {found.st_size:,} bytes, more than the limit of {MAX_BYTES:,}"
        raise OversizedInput(what, where=shown, fix="export the report in parts")
    return found.st_size


def _beginning(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(shown, error) from error


def _unreadable(shown: str, error: Exception) -> InputRefused:
    said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return InputRefused(f"the file cannot be read ({said})", where=shown, fix="check its permissions")
