"""The zip package of a workbook: read with suspicion, copied member by member, written in one go."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from milepost.authorities.sheets.deflate import deflater
from milepost.domain.errors import (
    DamagedInput,
    EmptyInput,
    HostileInput,
    InputRefused,
    OversizedInput,
    UnknownFormat,
)

MEMBERS = 1_000
"""The most members a package may hold."""
TOTAL = 1 << 30
"""The most bytes all members together may declare: 1 GiB."""
RATIO = 100
"""A member may not grow more than this many times when unpacked; small members (under 64 KiB) may."""
_SMALL = 1 << 16
_CHUNK = 1 << 18
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<\0?!\0?(?:E\0?N\0?T\0?I\0?T\0?Y|D\0?O\0?C\0?T\0?Y\0?P\0?E)")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY_ONE = 0x21
_NEW_WORKBOOK = "save the workbook again as .xlsx in a spreadsheet program, without a password"


@dataclass(frozen=True)
class Package:
    """An opened and checked workbook: its members by name."""

    name: str
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    def read(self, member: str) -> bytes:
        """Return the unpacked bytes of a member.

        Raises:
            DamagedInput: the member is missing or does not unpack.
        """
        if member not in self.members:
            raise DamagedInput(f"the part {member} is missing", where=self.name, fix=_NEW_WORKBOOK)
        with _damage_named(self.name):
            return self.archive.read(self.members[member])

    def packed(self, member: str) -> bytes:
        """Return the bytes of a member as they lie in the file, still compressed."""
        info = self.members[member]
        file = _file_of(self.archive)
        file.seek(info.header_offset)
        header = _LOCAL.unpack(file.read(_LOCAL.size))
        file.seek(header[9] + header[10], 1)
        return file.read(info.compress_size)


def _file_of(archive: zipfile.ZipFile) -> IO[bytes]:
    if archive.fp is None:
        raise ValueError("the package is closed")
    return archive.fp


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as cause:
        what = f"the file is damaged or cut off ({cause})"
        raise DamagedInput(what, where=name, fix="get the file once more from its source") from cause


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a workbook and check the whole package before anything of it is used.

    Raises:
        InputRefused: it cannot be read, is empty, no zip, an OLE container, cut off, or built to do harm.
    """
    _recognise(path)
    with _damage_named(path.name):
        archive = zipfile.ZipFile(path)
    with archive:
        package = Package(path.name, archive, {info.filename: info for info in archive.infolist()})
        _check_directory(package)
        for info in archive.infolist():
            _check_content(package, info)
        yield package


def _recognise(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=path.name, fix="check its name and that you may read it") from error
    if not start:
        raise EmptyInput("the file is empty", where=path.name, fix="choose the filled workbook")
    if start == _OLE:
        what = "this is an OLE container: a workbook with a password, or an old .xls"
        raise UnknownFormat(what, where=path.name, fix=_NEW_WORKBOOK)
    if not start.startswith(_ZIP):
        what = "this is no .xlsx workbook, whatever its name says"
        raise UnknownFormat(what, where=path.name, fix="save it as .xlsx in a spreadsheet program")


def _check_directory(package: Package) -> None:
    infos = package.archive.infolist()
    if len(infos) > MEMBERS:
        what = f"the package has {len(infos):,} members, more than {MEMBERS:,}"
        raise OversizedInput(what, where=package.name, fix=_NEW_WORKBOOK)
    if len(package.members) != len(infos):
        raise _hostile(package, "two members of the package have the same name")
    if sum(info.file_size for info in infos) > TOTAL:
        what = f"the package unpacks to more than {TOTAL >> 20:,} MiB"
        raise OversizedInput(what, where=package.name, fix="remove what is not needed from the workbook")
    for info in infos:
        _check_member(package, info)


def _check_member(package: Package, info: zipfile.ZipInfo) -> None:
    if _leads_out(info.orig_filename):
        raise _hostile(package, f"the member name {info.orig_filename!r} leads out of the package")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _hostile(package, f"the member {info.filename!r} is a symbolic link")
    if info.flag_bits & 1:
        raise UnknownFormat("the package is encrypted", where=package.name, fix=_NEW_WORKBOOK)
    if info.file_size > max(_SMALL, info.compress_size * RATIO):
        raise _hostile(package, f"the member {info.filename!r} unpacks to more than {RATIO} times its size")


