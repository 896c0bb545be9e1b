"""Bytes in a folder of this machine: written beside, made safe on the disk, then put in place in one step."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from milepost.vault.storage import Stored

_PART: Final = ".part"
_DAMAGED: Final = ".damaged-"


class Folder:
    """A storage in a folder; what is kept can be read by its owner alone, and is written once."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made when the first file comes."""
        self._root = root

    @contextmanager
    def waiting(self, folder: str) -> Iterator[IO[bytes]]:
        """Give a file on the same disk, since only there can it be put in place in one step."""
        home = self._root / folder
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = home / f".{secrets.token_hex(8)}{_PART}"
        try:
            with path.open("xb+") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    def keep(self, file: IO[bytes], key: str) -> None:
        """Put a waiting file in place; file and folders are safe on the disk when this returns."""
        target = self._root / key
        target.parent.mkdir(exist_ok=True, mode=0o700)
        file.flush()
        os.fchmod(file.fileno(), 0o400)
        os.fsync(file.fileno())
        if target.exists():
            target.rename(target.with_name(f"{target.name}{_DAMAGED}{secrets.token_hex(4)}"))
        Path(file.name).rename(target)
        _sync(target.parent)
        _sync(target.parent.parent)

    def renew(self, key: str) -> None:
        """Let a file count as put there just now."""
        os.utime(self._root / key)

    def open(self, key: str) -> IO[bytes]:
        """Open a file; one that somebody put there as a link is not followed."""
        descriptor = os.open(self._root / key, os.O_RDONLY | os.O_NOFOLLOW)
        return os.fdopen(descriptor, "rb")

    def stored(self, folder: str) -> Iterator[Stored]:
        """Yield what was kept, by name; waiting files and damaged ones put aside are none of it."""
        for path in sorted((self._root / folder).glob("*/*")):
            if _DAMAGED not in path.name:
                yield Stored(path.relative_to(self._root).as_posix(), path.lstat().st_mtime)

    def remove(self, key: str) -> None:
        """Remove a file, and let the disk know."""
        path = self._root / key
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync(path.parent)

    def clear(self, folder: str, before: float) -> int:
        """Remove files that were left waiting when a process ended on its way."""
        left = [path for path in (self._root / folder).glob(f".*{_PART}") if path.lstat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
