"""A fresh register for each measurement: an empty home, or an empty database of a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from bench.processes import MILEPOST, run

SYSTEM = "Bench"

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Home:
    """A register with the one system `SYSTEM`: where its files are, and the environment that names it."""

    folder: Path
    environment: dict[str, str]


@contextmanager
def fresh_home(server: str) -> Iterator[Home]:
    """Give a register that ends with the block; `server` is the address of a PostgreSQL, empty for SQLite."""
    with TemporaryDirectory(prefix="milepost-bench-") as name, _database(server) as address:
        folder = Path(name)
        environment = {"MILEPOST_HOME": str(folder / "home")} | ({"DATABASE_URL": address} if address else {})
        added = ("system", "add", SYSTEM, "--authority", "fedramp-rev5", "--impact", "moderate")
        run([*MILEPOST, *added], environment, folder)
        yield Home(folder, environment)


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
