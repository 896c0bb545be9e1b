"""LibreOffice opens what we write for eMASS, in every layout and in the official templates, and keeps it."""

import subprocess
from pathlib import Path

import pytest

from milepost.authorities.documents.contract import Writing
from milepost.authorities.emass.document import FORMAT
from milepost.domain.plan_item import PlanItem
from tests.authorities.emass.workbooks import AS_OF, FOLDER, OFFICIAL, cells, item, plan
from tests.samples import sample

pytestmark = pytest.mark.libreoffice


def found() -> list[PlanItem]:
    """Return items with text that looks like a formula, marks of XML, and many devices."""
    devices = tuple(f"host-{number}" for number in range(300))
    return [item(mitigations="=1+1", assets=devices), item(id="8", description='A <b> & "c"\nnext line')]


@pytest.mark.parametrize("layout", ["navy", "usmc", "army"])
def test_a_new_workbook_opens(tmp_path: Path, soffice: str, layout: str) -> None:
    """Saved again by LibreOffice it says the same in every cell."""
    out = tmp_path / "emass.xlsx"
    FORMAT.write(plan(*found()), out, Writing(as_of=AS_OF, choices={"layout": layout}))
    assert cells(_converted(out, soffice)) == cells(out)


@pytest.mark.samples
@pytest.mark.parametrize("name", OFFICIAL)
def test_a_filled_official_template_opens(tmp_path: Path, soffice: str, name: str) -> None:
    """The same in the user's own template, hidden sheets included."""
    out = tmp_path / "emass.xlsx"
    FORMAT.write(plan(*found()), out, Writing(as_of=AS_OF, base=sample(f"{FOLDER}/{name}.xlsx")))
    assert cells(_converted(out, soffice)) == cells(out)


def _converted(path: Path, soffice: str) -> Path:
    profile, target = path.parent / "profile", path.parent / "again"
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert finished.returncode == 0, finished.stderr
    return target / path.name
