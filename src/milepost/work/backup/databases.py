"""Both databases, copied while in use and put back: SQLite by its API, PostgreSQL by its programs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from milepost.domain.errors import DamagedInput, StateConflict

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
_SQLITE_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)
_POSTGRESQL_TABLES: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
)
_CONTENT: Final = "SELECT organisation, sha256 FROM records_content ORDER BY organisation, sha256"
_MIGRATIONS: Final = "SELECT name FROM django_migrations WHERE app = 'records' ORDER BY name"

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Run a statement and return what it finds; what that is, is known where the statement stands."""


@dataclass(frozen=True, slots=True)
class Database:
    """Which database an installation has: SQLite in `file`, or PostgreSQL by libpq's `parameters`."""

    engine: str
    file: Path = Path()
    parameters: Mapping[str, str] = field(default_factory=dict)


class Relied(NamedTuple):
    """Bytes in the vault that a database relies on."""

    organisation: str
    sha256: str


class Copied(NamedTuple):
    """What a copy of a database holds: its migrations, the rows of each table, the bytes it relies on."""

    migrations: tuple[str, ...]
    tables: dict[str, int]
    relied: tuple[Relied, ...]


def copy_database(database: Database, out: Path) -> Copied:
    """Copy a database as it is at one moment, while others go on working with it.

    Raises:
        StateConflict: there is no database, or PostgreSQL's programs are missing or refuse.
    """
    return _copy_sqlite(database, out) if database.engine == SQLITE else _copy_postgresql(database, out)


def look_at(database: Database) -> Copied:
    """Return what a database holds now."""
    if database.engine == SQLITE:
        with closing(sqlite3.connect(f"{database.file.as_uri()}?mode=ro", uri=True)) as connection:
            return _held(lambda statement: connection.execute(statement).fetchall(), _SQLITE_TABLES)
    with _connected(database) as asked:
        return _held(asked, _POSTGRESQL_TABLES)


def is_empty(database: Database) -> bool:
    """Tell whether a PostgreSQL database has no table yet."""
    with _connected(database) as asked:
        return not asked(_POSTGRESQL_TABLES)


def check_sqlite(file: Path) -> None:
    """Check the whole of an SQLite database.

    Raises:
        DamagedInput: it is damaged.
    """
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise DamagedInput(
            f"the database is damaged ({said[:80]})", where="backup", fix="take another backup"
        )


def restore_postgresql(database: Database, dump: Path) -> None:
    """Put a dump into an empty database, in one transaction.

    Raises:
        StateConflict: PostgreSQL's programs are missing or refuse.
    """
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", [*options, f"--dbname={database.parameters['dbname']}", str(dump)], database)


def _copy_sqlite(database: Database, out: Path) -> Copied:
    if not database.file.is_file():
        raise StateConflict(
            "there is no database yet", where=str(database.file), fix="name the home with --home"
        )
    with (
        closing(sqlite3.connect(f"{database.file.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(out)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    return look_at(Database(SQLITE, out))


def _copy_postgresql(database: Database, out: Path) -> Copied:
    """Dump what one transaction sees, and look at the same."""
    with _connected(database) as asked:
        ((snapshot,),) = asked("SELECT pg_export_snapshot()")
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        _run("pg_dump", [*options, f"--dbname={database.parameters['dbname']}", f"--file={out}"], database)
        return _held(asked, _POSTGRESQL_TABLES)


def _held(asked: Ask, tables: str) -> Copied:
    names = [name for (name,) in asked(tables)]
    counts = {name: int(asked(f'SELECT count(*) FROM "{name}"')[0][0]) for name in names}  # noqa: S608 the database's own names
    if "records_content" not in names:
        raise StateConflict("the database is not that of this release", fix="run milepost migrate")
    return Copied(
        tuple(name for (name,) in asked(_MIGRATIONS)),
        counts,
        tuple(Relied(*row) for row in asked(_CONTENT)),
    )


@contextmanager
def _connected(database: Database) -> Iterator[Ask]:
    """Give a way to ask a PostgreSQL database within one transaction, of which nothing remains."""
    try:
        connection = psycopg.connect(make_conninfo(**database.parameters))
    except psycopg.OperationalError as error:
        what = f"the database cannot be reached ({str(error).strip().splitlines()[0]})"
        raise StateConflict(what, where="DATABASE_URL", fix="check the address, and that it runs") from error
    with closing(connection):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield lambda statement: connection.execute(statement.encode()).fetchall()


def _run(program: str, arguments: list[str], database: Database) -> None:
    found = shutil.which(program)
    if found is None:
        raise StateConflict(
            f"{program} is not installed",
            fix="install PostgreSQL's client programs (Debian: postgresql-client), of the server's version",
        )
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    given = {variable: database.parameters.get(name, "") for name, variable in names.items()}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    ended = subprocess.run(  # noqa: S603 PostgreSQL's own program, no shell
        [found, "--no-password", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["no reason given"]
        raise StateConflict(
            f"{program} refused ({said[0][:300]})",
            where="DATABASE_URL",
            fix="use programs of the server's version, and an account that may read all tables",
        )
