"""Zip files opened with suspicion: their directory, the names in it, and how far a member may grow."""

import errno
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused, OversizedInput, UnknownFormat

MEMBERS = 1_000
"""The most members an archive or package may hold."""
RATIO = 100
"""A member may not grow more than this many times when unpacked; small members (under 64 KiB) may."""
SMALL = 1 << 16
CHUNK = 1 << 18
_DIRECTORY = 4 << 20
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, struct.error),
    UnicodeDecodeError,
)


class _Bounded(io.BufferedReader):
    """A file whose directory is not read where it is longer than any sound one; later reads are free."""

    bound = True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read; while the directory is looked for, no more than it may take."""
        if not self.bound:
            return super().read(size)
        if size is not None and size > _DIRECTORY:
            raise zipfile.BadZipFile("its directory is larger than that of any sound archive")
        return super().read(_DIRECTORY if size is None or size < 0 else size)


@contextmanager
def opened_zip(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip file; `name` is how people know it.

    Raises:
        InputRefused: it cannot be read.
        DamagedInput: it is no zip file, or damaged or cut off.
    """
    try:
        raw = io.FileIO(path)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=name, fix="check its name and that you may read it") from error
    with _Bounded(raw) as file:
        with damage_named(name):
            archive = zipfile.ZipFile(file)
        file.bound = False
        with archive:
            yield archive


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """Turn what unpacking complains of into a refusal of the file."""
    try:
        yield
    except (*_DAMAGE, OSError) as cause:
        # Bytes that are missing before the directory send zipfile to a place before the beginning; what
        # unpacks bzip2 complains with an OSError of no number.
        if isinstance(cause, OSError) and cause.errno not in {None, errno.EINVAL}:
            raise
        what = f"the file is damaged or cut off ({cause})"
        raise DamagedInput(what, where=name, fix="get the file once more from its source") from cause


def leads_out(name: str) -> bool:
    """Tell whether a member's name could be taken for a path that leads somewhere else."""
    parts = name.split("/")
    return not parts[0] or ".." in parts or "\\" in name or "\0" in name or ":" in parts[0]


def check_directory(archive: zipfile.ZipFile, name: str, most_bytes: int) -> None:
    """Refuse what a directory alone shows to be harmful or beyond a limit.

    Raises:
        HostileInput: a name leads out or comes twice, a member is a link or grows too far.
        OversizedInput: there are too many members, or they unpack to more than `most_bytes`.
        UnknownFormat: a member is encrypted.
    """
    infos = archive.infolist()
    if len(infos) > MEMBERS:
        what = f"it has {len(infos):,} members, more than {MEMBERS:,}"
        raise OversizedInput(what, where=name, fix="give it in parts")
    if len({info.filename for info in infos}) != len(infos):
        raise hostile(name, "two of its members have the same name")
    if sum(info.file_size for info in infos) > most_bytes:
        what = f"it unpacks to more than {most_bytes >> 20:,} MiB"
        raise OversizedInput(what, where=name, fix="give it in parts, without what is not needed")
    for info in infos:
        _check_member(info, name)


def hostile(name: str, what: str) -> HostileInput:
    """Return the refusal of an archive that is built to do harm."""
    return HostileInput(what, where=name, fix="get the file from a source you trust")


def _check_member(info: zipfile.ZipInfo, name: str) -> None:
    if leads_out(info.orig_filename):
        raise hostile(name, f"the member name {info.orig_filename!r} leads out of the package")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise hostile(name, f"the member {info.filename!r} is a symbolic link")
    if info.flag_bits & 1:
        fix = "save or pack it again without a password"
        raise UnknownFormat("the package is encrypted", where=name, fix=fix)
    if info.file_size > max(SMALL, info.compress_size * RATIO):
        raise hostile(name, f"the member {info.filename!r} unpacks to more than {RATIO} times its size")
