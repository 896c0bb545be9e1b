"""Measurements within a register; Django runs before this is imported."""

from datetime import date
from pathlib import Path

from django.db import connection, transaction

from bench import register_rows
from bench.counting import counted
from bench.homes import SYSTEM
from bench.limits import written_as_csv
from bench.timing import Measured, Stopwatch
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_reference import add_reference
from milepost.work.export_poam import export_poam
from milepost.work.import_scan import Order, import_scan
from milepost.work.poam_rows import rows

_TODAY = date(2026, 3, 1)


def statements(*paths: str) -> Measured:
    """Import files one after the other and count the SQL statements of each."""
    found: Measured = {}
    for place, path in enumerate(paths):
        with counted(connection) as counter:
            import_scan(Order(Path(path), SYSTEM, _TODAY))
        found[str(place)] = counter.statements
    return found


def fill(items: str, occurrences: str) -> Measured:
    """Fill the register with items and occurrences."""
    watch = Stopwatch()
    with transaction.atomic():
        system = System.objects.get(name=SYSTEM)
        register_rows.fill(system, items=int(items), occurrences=int(occurrences), as_of=_TODAY)
    return watch.read()


def name_cves() -> Measured:
    """Let each weakness name a CVE, and say of a third of the assets that they are exposed."""
    watch = Stopwatch()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_weaknesscve (weakness_id, cve)"
            " SELECT id, 'CVE-2025-' || source_id FROM records_weakness"
        )
        cursor.execute("UPDATE records_asset SET exposed = (id % 3 = 0) WHERE id % 5 > 0")
    return watch.read()


def recompute(path: str) -> Measured:
    """Add a catalog and count the SQL statements."""
    watch = Stopwatch()
    with counted(connection) as counter:
        added = add_reference(Path(path), as_of=_TODAY)
    return watch.read() | {"statements": counter.statements, "moved": added.items.changed}


def export(out: str) -> Measured:
    """Export the register's workbook, then write the same rows as plain CSV, the limit for it."""
    watch = Stopwatch()
    receipt = export_poam(SYSTEM, Path(out), as_of=_TODAY)
    measured = watch.read()
    found = rows(Item.objects.order_by("number").values_list("pk", flat=True))
    return measured | {"rows": sum(receipt.rows.values()), "csv": written_as_csv(found)}
