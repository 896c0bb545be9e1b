"""The large reports that the bench reads: every format has one, and its reader takes every record of it."""

from pathlib import Path

import pytest

from bench import reading_files
from bench.reading_speed import counted_parts
from milepost.scanners import scanners
from milepost.scanners.opening import open_report

NAMES = reading_files.formats()
SIZE = 30_000


def test_every_format_has_a_large_report() -> None:
    """So that none goes unmeasured."""
    assert {scanner.name for scanner in scanners()} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_made_report_is_read_whole(tmp_path: Path, name: str) -> None:
    """By its own reader; what is measured is reading, not refusing: nearly every record says something."""
    path = tmp_path / "report"
    records = reading_files.write(name, path, SIZE)
    assert open_report(path)[0].name == name
    counted = counted_parts(path)
    assert counted["findings"] + counted["statements"] >= records / 2
    assert counted["problems"] <= 2
    again = tmp_path / "again"
    assert reading_files.write(name, again, SIZE) == records
    assert again.read_bytes() == path.read_bytes()
