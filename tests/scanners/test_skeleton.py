"""The package of somebody who adds a scanner: what `milepost scanners new` writes works at once."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from milepost.domain.errors import InputRefused, StateConflict
from milepost.scanners.skeleton import skeleton, write
from milepost.scanners.skeleton_readers import KINDS


def installed(folder: Path) -> dict[str, str]:
    """Announce a package as an installer would, and return the environment that finds it."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    told.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (told / "METADATA").write_text(metadata, encoding="utf-8")
    groups = project["entry-points"].items()
    lines = [
        line
        for group, points in groups
        for line in (f"[{group}]", *(f"{key} = {to}" for key, to in points.items()))
    ]
    (told / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    places = [str(folder), *filter(None, sys.path)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(places)}


def milepost(environment: dict[str, str], *arguments: object) -> dict[str, object]:
    """Run the command line with the package installed; return its JSON."""
    command = [sys.executable, "-m", "milepost", *map(str, arguments), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("kind", KINDS)
def test_a_written_package_is_installed_keeps_the_contract_and_reads(tmp_path: Path, kind: str) -> None:
    """Its sample is recognised, tested and read by a process of its own, without a change to Milepost."""
    folder = tmp_path / "acme"
    write("acme-scan", kind, folder)
    environment = installed(folder)
    tested = milepost(environment, "scanners", "test", folder / "samples", "--scanner", "acme-scan")
    assert (tested["kept"], tested["broken"]) == (1, 0), tested
    read = milepost(environment, "read", folder / "samples" / f"example.{kind}")
    assert (read["format"], read["findings"], read["assets"], read["problems"]) == ("acme-scan", 3, 2, [])
    listed = milepost(environment, "scanners", "list")["scanners"]
    assert isinstance(listed, list)
    assert (listed[-1]["name"], listed[-1]["kind"], listed[-1]["title"]) == (
        "acme-scan",
        "added",
        f"Acme Scan ({kind.upper()})",
    )


def test_a_written_test_passes(tmp_path: Path) -> None:
    """The test that comes with the package runs the contract on its samples."""
    folder = tmp_path / "acme"
    write("acme", "json", folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(folder)]
    done = subprocess.run(command, env=installed(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.parametrize(
    "name", ["", "Acme", "acme scan", "-acme", "acme--scan", "../acme", "1acme", "grype"]
)
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    """Neither a path nor blanks nor a name that a scanner has."""
    with pytest.raises(InputRefused):
        skeleton(name, "json")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder with anything in it is left alone."""
    (tmp_path / "mine").write_text("work", encoding="utf-8")
    with pytest.raises(StateConflict):
        write("acme", "json", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
