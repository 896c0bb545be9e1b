"""The project's own papers: they name what exists, and nothing of where it happened to be made."""

import re
from pathlib import Path

import click
import pytest

from milepost.cli import milepost
from tests.architecture.sources import ROOT, project_files

_FILES = project_files()
_TEXTS = [path for path in _FILES if path.suffix not in {".png", ".woff2", ".jpg", ".xlsx", ".ico"}]
_REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "registry." + "npmjs",
    "crates" + ".io",
    "--index" + "-url",
]
_MACHINE = [
    re.compile(pattern) for pattern in (r"(?<![\w.])/wor[k]/", r"(?<![\w.])/roo[t]/\.?(py|cache|cargo)")
]
_DECISIONS = ROOT / "docs" / "decisions"
_PINNED = sorted((ROOT / "requirements").glob("*.txt"))


def test_no_file_tells_where_it_was_made() -> None:
    """No file names a package registry, a path of some machine or an index to install from."""
    told = {path.relative_to(ROOT).as_posix(): _traces(path) for path in _TEXTS}
    assert {name: traces for name, traces in told.items() if traces} == {}


def test_readme_gives_two_commands() -> None:
    """A newcomer sets Milepost up with `./run demo` and `./run test`, and needs no third command."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    setting_up = text.split("## Set up", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```sh\n(.*?)```", setting_up, re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    assert commands == ["./run demo", "./run test"]


def test_readme_shows_commands_that_exist() -> None:
    """Every `milepost` command that the README shows is one that the command line has."""
    shown = re.findall(
        r"^\$ \./run milepost (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert shown
    assert set(shown) <= set(milepost.list_commands(click.Context(milepost)))


def test_ci_runs_what_the_readme_says() -> None:
    """The check of every change runs the README's own test command."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "./run test" in lines


def test_architecture_fits_two_pages() -> None:
    """ARCHITECTURE.md has at most two pages of 60 lines."""
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize(
    "paper", ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "README.md"]
)
def test_papers_name_what_exists(paper: str) -> None:
    """Every path in backticks, and every link to a file, leads somewhere."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.*-]+/)+[\w.*-]*)`", text)
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)
    missing = [name for name in [*named, *linked] if not _exists(name)]
    assert missing == []


@pytest.mark.parametrize("pinned", _PINNED, ids=lambda path: path.name)
def test_every_distribution_is_pinned_by_hash(pinned: Path) -> None:
    """Each line of a requirement file is one exact version with at least one SHA-256, and nothing else."""
    entries = pinned.read_text(encoding="utf-8").replace("\\\n", " ").strip().splitlines()
    exact = re.compile(r"[\w.-]+==[\w.]+( ; [^;]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    assert entries
    assert [entry[:60] for entry in entries if not exact.fullmatch(entry.strip())] == []


def test_what_runs_is_part_of_what_is_tested() -> None:
    """The versions that run are the versions that the tests use."""
    run, development = (_versions(ROOT / "requirements" / name) for name in ("run.txt", "development.txt"))
    assert run <= development


def test_every_dependency_has_a_reason() -> None:
    """Each library that Milepost asks for directly is named with its reason in a decision; at most 13.

    The goal is 12; decision 2 says why one more is there, and what would take it away again.
    """
    direct = [line for line in _lines(ROOT / "requirements" / "run.in") if not line.startswith("#")]
    names = [re.split(r"[\[<>=]", line)[0] for line in direct]
    reasons = "".join(path.read_text(encoding="utf-8") for path in _DECISIONS.glob("0002-*.md"))
    assert len(names) <= 13
    assert [name for name in names if f"**{name}**" not in reasons] == []


def test_decisions_are_numbered_and_titled() -> None:
    """Decisions are numbered without gaps, and each title is a sentence that states the decision."""
    papers = sorted(_DECISIONS.glob("*.md"))
    assert [int(path.name[:4]) for path in papers] == list(range(1, len(papers) + 1))
    titles = [_lines(path)[0] for path in papers]
    assert [title for title in titles if not re.fullmatch(r"# \d+ · .+", title)] == []


def _traces(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    machine = [match.group() for pattern in _MACHINE for match in pattern.finditer(text)]
    return machine + [name for name in _REGISTRIES if name in text]


def _exists(name: str) -> bool:
    places = (ROOT, ROOT / "src" / "milepost")
    return any(next(place.glob(name.rstrip("/")), None) is not None for place in places)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _versions(path: Path) -> set[str]:
    return {line.split(" ")[0] for line in _lines(path) if not line.startswith(" ")}
