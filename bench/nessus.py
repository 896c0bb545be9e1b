"""A large Nessus file from the command line into the register, and the next month's file after it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import nessus_file
from bench.figures import Figure, Limit
from bench.homes import Ground, import_report
from bench.processes import Run, inside

ITEMS = 200_000
HOSTS = 1_300
PLUGINS = 4_000
CHANGED = 0.1
RUNS = 5

_TIMES = 4
_MEGABYTES = 250
_FINDINGS_PER_STATEMENT = 1_000


class _Round(NamedTuple):
    """One round: bare expat (s), then both imports into a fresh register."""

    expat: float
    first: Run
    second: Run


def measure(ground: Ground) -> Iterator[Figure]:
    """Import both files in fresh registers, several times, each time beside bare expat."""
    items = ground.scaled(ITEMS)
    sizes = (items, ground.scaled(HOSTS), ground.scaled(PLUGINS))
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        first, second = Path(name) / "first.nessus", Path(name) / "second.nessus"
        nessus_file.write(first, *sizes)
        nessus_file.write(second, *sizes, changed=CHANGED)
        rounds = [_round(ground, first, second) for _ in range(RUNS)]
        with ground.fresh_home() as home:
            counts = inside("in_register", "statements", first, second, environment=home.environment)
    limit = Limit("bare expat", [each.expat for each in rounds])
    imports = {
        ".nessus, first import": [each.first for each in rounds],
        ".nessus, second import": [each.second for each in rounds],
    }
    for place, (title, runs) in enumerate(imports.items()):
        yield _time(ground, title, runs, limit)
        yield _memory(ground, f"{title}, memory", runs)
        allowed = items / _FINDINGS_PER_STATEMENT
        yield Figure(f"{title}, SQL", ground.database, "statements", [counts[str(place)]], allowed)


def _round(ground: Ground, first: Path, second: Path) -> _Round:
    expat = inside("limits", "bare_expat", first)["wall"]
    with ground.fresh_home() as home:
        return _Round(expat, import_report(home, first), import_report(home, second))


def _time(ground: Ground, title: str, runs: list[Run], limit: Limit) -> Figure:
    walls = [each.wall for each in runs]
    details: dict[str, object] = {"processor_seconds": [each.cpu for each in runs]}
    return Figure(title, ground.database, "s", walls, limit=limit, times=_TIMES, details=details)


def _memory(ground: Ground, title: str, runs: list[Run]) -> Figure:
    together = [each.peaks.together for each in runs]
    details: dict[str, object] = {
        "parent": [each.peaks.parent for each in runs],
        "reader": [each.peaks.children for each in runs],
    }
    return Figure(title, ground.database, "MB", together, _MEGABYTES, details=details)
