"""A Trivy report on a very weak image into the register, again, and once more as another scan of the same."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import trivy_file
from bench.figures import Figure, Limit
from bench.homes import Ground, import_report
from bench.processes import Run, inside

FINDINGS = 20_000
WEAKNESSES = 6_000
RUNS = 5

_SECONDS = 3
_SECONDS_AGAIN = 1
_MEGABYTES = 300
_TITLES = {
    "Trivy, first import": _SECONDS,
    "Trivy, the same file again": _SECONDS_AGAIN,
    "Trivy, another scan, same findings": _SECONDS_AGAIN,
}


def measure(ground: Ground) -> Iterator[Figure]:
    """Import the three in fresh registers, several times, each time beside the bare decoding of the JSON."""
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        first, second = Path(name) / "first.json", Path(name) / "second.json"
        sizes = ground.scaled(FINDINGS), ground.scaled(WEAKNESSES)
        trivy_file.write(first, *sizes)
        trivy_file.write(second, *sizes, day=2)
        limits, rounds = [], []
        for _ in range(RUNS):
            limits.append(inside("limits", "bare_json", first)["wall"])
            rounds.append(_round(ground, first, first, second))
    limit = Limit("bare JSON", limits)
    for (title, seconds), runs in zip(_TITLES.items(), zip(*rounds, strict=True), strict=True):
        details: dict[str, object] = {"processor_seconds": [each.cpu for each in runs]}
        walls = [each.wall for each in runs]
        yield Figure(title, ground.database, "s", walls, seconds, limit, details=details)
    peaks = [[each.peaks.together for each in runs] for runs in zip(*rounds, strict=True)]
    yield Figure("Trivy, first import, memory", ground.database, "MB", peaks[0], _MEGABYTES)
    yield Figure("Trivy, another scan, memory", ground.database, "MB", peaks[2], _MEGABYTES)


def _round(ground: Ground, *paths: Path) -> list[Run]:
    with ground.fresh_home() as home:
        return [import_report(home, path) for path in paths]
