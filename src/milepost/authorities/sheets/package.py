"""The zip package of a workbook, written in one go: members copied as they are, or new from a stream."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from milepost.authorities.sheets.deflate import deflater
from milepost.domain.errors import OversizedInput
from milepost.workbooks.package import LOCAL, Package
from milepost.workbooks.zipped import CHUNK

_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY_ONE = 0x21


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
        self.file.write(LOCAL.pack(*fields) + name)
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
        if length >= CHUNK:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)
