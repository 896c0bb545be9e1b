"""Archives and folders of reports: what is in them, taken out under names of Milepost's own making.

An archive is taken whole or refused: names that lead out, links, archives in the archive, too many members
or members that grow too far refuse it. The name of a member is shown to people and never used as a path.
"""

import os
import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import IO, NamedTuple

from milepost.domain.errors import EmptyInput, InputRefused, MilepostError, OversizedInput
from milepost.domain.problem import Problem
from milepost.scanners.inflating import Bounded, damage_named, inflating, plainly
from milepost.workbooks.zipped import CHUNK, MEMBERS, check_directory, hostile, leads_out, opened_zip

MOST_FILES = 10_000
"""The most files that are taken from a folder at once."""
MOST_BYTES = 4 << 30
"""The most bytes that an archive may unpack to: 4 GiB."""
_HEAD = 512
_TAR = slice(257, 262)
_LONGEST_NAME = 300
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DIGITS = re.compile(r"(\d{1,9})")
_OTHER_ARCHIVES = (b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!")
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_WORKBOOK = "xl/workbook.xml"
_ONE_BY_ONE = "unpack it and give what is in it"


class Kind(StrEnum):
    """What a path leads to, told by its content."""

    FILE = "file"
    WORKBOOK = "workbook"
    FOLDER = "folder"
    ZIP = "ZIP archive"
    GZIP = "gzip file"
    TAR = "tar archive"
    OTHER_ARCHIVE = "archive"


ARCHIVES = frozenset({Kind.ZIP, Kind.GZIP, Kind.TAR, Kind.OTHER_ARCHIVE})
CONTAINERS = ARCHIVES - {Kind.OTHER_ARCHIVE} | {Kind.FOLDER}
"""What holds reports and is opened to get at them."""


class Given(NamedTuple):
    """A file: where it lies, and the name by which people know it."""

    path: Path
    name: str


@dataclass(slots=True)
class Taken:
    """The files in the order in which they were given, those of a container by name; and the rest."""

    files: list[Given] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refusals: list[MilepostError] = field(default_factory=list)


def kind_of(path: Path) -> Kind:
    """Tell what a path leads to; what cannot be read is a file, and refused by whoever reads it."""
    if path.is_dir():
        return Kind.FOLDER
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):
        return Kind.FILE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if head[_TAR] == b"ustar":
        return Kind.TAR
    return Kind.OTHER_ARCHIVE if head.startswith(_OTHER_ARCHIVES) else Kind.FILE


def _kind_of_zip(path: Path) -> Kind:
    try:
        with opened_zip(path, path.name) as archive:
            names = {info.filename for info in archive.infolist()}
    except InputRefused:
        return Kind.ZIP
    if _WORKBOOK in names:
        return Kind.WORKBOOK
    return Kind.FILE if names & _OFFICE else Kind.ZIP


@contextmanager
def taken(given: Iterable[Given], room: Path) -> Iterator[Taken]:
    """Open every folder and archive among what is given; what was unpacked goes with the block.

    `room` is the folder below which a fresh one is made. A refused archive is listed and the others go on.
    """
    result = Taken()
    folder: Path | None = None
    try:
        for each in given:
            if folder is None and kind_of(each.path) in CONTAINERS:
                folder = fresh_folder(room)
            before = len(result.files)
            _take(each, result, folder or room, nested=False)
            result.files[before:] = sorted(result.files[before:], key=lambda file: natural(file.name))
        yield result
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def fresh_folder(room: Path) -> Path:
    """Make a folder below `room` that only its owner can open."""
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(mkdtemp(dir=room, prefix="unpacked-"))


def _take(each: Given, result: Taken, folder: Path, *, nested: bool) -> None:
    kind = kind_of(each.path)
    if kind is Kind.FOLDER:
        _walk(each, result, folder)
    elif kind not in ARCHIVES:
        result.files.append(each)
    else:
        try:
            found = list(_unpacked(each, kind, folder))
        except MilepostError as refused:
            result.refusals.append(refused)
            return
        prefix = f"{each.name}/" if nested else ""
        result.files += [Given(file.path, f"{prefix}{file.name}") for file in found]


