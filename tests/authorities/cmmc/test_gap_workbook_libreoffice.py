"""LibreOffice opens the gap workbook, and what it saves says the same."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.cmmc.draft import completed
from milepost.authorities.cmmc.gap_workbook import write_gap_workbook
from milepost.authorities.cmmc.identifiers import Named
from milepost.authorities.cmmc.reading import read_assessment

pytestmark = pytest.mark.libreoffice
AS_OF = date(2026, 3, 1)


def saved_again(path: Path, soffice: str, kind: str) -> Path:
    """Let LibreOffice open a file and save it in the same format."""
    profile, target = path.parent / "profile", path.parent / "again"
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", kind, "--outdir", str(target), str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert finished.returncode == 0, finished.stderr
    return target / path.name


def test_the_gap_workbook_is_opened_and_saved(tmp_path: Path, soffice: str) -> None:
    """It is read back as the same assessment."""
    out = tmp_path / "gap.xlsx"
    write_gap_workbook(
        out, AS_OF, answers={Named("3.1.1", "a"): "NOT MET", Named("3.5.3", "a"): "NOT MET -3"}
    )
    before = completed(read_assessment(out)).assessment
    after = completed(read_assessment(saved_again(out, soffice, "xlsx:Calc MS Excel 2007 XML"))).assessment
    assert dict(after.settled.results) == dict(before.settled.results)
