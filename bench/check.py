"""A plan of ten thousand rows under all rules, from the command line, start-up included."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import load_workbook

from bench.figures import Figure, Limit
from bench.homes import Ground
from bench.poam_rows import poam
from bench.processes import MILEPOST, run
from bench.timing import Stopwatch
from milepost.authorities.fedramp.workbook import write_workbook

ROWS = 10_000
RUNS = 5

_SECONDS = 3
_MEGABYTES = 250


def measure(ground: Ground) -> Iterator[Figure]:
    """Check a FedRAMP workbook; the least is to read its cells."""
    limits, walls, peaks = [], [], []
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        folder = Path(name)
        path = folder / "plan.xlsx"
        write_workbook(poam(ground.scaled(ROWS)), path, layout="2.1")
        for _ in range(RUNS):
            limits.append(_cells_alone(path))
            command = ("check", path.name, "--as-of", "2026-03-02", "--fail-on", "never")
            done = run([*MILEPOST, *command], {}, folder)
            walls.append(done.wall)
            peaks.append(done.peaks.together)
    limit = Limit("cells alone", limits)
    yield Figure("Check of 10,000 rows, command line", "-", "s", walls, _SECONDS, limit)
    yield Figure("Check of 10,000 rows, memory", "-", "MB", peaks, _MEGABYTES)


def _cells_alone(path: Path) -> float:
    watch = Stopwatch()
    workbook = load_workbook(path)
    for sheet in workbook.sheet_names:
        workbook.get_sheet_by_name(sheet).to_python()
    return watch.read()["wall"]
