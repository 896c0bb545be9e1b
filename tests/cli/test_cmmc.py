"""`milepost cmmc` as its users run it: scores, forecasts, plans, worksheets and refusals."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from tests.samples import sample

Running = Callable[..., tuple[int, str, str]]
_CONDITIONAL = {
    "level": 2,
    "kind": "self",
    "ssp_in_place": True,
    "status_date": "2026-01-15",
    "not_met": ["3.1.3"],
}
_PLAN = {
    "level": 2,
    "kind": "self",
    "items": [
        {"id": "A", "requirement": "3.1.1", "due": "2026-04-01", "effort": 40, "cost": 100},
        {"id": "B", "requirement": "3.1.3", "due": "2026-05-01", "effort": 8},
    ],
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command; it gives exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = exit_code_of(milepost, ["cmmc", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def write(tmp_path: Path, document: object) -> Path:
    """Write a document as JSON."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def answer(result: tuple[int, str, str]) -> dict[str, object]:
    """Return the JSON document of a command that succeeded."""
    code, out, err = result
    assert code == 0, err
    document: dict[str, object] = json.loads(out)
    return document


def test_score_as_json(run: Running, tmp_path: Path) -> None:
    """`score --json` answers with the asked keys and exit code 0."""
    said = answer(run("score", write(tmp_path, _CONDITIONAL), "--json", "--as-of", "2026-03-01"))
    assert (said["score"], said["status"], said["closeout_due"]) == (
        109,
        "Conditional Level 2 (Self)",
        "2026-07-14",
    )
    assert said["problems"] == []


def test_score_for_people(run: Running, tmp_path: Path) -> None:
    """Without `--json` the answer is in words."""
    code, out, _ = run("score", write(tmp_path, _CONDITIONAL), "--as-of", "2026-03-01")
    assert code == 0
    assert "Status: Conditional Level 2 (Self)" in out


def test_score_takes_options_for_tables(run: Running, tmp_path: Path) -> None:
    """What a table cannot say comes by options."""
    path = tmp_path / "a.csv"
    path.write_text("Requirement ID,Status\n3.1.3,NOT MET\n", encoding="utf-8")
    options = (
        "--level",
        "2",
        "--kind",
        "c3pao",
        "--ssp",
        "--status-date",
        "2026-01-15",
        "--as-of",
        "2026-03-01",
    )
    said = answer(run("score", path, *options, "--json"))
    assert (said["status"], said["retain_until"]) == ("Conditional Level 2 (C3PAO)", "2032-01-15")
    assert answer(run("score", path, "--no-ssp", "--json"))["score"] is None


@pytest.mark.parametrize(
    ("fields", "options", "as_of"),
    [
        ({}, ["--as-of", "2026-03-01"], "2026-03-01"),
        ({"as_of": "2026-04-01"}, ["--as-of", "2026-03-01"], "2026-03-01"),
        ({"as_of": "2026-04-01"}, [], "2026-04-01"),
        ({"status_date": "2900-01-15"}, [], "2900-01-15"),
        ({"status_date": "2900-01-15", "closeout": {"date": "2900-02-01"}}, [], "2900-02-01"),
    ],
)
def test_day_of_the_judgement(
    run: Running, tmp_path: Path, fields: dict[str, object], options: list[str], as_of: str
) -> None:
    """The option goes before the file; with neither, a later day of the file counts as known."""
    assert (
        answer(run("score", write(tmp_path, {**_CONDITIONAL, **fields}), *options, "--json"))["as_of"]
        == as_of
    )


def test_forecast(run: Running, tmp_path: Path) -> None:
    """`forecast` gives score, eligibility and delay for each day on which something falls due."""
    arguments = ("forecast", write(tmp_path, _PLAN), "--by", "2026-06-01", "--as-of", "2026-03-01")
    said = answer(run(*arguments, "--json"))
    dates = said["dates"]
    assert isinstance(dates, list)
    assert [(each["date"], each["score"]) for each in dates] == [
        ("2026-03-01", 104),
        ("2026-04-01", 109),
        ("2026-05-01", 110),
        ("2026-06-01", 110),
    ]
    assert (said["first_conditional"], said["first_final"]) == ("2026-04-01", "2026-05-01")
    assert "Conditional could be reached on 2026-04-01" in run(*arguments)[1]


def test_forecast_of_a_running_clock(run: Running, tmp_path: Path) -> None:
    """With a status date the items that come after the closeout are named."""
    plan = {**_PLAN, "status_date": "2025-10-15"}
    arguments = ("forecast", write(tmp_path, plan), "--by", "2026-06-01", "--as-of", "2026-03-01")
    said = answer(run(*arguments, "--json"))
    assert (said["closeout_due"], said["after_closeout_due"]) == ("2026-04-13", ["B"])
    assert "Not within the 180 days" in run(*arguments)[1]


