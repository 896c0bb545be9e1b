"""FIRST's Exploit Prediction Scoring System: how likely a CVE is to be exploited, from the daily CSV."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from milepost.domain.errors import DamagedInput

LARGEST = 128 * 1024 * 1024
_HEADER = ["cve", "epss", "percentile"]


@dataclass(frozen=True, slots=True)
class EpssScore:
    """The probability of exploitation within 30 days, and its percentile among all; both 0 to 1."""

    cve: str
    probability: float
    percentile: float


@dataclass(frozen=True, slots=True)
class EpssScores:
    """All scores of one day, under the version that the first line names."""

    version: str
    scores: tuple[EpssScore, ...]


def looks_like_epss(head: bytes) -> bool:
    """Tell whether a file begins like the daily CSV."""
    return head.startswith((b"#model_version:", b"cve,epss,percentile"))


def read_epss(body: bytes, name: str) -> EpssScores:
    """Read the scores of a day.

    Raises:
        DamagedInput: the file is no CSV, has other columns, or a line without numbers from 0 to 1.
    """
    lines = body.decode("utf-8", errors="replace").splitlines()
    before = [line.lstrip("#") for line in lines[:1] if line.startswith("#")]
    rows = csv.reader(lines[len(before) :])
    try:
        if next(rows, None) != _HEADER:
            raise DamagedInput(
                "the columns are not cve, epss, percentile", where=name, fix="take FIRST's CSV"
            )
        numbered = enumerate(rows, start=len(before) + 2)
        return EpssScores("".join(before) or "without a version", tuple(_scores(numbered, name)))
    except csv.Error as error:
        raise DamagedInput(f"this is no CSV: {error}", where=name, fix="take FIRST's CSV") from error


def _scores(numbered: Iterable[tuple[int, list[str]]], name: str) -> Iterator[EpssScore]:
    for number, row in numbered:
        try:
            cve, probability, percentile = row[0], float(row[1]), float(row[2])
        except (IndexError, ValueError) as error:
            raise DamagedInput(
                "a score is not a number", where=f"{name}, line {number}", fix="fetch the file again"
            ) from error
        if not (0 <= probability <= 1 and 0 <= percentile <= 1):
            raise DamagedInput(
                "a score is not between 0 and 1", where=f"{name}, line {number}", fix="fetch the file again"
            )
        yield EpssScore(cve.strip().upper(), probability, percentile)
