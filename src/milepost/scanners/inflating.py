"""Bytes out of gzip and tar files: bounded at once, and in all by the ratio."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from milepost.domain.errors import DamagedInput, InputRefused, OversizedInput
from milepost.workbooks.zipped import RATIO, SMALL, hostile
from milepost.workbooks.zipped import damage_named as zip_damage_named

_AT_ONCE = 16 << 20
# RecursionError: headers that only announce further headers.
_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, RecursionError, ValueError)


class Bounded(io.BufferedIOBase):
    """A stream that is not read or skipped beyond what it may hold; `last_read` is what it gave last."""

    def __init__(self, file: IO[bytes], name: str, most: int, *, by_ratio: bool) -> None:
        """Take the stream, the name to complain under, and the most bytes it may give."""
        super().__init__()
        self._file = file
        self._name = name
        self._most = most
        self._by_ratio = by_ratio
        self.last_read = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most 16 MiB at once; a header that asks for more is none."""
        if size is None or size < 0 or size > _AT_ONCE:
            what = "a header in it claims more than any sound archive has"
            raise OversizedInput(what, where=self._name, fix="pack the reports again")
        self.last_read = self._bounded(self._file.read(size))
        return self.last_read

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in what comes out."""
        self._file.seek(offset, whence)
        self._bounded(b"")
        return self._file.tell()

    def tell(self) -> int:
        """Return the place in what comes out."""
        return self._file.tell()

    def _bounded(self, data: bytes) -> bytes:
        if self._file.tell() <= self._most:
            return data
        if self._by_ratio:
            raise hostile(self._name, f"it unpacks to more than {RATIO} times its size")
        what = f"it unpacks to more than {self._most >> 20:,} MiB"
        raise OversizedInput(what, where=self._name, fix="pack it in parts")


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """Turn what unpacking complains of into a refusal of the archive."""
    try:
        with zip_damage_named(name):
            yield
    except _DAMAGE as cause:
        what = f"the archive is damaged or cut off ({cause})"
        raise DamagedInput(what, where=name, fix="get the file once more from its source") from cause


@contextmanager
def inflating(path: Path, name: str, most: int) -> Iterator[Bounded]:
    """Open a gzip file for what is in it, up to a hundred times its size and `most` bytes.

    Raises:
        InputRefused: it cannot be read.
    """
    grown = max(SMALL, path.stat().st_size * RATIO)
    with _opened(path, name) as raw, gzip.GzipFile(fileobj=raw) as file:
        yield Bounded(cast("IO[bytes]", file), name, min(grown, most), by_ratio=grown <= most)


@contextmanager
def plainly(path: Path, name: str, most: int) -> Iterator[Bounded]:
    """Open an archive that is not compressed, up to `most` bytes.

    Raises:
        InputRefused: it cannot be read.
    """
    with _opened(path, name) as raw:
        yield Bounded(raw, name, most, by_ratio=False)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=name, fix="check its permissions") from error
    with file:
        yield file
