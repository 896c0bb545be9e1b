"""What was published by others and is carried along unchanged is exactly what its list says."""

import hashlib
import re

from tests.architecture.sources import PACKAGE

_USWDS = PACKAGE / "web" / "static" / "milepost" / "uswds"
_LIST = (_USWDS / "SOURCES.md").read_text(encoding="utf-8")
_ROWS = dict(re.findall(r"^\| `([0-9a-f]{64})` \| `([^`]+)` \|$", _LIST, re.MULTILINE))
_LEFT_OUT = {"img/hero.jpg"}


def test_the_list_is_complete() -> None:
    """Every file is listed, and every listed file is there."""
    present = {path.relative_to(_USWDS).as_posix() for path in _USWDS.rglob("*") if path.is_file()}
    assert present - {"SOURCES.md"} == set(_ROWS.values())


def test_no_file_was_changed() -> None:
    """Each file has the SHA-256 of its publication."""
    found = {name: hashlib.sha256((_USWDS / name).read_bytes()).hexdigest() for name in _ROWS.values()}
    assert found == {name: digest for digest, name in _ROWS.items()}


def test_the_stylesheet_finds_its_files() -> None:
    """Whatever the stylesheet refers to is there, so that no page asks for a file in vain."""
    stylesheet = _USWDS / "css" / "uswds.min.css"
    named = set(re.findall(r"url\(\"?\.\./([^)\"]+)\"?\)", stylesheet.read_text(encoding="utf-8")))
    assert len(named) > 30
    assert {name for name in named if not (_USWDS / name).is_file()} == _LEFT_OUT
