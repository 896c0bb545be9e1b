"""`milepost vdr` and `milepost system move-to-vdr` as people run them: answers, receipts, refusals."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from milepost.domain.rating import Rating
from milepost.records.systems import System
from milepost.work.open_item import NewItem, open_item
from tests.authorities.fedramp_vdr.reports import URI, detail, saved, vdt

pytestmark = pytest.mark.django_db
Running = Callable[..., tuple[int, str, str]]
MOVE = ("system", "move-to-vdr", "Harbor", "--on", "2026-11-01", "--class", "C", "--person", "Ines")
EVALUATE = (
    *("item", "evaluate", "V-1", "--system", "Harbor", "--by", "Ines"),
    *("--impact", "4", "--reachable", "--exploitable", "--at", "2026-11-02"),
)


@pytest.fixture
def run(system: System, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Running:
    """Return a way to run commands on a system with one item, with exit code, output and errors."""
    new = NewItem(system.name, "Old TLS", date(2026, 3, 1), "Ines", risk=Rating.MODERATE)
    open_item(new, as_of=date(2026, 3, 1))
    for module in ("milepost.cli.vdr", "milepost.cli.item_steps.dates"):
        monkeypatch.setattr(f"{module}.register_ready", lambda: None)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = exit_code_of(milepost, [*map(str, arguments), "--as-of", "2026-11-20"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_system_moves_and_reports(run: Running, tmp_path: Path) -> None:
    """Refused while facts are missing, previewed with the list of them, then moved and reported."""
    code, _, err = run(*MOVE)
    assert (code, "V-1: it is not evaluated" in err) == (1, True)
    code, out, _ = run(*MOVE, "--dry-run", "--json")
    preview = json.loads(out)
    assert (code, preview["preview"], [each["where"] for each in preview["missing"]]) == (1, True, ["V-1"])
    assert run(*EVALUATE)[0] == 0
    code, out, _ = run(*MOVE)
    assert code == 0
    assert "Moved Harbor from fedramp-rev5, moderate to fedramp-vdr@2026.07.14.01, class C." in out
    out_file = tmp_path / "a.json"
    asked = ("--system", "Harbor", "--from", "2026-11-01", "-o", out_file, "--package-uri", URI)
    code, out, _ = run("vdr", "report", "vdt", *asked, "--json")
    assert (code, json.loads(out)["vulnerabilities"]) == (0, {"vulnerabilities": 1})
    later = tmp_path / "b.json"
    code, out, _ = run(
        *("vdr", "report", "vdt", "--system", "Harbor", "--from", "2026-11-01", "-o", later),
        *("--template", out_file),
    )
    assert code == 0
    assert later.read_text() == out_file.read_text()


def test_a_report_is_checked(run: Running, tmp_path: Path) -> None:
    """A sound one passes; a contradiction is told with its rule, and the status is 1."""
    assert run("vdr", "check", saved(tmp_path / "a.json", vdt(detail())))[0] == 0
    wrong = saved(tmp_path / "b.json", vdt(detail(overdueStatus={"isOverdue": True})))
    code, out, _ = run("vdr", "check", wrong)
    assert code == 1
    assert "nobody says why [FedRAMP Consolidated Rules 2026.07.14.01, VER-RPT-VDT]" in out


def test_a_moved_system_has_no_poam_workbook(run: Running, tmp_path: Path) -> None:
    """The workbook of Rev. 5 is refused in a sentence that names what takes its place."""
    run(*EVALUATE)
    run(*MOVE)
    code, _, err = run("export", "fedramp-poam", "--system", "Harbor", "-o", tmp_path / "a.xlsx")
    assert (code, "milepost vdr report" in err) == (1, True)


def test_the_ongoing_report_is_written_from_a_statement(run: Running, tmp_path: Path) -> None:
    """The answer says how many are accepted; without the statement's parts nothing is written."""
    run(*EVALUATE)
    run(*MOVE)
    statement, out = tmp_path / "statement.json", tmp_path / "ongoing.json"
    statement.write_text("{}")
    wishes = ("vdr", "ongoing", statement, "--system", "Harbor", "--from", "2026-11-01", "-o", out)
    code, _, err = run(*wishes, "--package-uri", URI)
    assert code != 0
    assert "activeAgencies" in err
    lists = ("certificationDataChanges", "transformativeChanges", "updatedRecommendations", "activeAgencies")
    planned = {"planningHorizonThrough": "2027-02-28", "changes": []}
    stated = {name: [] for name in lists} | {
        "plannedCertificationDataChanges": planned,
        "reportableIncidents": {"incidents": []},
    }
    statement.write_text(json.dumps(stated))
    _, said, _ = run(*wishes, "--package-uri", URI)
    assert said == f"Wrote {out}. No vulnerability is accepted.\n"
    assert json.loads(out.read_text())["reportPeriod"] == {"from": "2026-11-01", "to": "2026-11-20"}
