"""Run the tests: everything on SQLite, then all that touches the database once more on a real PostgreSQL.

With arguments: pytest with these, on SQLite or on what DATABASE_URL names.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from tests import postgres

_HERE = Path(__file__).parent
_PARALLEL = ["--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal"]
_PYTEST = [sys.executable, "-m", "pytest", *_PARALLEL, "--durations=12", "--cov", "--cov-report="]
_BYTECODE = Path(sys.prefix) / "share" / "bytecode"
"""Where the compiled modules are kept, so that not every process that a test starts compiles them again."""
_ON_THE_DATABASE = ("setup", "records", "ledger", "work", "cli", "web", "demo")
_NOT_AGAIN = ["-m", "not browser and not libreoffice"]
"""What does not depend on the database: how pages look, and what an office suite computes."""


def main(arguments: list[str]) -> int:
    """Run the suite on both databases and hold the coverage to its gate; 0 if all of it passed."""
    signal.signal(signal.SIGTERM, _terminate)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(_BYTECODE)
    if arguments:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
    results = {"SQLite": _on_sqlite(), "PostgreSQL": _on_postgresql(), "Coverage": _coverage()}
    for name, passed in results.items():
        sys.stdout.write(f"{name + ':':<12}{'passed' if passed else 'FAILED'}\n")
    return 0 if all(results.values()) else 1


def _on_sqlite() -> bool:
    _announce("The tests on SQLite")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(_PYTEST, env=environment, check=False).returncode == 0


def _on_postgresql() -> bool:
    _announce("The tests of everything that touches the database, on PostgreSQL")
    folders = [str(_HERE / name) for name in _ON_THE_DATABASE if (_HERE / name).is_dir()]
    try:
        with postgres.running() as address:
            environment = os.environ | {"DATABASE_URL": address}
            command = [*_PYTEST, "--cov-append", *_NOT_AGAIN, *folders]
            return subprocess.run(command, env=environment, check=False).returncode == 0
    except postgres.Unavailable as reason:
        sys.stdout.write(f"Skipped: {reason}\n")
        return os.environ.get("CI") != "true"


def _coverage() -> bool:
    """Hold the lines and branches run by either to `fail_under`; show the gaps only where it fails."""
    _announce("Coverage of both")
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report"], capture_output=True, text=True, check=False
    )
    passed = report.returncode == 0
    lines = (report.stdout + report.stderr).strip().splitlines()
    sys.stdout.write("\n".join(line for line in lines if not passed or line.startswith("TOTAL")) + "\n")
    return passed


def _announce(what: str) -> None:
    sys.stdout.write(f"\n{what}\n")
    sys.stdout.flush()


def _terminate(number: int, _frame: FrameType | None) -> None:
    """Unwind on SIGTERM, so that the server that was started here is ended."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
