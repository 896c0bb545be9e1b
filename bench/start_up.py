"""How long a command takes that has next to nothing to do."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import nessus_file
from bench.figures import Figure, Limit
from bench.homes import Ground
from bench.processes import MILEPOST, run

RUNS = 15

_VERSION_SECONDS = 0.15
_READ_SECONDS = 0.3


def measure(ground: Ground) -> Iterator[Figure]:
    """Start the bare Python, `milepost --version` and `milepost read` in turn."""
    del ground
    bare, version, read = [], [], []
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        folder = Path(name)
        nessus_file.write(folder / "small.nessus", items=20, hosts=2, plugins=10)
        for _ in range(RUNS):
            bare.append(_seconds([sys.executable, "-c", "pass"], folder))
            version.append(_seconds([*MILEPOST, "--version"], folder))
            read.append(_seconds([*MILEPOST, "read", "small.nessus", "--json"], folder))
    limit = Limit("bare Python", bare)
    yield Figure("milepost --version", "-", "s", version, _VERSION_SECONDS, limit)
    yield Figure("milepost read, a small file", "-", "s", read, _READ_SECONDS, limit)


def _seconds(command: list[str], folder: Path) -> float:
    return run(command, {}, folder, watched=False).wall
