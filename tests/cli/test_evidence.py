"""`milepost evidence` as people use it: from adding a file to handing the package over."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of

Running = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    db: None, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Running:
    """Return a way to run a command in a home of the test's own; it gives code, answer, complaint."""
    del db
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MILEPOST_PERSON", "Sam")

    def call(*arguments: object) -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, [*map(str, arguments), "--as-of", "2026-03-01"])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def scan(run: Running, tmp_path: Path) -> Path:
    """Add a system and an item; return a file that proves something."""
    run("system", "add", "Foundry", "--authority", "cmmc-l2", "--impact", "2")
    run("item", "add", "--system", "Foundry", "--name", "No MFA", "--detected-on", "2026-02-01")
    (tmp_path / "scan.txt").write_text("all closed")
    return tmp_path / "scan.txt"


def test_life_of_a_piece_of_evidence(run: Running, scan: Path, tmp_path: Path) -> None:
    """Added, listed, fetched, linked, held, refused to go, verified, packaged, checked: all by commands."""
    code, out, _ = run("evidence", "add", "V-1", scan)
    assert code == 0
    assert "E-1 version 1: scan.txt, 10 bytes, text/plain" in out
    assert "kept until 2032-03-01" in out
    scan.write_text("all closed, again")
    again = run("evidence", "add", "V-1", scan, "--version-of", "E-1", "--remark", "new scan", "--json")
    assert json.loads(again[1])["evidence"][0]["version"] == 2
    assert run("evidence", "link", "E-1", "--objective", "3.5.3[a]")[0] == 0
    assert "V-1, objective 3.5.3[a]" in run("evidence", "list", "V-1")[1]
    assert "all closed" in run("evidence", "get", "E-1", "--version", 1, "-o", "-")[1]
    assert run("evidence", "get", "E-1", "-o", tmp_path / "back.txt")[0] == 0
    assert (tmp_path / "back.txt").read_text() == "all closed, again"
    assert run("evidence", "get", "E-1", "-o", tmp_path / "back.txt")[0] == 1
    code, _, told = run("evidence", "remove", "E-1", "--reason", "tidy")
    assert (code, "170.17(c)(4)" in told) == (1, True)
    assert run("evidence", "hold", "E-1", "--reason", "matter 12")[0] == 0
    assert "on hold: matter 12" in run("evidence", "list", "--system", "Foundry")[1]
    assert run("evidence", "release", "E-1", "--reason", "settled")[0] == 0
    assert run("evidence", "verify")[:2] == (0, "2 files, 27 bytes: all as they were put there.\n")
    assert run("evidence", "package", "--system", "Foundry", "-o", tmp_path / "out")[0] == 0
    assert "The package holds" in run("cmmc", "evidence", "verify", tmp_path / "out")[1]


def test_damage_is_an_exit_code(run: Running, scan: Path, tmp_path: Path) -> None:
    """What was changed in the vault is refused on reading, and makes `verify` end with 1 and its name."""
    run("evidence", "add", "V-1", scan)
    kept = next(path for path in (tmp_path / "home" / "vault").rglob("*") if path.is_file())
    kept.chmod(0o600)
    kept.write_bytes(b"all opened")
    code, out, _ = run("evidence", "verify")
    assert (code, "damaged" in out, "Foundry E-1 version 1: scan.txt" in out) == (1, True, True)
    code, _, told = run("evidence", "get", "E-1", "-o", tmp_path / "back.txt")
    assert (code, "is not what was put there" in told) == (1, True)
    assert not (tmp_path / "back.txt").exists()


def test_limit_is_a_setting(run: Running, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest file is what MILEPOST_EVIDENCE_MIB says; anything but a number is refused."""
    monkeypatch.setenv("MILEPOST_EVIDENCE_MIB", "1")
    scan.write_bytes(b"x" * (1 << 20) + b"x")
    code, _, told = run("evidence", "add", "V-1", scan)
    assert (code, "more than 1,048,576 bytes" in told) == (1, True)
    monkeypatch.setenv("MILEPOST_EVIDENCE_MIB", "much")
    code, _, told = run("evidence", "add", "V-1", scan)
    assert (code, "MILEPOST_EVIDENCE_MIB" in told) == (2, True)
