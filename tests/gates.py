"""What is checked without running the product; `python -m tests.gates [NAME…]` runs all or some."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_BIN = Path(sys.executable).parent
_TYPED = [name for name in ("src", "tests", "bench", "bootstrap.py") if Path(name).exists()]
GATES = {
    "style": [str(_BIN / "ruff"), "check", "."],
    "layout": [str(_BIN / "ruff"), "format", "--check", "."],
    "types": [str(_BIN / "mypy"), *_TYPED],
    "imports": [str(_BIN / "lint-imports"), "--no-cache", "--no-logo"],
    "dead": [str(_BIN / "vulture")],
    "migrations": [str(_BIN / "django-admin"), "makemigrations", "--check", "--dry-run"],
}


def main(names: list[str]) -> int:
    """Run each gate to its end, then say which held; 2 for an unknown name, 1 if any gate failed."""
    if unknown := set(names) - set(GATES):
        sys.stderr.write(f"No such gate: {', '.join(sorted(unknown))}; there are {', '.join(GATES)}.\n")
        return 2
    with TemporaryDirectory() as home:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "milepost.settings",
            "MILEPOST_HOME": home,
            "PYTHONPATH": "src",
        }
        held = {name: _holds(name, environment) for name in names or GATES}
    for name, passed in held.items():
        sys.stdout.write(f"{name + ':':<12}{'holds' if passed else 'BROKEN'}\n")
    return 0 if all(held.values()) else 1


def _holds(name: str, environment: dict[str, str]) -> bool:
    sys.stdout.write(f"\n{name}\n")
    sys.stdout.flush()
    return subprocess.run(GATES[name], env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
