"""The beginning of a package that adds a scanner: a reader that works, a sample with expectations, a test."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from milepost.domain.errors import InputRefused, StateConflict
from milepost.scanners import scanners
from milepost.scanners.skeleton_readers import KINDS

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)

_PROJECT = Template("""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "milepost-$name"
version = "0.1"
description = "Reads reports of $title for Milepost"
requires-python = ">=3.11"
dependencies = ["milepost"]

[project.entry-points."milepost.scanners"]
$name = "$module:SCANNER"

[tool.setuptools]
py-modules = ["$module"]
""")
_READ_ME = Template("""\
# Reports of $title for Milepost

`$module.py` reads them; its `SCANNER` is announced in `pyproject.toml` as an entry point of the group
`milepost.scanners`, so that Milepost finds it as soon as this package is installed beside it.

What is read of `samples/$sample` was made up. Replace it by small reports of your own making, change the
reader until it reads them, and count by hand what stands in `$sample.expected.json`. Then:

    milepost scanners test samples --scanner $name
    python -m pytest
""")
_TEST = Template('''\
"""The reader of $title keeps Milepost's contract on every sample, and reads what was counted by hand."""

from pathlib import Path

import pytest

from milepost.scanners.contract.judging import judge

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_contract_is_kept(path: Path) -> None:
    """Whatever is asked of a reader, this sample shows it."""
    assert judge(path, "$name").broken() == ()
''')
_EXPECTED = """\
{
  "findings": 3,
  "weaknesses": 2,
  "assets": 2,
  "problems": 0,
  "by_severity": {"high": 2, "low": 1}
}
"""


def skeleton(name: str, kind: str) -> Mapping[str, str]:
    """Return the files of a package that adds the scanner `name`, by path; `kind` is one of `KINDS`.

    Raises:
        InputRefused: the name cannot be one, or a scanner has it.
    """
    _check_name(name)
    made = KINDS[kind]
    words = {
        "name": name,
        "module": f"milepost_{name.replace('-', '_')}",
        "title": " ".join(part.capitalize() for part in name.split("-")),
        "sample": f"example.{kind}",
    }
    texts = {
        "pyproject.toml": _PROJECT,
        "README.md": _READ_ME,
        f"{words['module']}.py": Template(made.reader),
        "test_contract.py": _TEST,
        f"samples/{words['sample']}": Template(made.sample),
        f"samples/{words['sample']}.expected.json": Template(_EXPECTED),
    }
    return {path: text.substitute(words) for path, text in texts.items()}


def write(name: str, kind: str, folder: Path) -> tuple[Path, ...]:
    """Write the package into a folder that does not exist or is empty; return what was written.

    Raises:
        InputRefused: the name cannot be one, or a scanner has it.
        StateConflict: something is in the folder.
    """
    files = skeleton(name, kind)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StateConflict(
            "something is there already", where=str(folder), fix="name another folder with -o"
        )
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / path for path in files)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        fix = "use small letters, digits and single hyphens, a letter first: acme-scan"
        raise InputRefused(f"“{name}” cannot be the name of a scanner", fix=fix)
    if name in {scanner.name for scanner in scanners()}:
        raise InputRefused(f"there is a scanner “{name}” already", fix="choose another name")
