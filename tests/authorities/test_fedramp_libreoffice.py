"""LibreOffice opens what we write, finds nothing to repair, and computes the dates that we computed."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from milepost.authorities.fedramp.fields import Deviation, PoamRow
from milepost.authorities.fedramp.values import completion_by_rule
from milepost.authorities.fedramp.workbook import Version, write_workbook
from tests.authorities.poams import AS_OF, BARE, FIRST_ROWS, PLAIN, SHEETS, TEMPLATES, poam, read_items

pytestmark = pytest.mark.libreoffice
VERSIONS: tuple[Version, ...] = ("3.0", "2.1")
HEADER = "Scheduled Completion Date"
RATINGS = ("High", "Moderate", "Low")


def items() -> Iterator[PoamRow]:
    """Yield every pair of ratings with every state of the adjustment, each with its own day."""
    number = 0
    for original in RATINGS:
        for adjusted in (*RATINGS, ""):
            for state in Deviation:
                number += 1
                yield replace(
                    PLAIN if number % 2 else BARE,
                    poam_id=f"V-{number}",
                    original_detection_date=AS_OF - timedelta(days=number),
                    original_risk_rating=original,
                    adjusted_risk_rating=adjusted,
                    risk_adjustment=state,
                    comments="=1+1",
                )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_workbook_is_recalculated_to_our_dates(tmp_path: Path, soffice: str, version: Version) -> None:
    """The sheet's own formula, computed by LibreOffice, gives the dates that we give."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam(items(), items(), items()), out, layout=version)
    _assert_recalculated(out, soffice, version)


@pytest.mark.samples
@pytest.mark.parametrize("version", VERSIONS)
def test_a_filled_template_is_recalculated_to_our_dates(
    tmp_path: Path, samples: Path, soffice: str, version: Version
) -> None:
    """The same in the official template; the rows left blank in it stay without a date."""
    out = tmp_path / "poam.xlsx"
    write_workbook(poam(items(), items(), items()), out, template=samples / TEMPLATES[version])
    _assert_recalculated(out, soffice, version)


def _assert_recalculated(out: Path, soffice: str, version: Version) -> None:
    """Spoil our cached dates, let LibreOffice compute and save, and compare with the rule."""
    expected = {row.poam_id: completion_by_rule(row) for row in items()}
    assert len(set(expected.values())) > 30
    assert _dates(out, version) == expected
    _without_cached_dates(out)
    assert _dates(out, version) == {}
    computed = _converted(out, soffice)
    assert _dates(computed, version) == expected
    first = FIRST_ROWS[version][0]
    with closing(openpyxl.load_workbook(computed, read_only=True)) as after:
        assert after.sheetnames == CalamineWorkbook.from_path(out).sheet_names
        typed = [cell for row in after[SHEETS[0]].iter_rows(first) for cell in row if cell.value == "=1+1"]
    assert len(typed) == len(expected)
    assert {cell.data_type for cell in typed} == {"s"}


def _without_cached_dates(path: Path) -> None:
    """Take the dates that we computed out of our own file, so that only the formulas are left."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, re.sub(rb"(</f>)<v>[0-9]+</v>", rb"\1", content))


def _dates(path: Path, version: Version) -> dict[str, date]:
    read = read_items(path, SHEETS[0], version)
    return {str(cells["POAM ID"]): day for cells in read if isinstance(day := cells.get(HEADER), date)}


def _converted(path: Path, soffice: str) -> Path:
    profile = path.parent / "profile"
    target = path.parent / "computed"
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert finished.returncode == 0, finished.stderr
    return target / path.name
