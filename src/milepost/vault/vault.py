"""The vault: bytes go in under their SHA-256, and come out only as what they were."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from enum import StrEnum
from hashlib import sha256 as new_sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Final, NamedTuple

from milepost.domain.errors import EmptyInput, EvidenceLost, OversizedInput, StorageFailed
from milepost.vault.media_types import HEAD, media_type
from milepost.vault.storage import Storage

INSTALLATION: Final = "installation"
"""The folder of what belongs to no organisation in particular."""
_CHUNK: Final = 1 << 18
_IN_MEMORY: Final = 8 << 20
_ORGANISATION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Kept(NamedTuple):
    """What was put into the vault: its name there, its bytes, and what it is by its content."""

    sha256: str
    size: int
    media_type: str


class Condition(StrEnum):
    """How bytes were found when they were looked at."""

    SOUND = "sound"
    DAMAGED = "damaged"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class Vault:
    """The evidence of one organisation: no bytes are shared with another, so that none can be guessed at."""

    def __init__(self, storage: Storage, *, most_bytes: int, organisation: str = INSTALLATION) -> None:
        """Take where bytes are kept, the largest file that is taken, and whose they are."""
        if not _ORGANISATION.fullmatch(organisation):
            raise ValueError(organisation)
        self._storage = storage
        self._most = most_bytes
        self.organisation = organisation

    def put(self, chunks: Iterable[bytes], name: str) -> Kept:
        """Keep bytes for good; the same bytes again are kept once. `name` is only for the sentence.

        Raises:
            EmptyInput: there are none.
            OversizedInput: there are more than a file may have.
            StorageFailed: they cannot be kept, for want of room for instance; nothing is left behind.
        """
        with _told("cannot be kept"), self._storage.waiting(self.organisation) as file:
            kept = self._written(chunks, file, name)
            if self.condition(kept.sha256) is Condition.SOUND:
                self._storage.renew(self._key(kept.sha256))
            else:
                self._storage.keep(file, self._key(kept.sha256))
        return kept

    def _written(self, chunks: Iterable[bytes], file: IO[bytes], name: str) -> Kept:
        running, size, head = new_sha256(), 0, b""
        for chunk in chunks:
            size += len(chunk)
            if size > self._most:
                what = f"the file has more than {self._most:,} bytes"
                raise OversizedInput(what, where=name, fix="split it, or raise MILEPOST_EVIDENCE_MIB")
            running.update(chunk)
            head = head if len(head) >= HEAD else (head + chunk)[:HEAD]
            file.write(chunk)
        if not size:
            raise EmptyInput("the file is empty, and so no evidence", where=name, fix="give one that is not")
        file.flush()
        return Kept(running.hexdigest(), size, media_type(head))

    def read(self, sha256: str) -> IO[bytes]:
        """Return the bytes of a name, from their beginning; what is returned is what was hashed.

        Raises:
            EvidenceLost: they are missing, or are not what was put there.
            StorageFailed: they cannot be read now.
        """
        with ExitStack() as opened:
            copy: IO[bytes] = opened.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))
            with _told("cannot be read"):
                found = self._hashed(sha256, copy)
            if found != sha256:
                raise _lost(sha256, Condition.DAMAGED)
            opened.pop_all()
        copy.seek(0)
        return copy

    def _hashed(self, sha256: str, copy: IO[bytes] | None = None) -> str:
        running = new_sha256()
        try:
            source = self._storage.open(self._key(sha256))
        except FileNotFoundError as error:
            raise _lost(sha256, Condition.MISSING) from error
        with source:
            while chunk := source.read(_CHUNK):
                running.update(chunk)
                if copy is not None:
                    copy.write(chunk)
        return running.hexdigest()

    def condition(self, sha256: str) -> Condition:
        """Look at bytes as they lie there, all of them."""
        try:
            return Condition.SOUND if self._hashed(sha256) == sha256 else Condition.DAMAGED
        except EvidenceLost:
            return Condition.MISSING
        except OSError:
            return Condition.UNREADABLE

    def has(self, sha256: str) -> bool:
        """Tell whether something lies under a name, without looking at it."""
        try:
            with _told("cannot be read"):
                self._storage.open(self._key(sha256)).close()
        except FileNotFoundError:
            return False
        return True

    def kept_before(self, moment: datetime) -> Iterator[str]:
        """Yield the names of all bytes that were put there before a moment."""
        with _told("cannot be listed"):
            for each in self._storage.stored(self.organisation):
                name = each.key.rpartition("/")[2]
                if _SHA256.fullmatch(name) and each.since < moment.timestamp():
                    yield name

    def remove(self, sha256: str) -> None:
        """Remove bytes that nobody refers to any more."""
        with _told("cannot be removed"):
            self._storage.remove(self._key(sha256))

    def clear(self, before: datetime) -> int:
        """Remove what was left half written before a moment; return how many files."""
        with _told("cannot be removed"):
            return self._storage.clear(self.organisation, before.timestamp())

    def _key(self, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(sha256)
        return f"{self.organisation}/{sha256[:2]}/{sha256}"


def _lost(sha256: str, condition: Condition) -> EvidenceLost:
    said = "is missing" if condition is Condition.MISSING else "is not what was put there"
    return EvidenceLost(
        f"evidence {sha256[:12]} {said}",
        where="vault",
        fix="take it from a backup, or add the same file again: it is recognised by its content",
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what a storage complains about into one sentence."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise StorageFailed(
            f"evidence {what} ({reason})", where="vault", fix="see to the storage, then try again"
        ) from error