def _walk(given: Given, result: Taken, folder: Path) -> None:
    """Take the files of a folder and of all below it; links are not followed."""
    found: list[Path] = []
    for place, folders, files in os.walk(given.path):
        folders.sort()
        for name in [*folders, *files]:
            path = Path(place, name)
            if path.is_symlink():
                what = "this is a link, and links are not followed"
                result.problems.append(Problem(_below(given, path), what, "give the file itself"))
            elif path.is_file():
                found.append(path)
        if len(found) > MOST_FILES:
            what = f"the folder holds more than {MOST_FILES:,} files"
            result.refusals.append(OversizedInput(what, where=given.name, fix="give its parts one by one"))
            return
    if not found:
        what = "there is no file in the folder"
        result.refusals.append(EmptyInput(what, where=given.name, fix="check the path"))
    for path in found:
        _take(Given(path, _below(given, path)), result, folder, nested=True)


def _below(given: Given, path: Path) -> str:
    return shown(path.relative_to(given.path).as_posix())


def _unpacked(given: Given, kind: Kind, folder: Path) -> Iterator[Given]:
    """Unpack an archive into files that have names of our own.

    Raises:
        InputRefused: it is damaged, hostile, too large, or holds an archive itself.
    """
    if kind is Kind.OTHER_ARCHIVE:
        what = "this kind of archive is not opened"
        raise InputRefused(what, where=given.name, fix="pack it as .zip or .tar.gz")
    members = {Kind.ZIP: _from_zip, Kind.GZIP: _from_gzip, Kind.TAR: _from_tar}[kind](given)
    count = 0
    for name, content in members:
        count += 1
        descriptor, place = mkstemp(dir=folder)
        path = Path(place)
        with os.fdopen(descriptor, "wb") as file, damage_named(given.name):
            shutil.copyfileobj(content, file, CHUNK)
        if kind_of(path) in ARCHIVES:
            raise hostile(given.name, f"the member {shown(name)!r} is an archive in the archive")
        yield Given(path, shown(name))
    if not count:
        what = "there is no file in the archive"
        raise EmptyInput(what, where=given.name, fix="pack the reports again")


Members = Iterator[tuple[str, IO[bytes] | Bounded]]


def _from_zip(given: Given) -> Members:
    with opened_zip(given.path, given.name) as archive:
        check_directory(archive, given.name, MOST_BYTES)
        for info in archive.infolist():
            if not info.is_dir():
                with damage_named(given.name), archive.open(info) as content:
                    yield info.filename, content


def _from_gzip(given: Given) -> Members:
    with inflating(given.path, given.name, MOST_BYTES) as content:
        with damage_named(given.name):
            head = content.read(_HEAD)
            content.seek(0)
        if head[_TAR] == b"ustar":
            yield from _tar_members(given, content)
        else:
            yield re.sub(r"\.gz$", "", given.name, flags=re.IGNORECASE), content


def _from_tar(given: Given) -> Members:
    with plainly(given.path, given.name, MOST_BYTES) as content:
        yield from _tar_members(given, content)


def _tar_members(given: Given, content: Bounded) -> Members:
    """Yield the files of a tar archive; one that ends without its end mark is cut off."""
    names: set[str] = set()
    with damage_named(given.name), tarfile.TarFile(fileobj=content) as archive:
        while (info := archive.next()) is not None:
            _check_tar_member(info, names, given.name)
            member = archive.extractfile(info) if info.isreg() else None
            if member is not None:
                yield info.name, member
        if content.last_read != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError("what follows the last member is no end of an archive")


def _check_tar_member(info: tarfile.TarInfo, names: set[str], where: str) -> None:
    if leads_out(info.name):
        raise hostile(where, f"the member name {info.name!r} leads out of the archive")
    if info.issym() or info.islnk():
        raise hostile(where, f"the member {info.name!r} is a link")
    if not (info.isreg() or info.isdir()) or info.issparse():
        raise hostile(where, f"the member {info.name!r} is no plain file")
    if info.name in names:
        raise hostile(where, "two of its members have the same name")
    names.add(info.name)
    if len(names) > MEMBERS:
        what = f"it has more than {MEMBERS:,} members"
        raise OversizedInput(what, where=where, fix=_ONE_BY_ONE)


def shown(name: str) -> str:
    """Return a name as it can be shown: without characters that do not show, and not too long."""
    plain = _UNSHOWN.sub("", name).strip()
    return plain if len(plain) <= _LONGEST_NAME else f"…{plain[-_LONGEST_NAME:]}"


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return by what names are sorted as people count: `scan-2` before `scan-10`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(name.casefold()))