def _leads_out(name: str) -> bool:
    parts = name.split("/")
    return not parts[0] or ".." in parts or "\\" in name or "\0" in name or ":" in parts[0]


def _check_content(package: Package, info: zipfile.ZipInfo) -> None:
    """Unpack once: the checksum is verified, and neither declarations nor packages may hide inside."""
    xml = info.filename.endswith((".xml", ".rels", ".vml"))
    kept = b""
    with _damage_named(package.name), package.archive.open(info) as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            if not kept and chunk.startswith(_ZIP):
                raise _hostile(package, f"the member {info.filename!r} is an archive in the archive")
            if xml and _DECLARATION.search(kept + chunk):
                raise _hostile(package, f"the part {info.filename!r} declares a document type or entities")
            kept = chunk[-32:]


def _hostile(package: Package, what: str) -> HostileInput:
    return HostileInput(what, where=package.name, fix="get the workbook from a source you trust")


@dataclass
class PackageWriter:
    """Writes a zip package to an open binary file; members carry no time, so the same in is the same out."""

    file: BinaryIO
    _directory: list[bytes] = field(default_factory=list)

    def copy(self, package: Package, member: str) -> None:
        """Take over a member byte for byte, without unpacking it."""
        info = package.members[member]
        entry = (info.compress_type, info.CRC, info.compress_size, info.file_size)
        offset = self._local(member, entry)
        self.file.write(package.packed(member))
        self._record(member, entry, offset)

    def add(self, member: str, content: Iterable[str | bytes]) -> None:
        """Write a new member from a stream; text is written in UTF-8.

        Raises:
            OversizedInput: the member would pass the 4 GiB of a plain zip file.
        """
        offset = self._local(member, (8, 0, 0, 0))
        start = self.file.tell()
        checksum, size = self._deflate(content)
        packed = self.file.tell() - start
        if size >= 1 << 32:
            what = f"the part {member} would be larger than 4 GiB"
            raise OversizedInput(what, fix="export fewer items at once, or shorten the longest texts")
        entry = (8, checksum, packed, size)
        self.file.seek(offset)
        self._local(member, entry)
        self.file.seek(0, 2)
        self._record(member, entry, offset)

    def close(self) -> None:
        """Write the central directory; without it the package cannot be opened."""
        offset = self.file.tell()
        directory = b"".join(self._directory)
        self.file.write(directory)
        count = len(self._directory)
        self.file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0))

    def _deflate(self, content: Iterable[str | bytes]) -> tuple[int, int]:
        compressor, checksum, size = deflater(), 0, 0
        for data in _in_chunks(content):
            checksum = zlib.crc32(data, checksum)
            size += len(data)
            self.file.write(compressor.compress(data))
        self.file.write(compressor.flush())
        return checksum, size

    def _local(self, member: str, entry: tuple[int, int, int, int]) -> int:
        offset = self.file.tell()
        name = member.encode()
        method, checksum, packed, size = entry
        fields = (b"PK\x03\x04", 20, 0x800, method, 0, _DAY_ONE, checksum, packed, size, len(name), 0)
        self.file.write(_LOCAL.pack(*fields) + name)
        return offset

    def _record(self, member: str, entry: tuple[int, int, int, int], offset: int) -> None:
        name = member.encode()
        method, checksum, packed, size = entry
        start = (b"PK\x01\x02", 20, 20, 0x800, method, 0, _DAY_ONE, checksum, packed, size)
        self._directory.append(_CENTRAL.pack(*start, len(name), 0, 0, 0, 0, 0, offset) + name)


def _in_chunks(content: Iterable[str | bytes]) -> Iterator[bytes]:
    """Gather small pieces to chunks worth compressing."""
    waiting: list[bytes] = []
    length = 0
    for piece in content:
        data = piece.encode() if isinstance(piece, str) else piece
        waiting.append(data)
        length += len(data)
        if length >= _CHUNK:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)
