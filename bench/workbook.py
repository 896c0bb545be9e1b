"""The POA&M workbook: from the register, and an official template filled to a hundred thousand rows."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, Limit
from bench.homes import SYSTEM, Ground
from bench.processes import MILEPOST, ROOT, inside, run

ITEMS = 10_000
OCCURRENCES = 100_000
ROWS = 100_000
RUNS = 5
TEMPLATE = Path("fedramp") / "templates" / "FedRAMP-POAM-Template-v3.0-2025-11-17.xlsx"

_SECONDS = 2
_TEMPLATE_SECONDS = 6
_MEGABYTES = 250


def measure(ground: Ground) -> Iterator[Figure]:
    """Export a register of ten thousand items, within a process and from the command line."""
    walls, csvs, commands, peaks = [], [], [], []
    with ground.fresh_home() as home:
        environment = home.environment
        sizes = ground.scaled(ITEMS), ground.scaled(OCCURRENCES)
        inside("in_register", "fill", *sizes, environment=environment)
        out = home.folder / "poam.xlsx"
        for _ in range(RUNS):
            exported = inside("in_register", "export", out, environment=environment)
            walls.append(exported["wall"])
            csvs.append(exported["csv"])
            command = ("export", "fedramp-poam", "--system", SYSTEM, "-o", str(out), "--json")
            done = run([*MILEPOST, *command], environment, home.folder)
            commands.append(done.wall)
            peaks.append(done.peaks.together)
    limit = Limit("bare CSV", csvs)
    yield Figure("Workbook of 10,000 items", ground.database, "s", walls, _SECONDS, limit)
    yield Figure("Workbook, command line", ground.database, "s", commands, _SECONDS, limit)
    yield Figure("Workbook, command line, memory", ground.database, "MB", peaks, _MEGABYTES)


def measure_template(ground: Ground) -> Iterator[Figure]:
    """Fill the official template, if this machine has it."""
    titles = "Template, 100,000 rows", "Template, memory"
    template = Path(os.environ.get("MILEPOST_SAMPLES") or ROOT.parent / "shared" / "data") / TEMPLATE
    if not template.is_file():
        reason = f"{TEMPLATE.name} is not here; set MILEPOST_SAMPLES"
        yield Figure(titles[0], "-", "s", allowed=_TEMPLATE_SECONDS, skipped=reason)
        yield Figure(titles[1], "-", "MB", allowed=_MEGABYTES, skipped=reason)
        return
    rows = ground.scaled(ROWS)
    limits, filled = [], []
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        for _ in range(RUNS):
            limits.append(inside("limits", "bare_csv", rows)["wall"])
            filled.append(inside("limits", "fill_template", template, Path(name) / "poam.xlsx", rows))
    limit = Limit("bare CSV", limits)
    yield Figure(titles[0], "-", "s", [each["wall"] for each in filled], _TEMPLATE_SECONDS, limit)
    yield Figure(titles[1], "-", "MB", [each["peak"] for each in filled], _MEGABYTES)