def test_plan(run: Running, tmp_path: Path) -> None:
    """`plan` chooses the cheapest items, in hours and cost, or says why none reach the target."""
    arguments = ("plan", write(tmp_path, _PLAN), "--by", "2026-06-01", "--as-of", "2026-03-01")
    said = answer(run(*arguments, "--json"))
    items = said["items"]
    assert isinstance(items, list)
    assert [each["id"] for each in items] == ["A"]
    assert (said["feasible"], said["effort_hours"], said["cost"], said["score"]) == (True, 40, 100, 109)
    assert "Conditional Level 2 (Self) with a score of 109" in run(*arguments)[1]
    full = answer(run(*arguments, "--target", "110", "--hours-per-week", "40", "--json"))
    assert (full["effort_hours"], full["status"]) == (48, "Final Level 2 (Self)")
    short = answer(run(*arguments, "--hours-per-week", "1", "--json"))
    assert short["feasible"] is False
    assert short["reasons"]
    assert "No plan reaches it" in run(*arguments, "--hours-per-week", "1")[1]


def test_worksheet_and_rules(run: Running, tmp_path: Path) -> None:
    """`worksheet` lists the results in the order of the screens, `rules` prints the rules."""
    path = write(tmp_path, _CONDITIONAL)
    lines = answer(run("worksheet", path, "--json"))["lines"]
    assert isinstance(lines, list)
    assert len(lines) == 110
    assert "AC Access Control" in run("worksheet", path)[1]
    assert run("rules")[1].startswith("# CMMC")
    assert "180" in str(answer(run("rules", "--json"))["text"])


@pytest.mark.parametrize(
    ("document", "options", "code", "word"),
    [
        ({"not_met": ["AC-2"]}, [], 1, "3.1.1, 3.1.2"),
        ({"level": 2, "kind": "dibcac"}, [], 1, "self or c3pao"),
        (_CONDITIONAL, ["--level", "4"], 1, "--level"),
        (_CONDITIONAL, ["--kind", "friend"], 1, "--kind"),
        (_CONDITIONAL, ["--status-date", "soon"], 1, "--status-date"),
        ({}, ["--frobnicate"], 2, "frobnicate"),
    ],
)
def test_refusals(
    run: Running, tmp_path: Path, document: object, options: list[str], code: int, word: str
) -> None:
    """1 for what is refused, 2 for wrong use, in one sentence without a traceback."""
    ended, _, err = run("score", write(tmp_path, document), *options)
    assert ended == code
    assert word in err
    assert "Traceback" not in err


def test_forecast_needs_a_later_day(run: Running, tmp_path: Path) -> None:
    """A forecast for a day that is over is wrong use; for today it is not."""
    plan = write(tmp_path, _PLAN)
    assert run("forecast", plan, "--by", "2026-02-28", "--as-of", "2026-03-01")[0] == 2
    assert run("forecast", plan, "--by", "2026-03-01", "--as-of", "2026-03-01")[0] == 0


@pytest.mark.samples
def test_real_self_assessment(run: Running) -> None:
    """A real self-assessment without a security plan has no score, and 62 wrong points are listed."""
    path = sample("cmmc/samples/sfg_NIST-800-171-ASSESSMENT.md")
    said = answer(run("score", path, "--level", "2", "--kind", "self", "--json"))
    overrides = said["overrides"]
    assert isinstance(overrides, list)
    assert (said["score"], said["points_without_ssp_rule"], len(overrides)) == (None, -41, 62)


def test_scores_start_without_django_or_solver(tmp_path: Path) -> None:
    """`score` loads neither Django nor the solver."""
    path = write(tmp_path, _CONDITIONAL)
    code = (
        "import sys\nfrom milepost.cli import main\n"
        f"try:\n    main(['cmmc', 'score', {str(path)!r}, '--json'])\nexcept SystemExit as end:\n"
        "    assert not end.code\n"
        "assert not {'django', 'ortools', 'pandas', 'numpy'} & {name.split('.')[0] for name in sys.modules}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_evidence_is_packed_and_checked(run: Running, tmp_path: Path) -> None:
    """The status is 0 while the package holds and 1 once an artifact changed."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "policy.txt").write_text("approved")
    written = answer(run("evidence", "write", folder, "--root", "C:\\Evidence", "--json"))
    assert written["hash_algorithm"] == "SHA256"
    assert answer(run("evidence", "verify", folder, "--json"))["holds"] is True
    (folder / "policy.txt").write_text("draft")
    code, out, _ = run("evidence", "verify", folder)
    assert code == 1
    assert "does not hold" in out
    assert "changed: policy.txt" in out


def test_a_gap_assessment_is_written_and_scored(run: Running, tmp_path: Path) -> None:
    """Filled in from an assessment, it has the same score."""
    source, out = write(tmp_path, _CONDITIONAL), tmp_path / "gap.xlsx"
    assert answer(run("gap-assessment", "--from", source, "-o", out, "--json"))["answers"] == 5
    scored = answer(run("score", out, "--json", "--ssp", "--level", "2", "--kind", "self"))
    assert "score" in scored
