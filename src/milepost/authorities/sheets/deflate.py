"""Compression for workbooks: isal where it is installed (many times faster), else zlib level 6."""

import zlib
from typing import Protocol

try:
    from isal import isal_zlib
except ImportError:  # pragma: no cover  # isal is optional
    isal_zlib = None  # type: ignore[assignment]  # the name says whether it is there


class Deflater(Protocol):
    """A running compression of raw deflate data."""

    def compress(self, data: bytes, /) -> bytes:
        """Take more data and return what is ready."""

    def flush(self) -> bytes:
        """Return the rest."""


def deflater() -> Deflater:
    """Start a compression of raw deflate data, as a zip member holds it."""
    if isal_zlib is not None:
        compressor: Deflater = isal_zlib.compressobj(2, zlib.DEFLATED, -zlib.MAX_WBITS)
        return compressor
    return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
