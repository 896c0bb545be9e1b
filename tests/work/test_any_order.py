"""Scans in any order of arrival end in the same register, and any import can be taken back exactly."""

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as some

from milepost.records.imports import Import
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_scan import Order, import_scan
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY
from tests.work.register_content import Row, content
from tests.work.reports import DAY, START, Found, Host, nessus

pytestmark = pytest.mark.django_db

FOUND = some.builds(
    Found,
    plugin=some.sampled_from([100, 200, 300]),
    port=some.sampled_from([22, 443]),
    severity=some.integers(0, 4),
    title=some.sampled_from(["First wording", "Second wording"]),
    output=some.sampled_from(["", "out"]),
)
HOSTS = some.lists(
    some.builds(
        Host,
        ip=some.sampled_from(["10.0.0.1", "10.0.0.2"]),
        found=some.lists(FOUND, max_size=4).map(tuple),
        credentialed=some.sampled_from([True, False, None]),
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda host: host.ip,
)
SERIES = some.lists(HOSTS, min_size=2, max_size=3)


def written(folder: str, series: list[list[Host]]) -> list[Path]:
    """Write one report a month for a series."""
    paths = []
    for month, hosts in enumerate(series):
        at = START + month * 30 * DAY
        dated = [
            Host(host.ip, host.found, host.fqdn, host.credentialed, at + place)
            for place, host in enumerate(hosts)
        ]
        paths.append(nessus(Path(folder) / f"{month}.nessus", *dated))
    return paths


def imported(paths: list[Path]) -> tuple[System, list[int]]:
    """Import files in their order into a new system; return it with the numbers of the imports."""
    system = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)
    numbers = [import_scan(Order(path, system.name, TODAY)).number or 0 for path in paths]
    return system, numbers


def register(paths: list[Path]) -> dict[str, list[Row]]:
    """Return what the register says after importing files in their order, and forget it."""
    with transaction.atomic():
        system, _ = imported(paths)
        said = content(system)
        transaction.set_rollback(True)
    return said


@settings(max_examples=10)
@given(series=SERIES)
def test_all_orders_of_arrival_end_in_the_same_register(series: list[list[Host]]) -> None:
    """Whatever the scans say, the register depends on the set of them and not on their arrival."""
    with TemporaryDirectory() as folder:
        paths = written(folder, series)
        first, *others = [register(list(order)) for order in permutations(paths)]
    for other in others:
        assert other == first


@settings(max_examples=10)
@given(series=SERIES, which=some.integers(0, 2))
def test_import_taken_back_never_was(series: list[list[Host]], which: int) -> None:
    """Taking any import of a series back leaves the register as if its file had never come."""
    with TemporaryDirectory() as folder:
        paths = written(folder, series)
        place = which % len(paths)
        expected = register([path for each, path in enumerate(paths) if each != place])
        with transaction.atomic():
            system, numbers = imported(paths)
            undo_import(numbers[place])
            assert content(system) == expected
            transaction.set_rollback(True)


@settings(max_examples=10)
@given(series=SERIES)
def test_undo_of_the_last_import_restores_every_row(series: list[list[Host]]) -> None:
    """Taking back the newest import restores the register to the row, item numbers included."""
    with TemporaryDirectory() as folder, transaction.atomic():
        *earlier, last = written(folder, series)
        system, _ = imported(earlier)
        before = content(system, numbers=True)
        number = import_scan(Order(last, system.name, TODAY)).number or 0
        undo_import(number)
        assert content(system, numbers=True) == before
        assert not Import.objects.filter(pk=number).exists()
        transaction.set_rollback(True)
