"""PostgreSQL goes back to a moment of our choice by the very settings that the documentation names."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests import postgres
from tests.conftest import missing

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "backup.md"
SECONDS = 60


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Recoverable]:
    """Start a server that keeps its log of changes as the page says."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with TemporaryDirectory(prefix="milepost-pitr-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "archive").mkdir()
        (folder / "archive").chmod(0o777)
        try:
            with postgres.recoverable(folder, documented("ini", folder)) as running:
                yield running
        except postgres.Unavailable as reason:
            missing(str(reason))


def documented(kind: str, folder: Path) -> dict[str, str]:
    """Return the settings in the page's blocks of a kind, with the archive in a folder of the test."""
    text = PAGE.read_text(encoding="utf-8").replace("/archive/", f"{folder}/archive/")
    blocks = "\n".join(re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL))
    found = re.findall(r"^\s*([a-z_]+) = ([^#\n]*)", blocks, re.MULTILINE)
    return {name: value.strip().strip("'") for name, value in found}


@pytest.mark.postgres
def test_back_to_the_moment_before_a_mistake(server: postgres.Recoverable) -> None:
    """What was written before the moment is there, also after the base backup; the mistake never happened."""
    folder = server.folder
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        server.run(
            "pg_basebackup",
            f"--pgdata={folder / 'base'}",
            f"--host={folder}",
            "--username=postgres",
            "--checkpoint=fast",
            "--wal-method=stream",
        )
        server.run("pg_verifybackup", str(folder / "base"))
        connection.execute("INSERT INTO kept SELECT generate_series(1001, 1500)")
        (moment,) = connection.execute("SELECT now()::text").fetchone() or ("",)
        time.sleep(0.05)
        connection.execute("DELETE FROM kept")
        archive_everything(connection)
    settings = documented("console", folder)
    settings["recovery_target_time"] = str(moment)
    (folder / "base" / "recovery.signal").touch()
    server.go_on_with(folder / "base", settings)
    with psycopg.connect(server.address) as connection:
        assert connection.execute("SELECT count(*), max(number) FROM kept").fetchone() == (1500, 1500)


def archive_everything(connection: psycopg.Connection) -> None:
    """End the present segment of the log, and wait until it is in the archive."""
    (wanted,) = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
    for _ in range(SECONDS * 10):
        found = connection.execute(
            "SELECT last_archived_wal >= %s FROM pg_stat_archiver", [wanted]
        ).fetchone()
        if found == (True,):
            return
        time.sleep(0.1)
    pytest.fail("the log was not archived")
