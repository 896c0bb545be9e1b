"""The command line as its users run it: answers in words and JSON, exit codes, refusals in one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from tests.work.reports import DAY, START, Found, Host, nessus

WEB = Host("10.0.0.1", (Found(100), Found(200, 22, 3)), "web.example.com")
LATER = Host(WEB.ip, WEB.found[:1], WEB.fqdn, scanned=START + 30 * DAY)
Running = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command; it gives exit code, standard output and standard error."""
    del db

    def call(*arguments: object) -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, [*map(str, arguments), "--as-of", "2026-03-01"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def harbor(run: Running) -> str:
    """Add a system and return its name."""
    assert run("system", "add", "Harbor", "--authority", "fedramp-rev5", "--impact", "moderate")[0] == 0
    return "Harbor"


def answer(result: tuple[int, str, str]) -> dict[str, object]:
    """Return the JSON document of a command that succeeded."""
    code, out, err = result
    assert code == 0, err
    document: dict[str, object] = json.loads(out)
    return document


@pytest.mark.usefixtures("reading_processes")
def test_read_says_what_a_report_holds(run: Running, tmp_path: Path) -> None:
    """`read --json` has the keys and counts of the contract, informational findings included."""
    said = answer(run("read", nessus(tmp_path / "a.nessus", WEB), "--json"))
    assert said["format"] == "nessus"
    assert (said["findings"], said["weaknesses"], said["assets"]) == (3, 3, 1)
    severities = {"critical": 0, "high": 1, "moderate": 1, "low": 0, "info": 1, "unrated": 0}
    assert said["by_severity"] == severities
    assert said["problems"] == []


def test_read_prints_each_finding_as_a_line(run: Running, tmp_path: Path) -> None:
    """`read --lines` gives one JSON object for each finding, with asset, place and source id."""
    code, out, _ = run("read", nessus(tmp_path / "a.nessus", WEB), "--lines")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(line["source_id"], line["locator"]) for line in lines] == [
        ("19506", "0/tcp"),
        ("100", "443/tcp"),
        ("200", "22/tcp"),
    ]


@pytest.mark.usefixtures("reading_processes")
def test_month_of_work_on_the_command_line(run: Running, harbor: str, tmp_path: Path) -> None:
    """Import, preview, import, list, explain, export, undo: the whole main job."""
    first, second = nessus(tmp_path / "a.nessus", WEB), nessus(tmp_path / "b.nessus", LATER)
    imported = answer(run("import", first, "--system", harbor, "--json"))
    assert imported["occurrences"] == counts(new=3)
    assert imported["items"] == {"opened": 2, "closure_candidates": 0, "consolidated": 0}
    preview = answer(run("import", second, "--system", harbor, "--dry-run", "--json"))
    assert preview["import"] is None
    done = answer(run("import", second, "--system", harbor, "--json"))
    assert done["occurrences"] == preview["occurrences"] == counts(persisting=2, missing=1)
    again = answer(run("import", second, "--system", harbor, "--json"))
    assert (again["already_imported"], again["import"]) == (True, done["import"])
    items = answer(run("items", "--system", harbor, "--status", "candidate", "--json"))
    assert '"source_id": "200"' in json.dumps(items["items"])
    explained = answer(run("explain", "V-1", "--json"))
    assert explained["due"] == "2026-02-04"
    workbook = tmp_path / "poam.xlsx"
    answer(run("export", "fedramp-poam", "--system", harbor, "-o", workbook, "--json"))
    sheet = openpyxl.load_workbook(workbook)["Open POA&M Items"]
    assert [sheet.cell(row, 2).value for row in (9, 10)] == ["V-1", "V-2"]
    undone = answer(run("undo", done["import"], "--json"))
    assert undone["items_removed"] == []
    assert answer(run("items", "--system", harbor, "--status", "candidate", "--json"))["count"] == 0


def counts(**given: int) -> dict[str, int]:
    """Return all six counts, zero where not given."""
    names = ("new", "persisting", "changed", "missing", "not_retested", "reappeared")
    return {name: given.get(name, 0) for name in names}


def test_words_for_people(run: Running, harbor: str, tmp_path: Path) -> None:
    """Without `--json` every command answers in words, and says what changed."""
    run("import", nessus(tmp_path / "a.nessus", WEB), "--system", harbor)
    said = [
        run("import", nessus(tmp_path / "b.nessus", LATER), "--system", harbor),
        run("items", "--system", harbor),
        run("explain", "V-1"),
        run("imports", "--system", harbor),
        run("system", "list"),
        run("read", tmp_path / "a.nessus"),
    ]
    assert [code for code, _, _ in said] == [0] * 6
    words = ["missing: nessus:200", "2 items", "30 calendar days", "b.nessus", "Harbor: 2 open", "3 findings"]
    for (_, out, _), word in zip(said, words, strict=True):
        assert word in out


