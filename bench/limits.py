"""The least that a task can mean on this machine, and tasks that need no register."""

import csv
from collections.abc import Iterable
from dataclasses import astuple
from io import StringIO
from pathlib import Path
from xml.parsers import expat

import msgspec

from bench.poam_rows import poam, poam_rows
from bench.timing import Measured, Stopwatch
from milepost.authorities.fedramp.fields import PoamRow
from milepost.authorities.fedramp.workbook import write_workbook

_BLOCK = 1 << 20


def bare_expat(path: str) -> Measured:
    """Parse an XML file with expat and no handlers, in blocks of 1 MiB (faster than `ParseFile`)."""
    parser = expat.ParserCreate()
    watch = Stopwatch()
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            parser.Parse(block)
    parser.Parse(b"")
    return watch.read()


def bare_json(path: str) -> Measured:
    """Decode a JSON file into plain Python values."""
    watch = Stopwatch()
    msgspec.json.decode(Path(path).read_bytes())
    return watch.read()


def bare_csv(count: str) -> Measured:
    """Write made-up rows as plain CSV into memory."""
    return {"wall": written_as_csv(poam_rows(int(count)))}


def fill_template(path: str, out: str, count: str) -> Measured:
    """Fill an official template with the same rows."""
    filled = poam(int(count))
    watch = Stopwatch()
    receipt = write_workbook(filled, Path(out), template=Path(path))
    return watch.read() | {"rows": sum(receipt.rows.values())}


def written_as_csv(rows: Iterable[PoamRow]) -> float:
    """Return the seconds that the csv module needs for some rows."""
    cells = [astuple(row) for row in rows]
    watch = Stopwatch()
    csv.writer(StringIO()).writerows(cells)
    return watch.read()["wall"]
