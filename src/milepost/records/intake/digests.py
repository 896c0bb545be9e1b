"""Short digests by which texts are compared, and names made to fit an index without losing their meaning."""

import zlib
from functools import lru_cache
from hashlib import blake2b


def digest(content: bytes) -> int:
    """Return the 64-bit digest of some bytes; 0 for none."""
    if not content:
        return 0
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def fingerprint(content: bytes) -> int:
    """Return a quick 64-bit mark by which one tool output is told from the next of the same occurrence."""
    return zlib.crc32(content) << 31 ^ zlib.adler32(content)


@lru_cache(maxsize=1 << 13)
def fitted(text: str, limit: int) -> str:
    """Return a name unchanged if it fits an indexed column, else its beginning and a digest of the whole."""
    clean = text.replace("\x00", "\N{SYMBOL FOR NULL}") if "\x00" in text else text
    if len(clean) <= limit:
        return clean
    mark = blake2b(clean.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"{clean[: limit - 17]}~{mark}"
