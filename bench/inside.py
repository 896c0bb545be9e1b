"""What is measured within a process: `python -m bench.inside NAME ARGUMENT…` prints its seconds as JSON."""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

import msgspec

from bench.homes import SYSTEM

if TYPE_CHECKING:
    from milepost.authorities.fedramp.fields import PoamRow

Measured = dict[str, float]

_TODAY = date(2026, 3, 1)
_BLOCK = 1 << 20


def bare_expat(path: str) -> Measured:
    """Parse an XML file with expat and no handlers: the least that reading it can mean."""
    parser = expat.ParserCreate()
    with Path(path).open("rb") as file:
        start = _now()
        while block := file.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
        return _since(start)


def bare_json(path: str) -> Measured:
    """Decode a JSON file into plain Python values."""
    start = _now()
    msgspec.json.decode(Path(path).read_bytes())
    return _since(start)


def statements(*paths: str) -> Measured:
    """Import files one after the other and count the SQL statements of each."""
    _prepare()
    from django.db import connection

    from bench.counting import counted
    from milepost.work.import_scan import Order, import_scan

    found: Measured = {}
    for place, path in enumerate(paths):
        with counted(connection) as counter:
            import_scan(Order(Path(path), SYSTEM, _TODAY))
        found[str(place)] = counter.statements
    return found


def fill(items: str, occurrences: str) -> Measured:
    """Fill the register with items and occurrences."""
    _prepare()
    from django.db import transaction

    from bench import register_rows
    from milepost.records.systems import System

    start = _now()
    with transaction.atomic():
        system = System.objects.get(name=SYSTEM)
        register_rows.fill(system, items=int(items), occurrences=int(occurrences), as_of=_TODAY)
    return _since(start)


def export(out: str) -> Measured:
    """Export the register's workbook, then write the same rows as plain CSV, the limit for it."""
    _prepare()
    from milepost.records.items import Item
    from milepost.work.export_poam import export_poam
    from milepost.work.poam_rows import rows

    start = _now()
    receipt = export_poam(SYSTEM, Path(out), as_of=_TODAY)
    measured = _since(start)
    found = list(rows(Item.objects.order_by("number").values_list("pk", flat=True)))
    return measured | {"rows": sum(receipt.rows.values()), "csv": _written(found)}


def template(path: str, out: str, count: str) -> Measured:
    """Fill an official template with made-up rows."""
    from bench.poam_rows import poam
    from milepost.authorities.fedramp.workbook import write_workbook

    filled = poam(int(count))
    start = _now()
    receipt = write_workbook(filled, Path(out), template=Path(path))
    return _since(start) | {"rows": sum(receipt.rows.values())}


def template_csv(count: str) -> Measured:
    """Write the same made-up rows as plain CSV."""
    from bench.poam_rows import poam_rows

    return {"csv": _written(poam_rows(int(count)))}


def _written(rows: "Iterable[PoamRow]") -> float:
    """Return the seconds that the csv module needs for some rows in memory."""
    cells = [astuple(row) for row in rows]
    start = time.perf_counter()
    csv.writer(StringIO()).writerows(cells)
    return time.perf_counter() - start


def _prepare() -> None:
    from milepost.cli.database import prepare

    prepare()


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float]) -> Measured:
    return {"wall": time.perf_counter() - start[0], "cpu": time.process_time() - start[1]}


_MEASUREMENTS: dict[str, Callable[..., Measured]] = {
    each.__name__: each for each in (bare_expat, bare_json, statements, fill, export, template, template_csv)
}

if __name__ == "__main__":
    print(json.dumps(_MEASUREMENTS[sys.argv[1]](*sys.argv[2:])))
