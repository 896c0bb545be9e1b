"""The zip package of a workbook, opened and checked as a whole before anything of it is used."""

import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from milepost.domain.errors import DamagedInput, EmptyInput, InputRefused, UnknownFormat
from milepost.workbooks.zipped import CHUNK, check_directory, damage_named, hostile, opened_zip

TOTAL = 1 << 30
"""The most bytes all members together may declare: 1 GiB."""
LOCAL = struct.Struct("<4s5H3I2H")
"""What stands before each member in the file."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<\0?!\0?(?:E\0?N\0?T\0?I\0?T\0?Y|D\0?O\0?C\0?T\0?Y\0?P\0?E)")
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
        self._refuse_missing(member)
        with damage_named(self.name):
            return self.archive.read(self.members[member])

    @contextmanager
    def stream(self, member: str) -> Iterator[IO[bytes]]:
        """Open a member to be read piece by piece.

        Raises:
            DamagedInput: the member is missing or does not unpack.
        """
        self._refuse_missing(member)
        with damage_named(self.name), self.archive.open(self.members[member]) as file:
            yield file

    def packed(self, member: str) -> bytes:
        """Return the bytes of a member as they lie in the file, still compressed."""
        info = self.members[member]
        file = _file_of(self.archive)
        file.seek(info.header_offset)
        header = LOCAL.unpack(file.read(LOCAL.size))
        file.seek(header[9] + header[10], 1)
        return file.read(info.compress_size)

    def _refuse_missing(self, member: str) -> None:
        if member not in self.members:
            raise DamagedInput(f"the part {member} is missing", where=self.name, fix=_NEW_WORKBOOK)


def _file_of(archive: zipfile.ZipFile) -> IO[bytes]:
    if archive.fp is None:
        raise ValueError("the package is closed")
    return archive.fp


@contextmanager
def opened(path: Path, name: str | None = None) -> Iterator[Package]:
    """Open a workbook and check the whole package before anything of it is used.

    Raises:
        InputRefused: it cannot be read, is empty, no zip, an OLE container, cut off, or built to do harm.
    """
    shown = name or path.name
    _recognise(path, shown)
    with opened_zip(path, shown) as archive:
        check_directory(archive, shown, TOTAL)
        package = Package(shown, archive, {info.filename: info for info in archive.infolist()})
        for info in archive.infolist():
            _check_content(package, info)
        yield package


def _recognise(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=name, fix="check its name and that you may read it") from error
    if not start:
        raise EmptyInput("the file is empty", where=name, fix="choose the filled workbook")
    if start == _OLE:
        what = "this is an OLE container: a workbook with a password, or an old .xls"
        raise UnknownFormat(what, where=name, fix=_NEW_WORKBOOK)
    if not start.startswith(_ZIP):
        what = "this is no .xlsx workbook, whatever its name says"
        raise UnknownFormat(what, where=name, fix="save it as .xlsx in a spreadsheet program")


def _check_content(package: Package, info: zipfile.ZipInfo) -> None:
    """Unpack once: the checksum is verified, and neither declarations nor packages may hide inside."""
    xml = info.filename.endswith((".xml", ".rels", ".vml"))
    kept = b""
    with damage_named(package.name), package.archive.open(info) as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            if not kept and chunk.startswith(_ZIP):
                raise hostile(package.name, f"the member {info.filename!r} is an archive in the archive")
            if xml and _DECLARATION.search(kept + chunk):
                what = f"the part {info.filename!r} declares a document type or entities"
                raise hostile(package.name, what)
            kept = chunk[-32:]
