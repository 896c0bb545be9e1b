"""Putting a backup back: everything is checked beside the place first, then put there in one step."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from milepost.domain.errors import DamagedInput, StateConflict, StorageFailed, WrongUse
from milepost.work.backup.archive import DATABASE, HOME, VAULT, BackupReader, Part
from milepost.work.backup.databases import (
    SQLITE,
    Database,
    check_sqlite,
    is_empty,
    look_at,
    restore_postgresql,
)
from milepost.work.backup.write_backup import DATABASE_FILE, Installation

SIGNING_KEY: Final = "secret.key"
_MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "records" / "migrations"


@dataclass(frozen=True, slots=True)
class BackupRestored:
    """What was put back: when it was made, rows, files of evidence, its seal, where the old home is now."""

    made_at: str
    rows: int
    evidence: int
    missing: tuple[str, ...]
    seal: str
    set_aside: Path | None


def restore_backup(file: Path, into: Installation, *, replace: bool = False) -> BackupRestored:
    """Put a backup into an empty home, or with `replace` in the place of one, which is set aside.

    Nothing is touched before every part was found to be what the manifest says. A PostgreSQL database has to
    be empty in any case.

    Raises:
        InputRefused: the file is no backup, is damaged, or was built to do harm.
        StateConflict: home or database are not empty, or the backup is of another kind of database or of a
            newer release.
        StorageFailed: there is no room for it.
        WrongUse: the folder around the home does not exist.
    """
    with closing(BackupReader(file)) as backup, _refusals(into.home):
        _check(backup, into, replace=replace)
        with _staged(into.home) as staging:
            _unpack(backup, into, staging)
            if into.database.engine == SQLITE:
                _check_rows(backup, staging / DATABASE_FILE)
            else:
                restore_postgresql(into.database, staging / DATABASE)
                (staging / DATABASE).unlink()
            aside = _put_in_place(staging, into.home)
    manifest = backup.manifest
    evidence = sum(part.name.startswith(VAULT) for part in manifest.parts)
    rows = sum(manifest.tables.values())
    return BackupRestored(manifest.made_at, rows, evidence, manifest.missing, backup.sha256, aside)


def _check(backup: BackupReader, into: Installation, *, replace: bool) -> None:
    """Refuse what could not end well, before anything is unpacked."""
    manifest, engine = backup.manifest, into.database.engine
    if manifest.engine != engine:
        what = f"the backup is of {manifest.engine[:20]}, and this installation has {engine}"
        raise StateConflict(what, where="DATABASE_URL", fix="restore it into the same kind of database")
    if DATABASE not in (part.name for part in manifest.parts):
        raise DamagedInput("there is no database in it", where="backup", fix="take another backup")
    known = {path.stem for path in _MIGRATIONS.glob("0*.py")}
    if not known.issuperset(manifest.migrations):
        what = f"the backup was made by a newer release ({manifest.release[:20]})"
        raise StateConflict(what, fix="restore it with that release")
    if not into.home.parent.is_dir():
        raise WrongUse("the folder does not exist", where=str(into.home.parent), fix="create it first")
    if into.home.is_mount():
        raise StateConflict("the home is a mount of its own", where=str(into.home), fix="name a folder in it")
    if not replace and _holds_something(into.home):
        what = "there is something in the home already"
        raise StateConflict(what, where=str(into.home), fix="name an empty one, or say --replace")
    if engine != SQLITE and not is_empty(into.database):
        what = "the database holds tables already"
        raise StateConflict(what, where="DATABASE_URL", fix="make an empty database, and name that")


@contextmanager
def _staged(home: Path) -> Iterator[Path]:
    """Give a folder beside the home that is gone afterwards, unless it became the home."""
    staging = home.with_name(f".{home.name}.restoring-{secrets.token_hex(4)}")
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unpack(backup: BackupReader, into: Installation, staging: Path) -> None:
    """Unpack every part, and check each; evidence goes through the vault, which hashes it once more."""
    for part in backup.manifest.parts:
        if part.name.startswith(VAULT):
            _, organisation, sha256 = part.name.split("/")
            kept = into.vault_in(staging, organisation).put(backup.chunks(part), part.name)
            if kept.sha256 != sha256:
                raise DamagedInput(
                    f"{part.name} is not what it is called", where="backup", fix="take another"
                )
            continue
        with _opened(staging / _place(part, into.database.engine)) as target:
            for chunk in backup.chunks(part):
                target.write(chunk)


def _place(part: Part, engine: str) -> str:
    if part.name == DATABASE:
        return DATABASE_FILE if engine == SQLITE else DATABASE
    return part.name.removeprefix(HOME)


def _opened(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path.open("xb")
    path.chmod(0o600)
    return file


def _check_rows(backup: BackupReader, file: Path) -> None:
    check_sqlite(file)
    if look_at(Database(SQLITE, file)).tables != backup.manifest.tables:
        raise DamagedInput(
            "the database has other rows than the manifest says", where="backup", fix="take another"
        )


def _holds_something(home: Path) -> bool:
    """Tell whether a home was used: every command makes the key that signs cookies, this one too."""
    return home.exists() and any(path.name != SIGNING_KEY for path in home.iterdir())


def _put_in_place(staging: Path, home: Path) -> Path | None:
    """Let the finished folder be the home; one that holds something is set aside, never removed."""
    aside = None
    if _holds_something(home):
        aside = home.with_name(f"{home.name}.before-{secrets.token_hex(4)}")
        home.rename(aside)
    (home / SIGNING_KEY).unlink(missing_ok=True)
    staging.rename(home)
    return aside


@contextmanager
def _refusals(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"the backup cannot be restored ({error.strerror or error})"
        raise StorageFailed(what, where=str(home), fix="see to the disk, then try again") from error
