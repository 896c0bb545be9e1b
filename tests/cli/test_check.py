"""`milepost check` and `milepost rules` as their users run them."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from milepost.work.add_system import NewSystem, add_system

PLAN = "ID,Weakness,Owner,Status,Due Date\nP-1,,Ana Diaz,Ongoing,2026-04-01\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Write a small plan with one empty description."""
    path = tmp_path / "plan.csv"
    path.write_text(PLAN, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command; return exit code, standard output and standard error."""
    code = exit_code_of(milepost, [*map(str, arguments), "--as-of", "2026-03-02"])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_an_error_fails_the_check(capsys: pytest.CaptureFixture[str], plan: Path) -> None:
    """Exit code 1 where a finding reaches --fail-on, 0 where none does."""
    assert run(capsys, "check", plan)[0] == 1
    assert run(capsys, "check", plan, "--fail-on", "never")[0] == 0
    assert run(capsys, "check", plan, "--skip", "C02", "--skip", "W*")[0] == 0
    assert run(capsys, "check", plan, "--rule", "O02", "--fail-on", "info")[0] == 0


def test_the_text_says_where_what_and_how(capsys: pytest.CaptureFixture[str], plan: Path) -> None:
    """Rule, line, words, fix and source stand in the text, a summary at its end."""
    _, out, _ = run(capsys, "check", plan)
    assert "ERROR C02 Weakness description missing: 1" in out
    assert "line 2, column B  P-1  there is no description of the weakness" in out
    assert "fix: Say what is wrong" in out
    assert "38 U.S.C. 5727(16)" in out
    assert "rules judged" in out


def test_json_and_sarif_to_a_file(capsys: pytest.CaptureFixture[str], plan: Path, tmp_path: Path) -> None:
    """--json and --format json are the same; --output writes a file."""
    code, out, _ = run(capsys, "check", plan, "--json")
    assert json.loads(out)["counts"]["error"] == 1
    assert code == 1
    log = tmp_path / "out.sarif"
    run(capsys, "check", plan, "--format", "sarif", "-o", log)
    assert json.loads(log.read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_waived_findings_fail_nothing(capsys: pytest.CaptureFixture[str], plan: Path, tmp_path: Path) -> None:
    """A waiver with a reason takes the finding out of the count, and the text lists it."""
    waivers = tmp_path / "waivers.toml"
    waivers.write_text('[[waiver]]\nrule = "C02"\nitem = "P-1"\nreason = "See scan"\n', encoding="utf-8")
    code, out, _ = run(capsys, "check", plan, "--rule", "C02", "--waivers", waivers)
    assert code == 0
    assert "waived: C02 P-1 line 2, column B: See scan" in out


def test_the_workbook_comes_back_with_comments(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--format workbook writes the user's own workbook with comments."""
    book = openpyxl.Workbook()
    for row in (["ID", "Weakness", "Owner"], ["P-1", None, "Ana Diaz"]):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    out = tmp_path / "checked.xlsx"
    code, said, _ = run(capsys, "check", tmp_path / "plan.xlsx", "--format", "workbook", "-o", out)
    assert code == 1
    assert "with comments in" in said
    assert "C02" in openpyxl.load_workbook(out).active["B2"].comment.text


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "a.csv", "--system", "Harbor"),
        ("check", "PLAN", "--rule", "Z9"),
        ("check", "PLAN", "--profile", "nobody"),
        ("check", "PLAN", "--format", "workbook"),
        ("check", "PLAN", "--output", "/no/such/folder/out.json"),
        ("rules", "Z9"),
        ("check", "PLAN", "--format", "pdf"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], plan: Path, arguments: tuple[str, ...]) -> None:
    """Wrong use is refused with exit code 2 and the way out."""
    code, _, err = run(capsys, *(plan if each == "PLAN" else each for each in arguments))
    assert code == 2
    assert err


def test_a_file_that_is_no_plan_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Another table is refused in one sentence, without a traceback."""
    path = tmp_path / "names.csv"
    path.write_text("name,place\nJo,here\n", encoding="utf-8")
    code, _, err = run(capsys, "check", path)
    assert code == 1
    assert err.startswith("Refused: names.csv: no table with the headings of a plan was found")


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """The list has every rule; an explanation has condition, source and examples."""
    _, listed, _ = run(capsys, "rules")
    assert "209 rules" in listed
    assert "C02     error   verified    Weakness description missing  [all]" in listed
    _, group, _ = run(capsys, "rules", "--group", "emass", "--json")
    assert json.loads(group)["count"] == 13
    _, said, _ = run(capsys, "rules", "w01")
    assert "Thresholds: min_words = 12" in said
    assert "Lets pass:" in said


@pytest.mark.django_db
def test_a_system_of_the_register_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """--system checks the register; an empty one has nothing to report."""
    add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=date(2026, 3, 1))
    code, out, _ = run(capsys, "check", "--system", "Harbor")
    assert code == 0
    assert "Harbor: the register, 0 items" in out


def test_a_file_is_checked_without_django(plan: Path) -> None:
    """Checking a file loads neither Django nor a database."""
    code = (
        "import sys\nfrom milepost.cli import milepost\nfrom milepost.cli.errors import exit_code_of\n"
        f"exit_code_of(milepost, ['check', {str(plan)!r}])\nsys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0
