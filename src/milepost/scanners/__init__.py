"""Which formats Milepost reads: one line for each, and whatever others add as `milepost.scanners`."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from milepost.domain.errors import ExtensionBroken
from milepost.scanners.scanner import Head, Scanner

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "milepost.scanners"
_ONLY_WORD = re.compile(r"\A\s*([A-Za-z_]\w*)\s*=")


class Announced(NamedTuple):
    """A built-in scanner: its module, and marks of which at least one is in every report that it reads.

    A mark is the name of the XML root element, a top-level key of the JSON, a column of the table (lower
    case), or the first word of any other text. A module is loaded only where one of its marks shows.
    """

    module: str
    marks: frozenset[str]


def _announced_as(module: str, *marks: str) -> Announced:
    return Announced(f"milepost.scanners.{module}", frozenset(marks))


BUILT_IN = (
    _announced_as("hosts.nessus", "NessusClientData_v2"),
    _announced_as("checklists.stig_ckl", "CHECKLIST"),
    _announced_as("checklists.stig_cklb", "stigs"),
    _announced_as("software.trivy", "ClusterName", "SchemaVersion", "Target"),
    _announced_as("software.grype", "matches"),
)


@cache
def scanners() -> tuple[Scanner, ...]:
    """Return every scanner: first those of Milepost, then those that installed packages add, by name.

    Raises:
        ExtensionBroken: an added scanner cannot be loaded, or takes the name of another one.
    """
    return distinct(tuple(_built_in(each.module) for each in BUILT_IN) + loaded())


def likely(head: Head) -> Iterator[Scanner]:
    """Yield the scanners of which a mark shows in the beginning of a file, and all that others add.

    Raises:
        ExtensionBroken: an added scanner cannot be loaded, or two of the added have the same name.
    """
    shown = {head.root, *head.keys, *_ONLY_WORD.findall(head.text[:200])}.union(*head.rows)
    for each in BUILT_IN:
        if shown & each.marks:
            yield _built_in(each.module)
    yield from distinct(loaded())


def scanner_named(name: str) -> Scanner:
    """Return the scanner with this short name; KeyError if there is none."""
    return {scanner.name: scanner for scanner in scanners()}[name]


def load(point: "EntryPoint") -> Scanner:
    """Load a scanner that an installed package adds; the entry point names an object of type `Scanner`.

    Raises:
        ExtensionBroken: it cannot be imported or is no scanner.
    """
    fix = "repair or remove the package that adds it"
    try:
        loaded: object = point.load()
    except Exception as error:
        what = f"the added scanner {point.name} ({point.value}) cannot be loaded: {error}"
        raise ExtensionBroken(what, fix=fix) from error
    if not isinstance(loaded, Scanner):
        what = f"the added scanner {point.name} ({point.value}) lacks name, title, about, recognises or read"
        raise ExtensionBroken(what, fix=fix)
    return loaded


def distinct(every: tuple[Scanner, ...]) -> tuple[Scanner, ...]:
    """Return the scanners as they are if no two have the same name.

    Raises:
        ExtensionBroken: two scanners have the same name.
    """
    names = [scanner.name for scanner in every]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two scanners are named {twice[0]}"
        raise ExtensionBroken(what, fix="remove one of the packages that add scanners")
    return every


@cache
def loaded() -> tuple[Scanner, ...]:
    """Return the scanners that installed packages add, by name.

    Raises:
        ExtensionBroken: one cannot be loaded.
    """
    return tuple(load(point) for point in _added())


def _built_in(module: str) -> Scanner:
    scanner: Scanner = import_module(module).SCANNER
    return scanner


def _added() -> "list[EntryPoint]":
    """Return what installed packages add, by name; the library that reads it takes longer than all else."""
    if not any(ENTRY_POINTS.encode() in text for folder in sys.path for text in _announced(Path(folder))):
        return []
    from importlib.metadata import entry_points  # noqa: PLC0415 - see above

    return sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)


def _announced(folder: Path) -> Iterator[bytes]:
    """Yield what the packages of a folder (or all of an archive) announce of themselves."""
    if folder.is_file():
        yield ENTRY_POINTS.encode()
        return
    with suppress(OSError):
        for each in folder.iterdir():
            if each.suffix in {".dist-info", ".egg-info"}:
                with suppress(OSError):
                    yield (each / "entry_points.txt").read_bytes()
