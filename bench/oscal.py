"""A plan of ten thousand items as an OSCAL document of some 70 MB: written anew, and read again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.figures import Figure, Limit
from bench.homes import Ground
from bench.poam_rows import poam
from bench.processes import inside
from bench.timing import Measured, Stopwatch
from milepost.authorities.documents import format_named, read_document
from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp.workbook import write_workbook

ITEMS = 10_000
RUNS = 5

_SECONDS = 2


def measure(ground: Ground) -> Iterator[Figure]:
    """Write and read a plan; the least is what msgspec needs for the same bytes. Processor seconds count."""
    with TemporaryDirectory(prefix="milepost-bench-") as name:
        workbook, out = Path(name) / "plan.xlsx", Path(name) / "plan.json"
        write_workbook(poam(ground.scaled(ITEMS)), workbook, layout="2.1")
        written = [inside("oscal", "write", workbook, out) for _ in range(RUNS)]
        read = [inside("oscal", "read", out) for _ in range(RUNS)]
    encoding = Limit("bare encoding", [each["least"] for each in written])
    decoding = Limit("bare decoding", [each["least"] for each in read])
    title = "OSCAL of 10,000 items"
    yield Figure(f"{title}, written", "-", "s", [each["cpu"] for each in written], _SECONDS, encoding)
    yield Figure(f"{title}, read", "-", "s", [each["cpu"] for each in read], _SECONDS, decoding)


def write(workbook: str, out: str) -> Measured:
    """Write the plan of a workbook; `least` is to encode the same document and lay it out."""
    plan = read_document(Path(workbook))
    writing = Writing(as_of=plan.dated or date.min)
    watch = Stopwatch()
    format_named("oscal-json").write(plan, Path(out), writing)
    measured = watch.read()
    tree = msgspec.json.decode(Path(out).read_bytes())
    watch = Stopwatch()
    msgspec.json.format(msgspec.json.encode(tree), indent=2)
    return measured | {"least": watch.read()["cpu"]}


def read(path: str) -> Measured:
    """Read the plan; `least` is to decode its bytes."""
    data = Path(path).read_bytes()
    watch = Stopwatch()
    tree = msgspec.json.decode(data)
    least = watch.read()["cpu"]
    del tree
    watch = Stopwatch()
    format_named("oscal-json").read(Path(path), "plan.json")
    return watch.read() | {"least": least}
