"""The two files of an evidence package: the list of artifacts with their hashes, and the hash of that list.

The format is that of the DoD's artifact hashing script 1.11 (CMMC Hashing Guide): three columns, ASCII, upper
case hashes, lines that end in carriage return and line feed. Reading takes other endings, byte order marks,
separators and widths as well, since files change on their way.
"""

import re
from collections.abc import Iterable
from pathlib import PureWindowsPath
from typing import NamedTuple

from milepost.domain.errors import DamagedInput, InputRefused

ARTIFACTS_LOG = "CMMCAssessmentArtifacts.log"
LOG_HASH = "CMMCAssessmentLogHash.log"
ALGORITHM = "SHA256"
LENGTHS = {"SHA256": 64, "SHA384": 96, "SHA512": 128, "SHA1": 40, "MD5": 32}
"""The hexadecimal digits of each algorithm that the script offers."""
NOT_APPROVED = frozenset({"SHA1", "MD5"})
"""Algorithms that no longer count as approved by NIST for this purpose (SP 800-131A)."""
_FIRST, _SECOND = 16, 71
_WIDTH = 1024
_END = "\r\n"
_ROW = re.compile(r"\s*(\S+)\s+([0-9A-Fa-f]{32,128})\s+(\S.*?)\s*")
_RULED = re.compile(r"\s*-{2,}[\s-]*")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Entry(NamedTuple):
    """A line of a list: the algorithm, the hash in upper case, the path as it is written."""

    algorithm: str
    digest: str
    path: str


def log_bytes(entries: Iterable[Entry]) -> bytes:
    """Return a list byte for byte as the script writes it; a character beyond ASCII becomes `?`, as there.

    Raises:
        InputRefused: a line would be longer than the 1,024 characters to which the script cuts.
    """
    lines = ["", _line("Algorithm", "Hash", "Path"), _line("-" * 9, "-" * 4, "-" * 4)]
    for entry in entries:
        lines.append(_line(*entry))
        if len(lines[-1]) > _WIDTH:
            what = f"the path is too long: a line of the list holds {_WIDTH:,} characters"
            raise InputRefused(what, where=entry.path[:120], fix="shorten the names, or state a shorter root")
    return _END.join([*lines, "", "", ""]).encode("ascii", "replace")


def _line(first: str, second: str, third: str) -> str:
    """Lay out a line; a hash that is wider than its column still stands apart from the path."""
    return f"{first:<{_FIRST}}{f'{second} ':<{_SECOND}}{third}"


def read_log(content: bytes, name: str) -> tuple[Entry, ...]:
    """Read a list, whatever its endings, marks and widths.

    Raises:
        DamagedInput: a line is none of the format, or there is none at all.
    """
    entries = []
    is_head = True
    for number, line in enumerate(_decoded(content).splitlines(), 1):
        found = _ROW.fullmatch(line)
        if found and len(found[2]) == LENGTHS.get(found[1].upper().replace("-", ""), 0):
            entries.append(Entry(found[1].upper().replace("-", ""), found[2].upper(), found[3]))
            is_head = False
        elif line.strip() and not (is_head and _is_head(line)):
            what = f"line {number} is no algorithm, hash and path"
            raise DamagedInput(what, where=name, fix="take the list as the hashing script wrote it")
    if not entries:
        raise DamagedInput("the list has no entry", where=name, fix="hash the artifacts once more")
    return tuple(entries)


def _is_head(line: str) -> bool:
    return bool(_RULED.fullmatch(line)) or line.split() == ["Algorithm", "Hash", "Path"]


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a path with either separator, its drive or root left out."""
    parsed = PureWindowsPath(path)
    return parsed.parts[1:] if parsed.anchor else tuple(part for part in parsed.parts if part != ".")


def is_list(path: str) -> bool:
    """Tell whether a path names one of the two lists, an earlier one for instance."""
    parts = parts_of(path)
    return bool(parts) and parts[-1].casefold() in {ARTIFACTS_LOG.casefold(), LOG_HASH.casefold()}


def variants(content: bytes) -> tuple[bytes, ...]:
    """Return a file as it may have been before endings or byte order mark were changed on its way."""
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    windows = plain.replace(b"\n", b"\r\n")
    return tuple(
        mark + text for text in (windows, plain) for mark in (b"", b"\xef\xbb\xbf") if mark + text != content
    )
