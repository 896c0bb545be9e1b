"""Backup and restore: what comes back is what was there, bit for bit, or nothing comes back at all."""

import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from milepost.domain.errors import MilepostError, StateConflict, StorageFailed, WrongUse
from milepost.vault.opening import opened
from milepost.vault.vault import Vault
from milepost.work.backup.databases import POSTGRESQL, SQLITE, Database, look_at
from milepost.work.backup.restore_backup import restore_backup
from milepost.work.backup.write_backup import Installation, write_backup

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
_FILL = """
import sys
from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
for line in sys.stdin.read().splitlines():
    if exit_code_of(milepost, line.split("|")):
        sys.exit(line)
"""
_STORY = (
    "system|add|Foundry|--authority|cmmc-l2|--impact|2",
    "item|add|--system|Foundry|--name|No MFA|--by|Ines",
    "evidence|add|V-1|{files}/a.pdf|{files}/b.txt|--by|Sam",
    "evidence|add|V-1|{files}/c.txt|--version-of|E-2|--by|Sam",
    "ledger|key",
)


def vault_in(home: Path, organisation: str) -> Vault:
    """Open the vault in a home."""
    return opened(str(home / "vault"), most_bytes=1 << 40, clock=lambda: NOW, organisation=organisation)


def run(home: Path, address: str, *lines: str) -> str:
    """Run commands in a home and a database; return what they said."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MILEPOST")},
        "PYTHONPATH": str(ROOT / "src"),
        "MILEPOST_HOME": str(home),
        "DATABASE_URL": address,
    }
    given = "\n".join(lines)
    ended = subprocess.run(
        [sys.executable, "-c", _FILL],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return the commands that fill an installation, with their files."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "a.pdf").write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 40)
    (folder / "b.txt").write_text("before")
    (folder / "c.txt").write_text("after")
    return tuple(line.format(files=folder) for line in _STORY)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, story: tuple[str, ...]) -> Installation:
    """Return an installation on SQLite with evidence and a key."""
    home = tmp_path_factory.mktemp("installation") / "home"
    run(home, "", *story)
    (home / "keys").mkdir()
    (home / "keys" / "ledger.key").write_text("a key")
    (home / "keys" / "Größe, mit Raum.toml").write_text("settings")
    (home / "uploads").mkdir()
    (home / "uploads" / "waiting.scan").write_text("not kept")
    return sqlite(home)


def sqlite(home: Path) -> Installation:
    """Describe an installation on SQLite."""
    return Installation(home, Database(SQLITE, home / "milepost.sqlite3"), vault_in)


@pytest.fixture(scope="module")
def taken(filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of it."""
    out = tmp_path_factory.mktemp("backup") / "milepost.backup"
    write_backup(filled, out, now=NOW)
    return out


def kept(home: Path) -> dict[str, bytes]:
    """Return every file of a home that is no database and no upload."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and "sqlite3" not in path.name and "uploads" not in path.parts
    }


def test_restore_drill_on_sqlite(filled: Installation, taken: Path, tmp_path: Path) -> None:
    """Into an empty home come the same rows, evidence, keys and settings; commands work on."""
    assert taken.stat().st_mode & 0o777 == 0o600
    into = sqlite(tmp_path / "new")
    done = restore_backup(taken, into)
    assert (done.evidence, done.missing, done.set_aside) == (3, (), None)
    assert look_at(into.database) == look_at(filled.database)
    assert kept(into.home) == kept(filled.home)
    assert {"keys/ledger.key", "secret.key"} < set(kept(into.home))
    assert not (into.home / "uploads").exists()
    said = run(into.home, "", "evidence|verify", "evidence|list|V-1")
    assert "3 files, 10,260 bytes: all as they were put there." in said
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_system_goes_to_another_installation(filled: Installation, tmp_path: Path) -> None:
    """By commands: exported here, taken in there, with its items and its evidence; a second time refused."""
    file = tmp_path / "foundry.milepost"
    said = run(filled.home, "", f"system|export|Foundry|-o|{file}")
    assert f"Wrote Foundry to {file}" in said
    there = tmp_path / "there"
    said = run(there, "", f"system|import|{file}", "evidence|verify", "evidence|list|V-1")
    assert "3 files of evidence" in said
    assert "all as they were put there" in said
    assert "E-2 b.txt: version 2" in said
    with pytest.raises(AssertionError, match="a system named Foundry already"):
        run(there, "", f"system|import|{file}")


@pytest.fixture
def databases(postgresql_url: str) -> Iterator[tuple[str, str]]:
    """Give the addresses of two empty databases."""
    names = ("backup_from", "backup_into")
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    parts = urlsplit(postgresql_url)
    yield tuple(parts._replace(path=f"/{name}").geturl() for name in names)  # type: ignore[misc] # two names
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.mark.postgres
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
def test_restore_drill_on_postgresql(
    databases: tuple[str, str], story: tuple[str, ...], tmp_path: Path
) -> None:
    """An empty database and home become what was backed up; a full one is left alone."""
    old, new = databases
    run(tmp_path / "old", old, *story)
    run(tmp_path / "old", old, f"backup|-o|{tmp_path / 'file'}")
    said = run(tmp_path / "new", new, f"restore|{tmp_path / 'file'}|--json")
    assert json.loads(said.splitlines()[0])["evidence"] == 3
    assert look_at(postgresql(new)) == look_at(postgresql(old))
    assert kept(tmp_path / "new") == kept(tmp_path / "old")
    said = run(tmp_path / "new", new, "evidence|verify", "ledger|verify")
    assert said.count("all as they were put there") == 1
    assert said.count("all as they were written") == 2
    again = Installation(tmp_path / "third", postgresql(new), vault_in)
    with pytest.raises(StateConflict, match="holds tables already"):
        restore_backup(tmp_path / "file", again)
    with pytest.raises(StateConflict, match="same kind of database"):
        restore_backup(tmp_path / "file", sqlite(tmp_path / "third"))


def postgresql(address: str) -> Database:
    """Describe a PostgreSQL by its address."""
    return Database(
        POSTGRESQL, parameters={name: str(each) for name, each in conninfo_to_dict(address).items()}
    )


def test_home_that_holds_something_is_left_alone(taken: Path, tmp_path: Path) -> None:
    """Without `replace` nothing happens to it; with it the old home is set aside, not removed."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine").write_text("mine")
    with pytest.raises(StateConflict, match="--replace"):
        restore_backup(taken, sqlite(home))
    assert kept(home) == {"mine": b"mine"}
    done = restore_backup(taken, sqlite(home), replace=True)
    assert done.set_aside is not None
    assert kept(done.set_aside) == {"mine": b"mine"}
    assert "secret.key" in kept(home)


