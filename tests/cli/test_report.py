"""Reports and sign-offs on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of

Running = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command given as words."""
    del db

    def call(*words: str) -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, [*words, "--as-of", "2026-03-31"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def sign(run: Running, document: Path, *further: str) -> tuple[int, str, str]:
    """Sign a document as Ines."""
    who = ("--person", "Ines", "--title", "ISSO", "--organisation", "Northwind", "--role", "isso")
    where = ("--location", str(document.parent), "-o", str(document.parent / "records"))
    return run("report", "sign", str(document), *who, *where, *further)


def test_report_is_written_signed_and_verified(run: Running, tmp_path: Path) -> None:
    """From the plan to its sign-off: it holds, and a changed file voids it with exit code 1."""
    assert run("system", "add", "Harbor", "--authority", "internal", "--impact", "moderate")[0] == 0
    plan = tmp_path / "plan.pdf"
    code, out, err = run("report", "poam", "--system", "Harbor", "-o", str(plan), "--json")
    assert code == 0, err
    assert plan.read_bytes().startswith(b"%PDF")
    assert json.loads(out)["period"]["name"] == "2026-03"
    code, out, err = sign(run, plan, "--json")
    assert code == 0, err
    signed = json.loads(out)
    assert run("report", "verify", signed["json"])[:2] == (
        0,
        f"The sign-off holds: plan.pdf, {_who(signed)}.\n",
    )
    plan.write_bytes(plan.read_bytes() + b" ")
    code, out, _ = run("report", "verify", signed["json"])
    assert code == 1
    assert out.startswith(f"VOID: plan.pdf, {_who(signed)}.\n  the document was changed")


def _who(signed: dict[str, str]) -> str:
    return f"Ines, isso, {signed['signed_at']}"


def test_page_is_written_for_a_period(run: Running, tmp_path: Path) -> None:
    """A pack of an earlier month, as HTML, with what must stand on it."""
    assert run("system", "add", "Harbor", "--authority", "internal", "--impact", "moderate")[0] == 0
    page = tmp_path / "review.html"
    wish = ("--system", "Harbor", "-o", str(page), "--period", "2026-02", "--marking", "CUI")
    code, out, err = run("report", "monthly", *wish)
    assert code == 0, err
    assert "Monthly review 2026-02, as of 2026-02-28" in out
    assert '<p class="marking">CUI</p>' in page.read_text(encoding="utf-8")


def test_refusals_say_the_way_out(run: Running, tmp_path: Path) -> None:
    """A missing system, an unknown role for the register, and a file that is no record are refused."""
    code, _, err = run("report", "summary", "--system", "Quay", "-o", str(tmp_path / "x.pdf"))
    assert (code, "Quay" in err) == (1, True)
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF")
    assert run("system", "add", "Harbor", "--authority", "internal", "--impact", "moderate")[0] == 0
    code, _, err = sign(run, plan, "--system", "Harbor")
    assert code == 1
    assert "is not information system security officer" in err
    assert not (tmp_path / "records").exists()
    code, _, err = run("report", "verify", str(plan))
    assert (code, "no sign-off record" in err) == (1, True)
