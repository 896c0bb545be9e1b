"""Fresh registers to measure in: an empty home, or an empty database of a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from bench import nessus_file
from bench.processes import MILEPOST, Run, run

SYSTEM = "Bench"

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Home:
    """A register with the one system `SYSTEM`: a folder for files, and the environment that names it."""

    folder: Path
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case is measured on: the database, its server's address (none for SQLite), how much of it.

    A `scale` below 1 makes every input smaller: that tries the bench itself, the figures mean nothing then.
    Of reading, only `formats` are measured, all where none is named; `keep` writes what is proved by it.
    """

    database: str
    server: str = ""
    scale: float = 1.0
    formats: tuple[str, ...] = ()
    keep: bool = False

    def scaled(self, size: int) -> int:
        """Return a size at this scale."""
        return max(1, round(size * self.scale))

    @contextmanager
    def fresh_home(self) -> Iterator[Home]:
        """Give a register that ends with the block."""
        with TemporaryDirectory(prefix="milepost-bench-") as name, _database(self.server) as address:
            folder = Path(name)
            environment = {"MILEPOST_HOME": str(folder / "home")}
            if address:
                environment["DATABASE_URL"] = address
            added = ("system", "add", SYSTEM, "--authority", "fedramp-rev5", "--impact", "moderate")
            run([*MILEPOST, *added], environment, folder)
            yield Home(folder, environment)


def warm_up() -> None:
    """Import a small report, so that what is measured afterwards finds Python's byte code, as users do."""
    with Ground("sqlite").fresh_home() as home:
        nessus_file.write(home.folder / "small.nessus", items=20, hosts=2, plugins=10)
        import_report(home, home.folder / "small.nessus")


def import_report(home: Home, path: Path) -> Run:
    """Import a report from the command line."""
    command = ("import", str(path), "--system", SYSTEM, "--json")
    return run([*MILEPOST, *command], home.environment, home.folder)


@contextmanager
def _database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    name = f"milepost_bench_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