def test_damaged_backup_restores_nothing(taken: Path, filled: Installation, tmp_path: Path) -> None:
    """60 flipped bits and 20 cuts: refused with no trace, or all that matters is there."""
    chance = random.Random(7)  # noqa: S311 the same bits in every run
    whole = taken.read_bytes()
    spoiled = tmp_path / "spoiled"
    flips = [whole[: len(whole) * part // 20] for part in range(20)]
    for _ in range(60):
        place = chance.randrange(len(whole))
        flips.append(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    refused = 0
    for body in flips:
        spoiled.write_bytes(body)
        home = tmp_path / "home"
        try:
            restore_backup(spoiled, sqlite(home))
        except MilepostError:
            refused += 1
            assert [path.name for path in tmp_path.iterdir()] == ["spoiled"]
        else:
            assert kept(home) == kept(filled.home)
            shutil.rmtree(home)
    assert refused >= 70


def test_hostile_names_are_refused(taken: Path, tmp_path: Path) -> None:
    """A backup whose parts lead out of the home, or that holds more than it lists, is not unpacked."""
    for name in ("home/../../out", "/etc/x", "home/a\\b", "vault/../x", "home/milepost.sqlite3/../../x"):
        with zipfile.ZipFile(taken) as good, zipfile.ZipFile(tmp_path / "bad", "w") as bad:
            manifest = json.loads(good.read("manifest.json"))
            manifest["parts"].append({"name": name, "size": 1, "sha256": "0" * 64})
            for part in good.namelist()[:-1]:
                bad.writestr(part, good.read(part))
            bad.writestr(name, "x")
            bad.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(MilepostError, match="leads elsewhere"):
            restore_backup(tmp_path / "bad", sqlite(tmp_path / "home"))
    with zipfile.ZipFile(taken) as good, zipfile.ZipFile(tmp_path / "bad", "w") as bad:
        for part in good.namelist():
            bad.writestr(part, good.read(part))
        bad.writestr("home/more", "x")
    with pytest.raises(MilepostError, match="does not hold what it lists"):
        restore_backup(tmp_path / "bad", sqlite(tmp_path / "home"))
    assert [path.name for path in tmp_path.iterdir()] == ["bad"]


def test_newer_release_is_told(taken: Path, tmp_path: Path) -> None:
    """A backup with a migration that this release does not know is not put in place."""
    with zipfile.ZipFile(taken) as good, zipfile.ZipFile(tmp_path / "newer", "w") as newer:
        for part in good.namelist():
            body = good.read(part).replace(b'"0001_the_register"', b'"9999_the_future"')
            newer.writestr(part, body)
    with pytest.raises(StateConflict, match="newer release"):
        restore_backup(tmp_path / "newer", sqlite(tmp_path / "home"))


def test_lost_evidence_does_not_keep_the_rest_from_being_backed_up(taken: Path, tmp_path: Path) -> None:
    """What the vault lost before is named in the backup and at the restore; everything else is there."""
    into = sqlite(tmp_path / "home")
    restore_backup(taken, into)
    gone = next(path for path in (into.home / "vault").rglob("*") if path.is_file())
    gone.unlink()
    again = write_backup(into, tmp_path / "again", now=NOW)
    assert (again.missing, again.evidence) == ((gone.name,), 2)
    assert restore_backup(tmp_path / "again", sqlite(tmp_path / "third")).missing == (gone.name,)


def test_backup_is_whole_or_not_there(
    filled: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a file in the way, no database: nothing half done is left, and the sentence says why."""
    out = tmp_path / "out"
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _full)
        with pytest.raises(StorageFailed, match="No space left"):
            write_backup(filled, out, now=NOW)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StateConflict, match="no database yet"):
        write_backup(sqlite(tmp_path / "none"), out, now=NOW)
    with pytest.raises(WrongUse, match="does not exist"):
        write_backup(filled, tmp_path / "none" / "out", now=NOW)
    out.touch()
    with pytest.raises(StateConflict, match="already"):
        write_backup(filled, out, now=NOW)


def _full(_: int) -> None:
    raise OSError(28, os.strerror(28))


def test_name_that_could_not_be_restored_is_told_before(taken: Path, tmp_path: Path) -> None:
    """A file of the home with a line end in its name stops the backup, not the restore of it years later."""
    into = sqlite(tmp_path / "home")
    restore_backup(taken, into)
    (into.home / "odd\nname").touch()
    with pytest.raises(StateConflict, match="rename the file"):
        write_backup(into, tmp_path / "out", now=NOW)
