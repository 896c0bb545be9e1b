"""LibreOffice opens the filled and the new forms, and says the same of them."""

import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.authorities.fedramp.conmon_matrix import Matrix, month_column, write_matrix
from milepost.authorities.fedramp.deviation_form import read_requests, write_requests
from milepost.authorities.fedramp.executive_summary import ExecutiveSummary, Submitted, write_summary
from milepost.authorities.fedramp.form_writing import Filling
from milepost.authorities.fedramp.forms import FormRow
from milepost.authorities.fedramp.inventory_workbook import read_inventory_rows, write_inventory
from tests.samples import sample

pytestmark = [pytest.mark.libreoffice, pytest.mark.samples]
_FORM = "fedramp/templates/FedRAMP-Vulnerability-Deviation-Request-Form.xlsx"
_SUMMARY = "fedramp/templates/FedRAMP-Continuous-Monitoring-Monthly-Executive-Summary-Template-2018.xlsx"
_INVENTORY = "fedramp/samples/IIW-2026-05-filled.xlsx"

DAY = date(2026, 11, 30)
ROW: FormRow = {"number": "V-1-RA", "poam_id": "V-1", "kind": "RA", "rationale": "=1+1", "detected_on": DAY}


def test_every_form_is_opened_and_saved_again(tmp_path: Path, soffice: str) -> None:
    """Every value comes back, and text that looks like a formula is text."""
    requests = Filling(rows=[ROW], as_of=DAY, facts={"system": "Harbor"})
    write_requests(requests, tmp_path / "filled.xlsx", sample(_FORM))
    write_requests(requests, tmp_path / "plain.xlsx")
    assets = read_inventory_rows(sample(_INVENTORY)).rows
    write_inventory(Filling(rows=assets, as_of=DAY, facts={}), tmp_path / "assets.xlsx", sample(_INVENTORY))
    said = ExecutiveSummary(system="H", month="2026-11", as_of=DAY, files={"poam": Submitted("=p")}, notes={})
    write_summary(said, tmp_path / "summary.xlsx", sample(_SUMMARY))
    matrix = Matrix("Harbor", (month_column(DAY, []),))
    write_matrix(matrix, tmp_path / "matrix.xlsx", DAY)
    again = tmp_path / "again"
    command = [
        soffice,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx",
    ]
    files = [str(path) for path in sorted(tmp_path.glob("*.xlsx"))]
    subprocess.run([*command, "--outdir", str(again), *files], check=True, capture_output=True, timeout=240)
    assert read_requests(again / "filled.xlsx").rows == (ROW,)
    assert read_requests(again / "plain.xlsx").rows == (ROW,)
    assert read_inventory_rows(again / "assets.xlsx").rows == assets
    assert openpyxl.load_workbook(again / "summary.xlsx").worksheets[0]["B5"].value == "=p"
    cells = [list(line) for line in openpyxl.load_workbook(again / "matrix.xlsx").worksheets[0].values]
    assert cells[2:] == matrix.table()
