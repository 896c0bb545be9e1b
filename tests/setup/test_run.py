"""`./run` says what it can do, and says clearly what is wrong before it does anything."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_lists_its_commands() -> None:
    """`./run --help` names its commands and succeeds."""
    asked = _run("--help")
    assert asked.returncode == 0
    for command in ("demo", "test", "check", "bench", "mutate", "fuzz", "milepost"):
        assert f"\n  {command} " in asked.stderr


def test_an_unknown_command_is_wrong_use() -> None:
    """A word that is no command changes nothing, shows the commands, and exits with 2."""
    asked = _run("destroy")
    assert asked.returncode == 2
    assert asked.stderr.startswith("Usage: ./run COMMAND")
    assert asked.stdout == ""


def test_without_a_python_it_says_what_to_install(tmp_path: Path) -> None:
    """Where no Python of 3.11 or newer can be found, one sentence names the package to install."""
    for tool in ("sh", "dirname"):
        (tmp_path / tool).symlink_to(f"/bin/{tool}" if Path(f"/bin/{tool}").exists() else f"/usr/bin/{tool}")
    asked = _run("demo", PATH=str(tmp_path))
    assert asked.returncode == 2
    assert "needs Python 3.11 or newer; install it" in asked.stderr


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment
    return subprocess.run(
        [ROOT / "run", *arguments], env=known, capture_output=True, text=True, check=False, cwd="/"
    )
