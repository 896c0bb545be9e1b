"""Compression for workbooks: isal where it is installed (many times faster), else zlib level 6."""

import zlib
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

_ENGINE, _LEVEL = ("isal.isal_zlib", 2) if find_spec("isal") else ("zlib", 6)


class Deflater(Protocol):
    """A running compression of raw deflate data."""

    def compress(self, data: bytes, /) -> bytes:
        """Take more data and return what is ready."""

    def flush(self) -> bytes:
        """Return the rest."""


def deflater() -> Deflater:
    """Start a compression of raw deflate data, as a zip member holds it."""
    compressor: Deflater = import_module(_ENGINE).compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor
