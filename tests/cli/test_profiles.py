"""`milepost profile`: listing, showing with every source, and adding one's own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of

Running = Callable[..., tuple[int, str, str]]
OWN = """
name = "northwind"
title = "Northwind policy"
applies_to = "all systems of Northwind"
extends = ["hhs"]
source = "Northwind policy 7"
[[version]]
version = "1"
effective_from = 2026-01-01
[version.facts]
review_days = 14
"""


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command on 2026-03-01."""
    del db

    def call(*arguments: object) -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, ["profile", *map(str, arguments), "--as-of", "2026-03-01"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_profiles_are_listed(run: Running) -> None:
    """The list has every version with its first day, and says where that day is unconfirmed."""
    code, out, _ = run("list")
    assert code == 0
    assert "hhs@2.0                      from 2019-06-06  HHS POA&M Standard" in out
    assert "from 2001-10-17 (unconfirmed)" in out
    listed = json.loads(run("list", "--json")[1])["profiles"]
    assert {"hhs@1", "hhs@2.0"} <= {row["key"] for row in listed}


def test_a_profile_is_shown_with_its_sources(run: Running) -> None:
    """`show` gives the version in force on the day, each fact with source; `--version` an earlier one."""
    code, out, _ = run("show", "hhs")
    assert code == 0
    assert "HHS POA&M Standard (hhs@2.0)" in out
    assert "(CMS CISO Memo 20:01, HHS POA&M Standard v2.0 (2019-06-06))" in out
    assert "[unconfirmed default]" in out
    assert "(hhs@1)" in run("show", "hhs", "--version", "1")[1]
    assert json.loads(run("show", "hhs", "--json")[1])["version"] == "2.0"


def test_an_own_profile_is_added_and_shown(run: Running, tmp_path: Path) -> None:
    """`add` takes a file; then it is listed and shown like any other."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    assert run("add", file, "--by", "Ines") == (0, "Added northwind@1.\n", "")
    assert run("add", file, "--by", "Ines")[1] == "Nothing new: every version is there already.\n"
    code, out, _ = run("show", "northwind")
    assert code == 0
    assert "Items are reviewed at least every 14 days.\n    (Northwind policy 7, profile northwind)" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "nobody"], 2, "nobody is no profile that Milepost knows"),
        (["show", "hhs", "--version", "7"], 2, "hhs has no version 7; use one of 1, 2.0"),
        (["show", "cisa-bod-26-04"], 2, "no version of cisa-bod-26-04 is in force on 2026-03-01"),
        (["add", "nowhere.toml", "--by", "Ines"], 1, "nowhere.toml: it cannot be read"),
    ],
)
def test_refusals_are_one_sentence(run: Running, arguments: list[str], code: int, words: str) -> None:
    """What does not exist is refused with what does."""
    ended, _, err = run(*arguments)
    assert ended == code
    assert words in err
    assert "Traceback" not in err
