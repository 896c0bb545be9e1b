"""A register with one system, and imports into it through the verb."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_report import ImportReport
from milepost.work.import_scan import Order, import_scan

TODAY = date(2026, 3, 1)
Importing = Callable[..., ImportReport]


@pytest.fixture
def system(db: None) -> System:
    """Return an empty system under FedRAMP Rev 5."""
    del db
    return add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)


@pytest.fixture
def importing(system: System) -> Importing:
    """Return the verb that imports a file into the system."""

    def run(path: Path, **wishes: object) -> ImportReport:
        return import_scan(Order(path, system.name, TODAY, **wishes))  # type: ignore[arg-type] # named by the test

    return run
