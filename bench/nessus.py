"""A large Nessus file from the command line into the register, and the next month's file after it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import nessus_file
from bench.figures import Figure, Limit
from bench.homes import SYSTEM, fresh_home
from bench.processes import MILEPOST, Run, inside, run
from bench.settings import Settings

ITEMS = 200_000
HOSTS = 1_300
PLUGINS = 4_000
CHANGED = 0.1
RUNS = 5

_TIMES = 4
_MEGABYTES = 250
_FINDINGS_PER_STATEMENT = 1_000


def measure(settings: Settings) -> Iterator[Figure]:
    """Import both files in fresh registers, several times, each time beside bare expat."""
    items = settings.scaled(ITEMS)
    sizes = (items, settings.scaled(HOSTS), settings.scaled(PLUGINS))
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        first, second = Path(name) / "first.nessus", Path(name) / "second.nessus"
        nessus_file.write(first, *sizes)
        nessus_file.write(second, *sizes, changed=CHANGED)
        runs = [_run(settings, first, second) for _ in range(RUNS)]
        with fresh_home(settings.server) as home:
            counts = inside("statements", home.environment, first, second)
    limit = Limit("bare expat", [expat for expat, _, _ in runs])
    firsts, seconds = [each for _, each, _ in runs], [each for _, _, each in runs]
    megabytes = first_megabytes = 0.0
    yield _time(settings, ".nessus, first import", firsts, limit)
    yield _time(settings, ".nessus, second import, 10 % changed", seconds, limit)
    del megabytes, first_megabytes
    yield _memory(settings, ".nessus, first import, memory", firsts)
    yield _memory(settings, ".nessus, second import, memory", seconds)
    allowed = items / _FINDINGS_PER_STATEMENT
    for place, ordinal in enumerate(("first", "second")):
        name = f".nessus, {ordinal} import, SQL"
        count = counts[str(place)]
        yield Figure(name, settings.database, "statements", [count], allowed)
