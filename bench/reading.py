"""How fast each format is read, beside the bare parser on the same bytes, and in how much memory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import reading_files
from bench.figures import Figure, Limit
from bench.homes import Ground
from bench.processes import Failed, inside
from bench.reading_speed import bare
from milepost.scanners import quality, scanner_named
from milepost.scanners.quality import MOST_TIMES, Proof
from tests import proofs

BYTES = 20 << 20
LARGE_BYTES = 300 << 20
RUNS = 3

_STREAMING = "streaming"
_MEGABYTES = 150


def measure(ground: Ground) -> Iterator[Figure]:
    """Read a made report of every format, or of those asked for; the memory of those that say they stream."""
    shown: dict[str, Proof] = {}
    for name in ground.formats or reading_files.formats():
        with TemporaryDirectory(prefix="milepost-bench-") as folder:
            path = Path(folder) / name
            try:
                yield _speed(name, path, ground, shown)
                if scanner_named(name).about.memory.startswith(_STREAMING):
                    yield _memory(name, path, ground, shown)
            except Failed as failed:
                yield Figure(f"Reading {name}", "-", "s", skipped=str(failed).strip().rpartition("\n")[2])
    if ground.keep:
        _keep(shown)


def _speed(name: str, path: Path, ground: Ground, shown: dict[str, Proof]) -> Figure:
    records = reading_files.write(name, path, ground.scaled(BYTES))
    measured = inside("reading_speed", "compare", path, RUNS)
    _check(name, measured, records)
    shown[name] = Proof(ratio=round(measured["cpu"] / measured["bare"], 2))
    limit = Limit(bare(path)[0], [measured["bare"]])
    details: dict[str, object] = {"bytes": path.stat().st_size, **measured}
    runs = [measured["cpu"]]
    return Figure(f"Reading {name}", "-", "s", runs, limit=limit, times=MOST_TIMES, details=details)


def _memory(name: str, path: Path, ground: Ground, shown: dict[str, Proof]) -> Figure:
    reading_files.write(name, path, ground.scaled(LARGE_BYTES))
    measured = inside("reading_speed", "read", path)
    shown[name] = replace(shown[name], megabytes=round(measured["own_peak"]))
    details: dict[str, object] = {"bytes": path.stat().st_size, **measured}
    return Figure(f"Reading {name}, memory", "-", "MB", [measured["own_peak"]], _MEGABYTES, details=details)


def _check(name: str, measured: dict[str, float], records: int) -> None:
    """See that what was measured is reading: nearly every record says something, and few are problems."""
    said = measured["findings"] + measured["statements"]
    if said < records / 2 or measured["problems"] > records / 100:
        counts = {key: measured[key] for key in ("findings", "statements", "assets", "problems")}
        raise Failed(f"the made report of {name} has {records} records, but was read as {counts}")


def _keep(shown: dict[str, Proof]) -> None:
    """Write the figures into what is proved by now: the file may have changed while this ran."""
    quality.proofs.cache_clear()
    now = {name: quality.proof_of(name) for name in proofs.names()}
    for name, proof in shown.items():
        now[name] = replace(now[name], ratio=proof.ratio, megabytes=proof.megabytes)
    proofs.write(now)
