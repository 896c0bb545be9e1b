"""What was published by others and is carried along unchanged is exactly what its list says."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE

_STATIC = PACKAGE / "web" / "static" / "milepost"
_USWDS = _STATIC / "uswds"
_FOLDERS = (_USWDS, _STATIC / "htmx")
_LEFT_OUT = {"img/hero.jpg"}


def listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that the list of a folder names."""
    text = (folder / "SOURCES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([0-9a-f]{64})` \| `([^`]+)` \|$", text, re.MULTILINE)
    return {name: digest for digest, name in rows}


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_the_list_is_complete(folder: Path) -> None:
    """Every file is listed, and every listed file is there."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert present - {"SOURCES.md"} == set(listed(folder))


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_no_file_was_changed(folder: Path) -> None:
    """Each file has the SHA-256 of its publication."""
    names = listed(folder)
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names} == names


def test_the_stylesheet_finds_its_files() -> None:
    """Whatever the stylesheet refers to is there, so that no page asks for a file in vain."""
    stylesheet = _USWDS / "css" / "uswds.min.css"
    named = set(re.findall(r"url\(\"?\.\./([^)\"]+)\"?\)", stylesheet.read_text(encoding="utf-8")))
    assert len(named) > 30
    assert {name for name in named if not (_USWDS / name).is_file()} == _LEFT_OUT
