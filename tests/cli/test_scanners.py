"""`milepost scanners`: formats with their grades, the contract on files and folders, a package begun."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from milepost.scanners import scanners
from tests.scanners.nessus_text import host, item, nessus

Running = Callable[..., tuple[int, str, str]]
SOUND = nessus(host(item()))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command; it gives exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = exit_code_of(milepost, ["scanners", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_every_format_is_listed(run: Running) -> None:
    """With its grade, kind and memory, for people and as JSON."""
    code, out, _ = run("list")
    assert code == 0
    assert out.splitlines()[-1] == f"{len(scanners())} formats"
    listed = json.loads(run("list", "--json")[1])["scanners"]
    assert [each["name"] for each in listed] == [scanner.name for scanner in scanners()]
    assert {"title", "grade", "kind", "memory", "fields", "coverage"} <= listed[0].keys()


def test_a_format_is_described(run: Running) -> None:
    """Or refused with the names of those that there are."""
    code, out, _ = run("show", "ckl")
    assert code == 0
    assert "**Coverage**" in out
    assert json.loads(run("show", "ckl", "--json")[1])["kind"] == "checklists"
    code, _, err = run("show", "nonsense")
    assert (code, "there is no scanner “nonsense”" in err) == (1, True)


@pytest.mark.usefixtures("reading_processes")
def test_files_and_folders_are_held_against_the_contract(run: Running, tmp_path: Path) -> None:
    """What nobody recognises in a folder is passed over aloud; named itself, it fails."""
    (tmp_path / "a.nessus").write_text(SOUND, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("prose", encoding="utf-8")
    _, out, err = run("test", tmp_path, "--json")
    document = json.loads(out)
    assert [Path(each["file"]).name for each in document["files"]] == ["a.nessus"]
    assert "notes.txt: no scanner recognises it; passed over" in err
    code, out, _ = run("test", tmp_path / "notes.txt")
    assert (code, "recognised is broken 1 times" in out) == (1, True)
    assert "0 of 1 files keep the contract." in out


def test_the_scanner_that_has_to_recognise_can_be_named(run: Running, tmp_path: Path) -> None:
    """Then every file of the folder has to be its own."""
    (tmp_path / "a.nessus").write_text(SOUND, encoding="utf-8")
    code, out, _ = run("test", tmp_path, "--scanner", "grype")
    assert (code, "grype does not" in out) == (1, True)
    code, _, err = run("test", tmp_path, "--scanner", "nonsense")
    assert (code, "nonsense" in err) == (1, True)
    code, _, err = run("test", tmp_path / "none")
    assert (code, "there is no such file" in err) == (1, True)


def test_expectations_are_written_for_the_author_to_check(run: Running, tmp_path: Path) -> None:
    """And held from then on: a count that differs breaks the contract."""
    path = tmp_path / "a.nessus"
    path.write_text(SOUND, encoding="utf-8")
    run("test", path, "--expect")
    beside = tmp_path / "a.nessus.expected.json"
    counted = json.loads(beside.read_text(encoding="utf-8"))
    assert (counted["findings"], counted["assets"]) == (1, 1)
    beside.write_text('{"findings": 2}', encoding="utf-8")
    code, out, _ = run("test", tmp_path)
    assert (code, "expects findings 2, read were 1" in out) == (1, True)


def test_a_package_is_begun(run: Running, tmp_path: Path) -> None:
    """In the folder that is named; not over anything that is there."""
    folder = tmp_path / "mine"
    code, out, _ = run("new", "acme", "--kind", "csv", "-o", folder)
    assert (code, str(folder) in out) == (0, True)
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        "pyproject.toml",
        "README.md",
        "milepost_acme.py",
        "test_contract.py",
        "example.csv",
        "example.csv.expected.json",
    }
    code, _, err = run("new", "acme", "-o", folder)
    assert (code, "something is there already" in err) == (1, True)
