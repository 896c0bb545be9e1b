"""Cross references as Tenable's tools write them: IAVM notices, CWE, the due date of CISA's KEV catalog."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from milepost.scanners.times import iso_day

_KEV = "CISA-KNOWN-EXPLOITED"
_CWE = "CWE:"
_SEPARATORS = re.compile(r"[,;\r\n]+")
_NUMBERED = re.compile(r"([A-Za-z][\w-]*) #(\S+)")


class CrossReferences(NamedTuple):
    """What a plugin refers to: addresses and notices as they are kept, weaknesses, known exploitation."""

    kept: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    exploited: bool = False
    kev_due: str = ""


def cross_references(
    addresses: Iterable[str], references: Iterable[str], weaknesses: Iterable[str] = ()
) -> CrossReferences:
    """Sort references like `IAVA:2020-A-0510-S`, `CWE:79` and `CISA-KNOWN-EXPLOITED:2022/05/03` by kind.

    An IAVM notice stays among the references, as `IAVA:…`, `IAVB:…` or `IAVT:…`.
    """
    every = list(references)
    due = [iso_day(each.removeprefix(_KEV).lstrip(":")) for each in every if each.startswith(_KEV)]
    numbers = [*weaknesses, *(each.removeprefix(_CWE) for each in every if each.startswith(_CWE))]
    others = (each for each in every if not each.startswith((_KEV, _CWE)))
    return CrossReferences(
        kept=_distinct([*addresses, *others]),
        cwes=_distinct(f"CWE-{number.removeprefix('CWE-')}" for number in numbers if number),
        exploited=bool(due),
        kev_due=min(filter(None, due), default=""),
    )


def listed_references(cell: str) -> list[str]:
    """Split a cell of references; Tenable.sc's `IAVA #2020-A-0510` reads as `IAVA:2020-A-0510`."""
    parts = (part.strip() for part in _SEPARATORS.split(cell))
    return [_NUMBERED.sub(r"\1:\2", part) for part in parts if part]


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
