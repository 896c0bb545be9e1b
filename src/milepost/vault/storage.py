"""What a place for bytes has to do, whichever it is: a folder, or a service that speaks S3."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import IO, NamedTuple, Protocol


class Stored(NamedTuple):
    """What lies under a key, and since when (seconds since 1970 UTC)."""

    key: str
    since: float


class Storage(Protocol):
    """A place for bytes under keys like `installation/ab/ab12…`; what fails raises an OSError."""

    def waiting(self, folder: str) -> AbstractContextManager[IO[bytes]]:
        """Give a file to write to that is gone afterwards, unless it was kept."""

    def keep(self, file: IO[bytes], key: str) -> None:
        """Let a waiting file be what lies under a key, whole and for good; damaged bytes are put aside."""

    def renew(self, key: str) -> None:
        """Let what lies under a key count as put there just now."""

    def open(self, key: str) -> IO[bytes]:
        """Open what lies under a key; FileNotFoundError where nothing does."""

    def stored(self, folder: str) -> Iterator[Stored]:
        """Yield everything that was kept below a folder."""

    def remove(self, key: str) -> None:
        """Remove what lies under a key, if anything does."""

    def clear(self, folder: str, before: float) -> int:
        """Remove what was left waiting since before a moment; return how many files."""
