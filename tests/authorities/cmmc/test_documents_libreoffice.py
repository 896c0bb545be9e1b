"""LibreOffice opens the Word log and the gap workbook, and what it saves says the same."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.cmmc.draft import completed
from milepost.authorities.cmmc.gap_workbook import write_gap_workbook
from milepost.authorities.cmmc.identifiers import Named
from milepost.authorities.cmmc.reading import read_assessment
from milepost.authorities.cmmc.tracking_log import FORMAT
from milepost.authorities.documents import read_document
from milepost.authorities.documents.contract import Writing
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, PlanMilestone, State

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


def test_the_word_log_is_opened_and_saved(tmp_path: Path, soffice: str) -> None:
    """Fields, lines and boxes of milestones are still there."""
    item = PlanItem(
        id="POAM-001", title="Old TLS & <more>", description="one\ntwo\tthree", status=State.PLANNED
    )
    item.controls, item.scheduled_date = ("3.13.8",), date(2026, 6, 1)
    item.milestones = [
        PlanMilestone("Order", date(2026, 4, 1), 1),
        PlanMilestone("Install", None, 2, done=True),
    ]
    log = PlanDocument(name="plan", layout="made up", facts={"system": "Harbor"}, items=[item])
    FORMAT.write(log, tmp_path / "log.docx", Writing(as_of=AS_OF))
    (read,) = read_document(saved_again(tmp_path / "log.docx", soffice, "docx:MS Word 2007 XML")).items
    assert (read.id, read.title, read.description) == (item.id, item.title, item.description)
    assert (read.controls, read.scheduled_date, read.status) == (
        item.controls,
        item.scheduled_date,
        item.status,
    )
    assert [(step.text, step.due, step.done) for step in read.milestones] == [
        ("Order", date(2026, 4, 1), False),
        ("Install", None, True),
    ]


def test_the_gap_workbook_is_opened_and_saved(tmp_path: Path, soffice: str) -> None:
    """It is read back as the same assessment."""
    out = tmp_path / "gap.xlsx"
    write_gap_workbook(
        out, AS_OF, answers={Named("3.1.1", "a"): "NOT MET", Named("3.5.3", "a"): "NOT MET -3"}
    )
    before = completed(read_assessment(out)).assessment
    after = completed(read_assessment(saved_again(out, soffice, "xlsx:Calc MS Excel 2007 XML"))).assessment
    assert dict(after.settled.results) == dict(before.settled.results)
