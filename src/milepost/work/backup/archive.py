"""The file of a backup: a zip whose last entry is a manifest with the size and SHA-256 of every other."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused, StateConflict, UnknownFormat

FORMAT: Final = "milepost-backup-1"
"""The layout of the file."""
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
HOME: Final = "home/"
VAULT: Final = "vault/"
_CHUNK: Final = 1 << 18
_PLAIN: Final = r"[^./\\\x00-\x1f\x7f\ud800-\udfff][^/\\\x00-\x1f\x7f\ud800-\udfff]*"
_NAME: Final = re.compile(
    r"database|tables/[a-z]{1,60}|vault/[a-z0-9][a-z0-9-]{0,62}/[0-9a-f]{64}"
    rf"|home/(?:{_PLAIN}/)*{_PLAIN}"
)
_UNSOUND: Final = (BadZipFile, EOFError, RuntimeError, zlib.error)
"""How the standard library complains about a damaged zip, one that claims to be encrypted included."""
_AGAIN: Final = "take another backup"


class Part(msgspec.Struct, frozen=True):
    """One entry: its name, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a backup; `tables` counts rows; `subject` is the system that it is about, empty for all.

    `missing` names evidence that the vault itself had lost, `checkpoint` how far its ledger went.
    """

    format: str
    made_at: str
    release: str
    engine: str
    subject: str = ""
    migrations: tuple[str, ...]
    tables: dict[str, int]
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()
    checkpoint: str = ""


class BackupWriter:
    """Writes the parts of a backup one after the other, and remembers what each was."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin a backup in a file."""
        self._packed = ZipFile(file, "w", ZIP_STORED)
        self.parts: list[Part] = []

    def close(self) -> None:
        """End the file, whatever it holds so far."""
        self._packed.close()

    def add(self, name: str, source: IO[bytes], *, packed: bool = False) -> None:
        """Write one part; evidence is mostly packed already, a database is not.

        Raises:
            StateConflict: its name is one that would be refused at the restore.
        """
        if not _NAME.fullmatch(name):
            raise StateConflict("a name is not plain", where=ascii(name)[:120], fix="rename the file")
        running, size = hashlib.sha256(), 0
        entry = ZipInfo(name)
        entry.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        entry.external_attr = 0o600 << 16
        with self._packed.open(entry, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                running.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.parts.append(Part(name, size, running.hexdigest()))

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest as the last part; return its SHA-256."""
        body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self._packed.writestr(ZipInfo(MANIFEST), body)
        return hashlib.sha256(body).hexdigest()


class BackupReader:
    """Reads a backup; every part is checked against the manifest while it is read."""

    def __init__(self, file: Path, layout: str = FORMAT) -> None:
        """Open a file of a layout and check that it holds what its manifest lists, no more and no less.

        Raises:
            InputRefused: the file cannot be read.
            UnknownFormat: it is no backup of Milepost.
            DamagedInput: parts are missing or cut off.
            HostileInput: names in it lead elsewhere.
        """
        self._where = file.name
        try:
            self._packed = ZipFile(file)
            body = self._packed.read(MANIFEST)
            self.manifest = msgspec.json.decode(body, type=Manifest)
        except OSError as error:
            what = f"the file cannot be read ({error.strerror or error})"
            raise InputRefused(what, where=self._where, fix="check the name") from error
        except (*_UNSOUND, KeyError, msgspec.MsgspecError) as error:
            what = "this is no whole file of Milepost"
            raise UnknownFormat(what, where=self._where, fix=_AGAIN) from error
        self.sha256 = hashlib.sha256(body).hexdigest()
        self._check(layout)

    def _check(self, layout: str) -> None:
        if self.manifest.format != layout:
            what = f"the file has the layout {self.manifest.format[:40]!r}, not {layout!r}"
            fix = "take backups with milepost restore, systems with milepost system import"
            raise UnknownFormat(what, where=self._where, fix=fix)
        listed = [part.name for part in self.manifest.parts]
        if bad := [name for name in listed if not _NAME.fullmatch(name)]:
            raise HostileInput(f"the name {bad[0][:80]!r} leads elsewhere", where=self._where, fix=_AGAIN)
        if sorted([*listed, MANIFEST]) != sorted(self._packed.namelist()):
            raise DamagedInput("the file does not hold what it lists", where=self._where, fix=_AGAIN)

    def chunks(self, part: Part) -> Iterator[bytes]:
        """Yield the bytes of a part; what is not as the manifest says ends in an error.

        Raises:
            DamagedInput: the bytes are not those that were written.
        """
        running, left = hashlib.sha256(), part.size
        try:
            with self._packed.open(part.name) as source:
                while chunk := source.read(min(_CHUNK, left + 1)):
                    left -= len(chunk)
                    if left < 0:
                        break
                    running.update(chunk)
                    yield chunk
        except (*_UNSOUND, OSError, ValueError) as error:
            raise self._damaged(part) from error
        if left or running.hexdigest() != part.sha256:
            raise self._damaged(part)

    def close(self) -> None:
        """Close the file."""
        self._packed.close()

    def _damaged(self, part: Part) -> DamagedInput:
        return DamagedInput(f"{part.name[:80]} is damaged in the backup", where=self._where, fix=_AGAIN)