@pytest.mark.usefixtures("reading_processes")
def test_several_files_go_on_after_a_refusal(run: Running, harbor: str, tmp_path: Path) -> None:
    """Each file is all or nothing: a broken one is refused by name, and the others are taken."""
    (tmp_path / "broken.nessus").write_text("<NessusClientData_v2><Report")
    good = nessus(tmp_path / "a.nessus", WEB)
    code, out, err = run("import", tmp_path / "broken.nessus", good, "--system", harbor, "--json")
    first, second = json.loads(out)["imports"]
    assert code == 1
    assert "broken.nessus" in err
    assert first["error"]["what"]
    assert second["occurrences"]["new"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["undo", "999"], 1, "no import 999"),
        (["explain", "V-99"], 1, "no item V-99"),
        (["import", "nowhere.nessus", "--system", "Harbor"], 1, "nowhere.nessus"),
        (["items", "--system", "Nowhere"], 1, "no system named Nowhere"),
        (["items"], 2, "--system"),
        (["frobnicate"], 2, "frobnicate"),
        (["system", "add", "X", "--authority", "none", "--impact", "low"], 2, "fedramp-rev5"),
        (["system", "add", "X", "--authority", "fedramp-rev5", "--impact", "huge"], 2, "moderate"),
        (["system", "add", "Harbor", "--authority", "fedramp-rev5", "--impact", "low"], 1, "already"),
        (["item", "set", "V-1", "nonsense", "--by", "Ines"], 2, "FIELD=VALUE"),
        (
            ["item", "resource", "V-1", "people", "--text", "x", "--hours", "many", "--by", "I"],
            2,
            "no number",
        ),
    ],
)
def test_refusals_are_one_sentence_with_the_exit_code(
    run: Running, harbor: str, arguments: list[str], code: int, word: str
) -> None:
    """1 for what is refused, 2 for wrong use, a sentence on standard error, never a traceback."""
    del harbor
    ended, _, err = run(*arguments)
    assert ended == code
    assert word in err
    assert "Traceback" not in err


def test_items_by_hand(run: Running, harbor: str, tmp_path: Path) -> None:
    """Add, set, plan, merge, split and close from the command line."""
    add = ["item", "add", "--system", harbor, "--by", "Ines", "--json"]
    first = answer(run(*add, "--name", "No MFA", "--risk", "High", "--detected-on", "2026-02-01"))
    assert first == {"item": "V-1", "scheduled": "2026-03-03"}
    run(*add, "--name", "No MFA on the bastion", "--risk", "High")
    wish = ("--rationale", "few", "--risk", "Low", "--by", "Ines")
    steps = [
        run("item", "set", "V-1", "responsible=Sam", "--by", "Ines"),
        run("item", "milestone", "V-1", "--text", "Order tokens", "--due", "2026-02-20"),
        run("item", "move-milestone", "V-1", 1, "--due", "2026-02-25", "--reason", "late", "--by", "Sam"),
        run("item", "complete-milestone", "V-1", 1, "--by", "Sam"),
        run("item", "resource", "V-1", "funding", "--text", "tokens", "--amount", "1500", "--by", "Ines"),
        run("item", "comment", "V-1", "Delivery on Friday.", "--by", "Ines"),
        run("item", "deviate", "V-1", "risk_adjustment", *wish),
        run("item", "decide", "V-1", "risk_adjustment", "approve", "--by", "Omar"),
        run("item", "merge", "V-1", "V-2", "--reason", "the same", "--by", "Ines"),
        run("import", nessus(tmp_path / "a.nessus", WEB), "--system", harbor),
        run("item", "split", "V-3", "--asset", "10.0.0.1", "--reason", "other team", "--by", "Ines"),
        run("item", "close", "V-1", "--fixed-by", "Sam", "--verified-by", "Vera", "--evidence", "photo.png"),
        run("system", "set", harbor, "--grouping", "asset", "--provider", "Northwind"),
    ]
    assert [(code, err) for code, _, err in steps] == [(0, "")] * len(steps)
    assert answer(run("items", "--system", harbor, "--status", "closed", "--json"))["count"] == 1


def test_read_and_version_start_without_django(tmp_path: Path) -> None:
    """`--version` and `read` answer without loading Django at all."""
    report = nessus(tmp_path / "a.nessus", WEB)
    for arguments in (["--version"], ["read", str(report), "--json"]):
        code = (
            "import sys\nfrom milepost.cli import main\n"
            f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code\n"
            "assert not any(name.split('.')[0] == 'django' for name in sys.modules)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"MILEPOST_HOME": "/dev/null/home"}, "cannot be made"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "cannot be reached"),
        ({"DATABASE_URL": "mysql://nobody@127.0.0.1/none"}, "no database that Milepost knows"),
    ],
)
def test_database_out_of_reach_is_one_sentence(
    environment: dict[str, str], word: str, tmp_path: Path
) -> None:
    """A home that cannot be made and a server that does not answer are refused in a sentence."""
    given = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "MILEPOST_SECRET_KEY"}
    }
    command = [sys.executable, "-m", "milepost", "items", "--system", "Harbor"]
    surroundings = given | {"MILEPOST_HOME": str(tmp_path)} | environment
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode in {1, 2}
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_home_is_made_and_prepared_on_first_use(tmp_path: Path) -> None:
    """A fresh home needs no preparation: the first command makes the embedded database."""
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "milepost", "system", "add", "Harbor", "--authority", "fedramp-rev5"]
    done = subprocess.run(
        [*command, "--impact", "low", "--home", str(home)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (home / "milepost.sqlite3").is_file()
