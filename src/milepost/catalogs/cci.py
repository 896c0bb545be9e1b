"""DISA's Control Correlation Identifiers: the controls of NIST SP 800-53 that each stands for."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from milepost.domain.ruling import Citation

CITATION = Citation("DISA Control Correlation Identifier (CCI) List", "2025-01-23")
_FILE = "cci_2025-01-23.csv"
_INDEX = re.compile(r"([A-Z]{2})-0*(\d+)(?: ?\(0*(\d+)\))?")
_CCI = re.compile(r"CCI-(\d{6})")


class Revision(StrEnum):
    """A revision of NIST SP 800-53."""

    REV4 = "4"
    REV5 = "5"


@dataclass(frozen=True, slots=True)
class Correlation:
    """What one CCI stands for in one revision.

    `indexes` are the parts of controls as the list writes them (`AC-2 (1) a`); `procedure` is the acronym of
    the assessment procedure, in the form of that revision (`AC-1.7`, `AC-01c.01`), empty where none is known.
    """

    cci: str
    indexes: tuple[str, ...]
    procedure: str

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls, each once: `AC-2(1)`."""
        return tuple(dict.fromkeys(control_of(index) for index in self.indexes))


@dataclass(frozen=True, slots=True)
class Correlated:
    """The controls and assessment procedures of several CCIs.

    `older` are CCIs that only revision 4 knows, though revision 5 was asked for: their controls of revision 4
    are taken. `unknown` are CCIs that the list lacks or that stand for nothing in either revision.
    """

    controls: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def correlated(ccis: Iterable[str], revision: Revision = Revision.REV5) -> Correlated:
    """Return the controls that some CCIs stand for; one that a revision lacks is taken from the other."""
    controls: list[str] = []
    procedures: list[str] = []
    older: list[str] = []
    unknown: list[str] = []
    for cci in dict.fromkeys(ccis):
        found = correlation(cci, revision)
        if found is None:
            found = correlation(cci, _OTHER[revision])
            (unknown if found is None else older).append(cci)
        if found is not None:
            controls += found.controls
            procedures += [found.procedure] if found.procedure else []
    return Correlated(_distinct(controls), _distinct(procedures), tuple(older), tuple(unknown))


def correlation(cci: str, revision: Revision) -> Correlation | None:
    """Return what a CCI (`CCI-000366`) stands for in a revision; None where it stands for nothing there."""
    match = _CCI.fullmatch(cci.strip().upper())
    return _all(revision).get(match[1]) if match else None


def control_of(index: str) -> str:
    """Return the control to which a part belongs: `AC-2 (1) a` is part of `AC-2(1)`."""
    match = _INDEX.match(index)
    if match is None:
        return index
    family, number, enhancement = match.groups()
    return f"{family}-{number}({enhancement})" if enhancement else f"{family}-{number}"


_OTHER = {Revision.REV4: Revision.REV5, Revision.REV5: Revision.REV4}


@cache
def _all(revision: Revision) -> dict[str, Correlation]:
    text = files(__package__).joinpath("data", _FILE).read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        indexes = row[f"rev{revision}"]
        if indexes:
            cci = row["cci"]
            parts = tuple(indexes.split("|"))
            found[cci] = Correlation(f"CCI-{cci}", parts, row[f"procedure_rev{revision}"])
    return found


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
