"""A report in the register, and the same content once more: what that changes, which must be nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from milepost.domain.errors import InputRefused
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_scan import Order, import_scan
from tests.work.register_content import Row, content

TODAY = date(2026, 3, 1)
_QUIET = ("new", "changed", "reappeared", "missing")


def changes(path: Path, name: str) -> list[str]:
    """Import a report thrice, the second time with a blank line at its end; say what that changes."""
    with TemporaryDirectory(prefix="milepost-again-") as folder, transaction.atomic():
        system = add_system(NewSystem(f"Again {name}", "fedramp-rev5", "moderate"), as_of=TODAY)
        again = Path(folder) / path.name
        again.write_bytes(path.read_bytes() + b"\n")
        try:
            found = list(_changes(system, path, again))
        except InputRefused as refused:
            found = [str(refused)]
        transaction.set_rollback(True)
    return found


def _changes(system: System, path: Path, again: Path) -> Iterator[str]:
    import_scan(Order(path, system.name, TODAY, clean=True))
    before = _content(system)
    report = import_scan(Order(again, system.name, TODAY, clean=True))
    moved = {key: report.occurrences[key] for key in _QUIET if report.occurrences[key]}
    if moved or any(report.items.values()):
        yield f"the same content again: {moved}, {report.items}"
    after = _content(system)
    yield from (f"{key} differ after it" for key in before if before[key] != after[key])
    if not import_scan(Order(path, system.name, TODAY, clean=True)).already_imported:
        yield "the same bytes are not known again"


def _content(system: System) -> dict[str, list[Row]]:
    """Return what the register says; which of two looks of one second counts as the later is no matter."""
    said = content(system, numbers=True)
    said["standings"] = [(*row[:3], *row[4:]) for row in said["standings"]]
    return said
