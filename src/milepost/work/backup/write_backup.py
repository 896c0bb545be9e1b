"""Taking a backup: the database at one moment, the evidence it relies on, and what else lies in the home."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from milepost import __version__
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import EvidenceLost, StateConflict, StorageFailed
from milepost.vault.vault import Vault
from milepost.work.backup.archive import DATABASE, FORMAT, HOME, VAULT, BackupWriter, Manifest
from milepost.work.backup.databases import SQLITE, Copied, Database, copy_database

DATABASE_FILE: Final = "milepost.sqlite3"
PASSED_OVER: Final = frozenset({"uploads", "vault"})
"""Folders of the home that wait for a decision, or are backed up by what the database relies on."""

VaultIn = Callable[[Path, str], Vault]
"""Open the vault of an organisation that belongs to a home."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is backed up or restored: the home, its database, and its vaults."""

    home: Path
    database: Database
    vault_in: VaultIn


@dataclass(frozen=True, slots=True)
class BackupTaken:
    """A backup: its file, rows and files of evidence in it, evidence that was lost before, and its seal.

    `seal` is the SHA-256 of its manifest: kept elsewhere, it proves later that the backup is this one.
    """

    file: Path
    rows: int
    evidence: int
    missing: tuple[str, ...]
    seal: str


def write_backup(installation: Installation, out: Path, *, now: datetime) -> BackupTaken:
    """Write a backup, readable by its owner alone; whole or not at all, while others go on working.

    Raises:
        StateConflict: there is something at that place, or no database; PostgreSQL's programs are missing.
        WrongUse: the folder does not exist.
        StorageFailed: there is no room for it.
    """
    if out.exists():
        raise StateConflict("there is a file already", where=str(out), fix="choose another name")
    try:
        with saved(out) as file, TemporaryDirectory(dir=out.parent, prefix=".milepost-backup-") as folder:
            Path(file.name).chmod(0o600)
            with closing(BackupWriter(file)) as writer:
                copied = _add_database(writer, installation.database, Path(folder) / DATABASE)
                missing = tuple(_add_evidence(writer, copied, installation))
                _add_home(writer, installation.home)
                seal = writer.finish(_manifest(writer, installation, copied, missing, now))
    except OSError as error:
        what = f"the backup cannot be written ({error.strerror or error})"
        raise StorageFailed(what, where=str(out), fix="make room, then try again") from error
    kept = len(copied.relied) - len(missing)
    return BackupTaken(out, sum(copied.tables.values()), kept, missing, seal)


def _add_database(writer: BackupWriter, database: Database, copy: Path) -> Copied:
    copied = copy_database(database, copy)
    with copy.open("rb") as source:
        writer.add(DATABASE, source, packed=database.engine == SQLITE)
    copy.unlink()
    return copied


def _add_evidence(writer: BackupWriter, copied: Copied, installation: Installation) -> Iterator[str]:
    """Write the bytes that the database relies on; yield the names of those that the vault lost."""
    for each in copied.relied:
        try:
            with installation.vault_in(installation.home, each.organisation).read(each.sha256) as source:
                writer.add(f"{VAULT}{each.organisation}/{each.sha256}", source)
        except EvidenceLost:
            yield each.sha256


def _add_home(writer: BackupWriter, home: Path) -> None:
    """Write keys and settings: every plain file of the home that is not the database or beside it."""
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home)
        hidden = any(part.startswith(".") for part in name.parts)
        if hidden or name.parts[0] in PASSED_OVER or path.is_symlink() or not path.is_file():
            continue
        if not name.name.startswith(DATABASE_FILE):
            with path.open("rb") as source:
                writer.add(f"{HOME}{name.as_posix()}", source)


def _manifest(
    writer: BackupWriter,
    installation: Installation,
    copied: Copied,
    missing: tuple[str, ...],
    now: datetime,
) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=now.isoformat(timespec="seconds"),
        release=__version__,
        engine=installation.database.engine,
        migrations=copied.migrations,
        tables=copied.tables,
        parts=tuple(writer.parts),
        missing=missing,
    )
